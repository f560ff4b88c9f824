//! What holds of an animal whose records were united: whichever of them says it, in every place
//! that tells of the animal, and no longer than they are one.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::desk::register;
use backend::owner_access::own;
use backend::registry::lookup;
use backend::registry::pack::{self, Asked};
use backend::rnm;
use domain::animal::AnimalDetails;
use domain::catalogue::{ReproductiveState, VitalState};
use domain::command::{Command, CorrectionReason};
use domain::desk::sheet::AnimalSheet;
use domain::id::{AnimalId, SessionId};
use domain::refusal::Refusal;
use domain::rnm::RnmState;
use domain::submission::Outcome;

use crate::it::databases::Database;
use crate::it::field::{Field, Guest, dog, refusal};
use crate::it::papers::{facts, rows_of, sterilised};

const CHIP: &str = "999000000000701";
const TODAY: &str = "2026-11-22";

/// The field of a fresh database, in a neighbourhood unit, whose people a phone takes along.
async fn in_unit(database: &Database) -> Field {
    let field = Field::on(database).await;
    database.raw("UPDATE outreach SET unit = '02101-7'").await;
    field
}

/// A guest with a dog that has a chip, and the same person with another record of it.
async fn two_records(field: &Field, run: u32) -> [Guest; 2] {
    let one = Guest::new(run);
    accepted(&field.submit(field.visit(&one, CHIP)).await);
    let other = Guest { dog: AnimalId(fresh_id()), owner: one.owner, ..Guest::new(run) };
    accepted(&field.submit(vec![other.dog_registered("Ñato")]).await);
    [one, other]
}

#[track_caller]
fn accepted(outcome: &Outcome) -> usize {
    let Outcome::Accepted { documents, .. } = outcome else { panic!("{outcome:?}") };
    documents.len()
}

/// Has the coordinator do something; answers how many documents that made.
async fn told(field: &Field, command: Command) -> usize {
    accepted(&field.submit_as(field.as_coordinator(), vec![command]).await)
}

fn united(kept: &Guest, merged: &Guest) -> Command {
    Command::MergeAnimals { kept: kept.dog, merged: merged.dog }
}

fn apart(merged: &Guest) -> Command {
    Command::UnmergeAnimal { merged: merged.dog }
}

fn lives(guest: &Guest, state: VitalState, since: &str) -> Command {
    Command::SetVitalState { animal: guest.dog, state, since: since.parse().unwrap() }
}

fn corrected(guest: &Guest, details: AnimalDetails) -> Command {
    let reason = CorrectionReason::Mistyped;
    Command::CorrectAnimal { animal: guest.dog, details: Box::new(details), reason }
}

async fn sheet(field: &Field, guest: &Guest) -> AnimalSheet {
    register::animal(&field.office, field.as_coordinator(), guest.dog).await.unwrap()
}

/// What the desk, a search, a phone's pack and the owner's page say of an animal; once, since all
/// of them say the same.
async fn states(field: &Field, guest: &Guest) -> (VitalState, ReproductiveState) {
    let seen = sheet(field, guest).await;
    let said = (seen.vital_state, seen.details.reproductive_state);
    let found = lookup::search(&field.office, field.as_coordinator(), "Nunez").await.unwrap();
    let asked = pack::page(&field.office, field.as_operative(), field.outreach, Asked::default());
    let packed = asked.await.unwrap().owners.into_iter();
    let cards: Vec<_> = found.owners.into_iter().chain(packed).flat_map(|o| o.animals).collect();
    let cards: Vec<_> = cards.iter().filter(|card| card.id == seen.id).collect();
    assert!(!cards.is_empty());
    for card in cards {
        assert_eq!((card.vital_state, card.details.reproductive_state), said);
    }
    let records = own::records(&field.office, as_owner(guest)).await.unwrap();
    let own = records.animals.iter().find(|animal| animal.id == seen.id).unwrap();
    assert_eq!((own.vital_state, own.details.reproductive_state), said);
    said
}

fn as_owner(guest: &Guest) -> Actor {
    Actor::Owner { owner: guest.owner, session: SessionId(fresh_id()) }
}

