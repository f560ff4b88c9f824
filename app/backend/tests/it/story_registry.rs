//! Runs every line of the registry's vocabulary on both databases.

mod rows;

use backend::clock::fresh_id;
use backend::store::Tx;
use backend::store::vocabulary::animal::AnimalRow;
use backend::store::vocabulary::document::{DocumentRow, EndRow, FileRow, IssueRow};
use backend::store::vocabulary::fresh::NamedRow;
use backend::store::vocabulary::owner::{OwnerRow, SearchWordRow};
use backend::store::vocabulary::programme::{AuthorisationRow, OrganisationRow};
use backend::store::vocabulary::service::EducationRow;
use domain::role::Role;
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row, staff_row};
pub use rows::{document_row, service_row};

const DAY: &str = "2026-11-22";

pub fn owner_row() -> OwnerRow {
    OwnerRow {
        id: fresh_id(),
        document_kind: "run".to_owned(),
        document_key: Some("12345678-5".to_owned()),
        search_key: "maria nunez".to_owned(),
        phone: Some("+56912345678".to_owned()),
        email: Some("m@example.cl.invalid".to_owned()),
        commune: Some("02101".to_owned()),
        unit: None,
        details: "{}".to_owned(),
        recorded_by: None,
        recorded_on: DAY.to_owned(),
        created_at: 1,
        updated_at: 1,
        merged_into: None,
        merged_to: None,
    }
}

pub fn animal_row(owner: Uuid) -> AnimalRow {
    AnimalRow {
        id: fresh_id(),
        owner_id: owner,
        species: "dog".to_owned(),
        sex: "male".to_owned(),
        search_key: "nato".to_owned(),
        chip: Some("999000000000001".to_owned()),
        vital_state: "alive".to_owned(),
        vital_since: None,
        rnm_state: "ready".to_owned(),
        rnm_number: None,
        rnm_reason: None,
        rnm_changed_at: 1,
        details: "{}".to_owned(),
        recorded_by: None,
        recorded_on: DAY.to_owned(),
        created_at: 1,
        updated_at: 1,
        merged_into: None,
        merged_to: None,
        own_state: None,
    }
}

/// A waiting document of a service, and one of nothing more than its animal.
async fn two_documents(tx: &mut Tx) -> Stored<(DocumentRow, DocumentRow)> {
    let (programme, owner) = (programme_row(), owner_row());
    let (outreach, animal) = (outreach_row(programme.id), animal_row(owner.id));
    let staff = staff_row(Role::Veterinarian);
    tx.insert_staff(&staff).await?;
    tx.insert_programme(&programme).await?;
    tx.insert_outreach(&outreach).await?;
    tx.insert_owners(std::slice::from_ref(&owner)).await?;
    tx.insert_animals(std::slice::from_ref(&animal)).await?;
    let service = service_row(animal.id, outreach.id, "implantation");
    tx.insert_services(std::slice::from_ref(&service)).await?;
    let document = DocumentRow {
        service_id: Some(service.id),
        visit_id: Some(outreach.id),
        outreach_id: Some(outreach.id),
        veterinarian_id: Some(staff.id),
        ..document_row((animal.id, owner.id), 1)
    };
    let other = document_row((animal.id, owner.id), 2);
    tx.insert_documents(&[document.clone(), other.clone()]).await?;
    Ok((document, other))
}

