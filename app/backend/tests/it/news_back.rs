//! What is put back before anybody heard of it is told to nobody who holds an outreach; another end
//! is told to all of them.

use backend::planning::{self, News, plan};
use domain::desk::plan::OutreachForm;
use domain::desk::planned::DayForm;
use domain::desk::queue::HostNews;
use domain::outreach::OutreachStatus;
use domain::outreach::life::LifeStep;
use domain::timestamp::HOUR_MS;
use std::collections::BTreeSet;

use crate::it::field::Field;
use crate::it::news::{added, drafted, drafted_with, host, host_calls, written};

on_both_databases! {
    async fn what_is_put_back_before_anybody_heard_is_told_to_nobody(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let outreach = drafted(&field).await;
        let other = added(&field, host("Club La Rosa", Some("club@example.cl.invalid"))).await;
        planning::step(office, actor, outreach, LifeStep::Publish).await.unwrap();
        database.raw("UPDATE outbox SET state = 'sent'").await;
        let form = async || {
            planning::choices(office, actor, Some(outreach)).await.unwrap().form
        };
        let save = async |form: OutreachForm| {
            planning::save(office, actor, Some(outreach), form).await.unwrap();
        };
        let known = form().await;
        let waiting = async || written(&field, &mut BTreeSet::new()).await;
        // Another host and back, another day and place and back, called off and on again.
        save(OutreachForm { host: other.to_string(), ..form().await }).await;
        assert_eq!(waiting().await.len(), 2, "one is told that it is theirs, one that it is not");
        save(OutreachForm { host: known.host.clone(), ..form().await }).await;
        assert_eq!(waiting().await, []);
        let elsewhere = OutreachForm {
            place: "Liceo A-22".to_owned(),
            held_on: "2026-12-13".to_owned(),
            ..form().await
        };
        save(elsewhere).await;
        assert_eq!(waiting().await.len(), 3);
        planning::suspend(office, actor, outreach, "Marejadas").await.unwrap();
        let told = waiting().await;
        assert_eq!(told.len(), 3, "of the other day nobody need hear any more");
        for (_, mail) in &told {
            assert!(matches!(mail.news, News::Suspended { .. }), "{mail:?}");
            assert_eq!((mail.place.as_str(), &mail.was_place), ("Av. Bonilla 9820", &None));
        }
        let day = DayForm { day: "2026-12-06".to_owned(), starts: "10:00".to_owned() };
        planning::reschedule(office, actor, outreach, &day).await.unwrap();
        let told = waiting().await;
        assert!(told.iter().all(|(_, mail)| mail.news == News::Relocated), "{told:?}");
        save(OutreachForm { place: known.place, ..form().await }).await;
        assert_eq!(waiting().await, [], "it is as they have known it all along");
    }

    async fn a_draft_that_is_called_off_and_put_off_is_nobodys_news(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let outreach = drafted(&field).await;
        let waiting = async || written(&field, &mut BTreeSet::new()).await;
        planning::suspend(office, actor, outreach, "Sin recinto").await.unwrap();
        // Meanwhile its host, its hour and its team change.
        let other = added(&field, host("Club La Rosa", Some("club@example.cl.invalid"))).await;
        let form = planning::choices(office, actor, Some(outreach)).await.unwrap().form;
        let form =
            OutreachForm { host: other.to_string(), starts: "11:00".to_owned(), ..form };
        planning::save(office, actor, Some(outreach), form).await.unwrap();
        planning::set_member(office, actor, outreach, (field.veterinarian, false)).await.unwrap();
        let day = DayForm { day: "2026-12-13".to_owned(), starts: "10:00".to_owned() };
        planning::reschedule(office, actor, outreach, &day).await.unwrap();
        assert_eq!(waiting().await, [], "nobody heard of a draft");
        let sheet = plan::sheet(office, actor, outreach).await.unwrap();
        assert_eq!(sheet.outreach.status, OutreachStatus::Draft);
        assert_eq!((sheet.suspended_reason, sheet.moved_from), (None, None));
        assert!(sheet.steps.contains(&LifeStep::Publish), "{:?}", sheet.steps);

        planning::step(office, actor, outreach, LifeStep::Publish).await.unwrap();
        let told = waiting().await;
        assert_eq!(told.len(), 2, "who is left of the team, and the new host");
        assert!(told.iter().all(|(_, mail)| mail.news == News::Published), "{told:?}");
        // What was announced is announced anew.
        planning::suspend(office, actor, outreach, "Marejadas").await.unwrap();
        planning::reschedule(office, actor, outreach, &day).await.unwrap();
        let sheet = plan::sheet(office, actor, outreach).await.unwrap();
        assert_eq!(sheet.outreach.status, OutreachStatus::Published);
    }

    async fn another_end_is_told_to_who_holds_it(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let by_phone = host("Club La Rosa", None);
        let outreach = drafted_with(&field, by_phone).await;
        planning::step(office, actor, outreach, LifeStep::Publish).await.unwrap();
        database.raw("UPDATE outbox SET state = 'sent'").await;
        database.raw("UPDATE task SET state = 'done'").await;
        let until = async |ends: &str| {
            let form = planning::choices(office, actor, Some(outreach)).await.unwrap().form;
            let form = OutreachForm { ends: ends.to_owned(), ..form };
            planning::save(office, actor, Some(outreach), form).await.unwrap();
        };
        until("16:00").await;
        until("15:00").await;
        let told = written(&field, &mut BTreeSet::new()).await;
        assert_eq!(told.len(), 2, "the team, once");
        for (_, mail) in &told {
            let was_until = mail.ends_at.plus_ms(-HOUR_MS);
            assert_eq!(mail.news, News::Ends { was_until }, "{mail:?}");
        }
        let calls = host_calls(&field).await;
        let [(call, _)] = calls.as_slice() else { panic!("one call: {calls:?}") };
        assert_eq!((call.about, call.is_over), (HostNews::Ends, false));
        assert_eq!(call.was_at, Some(call.until.plus_ms(-HOUR_MS)));
        until("14:00").await;
        assert_eq!(written(&field, &mut BTreeSet::new()).await, []);
        assert_eq!(host_calls(&field).await, []);
    }
}
