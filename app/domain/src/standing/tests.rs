use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn registration(state: RnmState, number: Option<&str>, since: i64) -> Registration {
    let number = number.map(str::to_owned);
    Registration { state, number, reason: None, since: Timestamp(since) }
}

/// An intact, living animal with a complete form.
fn plain() -> Standing {
    Standing {
        reproductive_state: ReproductiveState::Intact,
        vital_state: VitalState::Alive,
        vital_since: None,
        registration: registration(RnmState::Ready, None, 1),
    }
}

fn living(vital_state: VitalState, day: &str) -> Standing {
    Standing { vital_state, vital_since: Some(day.parse().unwrap()), ..plain() }
}

fn registered(state: RnmState, number: Option<&str>, since: i64) -> Standing {
    Standing { registration: registration(state, number, since), ..plain() }
}

/// What holds of two records, whichever of them stands for the other.
fn both_ways(one: &Standing, other: &Standing) -> [Standing; 2] {
    let (ones, others) = (std::slice::from_ref(one), std::slice::from_ref(other));
    [Standing::of_all(one, others), Standing::of_all(other, ones)]
}

#[test]
fn what_is_sterilised_stays_so_whichever_record_says_it() {
    let reproductive_state = ReproductiveState::Sterilised;
    let sterilised = Standing { reproductive_state, ..plain() };
    for all in both_ways(&plain(), &sterilised) {
        assert_eq!(all.reproductive_state, ReproductiveState::Sterilised);
    }
    let pregnant = Standing { reproductive_state: ReproductiveState::Pregnant, ..plain() };
    let [all, _] = both_ways(&pregnant, &plain());
    assert_eq!(all.reproductive_state, ReproductiveState::Pregnant, "its own word");
}

#[test]
fn death_outweighs_all_and_lost_or_found_counts_as_said_last() {
    use VitalState::{Alive, Deceased, Lost, Transferred};
    let dead = living(Deceased, "2026-01-01");
    let gone = living(Transferred, "2026-02-01");
    let lost = living(Lost, "2026-03-01");
    let found = living(Alive, "2026-04-01");
    let lost_again = living(Lost, "2026-05-01");
    for (one, other, wins) in [
        (&dead, &lost, Deceased),
        (&dead, &gone, Deceased),
        (&dead, &found, Deceased),
        (&gone, &lost_again, Transferred),
        (&lost, &plain(), Lost),
        (&lost, &found, Alive),
        (&found, &lost_again, Lost),
        (&found, &living(Lost, "2026-04-01"), Lost),
    ] {
        for all in both_ways(one, other) {
            assert_eq!(all.vital_state, wins, "{one:?} {other:?}");
        }
    }
}

#[test]
fn the_request_that_came_furthest_stands_and_the_kept_number_of_two() {
    use RnmState::{Approved, CertificateMailed, Observed, Ready, Rejected, Requested};
    let road = [
        registered(Ready, None, 9),
        registered(Rejected, None, 5),
        registered(Requested, None, 4),
        registered(Observed, None, 3),
        registered(Approved, Some("A"), 2),
        registered(CertificateMailed, Some("A"), 1),
    ];
    for (at, further) in road.iter().enumerate() {
        for before in &road[..at] {
            for all in both_ways(before, further) {
                assert_eq!(all.registration, further.registration, "{before:?}");
            }
        }
    }
    let other = registered(CertificateMailed, Some("B"), 9);
    let kept = registered(Approved, Some("A"), 2);
    let [all, turned] = both_ways(&kept, &other);
    assert_eq!(all.registration, kept.registration);
    assert_eq!(turned.registration, other.registration);
    let chipless = registered(RnmState::NoChip, None, 9);
    let own = Standing::of_all(&chipless, &[plain()]);
    assert_eq!(own.registration.state, RnmState::NoChip, "it follows from the kept data");
}

