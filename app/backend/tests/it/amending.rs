//! What is taken back: chips recorded anew in one act, deaths, sterilisations; and who may.

use backend::actor::Actor;
use backend::documents;
use backend::registry::lookup;
use domain::catalogue::{ReproductiveState, SterilisationOutcome, VitalState};
use domain::command::{Command, CorrectionReason};
use domain::document::Verification;
use domain::id::{AnimalId, ServiceId, StaffId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::{Role, UseCase};
use domain::service::{ServiceDetails, Sterilisation};
use domain::submission::{Outcome, Submission};

use crate::it::databases::{Database, Stored};
use crate::it::field::{Field, Guest, NOW, dog, refusal, staff_row};

const CHIP: &str = "999000000000401";
const OTHER_CHIP: &str = "999000000000402";

#[track_caller]
fn accepted(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

fn service_of(command: &Command) -> ServiceId {
    let Command::RecordService { service, .. } = command else { panic!("{command:?}") };
    *service
}

fn annulled(service: ServiceId) -> Command {
    let reason = ShortText::parse("No fue así").unwrap();
    Command::AnnulService { service, reason }
}

fn surgery(field: &Field, animal: AnimalId, outcome: SterilisationOutcome) -> Command {
    Command::RecordService {
        service: ServiceId(backend::clock::fresh_id()),
        animal,
        details: Box::new(ServiceDetails::Sterilisation(Sterilisation {
            outcome,
            weight: None,
            consent: true,
            consent_signature: None,
            remarks: None,
        })),
        veterinarian: Some(field.veterinarian),
    }
}

async fn state(field: &Field, guest: &Guest) -> (VitalState, ReproductiveState, Option<String>) {
    let office = &field.office;
    let sheet = backend::desk::register::animal(office, field.as_coordinator(), guest.dog).await;
    let sheet = sheet.unwrap();
    let chip = sheet.chip.map(|chip| chip.to_string());
    (sheet.vital_state, sheet.details.reproductive_state, chip)
}

/// Two dogs with a chip each; answers the services that put them in.
async fn two_chipped(field: &Field, run: u32) -> ([Guest; 2], [ServiceId; 2]) {
    let guests = [Guest::new(run), Guest::new(run + 1)];
    let mut services = Vec::new();
    for (guest, chip) in guests.iter().zip([CHIP, OTHER_CHIP]) {
        let commands = field.visit(guest, chip);
        services.push(service_of(&commands[2]));
        accepted(&field.submit(commands).await);
    }
    (guests, [services[0], services[1]])
}

/// Another of the team, of this role.
pub async fn colleague_of(field: &Field, role: Role) -> Actor {
    let (row, outreach) = (staff_row(role), field.outreach);
    let id = row.id;
    let joined: Stored<()> = field
        .office
        .store
        .write_with(row, move |tx, row| {
            Box::pin(async move {
                tx.insert_staff(row).await?;
                tx.join_team(outreach.0, row.id, NOW.0).await.map(drop)
            })
        })
        .await;
    joined.unwrap();
    Actor::Staff { id: StaffId(id), role }
}

async fn count(database: &Database, what: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {what}")).await
}

on_both_databases! {
    async fn a_chip_recorded_on_the_wrong_dog_moves_in_one_act(database) {
        let field = Field::on(&database).await;
        let ([one, two], [first, second]) = two_chipped(&field, 40_000_401).await;
        // The two chips were taken for one another: both are free before either is put in.
        let swap = vec![
            annulled(first),
            annulled(second),
            field.chipped(one.dog, OTHER_CHIP),
            field.chipped(two.dog, CHIP),
        ];
        accepted(&field.submit(swap).await);
        assert_eq!(state(&field, &one).await.2.as_deref(), Some(OTHER_CHIP));
        assert_eq!(state(&field, &two).await.2.as_deref(), Some(CHIP));
        // And to the same dog again, read as a verification of what it had.
        let third = field.verified(two.dog, CHIP);
        accepted(&field.submit(vec![third]).await);
        let taken = field.submit(vec![field.chipped(one.dog, CHIP)]).await;
        assert_eq!(refusal(&taken), &Refusal::ChipTaken);
    }

    async fn what_was_annulled_meanwhile_keeps_no_visit_from_being_taken_back(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_415);
        let visit = field.visit(&guest, CHIP);
        let services: Vec<_> = visit[2..].iter().map(service_of).collect();
        accepted(&field.submit(visit).await);
        let coordinator = field.as_coordinator();
        accepted(&field.submit_as(coordinator, vec![annulled(services[1])]).await);
        let whole = || services.iter().map(|service| annulled(*service)).collect::<Vec<_>>();
        accepted(&field.submit(whole()).await);
        assert_eq!(state(&field, &guest).await.2, None, "the chip is off");
        assert_eq!(count(&database, "service WHERE annulled_at IS NULL").await, 0);
        assert_eq!(count(&database, "history WHERE kind = 'service_annulled'").await, 3);
        assert_eq!(count(&database, "history WHERE kind = 'annulled_before'").await, 1);
        // Whose annulment it was stays.
        let theirs = "annulled_by IN (SELECT id FROM staff WHERE role = 'coordinator')";
        assert_eq!(count(&database, &format!("service WHERE {theirs}")).await, 1);
        let again = field.submit(whole()).await;
        assert_eq!(refusal(&again), &Refusal::AlreadyAnnulled, "nothing is left");
        // An act that does something else is not half done.
        let instead = vec![annulled(services[0]), field.chipped(guest.dog, OTHER_CHIP)];
        assert_eq!(refusal(&field.submit(instead).await), &Refusal::AlreadyAnnulled);
        assert_eq!(state(&field, &guest).await.2, None);
    }

    async fn nobody_takes_back_what_another_recorded_on_the_same_phone(database) {
        let field = Field::on(&database).await;
        let colleague = colleague_of(&field, Role::Operative).await;
        let guest = Guest::new(40_000_417);
        let visit = field.visit(&guest, CHIP);
        let services: Vec<_> = visit[2..].iter().map(service_of).collect();
        accepted(&field.submit(visit).await);
        let whole = || services.iter().map(|service| annulled(*service)).collect::<Vec<_>>();
        for act in [vec![annulled(services[0])], whole()] {
            let outcome = field.submit_as(colleague, act).await;
            assert_eq!(refusal(&outcome), &Refusal::NotYourRecord);
        }
        // Who says to be the other is not believed either, as long as the other did not send it.
        let reply = field.send(colleague, &[field.submission(field.as_operative(), whole())]).await;
        assert_eq!(reply.answers[0].outcome, Outcome::Quarantined);
        assert_eq!(state(&field, &guest).await.2.as_deref(), Some(CHIP));
        assert_eq!(count(&database, "service WHERE annulled_at IS NOT NULL").await, 0);
        assert_eq!(count(&database, "history WHERE kind = 'service_annulled'").await, 0);
        accepted(&field.submit(whole()).await);
        assert_eq!(count(&database, "service WHERE annulled_at IS NULL").await, 0);
    }

    async fn a_chip_goes_to_a_dog_registered_in_the_same_act(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_411);
        let commands = field.visit(&guest, CHIP);
        let service = service_of(&commands[2]);
        accepted(&field.submit(commands).await);
        let other = Guest::new(40_000_412);
        let mut act = vec![annulled(service)];
        act.extend(field.visit(&other, CHIP));
        accepted(&field.submit(act).await);
        assert_eq!(state(&field, &guest).await.2, None);
        assert_eq!(state(&field, &other).await.2.as_deref(), Some(CHIP));
    }

    async fn the_other_record_of_a_conflict_says_in_which_commune_it_was_made(database) {
        let field = Field::on(&database).await;
        accepted(&field.submit(field.visit(&Guest::new(40_000_421), CHIP)).await);
        let outcome = field.submit(field.visit(&Guest::new(40_000_422), CHIP)).await;
        let Outcome::Conflict { other, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(other.commune, Some(domain::territory::Commune::ANTOFAGASTA));
    }

    async fn a_surgery_taken_back_gives_the_animal_its_life_and_its_state_back(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_431);
        accepted(&field.submit(field.visit(&guest, CHIP)).await);
        let veterinarian = field.as_veterinarian();
        let pregnant = ReproductiveState::Pregnant;
        let details = domain::animal::AnimalDetails {
            sex: domain::catalogue::Sex::Female,
            reproductive_state: pregnant,
            ..dog("Luna")
        };
        let (animal, reason) = (guest.dog, CorrectionReason::Mistyped);
        let correct = Command::CorrectAnimal { animal, details: Box::new(details), reason };
        accepted(&field.submit(vec![correct]).await);
        for outcome in [SterilisationOutcome::Performed, SterilisationOutcome::Deceased] {
            let operated = surgery(&field, guest.dog, outcome);
            let service = service_of(&operated);
            accepted(&field.submit_as(veterinarian, vec![operated]).await);
            let changed = state(&field, &guest).await;
            assert!(changed.0 == VitalState::Deceased || changed.1.is_sterilised());
            accepted(&field.submit_as(veterinarian, vec![annulled(service)]).await);
            let (vital, reproductive, _) = state(&field, &guest).await;
            assert_eq!((vital, reproductive), (VitalState::Alive, pregnant), "{outcome}");
        }
    }

    async fn a_voucher_no_longer_prints_a_sterilisation_that_was_annulled(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let guest = Guest::new(40_000_441);
        let operated = surgery(&field, guest.dog, SterilisationOutcome::Performed);
        let service = service_of(&operated);
        let chip = field.chipped(guest.dog, CHIP);
        let visit = vec![guest.registered(), guest.dog_registered("Ñato"), operated, chip];
        accepted(&field.submit_as(field.as_veterinarian(), visit).await);
        let printed = "document WHERE state = 'issued' AND kind = 'implantation_voucher' \
                       AND facts LIKE '%\"reproductive_state\":\"STATE\"%'";
        assert_eq!(count(&database, &printed.replace("STATE", "sterilised")).await, 1);
        accepted(&field.submit_as(field.as_veterinarian(), vec![annulled(service)]).await);
        assert_eq!(count(&database, &printed.replace("STATE", "sterilised")).await, 0);
        assert_eq!(count(&database, &printed.replace("STATE", "intact")).await, 1);
    }

    async fn a_death_is_said_of_an_animal_served_here_and_taken_back_by_a_coordinator(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_451);
        let die = |state| {
            let since = "2026-11-22".parse().unwrap();
            vec![Command::SetVitalState { animal: guest.dog, state, since }]
        };
        accepted(&field.submit(vec![guest.registered(), guest.dog_registered("Ñ")]).await);
        let outcome = field.submit(die(VitalState::Deceased)).await;
        assert_eq!(refusal(&outcome), &Refusal::NotYourRecord);
        accepted(&field.submit(die(VitalState::Lost)).await);
        accepted(&field.submit(vec![field.chipped(guest.dog, CHIP)]).await);
        accepted(&field.submit(die(VitalState::Deceased)).await);
        let outcome = field.submit(die(VitalState::Alive)).await;
        let dead = Refusal::NotInThisState { state: VitalState::Deceased };
        assert_eq!(refusal(&outcome), &dead);
        accepted(&field.submit_as(field.as_coordinator(), die(VitalState::Alive)).await);
        assert_eq!(state(&field, &guest).await.0, VitalState::Alive);
    }

    async fn nothing_is_registered_away_from_an_outreach_but_by_a_coordinator(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_461);
        let register = || vec![guest.registered(), guest.dog_registered("Ñ")];
        let away = |actor| Submission { outreach: None, ..field.submission(actor, register()) };
        let operative = field.as_operative();
        let reply = field.send(operative, &[away(operative)]).await;
        assert_eq!(refusal(&reply.answers[0].outcome), &Refusal::NotYourOutreach);
        let coordinator = field.as_coordinator();
        let reply = field.send(coordinator, &[away(coordinator)]).await;
        accepted(&reply.answers[0].outcome);
        let lost = backend::clock::fresh_id().into();
        let plain = field.submission(operative, register());
        let unknown = Submission { outreach: Some(lost), ..plain };
        let reply = field.send(operative, &[unknown]).await;
        assert_eq!(refusal(&reply.answers[0].outcome), &Refusal::OutreachUnknown);
        database.raw("DELETE FROM outreach_staff").await;
        let outcome = field.submit(register()).await;
        assert_eq!(refusal(&outcome), &Refusal::NotYourOutreach);
    }

    async fn an_operative_records_no_surgery(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_471);
        let mut visit = vec![guest.registered(), guest.dog_registered("Ñ")];
        visit.push(surgery(&field, guest.dog, SterilisationOutcome::Performed));
        let outcome = field.submit(visit.clone()).await;
        let use_case = UseCase::RecordSterilisation;
        assert_eq!(refusal(&outcome), &Refusal::Forbidden { use_case });
        accepted(&field.submit_as(field.as_veterinarian(), visit).await);
        assert_eq!(state(&field, &guest).await.1, ReproductiveState::Sterilised);
        let counts = "service WHERE kind = 'sterilisation'";
        assert_eq!(count(&database, counts).await, 1);
        let account = backend::reports::public_account(&field.office, 2026).await.unwrap();
        let total = account.total;
        assert_eq!((total.sterilisations, total.sterilisation_outreaches), (1, 1));
    }

    async fn a_phone_set_back_corrects_nothing_after_three_days(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_481);
        accepted(&field.submit(field.visit(&guest, CHIP)).await);
        let recorded_at = field.office.clock.now();
        field.office.clock.advance_ms(domain::decide::CORRECTION_MS + 1);
        let details = Box::new(dog("Otro"));
        let (animal, reason) = (guest.dog, CorrectionReason::Mistyped);
        let correct = vec![Command::CorrectAnimal { animal, details, reason }];
        let operative = field.as_operative();
        let late = Submission { recorded_at, ..field.submission(operative, correct) };
        let reply = field.send(operative, &[late]).await;
        assert_eq!(refusal(&reply.answers[0].outcome), &Refusal::CorrectionTooLate);
    }

    async fn an_owner_is_corrected_and_a_dog_moves_to_another(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let (from, to) = (Guest::new(40_000_491), Guest::new(40_000_492));
        let outcome = field.submit(field.visit(&from, CHIP)).await;
        let Outcome::Accepted { documents: issued, .. } = outcome else { panic!("{outcome:?}") };
        let text = issued[0].link.as_deref().unwrap().rsplit('/').next().unwrap().to_owned();
        accepted(&field.submit(vec![to.registered()]).await);
        let mut details = from.details();
        details.address = ShortText::parse("Otra calle 7").ok();
        let (owner, reason) = (from.owner, CorrectionReason::Changed);
        let correct = Command::CorrectOwner { owner, details: Box::new(details), reason };
        accepted(&field.submit(vec![correct]).await);
        let said = documents::verify(&field.office, &text).await.unwrap();
        assert!(matches!(said, Verification::Replaced { .. }), "{said:?}");
        let transfer = vec![Command::TransferAnimal { animal: from.dog, owner: to.owner }];
        let outcome = field.submit(transfer.clone()).await;
        let use_case = UseCase::MergeRecords;
        assert_eq!(refusal(&outcome), &Refusal::Forbidden { use_case });
        let coordinator = field.as_coordinator();
        accepted(&field.submit_as(coordinator, transfer.clone()).await);
        let again = field.submit_as(coordinator, transfer).await;
        assert_eq!(refusal(&again), &Refusal::SameOwner);
        let found = lookup::search(&field.office, coordinator, CHIP).await.unwrap();
        assert_eq!(found.owners[0].id, to.owner);
        assert_eq!(count(&database, "document WHERE state = 'issued'").await, 1);
    }
}
