//! Talks: held, told later, corrected with the list of who listened, annulled.

use backend::accounts::session::Present;
use backend::actor::Actor;
use backend::desk::{act, talks};
use backend::error::Error;
use backend::{erasure, planning};
use domain::catalogue::EducationTopic;
use domain::command::{Command, CorrectionReason};
use domain::decide::education::NAMED_MS;
use domain::desk::plan::{OutreachSheet, Talk, TalkCorrection, TalkForm};
use domain::field_error::{Field as Named, FieldError, Problem};
use domain::id::{ServiceId, SubmissionId};
use domain::identity::IdentityDocument;
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::service::EducationSession;
use domain::submission::Outcome;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};

use crate::it::databases::Database;
use crate::it::desk::{at_browser, refused};
use crate::it::erasure::everything;
use crate::it::field::{Field, NOW, refusal};

const LIST: &str = "Elba Quilodrán, 12.345.678-5\nPedro";

#[track_caller]
fn accepted(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

fn annulled(service: ServiceId) -> Command {
    let reason = ShortText::parse("No fue así").unwrap();
    Command::AnnulService { service, reason }
}

async fn count(database: &Database, what: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {what}")).await
}

fn form(listed: &str) -> TalkForm {
    TalkForm {
        topic: "zoonoses".to_owned(),
        minutes: "45".to_owned(),
        listed: listed.to_owned(),
        ..TalkForm::default()
    }
}

async fn sheet(field: &Field, present: &Present) -> OutreachSheet {
    planning::outreach(&field.office, present.actor, field.outreach).await.unwrap()
}

/// The one talk of the outreach.
async fn seen(field: &Field, present: &Present) -> Talk {
    let [talk] = <[Talk; 1]>::try_from(sheet(field, present).await.talks).unwrap();
    talk
}

/// A talk whose list is this.
async fn held(field: &Field, present: &Present, listed: &str) -> Talk {
    let talk = (act::fresh(), form(listed));
    talks::record(&field.office, present, field.outreach, talk).await.unwrap();
    seen(field, present).await
}

/// A correction of a talk that puts another list in the place of the one that was seen.
fn relisted(talk: &Talk, listed: &str) -> TalkCorrection {
    let (was, reason) = (talk.listed.join("\n"), CorrectionReason::Mistyped);
    TalkCorrection { form: form(listed), was, reason, at: None }
}

async fn correct(
    field: &Field,
    present: &Present,
    talk: &Talk,
    (id, correction): (SubmissionId, TalkCorrection),
) -> Result<(), Error> {
    talks::correct(&field.office, present, talk.id, (id, correction)).await
}

#[track_caller]
fn wrong(answer: Result<(), Error>) -> FieldError {
    let Refusal::Invalid { fields } = refused(answer) else { panic!("another refusal") };
    fields[0]
}

on_both_databases! {
    async fn a_talk_is_held_shown_and_annulled(database) {
        let field = Field::on(&database).await;
        let service = ServiceId(backend::clock::fresh_id());
        let held = |attendants| {
            let topic = EducationTopic::Zoonoses;
            let material = ShortText::parse("Volantes").ok();
            let details = EducationSession { topic, attendants, minutes: 45, material };
            vec![Command::RecordEducation { service, details }]
        };
        let outcome = field.submit(held(0)).await;
        assert!(matches!(refusal(&outcome), Refusal::Invalid { .. }), "{outcome:?}");
        accepted(&field.submit(held(31)).await);
        let again = field.submit(held(31)).await;
        assert_eq!(refusal(&again), &Refusal::IdentifierTaken);
        let told = "education_session WHERE attendants = 31 AND material = 'Volantes'";
        assert_eq!(count(&database, told).await, 1);
        let topic = EducationTopic::Zoonoses;
        let details = EducationSession { topic, attendants: 13, minutes: 45, material: None };
        let reason = CorrectionReason::Mistyped;
        let correct = vec![Command::CorrectEducation { service, details, reason, at: None }];
        let outcome = field.submit_as(field.as_veterinarian(), correct.clone()).await;
        assert_eq!(refusal(&outcome), &Refusal::NotYourRecord);
        accepted(&field.submit_as(field.as_coordinator(), correct).await);
        let told = "education_session WHERE attendants = 13 AND material IS NULL";
        assert_eq!(count(&database, told).await, 1);
        let outcome = field.submit_as(field.as_veterinarian(), vec![annulled(service)]).await;
        assert_eq!(refusal(&outcome), &Refusal::NotYourRecord);
        accepted(&field.submit(vec![annulled(service)]).await);
        let outcome = field.submit_as(field.as_coordinator(), vec![annulled(service)]).await;
        assert_eq!(refusal(&outcome), &Refusal::AlreadyAnnulled);
        let kinds = "history WHERE kind LIKE 'education_%'";
        assert_eq!(count(&database, kinds).await, 3);
        let nothing = vec![annulled(ServiceId(backend::clock::fresh_id()))];
        let outcome = field.submit(nothing).await;
        assert_eq!(refusal(&outcome), &Refusal::ServiceUnknown);
    }

    async fn a_talk_told_later_at_the_desk_belongs_to_the_day_of_its_outreach(database) {
        let field = Field::on(&database).await;
        field.office.clock.advance_ms(3 * domain::timestamp::DAY_MS);
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let id = backend::desk::act::fresh();
        let form = TalkForm {
            topic: "zoonoses".to_owned(),
            attendants: " 31 ".to_owned(),
            minutes: "45".to_owned(),
            listed: "Ana Soto\nRosa Díaz".to_owned(),
            ..TalkForm::default()
        };
        let hold = |form: TalkForm| talks::record(office, &present, field.outreach, (id, form));
        let wrong = TalkForm { attendants: "muchos".to_owned(), ..TalkForm::default() };
        let Refusal::Invalid { fields } = refused(hold(wrong).await) else { panic!("taken") };
        assert_eq!(fields.len(), 3, "{fields:?}");
        hold(form.clone()).await.unwrap();
        hold(form.clone()).await.unwrap();
        let sheet = backend::planning::outreach(office, present.actor, field.outreach).await;
        let told = sheet.unwrap().talks;
        assert_eq!((told.len(), told[0].attendants, told[0].minutes), (1, 31, 45));
        let (topic, reason) = (EducationTopic::Zoonoses, CorrectionReason::Mistyped);
        let details = EducationSession { topic, attendants: 1, minutes: 45, material: None };
        let service = told[0].id;
        let fewer = Command::CorrectEducation { service, details, reason, at: None };
        let outcome = field.submit_as(field.as_coordinator(), vec![fewer]).await;
        assert!(matches!(refusal(&outcome), Refusal::Invalid { .. }), "{outcome:?}");
        let of_the_day = "education_session WHERE performed_on = '2026-11-22'";
        assert_eq!(count(&database, of_the_day).await, 1);
        let operative = at_browser(field.as_operative());
        let forbidden = talks::record(office, &operative, field.outreach, (id, form)).await;
        assert!(matches!(refused(forbidden), Refusal::Forbidden { .. }));
    }

    async fn a_list_is_corrected_for_a_reason_and_no_history_keeps_its_names(database) {
        let field = Field::on(&database).await;
        let present = at_browser(field.as_coordinator());
        let talk = held(&field, &present, LIST).await;
        // A name added, one mended, one taken off.
        let list = "Elba Quilodrán Soto, 12.345.678-5\nAna\nRosa, 8.765.432-K";
        let (id, right) = (act::fresh(), relisted(&talk, list));
        for _ in 0..2 {
            correct(&field, &present, &talk, (id, right.clone())).await.unwrap();
        }
        let now = seen(&field, &present).await;
        assert_eq!((now.listed.join("\n").as_str(), now.attendants), (list, 3));
        let another = relisted(&talk, "Elba Quilodrán, 12.345.678-5");
        let answer = correct(&field, &present, &talk, (id, another.clone())).await;
        assert_eq!(refused(answer), Refusal::SheetUsed, "another list is another content");
        let answer = correct(&field, &present, &talk, (act::fresh(), another)).await;
        assert_eq!(refused(answer), Refusal::ChangedMeanwhile, "it was another list by then");
        // Sent once more after a later one, the earlier one brings nothing back.
        let later = relisted(&now, "Ana");
        correct(&field, &present, &talk, (act::fresh(), later)).await.unwrap();
        correct(&field, &present, &talk, (id, right)).await.unwrap();
        assert_eq!(seen(&field, &present).await.listed, ["Ana"]);

        let history = sheet(&field, &present).await.history;
        let told = history.iter().filter(|line| line.kind == "education_corrected");
        let said: Vec<_> = told.flat_map(|line| line.said.iter().flatten()).collect();
        for pair in [("reason", "mistyped"), ("listed_before", "2"), ("listed_added", "3")] {
            let pair = (pair.0.to_owned(), pair.1.to_owned());
            assert!(said.contains(&&pair), "{pair:?} in {said:?}");
        }
        assert_eq!(count(&database, "history WHERE kind = 'education_corrected'").await, 2);
        assert!(!everything(&database).await.contains("Quilodrán"), "it was taken off");
    }

    async fn of_a_list_with_its_corrections_nobody_is_named_after_a_year(database) {
        let field = Field::on(&database).await;
        let present = at_browser(field.as_coordinator());
        let talk = held(&field, &present, LIST).await;
        let list = "Elba Quilodrán, 8.765.432-K\nPedro\nAmaro Huenul";
        correct(&field, &present, &talk, (act::fresh(), relisted(&talk, list))).await.unwrap();
        assert!(sheet(&field, &present).await.names_listeners);
        field.office.clock.advance_ms(NAMED_MS + DAY_MS);
        assert_eq!(talks::forget(&field.office).await.unwrap(), 3);
        let left = everything(&database).await;
        for name in ["Quilodrán", "Huenul", "8765432-K"] {
            assert!(!left.contains(name), "{name}");
        }
        assert!(!sheet(&field, &present).await.names_listeners);
        let talk = seen(&field, &present).await;
        assert_eq!((talk.listed.len(), talk.attendants), (0, 3), "how many stays");
        let again = correct(&field, &present, &talk, (act::fresh(), relisted(&talk, LIST))).await;
        assert_eq!(wrong(again), FieldError::new(Named::PersonName, Problem::TooLongAgo));
        let late = (act::fresh(), form(LIST));
        let late = talks::record(&field.office, &present, field.outreach, late).await;
        assert_eq!(wrong(late), FieldError::new(Named::PersonName, Problem::TooLongAgo));
        // The rest of it is corrected as before.
        let counted = TalkForm { attendants: "4".to_owned(), ..form("") };
        let right = TalkCorrection { form: counted, ..relisted(&talk, "") };
        correct(&field, &present, &talk, (act::fresh(), right)).await.unwrap();
        assert_eq!(seen(&field, &present).await.attendants, 4);
        assert_eq!(count(&database, "education_attendee").await, 0);
    }

    async fn who_was_erased_does_not_come_back_with_a_page_that_names_them(database) {
        let field = Field::on(&database).await;
        let present = at_browser(field.as_coordinator());
        let talk = held(&field, &present, LIST).await;
        let before = relisted(&talk, "Elba Quilodrán, 12.345.678-5\nPedro\nAna");
        let document = IdentityDocument::parse_run("12.345.678-5").unwrap();
        let erased = erasure::erase_person(&field.office, Actor::System, &document, "Ley").await;
        assert_eq!(erased.unwrap().listed, 1);
        let answer = correct(&field, &present, &talk, (act::fresh(), before)).await;
        assert_eq!(refused(answer), Refusal::ChangedMeanwhile);
        assert!(!everything(&database).await.contains("Quilodrán"));
        // Seen as it is, the list is corrected.
        let talk = seen(&field, &present).await;
        let right = relisted(&talk, "Pedro\nAna");
        correct(&field, &present, &talk, (act::fresh(), right)).await.unwrap();
        assert_eq!(seen(&field, &present).await.listed, ["Pedro", "Ana"]);
        // A list that was left as it was is not looked at.
        let talk = seen(&field, &present).await;
        let same = TalkForm { attendants: "5".to_owned(), ..form("Pedro\nAna") };
        let same = TalkCorrection { form: same, ..relisted(&talk, "") };
        correct(&field, &present, &talk, (act::fresh(), same)).await.unwrap();
        assert_eq!(seen(&field, &present).await.attendants, 5);
        let few = TalkForm { attendants: "1".to_owned(), ..form("Pedro\nAna") };
        let few = TalkCorrection { form: few, ..relisted(&talk, "") };
        let answer = correct(&field, &present, &talk, (act::fresh(), few)).await;
        assert_eq!(wrong(answer), FieldError::new(Named::Attendants, Problem::TooSmall));
    }

    async fn the_moment_of_a_talk_is_corrected_within_the_day_of_its_outreach(database) {
        let field = Field::on(&database).await;
        let present = at_browser(field.as_coordinator());
        let talk = held(&field, &present, LIST).await;
        assert_eq!(talk.at, NOW);
        let to = |at: i64| TalkCorrection {
            at: Some(Timestamp(NOW.0 + at)),
            ..relisted(&talk, LIST)
        };
        for (at, field_named, problem) in [
            (HOUR_MS, Named::Time, Problem::InFuture),
            (DAY_MS, Named::Date, Problem::OtherDay),
            (-DAY_MS, Named::Date, Problem::OtherDay),
        ] {
            let answer = correct(&field, &present, &talk, (act::fresh(), to(at))).await;
            assert_eq!(wrong(answer), FieldError::new(field_named, problem), "{at}");
        }
        correct(&field, &present, &talk, (act::fresh(), to(-HOUR_MS))).await.unwrap();
        assert_eq!(seen(&field, &present).await.at, Timestamp(NOW.0 - HOUR_MS));
        // In the night after it belongs to its day.
        field.office.clock.advance_ms(12 * HOUR_MS);
        correct(&field, &present, &talk, (act::fresh(), to(11 * HOUR_MS))).await.unwrap();
        assert_eq!(seen(&field, &present).await.at, Timestamp(NOW.0 + 11 * HOUR_MS));
        let of_the_day = "education_session WHERE performed_on = '2026-11-22'";
        assert_eq!(count(&database, of_the_day).await, 1);
        assert_eq!(seen(&field, &present).await.listed, talk.listed, "the list stays");
    }
}
