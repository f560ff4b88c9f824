//! Who was served is told by whom the animal belonged to then, and by where they lived then.

use backend::actor::Actor;
use backend::closing::{self, Beneficiary};
use backend::erasure::erase_owner;
use backend::planning;
use backend::reports;
use domain::catalogue::DewormingKind;
use domain::command::{Command, CorrectionReason};
use domain::owner::OwnerDetails;
use domain::service::ServiceKind;
use domain::submission::{Outcome, Submission};
use domain::territory::Commune;
use domain::timestamp::Timestamp;
use std::collections::BTreeMap;

use crate::it::correcting::commands::{corrected, done_at};
use crate::it::databases::Database;
use crate::it::field::{Field, Guest, NOW};

const CHIP: &str = "999000000000551";
const MINUTE_MS: i64 = 60_000;

/// Sends what somebody recorded so many minutes after the beginning.
async fn recorded(field: &Field, by: Actor, minutes: i64, commands: Vec<Command>) {
    let recorded_at = Timestamp(NOW.0 + minutes * MINUTE_MS);
    let submission = Submission { recorded_at, ..field.submission(by, commands) };
    let reply = field.send(by, &[submission]).await;
    let outcome = &reply.answers[0].outcome;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

/// Registers somebody who lives somewhere, or nobody knows where.
fn registered_in(guest: &Guest, commune: Option<Commune>) -> Command {
    let details = Box::new(OwnerDetails { commune, ..guest.details() });
    Command::RegisterOwner { owner: guest.owner, details }
}

fn taltal() -> Commune {
    Commune::parse("02104").unwrap()
}

/// Somebody who came with a dog, and somebody else who will have it.
fn two(number: u32) -> (Guest, Guest) {
    (Guest::new(number), Guest::new(number + 1))
}

fn transfer(from: &Guest, to: &Guest) -> Vec<Command> {
    vec![Command::TransferAnimal { animal: from.dog, owner: to.owner }]
}

fn visit(field: &Field, guest: &Guest) -> Vec<Command> {
    vec![guest.registered(), guest.dog_registered("Ñato"), field.chipped(guest.dog, CHIP)]
}

fn dose(field: &Field, guest: &Guest) -> Vec<Command> {
    vec![field.dewormed(guest.dog, DewormingKind::Internal)]
}

async fn listed(field: &Field) -> Vec<Beneficiary> {
    let (office, actor) = (&field.office, field.as_coordinator());
    closing::beneficiaries(office, actor, field.outreach).await.unwrap()
}

/// Whose each line is, and what was done.
async fn told(field: &Field) -> Vec<(domain::id::OwnerId, Vec<ServiceKind>)> {
    let kinds = |one: &Beneficiary| one.services.iter().map(|service| service.kind).collect();
    listed(field).await.iter().map(|one| (one.owner.id, kinds(one))).collect()
}

/// How often somebody's record was taken out.
async fn looks(database: &Database, number: u32) -> i64 {
    let sql = format!(
        "SELECT COUNT(*) FROM lookup WHERE kind = 'export' AND owner_id IN (
             SELECT id FROM owner WHERE document_key LIKE '{number}%')"
    );
    database.number(&sql).await
}

/// Chips implanted in a programme, by where the owners lived.
async fn chips_by_residence(field: &Field) -> BTreeMap<Option<String>, u32> {
    let (office, actor) = (&field.office, field.as_coordinator());
    let known = planning::programmes(office, actor).await.unwrap().rows;
    let sheet = closing::programme(office, actor, known[0].programme.id).await.unwrap().unwrap();
    let told: BTreeMap<_, _> =
        sheet.residences.into_iter().map(|line| (line.of, line.counts.implantations)).collect();
    let done: u32 = sheet.communes.iter().map(|line| line.counts.implantations).sum();
    assert_eq!(told.values().sum::<u32>(), done, "both tables tell of the same");
    told
}

fn lines<const N: usize>(of: [(Option<&str>, u32); N]) -> BTreeMap<Option<String>, u32> {
    of.into_iter().map(|(name, count)| (name.map(str::to_owned), count)).collect()
}

