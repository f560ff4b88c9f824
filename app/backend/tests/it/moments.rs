//! When a service was done, corrected: the clock of the phone that recorded it was wrong.

use backend::actor::Actor;
use backend::desk::{act, register};
use backend::erasure::erase_owner;
use backend::store::vocabulary::document::DocumentRow;
use domain::catalogue::{SterilisationOutcome, VitalState};
use domain::command::Command;
use domain::desk::sheet::AnimalSheet;
use domain::document::DocumentFacts;
use domain::field_error::{Field as Named, FieldError, Problem};
use domain::refusal::Refusal;
use domain::submission::{Outcome, Submission};
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};

use crate::it::correcting::commands::{corrected, done_at, operated, service_of};
use crate::it::databases::{Database, Stored};
use crate::it::desk::{at_browser, refused};
use crate::it::erasure::everything;
use crate::it::field::{Field, Guest, NOW, refusal};

const CHIP: &str = "999000000000811";
/// By how much the clock of the phone was wrong.
const WRONG_MS: i64 = 40 * DAY_MS;
const DAY: &str = "2026-11-22";
const WRONG_DAY: &str = "2026-10-13";

async fn sheet(field: &Field, guest: &Guest) -> AnimalSheet {
    register::animal(&field.office, field.as_coordinator(), guest.dog).await.unwrap()
}

async fn count(database: &Database, what: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {what}")).await
}

