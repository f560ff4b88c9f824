//! The desk of the RNM: only steps that lead somewhere, and a certificate that reaches its owner.

use backend::actor::Actor;
use backend::erasure::erase_owner;
use backend::rnm::{self, Approval};
use domain::animal::{AnimalDetails, Birth};
use domain::catalogue::breed::Breed;
use domain::catalogue::coat::Coat;
use domain::catalogue::{Acquisition, HoldingProof, KeepingReason, Pattern, VitalState};
use domain::command::Command;
use domain::desk::queue::RnmStep;
use domain::id::ServiceId;
use domain::refusal::Refusal;
use domain::rnm::RnmState;
use domain::submission::Outcome;

use crate::it::desk::refused;
use crate::it::erasure::everything;
use crate::it::field::{Field, Guest, dog};

const CHIP: &str = "999000000000301";
const OTHER_CHIP: &str = "999000000000302";
pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n";

/// A dog with everything that the form asks of one.
pub fn complete(name: &str) -> AnimalDetails {
    AnimalDetails {
        breed: Some(Breed::parse("mestizo").unwrap()),
        coat: Some(Coat::parse("black-white").unwrap()),
        pattern: Some(Pattern::ALL[0]),
        birth: Some(Birth { on: "2024-05-01".parse().unwrap(), estimated: true }),
        acquisition: Some(Acquisition::Adoption),
        keeping_reason: Some(KeepingReason::Companion),
        holding_proof: Some(HoldingProof::ALL[0]),
        // A simple declaration shows the holding only once it is signed.
        declaration: domain::animal::Drawing::parse("M10 20L30 40").ok(),
        ..dog(name)
    }
}

/// A visit whose animal has everything that the form asks; answers the service of its chip.
async fn ready(field: &Field, guest: &Guest, chip: &str) -> ServiceId {
    let mut commands = field.visit(guest, chip);
    commands[1] = Command::RegisterAnimal {
        animal: guest.dog,
        owner: guest.owner,
        details: Box::new(complete("Ñato")),
    };
    let Command::RecordService { service, .. } = commands[2] else { panic!("a chip") };
    field.submit(commands).await;
    service
}