#[test]
fn what_is_said_of_all_is_taken_back_from_whom_it_was_said() {
    let dead = living(VitalState::Deceased, "2026-01-01");
    let alive = living(VitalState::Alive, "2026-02-01");
    let mut others = [dead];
    let own = Standing::apart(&alive, &plain(), &mut others);
    assert_eq!((&own, &others[0]), (&alive, &alive), "it was a mistake");
    let requested = registered(RnmState::Requested, None, 1);
    let approved = registered(RnmState::Approved, Some("A"), 2);
    let mut others = [requested];
    let own = Standing::apart(&approved, &plain(), &mut others);
    assert_eq!((&own, &others[0]), (&plain(), &approved), "a step of the other's request");
}

fn days() -> impl Strategy<Value = Option<CivilDate>> {
    let day = |day: u8| format!("2026-03-0{day}").parse().unwrap();
    proptest::option::of((1_u8..5).prop_map(day))
}

/// Only what was approved has a number.
fn registrations() -> impl Strategy<Value = Registration> {
    let reasons = proptest::option::of(Just("Falta".to_owned()));
    (select(RnmState::ALL.to_vec()), select(vec!["A", "B"]), reasons, 0_i64..4).prop_map(
        |(state, number, reason, since)| {
            let is_approved = matches!(state, RnmState::Approved | RnmState::CertificateMailed);
            let number = is_approved.then_some(number);
            Registration { reason, ..registration(state, number, since) }
        },
    )
}

fn standings() -> impl Strategy<Value = Standing> {
    let reproductive = select(ReproductiveState::ALL.to_vec());
    let vital = select(VitalState::ALL.to_vec());
    (reproductive, vital, days(), registrations()).prop_map(
        |(reproductive_state, vital_state, vital_since, registration)| Standing {
            reproductive_state,
            vital_state,
            vital_since,
            registration,
        },
    )
}

proptest! {
    #[test]
    fn no_word_that_weighs_is_lost(
        own in standings(), others in proptest::collection::vec(standings(), 0..4),
    ) {
        let all = Standing::of_all(&own, &others);
        let mut everybody = others.clone();
        everybody.push(own.clone());
        let is_any = |says: fn(&Standing) -> bool| everybody.iter().any(says);
        let is_sterilised = |one: &Standing| one.reproductive_state.is_sterilised();
        prop_assert_eq!(is_sterilised(&all), is_any(is_sterilised));
        let is_dead = |one: &Standing| one.vital_state == VitalState::Deceased;
        prop_assert_eq!(is_dead(&all), is_any(is_dead));
        let is_asked = |one: &Standing| !one.registration.state.is_derived();
        prop_assert_eq!(is_asked(&all), is_any(is_asked));
        prop_assert!(everybody.iter().any(|one| one.registration == all.registration));
        prop_assert_eq!(Standing::of_all(&all, &others), all);
    }

    #[test]
    fn the_order_of_the_others_changes_no_life(
        own in standings(), others in proptest::collection::vec(standings(), 0..4),
    ) {
        let turned: Vec<_> = others.iter().rev().cloned().collect();
        let (one, other) = (Standing::of_all(&own, &others), Standing::of_all(&own, &turned));
        prop_assert_eq!(one.reproductive_state, other.reproductive_state);
        prop_assert_eq!(weight(&one), weight(&other));
        prop_assert_eq!(one.registration.weight(), other.registration.weight());
    }

    #[test]
    fn nothing_said_since_comes_apart_as_it_was(
        own in standings(), others in proptest::collection::vec(standings(), 0..4),
    ) {
        let (all, mut left) = (Standing::of_all(&own, &others), others.clone());
        prop_assert_eq!(Standing::apart(&all, &own, &mut left), own);
        prop_assert_eq!(left, others);
    }

    #[test]
    fn whatever_was_said_since_holds_of_all_when_they_are_united_again(
        now in standings(), own in standings(),
        others in proptest::collection::vec(standings(), 0..4),
    ) {
        let mut others = others;
        let own = Standing::apart(&now, &own, &mut others);
        prop_assert_eq!(Standing::of_all(&own, &others), now);
    }
}
