//! Who may give a command at all, where, and until when.

use super::*;
use crate::command::{Command, CorrectionReason};
use crate::decide::animal::{VitalChange, set_vital_state};
use crate::decide::{
    CORRECTION_MS, PhoneMoment, may_amend, permission, place, reads_version, was_of_team,
};
use crate::outreach::{Outreach, OutreachKind};
use crate::role::UseCase;
use crate::service::EducationSession;
use crate::stock::LossReason;
use crate::submission::{CLOCK_TOLERANCE_MS, VERSION};
use crate::territory::Commune;
use crate::timestamp::DAY_MS;

fn any<T: From<Uuid>>() -> T {
    Uuid::nil().into()
}

fn recorded(details: ServiceDetails) -> Command {
    let (service, animal) = (any(), any());
    Command::RecordService { service, animal, details: Box::new(details), veterinarian: None }
}

fn corrected() -> Command {
    let reason = CorrectionReason::Mistyped;
    Command::CorrectAnimal { animal: any(), details: Box::new(dog()), reason }
}

fn service_corrected() -> Command {
    let (reason, veterinarian) = (CorrectionReason::Mistyped, None);
    let details = Box::new(surgery(SterilisationOutcome::Performed, true));
    Command::CorrectService { service: any(), details, veterinarian, reason, at: None }
}

fn talk_corrected() -> Command {
    let topic = crate::catalogue::EducationTopic::Zoonoses;
    let details = EducationSession { topic, attendants: 12, minutes: 30, material: None };
    let reason = CorrectionReason::Mistyped;
    Command::CorrectEducation { service: any(), details, reason, at: None }
}

fn registered() -> Command {
    Command::RegisterAnimal { animal: any(), owner: any(), details: Box::new(dog()) }
}

fn dead() -> Command {
    let (state, since) = (VitalState::Deceased, day("2026-11-22"));
    Command::SetVitalState { animal: any(), state, since }
}

#[test]
fn each_command_needs_its_use_case() {
    use Caller::{Admin, Auditor, Coordinator, Device, Operative, Owner, Public, Veterinarian};
    let everybody = [Public, Owner, Device, Operative, Veterinarian, Coordinator, Auditor, Admin];
    let submitters: &[_] = &[Device, Operative, Veterinarian, Coordinator];
    let (kept, merged) = (any(), any());
    let chip = microchip(Procedure::Implantation, CHIP, CHIP);
    let surgery = surgery(SterilisationOutcome::Performed, true);
    let lost = Command::WriteOffChip { chip: self::chip(CHIP), reason: LossReason::Lost };
    let booking = crate::id::BookingId(uuid::Uuid::nil());
    let arrived = Command::Arrive { booking, number: None };
    let (offering, places) = (crate::booking::Offering::Chip, 1);
    let walk_in = Command::WalkIn { booking, offering, places, share: None, number: None };
    let table: [(Command, UseCase, &[Caller]); 12] = [
        (arrived, UseCase::Submit, submitters),
        (walk_in, UseCase::Submit, submitters),
        (registered(), UseCase::Submit, submitters),
        (dead(), UseCase::Submit, submitters),
        (lost, UseCase::Submit, submitters),
        (recorded(chip), UseCase::Submit, submitters),
        (recorded(surgery), UseCase::RecordSterilisation, &[Veterinarian, Coordinator]),
        (corrected(), UseCase::CorrectOwn, &[Operative, Veterinarian, Coordinator]),
        (service_corrected(), UseCase::CorrectOwn, &[Operative, Veterinarian, Coordinator]),
        (talk_corrected(), UseCase::CorrectOwn, &[Operative, Veterinarian, Coordinator]),
        (Command::MergeOwners { kept, merged }, UseCase::MergeRecords, &[Coordinator]),
        (
            Command::TransferAnimal { animal: any(), owner: any() },
            UseCase::MergeRecords,
            &[Coordinator],
        ),
    ];
    for (command, use_case, may) in table {
        for caller in everybody {
            let expected = match may.contains(&caller) {
                true => Ok(()),
                false => Err(Refusal::Forbidden { use_case }),
            };
            assert_eq!(permission(&command, caller), expected, "{caller} {command:?}");
        }
    }
}

