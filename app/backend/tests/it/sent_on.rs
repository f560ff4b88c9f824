//! What is signed waits for the other documents of its visit, and goes out when the last of them
//! ceases to wait, however it does.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::documents;
use backend::submissions::VisitMail;
use backend::tasks::{self, TaskBody};
use domain::animal::Drawing;
use domain::command::Command;
use domain::contact::Email;
use domain::id::{AnimalId, DocumentId, ServiceId, StaffId};
use domain::name::ShortText;
use domain::role::Role;
use domain::submission::{Outcome, Submission};

use crate::it::amending::colleague_of;
use crate::it::field::{Field, Guest};
use crate::it::papers::{mails, owner_corrected, renamed, rows_of, sterilised};

const CHIP: &str = "999000000001901";
const OTHER_CHIP: &str = "999000000001902";
const FIRST: &str = "tenedor@example.cl.invalid";
const OTHER: &str = "otra@example.cl.invalid";

/// The same in the name of another veterinarian.
fn in_name_of(command: Command, named: Actor) -> Command {
    let Command::RecordService { service, animal, details, .. } = command else {
        panic!("{command:?}")
    };
    let veterinarian = named.id().map(StaffId);
    Command::RecordService { service, animal, details, veterinarian }
}

fn service_of(command: &Command) -> ServiceId {
    let Command::RecordService { service, .. } = command else { panic!("{command:?}") };
    *service
}

/// A visit with two dogs: the chip of one is in the name of the field's veterinarian, that of the
/// second in a colleague's.
struct TwoHands {
    visit: Submission,
    second: Guest,
    colleague: Actor,
    chips: [ServiceId; 2],
}

impl TwoHands {
    async fn of(field: &Field, guest: &Guest) -> Self {
        let colleague = colleague_of(field, Role::Veterinarian).await;
        let Guest { owner, run, email, .. } = *guest;
        let second = Guest { owner, dog: AnimalId(fresh_id()), run, email };
        let chip = field.chipped(guest.dog, CHIP);
        let other = in_name_of(field.chipped(second.dog, OTHER_CHIP), colleague);
        let chips = [service_of(&chip), service_of(&other)];
        let dogs = [guest.dog_registered("Ñato"), chip, second.dog_registered("Luna"), other];
        let commands = [guest.registered()].into_iter().chain(dogs).collect();
        let visit = field.submission(field.as_veterinarian(), commands);
        Self { visit, second, colleague, chips }
    }

    /// The visit is recorded, and a minute later the chip of the first dog is signed.
    async fn with_one_signed(field: &Field, guest: &Guest) -> Self {
        let hands = Self::of(field, guest).await;
        taken(field, field.as_veterinarian(), hands.visit.clone()).await;
        field.office.clock.advance_ms(60_000);
        assert_eq!(field.authorise().await, 1);
        field.office.clock.advance_ms(60_000);
        assert!(open_tasks(field).await.is_empty(), "the other one waits");
        assert!(leaving(field).await.is_empty(), "the other one waits");
        hands
    }
}

