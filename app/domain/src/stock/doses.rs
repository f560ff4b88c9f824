//! What should be left of a lot's doses: of all of them, in one box, and at one outreach.

use super::{AllottedLot, ProductLot};
use crate::catalogue::DewormingKind;
use crate::id::{DeviceId, OutreachId, ProductLotId};
use crate::timestamp::CivilDate;
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

/// What became of the doses of one batch at an outreach, in all of its boxes together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoseBalance {
    /// Against which parasites.
    pub kind: DewormingKind,
    /// The product and its last day of use; nothing of a batch that the stock does not know.
    pub product: Option<(String, CivilDate)>,
    /// The batch as printed; of one that the stock does not know, its letters and digits.
    pub batch: String,
    /// Doses that were allotted.
    pub received: u32,
    /// Doses that were given to animals.
    pub given: u32,
    /// Doses that were lost, spoilt or returned to the supplier.
    pub lost: u32,
    /// Doses that should be in the boxes.
    pub left: u32,
    /// Doses that do not fit: used beyond those that were allotted.
    pub odd: u32,
}

impl DoseBalance {
    /// Of a lot of which nothing has moved.
    fn of(lot: &ProductLot) -> Self {
        Self {
            kind: lot.kind,
            product: Some((lot.product.to_string(), lot.expires_on)),
            batch: lot.lot.to_string(),
            received: 0,
            given: 0,
            lost: 0,
            left: 0,
            odd: 0,
        }
    }

    fn add(&mut self, part: &AllottedLot) {
        let add = |sum: &mut u32, doses: u32| *sum = sum.saturating_add(doses);
        add(&mut self.received, part.lot.doses);
        add(&mut self.given, part.given);
        add(&mut self.lost, part.lost);
        add(&mut self.left, part.left());
        add(&mut self.odd, part.beyond());
    }
}

/// What became of the doses of an outreach: the lots, the earliest expiry first, then what was
/// given of batches that the stock does not know. `parts` are the lots as each box holds them.
#[must_use]
pub fn doses_of_outreach(
    parts: &[AllottedLot],
    unknown: Vec<(DewormingKind, String, u32)>,
) -> Vec<DoseBalance> {
    let mut lots = BTreeMap::<(CivilDate, ProductLotId), DoseBalance>::new();
    for part in parts {
        let lot = &part.lot;
        let sum = lots.entry((lot.expires_on, lot.id)).or_insert_with(|| DoseBalance::of(lot));
        sum.add(part);
    }
    let unknown = unknown.into_iter().map(|(kind, batch, given)| DoseBalance {
        kind,
        product: None,
        batch,
        received: 0,
        given,
        lost: 0,
        left: 0,
        odd: given,
    });
    lots.into_values().chain(unknown).collect()
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

    #[test]
    fn at_an_outreach_the_boxes_are_summed_and_what_does_not_fit_is_told() {
        let held = |doses: u32, given: u32, lost: u32| AllottedLot {
            lot: ProductLot { doses, ..lot() },
            given,
            lost,
        };
        let told = |parts: &[AllottedLot], unknown: Vec<(DewormingKind, String, u32)>| {
            let all = doses_of_outreach(parts, unknown).into_iter();
            all.map(|one| (one.batch, one.received, one.given, one.lost, one.left, one.odd))
                .collect::<Vec<_>>()
        };
        let batch = || "L-1".to_owned();
        // One box was used beyond what it held, and the other one has some left.
        let parts = [held(20, 12, 3), held(5, 7, 0)];
        assert_eq!(told(&parts, Vec::new()), [(batch(), 25, 19, 3, 5, 2)]);
        let unknown = vec![(DewormingKind::External, "X9".to_owned(), 4)];
        let odd = ("X9".to_owned(), 0, 4, 0, 0, 4);
        assert_eq!(told(&parts, unknown), [(batch(), 25, 19, 3, 5, 2), odd]);
        assert_eq!(told(&[held(0, 2, 0)], Vec::new()), [(batch(), 0, 2, 0, 0, 2)]);
    }
}
