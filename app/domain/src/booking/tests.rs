//! Slots, places and who is taken.

use proptest::prelude::*;

use super::*;
use crate::catalogue::{Sex, Species};
use crate::name::PetName;
use crate::timestamp::{HOUR_MS, Timestamp};

fn animal(age_months: Option<u16>, is_flat_faced: bool) -> AnimalAsked {
    AnimalAsked {
        name: PetName::parse("Luna").unwrap(),
        species: Species::Dog,
        sex: Sex::Female,
        age_months,
        is_flat_faced,
        chip: None,
    }
}

#[test]
fn a_morning_has_a_slot_every_half_hour_and_loses_no_place() {
    let slots = slots(Timestamp(0), Timestamp(4 * HOUR_MS), 52);
    assert_eq!(slots.len(), 8);
    assert_eq!(
        slots.iter().map(|slot| slot.capacity).collect::<Vec<_>>(),
        [6, 7, 6, 7, 6, 7, 6, 7]
    );
    assert_eq!(slots[7].starts_at, Timestamp(7 * HOUR_MS / 2));
}

proptest! {
    #[test]
    fn slots_share_out_the_whole_capacity_evenly(
        start in -1_000_000_000_i64..1_000_000_000,
        minutes in 0_i64..3_000,
        capacity in 0_u32..5_000,
    ) {
        let slots = slots(Timestamp(start), Timestamp(start + minutes * 60_000), capacity);
        prop_assert_eq!(slots.iter().map(|slot| slot.capacity).sum::<u32>(), capacity);
        let (least, most) = (
            slots.iter().map(|slot| slot.capacity).min().unwrap(),
            slots.iter().map(|slot| slot.capacity).max().unwrap(),
        );
        prop_assert!(most - least <= 1);
        prop_assert_eq!(slots[0].starts_at, Timestamp(start));
        prop_assert!(slots.iter().all(|slot| slot.starts_at.0 - start < (minutes * 60_000).max(1)));
    }

    #[test]
    fn what_is_free_is_what_nobody_was_promised(
        capacity in 0_u32..100, booked in 0_u32..60, used in 0_u32..60, shared in 0_u32..60,
    ) {
        let places = Places { capacity, booked, used, shared };
        let promised = booked + used + shared;
        prop_assert_eq!(places.holds(), promised <= capacity);
        prop_assert_eq!(places.free(), capacity.saturating_sub(promised));
    }
}

#[test]
fn surgery_takes_neither_the_young_nor_the_old_nor_flat_faces() {
    let surgery = Eligibility::usual(Offering::Sterilisation);
    assert_eq!(surgery.lacks(&animal(Some(24), false)), []);
    assert_eq!(surgery.lacks(&animal(None, false)), []);
    assert_eq!(surgery.lacks(&animal(Some(1), true)), [Lack::TooYoung, Lack::FlatFaced]);
    assert_eq!(surgery.lacks(&animal(Some(85), false)), [Lack::TooOld]);
    let chip = Eligibility { species: Some(Species::Cat), ..Eligibility::usual(Offering::Chip) };
    assert_eq!(chip.lacks(&animal(Some(200), true)), [Lack::OtherSpecies]);
    assert!(!chip.is_too_many(3));
    assert!(chip.is_too_many(4));
}

#[test]
fn what_was_done_serves_what_was_booked() {
    use crate::service::ServiceKind;
    for kind in ServiceKind::ALL {
        let served: Vec<_> = Offering::ALL.iter().filter(|one| one.is_served_by(*kind)).collect();
        assert_eq!(served.len(), 1, "{kind}");
    }
}
