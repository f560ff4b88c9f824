//! The owner's consent to a surgery: what of it is kept, who sees the signature, and that it goes
//! with its owner.

use backend::actor::Actor;
use backend::desk::register;
use backend::erasure::{erase_owner, erase_person};
use backend::history;
use domain::animal::{AnimalDetails, Drawing};
use domain::catalogue::{ReproductiveState, SterilisationOutcome};
use domain::command::{Command, CorrectionReason};
use domain::desk::sheet::{AnimalSheet, ConsentSheet};
use domain::id::ServiceId;
use domain::refusal::Refusal;
use domain::service::{ServiceDetails, Sterilisation};
use domain::submission::Outcome;

use crate::it::databases::Database;
use crate::it::desk::auditor;
use crate::it::erasure::everything;
use crate::it::field::{Field, Guest, dog, refusal};

const STROKES: &str = "M77 88L99 111";
const GROUND: &str = "Solicitud del titular, Ley 21.719";
const HOUR_MS: i64 = 3_600_000;

fn surgery(field: &Field, guest: &Guest, consent: bool, strokes: Option<&str>) -> Command {
    Command::RecordService {
        service: ServiceId(backend::clock::fresh_id()),
        animal: guest.dog,
        details: Box::new(ServiceDetails::Sterilisation(Sterilisation {
            outcome: SterilisationOutcome::Performed,
            weight: None,
            consent,
            consent_signature: strokes.map(|strokes| Drawing::parse(strokes).unwrap()),
            remarks: None,
        })),
        veterinarian: Some(field.veterinarian),
    }
}

/// What corrects a surgery and brings a signature.
fn signed_after(field: &Field, guest: &Guest, recorded: &Command) -> Command {
    let Command::RecordService { service, .. } = *recorded else { panic!("{recorded:?}") };
    let Command::RecordService { details, veterinarian, .. } =
        surgery(field, guest, true, Some(STROKES))
    else {
        panic!("no surgery")
    };
    let reason = CorrectionReason::Mistyped;
    Command::CorrectService { service, details, veterinarian, reason, at: None }
}

/// A visit of somebody new whose dog is operated.
fn operated(field: &Field, guest: &Guest, consent: bool, strokes: Option<&str>) -> Vec<Command> {
    let surgery = surgery(field, guest, consent, strokes);
    vec![guest.registered(), guest.dog_registered("Ñato"), surgery]
}