on_both_databases! {
    async fn a_transfer_after_the_close_changes_no_list(database) {
        let field = Field::on(&database).await;
        let (from, to) = two(40_000_551);
        let desk = field.as_coordinator();
        recorded(&field, field.as_operative(), 0, visit(&field, &from)).await;
        recorded(&field, field.as_operative(), 0, vec![to.registered()]).await;
        closing::close(&field.office, desk, field.outreach, ("close", "Llovió")).await.unwrap();
        field.office.clock.advance_ms(90 * MINUTE_MS);
        recorded(&field, desk, 90, transfer(&from, &to)).await;
        assert_eq!(told(&field).await, [(from.owner, vec![ServiceKind::Implantation])]);
        assert_eq!((looks(&database, from.run).await, looks(&database, to.run).await), (1, 0));
    }

    async fn an_animal_that_changes_hands_between_two_services_is_told_of_both(database) {
        let field = Field::on(&database).await;
        let (from, to) = two(40_000_553);
        let operative = field.as_operative();
        recorded(&field, operative, 0, visit(&field, &from)).await;
        field.office.clock.advance_ms(40 * MINUTE_MS);
        let moved = [vec![registered_in(&to, Some(taltal()))], transfer(&from, &to)].concat();
        recorded(&field, field.as_coordinator(), 20, moved).await;
        recorded(&field, operative, 40, dose(&field, &from)).await;
        let both = [
            (from.owner, vec![ServiceKind::Implantation]),
            (to.owner, vec![ServiceKind::DewormingInternal]),
        ];
        assert_eq!(told(&field).await, both);
        let list = listed(&field).await;
        assert_eq!(list[0].animal.id, list[1].animal.id);
        let lived: Vec<_> = list.iter().map(|one| one.services[0].residence).collect();
        assert_eq!(lived, [Some(Commune::ANTOFAGASTA), Some(taltal())]);
        assert_eq!((looks(&database, from.run).await, looks(&database, to.run).await), (2, 2));
    }

    async fn in_whatever_order_it_comes_home_a_service_is_of_whose_it_was(database) {
        let field = Field::on(&database).await;
        let (from, to) = two(40_000_555);
        let operative = field.as_operative();
        recorded(&field, operative, 0, visit(&field, &from)).await;
        field.office.clock.advance_ms(50 * MINUTE_MS);
        // Done after the transfer, and brought home before it; then the other way round.
        recorded(&field, operative, 40, dose(&field, &from)).await;
        let moved = [vec![registered_in(&to, Some(taltal()))], transfer(&from, &to)].concat();
        recorded(&field, field.as_coordinator(), 30, moved).await;
        let late = vec![field.dewormed(from.dog, DewormingKind::External)];
        recorded(&field, operative, 20, late).await;
        let both = [
            (from.owner, vec![ServiceKind::Implantation, ServiceKind::DewormingExternal]),
            (to.owner, vec![ServiceKind::DewormingInternal]),
        ];
        assert_eq!(told(&field).await, both);
        let list = listed(&field).await;
        let lived = list.iter().flat_map(|one| one.services.iter().map(|one| one.residence));
        let home = Some(Commune::ANTOFAGASTA);
        assert_eq!(lived.collect::<Vec<_>>(), [home, home, Some(taltal())]);
    }

    async fn a_service_of_a_wrong_clock_is_of_whose_it_was_at_the_right_hour(database) {
        let field = Field::on(&database).await;
        let (from, to) = two(40_000_565);
        let (operative, desk) = (field.as_operative(), field.as_coordinator());
        recorded(&field, operative, 0, visit(&field, &from)).await;
        field.office.clock.advance_ms(50 * MINUTE_MS);
        let moved = [vec![registered_in(&to, Some(taltal()))], transfer(&from, &to)].concat();
        recorded(&field, desk, 20, moved).await;
        let given = field.dewormed(from.dog, DewormingKind::Internal);
        recorded(&field, operative, 40, vec![given.clone()]).await;
        assert_eq!(told(&field).await.len(), 2);
        for (minutes, whose, home) in
            [(10, &from, Commune::ANTOFAGASTA), (30, &to, taltal()), (35, &to, taltal())]
        {
            let at = Timestamp(NOW.0 + minutes * MINUTE_MS);
            let right = vec![done_at(corrected(&given, |_| {}), at)];
            recorded(&field, desk, 45, right).await;
            let list = listed(&field).await;
            let is_dose = |one: &&Beneficiary| {
                one.services.iter().any(|done| done.kind == ServiceKind::DewormingInternal)
            };
            let line = list.iter().find(is_dose).unwrap();
            let last = line.services.last().unwrap();
            assert_eq!((line.owner.id, last.residence), (whose.owner, Some(home)), "{minutes}");
        }
    }

    async fn a_commune_that_was_wrong_is_put_right_also_of_what_went_to_somebody_else(database) {
        let field = Field::on(&database).await;
        let (from, to) = two(40_000_567);
        recorded(&field, field.as_operative(), 0, visit(&field, &from)).await;
        field.office.clock.advance_ms(30 * MINUTE_MS);
        let moved = [vec![to.registered()], transfer(&from, &to)].concat();
        recorded(&field, field.as_coordinator(), 20, moved).await;
        let details = OwnerDetails { commune: Some(taltal()), ..from.details() };
        let (owner, details) = (from.owner, Box::new(details));
        let command = Command::CorrectOwner { owner, details, reason: CorrectionReason::Mistyped };
        recorded(&field, field.as_coordinator(), 25, vec![command]).await;
        assert_eq!(chips_by_residence(&field).await, lines([(Some("Taltal"), 1)]));
    }

    async fn who_was_erased_is_nobody_and_nobody_else(database) {
        let field = Field::on(&database).await;
        let (from, to) = two(40_000_557);
        recorded(&field, field.as_operative(), 0, visit(&field, &from)).await;
        field.office.clock.advance_ms(30 * MINUTE_MS);
        let moved = [vec![to.registered()], transfer(&from, &to)].concat();
        recorded(&field, field.as_coordinator(), 30, moved).await;
        let ground = "Solicitud del titular, Ley 21.719";
        erase_owner(&field.office, Actor::System, from.owner, ground).await.unwrap();
        let list = listed(&field).await;
        assert_eq!(list.len(), 1);
        let named = (list[0].owner.id, list[0].owner.details.name.full());
        assert_eq!(named, (from.owner, "N. N.".to_owned()));
        assert_eq!(looks(&database, to.run).await, 0);
        assert_eq!(chips_by_residence(&field).await, lines([(Some("Antofagasta"), 1)]));
    }

    async fn who_lives_elsewhere_is_told_by_where_they_live(database) {
        let field = Field::on(&database).await;
        let operative = field.as_operative();
        let guests = [40_000_561, 40_000_562, 40_000_563].map(Guest::new);
        let communes = [Some(Commune::ANTOFAGASTA), Some(taltal()), None];
        for (number, (guest, commune)) in guests.iter().zip(communes).enumerate() {
            let chip = field.chipped(guest.dog, &format!("99900000000056{number}"));
            let dog = guest.dog_registered("Ñato");
            recorded(&field, operative, 0, vec![registered_in(guest, commune), dog, chip]).await;
        }
        let all = lines([(None, 1), (Some("Antofagasta"), 1), (Some("Taltal"), 1)]);
        assert_eq!(chips_by_residence(&field).await, all);
        let correct = async |guest: &Guest, commune: Commune, reason: CorrectionReason| {
            let details = OwnerDetails { commune: Some(commune), ..guest.details() };
            let (owner, details) = (guest.owner, Box::new(details));
            let command = Command::CorrectOwner { owner, details, reason };
            recorded(&field, field.as_coordinator(), 0, vec![command]).await;
        };
        // What was not known is known; what was wrong is right; who has moved lived there then.
        correct(&guests[2], taltal(), CorrectionReason::AskedByOwner).await;
        correct(&guests[0], taltal(), CorrectionReason::Changed).await;
        let known = lines([(Some("Antofagasta"), 1), (Some("Taltal"), 2)]);
        assert_eq!(chips_by_residence(&field).await, known);
        correct(&guests[1], Commune::ANTOFAGASTA, CorrectionReason::Mistyped).await;
        let right = lines([(Some("Antofagasta"), 2), (Some("Taltal"), 1)]);
        assert_eq!(chips_by_residence(&field).await, right);

        let year = reports::residences(&field.office, 2026).await.unwrap();
        let chips = year.iter().map(|(code, counts)| (code.as_str(), counts.implantations));
        assert_eq!(chips.collect::<Vec<_>>(), [("02101", 2), ("02104", 1)]);
        assert!(reports::residences(&field.office, 2025).await.unwrap().is_empty());
    }
}