on_both_databases! {
    async fn programmes_hosts_outreaches_and_their_teams(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let mut programme = programme_row();
            tx.insert_programme(&programme).await?;
            assert_eq!(tx.programmes().await?, [programme.clone()]);
            (programme.name, programme.target_outreaches) = ("Otro nombre".to_owned(), 18);
            assert!(tx.update_programme(&programme).await?);
            assert!(!tx.update_programme(&programme_row()).await?);
            assert_eq!(tx.programme(programme.id).await?, Some(programme.clone()));
            let host = OrganisationRow {
                id: fresh_id(),
                kind: "mothers_centre".to_owned(),
                name: "Centro".to_owned(),
                commune: "02101".to_owned(),
                unit: Some("02101-7".to_owned()),
                address: None,
                contact_name: None,
                phone: None,
                email: None,
            };
            tx.insert_organisation(&host).await?;
            assert_eq!(tx.organisations().await?, [host.clone()]);
            assert_eq!(tx.organisations_with_ids(&[host.id]).await?, [host.clone()]);
            let mut outreach = outreach_row(programme.id);
            tx.insert_outreach(&outreach).await?;
            outreach.host_id = Some(host.id);
            outreach.max_people = Some(40);
            tx.update_outreach(&outreach).await?;
            assert_eq!(tx.outreach(outreach.id).await?, Some(outreach.clone()));
            assert_eq!(tx.outreaches_between(DAY, DAY, 9).await?, [outreach.clone()]);
            let staff = staff_row(Role::Veterinarian);
            tx.insert_staff(&staff).await?;
            assert!(tx.join_team(outreach.id, staff.id, 1).await?);
            assert!(!tx.join_team(outreach.id, staff.id, 2).await?, "twice is once");
            assert_eq!(tx.team(&[outreach.id]).await?[0].name, staff.name);
            assert_eq!(tx.outreaches_of(staff.id, DAY).await?, [outreach.clone()]);
            assert_eq!(tx.outreaches_of(staff.id, "2026-11-23").await?, []);
            let leave = AuthorisationRow {
                staff_id: staff.id,
                outreach_id: outreach.id,
                signature: "M1 1L2 2".to_owned(),
                authorised_at: 1,
                revoked_at: None,
            };
            tx.authorise_outreach(&leave).await?;
            assert_eq!(tx.authorisation(staff.id, outreach.id).await?, Some(leave.clone()));
            assert_eq!(tx.authorisations_of(staff.id).await?, [leave.clone()]);
            let signer = tx.signer(staff.id, outreach.id, "chip").await?.unwrap();
            assert_eq!((signer.name, signer.run), (staff.name, staff.run));
            assert_eq!((signer.signature, signer.issuer), (leave.signature, programme.issuer));
            assert_eq!(signer.programme_number, programme.number);
            assert_eq!(signer.programme_name, programme.name);
            assert!(tx.withdraw_authorisation(staff.id, outreach.id, 2).await?);
            assert!(!tx.withdraw_authorisation(staff.id, outreach.id, 3).await?);
            assert_eq!(tx.authorisation(staff.id, outreach.id).await?, None);
            assert_eq!(tx.authorisations_of(staff.id).await?, []);
            assert_eq!(tx.signer(staff.id, outreach.id, "chip").await?, None);
            assert!(tx.leave_team(outreach.id, staff.id, 7).await?);
            assert!(!tx.leave_team(outreach.id, staff.id, 8).await?, "once");
            assert_eq!(tx.team(&[outreach.id]).await?, []);
            assert_eq!(tx.outreaches_of(staff.id, DAY).await?, []);
            assert!(tx.join_team(outreach.id, staff.id, 9).await?);
            assert!(tx.leave_team(outreach.id, staff.id, 11).await?);
            assert!(tx.resume_team(outreach.id, staff.id).await?);
            assert!(!tx.resume_team(outreach.id, staff.id).await?, "in it");
            let ever = tx.ever_in_team(&[outreach.id]).await?.into_iter();
            let times = ever.map(|one| (one.back_at, one.left_at)).collect::<Vec<_>>();
            assert_eq!(times, [(None, Some(7)), (Some(9), None)], "the last one alone");
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn owners_with_their_names_and_merged_records(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let mut owner = owner_row();
            assert!(tx.insert_owners(std::slice::from_ref(&owner)).await?);
            assert!(!tx.insert_owners(&[OwnerRow { id: fresh_id(), ..owner.clone() }]).await?);
            owner.email = None;
            tx.update_owner(&owner).await?;
            assert_eq!(tx.owner(owner.id).await?, Some(owner.clone()));
            let found = tx.owner_by_document("run", "12345678-5").await?;
            assert_eq!(found, Some(owner.clone()));
            assert_eq!(tx.owners_by_phone("+56912345678", 5).await?.len(), 1);
            let words = ["maria", "nunez"].map(|word| SearchWordRow {
                word: word.to_owned(),
                search_key: format!(" {}", owner.search_key),
                owner_id: owner.id,
            });
            tx.insert_search_words(&words).await?;
            let mut counted = tx.count_search_words(&["m", "x", "n"], 5).await?;
            counted.sort_unstable();
            assert_eq!(counted, [(0, 1), (1, 0), (2, 1)]);
            assert_eq!(tx.count_search_words(&["m"], 0).await?, [(0, 0)]);
            assert!(tx.count_search_words(&[], 5).await?.is_empty());
            let others = ["mar".to_owned()];
            assert_eq!(tx.owner_ids_by_words("nun", &others, 5).await?, [owner.id]);
            let inside = ["ar".to_owned()];
            assert!(tx.owner_ids_by_words("nun", &inside, 5).await?.is_empty());
            tx.delete_search_words(owner.id).await?;
            assert!(tx.owner_ids_by_words("nun", &[], 5).await?.is_empty());
            let alias = fresh_id();
            tx.insert_owner_alias(alias, owner.id).await?;
            assert_eq!(tx.owner_alias(alias).await?, Some(owner.id));
            let twin = OwnerRow {
                id: fresh_id(),
                document_kind: "none".to_owned(),
                document_key: None,
                ..owner.clone()
            };
            assert!(tx.insert_owners(std::slice::from_ref(&twin)).await?);
            let merged = OwnerRow { merged_into: Some(owner.id), ..twin };
            tx.update_owner(&merged).await?;
            let of_owner = [(merged.id, owner.id)];
            assert_eq!(tx.merged_owner_ids(&[owner.id]).await?, of_owner);
            assert_eq!(tx.owners_merged_into(owner.id).await?, [merged]);
            assert_eq!(tx.count_owners().await?, 1);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn animals_with_their_chips_and_what_is_held(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (owner, alias) = (owner_row(), fresh_id());
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            tx.insert_owner_alias(alias, owner.id).await?;
            let mut animal = animal_row(owner.id);
            tx.insert_animals(std::slice::from_ref(&animal)).await?;
            animal.rnm_number = Some("A-1".to_owned());
            animal.own_state = Some("{}".to_owned());
            animal.chip = Some("999000000000002".to_owned());
            tx.update_animal(&animal).await?;
            assert_eq!(tx.animal(animal.id).await?, Some(animal.clone()));
            assert_eq!(tx.animal_by_chip("999000000000002").await?, Some(animal.clone()));
            assert_eq!(tx.animal_by_chip("999000000000001").await?, None);
            tx.release_chip(animal.id).await?;
            assert_eq!(tx.animal_by_chip("999000000000002").await?, None);
            tx.update_animal(&animal).await?;
            assert_eq!(tx.animals_of(&[owner.id]).await?, [animal.clone()]);
            assert_eq!(tx.animals_with_ids(&[animal.id]).await?, [animal.clone()]);
            assert_eq!(tx.owners_with_ids(&[owner.id, alias]).await?, [owner.clone()]);
            let ready = tx.animals_in_rnm_state(("ready", &["alive", "lost"]), 5, 0).await?;
            assert_eq!(ready, [animal.clone()]);
            assert_eq!(tx.animals_in_rnm_state(("ready", &["lost"]), 5, 0).await?, []);
            let counted = [("ready".to_owned(), "alive".to_owned(), 1)];
            assert_eq!(tx.count_rnm_states().await?, counted);
            let double = AnimalRow { id: fresh_id(), chip: None, ..animal.clone() };
            tx.insert_animals(std::slice::from_ref(&double)).await?;
            let double = AnimalRow { merged_into: Some(animal.id), ..double };
            tx.update_animal(&double).await?;
            let chips = tx.merged_chips(&[animal.id]).await?;
            assert_eq!((chips[0].id, chips[0].merged_into), (double.id, animal.id));
            assert_eq!(tx.animals_merged_into(animal.id).await?, [double]);
            assert_eq!(tx.count_animals().await?, 1);
            let run = |key: &str| ("run".to_owned(), vec![key.to_owned()]);
            let named = NamedRow {
                submissions: vec![alias],
                owners: vec![fresh_id(), alias, fresh_id()],
                animals: vec![animal.id],
                services: vec![fresh_id()],
                chips: vec!["999000000000002".to_owned(), "999000000000001".to_owned()],
                documents: vec![run("12345678-5"), run("11111111-1")],
            };
            let (id, key) = (|id| (Some(id), None), |key: &str| (None, Some(key.to_owned())));
            let held = [id(alias), id(animal.id), key("999000000000002"), key("12345678-5")];
            assert_eq!(tx.named_before(&named).await?, held);
            assert!(tx.named_before(&NamedRow::default()).await?.is_empty());
            let some = [fresh_id(), animal.id, fresh_id()];
            assert_eq!(tx.animals_with_ids(&some).await?, [animal]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn services_and_what_they_add_up_to(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (programme, owner) = (programme_row(), owner_row());
            let (outreach, animal) = (outreach_row(programme.id), animal_row(owner.id));
            tx.insert_programme(&programme).await?;
            tx.insert_outreach(&outreach).await?;
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            tx.insert_animals(std::slice::from_ref(&animal)).await?;
            let chip = service_row(animal.id, outreach.id, "implantation");
            let surgery = service_row(animal.id, outreach.id, "sterilisation");
            tx.insert_services(&[chip.clone(), surgery.clone()]).await?;
            assert_eq!(tx.service(chip.id).await?, Some(chip.clone()));
            assert_eq!(tx.services_of(&[animal.id]).await?.len(), 2);
            assert_eq!(tx.service_lines_of(&[animal.id]).await?.len(), 2);
            assert_eq!(tx.services_of_outreach(outreach.id, 1, 1).await?.len(), 1);
            assert_eq!(tx.count_services(&[outreach.id]).await?.len(), 2);
            assert_eq!(tx.totals_between(DAY, DAY).await?.len(), 2);
            let totals = tx.totals_between(DAY, DAY).await?;
            let surgeries = totals.iter().find(|row| row.kind == "sterilisation").unwrap();
            assert_eq!((surgeries.total, surgeries.outreaches), (1, 1));
            assert_eq!(surgeries.commune.as_deref(), Some("02101"));
            assert_eq!(tx.totals_between("2026-11-23", "2026-12-31").await?, []);
            tx.replace_service_details(surgery.id, "{\"other\":1}").await?;
            let replaced = tx.service(surgery.id).await?.unwrap();
            assert_eq!(replaced.details, "{\"other\":1}");
            assert_eq!(tx.service(chip.id).await?, Some(chip.clone()), "the other stays");
            tx.annul_service(surgery.id, None, "otro animal", 2).await?;
            assert_eq!(tx.totals_between(DAY, DAY).await?.len(), 1);
            let session = EducationRow {
                id: fresh_id(),
                outreach_id: outreach.id,
                topic: "zoonoses".to_owned(),
                attendants: 12,
                minutes: 30,
                staff_id: None,
                submission_id: None,
                performed_at: 1,
                performed_on: DAY.to_owned(),
                annulled_at: None,
                annulled_by: None,
                annulled_reason: None,
                material: Some("volantes".to_owned()),
            };
            tx.insert_education(&session).await?;
            assert_eq!(tx.education_of(outreach.id).await?, [session.clone()]);
            let session = EducationRow {
                attendants: 13,
                material: None,
                performed_at: 2,
                performed_on: "2026-11-23".to_owned(),
                ..session
            };
            tx.correct_education(&session).await?;
            assert_eq!(tx.education(session.id).await?, Some(session.clone()));
            crate::it::story_talks::listed(tx, session.id).await?;
            tx.annul_education(session.id, None, "no fue", 2).await?;
            let annulled = tx.education(session.id).await?.unwrap();
            assert_eq!((annulled.annulled_at, annulled.material), (Some(2), session.material));
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn documents_and_their_bytes(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (document, other) = two_documents(tx).await?;
            let (animal, owner) = (document.animal_id, document.owner_id);
            let service = document.service_id.unwrap();
            let staff = document.veterinarian_id.unwrap();
            let outreach = document.outreach_id.unwrap();
            assert_eq!(tx.document(document.id).await?, Some(document.clone()));
            assert_eq!(tx.document_by_slip(&[1]).await?, Some(document.clone()));
            assert_eq!(tx.documents_of(&[animal]).await?.len(), 2);
            let of_services = [(service, document.id)];
            assert_eq!(tx.document_ids_of(&[animal]).await?, of_services);
            assert_eq!(tx.documents_of_visit(outreach).await?.len(), 1);
            assert_eq!(tx.documents_of_service(service).await?.len(), 1);
            assert_eq!(tx.waiting_documents(staff, outreach).await?.len(), 1);
            assert_eq!(tx.count_all_waiting_documents().await?, 2);
            let waiting = tx.count_waiting_documents(staff).await?;
            assert_eq!(waiting, [(outreach, 1)]);
            assert_eq!(tx.documents_in_name(staff, 5, 0).await?.len(), 1);
            let issue = IssueRow {
                id: document.id,
                owner_id: owner,
                keeps_slip: true,
                link: "TEXT",
                facts: "{}",
                issued_at: 2,
            };
            assert!(tx.issue_document(&issue).await?);
            assert!(!tx.issue_document(&issue).await?);
            let file = FileRow {
                document_id: document.id,
                media_type: "application/pdf".to_owned(),
                bytes: b"%PDF".to_vec(),
            };
            assert!(tx.insert_file(&file, &[9]).await?);
            assert!(!tx.insert_file(&file, &[8]).await?);
            assert_eq!(tx.file(document.id).await?, Some(file));
            assert_eq!(tx.document_by_sha256(&[9]).await?.unwrap().id, document.id);
            tx.count_slip_attempts(owner).await?;
            assert_eq!(tx.document(other.id).await?.unwrap().slip_attempts, 1);
            assert!(tx.set_slip(other.id, owner, &[3]).await?);
            assert_eq!(tx.document_by_slip(&[3]).await?.unwrap().slip_attempts, 0);
            let end = EndRow {
                id: document.id,
                state: "revoked",
                by: Some(staff),
                reason: "prueba",
                at: 3,
            };
            assert!(tx.end_document(&end).await?);
            assert!(!tx.end_document(&end).await?);
            assert!(!tx.set_slip(document.id, owner, &[4]).await?);
            let ended = vec![(document.id, "revoked".to_owned())];
            assert_eq!(tx.ended_documents().await?, ended);
            assert_eq!(tx.documents_of_owners(&[owner]).await?.len(), 2);
            assert_eq!(tx.documents_of_owners(&[]).await?, []);
            assert_eq!(tx.document_by_slip(&[1]).await?, None);
            Ok(())
        })).await;
        done.unwrap();
    }
}
