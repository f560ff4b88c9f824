//! Phones as the coordination sees them: what they said of themselves, their names, and what
//! becomes of a revoked one.

use backend::clock::fresh_id;
use backend::desk::phones::{self, Standing};
use backend::desk::{home, unresolved};
use backend::error::Error;
use domain::desk::phones::{Missing, PhoneFilter, PhoneLine, PhoneView};
use domain::desk::queue::Resolution;
use domain::id::DeviceId;
use domain::refusal::Refusal;
use domain::submission::{Answer, Batch, Outcome, PhoneReport, Submission};
use domain::timestamp::{DAY_MS, HOUR_MS};
use serde_json::{Value, json};

use crate::it::desk::{at_browser, refused};
use crate::it::field::{Field, Guest, NOW};
use crate::it::unresolved::waiting_lines;

const CHIP: &str = "999000000000601";
const OTHER_CHIP: &str = "999000000000602";
const BUILD: &str = "0123456789abcdef";

/// What a phone with so many waiting records says.
fn report(waiting: u32) -> PhoneReport {
    PhoneReport {
        build: BUILD.to_owned(),
        clock: NOW.plus_ms(14 * 60_000),
        waiting,
        to_mend: 1,
        at_desk: 0,
        oldest: Some(NOW.plus_ms(-HOUR_MS)),
        persisted: Some(true),
        aside: 0,
        pictures: 2,
        withdrawn: Vec::new(),
        asks: Vec::new(),
    }
}

/// The phones of a list, as the coordinator sees them.
async fn listed(field: &Field, view: PhoneView) -> Vec<PhoneLine> {
    let filter = PhoneFilter { view, ..PhoneFilter::default() };
    let list = phones::list(&field.office, field.as_coordinator(), filter, BUILD).await.unwrap();
    let counted = list.counts.iter().find(|(counted, _)| *counted == view).unwrap().1;
    assert_eq!(counted as usize, list.rows.len(), "{view}");
    list.rows
}

/// Whether an accepted submission is told with the code of a slip.
fn has_slip(answer: &Answer) -> bool {
    let Outcome::Accepted { documents, .. } = &answer.outcome else { panic!("{answer:?}") };
    documents.iter().any(|document| document.slip_code.is_some())
}

async fn stand(field: &Field, standing: Standing, words: &str) -> Result<(), Refusal> {
    let (office, actor) = (&field.office, field.as_coordinator());
    match phones::stand(office, actor, field.device, (standing, words)).await {
        Ok(()) => Ok(()),
        refusal => Err(refused(refusal)),
    }
}

