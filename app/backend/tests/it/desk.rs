//! The coordination's desk: acts are submissions, conflicts are resolved, the auditor sees masks.

use backend::accounts::session::{FRESH_MS, Present};
use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::desk::{act, home, people, register, signature, unresolved, waiting};
use backend::documents;
use backend::error::Error;
use backend::mail_desk;
use domain::command::{Command, CorrectionReason};
use domain::desk::people::InvitationForm;
use domain::desk::queue::{MailState, Resolution, TaskAsk, TaskEnding, UnresolvedLine};
use domain::document::DocumentState;
use domain::id::{MessageId, SessionId, StaffId, SubmissionId};
use domain::name::ShortText;
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::rnm::RnmLack;
use domain::role::{Role, UseCase};
use domain::submission::Outcome;

use crate::it::databases::Stored;
use crate::it::field::{Field, Guest, NOW, dog};
use crate::it::unresolved::waiting_lines;

const CHIP: &str = "999000000000201";
const OTHER_CHIP: &str = "999000000000202";

/// Somebody at a browser, the password given just now.
pub fn at_browser(actor: Actor) -> Present {
    Present {
        session: SessionId(fresh_id()),
        actor,
        name: "Prueba".to_owned(),
        reauthenticated_at: Some(NOW),
    }
}

#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// The first page of every address.
fn all() -> (String, u32) {
    (String::new(), 1)
}

pub fn auditor() -> Actor {
    Actor::Staff { id: StaffId(fresh_id()), role: Role::Auditor }
}

