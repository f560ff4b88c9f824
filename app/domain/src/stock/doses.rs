//! What should be left of a lot's doses: of all of them, and in one box.

use super::{AllottedLot, ProductLot};
use crate::id::{DeviceId, OutreachId};
use std::collections::BTreeMap;

/// What happened to doses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoseFate {
    /// They came to the office.
    Received,
    /// They went to an outreach, or came back when they are less than nothing.
    Allotted,
    /// They were lost, spoilt or returned to the supplier.
    Lost,
    /// They were given to animals.
    Given,
}

/// Doses of one lot to which the same happened at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DosesMoved {
    /// What happened.
    pub fate: DoseFate,
    /// At or to which outreach; none is the office.
    pub outreach: Option<OutreachId>,
    /// On or to which phone; none is the outreach's common part.
    pub device: Option<DeviceId>,
    /// How many.
    pub doses: i64,
}

/// Out of whose box comes what was used on a phone: out of its own when it holds one, else out of
/// the common one.
#[must_use]
pub fn box_of<P>(used_on: Option<P>, holds: impl FnOnce(&P) -> bool) -> Option<P> {
    used_on.filter(holds)
}

/// A lot as a whole, and how many doses the office can still allot. What an outreach has used
/// beyond what was allotted to it came from the office, too.
#[must_use]
pub fn doses_of_lot(lot: &ProductLot, moved: &[DosesMoved]) -> (AllottedLot, u32) {
    let mut away = BTreeMap::<_, (i64, i64)>::new();
    for one in moved {
        let (allotted, used) = away.entry(one.outreach).or_default();
        match one.fate {
            DoseFate::Received => {}
            DoseFate::Allotted => *allotted += one.doses,
            DoseFate::Lost | DoseFate::Given => *used += one.doses,
        }
    }
    let away: i64 = away.values().map(|(allotted, used)| *allotted.max(used)).sum();
    let sum = |fate: DoseFate| sum(moved.iter().filter(|one| one.fate == fate));
    let received = sum(DoseFate::Received);
    let lot = ProductLot { doses: whole(received), ..lot.clone() };
    let (given, lost) = (whole(sum(DoseFate::Given)), whole(sum(DoseFate::Lost)));
    (AllottedLot { lot, given, lost }, whole(received - away))
}

/// What one phone of an outreach holds of a lot, or all of its phones in common. `moved` is what
/// happened at that outreach.
#[must_use]
pub fn doses_of_part(
    lot: &ProductLot,
    moved: &[DosesMoved],
    device: Option<DeviceId>,
) -> AllottedLot {
    let holds = |phone: &DeviceId| {
        let own = moved.iter().filter(|one| one.device == Some(*phone));
        sum(own.filter(|one| one.fate == DoseFate::Allotted)) != 0
    };
    let sum = |fate: DoseFate| {
        let all = moved.iter().filter(|one| one.fate == fate);
        whole(sum(all.filter(|one| box_of(one.device, holds) == device)))
    };
    let lot = ProductLot { doses: sum(DoseFate::Allotted), ..lot.clone() };
    AllottedLot { lot, given: sum(DoseFate::Given), lost: sum(DoseFate::Lost) }
}

fn sum<'m>(moved: impl Iterator<Item = &'m DosesMoved>) -> i64 {
    moved.map(|one| one.doses).sum()
}

/// A sum of doses; more that came back than went out is nothing.
fn whole(doses: i64) -> u32 {
    u32::try_from(doses.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::DewormingKind;
    use crate::id::ProductLotId;
    use crate::name::ShortText;
    use DoseFate::{Allotted, Given, Lost, Received};
    use uuid::Uuid;

    fn lot() -> ProductLot {
        ProductLot {
            id: ProductLotId(Uuid::nil()),
            product: ShortText::parse("Drontal").unwrap(),
            kind: DewormingKind::Internal,
            lot: ShortText::parse("L-1").unwrap(),
            expires_on: "2027-12-31".parse().unwrap(),
            doses: 0,
        }
    }

    /// Doses at an outreach, on a phone; 0 is none.
    fn moved(fate: DoseFate, outreach: u128, device: u128, doses: i64) -> DosesMoved {
        let id = |number: u128| (number > 0).then(|| Uuid::from_u128(number));
        let (outreach, device) = (id(outreach).map(OutreachId), id(device).map(DeviceId));
        DosesMoved { fate, outreach, device, doses }
    }

    #[test]
    fn the_office_has_what_is_neither_allotted_nor_used() {
        let all = [
            moved(Received, 0, 0, 60),
            moved(Received, 0, 0, 40),
            moved(Allotted, 1, 0, 20),
            moved(Allotted, 1, 7, 10),
            moved(Given, 1, 0, 12),
            moved(Lost, 1, 0, 3),
            // More than it was allotted: the rest came from the office.
            moved(Allotted, 2, 0, 5),
            moved(Given, 2, 0, 8),
            moved(Lost, 0, 0, 2),
        ];
        let (whole, free) = doses_of_lot(&lot(), &all);
        assert_eq!((whole.lot.doses, whole.given, whole.lost), (100, 20, 5));
        assert_eq!(free, 100 - 30 - 8 - 2);
        assert_eq!(doses_of_lot(&lot(), &all[2..]).1, 0, "more went out than came");
    }

    #[test]
    fn what_a_phone_used_comes_out_of_its_own_box_if_it_has_one() {
        let here = [
            moved(Allotted, 1, 0, 20),
            moved(Allotted, 1, 7, 10),
            // All of it went back.
            moved(Allotted, 1, 8, 5),
            moved(Allotted, 1, 8, -5),
            moved(Given, 1, 7, 4),
            moved(Given, 1, 8, 3),
            moved(Given, 1, 0, 1),
            moved(Lost, 1, 7, 2),
            moved(Lost, 1, 9, 1),
        ];
        let part = |device: u128| {
            let device = (device > 0).then(|| DeviceId(Uuid::from_u128(device)));
            let part = doses_of_part(&lot(), &here, device);
            (part.lot.doses, part.given, part.lost)
        };
        assert_eq!([0, 7, 8, 9].map(part), [(20, 4, 1), (10, 4, 2), (0, 0, 0), (0, 0, 0)]);
    }
}