#[track_caller]
fn accepted(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

async fn sheet(field: &Field, actor: Actor, guest: &Guest) -> AnimalSheet {
    register::animal(&field.office, actor, guest.dog).await.unwrap()
}

async fn is_written(database: &Database) -> bool {
    everything(database).await.contains("M77 88")
}

on_both_databases! {
    async fn a_signed_consent_is_kept_and_shown_to_who_may_see_it(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_741));
        let visit = operated(&field, &guest, true, Some(STROKES));
        accepted(&field.submit_as(field.as_veterinarian(), visit).await);
        let seen = sheet(&field, field.as_coordinator(), &guest).await;
        let drawing = Drawing::parse(STROKES).ok();
        assert_eq!(seen.services[0].consent, Some(ConsentSheet::Signed { drawing }));
        let mut said = seen.history.iter().flat_map(|line| line.said.iter().flatten());
        let kept = ("consent_signature".to_owned(), STROKES.to_owned());
        assert!(said.any(|pair| *pair == kept), "not in the history");
        let masked = sheet(&field, auditor(), &guest).await;
        let hidden = Some(ConsentSheet::Signed { drawing: None });
        assert_eq!(masked.services[0].consent, hidden);
        let text = serde_json::to_string(&masked).unwrap();
        assert!(!text.contains("M77 88"), "{text}");
    }

    async fn without_a_signature_the_paper_is_the_evidence(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_742));
        let actor = field.as_veterinarian();
        // As an app sends it that knows of no signature.
        let visit = field.submission(actor, operated(&field, &guest, true, None));
        let mut older = serde_json::to_value(&visit).unwrap();
        let details = older["commands"][2]["details"].as_object_mut().unwrap();
        assert!(details.remove("consent_signature").is_some());
        let reply = field.send_raw(actor, vec![older]).await;
        accepted(&reply.answers[0].outcome);
        let seen = sheet(&field, field.as_coordinator(), &guest).await;
        assert_eq!(seen.services[0].consent, Some(ConsentSheet::Unsigned));
    }

    async fn strokes_without_the_owners_word_are_no_consent(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_743));
        let visit = operated(&field, &guest, false, Some(STROKES));
        let outcome = field.submit_as(field.as_veterinarian(), visit).await;
        assert_eq!(*refusal(&outcome), Refusal::ConsentMissing);
    }

    async fn the_signature_goes_with_its_owner(database) {
        let field = Field::on(&database).await;
        let (from, to) = (Guest::new(40_000_744), Guest::new(40_000_745));
        let by = field.as_veterinarian();
        accepted(&field.submit_as(by, operated(&field, &from, true, Some(STROKES))).await);
        // Refused, and kept whole: it names the animal and no owner.
        let again = field.submit_as(by, vec![surgery(&field, &from, true, Some(STROKES))]).await;
        assert_eq!(*refusal(&again), Refusal::AlreadySterilised);
        // It is somebody else's now.
        let transfer = Command::TransferAnimal { animal: from.dog, owner: to.owner };
        let at_desk = vec![to.registered(), transfer];
        accepted(&field.submit_as(field.as_coordinator(), at_desk).await);
        assert!(is_written(&database).await);
        let erased = erase_owner(&field.office, Actor::System, from.owner, GROUND).await.unwrap();
        assert!(erased.submissions >= 1, "{erased:?}");
        assert!(!is_written(&database).await);
        let seen = sheet(&field, field.as_coordinator(), &from).await;
        assert_eq!(seen.services[0].consent, Some(ConsentSheet::Unsigned), "it was given");
        let report = history::verify(&field.office.store, &field.office.keys).await.unwrap();
        assert!(report.is_whole(), "{report:?}");
    }

    async fn a_signature_in_a_refused_correction_goes_with_its_owner(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_753));
        let visit = operated(&field, &guest, true, None);
        let correct = signed_after(&field, &guest, &visit[2]);
        accepted(&field.submit_as(field.as_veterinarian(), visit).await);
        // Kept whole: it names the service, neither the animal nor its owner.
        let outcome = field.submit(vec![correct]).await;
        assert_eq!(*refusal(&outcome), Refusal::NotYourRecord);
        assert!(is_written(&database).await);
        let erased = erase_owner(&field.office, Actor::System, guest.owner, GROUND).await.unwrap();
        assert!(erased.submissions >= 1, "{erased:?}");
        assert!(!is_written(&database).await);
    }

    async fn a_signature_in_a_correction_of_what_was_never_stored_goes_too(database) {
        let field = Field::on(&database).await;
        let [guest, stranger, other] = [40_000_754, 40_000_755, 40_000_756].map(Guest::new);
        let by = field.as_veterinarian();
        accepted(&field.submit_as(by, operated(&field, &guest, true, None)).await);
        // One surgery is refused for its animal, which is known; the others with all they came in.
        let again = surgery(&field, &guest, true, None);
        let outcome = field.submit_as(by, vec![again.clone()]).await;
        assert_eq!(*refusal(&outcome), Refusal::AlreadySterilised);
        let mut recorded = vec![(&guest, again)];
        for somebody in [&stranger, &other] {
            let mut visit = operated(&field, somebody, false, None);
            let outcome = field.submit_as(by, visit.clone()).await;
            assert_eq!(*refusal(&outcome), Refusal::ConsentMissing);
            recorded.push((somebody, visit.remove(2)));
        }
        for (somebody, surgery) in &recorded {
            // Kept whole: it names a service that nobody knows.
            let outcome = field.submit_as(by, vec![signed_after(&field, somebody, surgery)]).await;
            assert_eq!(*refusal(&outcome), Refusal::ServiceUnknown);
        }
        let signed = "SELECT COUNT(*) FROM submission WHERE body LIKE '%M77 88%'";
        assert_eq!(database.number(signed).await, 3);
        erase_owner(&field.office, Actor::System, guest.owner, GROUND).await.unwrap();
        assert_eq!(database.number(signed).await, 2);
        let document = stranger.details().document;
        let erased = erase_person(&field.office, Actor::System, &document, GROUND).await.unwrap();
        assert_eq!(erased.submissions, 2, "the visit and its correction: {erased:?}");
        assert_eq!(database.number(signed).await, 1, "somebody else signed it");
    }

    async fn what_the_next_owner_signed_stays_with_what_was_refused(database) {
        let field = Field::on(&database).await;
        let (from, to) = (Guest::new(40_000_751), Guest::new(40_000_752));
        let visit = operated(&field, &from, true, None);
        accepted(&field.submit_as(field.as_veterinarian(), visit).await);
        let declared = |drawing: &str| Command::CorrectAnimal {
            animal: from.dog,
            details: Box::new(AnimalDetails {
                declaration: Drawing::parse(drawing).ok(),
                reproductive_state: ReproductiveState::Sterilised,
                ..dog("Ñato")
            }),
            reason: CorrectionReason::Mistyped,
        };
        accepted(&field.submit_as(field.as_coordinator(), vec![declared("M11 22L33 44")]).await);
        field.office.clock.advance_ms(HOUR_MS);
        let transfer = Command::TransferAnimal { animal: from.dog, owner: to.owner };
        let at_desk = vec![to.registered(), transfer];
        accepted(&field.submit_as(field.as_coordinator(), at_desk).await);
        field.office.clock.advance_ms(HOUR_MS);
        // Refused for the surgery, and kept whole: it names the animal and no owner.
        for drawing in ["M11 22L33 44", "M55 66L88 99"] {
            let visit = vec![declared(drawing), surgery(&field, &from, true, None)];
            let again = field.submit_as(field.as_coordinator(), visit).await;
            assert_eq!(*refusal(&again), Refusal::AlreadySterilised);
        }
        let signed = vec![surgery(&field, &from, true, Some(STROKES))];
        let again = field.submit_as(field.as_veterinarian(), signed).await;
        assert_eq!(*refusal(&again), Refusal::AlreadySterilised);
        erase_owner(&field.office, Actor::System, from.owner, GROUND).await.unwrap();
        let left = everything(&database).await;
        assert!(left.contains("M77 88"), "the next owner signed it");
        assert!(left.contains("M55 66"), "and this");
        assert!(!left.contains("M11 22"), "that was drawn before and is repeated");
        erase_owner(&field.office, Actor::System, to.owner, GROUND).await.unwrap();
        let left = everything(&database).await;
        assert!(!left.contains("M77 88") && !left.contains("M55 66"));
    }

    async fn a_signature_stays_when_another_owner_of_the_animal_goes(database) {
        let field = Field::on(&database).await;
        let owners = [40_000_746, 40_000_747, 40_000_748].map(Guest::new);
        let [first, signer, last] = &owners;
        let given = async |owner: &Guest| {
            field.office.clock.advance_ms(HOUR_MS);
            let transfer = Command::TransferAnimal { animal: first.dog, owner: owner.owner };
            let visit = vec![owner.registered(), transfer];
            accepted(&field.submit_as(field.as_coordinator(), visit).await);
            field.office.clock.advance_ms(HOUR_MS);
        };
        let visit = vec![first.registered(), first.dog_registered("Ñato")];
        accepted(&field.submit_as(field.as_veterinarian(), visit).await);
        given(signer).await;
        let visit = vec![surgery(&field, first, true, Some(STROKES))];
        accepted(&field.submit_as(field.as_veterinarian(), visit).await);
        given(last).await;
        let signed = Some(ConsentSheet::Signed { drawing: Drawing::parse(STROKES).ok() });
        for (owner, expected) in [
            (first, signed.clone()),
            (last, signed),
            (signer, Some(ConsentSheet::Unsigned)),
        ] {
            erase_owner(&field.office, Actor::System, owner.owner, GROUND).await.unwrap();
            let seen = sheet(&field, field.as_coordinator(), first).await;
            assert_eq!(seen.services[0].consent, expected);
        }
        assert!(!is_written(&database).await);
        let report = history::verify(&field.office.store, &field.office.keys).await.unwrap();
        assert!(report.is_whole(), "{report:?}");
    }
}
