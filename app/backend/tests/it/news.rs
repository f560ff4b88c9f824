//! Who holds an outreach is told each of its changes once: its team, and its host's contact.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::desk::waiting;
use backend::office::Office;
use backend::planning::{self, NEWS_LETTER, News, NewsMail};
use backend::store::StoreError;
use backend::store::vocabulary::outbox::MessageRow;
use backend::store::vocabulary::programme::OrganisationRow;
use domain::desk::plan::OutreachForm;
use domain::desk::planned::{Asked, DayForm};
use domain::desk::queue::{HostCall, HostNews, TaskAsk};
use domain::id::{OutreachId, StaffId};
use domain::outreach::life::LifeStep;
use domain::role::Role;
use domain::timestamp::{DAY_MS, HOUR_MS};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::it::field::Field;

/// A host whose contact has that address for mail, or a telephone alone.
pub fn host(name: &str, email: Option<&str>) -> OrganisationRow {
    OrganisationRow {
        id: fresh_id(),
        kind: "mothers_centre".to_owned(),
        name: name.to_owned(),
        commune: "02101".to_owned(),
        unit: None,
        address: None,
        contact_name: Some("Rosa Díaz".to_owned()),
        phone: email.is_none().then(|| "+56912345678".to_owned()),
        email: email.map(str::to_owned),
    }
}

/// A draft on 6 December, at ten, with a host that has an address for mail; and its team.
pub async fn drafted(field: &Field) -> OutreachId {
    drafted_with(field, host("Centro de Madres", Some("rosa@example.cl.invalid"))).await
}

pub async fn added(field: &Field, host: OrganisationRow) -> Uuid {
    let id = host.id;
    let added: Result<(), StoreError> = field
        .office
        .store
        .write_with(host, |tx, host| Box::pin(async move { tx.insert_organisation(host).await }))
        .await;
    added.unwrap();
    id
}

