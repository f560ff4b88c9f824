//! The lawful erasure of an owner: nothing is left that says who it was, and nothing looks altered.

use backend::actor::Actor;
use backend::documents;
use backend::erasure::erase_owner;
use backend::history;
use backend::registry::lookup;
use domain::animal::Drawing;
use domain::catalogue::HoldingProof;
use domain::command::Command;
use domain::document::Verification;
use domain::id::{AnimalId, OwnerId, StaffId};
use domain::refusal::Refusal;
use domain::role::{Role, UseCase};
use domain::submission::Outcome;

use crate::it::databases::Database;
use crate::it::desk::refused;
use crate::it::field::{Field, Guest, dog};

const CHIP: &str = "999000000000701";
const OTHER_CHIP: &str = "999000000000702";
const GROUND: &str = "Solicitud del titular, Ley 21.719";

/// Every text of every row, to look for what must not be there.
pub async fn everything(database: &Database) -> String {
    let tables = crate::it::backup::contents(database).await;
    let rows = tables.into_values().flatten().flatten().flatten();
    rows.map(readable).collect::<Vec<_>>().join("\n")
}

/// A column as text: bytes come in hexadecimal.
fn readable(column: String) -> String {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(column.as_bytes());
    match bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => format!("{column} {text}"),
        None => column,
    }
}

/// Somebody with two records of one dog, and who is to have it.
fn two_records(run: u32) -> (Guest, Guest, Guest) {
    let from = Guest::new(run);
    let dog = AnimalId(backend::clock::fresh_id());
    let kept = Guest { dog, owner: from.owner, ..Guest::new(run) };
    (from, kept, Guest::new(run + 1))
}

/// The records are united, and the dog goes to somebody else.
fn moved(from: &Guest, kept: &Guest, to: &Guest) -> Vec<Command> {
    vec![
        Command::MergeAnimals { kept: kept.dog, merged: from.dog },
        Command::TransferAnimal { animal: kept.dog, owner: to.owner },
    ]
}

/// How many documents say whose they are by somebody's number.
async fn said_of(database: &Database, guest: &Guest) -> i64 {
    let run = guest.run;
    database.number(&format!("SELECT COUNT(*) FROM document WHERE facts LIKE '%{run}%'")).await
}

