//! What a phone takes along to an outreach: whose cards, in which pages, for whom, and how its
//! owners learn of it.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::erasure::erase_owner;
use backend::error::Error;
use backend::office::Office;
use backend::owner_access::own::{self, LookKind};
use backend::registry::lookup;
use backend::registry::pack::{self, Asked, MOST_CHANGED};
use backend::store::vocabulary::owner::OwnerRow;
use domain::catalogue::DewormingKind;
use domain::command::{Command, CorrectionReason};
use domain::id::{OutreachId, OwnerId, SessionId, StaffId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::territory::{Commune, UnitKey};
use domain::timestamp::{DAY_MS, Timestamp};
use domain::view::PackPage;

use crate::it::databases::{Database, Stored};
use crate::it::field::{Field, Guest, outreach_row, staff_row};
use crate::it::story_registry::owner_row;

const MINUTES: i64 = 60_000;

/// A field whose outreach is in a neighbourhood unit.
async fn field_in_unit(database: &Database) -> Field {
    let field = Field::on(database).await;
    database.raw("UPDATE outreach SET unit = '02101-7'").await;
    field
}

async fn taken(field: &Field, asked: Asked) -> PackPage {
    pack::page(&field.office, field.as_operative(), field.outreach, asked).await.unwrap()
}

fn ids(page: &PackPage) -> Vec<OwnerId> {
    page.owners.iter().map(|owner| owner.id).collect()
}

fn refused(answer: Result<PackPage, Error>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Registers somebody who lives in a unit of Antofagasta, with a dog.
async fn resident(field: &Field, run: u32, unit: u16) -> Guest {
    let guest = Guest::new(run);
    let mut details = guest.details();
    details.unit = UnitKey::new(Commune::ANTOFAGASTA, unit).ok();
    let owner = Command::RegisterOwner { owner: guest.owner, details: Box::new(details) };
    field.submit(vec![owner, guest.dog_registered("Ñato")]).await;
    guest
}

/// What takes back all that was done in a visit.
fn annulments(visit: &[Command]) -> Vec<Command> {
    let annulled = |command: &Command| match command {
        Command::RecordService { service, .. } => {
            let reason = ShortText::parse("No fue así").unwrap();
            Some(Command::AnnulService { service: *service, reason })
        }
        _ => None,
    };
    visit.iter().filter_map(annulled).collect()
}

/// So many owners of elsewhere, changed ten minutes after the beginning.
async fn changed_elsewhere(field: &Field, count: usize) {
    let updated_at = field.office.clock.now().0;
    let row = |_| OwnerRow { id: fresh_id(), document_key: None, updated_at, ..owner_row() };
    let rows: Vec<OwnerRow> = (0..count).map(row).collect();
    let added = field
        .office
        .store
        .write_with(rows, |tx, rows| Box::pin(async move { tx.insert_owners(rows).await }));
    let added: Stored<bool> = added.await;
    assert!(added.unwrap());
}

/// Another outreach, of which nobody is in the team.
async fn elsewhere(database: &Database, status: &'static str) -> OutreachId {
    let made = database.store.write(move |tx| {
        Box::pin(async move {
            let programme = tx.programmes().await?.remove(0);
            let mut row = outreach_row(programme.id);
            row.status = status.to_owned();
            tx.insert_outreach(&row).await?;
            Ok(OutreachId(row.id))
        })
    });
    let made: Stored<OutreachId> = made.await;
    made.unwrap()
}

on_both_databases! {
    async fn who_lives_in_the_unit_or_was_served_there_is_taken_along(database) {
        let field = field_in_unit(&database).await;
        let home = resident(&field, 40_000_200, 7).await;
        resident(&field, 40_000_201, 8).await;
        let served = Guest::new(40_000_202);
        field.submit(field.visit(&served, "999000000000401")).await;
        let page = taken(&field, Asked::default()).await;
        assert_eq!(ids(&page), [home.owner, served.owner]);
        assert_eq!((page.total, page.more, page.next), (2, false, None));
        assert_eq!(page.owners[1].animals[0].services.len(), 3);
        let found = |text: &str| {
            let needles = domain::pack::ways(text).concat();
            let holds = |line: &String| needles.iter().all(|needle| line.contains(needle));
            page.lines.iter().map(holds).collect::<Vec<_>>()
        };
        assert_eq!(found("999000000000401"), [false, true]);
        assert_eq!(found("nunez maria"), [true, true]);
    }

    async fn a_merged_owner_is_answered_by_the_one_kept(database) {
        let field = field_in_unit(&database).await;
        let kept = resident(&field, 40_000_203, 8).await;
        let merged = resident(&field, 40_000_204, 7).await;
        let served = field.dewormed(merged.dog, DewormingKind::Internal);
        field.submit(vec![served]).await;
        let merge = Command::MergeOwners { kept: kept.owner, merged: merged.owner };
        field.submit_as(field.as_coordinator(), vec![merge]).await;
        let page = taken(&field, Asked::default()).await;
        assert_eq!(ids(&page), [kept.owner]);
        assert_eq!(page.owners[0].animals.len(), 2);
    }

    async fn pages_are_whole_and_without_doubles(database) {
        let field = field_in_unit(&database).await;
        let most = u32::try_from(pack::OWNERS_ON_A_PAGE).unwrap();
        for number in 0..most + 3 {
            resident(&field, 40_001_000 + number, 7).await;
        }
        let first = taken(&field, Asked::default()).await;
        assert_eq!((first.owners.len(), first.total), (pack::OWNERS_ON_A_PAGE, most + 3));
        assert_eq!(first.lines.len(), first.owners.len());
        let second = taken(&field, Asked { after: first.next, ..Asked::default() }).await;
        assert_eq!((second.owners.len(), second.next), (3, None));
        let mut all = [ids(&first), ids(&second)].concat();
        assert!(all.is_sorted());
        all.dedup();
        assert_eq!(all.len(), usize::try_from(most + 3).unwrap());
    }

    async fn a_top_up_brings_what_has_changed_since(database) {
        let field = field_in_unit(&database).await;
        let quiet = resident(&field, 40_000_205, 7).await;
        let dewormed = resident(&field, 40_000_206, 7).await;
        field.office.clock.advance_ms(10 * MINUTES);
        let first = taken(&field, Asked::default()).await;
        assert_eq!(ids(&first), [quiet.owner, dewormed.owner]);
        field.office.clock.advance_ms(10 * MINUTES);
        let since = Asked { since: Some(first.as_of), ..Asked::default() };
        assert!(taken(&field, since).await.owners.is_empty());
        // A dose changes neither the owner nor the animal, only what was done.
        let dose = field.dewormed(dewormed.dog, DewormingKind::External);
        field.submit(vec![dose]).await;
        let new = resident(&field, 40_000_207, 7).await;
        let page = taken(&field, since).await;
        assert_eq!(ids(&page), [dewormed.owner, new.owner]);
        assert_eq!((page.total, page.owners[0].animals[0].services.len()), (2, 1));
        let hostile = [Timestamp(0), Timestamp(i64::MAX)].map(Some);
        let [always, never] = hostile.map(|since| Asked { since, ..Asked::default() });
        assert_eq!(taken(&field, always).await.owners.len(), 3);
        assert!(taken(&field, never).await.owners.is_empty());
    }

    async fn a_top_up_names_who_has_left(database) {
        let field = field_in_unit(&database).await;
        let stays = resident(&field, 40_000_221, 7).await;
        let [erased, merged, moved] = [
            resident(&field, 40_000_222, 7).await,
            resident(&field, 40_000_223, 7).await,
            resident(&field, 40_000_224, 7).await,
        ];
        resident(&field, 40_000_225, 8).await;
        let served = Guest::new(40_000_226);
        let visit = field.visit(&served, "999000000000421");
        field.submit(visit.clone()).await;
        // What is left of the erased one was served here, too.
        field.submit(vec![field.dewormed(erased.dog, DewormingKind::Internal)]).await;
        field.office.clock.advance_ms(10 * MINUTES);
        let first = taken(&field, Asked::default()).await;
        assert_eq!((first.total, first.gone.len()), (5, 0));
        field.office.clock.advance_ms(10 * MINUTES);
        let since = Asked { since: Some(first.as_of), ..Asked::default() };
        assert!(taken(&field, since).await.gone.is_empty());

        let (office, coordinator) = (&field.office, field.as_coordinator());
        erase_owner(office, Actor::System, erased.owner, "Lo pidió").await.unwrap();
        let merge = Command::MergeOwners { kept: stays.owner, merged: merged.owner };
        field.submit_as(coordinator, vec![merge]).await;
        let mut details = moved.details();
        details.unit = UnitKey::new(Commune::ANTOFAGASTA, 8).ok();
        let reason = CorrectionReason::AskedByOwner;
        let owner = moved.owner;
        let moves = Command::CorrectOwner { owner, details: Box::new(details), reason };
        field.submit_as(coordinator, vec![moves]).await;
        field.submit(annulments(&visit)).await;
        let page = taken(&field, since).await;
        assert_eq!(ids(&page), [stays.owner], "now with the animals of the merged one");
        assert_eq!(page.owners[0].animals.len(), 2);
        let mut left = [erased.owner, merged.owner, moved.owner, served.owner];
        left.sort_unstable();
        assert_eq!(page.gone, left);
        let later = Asked { after: Some(stays.owner), ..since };
        assert!(taken(&field, later).await.gone.is_empty(), "on the first page only");

        let unmerge = Command::UnmergeOwner { merged: merged.owner };
        field.submit_as(coordinator, vec![unmerge]).await;
        let page = taken(&field, since).await;
        assert_eq!(ids(&page), [stays.owner, merged.owner]);
        assert!(!page.gone.contains(&merged.owner));
    }

    async fn a_phone_of_another_place_begins_anew(database) {
        let field = field_in_unit(&database).await;
        let left = resident(&field, 40_000_231, 7).await;
        let [early, late] =
            [resident(&field, 40_000_232, 8).await, resident(&field, 40_000_233, 8).await];
        field.office.clock.advance_ms(10 * MINUTES);
        let first = taken(&field, Asked::default()).await;
        assert_eq!((ids(&first), first.anew, first.place.len()), (vec![left.owner], false, 12));
        field.office.clock.advance_ms(10 * MINUTES);
        let place = Some(first.place.parse().unwrap());
        let since = Asked { since: Some(first.as_of), place, ..Asked::default() };
        let same = taken(&field, since).await;
        assert_eq!((same.owners.len(), same.anew, &same.place), (0, false, &first.place));
        // With a unit, neither commune nor host decide who belongs.
        database.raw("UPDATE outreach SET commune = '02102'").await;
        assert!(!taken(&field, since).await.anew);

        database.raw("UPDATE outreach SET commune = '02101', unit = '02101-8'").await;
        let mut both = [early.owner, late.owner];
        both.sort_unstable();
        let wrongly_asked = [since, Asked { after: Some(both[0]), ..since }];
        let cut = Asked { after: Some(both[0]), place, ..Asked::default() };
        for asked in wrongly_asked.into_iter().chain([cut]) {
            let page = taken(&field, asked).await;
            assert_eq!((ids(&page), page.total, page.anew), (both.to_vec(), 2, true), "{asked:?}");
            assert!(page.gone.is_empty() && page.place != first.place);
            let place = Some(page.place.parse().unwrap());
            assert!(!taken(&field, Asked { place, ..asked }).await.anew, "it has begun anew");
        }
        // An old app says of no place, and is answered as before.
        let old = taken(&field, Asked { place: None, ..since }).await;
        assert_eq!((old.owners.len(), old.anew), (0, false));

        let mut tags = Vec::new();
        for change in ["unit = NULL", "commune = '02102'"] {
            database.raw(&format!("UPDATE outreach SET {change}")).await;
            tags.push(taken(&field, Asked::default()).await.place);
        }
        assert_ne!(tags[0], tags[1], "without a unit the commune decides");
    }

    async fn a_phone_to_which_not_all_who_left_can_be_named_begins_anew(database) {
        let field = field_in_unit(&database).await;
        let stays = resident(&field, 40_000_234, 7).await;
        field.office.clock.advance_ms(10 * MINUTES);
        let first = taken(&field, Asked::default()).await;
        field.office.clock.advance_ms(10 * MINUTES);
        let place = Some(first.place.parse().unwrap());
        let since = Asked { since: Some(first.as_of), place, ..Asked::default() };
        changed_elsewhere(&field, MOST_CHANGED - 1).await;
        let page = taken(&field, since).await;
        assert_eq!((page.owners.len(), page.gone.len()), (0, MOST_CHANGED - 1));
        assert!(!page.anew);
        changed_elsewhere(&field, 1).await;
        let page = taken(&field, since).await;
        assert_eq!((ids(&page), page.gone.len(), page.anew), (vec![stays.owner], 0, true));
        assert_eq!(page.place, first.place);
        field.office.clock.advance_ms(10 * MINUTES);
        let later = Asked { since: Some(page.as_of.plus_ms(6 * MINUTES)), ..since };
        assert!(!taken(&field, later).await.anew, "what is known from now on is topped up");
    }

    async fn a_transfer_changes_the_cards_of_both_owners(database) {
        let field = field_in_unit(&database).await;
        let from = resident(&field, 40_000_227, 7).await;
        let to = resident(&field, 40_000_228, 7).await;
        field.office.clock.advance_ms(10 * MINUTES);
        let first = taken(&field, Asked::default()).await;
        field.office.clock.advance_ms(10 * MINUTES);
        let transfer = Command::TransferAnimal { animal: from.dog, owner: to.owner };
        field.submit_as(field.as_coordinator(), vec![transfer]).await;
        let page = taken(&field, Asked { since: Some(first.as_of), ..Asked::default() }).await;
        assert_eq!(ids(&page), [from.owner, to.owner]);
        let animals: Vec<_> = page.owners.iter().map(|owner| owner.animals.len()).collect();
        assert_eq!((animals, page.gone.len()), (vec![0, 2], 0));
    }

    async fn without_a_unit_the_commune_counts(database) {
        let field = Field::on(&database).await;
        let one = resident(&field, 40_000_208, 7).await;
        let other = resident(&field, 40_000_209, 8).await;
        database.raw("UPDATE owner SET commune = '02102' WHERE unit = '02101-8'").await;
        assert_eq!(ids(&taken(&field, Asked::default()).await), [one.owner]);
        field.submit(vec![field.dewormed(other.dog, DewormingKind::Internal)]).await;
        let page = taken(&field, Asked::default()).await;
        assert_eq!(ids(&page), [one.owner, other.owner]);
    }

    async fn field_staff_take_their_own_outreach_along_and_coordinators_any(database) {
        let field = field_in_unit(&database).await;
        let ask = |actor: Actor, id: OutreachId| {
            let office = field.office.clone();
            async move { pack::page(&office, actor, id, Asked::default()).await }
        };
        let other = elsewhere(&database, "under_way").await;
        let unknown = OutreachId(backend::clock::fresh_id());
        let operative = field.as_operative();
        assert_eq!(refused(ask(operative, other).await), Refusal::NotYourOutreach);
        assert_eq!(refused(ask(operative, unknown).await), Refusal::OutreachUnknown);
        assert_eq!(refused(ask(Actor::Public, other).await), Refusal::SignedOut);
        let coordinator =
            Actor::Staff { id: StaffId(staff_row(Role::Coordinator).id), role: Role::Coordinator };
        ask(coordinator, other).await.unwrap();
        ask(field.as_veterinarian(), field.outreach).await.unwrap();
        database.raw("UPDATE outreach SET status = 'suspended'").await;
        assert_eq!(refused(ask(operative, field.outreach).await), Refusal::NoOpenOutreach);
        database.raw("UPDATE outreach SET status = 'closed', held_on = '2026-11-01'").await;
        assert_eq!(refused(ask(operative, field.outreach).await), Refusal::NoOpenOutreach);
    }

    async fn an_owner_learns_of_it_once_a_day_and_where_to(database) {
        let field = field_in_unit(&database).await;
        let guest = resident(&field, 40_000_210, 7).await;
        let looks = "SELECT COUNT(*) FROM lookup WHERE kind = 'pack'";
        for _ in 0..3 {
            taken(&field, Asked::default()).await;
        }
        assert_eq!(database.number(looks).await, 1);
        let vet = field.as_veterinarian();
        pack::page(&field.office, vet, field.outreach, Asked::default()).await.unwrap();
        assert_eq!(database.number(looks).await, 2);
        field.office.clock.advance_ms(DAY_MS);
        taken(&field, Asked::default()).await;
        assert_eq!(database.number(looks).await, 3);
        let session = SessionId(backend::clock::fresh_id());
        let owner = Actor::Owner { owner: guest.owner, session };
        let told = own::records(&field.office, owner).await.unwrap().looks;
        assert_eq!(told.len(), 3);
        let where_to = Some("Operativo de prueba");
        assert!(told.iter().all(|look| look.kind == LookKind::Pack));
        assert!(told.iter().all(|look| look.outreach.as_deref() == where_to));
    }

    async fn taking_cards_along_does_not_crowd_out_who_looked(database) {
        let field = field_in_unit(&database).await;
        let guest = resident(&field, 40_000_212, 7).await;
        let run = domain::run::Run::from_number(guest.run).unwrap().to_string();
        lookup::search(&field.office, field.as_operative(), &run).await.unwrap();
        for _ in 0..60 {
            field.office.clock.advance_ms(MINUTES);
            let other = elsewhere(&database, "under_way").await;
            database.raw("UPDATE outreach SET unit = '02101-7'").await;
            let actor = field.as_coordinator();
            pack::page(&field.office, actor, other, Asked::default()).await.unwrap();
        }
        let session = SessionId(backend::clock::fresh_id());
        let owner = Actor::Owner { owner: guest.owner, session };
        let told = own::records(&field.office, owner).await.unwrap().looks;
        let packs = told.iter().filter(|look| look.kind == LookKind::Pack).count();
        assert_eq!((packs, told.len()), (12, 13));
        assert_eq!(told.last().map(|look| look.kind), Some(LookKind::Search));
    }

    async fn a_person_takes_so_many_pages_a_day(database) {
        let field = field_in_unit(&database).await;
        resident(&field, 40_000_211, 7).await;
        let office = Office { lookups_per_day: 2, ..field.office.clone() };
        let ask = || pack::page(&office, field.as_operative(), field.outreach, Asked::default());
        ask().await.unwrap();
        ask().await.unwrap();
        let wait = Refusal::TooManyAttempts { retry_after_s: 86_400 };
        assert_eq!(refused(ask().await), wait);
    }
}