on_both_databases! {
    async fn a_correction_sent_twice_is_done_once_and_replaces_the_document(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let guest = Guest::new(40_000_201);
        field.submit(field.visit(&guest, CHIP)).await;
        let present = at_browser(field.as_coordinator());
        let sheet = register::animal(&field.office, present.actor, guest.dog).await.unwrap();
        let mut details = sheet.details.clone();
        details.name = dog("Ñandú").name;
        let (animal, reason) = (guest.dog, CorrectionReason::Mistyped);
        let command = Command::CorrectAnimal { animal, details: Box::new(details), reason };
        for _ in 0..2 {
            let made = act::record(&field.office, &present, sheet.act, vec![command.clone()]).await;
            assert_eq!(made.unwrap(), 1);
        }
        let sheet = register::animal(&field.office, present.actor, guest.dog).await.unwrap();
        assert_eq!(sheet.details.name.as_str(), "Ñandú");
        let states: Vec<_> = sheet.documents.iter().map(|document| document.state).collect();
        assert_eq!(states, [DocumentState::Issued, DocumentState::Replaced]);
        let kinds: Vec<_> = sheet.history.iter().map(|line| line.kind.as_str()).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == "animal_corrected").count(), 1);
        let report = backend::history::verify(&field.office.store, &field.office.keys);
        assert!(report.await.unwrap().is_whole());
    }

    async fn an_annulled_service_withdraws_its_document_and_takes_the_chip_off(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let guest = Guest::new(40_000_202);
        field.submit(field.visit(&guest, CHIP)).await;
        let present = at_browser(field.as_coordinator());
        let sheet = register::animal(&field.office, present.actor, guest.dog).await.unwrap();
        let implanted = sheet.services.iter().find(|service| service.kind.code() == "implantation");
        let reason = domain::name::ShortText::parse("En otro animal").unwrap();
        let command = Command::AnnulService { service: implanted.unwrap().id, reason };
        act::record(&field.office, &present, sheet.act, vec![command]).await.unwrap();
        let sheet = register::animal(&field.office, present.actor, guest.dog).await.unwrap();
        assert_eq!(sheet.chip, None);
        assert_eq!(sheet.documents[0].state, DocumentState::Withdrawn);
        let operative = at_browser(field.as_operative());
        let forbidden = register::animal(&field.office, operative.actor, guest.dog).await;
        let needs = UseCase::ReadRegistryMasked;
        assert_eq!(refused(forbidden), Refusal::Forbidden { use_case: needs });
    }

    async fn who_lives_elsewhere_is_of_no_commune_and_is_printed_in_words(database) {
        const PLACE: &str = "La Serena, Coquimbo";
        let field = Field::on(&database).await;
        field.authorise().await;
        let guest = Guest::new(40_000_209);
        field.submit(field.visit(&guest, CHIP)).await;
        let present = at_browser(field.as_coordinator());
        let sheet = async || {
            register::owner(&field.office, present.actor, guest.owner).await.unwrap()
        };
        let before = sheet().await;
        let details = OwnerDetails {
            commune: None,
            elsewhere: ShortText::parse(PLACE).ok(),
            ..before.details.unwrap()
        };
        let (owner, reason) = (guest.owner, CorrectionReason::Mistyped);
        let command = Command::CorrectOwner { owner, details: Box::new(details), reason };
        act::record(&field.office, &present, before.act, vec![command]).await.unwrap();
        let after = sheet().await;
        assert_eq!(after.lines.commune.as_deref(), Some(PLACE));
        let nowhere = "SELECT COUNT(*) FROM owner WHERE commune IS NULL AND unit IS NULL";
        assert_eq!(database.number(nowhere).await, 1);
        let printed = "SELECT COUNT(*) FROM document
            WHERE state = 'issued' AND facts LIKE '%La Serena, Coquimbo%'";
        assert_eq!(database.number(printed).await, 1);
        let animal = register::animal(&field.office, present.actor, guest.dog).await.unwrap();
        assert!(!animal.rnm_lacks.contains(&RnmLack::Commune), "{:?}", animal.rnm_lacks);
    }

    async fn a_conflict_is_recorded_with_the_right_chip_and_the_phone_learns_it(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_203), CHIP)).await;
        let second = Guest::new(40_000_204);
        let outcome = field.submit(field.visit(&second, CHIP)).await;
        assert!(matches!(outcome, Outcome::Conflict { .. }), "{outcome:?}");
        let present = at_browser(field.as_coordinator());
        let lines = waiting_lines(&field).await;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].submission.as_ref().unwrap().commands.len(), 5);
        assert!(lines[0].can_be_recorded() && lines[0].may_be_another_chip());
        let same = Resolution::Accept { chip: None };
        let again = unresolved::resolve(&field.office, &present, lines[0].id, same).await;
        assert_eq!(refused(again), Refusal::ChipTaken);
        let right = Resolution::Accept { chip: Some(OTHER_CHIP.to_owned()) };
        field.office.clock.advance_ms(1_000);
        unresolved::resolve(&field.office, &present, lines[0].id, right.clone()).await.unwrap();
        let sheet = register::animal(&field.office, present.actor, second.dog).await.unwrap();
        assert_eq!(sheet.chip.unwrap().to_string(), OTHER_CHIP);
        let late = unresolved::resolve(&field.office, &present, lines[0].id, right).await;
        assert_eq!(refused(late), Refusal::ChangedMeanwhile);
        let actor = field.as_operative();
        let next = field.submission(actor, field.visit(&Guest::new(40_000_205), "999000000000203"));
        let reply = field.send(actor, &[next]).await;
        assert_eq!(reply.resolved.len(), 1);
        assert_eq!(reply.resolved[0].id, lines[0].id);
        assert!(matches!(reply.resolved[0].outcome, Outcome::Accepted { .. }));
    }

    async fn who_resolves_a_conflict_sees_the_other_record_whole(database) {
        let field = Field::on(&database).await;
        let first = Guest::new(40_000_211);
        field.submit(field.visit(&first, CHIP)).await;
        let outcome = field.submit(field.visit(&Guest::new(40_000_212), CHIP)).await;
        let Outcome::Conflict { other: masked, .. } = &outcome else { panic!("{outcome:?}") };
        let office = &field.office;
        let sheet = register::animal(office, field.as_coordinator(), first.dog).await.unwrap();
        let other = waiting_lines(&field).await[0].other.clone().unwrap();
        assert_eq!((other.animal, other.chip), (first.dog, sheet.chip));
        assert_eq!(other.name, sheet.details.name.to_string());
        assert_eq!((other.species, other.sex), (sheet.details.species, sheet.details.sex));
        assert_eq!(masked.animal, None, "the phone is told no more than before");
        assert_ne!(masked.name, other.name);
        assert_ne!(masked.chip.as_deref(), Some(CHIP));

        // Two animals of one visit with one chip: nothing of it is in the register.
        let visits = [40_000_213, 40_000_214].map(|run| field.visit(&Guest::new(run), OTHER_CHIP));
        let outcome = field.submit(visits.concat()).await;
        assert!(matches!(outcome, Outcome::Conflict { .. }), "{outcome:?}");
        let lines = waiting_lines(&field).await;
        assert_eq!((lines.len(), &lines[1].other), (2, &None));
    }

    async fn a_quarantined_submission_is_put_away_with_words(database) {
        let field = Field::on(&database).await;
        let mut foreign = field.submission(
            field.as_operative(),
            field.visit(&Guest::new(40_000_206), CHIP),
        );
        foreign.actor = field.veterinarian;
        let reply = field.send(field.as_operative(), &[foreign.clone()]).await;
        assert_eq!(reply.answers[0].outcome, Outcome::Quarantined);
        let present = at_browser(field.as_coordinator());
        let lines = waiting_lines(&field).await;
        assert!(lines[0].may_be_another_chip() && !lines[0].is_of_ticket());
        let (text, submission) = (Some("{".to_owned()), None);
        let unread = UnresolvedLine { text, submission, ..lines[0].clone() };
        assert!(!unread.can_be_recorded() && !unread.may_be_another_chip());
        let mute = Resolution::Dismiss { words: " ".to_owned() };
        let unexplained = unresolved::resolve(&field.office, &present, foreign.id, mute).await;
        assert!(matches!(refused(unexplained), Refusal::Invalid { .. }));
        let words = Resolution::Dismiss { words: "Prueba de la aplicación".to_owned() };
        unresolved::resolve(&field.office, &present, foreign.id, words).await.unwrap();
        assert_eq!(waiting_lines(&field).await, []);
        assert_eq!(database.number("SELECT COUNT(*) FROM owner").await, 0);
        let operative = at_browser(field.as_operative());
        let id = SubmissionId(fresh_id());
        let any = Resolution::Accept { chip: None };
        let forbidden = unresolved::resolve(&field.office, &operative, id, any).await;
        assert!(matches!(refused(forbidden), Refusal::Forbidden { .. }));
    }

    async fn the_auditor_finds_everybody_and_sees_nobody(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_207), CHIP)).await;
        let found = register::search(&field.office, auditor(), "María Núñez").await.unwrap();
        let sheet = register::owner(&field.office, auditor(), found.owners[0].id).await.unwrap();
        let text = serde_json::to_string(&(&found, &sheet)).unwrap();
        for secret in ["Núñez", "40.000.207", "40000207", "Sicilia", "tenedor@"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert_eq!(sheet.details, None);
        assert!(sheet.history.iter().all(|line| line.said.is_none()));
        assert!(!sheet.history.is_empty() && sheet.looks.len() == 1);
    }

    async fn each_role_is_told_what_it_may_see(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_208), CHIP)).await;
        let desk = home(&field.office, field.as_coordinator()).await.unwrap();
        assert_eq!((desk.outreaches.len(), desk.tasks, desk.unresolved), (1, Some(0), Some(0)));
        assert_eq!(desk.dead_mails, Some(0));
        let desk = home(&field.office, field.as_veterinarian()).await.unwrap();
        assert_eq!((desk.unsigned, desk.has_signature), (Some(1), Some(false)));
        assert_eq!((desk.tasks, desk.rnm.len()), (None, 0));
        let desk = home(&field.office, auditor()).await.unwrap();
        assert_eq!((desk.tasks, desk.rnm.len(), desk.outreaches.len()), (None, 9, 1));
    }

    async fn authorising_asks_for_the_password_again(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_209), CHIP)).await;
        let present = at_browser(field.as_veterinarian());
        let missing = signature::authorise(&field.office, &present, field.outreach).await;
        assert_eq!(refused(missing), Refusal::SignatureMissing);
        let drawing = domain::animal::Drawing::parse("M10 100L200 40").unwrap();
        documents::draw_signature(&field.office, present.actor, drawing).await.unwrap();
        let desk = signature::desk(&field.office, &present).await.unwrap();
        assert!(desk.is_fresh && desk.outreaches[0].waiting == 1);
        field.office.clock.advance_ms(FRESH_MS);
        let stale = signature::authorise(&field.office, &present, field.outreach).await;
        assert_eq!(refused(stale), Refusal::SignInAgain);
        let fresh = Present { reauthenticated_at: Some(field.office.clock.now()), ..present };
        let issued = signature::authorise(&field.office, &fresh, field.outreach).await;
        assert_eq!(issued.unwrap(), 1);
        let own = signature::own_documents(&field.office, fresh.actor, 1).await.unwrap();
        assert_eq!((own.rows.len(), own.more), (1, false));
        assert_eq!(own.rows[0].state, DocumentState::Issued);
    }

    async fn who_has_left_the_team_still_signs_and_sees_what_is_in_their_name(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_212), CHIP)).await;
        let (office, present) = (&field.office, at_browser(field.as_veterinarian()));
        let drawing = domain::animal::Drawing::parse("M10 100L200 40").unwrap();
        documents::draw_signature(office, present.actor, drawing).await.unwrap();
        let (outreach, staff) = (field.outreach.0, field.veterinarian.0);
        let left: Stored<bool> = office
            .store
            .write(move |tx| Box::pin(async move { tx.leave_team(outreach, staff, NOW.0).await }))
            .await;
        assert!(left.unwrap());
        let own = async || {
            let desk = signature::desk(office, &present).await.unwrap();
            let lines = desk.outreaches.into_iter();
            lines.map(|line| (line.outreach.id, line.waiting)).collect::<Vec<_>>()
        };
        assert_eq!(own().await, [(field.outreach, 1)]);
        assert_eq!(signature::authorise(office, &present, field.outreach).await.unwrap(), 1);
        assert_eq!(own().await, [(field.outreach, 0)], "what comes later would be signed");
        let again = signature::authorise(office, &present, field.outreach).await;
        assert_eq!(refused(again), Refusal::NotYourOutreach);
        documents::withdraw_authorisation(office, present.actor, field.outreach).await.unwrap();
        assert_eq!(own().await, [], "nothing waits there, and nothing is signed");
        let issued = signature::own_documents(office, present.actor, 1).await.unwrap();
        let id = issued.rows[0].id;
        // Its slip opens all that its owner has: that is for who works there.
        assert!(!issued.rows[0].may_have_slip && !issued.rows[0].has_slip);
        let slip = documents::slip(office, present.actor, id).await;
        assert_eq!(refused(slip), Refusal::DocumentUnknown);
        let sees = async |actor: Actor| {
            let seen = office.store.read(move |tx| {
                Box::pin(async move {
                    let row = documents::find(tx, id).await?;
                    documents::may_see(tx, &actor, &row).await
                })
            });
            seen.await.unwrap()
        };
        let other = Actor::Staff { id: StaffId(fresh_id()), role: Role::Veterinarian };
        assert_eq!((sees(present.actor).await, sees(other).await), (true, false));
    }

    async fn a_proposal_shows_both_values(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_210), CHIP)).await;
        let again = Guest { email: Some("otra@example.cl.invalid"), ..Guest::new(40_000_210) };
        field.submit(field.visit(&again, OTHER_CHIP)).await;
        let tasks = waiting::list(&field.office, field.as_coordinator()).await.unwrap();
        let TaskAsk::ContactProposal { known, proposal } = &tasks[0].ask else {
            panic!("{tasks:?}")
        };
        assert_eq!(known.email.as_ref().unwrap().as_str(), "tenedor@example.cl.invalid");
        assert_eq!(proposal.email.as_ref().unwrap().as_str(), "otra@example.cl.invalid");
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let ending = TaskEnding { accepted: true, ..TaskEnding::default() };
        backend::tasks::solve(office, &present, tasks[0].id, ending).await.unwrap();
        assert_eq!(waiting::list(office, present.actor).await.unwrap(), []);
    }

    async fn a_dead_mail_is_sent_again_to_another_address(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        field.submit(field.visit(&Guest::new(40_000_211), CHIP)).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        database.raw("UPDATE outbox SET state = 'dead', last_error = 'smtp_550'").await;
        let dead = mail_desk::list(office, actor, MailState::Dead, all()).await.unwrap();
        assert_eq!((dead.rows.len(), dead.rows[0].error.as_deref()), (1, Some("smtp_550")));
        let id: MessageId = dead.rows[0].id;
        let wrong = mail_desk::resend(office, actor, id, "sin arroba".to_owned()).await;
        assert!(matches!(refused(wrong), Refusal::Invalid { .. }));
        let other = "buena@example.cl.invalid".to_owned();
        mail_desk::resend(office, actor, id, other.clone()).await.unwrap();
        let pending = mail_desk::list(office, actor, MailState::Pending, all()).await.unwrap();
        assert_eq!(pending.rows[0].recipient, other);
        let twice = mail_desk::resend(office, actor, id, String::new()).await;
        assert_eq!(refused(twice), Refusal::ChangedMeanwhile);
        let forbidden = mail_desk::list(office, auditor(), MailState::Dead, all()).await;
        assert!(matches!(refused(forbidden), Refusal::Forbidden { .. }));
    }

    async fn an_invitation_names_every_field_that_cannot_be_taken(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let form = InvitationForm {
            email: "nadie".to_owned(),
            role: "veterinarian".to_owned(),
            ..InvitationForm::default()
        };
        let Refusal::Invalid { fields } = refused(people::invite(office, actor, form).await) else {
            panic!("another refusal")
        };
        let named: Vec<_> = fields.iter().map(|error| error.field.code()).collect();
        assert_eq!(named, ["email", "person_name", "run"]);
        let list = people::list(office, actor).await.unwrap();
        assert_eq!(list.may_invite, [Role::Veterinarian, Role::Operative]);
        assert!(!list.may_change_roles);
    }
}
