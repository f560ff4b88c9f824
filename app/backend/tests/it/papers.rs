//! What becomes of documents after their visit: corrections, other owners, other addresses, slips.

use backend::desk::{act, register};
use backend::documents;
use backend::mail_desk;
use backend::store::vocabulary::document::DocumentRow;
use backend::store::vocabulary::outbox::MessageRow;
use backend::submissions::VisitMail;
use backend::tasks::{self, TaskBody};
use domain::catalogue::{ReproductiveState, SterilisationOutcome};
use domain::command::{Command, CorrectionReason};
use domain::contact::Phone;
use domain::desk::queue::{MailState, TaskEnding};
use domain::document::{DocumentFacts, DocumentState, Verification};
use domain::id::{DocumentId, MessageId, ServiceId};
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::service::{ServiceDetails, Sterilisation};
use domain::submission::Outcome;

use crate::it::databases::Stored;
use crate::it::desk::{at_browser, refused};
use crate::it::field::{Field, Guest, dog};

const CHIP: &str = "999000000000501";
const OTHER_CHIP: &str = "999000000000502";
const OTHER: &str = "otra@example.cl.invalid";

pub async fn rows_of(field: &Field, guest: &Guest) -> Vec<DocumentRow> {
    let dog = guest.dog.0;
    let store = &field.office.store;
    let read: Stored<Vec<_>> =
        store.read(move |tx| Box::pin(async move { tx.documents_of(&[dog]).await })).await;
    read.unwrap()
}

pub async fn mails(field: &Field, state: &'static str) -> Vec<MessageRow> {
    let store = &field.office.store;
    let read: Stored<Vec<_>> =
        store.read(move |tx| Box::pin(async move { tx.messages_in_state(state, 99).await })).await;
    read.unwrap()
}

/// Corrects at the desk, as one submission.
async fn desk(field: &Field, guest: &Guest, commands: Vec<Command>) -> u32 {
    let present = at_browser(field.as_coordinator());
    let sheet = register::animal(&field.office, present.actor, guest.dog).await.unwrap();
    act::record(&field.office, &present, sheet.act, commands).await.unwrap()
}

pub fn owner_corrected(guest: &Guest, change: impl FnOnce(&mut OwnerDetails)) -> Command {
    let mut details = guest.details();
    change(&mut details);
    let reason = CorrectionReason::Changed;
    Command::CorrectOwner { owner: guest.owner, details: Box::new(details), reason }
}

pub fn renamed(guest: &Guest, name: &str) -> Command {
    let reason = CorrectionReason::Mistyped;
    Command::CorrectAnimal { animal: guest.dog, details: Box::new(dog(name)), reason }
}

pub fn sterilised(field: &Field, guest: &Guest) -> Command {
    Command::RecordService {
        service: ServiceId(backend::clock::fresh_id()),
        animal: guest.dog,
        details: Box::new(ServiceDetails::Sterilisation(Sterilisation {
            outcome: SterilisationOutcome::Performed,
            weight: domain::weight::Weight::parse("12,5").ok(),
            consent: true,
            consent_signature: None,
            remarks: None,
        })),
        veterinarian: Some(field.veterinarian),
    }
}

pub fn facts(row: &DocumentRow) -> DocumentFacts {
    serde_json::from_str(row.facts.as_deref().unwrap()).unwrap()
}