pub async fn drafted_with(field: &Field, host: OrganisationRow) -> OutreachId {
    let (office, actor) = (&field.office, field.as_coordinator());
    let id = added(field, host).await;
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
pub async fn written(field: &Field, seen: &mut BTreeSet<Uuid>) -> Vec<(String, NewsMail)> {
    let read: Result<Vec<MessageRow>, StoreError> = field
        .office
        .store
        .read(|tx| Box::pin(async move { tx.messages_in_state("pending", 99).await }))
        .await;
    let rows = read.unwrap().into_iter().filter(|row| row.kind == NEWS_LETTER);
    let fresh = rows.filter(|row| seen.insert(row.id));
    fresh.map(|row| (row.recipient, serde_json::from_str(&row.body).unwrap())).collect()
}

/// Somebody else who plans: what they do themselves is told to others.
fn another() -> Actor {
    Actor::Staff { id: StaffId(fresh_id()), role: Role::Coordinator }
}

/// What was told since to one member of the team, as far as it has not left.
async fn told_to(field: &Field, seen: &mut BTreeSet<Uuid>, member: StaffId) -> Vec<News> {
    let address = format!("{}@example.cl.invalid", member.0);
    let fresh = written(field, seen).await.into_iter();
    fresh.filter(|(to, _)| *to == address).map(|(_, mail)| mail.news).collect()
}

/// The calls to hosts that are open.
pub async fn host_calls(field: &Field) -> Vec<(HostCall, Option<String>)> {
    let tasks = waiting::list(&field.office, field.as_coordinator()).await.unwrap();
    let calls = tasks.into_iter().map(|task| match task.ask {
        TaskAsk::CallHost { call } => (*call, task.phone),
        other => panic!("something else: {other:?}"),
    });
    calls.collect()
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
        let (starts_at, ends_at) = (mail.starts_at, mail.ends_at);
        let left = "UPDATE outbox SET state = 'sent'";
        database.raw(left).await;

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
        assert_eq!(told[0].1.ends_at, ends_at.plus_ms(HOUR_MS));
        database.raw(left).await;

        planning::suspend(office, actor, outreach, "Marejadas").await.unwrap();
        let told = written(&field, &mut seen).await;
        assert_eq!(told.len(), 3);
        let suspended = News::Suspended { reason: "Marejadas".to_owned() };
        assert!(told.iter().all(|(_, mail)| mail.news == suspended), "{told:?}");
        database.raw(left).await;

        let same = DayForm { day: "2026-12-06".to_owned(), starts: "11:00".to_owned() };
        planning::reschedule(office, actor, outreach, &same).await.unwrap();
        let told = written(&field, &mut seen).await;
        assert_eq!(told.len(), 3);
        let held = News::Moved { was_at: None };
        assert!(told.iter().all(|(_, mail)| mail.news == held), "{told:?}");
        database.raw(left).await;
        // A date that is put right before anybody heard of the wrong one is told once.
        for date in ["2026-12-13", "2026-12-20"] {
            let day = DayForm { day: date.to_owned(), starts: "11:00".to_owned() };
            planning::reschedule(office, actor, outreach, &day).await.unwrap();
        }
        let told = written(&field, &mut seen).await;
        let moved = News::Moved { was_at: Some(starts_at.plus_ms(HOUR_MS)) };
        assert_eq!(told.len(), 3);
        assert!(told.iter().all(|(_, mail)| mail.news == moved), "{told:?}");
    }

    async fn a_quiet_office_announces_without_a_mail(database) {
        let field = Field::on(&database).await;
        let outreach = drafted(&field).await;
        let quiet = Office { quiet: true, ..field.office.clone() };
        let actor = field.as_coordinator();
        planning::step(&quiet, actor, outreach, LifeStep::Publish).await.unwrap();
        assert_eq!(written(&field, &mut BTreeSet::new()).await, []);
    }

    async fn who_joins_or_leaves_an_announced_team_is_told_once(database) {
        let field = Field::on(&database).await;
        let (office, actor, late) = (&field.office, another(), field.coordinator);
        let outreach = drafted(&field).await;
        let set = async |joins| {
            planning::set_member(office, actor, outreach, (late, joins)).await.unwrap();
        };
        let mut seen = BTreeSet::new();
        let left = "UPDATE outbox SET state = 'sent'";
        set(true).await;
        set(false).await;
        assert_eq!(told_to(&field, &mut seen, late).await, [], "nobody heard of a draft");
        planning::step(office, actor, outreach, LifeStep::Publish).await.unwrap();
        assert_eq!(written(&field, &mut seen).await.len(), 3);

        // Done and undone before a letter left, nobody was told anything.
        set(true).await;
        set(true).await;
        assert_eq!(told_to(&field, &mut seen, late).await, [News::Joined], "twice is once");
        set(false).await;
        set(false).await;
        let waiting = format!("recipient = '{}@example.cl.invalid'", late.0);
        let waiting = format!("SELECT COUNT(*) FROM outbox WHERE {waiting}");
        assert_eq!(database.number(&waiting).await, 0);
        set(true).await;
        assert_eq!(told_to(&field, &mut seen, late).await, [News::Joined]);
        database.raw(left).await;

        set(false).await;
        assert_eq!(told_to(&field, &mut seen, late).await, [News::Left]);
        set(true).await;
        assert_eq!(database.number(&waiting).await, 1, "they know, and hear of nothing else");
        set(false).await;
        assert_eq!(told_to(&field, &mut seen, late).await, [News::Left]);
        // Put in again at another hour before they heard of it, they are told that hour alone.
        let form = planning::choices(office, actor, Some(outreach)).await.unwrap().form;
        let later = OutreachForm { starts: "11:00".to_owned(), ends: "15:00".to_owned(), ..form };
        planning::save(office, actor, Some(outreach), later).await.unwrap();
        assert_eq!(told_to(&field, &mut seen, late).await, [], "they are not of the team");
        set(true).await;
        let told = told_to(&field, &mut seen, late).await;
        assert!(matches!(told.as_slice(), [News::Moved { was_at: Some(_) }]), "{told:?}");
        database.raw(left).await;
        // Who does it themselves knows, and of what is over nobody need be told.
        let own = Actor::Staff { id: late, role: Role::Coordinator };
        planning::set_member(office, own, outreach, (late, false)).await.unwrap();
        assert_eq!(told_to(&field, &mut seen, late).await, []);
        office.clock.advance_ms(30 * DAY_MS);
        set(true).await;
        assert_eq!(told_to(&field, &mut seen, late).await, []);
    }

    async fn who_leaves_hears_nothing_more_that_has_not_left(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let (outreach, gone) = (drafted(&field).await, field.operative);
        let mut seen = BTreeSet::new();
        planning::step(office, actor, outreach, LifeStep::Publish).await.unwrap();
        database.raw("UPDATE outbox SET state = 'sent'").await;
        let day = DayForm { day: "2026-12-13".to_owned(), starts: "10:00".to_owned() };
        planning::reschedule(office, actor, outreach, &day).await.unwrap();
        planning::set_member(office, actor, outreach, (gone, false)).await.unwrap();
        assert_eq!(told_to(&field, &mut seen, gone).await, [News::Left], "not of the new date");
        // Of what is called off they are told that they need not wait for its new day.
        planning::suspend(office, actor, outreach, "Marejadas").await.unwrap();
        database.raw("UPDATE outbox SET state = 'sent'").await;
        let other = field.veterinarian;
        planning::set_member(office, actor, outreach, (other, false)).await.unwrap();
        assert_eq!(told_to(&field, &mut seen, other).await, [News::Left]);
        planning::set_member(office, actor, outreach, (gone, true)).await.unwrap();
        assert_eq!(told_to(&field, &mut seen, gone).await, [], "there is no day to go on");
    }

    async fn a_host_without_an_address_is_telephoned_about_each_change_once(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let outreach = drafted_with(&field, host("Centro de Madres", None)).await;
        assert_eq!(host_calls(&field).await, []);
        planning::step(office, actor, outreach, LifeStep::Publish).await.unwrap();
        assert_eq!(written(&field, &mut BTreeSet::new()).await.len(), 2, "the team alone");
        let told = host_calls(&field).await;
        let [(call, phone)] = told.as_slice() else { panic!("one call: {told:?}") };
        let who = (call.host.as_str(), call.contact.as_deref(), phone.as_deref());
        assert_eq!(who, ("Centro de Madres", Some("Rosa Díaz"), Some("+56912345678")));
        assert_eq!((call.about, call.here, call.is_over), (HostNews::Published, outreach, false));
        assert_eq!(call.place, "Av. Bonilla 9820, Antofagasta");
        let before = call.at;
        // Before anybody called, there is one thing to say, with the day that it has now.
        let on = async |day: &str| {
            let day = DayForm { day: day.to_owned(), starts: "10:00".to_owned() };
            planning::reschedule(office, actor, outreach, &day).await.unwrap();
        };
        on("2026-12-13").await;
        let told = host_calls(&field).await;
        let [(call, _)] = told.as_slice() else { panic!("one call: {told:?}") };
        assert_eq!((call.about, call.at), (HostNews::Published, before.plus_ms(7 * DAY_MS)));
        on("2026-12-06").await;
        let called = "UPDATE task SET state = 'done' WHERE state = 'open'";
        assert_eq!(database.raw(called).await, 1);

        for day in ["2026-12-13", "2026-12-20"] {
            on(day).await;
        }
        let told = host_calls(&field).await;
        let [(call, _)] = told.as_slice() else { panic!("one call: {told:?}") };
        assert_eq!(call.about, HostNews::Moved);
        assert_eq!((call.was_at, call.at), (Some(before), before.plus_ms(14 * DAY_MS)));
        planning::suspend(office, actor, outreach, "Marejadas").await.unwrap();
        let told = host_calls(&field).await;
        let [(call, _)] = told.as_slice() else { panic!("one is left to say: {told:?}") };
        assert_eq!((call.about, call.reason.as_deref()), (HostNews::Suspended, Some("Marejadas")));
        assert_eq!((call.at, call.is_over), (before, false), "the day that they know");
        // Called off anew before anybody called, it is for the reason of now.
        on("2026-12-27").await;
        planning::suspend(office, actor, outreach, "Lluvia").await.unwrap();
        let told = host_calls(&field).await;
        let [(call, _)] = told.as_slice() else { panic!("one is left to say: {told:?}") };
        assert_eq!((call.about, call.reason.as_deref()), (HostNews::Suspended, Some("Lluvia")));
    }

    async fn the_host_that_is_changed_is_told_and_so_is_the_other(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let outreach = drafted(&field).await;
        let other = added(&field, host("Club La Rosa", None)).await;
        planning::step(office, actor, outreach, LifeStep::Publish).await.unwrap();
        let mut seen = BTreeSet::new();
        written(&field, &mut seen).await;
        database.raw("UPDATE outbox SET state = 'sent'").await;
        let form = planning::choices(office, actor, Some(outreach)).await.unwrap().form;
        let first = form.host.clone();
        let form = OutreachForm { host: other.to_string(), starts: "11:00".to_owned(), ..form };
        planning::save(office, actor, Some(outreach), form).await.unwrap();
        let told = written(&field, &mut seen).await;
        let to_host: Vec<_> = told.iter().filter(|(_, mail)| mail.host.is_some()).collect();
        let [(to, mail)] = to_host.as_slice() else { panic!("one letter: {told:?}") };
        assert_eq!((to.as_str(), &mail.news), ("rosa@example.cl.invalid", &News::Left));
        assert_eq!(told.len(), 3, "the team is told the new hour");
        let calls = host_calls(&field).await;
        let [(call, _)] = calls.as_slice() else { panic!("one call: {calls:?}") };
        assert_eq!((call.about, call.host.as_str()), (HostNews::Published, "Club La Rosa"));
        // It goes back to the first one: the other never heard of it, and need not; the first one
        // hears of the hour alone.
        let form = planning::choices(office, actor, Some(outreach)).await.unwrap().form;
        let form = OutreachForm { host: first, ..form };
        planning::save(office, actor, Some(outreach), form).await.unwrap();
        assert_eq!(host_calls(&field).await, []);
        let told = written(&field, &mut seen).await;
        let [(to, mail)] = told.as_slice() else { panic!("one letter: {told:?}") };
        assert_eq!(to, "rosa@example.cl.invalid");
        assert!(matches!(mail.news, News::Moved { was_at: Some(_) }), "{mail:?}");
    }

    async fn what_is_held_elsewhere_is_told_with_where_it_was(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let outreach = drafted(&field).await;
        planning::step(office, actor, outreach, LifeStep::Publish).await.unwrap();
        let mut seen = BTreeSet::new();
        written(&field, &mut seen).await;
        database.raw("UPDATE outbox SET state = 'sent'").await;
        let form = planning::choices(office, actor, Some(outreach)).await.unwrap().form;
        let same = OutreachForm { place: "AV. BONILLA 9820".to_owned(), ..form.clone() };
        planning::save(office, actor, Some(outreach), same).await.unwrap();
        assert_eq!(written(&field, &mut seen).await, [], "written otherwise, it is the same");
        let elsewhere = OutreachForm { place: "Liceo A-22".to_owned(), ..form };
        planning::save(office, actor, Some(outreach), elsewhere).await.unwrap();
        let told = written(&field, &mut seen).await;
        assert_eq!(told.len(), 3);
        for (_, mail) in &told {
            assert_eq!(mail.was_place.as_deref(), Some("AV. BONILLA 9820, Antofagasta"));
            assert_eq!((&mail.news, mail.place.as_str()), (&News::Relocated, "Liceo A-22"));
        }
        // Put right before the letters left, there is nothing to tell.
        let form = planning::choices(office, actor, Some(outreach)).await.unwrap().form;
        let back = OutreachForm { place: "Av. Bonilla 9820".to_owned(), ..form };
        planning::save(office, actor, Some(outreach), back).await.unwrap();
        let waiting = written(&field, &mut BTreeSet::new()).await.into_iter();
        assert_eq!(waiting.filter(|(_, mail)| mail.news == News::Relocated).count(), 0);
    }
}
