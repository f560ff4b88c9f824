//! What the auditor reads of what people wrote in their own words: that there is something.

use backend::actor::Actor;
use backend::desk::{act, register};
use backend::{documents, planning, rnm};
use domain::catalogue::DewormingKind;
use domain::command::Command;
use domain::desk::plan::{OutreachSheet, TalkForm};
use domain::desk::queue::{RnmList, RnmStep};
use domain::desk::sheet::AnimalSheet;
use domain::document::DocumentState;
use domain::id::ServiceId;
use domain::name::ShortText;
use domain::rnm::RnmState;
use domain::service::ServiceDetails;
use domain::submission::Outcome;

use crate::it::desk::{at_browser, auditor};
use crate::it::field::{Field, Guest};
use crate::it::papers::sterilised;
use crate::it::rnm::complete;

const CHIP: &str = "999000000000901";
/// What each of them wrote.
const SAID: &str = "Lo dijo su vecina Rosa Pizarro";
const HIDDEN: Option<&str> = Some("···");

/// Has somebody do something.
async fn told(field: &Field, actor: Actor, commands: Vec<Command>) {
    let outcome = field.submit_as(actor, commands).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

fn annulled(service: ServiceId) -> Command {
    Command::AnnulService { service, reason: ShortText::parse(SAID).unwrap() }
}

/// A surgery with remarks.
fn remarked(field: &Field, guest: &Guest) -> Command {
    let mut surgery = sterilised(field, guest);
    let Command::RecordService { details, .. } = &mut surgery else { panic!("a surgery") };
    let ServiceDetails::Sterilisation(surgery_details) = &mut **details else { panic!("another") };
    surgery_details.remarks = ShortText::parse(SAID).ok();
    surgery
}

/// A dog of which everybody wrote something: its surgeon, who annulled a dose, who revoked a
/// document, and the municipality.
async fn much_said(field: &Field, guest: &Guest) {
    field.authorise().await;
    let details = Box::new(complete("Luna"));
    let registered = Command::RegisterAnimal { animal: guest.dog, owner: guest.owner, details };
    let dose = field.dewormed(guest.dog, DewormingKind::Internal);
    let Command::RecordService { service, .. } = dose else { panic!("a dose") };
    let chip = field.chipped(guest.dog, CHIP);
    let visit = vec![guest.registered(), registered, chip, dose, remarked(field, guest)];
    told(field, field.as_veterinarian(), visit).await;
    let coordinator = field.as_coordinator();
    told(field, coordinator, vec![annulled(service)]).await;
    let sheet = register::animal(&field.office, coordinator, guest.dog).await.unwrap();
    let issued = sheet.documents.iter().find(|line| line.state == DocumentState::Issued);
    let id = issued.unwrap().id;
    documents::revoke(&field.office, coordinator, id, SAID.to_owned()).await.unwrap();
    let observed = RnmStep::Observed { reason: SAID.to_owned() };
    for step in [RnmStep::Requested, observed] {
        rnm::mark(&field.office, coordinator, vec![guest.dog], step).await.unwrap();
    }
}

/// A talk of the outreach that was annulled.
async fn annulled_talk(field: &Field) {
    let (office, present) = (&field.office, at_browser(field.as_coordinator()));
    let form = TalkForm {
        topic: "zoonoses".to_owned(),
        minutes: "45".to_owned(),
        attendants: "3".to_owned(),
        ..TalkForm::default()
    };
    let talk = (act::fresh(), form);
    backend::desk::talks::record(office, &present, field.outreach, talk).await.unwrap();
    let sheet = planning::outreach(office, present.actor, field.outreach).await.unwrap();
    let annul = vec![annulled(sheet.talks[0].id)];
    act::record(office, &present, act::fresh(), annul).await.unwrap();
}

/// The three pages that tell of it.
async fn pages(
    field: &Field,
    guest: &Guest,
    actor: Actor,
) -> (AnimalSheet, RnmList, OutreachSheet) {
    let office = &field.office;
    (
        register::animal(office, actor, guest.dog).await.unwrap(),
        rnm::list(office, actor, RnmState::Observed, 1).await.unwrap(),
        planning::outreach(office, actor, field.outreach).await.unwrap(),
    )
}

on_both_databases! {
    async fn the_auditor_reads_nothing_in_anybodys_own_words(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_901));
        much_said(&field, &guest).await;
        annulled_talk(&field).await;
        let (sheet, list, outreach) = pages(&field, &guest, field.as_coordinator()).await;
        assert_eq!(sheet.rnm_reason.as_deref(), Some(SAID));
        assert_eq!(list.rows[0].reason.as_deref(), Some(SAID));
        assert_eq!(outreach.talks[0].annulled.as_deref(), Some(SAID));
        let seen = pages(&field, &guest, auditor()).await;
        let text = serde_json::to_string(&seen).unwrap();
        assert!(!text.contains("Rosa"), "{text}");
        let (sheet, list, outreach) = seen;
        assert_eq!(sheet.rnm_reason.as_deref(), HIDDEN);
        assert_eq!(list.rows[0].reason.as_deref(), HIDDEN);
        assert_eq!(outreach.talks[0].annulled.as_deref(), HIDDEN);
        let ended = sheet.documents.iter().filter_map(|line| line.ended.as_deref());
        assert_eq!(ended.collect::<Vec<_>>(), ["···"]);
        let annulled = sheet.services.iter().filter_map(|line| line.annulled.as_deref());
        assert_eq!(annulled.collect::<Vec<_>>(), ["···"]);
        let remarks = sheet.services.iter().find_map(|line| match &line.details {
            ServiceDetails::Sterilisation(surgery) => surgery.remarks.as_ref(),
            _ => None,
        });
        assert_eq!(remarks.map(ShortText::as_str), HIDDEN);
    }
}