on_both_databases! {
    async fn a_file_is_of_a_document_only_once_that_was_printed(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_521));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        let id = DocumentId(rows_of(&field, &guest).await[0].id);
        let judged = async |id, bytes: &[u8]| {
            documents::verify_file(&field.office, id, bytes).await.unwrap()
        };
        assert_eq!(judged(id, b"%PDF forged").await, Some(false), "none was made yet");
        documents::keep_bytes(&field.office, id, b"%PDF ours".to_vec()).await.unwrap();
        assert_eq!(judged(id, b"%PDF ours").await, Some(true));
        assert_eq!(judged(id, b"%PDF forged").await, Some(false));
        let unheard_of = DocumentId(backend::clock::fresh_id());
        assert_eq!(judged(unheard_of, b"%PDF ours").await, None);
    }

    async fn a_corrected_telephone_replaces_no_document(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_501));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        let by = field.as_veterinarian();
        let surgery = field.submit_as(by, vec![sterilised(&field, &guest)]).await;
        assert!(matches!(surgery, Outcome::Accepted { .. }), "{surgery:?}");
        let phone = Phone::parse("+56 9 1234 5678").ok();
        let made = desk(&field, &guest, vec![owner_corrected(&guest, |d| d.phone = phone)]).await;
        assert_eq!(made, 0, "nothing that is printed has changed");
        // A corrected home is printed; what later visits did stays out of the voucher.
        let home = domain::name::ShortText::parse("Riquelme 12").ok();
        let made = desk(&field, &guest, vec![owner_corrected(&guest, |d| d.address = home)]).await;
        assert_eq!(made, 2);
        let rows = rows_of(&field, &guest).await;
        let voucher = rows.iter().find(|r| r.kind == "implantation_voucher" && r.state == "issued");
        let voucher = facts(voucher.unwrap());
        assert_eq!(voucher.animal.reproductive_state, ReproductiveState::Intact);
        assert_eq!(voucher.owner.address.as_deref(), Some("Riquelme 12"));
        let made = desk(&field, &guest, vec![renamed(&guest, "Ñandú")]).await;
        assert_eq!(made, 2, "the name is printed on both");
        let rows = rows_of(&field, &guest).await;
        let both: Vec<_> = rows.iter().filter(|row| row.state == "issued").map(facts).collect();
        assert!(both.iter().all(|one| one.animal.name == "Ñandú"), "{both:?}");
    }

    async fn a_correction_of_two_documents_is_one_mail(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_502));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        field.submit_as(field.as_veterinarian(), vec![sterilised(&field, &guest)]).await;
        let before = mails(&field, "pending").await.len();
        assert_eq!(desk(&field, &guest, vec![renamed(&guest, "Ñandú")]).await, 2);
        let after = mails(&field, "pending").await;
        assert_eq!(after.len(), before + 1);
        let newest = after.iter().max_by_key(|row| row.id).unwrap();
        let mail: VisitMail = serde_json::from_str(&newest.body).unwrap();
        assert_eq!((newest.kind.as_str(), mail.corrected.len()), ("correction", 2));
    }

    async fn new_and_corrected_documents_leave_in_one_mail(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_503));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        let before = mails(&field, "pending").await.len();
        let mut details = dog("Ñandú");
        details.reproductive_state = ReproductiveState::Intact;
        let reason = CorrectionReason::Mistyped;
        let correct =
            Command::CorrectAnimal { animal: guest.dog, details: Box::new(details), reason };
        let both = vec![correct, sterilised(&field, &guest)];
        let outcome = field.submit_as(field.as_coordinator(), both).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let after = mails(&field, "pending").await;
        assert_eq!(after.len(), before + 1, "one submission, at most one mail");
        let newest = after.iter().max_by_key(|row| row.id).unwrap();
        let mail: VisitMail = serde_json::from_str(&newest.body).unwrap();
        assert_eq!((mail.documents.len(), mail.corrected.len()), (1, 1));
    }

    async fn the_slip_in_the_drawer_opens_the_corrected_document(database) {
        let field = Field::on(&database).await;
        let guest = Guest { email: None, ..Guest::new(40_000_504) };
        field.authorise().await;
        let outcome = field.submit(field.visit(&guest, CHIP)).await;
        let Outcome::Accepted { documents, .. } = outcome else { panic!("{outcome:?}") };
        let code = documents[0].slip_code.clone().unwrap();
        desk(&field, &guest, vec![renamed(&guest, "Ñandú")]).await;
        let rows = rows_of(&field, &guest).await;
        let (new, old) = (&rows[0], &rows[1]);
        assert_eq!((new.state.as_str(), old.state.as_str()), ("issued", "replaced"));
        let (office, actor) = (&field.office, field.as_coordinator());
        let slip = documents::slip(office, actor, DocumentId(new.id)).await.unwrap();
        assert_eq!((slip.code.as_str(), slip.name.as_str()), (code.as_str(), "Ñandú"));
        let ended = documents::slip(office, actor, DocumentId(old.id)).await;
        assert_eq!(refused(ended), Refusal::DocumentUnknown);
        let tasks = tasks::list(office, actor, 9).await.unwrap();
        let asked = TaskBody::HandOver { documents: vec![DocumentId(new.id)] };
        assert_eq!(tasks[0].body, asked, "somebody hands the new one over");
        // Tried too often, the slip is given another code.
        database.raw("UPDATE document SET slip_attempts = 5").await;
        documents::renew_slip(office, actor, DocumentId(new.id)).await.unwrap();
        let renewed = documents::slip(office, actor, DocumentId(new.id)).await.unwrap();
        assert_ne!(renewed.code, code);
        let again =
            "SELECT COUNT(*) FROM document WHERE slip_attempts = 0 AND slip_hash IS NOT NULL";
        assert_eq!(database.number(again).await, 1);
        let ended = documents::renew_slip(office, actor, DocumentId(old.id)).await;
        assert_eq!(refused(ended), Refusal::DocumentNotValid);
    }

    async fn what_is_signed_later_is_handed_over_or_mailed_once(database) {
        let field = Field::on(&database).await;
        let mute = Guest { email: None, ..Guest::new(40_000_505) };
        let guest = Guest::new(40_000_506);
        let outcome = field.submit(field.visit(&mute, CHIP)).await;
        let Outcome::Accepted { documents, .. } = outcome else { panic!("{outcome:?}") };
        assert!(documents[0].link.is_none() && documents[0].slip_code.is_some());
        field.submit(field.visit(&guest, OTHER_CHIP)).await;
        assert_eq!(mails(&field, "held").await.len(), 1);
        assert_eq!(field.authorise().await, 2);
        let (held, pending) = (mails(&field, "held").await, mails(&field, "pending").await);
        assert_eq!((held.len(), pending.len()), (0, 1));
        let tasks = tasks::list(&field.office, field.as_coordinator(), 9).await.unwrap();
        let asked = TaskBody::HandOver { documents: vec![documents[0].id] };
        assert_eq!(tasks.iter().map(|task| &task.body).collect::<Vec<_>>(), [&asked]);
    }

    async fn a_document_stays_with_whom_it_was_made_for(database) {
        let field = Field::on(&database).await;
        let (guest, other) = (Guest::new(40_000_507), Guest::new(40_000_508));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        field.submit(field.visit(&other, OTHER_CHIP)).await;
        let transfer = Command::TransferAnimal { animal: guest.dog, owner: other.owner };
        desk(&field, &guest, vec![transfer]).await;
        let rows = rows_of(&field, &guest).await;
        let store = &field.office.store;
        let (new, old) = (rows[0].clone(), rows[1].clone());
        let (one, two) = (guest.owner, other.owner);
        let held = store.read(move |tx| {
            Box::pin(async move {
                use backend::owner_access::holds;
                let before = (holds(tx, one, &old).await?, holds(tx, two, &old).await?);
                let after = (holds(tx, one, &new).await?, holds(tx, two, &new).await?);
                Ok::<_, backend::error::Error>((before, after))
            })
        });
        assert_eq!(held.await.unwrap(), ((true, false), (false, true)));
    }

    async fn another_address_gets_everything_in_one_mail(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_509));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        database.raw("UPDATE outbox SET state = 'dead'").await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let body = TaskBody::NewAddress { email: OTHER.to_owned() };
        let about = tasks::About { owner: Some(guest.owner), ..tasks::About::default() };
        let now = office.clock.now();
        let opened = office.store.write_with(body, move |tx, body| {
            Box::pin(async move { tasks::open(tx, body, about, now).await })
        });
        let id = opened.await.unwrap();
        let ending = TaskEnding { accepted: true, ..TaskEnding::default() };
        tasks::solve(office, &present, id, ending.clone()).await.unwrap();
        let pending = mails(&field, "pending").await;
        assert_eq!((pending.len(), pending[0].recipient.as_str()), (1, OTHER));
        let mail: VisitMail = serde_json::from_str(&pending[0].body).unwrap();
        assert!(mail.again && mail.documents.len() == 1, "{mail:?}");
        assert_eq!(mails(&field, "dead").await[0].recipient, OTHER, "it goes there when it goes");
        let sheet = register::owner(office, present.actor, guest.owner).await.unwrap();
        assert_eq!(sheet.lines.email.as_deref(), Some(OTHER));
        let kinds: Vec<_> = sheet.history.iter().map(|line| line.kind.as_str()).collect();
        assert!(kinds.contains(&"owner_corrected") && kinds.contains(&"task_solved"), "{kinds:?}");
        let twice = tasks::solve(office, &present, id, ending).await;
        assert_eq!(refused(twice), Refusal::ChangedMeanwhile);
    }

    async fn a_proposed_name_makes_the_documents_anew(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_510));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        let again = Guest { dog: Guest::new(1).dog, ..Guest::new(40_000_510) };
        let mut details = again.details();
        details.name = domain::name::PersonName::parse("Rosa", "Pizarro").unwrap();
        let registered =
            Command::RegisterOwner { owner: again.owner, details: Box::new(details) };
        field.submit(vec![registered]).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let open = tasks::list(office, present.actor, 9).await.unwrap();
        let ending = TaskEnding { accepted: true, ..TaskEnding::default() };
        tasks::solve(office, &present, open[0].id, ending).await.unwrap();
        let rows = rows_of(&field, &guest).await;
        let states: Vec<_> = rows.iter().map(|row| row.state.as_str()).collect();
        assert_eq!(states, ["issued", "replaced"]);
        assert_eq!(facts(&rows[0]).owner.full_name, "Rosa Pizarro");
    }

    async fn a_bounced_mail_leads_to_its_owner_and_to_another_address(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_511));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        database.raw("UPDATE outbox SET state = 'sent', sent_at = 1").await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let sent = mails(&field, "sent").await.remove(0);
        let id = MessageId(sent.id);
        let row = sent.clone();
        let found = office.store.write_with(row, move |tx, row| {
            Box::pin(async move { mail_desk::addressee(tx, row).await })
        });
        assert_eq!(found.await.unwrap(), (Some(guest.owner), Some(guest.dog)));
        mail_desk::resend(office, present.actor, id, OTHER.to_owned()).await.unwrap();
        let pending = mails(&field, "pending").await;
        assert_eq!((pending.len(), pending[0].recipient.as_str()), (1, OTHER));
        assert_ne!(pending[0].id, sent.id, "it is a mail of its own");
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'mail_sent_again'";
        assert_eq!(database.number(noted).await, 1);
    }

    async fn a_letter_of_what_was_replaced_is_not_sent_again(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_516));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        let first = MessageId(mails(&field, "pending").await[0].id);
        desk(&field, &guest, vec![renamed(&guest, "Ñandú")]).await;
        let second = mails(&field, "pending").await.into_iter().find(|row| row.id != first.0);
        let second = MessageId(second.unwrap().id);
        database.raw("UPDATE outbox SET state = 'dead'").await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let again = mail_desk::resend(office, actor, first, String::new()).await;
        assert_eq!(refused(again), Refusal::DocumentNotValid);
        mail_desk::resend(office, actor, second, String::new()).await.unwrap();
    }

    async fn a_letter_with_a_secret_goes_to_its_own_address_only(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_512));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let form = domain::desk::people::InvitationForm {
            email: "ana@example.cl.invalid".to_owned(),
            name: "Ana".to_owned(),
            role: "operative".to_owned(),
            ..domain::desk::people::InvitationForm::default()
        };
        backend::desk::people::invite(office, actor, form).await.unwrap();
        database.raw("UPDATE outbox SET state = 'dead'").await;
        let dead = mails(&field, "dead").await;
        let letter = dead.iter().find(|row| row.kind == "invitation").unwrap();
        let id = MessageId(letter.id);
        let elsewhere = mail_desk::resend(office, actor, id, OTHER.to_owned()).await;
        assert_eq!(refused(elsewhere), Refusal::RecipientFixed);
        let all = (String::new(), 1);
        let list = mail_desk::list(office, actor, MailState::Dead, all).await.unwrap();
        let line = list.rows.iter().find(|line| line.id == id).unwrap();
        assert!(!line.may_redirect);
        mail_desk::resend(office, actor, id, String::new()).await.unwrap();
        let only = ("ANA@".to_owned(), 1);
        let found = mail_desk::list(office, actor, MailState::Pending, only).await.unwrap();
        assert_eq!(found.rows.len(), 1);
    }

    async fn altered_revoked_and_foreign_texts_are_told_apart(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_513));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        let office = &field.office;
        let row = rows_of(&field, &guest).await.remove(0);
        let text = row.link.clone().unwrap();
        let said = documents::verify(office, &text).await.unwrap();
        assert!(matches!(said, Verification::Valid { .. }), "{said:?}");
        let mut bytes = data_encoding::BASE32_NOPAD.decode(text.as_bytes()).unwrap();
        let end = bytes.len() - 1;
        bytes[end] ^= 1;
        let altered = data_encoding::BASE32_NOPAD.encode(&bytes);
        assert_eq!(documents::verify(office, &altered).await.unwrap(), Verification::Altered);
        // Another process rotates: this one finds the key when the first text of it comes.
        let store = database.opened_again().await;
        let other = backend::office::Office { store, ..office.clone() };
        let secret = backend::keys::Secret::read_or_make(&database.folder.join("secret")).unwrap();
        let now = office.clock.now();
        let keys = backend::keys::Keys::open(&other.store, secret, now).await.unwrap();
        let by = backend::actor::Actor::System;
        keys.rotate(&other.store, &by, backend::keys::Purpose::Documents, now).await.unwrap();
        let other = backend::office::Office { keys, ..other };
        let mut payload = domain::certificate::decode(&text).unwrap().payload;
        payload.pet_name = "Otro".to_owned();
        let young = other.sign_certificate(&payload).unwrap();
        let said = documents::verify(office, &young).await.unwrap();
        assert!(matches!(said, Verification::Valid { .. }), "{said:?}");
        let strange = domain::certificate::encode(&payload, *b"stranger", |_| [1; 64]).unwrap();
        assert_eq!(documents::verify(office, &strange).await.unwrap(), Verification::NotOurs);
        let actor = field.as_coordinator();
        documents::revoke(office, actor, DocumentId(row.id), "prueba".to_owned()).await.unwrap();
        let said = documents::verify(office, &text).await.unwrap();
        assert!(matches!(said, Verification::Revoked { .. }), "{said:?}");
        let ended = documents::ended(office).await.unwrap();
        assert_eq!((ended.len(), ended[0].state), (1, DocumentState::Revoked));
    }

    async fn the_programmes_issuer_stands_before_the_installations(database) {
        let mut field = Field::on(&database).await;
        field.office.issuer = "Municipalidad de prueba".to_owned();
        let (first, second) = (Guest::new(40_000_514), Guest::new(40_000_515));
        field.authorise().await;
        field.submit(field.visit(&first, CHIP)).await;
        assert_eq!(facts(&rows_of(&field, &first).await[0]).issuer, "Gobernación de prueba");
        database.raw("UPDATE programme SET issuer = ''").await;
        field.submit(field.visit(&second, OTHER_CHIP)).await;
        assert_eq!(facts(&rows_of(&field, &second).await[0]).issuer, "Municipalidad de prueba");
    }
}
