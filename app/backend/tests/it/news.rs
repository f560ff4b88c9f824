//! Who holds an outreach is told each of its changes once: its team, and its host's contact.

use backend::clock::fresh_id;
use backend::office::Office;
use backend::planning::{self, NEWS_LETTER, News, NewsMail};
use backend::store::StoreError;
use backend::store::vocabulary::outbox::MessageRow;
use backend::store::vocabulary::programme::OrganisationRow;
use domain::desk::plan::OutreachForm;
use domain::desk::planned::{Asked, DayForm};
use domain::id::{OutreachId, StaffId};
use domain::outreach::life::LifeStep;
use domain::timestamp::HOUR_MS;
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::it::field::Field;

/// A draft on 6 December, at ten, with a host that has an address for mail; and its team.
async fn drafted(field: &Field) -> OutreachId {
    let (office, actor) = (&field.office, field.as_coordinator());
    let host = OrganisationRow {
        id: fresh_id(),
        kind: "mothers_centre".to_owned(),
        name: "Centro de Madres".to_owned(),
        commune: "02101".to_owned(),
        unit: None,
        address: None,
        contact_name: Some("Rosa Díaz".to_owned()),
        phone: None,
        email: Some("rosa@example.cl.invalid".to_owned()),
    };
    let id = host.id;
    let added: Result<(), StoreError> = field
        .office
        .store
        .write_with(host, |tx, host| Box::pin(async move { tx.insert_organisation(host).await }))
        .await;
    added.unwrap();
    let form = planning::choices(office, actor, None).await.unwrap().form;
    let form = OutreachForm {
        name: "Bonilla".to_owned(),
        place: "Av. Bonilla 9820".to_owned(),
        held_on: "2026-12-06".to_owned(),
        host: id.to_string(),
        ..form
    };
    let outreach = planning::save(office, actor, None, form).await.unwrap();
    for member in [field.operative, field.veterinarian] {
        planning::set_member(office, actor, outreach, (member, true)).await.unwrap();
    }
    outreach
}

/// What was written since: to whom, and what.
async fn written(field: &Field, seen: &mut BTreeSet<Uuid>) -> Vec<(String, NewsMail)> {
    let read: Result<Vec<MessageRow>, StoreError> = field
        .office
        .store
        .read(|tx| Box::pin(async move { tx.messages_in_state("pending", 99).await }))
        .await;
    let rows = read.unwrap().into_iter().filter(|row| row.kind == NEWS_LETTER);
    let fresh = rows.filter(|row| seen.insert(row.id));
    fresh.map(|row| (row.recipient, serde_json::from_str(&row.body).unwrap())).collect()
}

on_both_databases! {
    async fn the_team_and_the_host_are_told_each_change_once(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let outreach = drafted(&field).await;
        let mut seen = BTreeSet::new();
        assert_eq!(written(&field, &mut seen).await, [], "nobody heard of a draft");

        planning::step(office, actor, outreach, LifeStep::Publish).await.unwrap();
        let told = written(&field, &mut seen).await;
        let recipients: BTreeSet<_> = told.iter().map(|(to, _)| to.as_str()).collect();
        let staff = |id: StaffId| format!("{}@example.cl.invalid", id.0);
        let (one, other) = (staff(field.operative), staff(field.veterinarian));
        let all = BTreeSet::from([one.as_str(), other.as_str(), "rosa@example.cl.invalid"]);
        assert_eq!((told.len(), recipients), (3, all));
        let (_, mail) = told.iter().find(|(to, _)| to.starts_with("rosa@")).unwrap();
        let who = (mail.name.as_str(), mail.host.as_deref());
        assert_eq!(who, ("Rosa Díaz", Some("Centro de Madres")));
        assert_eq!((&mail.news, mail.outreach), (&News::Published, outreach));
        let starts_at = mail.starts_at;

        // What was refused, and what changes no hour, is told to nobody.
        let again = planning::step(office, actor, outreach, LifeStep::Publish).await.unwrap();
        assert!(matches!(again, Asked::Hindered(_)), "{again:?}");
        let form = planning::choices(office, actor, Some(outreach)).await.unwrap().form;
        let renamed = OutreachForm { name: "Bonilla Alto".to_owned(), ..form.clone() };
        planning::save(office, actor, Some(outreach), renamed).await.unwrap();
        assert_eq!(written(&field, &mut seen).await, []);

        let later = OutreachForm { starts: "11:00".to_owned(), ends: "15:00".to_owned(), ..form };
        planning::save(office, actor, Some(outreach), later).await.unwrap();
        let told = written(&field, &mut seen).await;
        assert_eq!(told.len(), 3);
        let moved = News::Moved { was_at: Some(starts_at) };
        assert!(told.iter().all(|(_, mail)| mail.news == moved), "{told:?}");
        assert_eq!(told[0].1.starts_at, starts_at.plus_ms(HOUR_MS));

        planning::suspend(office, actor, outreach, "Marejadas").await.unwrap();
        let told = written(&field, &mut seen).await;
        assert_eq!(told.len(), 3);
        let suspended = News::Suspended { reason: "Marejadas".to_owned() };
        assert!(told.iter().all(|(_, mail)| mail.news == suspended), "{told:?}");

        let same = DayForm { day: "2026-12-06".to_owned(), starts: "11:00".to_owned() };
        planning::reschedule(office, actor, outreach, &same).await.unwrap();
        let told = written(&field, &mut seen).await;
        assert_eq!(told.len(), 3);
        let held = News::Moved { was_at: None };
        assert!(told.iter().all(|(_, mail)| mail.news == held), "{told:?}");
        let day = DayForm { day: "2026-12-13".to_owned(), starts: "11:00".to_owned() };
        planning::reschedule(office, actor, outreach, &day).await.unwrap();
        assert_eq!(written(&field, &mut seen).await.len(), 3);
    }

    async fn a_quiet_office_announces_without_a_mail(database) {
        let field = Field::on(&database).await;
        let outreach = drafted(&field).await;
        let quiet = Office { quiet: true, ..field.office.clone() };
        let actor = field.as_coordinator();
        planning::step(&quiet, actor, outreach, LifeStep::Publish).await.unwrap();
        assert_eq!(written(&field, &mut BTreeSet::new()).await, []);
    }
}