#[test]
fn without_an_outreach_only_a_coordinator_registers_and_records() {
    let chip = recorded(microchip(Procedure::Implantation, CHIP, CHIP));
    let refused = Err(Refusal::NotYourOutreach);
    for command in [registered(), chip, dead()] {
        for (caller, expected) in [
            (Caller::Operative, refused.clone()),
            (Caller::Veterinarian, refused.clone()),
            (Caller::Device, refused.clone()),
            (Caller::Coordinator, Ok(())),
        ] {
            let mut context = context(caller);
            assert_eq!(place(&command, &context), Ok(()), "{caller} at an outreach");
            context.outreach = None;
            assert_eq!(place(&command, &context), expected, "{caller} {command:?}");
        }
    }
    let context = Context { outreach: None, ..context(Caller::Operative) };
    for later in [corrected(), service_corrected(), talk_corrected()] {
        assert_eq!(place(&later, &context), Ok(()), "a correction is a later act");
    }
}

#[test]
fn a_correction_that_comes_home_late_is_a_coordinators() {
    let own = Recorded { by: Some(OPERATIVE), on: day("2026-11-22") };
    let after = |ms, caller| {
        let context = Context { now: Timestamp(ms), ..context(caller) };
        correction(&context, own)
    };
    assert_eq!(after(CORRECTION_MS, Caller::Operative), Ok(()));
    assert_eq!(after(CORRECTION_MS + 1, Caller::Operative), Err(Refusal::CorrectionTooLate));
    assert_eq!(after(CORRECTION_MS + 1, Caller::Coordinator), Ok(()));
}

/// A night fair, from eight in the evening to two.
fn night_fair() -> Outreach {
    let text = |text| ShortText::parse(text).unwrap();
    Outreach {
        id: any(),
        programme: any(),
        name: text("Feria nocturna"),
        kind: OutreachKind::Mixed,
        status: OutreachStatus::UnderWay,
        held_on: day("2026-11-22"),
        starts_at: in_chile("2026-11-22", 20 * 60).0,
        ends_at: in_chile("2026-11-23", 2 * 60).0,
        place: text("Plaza"),
        commune: Commune::ANTOFAGASTA,
        unit: None,
        host: None,
        phase: None,
        max_people: None,
    }
}

/// So many minutes into a day, three hours behind UTC.
fn in_chile(on: &str, minutes: i64) -> PhoneMoment {
    let offset = -180;
    (Timestamp(day(on).days() * DAY_MS + (minutes - i64::from(offset)) * 60_000), offset)
}

#[test]
fn a_phone_offers_to_amend_an_own_record_on_its_day_only() {
    let (own, fair) = (Some(OPERATIVE), night_fair());
    let (today, tomorrow) = ("2026-11-22", "2026-11-23");
    let evening = in_chile(today, 20 * 60 + 30);
    let table = [
        (own, evening, in_chile(today, 23 * 60 + 59), None, true),
        (Some(VETERINARIAN), evening, evening, None, false),
        (None, evening, evening, None, false),
        (own, evening, in_chile(tomorrow, 0), None, false),
        (own, in_chile(tomorrow, 0), in_chile(tomorrow, 24 * 60 - 1), None, true),
        (own, evening, in_chile(tomorrow, 60), Some(&fair), true),
        (own, in_chile(tomorrow, 60), in_chile(tomorrow, 90), Some(&fair), true),
        (Some(VETERINARIAN), evening, in_chile(tomorrow, 60), Some(&fair), false),
        (own, evening, in_chile(tomorrow, 15 * 60), Some(&fair), false),
        // A clock that was set back within the day.
        (own, evening, in_chile(today, 0), None, true),
    ];
    for (by, made, now, outreach, expected) in table {
        let told = may_amend(OPERATIVE, (by, made), now, outreach);
        assert_eq!(told, expected, "{by:?} {made:?} {now:?} {}", outreach.is_some());
    }
    let later = may_amend(OPERATIVE, (own, evening), (in_chile(tomorrow, 0).0, -240), None);
    assert!(later, "where the clock was put back meanwhile it is still that day");
}