/// Has the coordinator do something.
async fn tell(field: &Field, command: Command) {
    let outcome = field.submit_as(field.as_coordinator(), vec![command]).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

async fn unite(field: &Field, kept: &Guest, merged: &Guest) {
    tell(field, Command::MergeAnimals { kept: kept.dog, merged: merged.dog }).await;
}

async fn come_apart(field: &Field, merged: &Guest) {
    tell(field, Command::UnmergeAnimal { merged: merged.dog }).await;
}

/// Where a dog's request stands, and its number.
async fn state_of(field: &Field, guest: &Guest) -> (RnmState, Option<String>) {
    let (office, actor) = (&field.office, field.as_coordinator());
    let sheet = backend::desk::register::animal(office, actor, guest.dog).await.unwrap();
    (sheet.rnm_state, sheet.rnm_number)
}

fn approval(guest: &Guest) -> Approval {
    Approval { animal: guest.dog, number: "AB-123".to_owned(), pdf: PDF.to_vec() }
}

on_both_databases! {
    async fn an_approval_keeps_the_certificate_and_mails_it_once(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_301);
        ready(&field, &guest, CHIP).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let list = rnm::list(office, actor, RnmState::Ready, 1).await.unwrap();
        assert_eq!((list.rows.len(), list.rows[0].animal), (1, guest.dog));
        rnm::mark(office, actor, vec![guest.dog], RnmStep::Requested).await.unwrap();
        let document = rnm::approve(office, actor, approval(&guest)).await.unwrap();
        let kept = backend::documents::printing(office, document).await.unwrap();
        let backend::documents::Printing::Bytes { bytes, .. } = kept else { panic!("printed") };
        assert_eq!(bytes, PDF);
        let hashed = "SELECT COUNT(*) FROM document WHERE kind = 'rnm' AND sha256 IS NOT NULL";
        assert_eq!(database.number(hashed).await, 1);
        let mailed = "SELECT COUNT(*) FROM outbox WHERE kind = 'rnm_approved'";
        assert_eq!(database.number(mailed).await, 1);
        rnm::certificate_left(office, document).await.unwrap();
        rnm::certificate_left(office, document).await.unwrap();
        let list = rnm::list(office, actor, RnmState::CertificateMailed, 1).await.unwrap();
        assert_eq!(list.rows[0].number.as_deref(), Some("AB-123"));
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'rnm_certificate_mailed'";
        assert_eq!(database.number(noted).await, 1);
    }

    async fn nobody_asks_for_an_animal_that_has_died(database) {
        let field = Field::on(&database).await;
        let (dead, lost) = (Guest::new(40_000_304), Guest::new(40_000_305));
        ready(&field, &dead, CHIP).await;
        ready(&field, &lost, OTHER_CHIP).await;
        let since = "2026-11-22".parse().unwrap();
        for (guest, state) in [(&dead, VitalState::Deceased), (&lost, VitalState::Lost)] {
            let animal = guest.dog;
            let by = field.as_coordinator();
            let told = vec![Command::SetVitalState { animal, state, since }];
            let outcome = field.submit_as(by, told).await;
            assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        }
        let (office, actor) = (&field.office, field.as_coordinator());
        let list = rnm::list(office, actor, RnmState::Ready, 1).await.unwrap();
        let listed: Vec<_> = list.rows.iter().map(|row| row.animal).collect();
        assert_eq!(listed, [lost.dog]);
        let handed_over = rnm::ready(office, actor).await.unwrap();
        assert_eq!(handed_over.len(), 1);
        let count = list.counts.iter().find(|count| count.state == RnmState::Ready);
        assert_eq!(count.unwrap().count, 1);
    }

    async fn several_are_marked_together_or_none(database) {
        let field = Field::on(&database).await;
        let (one, other) = (Guest::new(40_000_302), Guest::new(40_000_303));
        ready(&field, &one, CHIP).await;
        field.submit(field.visit(&other, OTHER_CHIP)).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let both = vec![one.dog, other.dog];
        let refusal = refused(rnm::mark(office, actor, both, RnmStep::Requested).await);
        let (from, to) = (RnmState::Incomplete, RnmState::Requested);
        assert_eq!(refusal, Refusal::RnmStep { from, to });
        let list = rnm::list(office, actor, RnmState::Ready, 1).await.unwrap();
        assert_eq!(list.rows.len(), 1);
        let lacking = rnm::list(office, actor, RnmState::Incomplete, 1).await.unwrap();
        assert_eq!(lacking.rows[0].lacks.len(), 7);
    }

    async fn an_observation_needs_its_reason(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_304);
        ready(&field, &guest, CHIP).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        rnm::mark(office, actor, vec![guest.dog], RnmStep::Requested).await.unwrap();
        let mute = RnmStep::Observed { reason: "  ".to_owned() };
        let refusal = refused(rnm::mark(office, actor, vec![guest.dog], mute).await);
        assert!(matches!(refusal, Refusal::Invalid { .. }));
        let said = RnmStep::Observed { reason: "Falta la comuna".to_owned() };
        rnm::mark(office, actor, vec![guest.dog], said).await.unwrap();
        let list = rnm::list(office, actor, RnmState::Observed, 1).await.unwrap();
        assert_eq!(list.rows[0].reason.as_deref(), Some("Falta la comuna"));
    }

    async fn an_owner_without_mail_gets_the_certificate_on_paper(database) {
        let field = Field::on(&database).await;
        let guest = Guest { email: None, ..Guest::new(40_000_305) };
        ready(&field, &guest, CHIP).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        rnm::approve(office, actor, approval(&guest)).await.unwrap();
        assert_eq!(database.number("SELECT COUNT(*) FROM outbox").await, 0);
        let tasks = backend::tasks::list(office, actor, 9).await.unwrap();
        let asked = tasks.iter().filter(|task| task.body.kind() == "hand_over").count();
        assert_eq!((asked, tasks.len()), (1, 1), "somebody has to hand it over: {tasks:?}");
        rnm::mark(office, actor, vec![guest.dog], RnmStep::HandedOver).await.unwrap();
        let list = rnm::list(office, actor, RnmState::CertificateMailed, 1).await.unwrap();
        assert_eq!(list.rows.len(), 1);
    }

    async fn a_wrong_number_or_file_is_corrected_and_mailed_again(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_307);
        ready(&field, &guest, CHIP).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let first = rnm::approve(office, actor, approval(&guest)).await.unwrap();
        rnm::certificate_left(office, first).await.unwrap();
        let right = Approval { number: "AB-321".to_owned(), ..approval(&guest) };
        let second = rnm::approve(office, actor, right).await.unwrap();
        let replaced = "SELECT COUNT(*) FROM document WHERE kind = 'rnm' AND state = 'replaced'";
        assert_eq!(database.number(replaced).await, 1);
        let mailed = "SELECT COUNT(*) FROM outbox WHERE kind = 'rnm_approved'";
        assert_eq!(database.number(mailed).await, 2);
        rnm::certificate_left(office, first).await.unwrap();
        let list = rnm::list(office, actor, RnmState::Approved, 1).await.unwrap();
        assert_eq!(list.rows.len(), 1, "the mail of the wrong one settles nothing");
        rnm::certificate_left(office, second).await.unwrap();
        let list = rnm::list(office, actor, RnmState::CertificateMailed, 1).await.unwrap();
        assert_eq!(list.rows[0].number.as_deref(), Some("AB-321"));
    }

    async fn an_owner_sees_lists_and_exports(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_308);
        ready(&field, &guest, CHIP).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        rnm::list(office, actor, RnmState::Ready, 1).await.unwrap();
        assert_eq!(rnm::ready(office, actor).await.unwrap().len(), 1);
        let chip = domain::chip_number::ChipNumber::from_digits(CHIP).unwrap();
        backend::registry::lookup::chip_status(office, field.as_operative(), chip).await.unwrap();
        for kind in ["list", "export", "chip"] {
            let sql = format!("SELECT COUNT(*) FROM lookup WHERE kind = '{kind}'");
            assert_eq!(database.number(&sql).await, 1, "{kind}");
        }
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'list_exported'";
        assert_eq!(database.number(noted).await, 1);
    }

    async fn what_the_municipality_registered_ends_with_a_transfer(database) {
        let field = Field::on(&database).await;
        let (guest, other) = (Guest::new(40_000_309), Guest::new(40_000_310));
        ready(&field, &guest, CHIP).await;
        field.submit(field.visit(&other, OTHER_CHIP)).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let document = rnm::approve(office, actor, approval(&guest)).await.unwrap();
        let present = crate::it::desk::at_browser(actor);
        let sheet = backend::desk::register::animal(office, actor, guest.dog).await.unwrap();
        let command = Command::TransferAnimal { animal: guest.dog, owner: other.owner };
        backend::desk::act::record(office, &present, sheet.act, vec![command]).await.unwrap();
        let sheet = backend::desk::register::animal(office, actor, guest.dog).await.unwrap();
        assert_eq!((sheet.rnm_state, sheet.rnm_number), (RnmState::Ready, None));
        let ended = sheet.documents.iter().find(|line| line.id == document).unwrap();
        assert_eq!(ended.state, domain::document::DocumentState::Withdrawn);
    }

    async fn only_a_coordinator_decides_and_exports(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_306);
        ready(&field, &guest, CHIP).await;
        let (office, other) = (&field.office, field.as_veterinarian());
        let marked = rnm::mark(office, other, vec![guest.dog], RnmStep::Requested).await;
        assert!(matches!(refused(marked), Refusal::Forbidden { .. }));
        let approved = rnm::approve(office, other, approval(&guest)).await;
        assert!(matches!(refused(approved), Refusal::Forbidden { .. }));
        let taken = rnm::ready(office, other).await;
        assert!(matches!(refused(taken.map(|rows| rows.len())), Refusal::Forbidden { .. }));
        assert_eq!(rnm::ready(office, field.as_coordinator()).await.unwrap().len(), 1);
    }

    async fn what_the_municipality_registered_of_either_record_stands(database) {
        let field = Field::on(&database).await;
        let (merged, kept) = (Guest::new(40_000_311), Guest::new(40_000_312));
        ready(&field, &merged, CHIP).await;
        field.submit(vec![kept.registered(), kept.dog_registered("Ñato")]).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        rnm::mark(office, actor, vec![merged.dog], RnmStep::Requested).await.unwrap();
        unite(&field, &kept, &merged).await;
        assert_eq!(state_of(&field, &kept).await, (RnmState::Requested, None));
        assert!(rnm::ready(office, actor).await.unwrap().is_empty(), "it was entered");
        let list = rnm::list(office, actor, RnmState::Requested, 1).await.unwrap();
        assert_eq!((list.rows.len(), list.rows[0].animal), (1, kept.dog));
        let approval = Approval { animal: kept.dog, ..approval(&merged) };
        let document = rnm::approve(office, actor, approval).await.unwrap();
        let number = Some("AB-123".to_owned());
        assert_eq!(state_of(&field, &kept).await, (RnmState::Approved, number.clone()));
        rnm::certificate_left(office, document).await.unwrap();
        let mailed = (RnmState::CertificateMailed, number);
        assert_eq!(state_of(&field, &kept).await, mailed);
        come_apart(&field, &merged).await;
        assert_eq!(state_of(&field, &kept).await, (RnmState::NoChip, None));
        assert_eq!(state_of(&field, &merged).await, mailed, "the request was of its chip");
        unite(&field, &kept, &merged).await;
        assert_eq!(state_of(&field, &kept).await, mailed);
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'rnm_number_set_aside'";
        assert_eq!(database.number(noted).await, 0);
    }

    async fn of_two_numbers_the_kept_one_stands_and_the_history_tells_the_other(database) {
        let field = Field::on(&database).await;
        let (one, other) = (Guest::new(40_000_313), Guest::new(40_000_314));
        let chip = ready(&field, &one, CHIP).await;
        ready(&field, &other, OTHER_CHIP).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        rnm::approve(office, actor, approval(&one)).await.unwrap();
        let second = Approval { number: "CD-456".to_owned(), ..approval(&other) };
        let document = rnm::approve(office, actor, second).await.unwrap();
        // Two chips are two animals: the first was never there.
        let reason = domain::name::ShortText::parse("Era otro").unwrap();
        tell(&field, Command::AnnulService { service: chip, reason }).await;
        let mine = (RnmState::Approved, Some("AB-123".to_owned()));
        for (kept, merged, number, aside) in
            [(&one, &other, "AB-123", "CD-456"), (&other, &one, "CD-456", "AB-123")]
        {
            unite(&field, kept, merged).await;
            let stands = state_of(&field, kept).await.1;
            assert_eq!(stands.as_deref(), Some(number));
            let sheet = backend::desk::register::animal(office, actor, kept.dog).await.unwrap();
            let told = sheet.history.iter().find(|line| line.kind == "rnm_number_set_aside");
            let told = &told.unwrap().said;
            assert!(told.iter().flatten().any(|(_, words)| words == aside), "{told:?}");
            rnm::certificate_left(office, document).await.unwrap();
            come_apart(&field, merged).await;
            assert_eq!(state_of(&field, &one).await, mine, "the other's mail settles nothing");
            let theirs = state_of(&field, &other).await.1;
            assert_eq!(theirs.as_deref(), Some("CD-456"));
        }
    }

    async fn a_number_gives_way_to_one_that_came_further_and_is_told(database) {
        let field = Field::on(&database).await;
        let [kept, one, other] = [40_000_318, 40_000_319, 40_000_320].map(Guest::new);
        let chip = ready(&field, &one, CHIP).await;
        ready(&field, &other, OTHER_CHIP).await;
        field.submit(vec![kept.registered(), kept.dog_registered("Ñato")]).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        rnm::approve(office, actor, approval(&one)).await.unwrap();
        let second = Approval { number: "CD-456".to_owned(), ..approval(&other) };
        let document = rnm::approve(office, actor, second).await.unwrap();
        rnm::certificate_left(office, document).await.unwrap();
        let reason = domain::name::ShortText::parse("Era otro").unwrap();
        tell(&field, Command::AnnulService { service: chip, reason }).await;
        unite(&field, &kept, &one).await;
        assert_eq!(state_of(&field, &kept).await.1.as_deref(), Some("AB-123"));
        unite(&field, &kept, &other).await;
        assert_eq!(state_of(&field, &kept).await.1.as_deref(), Some("CD-456"));
        let sheet = backend::desk::register::animal(office, actor, kept.dog).await.unwrap();
        let aside = sheet.history.iter().filter(|line| line.kind == "rnm_number_set_aside");
        let aside: Vec<_> = aside.flat_map(|line| line.said.iter().flatten()).collect();
        assert!(aside.iter().any(|(_, words)| words == "AB-123"), "{aside:?}");
    }

    async fn a_transfer_ends_what_was_registered_of_a_united_record(database) {
        let field = Field::on(&database).await;
        let (merged, kept) = (Guest::new(40_000_315), Guest::new(40_000_316));
        let other = Guest::new(40_000_317);
        ready(&field, &merged, CHIP).await;
        field.submit(vec![kept.registered(), kept.dog_registered("Ñato")]).await;
        field.submit(vec![other.registered()]).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let document = rnm::approve(office, actor, approval(&merged)).await.unwrap();
        unite(&field, &kept, &merged).await;
        tell(&field, Command::TransferAnimal { animal: kept.dog, owner: other.owner }).await;
        let sheet = backend::desk::register::animal(office, actor, kept.dog).await.unwrap();
        assert_eq!((sheet.rnm_state, sheet.rnm_number), (RnmState::Incomplete, None));
        let ended = sheet.documents.iter().find(|line| line.id == document).unwrap();
        assert_eq!(ended.state, domain::document::DocumentState::Withdrawn);
        come_apart(&field, &merged).await;
        assert_eq!(state_of(&field, &merged).await, (RnmState::Ready, None));
    }

    async fn a_certificate_goes_with_who_it_was_made_out_to(database) {
        let field = Field::on(&database).await;
        let (guest, other) = (Guest::new(40_000_325), Guest::new(40_000_326));
        ready(&field, &guest, CHIP).await;
        field.submit(vec![other.registered()]).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        rnm::approve(office, actor, approval(&guest)).await.unwrap();
        tell(&field, Command::TransferAnimal { animal: guest.dog, owner: other.owner }).await;
        let files = "SELECT COUNT(*) FROM document_file";
        assert_eq!(database.number(files).await, 1);
        let ground = "Solicitud del titular, Ley 21.719";
        let erased = erase_owner(office, Actor::System, guest.owner, ground).await.unwrap();
        assert_eq!(erased.files, 1, "the dog is somebody else's");
        assert_eq!(database.number(files).await, 0);
    }

    async fn an_erasure_takes_the_municipalitys_words_from_every_record(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let said = "Habla de la tenedora Ñancupil";
        for (number, is_kept) in [(40_000_321, true), (40_000_323, false)] {
            let (asked, plain) = (Guest::new(number), Guest::new(number + 1));
            // Another proof than a declaration, with which the history would go as a whole.
            let details = AnimalDetails {
                holding_proof: Some(HoldingProof::Receipt),
                declaration: None,
                ..complete("Ñato")
            };
            let mut visit = field.visit(&asked, if is_kept { CHIP } else { OTHER_CHIP });
            let (animal, owner) = (asked.dog, asked.owner);
            visit[1] = Command::RegisterAnimal { animal, owner, details: Box::new(details) };
            field.submit(visit).await;
            field.submit(vec![plain.registered(), plain.dog_registered("Ñato")]).await;
            let observed = RnmStep::Observed { reason: said.to_owned() };
            for step in [RnmStep::Requested, observed] {
                rnm::mark(office, actor, vec![asked.dog], step).await.unwrap();
            }
            let (kept, merged) = if is_kept { (&asked, &plain) } else { (&plain, &asked) };
            unite(&field, kept, merged).await;
            assert!(everything(&database).await.contains("Ñancupil"));
            let ground = "Solicitud del titular, Ley 21.719";
            erase_owner(office, Actor::System, asked.owner, ground).await.unwrap();
            assert!(!everything(&database).await.contains("Ñancupil"), "kept: {is_kept}");
            assert_eq!(state_of(&field, kept).await.0, RnmState::Observed, "it was asked for");
            come_apart(&field, merged).await;
            assert!(!everything(&database).await.contains("Ñancupil"), "kept: {is_kept}");
        }
    }
}