on_both_databases! {
    async fn a_sterilised_animal_stays_so_whichever_record_is_kept(database) {
        use ReproductiveState::{Intact, Sterilised};
        let field = in_unit(&database).await;
        field.authorise().await;
        let [chipped, operated] = two_records(&field, 40_000_701).await;
        let by = field.as_veterinarian();
        let surgery = field.submit_as(by, vec![sterilised(&field, &operated)]).await;
        assert_eq!(accepted(&surgery), 1);
        for (kept, merged) in [(&chipped, &operated), (&operated, &chipped)] {
            assert_eq!(told(&field, united(kept, merged)).await, 0, "nothing printed was wrong");
            assert_eq!(states(&field, kept).await, (VitalState::Alive, Sterilised));
            let again = field.submit_as(by, vec![sterilised(&field, kept)]).await;
            assert_eq!(refusal(&again), &Refusal::AlreadySterilised);
            // A form that says what it was shown says nothing of the one record alone.
            let shown = sheet(&field, kept).await.details;
            told(&field, corrected(kept, shown)).await;
            assert_eq!(told(&field, apart(merged)).await, 0);
            assert_eq!(states(&field, &chipped).await.1, Intact);
            assert_eq!(states(&field, &operated).await.1, Sterilised);
        }
        let rows = rows_of(&field, &operated).await;
        let [certificate] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(certificate.state, "issued");
        assert_eq!(facts(certificate).animal.reproductive_state, Sterilised);
        let rows = rows_of(&field, &chipped).await;
        let [voucher] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(facts(voucher).animal.reproductive_state, Intact);
    }

    async fn a_certificate_drawn_up_anew_for_a_united_record_still_certifies(database) {
        let field = in_unit(&database).await;
        field.authorise().await;
        let [kept, merged] = two_records(&field, 40_000_702).await;
        let surgery = vec![sterilised(&field, &merged)];
        accepted(&field.submit_as(field.as_veterinarian(), surgery).await);
        told(&field, corrected(&kept, dog("Luna"))).await;
        assert_eq!(told(&field, united(&kept, &merged)).await, 1, "of the other name");
        let rows = rows_of(&field, &merged).await;
        let issued = rows.iter().find(|row| row.state == "issued").unwrap();
        let printed = facts(issued).animal;
        let said = (printed.name.as_str(), printed.reproductive_state);
        assert_eq!(said, ("Luna", ReproductiveState::Sterilised));
        // That it was not sterilised after all is a correction, of all records.
        assert_eq!(told(&field, corrected(&kept, dog("Luna"))).await, 1);
        assert_eq!(states(&field, &kept).await.1, ReproductiveState::Intact);
        told(&field, apart(&merged)).await;
        assert_eq!(states(&field, &merged).await.1, ReproductiveState::Intact);
    }

    async fn death_and_loss_hold_of_all_records_until_they_come_apart(database) {
        use VitalState::{Alive, Deceased, Lost};
        let field = in_unit(&database).await;
        let [one, other] = two_records(&field, 40_000_703).await;
        told(&field, lives(&one, Lost, "2026-11-20")).await;
        told(&field, united(&other, &one)).await;
        assert_eq!(states(&field, &other).await.0, Lost);
        told(&field, apart(&one)).await;
        assert_eq!(states(&field, &other).await.0, Alive);
        told(&field, lives(&other, Deceased, "2026-11-19")).await;
        for (kept, merged) in [(&one, &other), (&other, &one)] {
            told(&field, united(kept, merged)).await;
            assert_eq!(states(&field, kept).await.0, Deceased);
            let refused = field.submit(vec![field.verified(kept.dog, CHIP)]).await;
            assert_eq!(refusal(&refused), &Refusal::NotInThisState { state: Deceased });
            told(&field, apart(merged)).await;
            assert_eq!(states(&field, &one).await.0, Lost);
            assert_eq!(states(&field, &other).await.0, Deceased);
        }
        // The other one had died: what is said of the animal is said of both records.
        told(&field, united(&one, &other)).await;
        told(&field, lives(&one, Alive, TODAY)).await;
        assert_eq!(states(&field, &one).await.0, Alive);
        told(&field, apart(&other)).await;
        for guest in [&one, &other] {
            assert_eq!(states(&field, guest).await.0, Alive);
        }
    }

    async fn what_an_owner_says_of_a_united_animal_holds(database) {
        use VitalState::{Alive, Lost};
        let field = in_unit(&database).await;
        let [kept, merged] = two_records(&field, 40_000_704).await;
        told(&field, lives(&merged, Lost, TODAY)).await;
        told(&field, united(&kept, &merged)).await;
        own::report(&field.office, as_owner(&kept), kept.dog, Alive).await.unwrap();
        assert_eq!(states(&field, &kept).await.0, Alive);
        told(&field, corrected(&kept, dog("Luna"))).await;
        assert_eq!(states(&field, &kept).await.0, Alive, "a later act changes nothing of it");
        told(&field, apart(&merged)).await;
        assert_eq!(states(&field, &merged).await.0, Alive);
    }

    async fn who_comes_to_have_a_dog_that_was_given_away_is_asked_to_register_it(database) {
        use VitalState::{Alive, Lost, Transferred};
        let field = in_unit(&database).await;
        let [merged, kept] = two_records(&field, 40_000_707).await;
        let to = Guest::new(40_000_708);
        accepted(&field.submit(vec![to.registered()]).await);
        told(&field, united(&kept, &merged)).await;
        let awaited = async || {
            let (office, actor) = (&field.office, field.as_coordinator());
            rnm::list(office, actor, RnmState::Incomplete, 1).await.unwrap().rows.len()
        };
        assert_eq!(awaited().await, 1);
        told(&field, lives(&kept, Transferred, "2026-11-20")).await;
        assert_eq!(awaited().await, 0, "nobody asks for it");
        let given = |to: &Guest| Command::TransferAnimal { animal: kept.dog, owner: to.owner };
        told(&field, given(&to)).await;
        assert_eq!(awaited().await, 1);
        let seen = sheet(&field, &kept).await;
        let since = seen.vital_since.map(|day| day.to_string());
        assert_eq!((seen.vital_state, since.as_deref()), (Alive, Some(TODAY)));
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'vital_state_set'";
        assert_eq!(database.number(noted).await, 2);
        // One that is lost is so for whoever has it.
        told(&field, lives(&kept, Lost, TODAY)).await;
        told(&field, given(&merged)).await;
        assert_eq!(sheet(&field, &kept).await.vital_state, Lost);
    }

    async fn what_was_united_twice_comes_apart_step_by_step(database) {
        use ReproductiveState::{Intact, Sterilised};
        let field = in_unit(&database).await;
        let [first, middle] = two_records(&field, 40_000_705).await;
        let last = Guest { dog: AnimalId(fresh_id()), owner: first.owner, ..Guest::new(1) };
        accepted(&field.submit(vec![last.dog_registered("Ñato")]).await);
        let surgery = vec![sterilised(&field, &first)];
        accepted(&field.submit_as(field.as_veterinarian(), surgery).await);
        told(&field, united(&middle, &first)).await;
        told(&field, united(&last, &middle)).await;
        assert_eq!(states(&field, &last).await.1, Sterilised);
        told(&field, apart(&middle)).await;
        assert_eq!(states(&field, &last).await.1, Intact);
        assert_eq!(states(&field, &middle).await.1, Sterilised);
        told(&field, apart(&first)).await;
        assert_eq!(states(&field, &middle).await.1, Intact);
        assert_eq!(states(&field, &first).await.1, Sterilised);
        let left = "SELECT COUNT(*) FROM animal WHERE own_state IS NOT NULL";
        assert_eq!(database.number(left).await, 0);
    }

    async fn an_annulled_surgery_of_either_record_is_taken_back(database) {
        let field = in_unit(&database).await;
        let [kept, merged] = two_records(&field, 40_000_706).await;
        let surgery = sterilised(&field, &merged);
        let Command::RecordService { service, .. } = surgery else { panic!("a surgery") };
        accepted(&field.submit_as(field.as_veterinarian(), vec![surgery]).await);
        told(&field, united(&kept, &merged)).await;
        let reason = domain::name::ShortText::parse("Era otro").unwrap();
        told(&field, Command::AnnulService { service, reason }).await;
        assert_eq!(states(&field, &kept).await.1, ReproductiveState::Intact);
        told(&field, apart(&merged)).await;
        assert_eq!(states(&field, &merged).await.1, ReproductiveState::Intact);
    }
}