async fn taken(field: &Field, actor: Actor, submission: Submission) {
    let reply = field.send(actor, &[submission]).await;
    let outcome = &reply.answers[0].outcome;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

async fn desk(field: &Field, commands: Vec<Command>) {
    let actor = field.as_coordinator();
    taken(field, actor, field.submission(actor, commands)).await;
}

async fn open_tasks(field: &Field) -> Vec<TaskBody> {
    let open = tasks::list(&field.office, field.as_coordinator(), 9).await.unwrap();
    open.into_iter().map(|task| task.body).collect()
}

/// The only document of a guest in a state.
async fn only(field: &Field, guest: &Guest, state: &str) -> DocumentId {
    let mut rows = rows_of(field, guest).await;
    rows.retain(|row| row.state == state);
    assert_eq!(rows.len(), 1, "{state}: {rows:?}");
    DocumentId(rows[0].id)
}

async fn revoked(field: &Field, id: DocumentId) {
    let actor = field.as_coordinator();
    documents::revoke(&field.office, actor, id, "Error".to_owned()).await.unwrap();
}

fn annulled(service: ServiceId) -> Command {
    Command::AnnulService { service, reason: ShortText::parse("No fue").unwrap() }
}

async fn authorised_by(field: &Field, actor: Actor) -> u32 {
    let drawing = Drawing::parse("M10 100L200 40L400 160L590 90").unwrap();
    documents::draw_signature(&field.office, actor, drawing).await.unwrap();
    documents::authorise_outreach(&field.office, actor, field.outreach).await.unwrap()
}

/// Which documents leave, each as often as it does.
async fn leaving(field: &Field) -> Vec<DocumentId> {
    let pending = mails(field, "pending").await;
    let brought = pending.iter().map(|row| {
        let mail: VisitMail = serde_json::from_str(&row.body).unwrap();
        [mail.documents, mail.corrected].concat()
    });
    brought.flatten().collect()
}

/// Whether the only document in force of a guest's dog leaves in one mail.
async fn leaves_once(field: &Field, guest: &Guest) -> bool {
    let signed = only(field, guest, "issued").await;
    leaving(field).await.iter().filter(|id| **id == signed).count() == 1
}

fn without_address(run: u32) -> Guest {
    Guest { email: None, ..Guest::new(run) }
}

on_both_databases! {
    async fn what_is_signed_is_handed_over_once_what_it_waited_for_is_revoked(database) {
        let (field, guest) = (Field::on(&database).await, without_address(40_001_901));
        let hands = TwoHands::with_one_signed(&field, &guest).await;
        revoked(&field, only(&field, &hands.second, "waiting").await).await;
        let signed = only(&field, &guest, "issued").await;
        assert_eq!(open_tasks(&field).await, [TaskBody::HandOver { documents: vec![signed] }]);
    }

    async fn what_is_signed_is_handed_over_once_what_it_waited_for_is_annulled(database) {
        let (field, guest) = (Field::on(&database).await, without_address(40_001_902));
        let hands = TwoHands::with_one_signed(&field, &guest).await;
        let signed = only(&field, &guest, "issued").await;
        desk(&field, vec![annulled(hands.chips[1])]).await;
        assert_eq!(open_tasks(&field).await, [TaskBody::HandOver { documents: vec![signed] }]);
    }

    async fn of_a_visit_that_is_annulled_whole_nothing_is_handed_over(database) {
        let (field, guest) = (Field::on(&database).await, without_address(40_001_903));
        let hands = TwoHands::with_one_signed(&field, &guest).await;
        desk(&field, vec![annulled(hands.chips[1]), annulled(hands.chips[0])]).await;
        assert!(open_tasks(&field).await.is_empty());
    }

    async fn what_went_with_its_owner_from_the_table_makes_no_task(database) {
        let (field, guest) = (Field::on(&database).await, without_address(40_001_904));
        field.authorise().await;
        let hands = TwoHands::of(&field, &guest).await;
        taken(&field, field.as_veterinarian(), hands.visit).await;
        field.office.clock.advance_ms(60_000);
        only(&field, &guest, "issued").await;
        revoked(&field, only(&field, &hands.second, "waiting").await).await;
        assert!(open_tasks(&field).await.is_empty());
    }

    async fn what_no_mail_was_held_for_is_mailed_once_nothing_waits(database) {
        let (field, guest) = (Field::on(&database).await, without_address(40_001_905));
        let TwoHands { mut visit, second, .. } = TwoHands::of(&field, &guest).await;
        let actor = field.as_veterinarian();
        let (commands, first) = (visit.commands.split_off(3), visit.visit);
        taken(&field, actor, visit).await;
        // An address comes before the second dog does: a mail is held for that one alone.
        let email = Email::parse(OTHER).ok();
        desk(&field, vec![owner_corrected(&guest, |details| details.email = email)]).await;
        let later = Submission { visit: first, ..field.submission(actor, commands) };
        taken(&field, actor, later).await;
        field.office.clock.advance_ms(60_000);
        assert_eq!(field.authorise().await, 1);
        assert!(leaving(&field).await.is_empty(), "the other one waits");
        field.office.clock.advance_ms(60_000);
        revoked(&field, only(&field, &second, "waiting").await).await;
        assert!(leaves_once(&field, &guest).await);
    }

    async fn what_is_in_the_mail_that_was_held_leaves_with_it_alone(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_001_906));
        let hands = TwoHands::with_one_signed(&field, &guest).await;
        revoked(&field, only(&field, &hands.second, "waiting").await).await;
        assert!(mails(&field, "held").await.is_empty());
        assert!(leaves_once(&field, &guest).await);
    }

    async fn a_mail_is_not_held_for_what_went_to_somebody_else(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_001_907));
        let other = Guest { email: Some(OTHER), ..Guest::new(40_001_908) };
        let hands = TwoHands::with_one_signed(&field, &guest).await;
        field.submit(vec![other.registered()]).await;
        let transfer = Command::TransferAnimal { animal: hands.second.dog, owner: other.owner };
        desk(&field, vec![transfer]).await;
        assert_eq!(mails(&field, "held").await.len(), 1);
        assert_eq!(authorised_by(&field, hands.colleague).await, 1);
        assert!(mails(&field, "held").await.is_empty(), "it would wait for ever");
        let pending = mails(&field, "pending").await;
        let mut to: Vec<_> = pending.iter().map(|row| row.recipient.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, [OTHER, FIRST]);
        assert!(leaves_once(&field, &guest).await);
    }

    async fn a_mail_of_two_visits_is_held_until_both_are_signed(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_001_909));
        let colleague = colleague_of(&field, Role::Veterinarian).await;
        let veterinarian = field.as_veterinarian();
        field.authorise().await;
        authorised_by(&field, colleague).await;
        field.submit(field.visit(&guest, CHIP)).await;
        let surgery = in_name_of(sterilised(&field, &guest), colleague);
        taken(&field, veterinarian, field.submission(veterinarian, vec![surgery])).await;
        database.raw("UPDATE outbox SET state = 'sent', sent_at = 1").await;
        let mut signers = [veterinarian, colleague];
        for names in [["Ñandú", "Ñusta"], ["Ñoqui", "Ñame"]] {
            // One waits alone, then both do; each visit's is the first to be signed once.
            for (name, waiting) in names.into_iter().zip([&signers[..1], &signers[..]]) {
                for signer in waiting {
                    let (office, outreach) = (&field.office, field.outreach);
                    documents::withdraw_authorisation(office, *signer, outreach).await.unwrap();
                }
                desk(&field, vec![renamed(&guest, name)]).await;
                let held = mails(&field, "held").await;
                assert_eq!(held.len(), 1);
                for (turn, signer) in waiting.iter().enumerate() {
                    assert!(leaving(&field).await.is_empty(), "{name}, {turn}");
                    assert_eq!(authorised_by(&field, *signer).await, 1);
                }
                let pending = mails(&field, "pending").await;
                assert_eq!(pending.iter().map(|row| row.id).collect::<Vec<_>>(), [held[0].id]);
                assert_eq!(leaving(&field).await.len(), 2, "one mail with both");
                database.raw("UPDATE outbox SET state = 'sent', sent_at = 1").await;
            }
            signers.reverse();
        }
    }
}
