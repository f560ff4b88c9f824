//! Who listened to a talk: the vocabulary, and what becomes of a list.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::desk::{act, talks};
use backend::store::Tx;
use backend::store::vocabulary::service::AttendeeRow;
use backend::{erasure, planning};
use domain::command::Command;
use domain::decide::education::NAMED_MS;
use domain::desk::plan::TalkForm;
use domain::id::StaffId;
use domain::identity::IdentityDocument;
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::timestamp::DAY_MS;
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::desk::{at_browser, refused};
use crate::it::field::Field;

/// The list of a session that is stored.
pub async fn listed(tx: &mut Tx, session: Uuid) -> Stored<()> {
    let row = |place: i64, run: Option<&str>| AttendeeRow {
        session_id: session,
        place,
        name: "Ana".to_owned(),
        run: run.map(str::to_owned),
    };
    let rows = [row(0, Some("12345678-5")), row(1, None)];
    tx.insert_attendees(&rows).await?;
    assert_eq!(tx.attendees_of(&[session]).await?, rows);
    assert_eq!(tx.attendees_of(&[]).await?, []);
    assert_eq!(tx.erase_attendees("8765432-K").await?, 0);
    assert_eq!(tx.erase_attendees("12345678-5").await?, 1);
    assert_eq!(tx.attendees_of(&[session]).await?, rows[1..]);
    assert_eq!(tx.forget_attendees(i64::MIN).await?, 0);
    assert_eq!(tx.forget_attendees(i64::MAX).await?, 1);
    assert_eq!(tx.attendees_of(&[session]).await?, []);
    tx.insert_attendees(&rows).await?;
    tx.drop_attendees(Uuid::nil()).await?;
    assert_eq!(tx.attendees_of(&[session]).await?, rows, "of another session");
    tx.drop_attendees(session).await?;
    assert_eq!(tx.attendees_of(&[session]).await?, []);
    Ok(())
}

on_both_databases! {
    async fn who_listened_is_told_to_those_who_plan_and_erased_by_run(database) {
        let field = Field::on(&database).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let form = TalkForm {
            topic: "zoonoses".to_owned(),
            minutes: "45".to_owned(),
            listed: "María Soto, 12.345.678-5\nPedro\n".to_owned(),
            ..TalkForm::default()
        };
        let few = TalkForm { attendants: "1".to_owned(), ..form.clone() };
        let few = talks::record(office, &present, field.outreach, (act::fresh(), few)).await;
        assert!(matches!(refused(few), Refusal::Invalid { .. }));
        let id = act::fresh();
        for _ in 0..2 {
            let talk = (id, form.clone());
            talks::record(office, &present, field.outreach, talk).await.unwrap();
        }
        let told = async |actor: Actor| {
            planning::outreach(office, actor, field.outreach).await.unwrap().talks
        };
        let seen = told(present.actor).await;
        assert_eq!((seen.len(), seen[0].attendants), (1, 2), "they were counted");
        assert_eq!(seen[0].listed, ["María Soto, 12.345.678-5", "Pedro"]);
        let auditor = Actor::Staff { id: StaffId(fresh_id()), role: Role::Auditor };
        assert!(told(auditor).await[0].listed.is_empty(), "an auditor reads no names");

        let document = IdentityDocument::parse_run("12.345.678-5").unwrap();
        let ground = "Ley 19.628";
        let erased = erasure::erase_person(office, Actor::System, &document, ground).await;
        assert_eq!(erased.unwrap().listed, 1);
        let seen = told(present.actor).await;
        assert_eq!(seen[0].listed, ["Pedro"]);
        assert_eq!(seen[0].attendants, 2, "how many there were stays");

        let (other, reason) = (act::fresh(), ShortText::parse("No hubo charla").unwrap());
        let annul = Command::AnnulService { service: seen[0].id, reason };
        act::record(office, &present, other, vec![annul]).await.unwrap();
        let late = talks::record(office, &present, field.outreach, (other, form)).await;
        assert_eq!(refused(late), Refusal::SheetUsed, "that was another act");

        assert_eq!(talks::forget(office).await.unwrap(), 0);
        office.clock.advance_ms(NAMED_MS + DAY_MS);
        assert_eq!(talks::forget(office).await.unwrap(), 1, "after a year nobody is named");
        let seen = told(present.actor).await;
        assert_eq!((seen[0].listed.len(), seen[0].attendants), (0, 2));
    }
}