#[track_caller]
fn accepted(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

/// Sends a submission as it was recorded at a moment, and answers it.
async fn recorded(field: &Field, by: Actor, at: Timestamp, commands: Vec<Command>) -> Submission {
    let submission = Submission { recorded_at: at, ..field.submission(by, commands) };
    let reply = field.send(by, &[submission.clone()]).await;
    accepted(&reply.answers[0].outcome);
    submission
}

/// On which day the documents of an animal in force say that it was done.
async fn printed(field: &Field, guest: &Guest) -> Vec<String> {
    let dog = guest.dog.0;
    let store = &field.office.store;
    let rows: Stored<Vec<_>> =
        store.read(move |tx| Box::pin(async move { tx.documents_of(&[dog]).await })).await;
    let issued = rows.unwrap().into_iter().filter(|row| row.state == "issued");
    let day = |row: DocumentRow| {
        let facts: DocumentFacts = serde_json::from_str(row.facts.as_deref().unwrap()).unwrap();
        facts.place.on.to_string()
    };
    issued.map(day).collect()
}

/// When a service was done and on which day, as the sheet shows it.
async fn shown(field: &Field, guest: &Guest, recorded: &Command) -> (Timestamp, String) {
    let sheet = sheet(field, guest).await;
    let service = sheet.services.iter().find(|one| one.id == *service_of(recorded)).unwrap();
    (service.at, service.on.to_string())
}

on_both_databases! {
    async fn a_service_of_a_wrong_clock_comes_to_the_day_of_its_outreach(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_811));
        field.authorise().await;
        let wrong = Timestamp(NOW.0 - WRONG_MS);
        let visit = field.visit(&guest, CHIP);
        let sent = recorded(&field, field.as_operative(), wrong, visit.clone()).await;
        assert_eq!(shown(&field, &guest, &visit[2]).await, (wrong, WRONG_DAY.to_owned()));
        assert_eq!(printed(&field, &guest).await, [WRONG_DAY]);

        let present = at_browser(field.as_coordinator());
        let (id, at) = (act::fresh(), Timestamp(NOW.0 - 600_000));
        for _ in 0..2 {
            let right = vec![done_at(corrected(&visit[2], |_| {}), at)];
            let made = act::record(&field.office, &present, id, right).await;
            assert_eq!(made.unwrap(), 1, "its certificate says the day");
        }
        assert_eq!(shown(&field, &guest, &visit[2]).await, (at, DAY.to_owned()));
        assert_eq!(printed(&field, &guest).await, [DAY]);
        assert_eq!(count(&database, "outbox WHERE kind = 'correction'").await, 1);
        // What the phone said is kept beside it, and so is on which day it was recorded.
        let said = format!("submission WHERE recorded_at = {}", sent.recorded_at.0);
        assert_eq!(count(&database, &said).await, 1);
        let kept = format!("service WHERE performed_on = '{DAY}' AND recorded_on = '{WRONG_DAY}'");
        assert_eq!(count(&database, &kept).await, 1);
        let history = sheet(&field, &guest).await.history;
        let told = history.iter().find(|line| line.kind == "service_corrected").unwrap();
        let pair = ("at".to_owned(), at.0.to_string());
        assert!(told.said.as_ref().unwrap().contains(&pair), "{told:?}");

        // A later correction that says nothing of it leaves it there.
        let word = vec![corrected(&visit[2], |_| {})];
        act::record(&field.office, &present, act::fresh(), word).await.unwrap();
        assert_eq!(shown(&field, &guest, &visit[2]).await, (at, DAY.to_owned()));
        let report = backend::history::verify(&field.office.store, &field.office.keys).await;
        assert!(report.unwrap().is_whole());
    }

    async fn nothing_is_done_on_another_day_or_before_it_comes(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_812));
        let visit = field.visit(&guest, CHIP);
        accepted(&field.submit(visit.clone()).await);
        let present = at_browser(field.as_coordinator());
        let to = |at: i64| vec![done_at(corrected(&visit[3], |_| {}), Timestamp(NOW.0 + at))];
        for (at, named, problem) in [
            (HOUR_MS, Named::Time, Problem::InFuture),
            (DAY_MS, Named::Date, Problem::OtherDay),
            (-DAY_MS, Named::Date, Problem::OtherDay),
            (i64::MIN / 2, Named::Date, Problem::OtherDay),
        ] {
            let answer = act::record(&field.office, &present, act::fresh(), to(at)).await;
            let expected = Refusal::field(FieldError::new(named, problem));
            assert_eq!(refused(answer), expected, "{at}");
        }
        assert_eq!(shown(&field, &guest, &visit[3]).await, (NOW, DAY.to_owned()));
        // Who recorded it may say so on that day, and nobody else of the field.
        let earlier = -30 * 60_000;
        accepted(&field.submit(to(earlier)).await);
        assert_eq!(shown(&field, &guest, &visit[3]).await.0, Timestamp(NOW.0 + earlier));
        let outcome = field.submit_as(field.as_veterinarian(), to(0)).await;
        assert_eq!(refusal(&outcome), &Refusal::NotYourRecord);
        // The night after an outreach is of its day.
        field.office.clock.advance_ms(11 * HOUR_MS);
        let night = act::record(&field.office, &present, act::fresh(), to(10 * HOUR_MS)).await;
        night.unwrap();
        let at = Timestamp(NOW.0 + 10 * HOUR_MS);
        assert_eq!(shown(&field, &guest, &visit[3]).await, (at, DAY.to_owned()));
    }

    async fn an_animal_that_died_of_a_surgery_died_on_its_day(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_813));
        let died = operated(&field, &guest, SterilisationOutcome::Deceased);
        let visit = vec![guest.registered(), guest.dog_registered("Ñato"), died.clone()];
        let wrong = Timestamp(NOW.0 - WRONG_MS);
        recorded(&field, field.as_veterinarian(), wrong, visit).await;
        let since = async || {
            let sheet = sheet(&field, &guest).await;
            (sheet.vital_state, sheet.vital_since.map(|day| day.to_string()))
        };
        assert_eq!(since().await, (VitalState::Deceased, Some(WRONG_DAY.to_owned())));
        let right = vec![done_at(corrected(&died, |_| {}), NOW)];
        accepted(&field.submit_as(field.as_coordinator(), right).await);
        assert_eq!(since().await, (VitalState::Deceased, Some(DAY.to_owned())));
    }

    async fn whose_signature_it_is_follows_from_when_it_was_given(database) {
        let field = Field::on(&database).await;
        let (from, to) = (Guest::new(40_000_814), Guest::new(40_000_815));
        let known = vec![from.registered(), from.dog_registered("Ñato")];
        accepted(&field.submit_as(field.as_veterinarian(), known).await);
        let surgery = operated(&field, &from, SterilisationOutcome::Performed);
        // Signed before the dog went to somebody else, and brought home after.
        field.office.clock.advance_ms(HOUR_MS);
        let transfer = Command::TransferAnimal { animal: from.dog, owner: to.owner };
        let at_desk = vec![to.registered(), transfer];
        accepted(&field.submit_as(field.as_coordinator(), at_desk).await);
        field.office.clock.advance_ms(HOUR_MS);
        recorded(&field, field.as_veterinarian(), NOW, vec![surgery.clone()]).await;
        let later = done_at(corrected(&surgery, |_| {}), Timestamp(NOW.0 + HOUR_MS + 600_000));
        accepted(&field.submit_as(field.as_coordinator(), vec![later]).await);
        assert!(everything(&database).await.contains("M1 1L60 60"));
        let ground = "Solicitud del titular, Ley 21.719";
        erase_owner(&field.office, Actor::System, from.owner, ground).await.unwrap();
        assert!(!everything(&database).await.contains("M1 1L60 60"));
    }
}