on_both_databases! {
    async fn nothing_is_left_that_says_who_it_was(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let (guest, merged) = (Guest::new(40_000_701), Guest::new(40_000_702));
        let signed = domain::animal::AnimalDetails {
            holding_proof: HoldingProof::ALL.first().copied(),
            declaration: Drawing::parse("M11 22L33 44").ok(),
            ..dog("Ñato")
        };
        let mut visit = field.visit(&guest, CHIP);
        if let Command::RegisterAnimal { details, .. } = &mut visit[1] {
            **details = signed;
        }
        let outcome = field.submit(visit).await;
        let Outcome::Accepted { documents: issued, .. } = outcome else { panic!("{outcome:?}") };
        let bytes = "%PDF of Núñez 40000701".as_bytes().to_vec();
        documents::keep_bytes(&field.office, issued[0].id, bytes).await.unwrap();
        field.submit(vec![merged.registered()]).await;
        let merge = Command::MergeOwners { kept: guest.owner, merged: merged.owner };
        field.submit_as(field.as_coordinator(), vec![merge]).await;
        // Refused under an identifier of its own, and known again with another address.
        let refused_visit = field.visit(&Guest::new(40_000_701), CHIP);
        assert!(matches!(field.submit(refused_visit).await, Outcome::Conflict { .. }));
        let again = Guest { email: Some("otra@example.cl.invalid"), ..Guest::new(40_000_701) };
        field.submit(vec![again.registered()]).await;
        lookup::search(&field.office, field.as_operative(), CHIP).await.unwrap();
        let secrets = ["Núñez", "40000701", "40000702", "Sicilia", "@example.cl", "M11 22"];
        let before = everything(&database).await;
        // Staff have addresses of the same domain.
        let theirs = |text: &str| text.replace("tenedor@example.cl", "SECRET");
        assert!(secrets.iter().all(|secret| before.contains(secret)), "nothing to erase");
        history::seal_now(&database.store, &field.office.keys, field.office.clock.now())
            .await
            .unwrap();
        let actor = field.as_coordinator();
        let erased = erase_owner(&field.office, actor, merged.owner, GROUND).await.unwrap();
        assert_eq!((erased.owners, erased.files, erased.documents >= 1), (2, 1, true));
        assert!(erased.links > 3 && erased.submissions >= 1 && erased.messages >= 1, "{erased:?}");
        let after = theirs(&everything(&database).await);
        for secret in ["Núñez", "nunez", "40000701", "40000702", "Sicilia", "SECRET", "M11 22"] {
            assert!(!after.contains(secret), "{secret} is still there");
        }
        assert!(!after.contains("otra@example.cl"), "the proposal is still there");
        let report = history::verify(&field.office.store, &field.office.keys).await.unwrap();
        assert!(report.is_whole(), "{report:?}");
        assert_eq!(report.erased, erased.links);
    }

    async fn what_was_done_still_counts_and_its_document_is_still_known(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let guest = Guest::new(40_000_711);
        let outcome = field.submit(field.visit(&guest, CHIP)).await;
        let Outcome::Accepted { documents: issued, .. } = outcome else { panic!("{outcome:?}") };
        let text = issued[0].link.as_deref().unwrap().rsplit('/').next().unwrap().to_owned();
        let actor = Actor::System;
        erase_owner(&field.office, actor, guest.owner, GROUND).await.unwrap();
        let account = backend::reports::public_account(&field.office, 2026).await.unwrap();
        assert_eq!((account.total.implantations, account.total.dewormings_internal), (1, 1));
        let said = documents::verify(&field.office, &text).await.unwrap();
        assert!(matches!(said, Verification::Valid { .. }), "{said:?}");
        let found = lookup::search(&field.office, field.as_operative(), CHIP).await;
        assert_eq!(found.unwrap().owners[0].details.name.full(), "N. N.");
        // The same person may come again, as anybody.
        let outcome = field.submit(vec![Guest::new(40_000_711).registered()]).await;
        let Outcome::Accepted { aliases, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(aliases, []);
    }

    async fn a_signature_on_an_animal_that_went_to_somebody_else_goes_too(database) {
        let field = Field::on(&database).await;
        let (from, to) = (Guest::new(40_000_731), Guest::new(40_000_732));
        let details = Box::new(domain::animal::AnimalDetails {
            declaration: Drawing::parse("M11 22L33 44").ok(),
            ..dog("Ñato")
        });
        let (animal, owner) = (from.dog, from.owner);
        let dog = Command::RegisterAnimal { animal, owner, details };
        field.submit(vec![from.registered(), dog, to.registered()]).await;
        let transfer = Command::TransferAnimal { animal, owner: to.owner };
        field.submit_as(field.as_coordinator(), vec![transfer]).await;
        assert!(everything(&database).await.contains("M11 22"));
        erase_owner(&field.office, Actor::System, from.owner, GROUND).await.unwrap();
        assert!(!everything(&database).await.contains("M11 22"));
        let report = history::verify(&field.office.store, &field.office.keys).await.unwrap();
        assert!(report.is_whole(), "{report:?}");
        assert!(everything(&database).await.contains("40000732"), "the other person stays");
    }

    async fn what_the_next_owner_of_a_united_animal_has_stays(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let (from, kept, to) = two_records(40_000_741);
        let printed = async |outcome: Outcome| {
            let Outcome::Accepted { documents: made, .. } = outcome else { panic!("{outcome:?}") };
            assert_eq!(made.len(), 1);
            let bytes = b"%PDF".to_vec();
            documents::keep_bytes(&field.office, made[0].id, bytes).await.unwrap();
        };
        printed(field.submit(field.visit(&from, CHIP)).await).await;
        field.submit(vec![kept.dog_registered("Luna"), to.registered()]).await;
        printed(field.submit_as(field.as_coordinator(), moved(&from, &kept, &to)).await).await;
        let erased = erase_owner(&field.office, Actor::System, from.owner, GROUND).await;
        assert_eq!(erased.unwrap().files, 1, "the one that was theirs");
        assert_eq!(said_of(&database, &from).await, 0);
        assert_eq!(said_of(&database, &to).await, 1);
        let files = "SELECT COUNT(*) FROM document_file
            JOIN document ON document.id = document_file.document_id WHERE state = 'issued'";
        assert_eq!(database.number(files).await, 1);
    }

    async fn what_waits_for_a_hand_is_of_who_has_the_united_animal(database) {
        let field = Field::on(&database).await;
        let revoked = "SELECT COUNT(*) FROM document WHERE ended_reason = 'owner_erased'";
        let (from, kept, to) = two_records(40_000_743);
        field.submit(field.visit(&from, CHIP)).await;
        field.submit(vec![kept.dog_registered("Luna"), to.registered()]).await;
        field.submit_as(field.as_coordinator(), moved(&from, &kept, &to)).await;
        erase_owner(&field.office, Actor::System, from.owner, GROUND).await.unwrap();
        assert_eq!(database.number(revoked).await, 0);
        assert_eq!(field.authorise().await, 1);
        assert_eq!(said_of(&database, &to).await, 1);
        // Another's record that stands behind an animal of theirs goes with it.
        database.raw("DELETE FROM authorisation").await;
        let [merged, kept] = [40_000_745, 40_000_746].map(Guest::new);
        field.submit(field.visit(&merged, OTHER_CHIP)).await;
        field.submit(vec![kept.registered(), kept.dog_registered("Luna")]).await;
        let unite = Command::MergeAnimals { kept: kept.dog, merged: merged.dog };
        field.submit_as(field.as_coordinator(), vec![unite]).await;
        erase_owner(&field.office, Actor::System, merged.owner, GROUND).await.unwrap();
        assert_eq!(database.number(revoked).await, 0);
        erase_owner(&field.office, Actor::System, kept.owner, GROUND).await.unwrap();
        assert_eq!(database.number(revoked).await, 1);
    }

    async fn what_was_printed_for_others_stays(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        // The one number ends as the other is, check digit and all; and the third is that of the
        // veterinarian who signs, who brings a dog as well.
        let people = [345_678, 14_345_678, 12_345_678].map(Guest::new);
        for (number, guest) in people.iter().enumerate() {
            let visit = field.visit(guest, &format!("99900000000074{number}"));
            let Outcome::Accepted { documents: issued, .. } = field.submit(visit).await else {
                panic!("not accepted")
            };
            let bytes = b"%PDF".to_vec();
            documents::keep_bytes(&field.office, issued[0].id, bytes).await.unwrap();
        }
        let keys = people.each_ref().map(|guest| guest.details().document.key().unwrap());
        assert!(keys[1].ends_with(&keys[0]), "{keys:?}");
        let said = "SELECT COUNT(*) FROM document WHERE facts IS NOT NULL";
        let files = "SELECT COUNT(*) FROM document_file";
        assert_eq!((database.number(said).await, database.number(files).await), (3, 3));
        for (left, guest) in [(2, &people[0]), (1, &people[2])] {
            let erased = erase_owner(&field.office, Actor::System, guest.owner, GROUND).await;
            assert_eq!(erased.unwrap().files, 1);
            let after = (database.number(said).await, database.number(files).await);
            assert_eq!(after, (left, left));
        }
        let other = format!("SELECT COUNT(*) FROM document WHERE facts LIKE '%{}%'", keys[1]);
        assert_eq!(database.number(&other).await, 1, "it is theirs who was not erased");
    }

    async fn only_who_may_erases_and_only_on_a_ground(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_721);
        field.submit(vec![guest.registered()]).await;
        let office = &field.office;
        let use_case = UseCase::EraseOwner;
        for actor in [field.as_operative(), field.as_veterinarian()] {
            let answer = erase_owner(office, actor, guest.owner, GROUND).await;
            assert_eq!(refused(answer), Refusal::Forbidden { use_case });
        }
        let admin = Actor::Staff { id: StaffId(backend::clock::fresh_id()), role: Role::Admin };
        let answer = erase_owner(office, admin, guest.owner, "  ").await;
        assert!(matches!(refused(answer), Refusal::Invalid { .. }));
        let nobody = OwnerId(backend::clock::fresh_id());
        let answer = erase_owner(office, admin, nobody, GROUND).await;
        assert_eq!(refused(answer), Refusal::OwnerUnknown);
        erase_owner(office, admin, guest.owner, GROUND).await.unwrap();
    }
}