#[test]
fn an_animal_is_lost_and_found_and_only_a_correction_brings_it_back_from_the_dead() {
    use Caller::{Coordinator, Operative, Owner};
    use VitalState::{Alive, Deceased, Lost, Transferred};
    let not_in = |state| Err(Refusal::NotInThisState { state });
    let table = [
        (Operative, Alive, Lost, false, Ok(())),
        (Operative, Lost, Alive, false, Ok(())),
        (Operative, Alive, Deceased, true, Ok(())),
        (Operative, Alive, Deceased, false, Err(Refusal::NotYourRecord)),
        (Owner, Alive, Deceased, false, Ok(())),
        (Coordinator, Lost, Deceased, false, Ok(())),
        (Operative, Lost, Lost, true, not_in(Lost)),
        (Operative, Deceased, Alive, true, not_in(Deceased)),
        (Owner, Deceased, Alive, false, not_in(Deceased)),
        (Coordinator, Deceased, Alive, false, Ok(())),
        (Operative, Alive, Transferred, true, not_in(Alive)),
        (Coordinator, Alive, Transferred, false, Ok(())),
        (Coordinator, Transferred, Alive, false, Ok(())),
        (Owner, Transferred, Alive, false, not_in(Transferred)),
    ];
    let today = day("2026-11-22");
    for (caller, from, to, served_here, expected) in table {
        let change = VitalChange { from, to, since: today, served_here };
        assert_eq!(set_vital_state(caller, change, today), expected, "{caller} {from} {to}");
    }
    let since = day("2026-11-23");
    let tomorrow = VitalChange { from: Alive, to: Lost, since, served_here: true };
    let in_future = Refusal::field(FieldError::new(Field::Date, Problem::InFuture));
    assert_eq!(set_vital_state(Operative, tomorrow, today), Err(in_future));
}

#[test]
fn the_own_version_and_the_one_before_are_read() {
    assert!(reads_version(VERSION) && !reads_version(0) && !reads_version(VERSION + 1));
    assert_eq!(reads_version(VERSION - 1), VERSION > 1);
}

#[test]
fn who_has_left_a_team_was_of_it_before() {
    let left_at = Timestamp(7_000_000);
    let was = |after_ms| was_of_team(None, Some(left_at), left_at.plus_ms(after_ms));
    assert_eq!([-1, 0, CLOCK_TOLERANCE_MS].map(was), [true; 3]);
    assert!(!was(CLOCK_TOLERANCE_MS + 1));
    let always = |at| was_of_team(None, None, Timestamp(at));
    assert_eq!([i64::MIN, 0, i64::MAX].map(always), [true; 3]);
}

#[test]
fn who_came_back_to_a_team_was_not_of_it_while_away() {
    let back_at = Timestamp(7_000_000);
    let was = |after_ms| was_of_team(Some(back_at), None, back_at.plus_ms(after_ms));
    assert_eq!([-CLOCK_TOLERANCE_MS, 0, i64::MAX].map(was), [true; 3]);
    assert_eq!([-CLOCK_TOLERANCE_MS - 1, i64::MIN].map(was), [false; 2]);
    let again = Timestamp(9_000_000);
    let was = |at| was_of_team(Some(back_at), Some(again), Timestamp(at));
    assert_eq!([6_000_000, 8_000_000, 10_000_000].map(was), [false, true, false]);
}