on_both_databases! {
    async fn a_report_is_kept_as_it_stands_once_the_batch_is_answered(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let good = field.submission(actor, field.visit(&Guest::new(40_000_601), CHIP));
        let taken = field.submission(actor, field.visit(&Guest::new(40_000_602), CHIP));
        field.send_saying(actor, &[good, taken], report(3)).await;
        let [line] = <[PhoneLine; 1]>::try_from(listed(&field, PhoneView::All).await).unwrap();
        assert_eq!((line.id, line.stored, line.complete_to), (field.device, 2, 2));
        assert_eq!((line.by.as_str(), line.missing()), ("Prueba operative", None));
        let told = line.report.unwrap();
        assert_eq!((told.waiting, told.to_mend, told.at_desk), (1, 1, 1));
        assert_eq!(told.pictures, 2, "they go after their records");
        assert_eq!((told.oldest, told.persisted), (report(0).oldest, Some(true)));
        assert_eq!((told.at, told.skew_ms), (NOW, 14 * 60_000));
        assert!(told.is_current && told.build == BUILD);
        field.send_saying(actor, &[], report(0)).await;
        let told = listed(&field, PhoneView::All).await.remove(0).report.unwrap();
        assert_eq!((told.waiting, told.at_desk, told.oldest), (0, 0, None));
    }

    async fn a_phone_that_says_nothing_or_nonsense_is_served_all_the_same(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        field.submit(field.visit(&Guest::new(40_000_611), CHIP)).await;
        assert_eq!(listed(&field, PhoneView::All).await[0].report, None);
        field.send_saying(actor, &[], report(0)).await;
        let nonsense = [json!("x"), json!({ "build": "\0", "clock": -1 }), Value::Null];
        for (number, nonsense) in (20_u32..).zip(nonsense) {
            let guest = Guest::new(40_000_600 + number);
            let visit = field.visit(&guest, &format!("9990000000006{number}"));
            let submission = field.submission(actor, visit);
            let text = json!({
                "device": field.device, "submissions": [submission], "report": nonsense,
            });
            let batch: Batch<Value> = serde_json::from_value(text).unwrap();
            let reply = backend::submissions::receive(&field.office, actor, batch).await.unwrap();
            assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
        }
        let told = listed(&field, PhoneView::All).await.remove(0).report.unwrap();
        assert_eq!(told.build, BUILD, "what it said before stays");
    }

    async fn a_missing_number_of_the_count_is_named(database) {
        let field = Field::on(&database).await;
        let unread = json!({ "id": fresh_id(), "sequence": 3, "commands": 0 });
        field.send_raw(field.as_operative(), vec![unread]).await;
        let line = listed(&field, PhoneView::All).await.remove(0);
        assert_eq!(line.missing(), Some(Missing::From(1)));
        assert_eq!(listed(&field, PhoneView::Worrying).await.len(), 1, "a record may be lost");
        let home = home(&field.office, field.as_coordinator()).await.unwrap();
        assert_eq!(home.phones, Some(1));
    }

    async fn what_a_phone_has_set_aside_is_not_missing(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let unread = |sequence: u32| {
            json!({ "id": fresh_id(), "sequence": sequence, "commands": 0 })
        };
        let missing = async |field: &Field| {
            let worrying = listed(field, PhoneView::Worrying).await.len();
            let [line] = <[PhoneLine; 1]>::try_from(listed(field, PhoneView::All).await).unwrap();
            let (desk, phone) = (field.as_coordinator(), field.device);
            let sheet = phones::sheet(&field.office, desk, phone, BUILD).await.unwrap();
            assert_eq!(sheet.line.missing(), line.missing());
            assert_eq!(line.missing().is_some(), worrying == 1, "the lists say the same");
            line.missing()
        };
        field.send_raw(actor, vec![unread(1), unread(3), unread(5)]).await;
        let (all, one) = (Some(Missing::From(2)), Some(Missing::Count(1)));
        for (aside, named) in [(0, all), (1, one), (2, None), (9, None)] {
            field.send_saying(actor, &[], PhoneReport { aside, ..report(0) }).await;
            assert_eq!(missing(&field).await, named, "{aside} set aside");
        }
        field.send_saying(actor, &[], report(0)).await;
        field.send_raw(actor, vec![unread(2), unread(4)]).await;
        assert_eq!(missing(&field).await, None, "late, and all have come");
        // A phone whose storage was put back counts a number twice: that is no gap, and hides none.
        field.send_raw(actor, vec![unread(5)]).await;
        assert_eq!(missing(&field).await, None);
        field.send_raw(actor, vec![unread(7)]).await;
        assert_eq!(missing(&field).await, Some(Missing::From(6)));
    }

    async fn a_report_that_was_overtaken_changes_nothing(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        field.send_saying(actor, &[], report(0)).await;
        field.office.clock.advance_ms(1_000);
        let overtaken = PhoneReport { clock: report(5).clock.plus_ms(-2_000), ..report(5) };
        field.send_saying(actor, &[], overtaken).await;
        let told = listed(&field, PhoneView::All).await.remove(0).report.unwrap();
        assert_eq!((told.waiting, told.at), (0, NOW));
        let put_back = PhoneReport { clock: NOW.plus_ms(-DAY_MS), ..report(4) };
        field.send_saying(actor, &[], put_back).await;
        let told = listed(&field, PhoneView::All).await.remove(0).report.unwrap();
        assert_eq!(told.waiting, 4, "a clock that was put back is believed");
    }

    async fn nobody_speaks_for_the_phone_of_somebody_else(database) {
        let field = Field::on(&database).await;
        field.send_saying(field.as_operative(), &[], report(3)).await;
        let other = field.as_veterinarian();
        for _ in 0..2 {
            field.send_saying(other, &[], report(0)).await;
            let line = listed(&field, PhoneView::All).await.remove(0);
            assert_eq!(line.by, "Prueba operative");
            assert_eq!(line.report.unwrap().waiting, 3);
        }
        // Nor what nobody can read, or what was made on another phone.
        let unread = json!({ "id": fresh_id(), "sequence": 1, "commands": 0 });
        let elsewhere = field.submission(other, field.visit(&Guest::new(40_000_662), OTHER_CHIP));
        let device = DeviceId(fresh_id());
        let elsewhere = serde_json::to_value(Submission { device, ..elsewhere }).unwrap();
        let (one, other_one) = (unread.clone(), elsewhere.clone());
        for submissions in [vec![one], vec![other_one], vec![unread, elsewhere]] {
            let batch = Batch { device: field.device, submissions, report: Some(report(0)) };
            let reply = backend::submissions::receive(&field.office, other, batch).await.unwrap();
            assert!(!reply.answers.is_empty());
            let line = listed(&field, PhoneView::All).await.remove(0);
            assert_eq!(line.by, "Prueba operative");
            assert_eq!(line.report.unwrap().waiting, 3);
        }
        // Nor a record that was refused, however often it comes, or one that somebody else made.
        let refused = field.submission(other, vec![field.chipped(fresh_id().into(), CHIP)]);
        let visit = field.visit(&Guest::new(40_000_663), OTHER_CHIP);
        let anothers = field.submission(field.as_operative(), visit);
        for submission in [&refused, &refused, &anothers, &anothers] {
            let sent = std::slice::from_ref(submission);
            let reply = field.send_saying(other, sent, report(0)).await;
            assert!(!matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
            let line = listed(&field, PhoneView::All).await.remove(0);
            assert_eq!(line.by, "Prueba operative");
            assert_eq!(line.report.unwrap().waiting, 3);
        }
        // Who records on it has it in hand, until the next one does or whose record it was before.
        let visit = field.visit(&Guest::new(40_000_661), CHIP);
        let one = field.submission(other, visit);
        let visit = field.visit(&Guest::new(40_000_664), "999000000000603");
        let two = field.submission(field.as_operative(), visit);
        let turns = [
            (other, &one, "Prueba veterinarian"),
            (field.as_operative(), &two, "Prueba operative"),
            (other, &one, "Prueba veterinarian"),
        ];
        for ((actor, visit, by), waiting) in turns.into_iter().zip(1..) {
            let sent = std::slice::from_ref(visit);
            let reply = field.send_saying(actor, sent, report(waiting)).await;
            assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
            let line = listed(&field, PhoneView::All).await.remove(0);
            assert_eq!(line.by, by);
            assert_eq!(line.report.unwrap().waiting, waiting - 1);
        }
    }

    async fn what_was_resolved_is_told_to_who_had_sent_it_and_to_nobody_else(database) {
        let field = Field::on(&database).await;
        let (owns, other) = (field.as_operative(), field.as_veterinarian());
        field.submit(field.visit(&Guest::new(40_000_671), CHIP)).await;
        let silent = Guest { email: None, ..Guest::new(40_000_672) };
        let held = field.submission(owns, field.visit(&silent, CHIP));
        let reply = field.send(owns, std::slice::from_ref(&held)).await;
        assert!(matches!(reply.answers[0].outcome, Outcome::Conflict { .. }), "{reply:?}");
        let present = at_browser(field.as_coordinator());
        let right = Resolution::Accept { chip: Some(OTHER_CHIP.to_owned()) };
        unresolved::resolve(&field.office, &present, held.id, right).await.unwrap();
        field.office.clock.advance_ms(60_000);
        let told = field.send(owns, &[]).await.resolved;
        assert_eq!((told.len(), told[0].id), (1, held.id));
        assert!(has_slip(&told[0]), "{told:?}");

        // Whoever names the phone hears nothing, be it with nonsense or with a record of the own.
        let unread = json!({ "id": fresh_id(), "sequence": 1, "commands": 0 });
        let refused = field.submission(other, vec![field.chipped(fresh_id().into(), CHIP)]);
        let visit = field.visit(&Guest::new(40_000_673), "999000000000604");
        let own = field.submission(other, visit);
        let [refused, own] = [refused, own].map(|one| serde_json::to_value(one).unwrap());
        for submissions in [vec![], vec![unread], vec![refused], vec![own]] {
            let reply = field.send_raw(other, submissions).await;
            assert_eq!(reply.resolved, []);
        }
        // And who brings the very record hears what became of it, without the code.
        let copied = field.send(other, std::slice::from_ref(&held)).await;
        assert_eq!((copied.answers[0].id, has_slip(&copied.answers[0])), (held.id, false));
        // The phone is another person's now, and what its first one had sent is told all the same.
        assert_eq!(listed(&field, PhoneView::All).await[0].by, "Prueba veterinarian");
        assert_eq!(field.send(owns, &[]).await.resolved, told);
        let again = field.send(owns, &[held]).await;
        assert_eq!(again.answers, told);
    }

    async fn lists_hold_what_they_say_and_the_first_page_names_what_worries(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let worrying = async |field: &Field| {
            home(&field.office, field.as_coordinator()).await.unwrap().phones
        };
        field.send_saying(actor, &[], report(0)).await;
        assert_eq!(listed(&field, PhoneView::Waiting).await.len(), 1, "one is to be mended");
        assert_eq!(listed(&field, PhoneView::Silent).await, []);
        field.send_saying(actor, &[], report(2)).await;
        assert_eq!(worrying(&field).await, Some(0));
        field.office.clock.advance_ms(DAY_MS);
        assert_eq!(worrying(&field).await, Some(1), "unsent for more than a day");
        assert_eq!(listed(&field, PhoneView::Worrying).await.len(), 1);
        field.office.clock.advance_ms(3 * DAY_MS);
        assert_eq!(listed(&field, PhoneView::Silent).await.len(), 1);
        field.send_saying(actor, &[], report(0)).await;
        assert_eq!(worrying(&field).await, Some(0));
        stand(&field, Standing::Revoked, "Se perdió").await.unwrap();
        assert_eq!(worrying(&field).await, Some(0));
        field.office.clock.advance_ms(1_000);
        field.send(actor, &[]).await;
        assert_eq!(worrying(&field).await, Some(1), "it is revoked, and still in use");
        assert!(listed(&field, PhoneView::Worrying).await[0].still_sends());
    }

    async fn a_browser_of_the_coordination_is_no_phone(database) {
        let field = Field::on(&database).await;
        let present = at_browser(field.as_coordinator());
        let commands = vec![Guest::new(40_000_641).registered()];
        let id = backend::desk::act::fresh();
        let answer = backend::desk::act::record(&field.office, &present, id, commands).await;
        assert!(!matches!(answer, Err(Error::Failed(_))), "{answer:?}");
        assert_eq!(database.number("SELECT COUNT(*) FROM device").await, 1);
        assert_eq!(listed(&field, PhoneView::All).await, []);
        let device = DeviceId(present.session.0);
        let sheet = phones::sheet(&field.office, present.actor, device, BUILD).await;
        assert_eq!(refused(sheet), Refusal::PhoneUnknown);
    }

    async fn a_revoked_phones_record_is_resolved_and_the_phone_learns_it(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        field.submit(field.visit(&Guest::new(40_000_651), CHIP)).await;
        assert!(stand(&field, Standing::Revoked, "  ").await.is_err(), "it asks why");
        stand(&field, Standing::Revoked, "Lo perdió").await.unwrap();
        let twice = stand(&field, Standing::Revoked, "Lo perdió").await;
        assert_eq!(twice, Err(Refusal::ChangedMeanwhile));
        let held = field.submission(actor, field.visit(&Guest::new(40_000_652), OTHER_CHIP));
        let reply = field.send_saying(actor, &[held.clone()], report(1)).await;
        assert_eq!(reply.answers[0].outcome, Outcome::Quarantined);
        assert_eq!(database.number("SELECT COUNT(*) FROM owner").await, 1);
        let told = listed(&field, PhoneView::All).await.remove(0).report.unwrap();
        assert_eq!((told.waiting, told.at_desk), (0, 1));

        let present = at_browser(field.as_coordinator());
        let lines = waiting_lines(&field).await;
        assert_eq!((lines.len(), lines[0].id), (1, held.id));
        let as_it_is = Resolution::Accept { chip: None };
        unresolved::resolve(&field.office, &present, held.id, as_it_is).await.unwrap();
        assert_eq!(database.number("SELECT COUNT(*) FROM owner").await, 2);
        field.office.clock.advance_ms(60_000);
        let reply = field.send(actor, &[]).await;
        assert_eq!((reply.resolved.len(), reply.resolved[0].id), (1, held.id));
        assert!(matches!(reply.resolved[0].outcome, Outcome::Accepted { .. }), "{reply:?}");

        stand(&field, Standing::Admitted, "Apareció").await.unwrap();
        let outcome = field.submit(field.visit(&Guest::new(40_000_653), "999000000000603")).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }

    async fn the_history_of_a_phone_says_who_did_what_and_why(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        field.send_saying(field.as_operative(), &[], report(0)).await;
        for name in ["Mesa 1", "Mesa 1", "Mesa 2"] {
            phones::rename(office, actor, field.device, name).await.unwrap();
        }
        assert!(phones::rename(office, actor, field.device, " ").await.is_err());
        let nobody = phones::rename(office, actor, fresh_id().into(), "X").await;
        assert_eq!(refused(nobody), Refusal::PhoneUnknown);
        stand(&field, Standing::Revoked, "Lo perdió").await.unwrap();
        stand(&field, Standing::Admitted, "Apareció").await.unwrap();
        field.send(field.as_operative(), &[]).await;
        let sheet = phones::sheet(office, actor, field.device, "another").await.unwrap();
        assert_eq!((sheet.line.name.as_str(), sheet.line.revoked_at), ("Mesa 2", None));
        assert!(!sheet.line.report.unwrap().is_current);
        let kinds: Vec<_> = sheet.history.iter().map(|line| line.kind.as_str()).collect();
        let wanted = ["phone_admitted", "phone_revoked", "phone_renamed", "phone_renamed"];
        assert_eq!(kinds, wanted, "the latest first, and a name that is one already is no change");
        assert!(sheet.history.iter().all(|line| line.by.as_deref() == Some("Prueba coordinator")));
        let said = sheet.history[1].said.clone().unwrap();
        assert!(said.contains(&("reason".to_owned(), "Lo perdió".to_owned())), "{said:?}");
        let report = backend::history::verify(&office.store, &office.keys);
        assert!(report.await.unwrap().is_whole());
    }
}
