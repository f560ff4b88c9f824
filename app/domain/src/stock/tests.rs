//! Ranges, boxes and slips: tables, and properties over ranges wherever they lie.

use super::*;
use crate::chip_number::{ChipError, Reason, Slip, TestChips};
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

fn chip(digits: &str) -> ChipNumber {
    ChipNumber::from_digits(digits).unwrap()
}

/// The range of the numbers 152 0981 0000 `first` to `last`.
fn range(first: u64, last: u64) -> ChipRange {
    let number = |body| ChipNumber::from_parts(152, 98_100_000_000 + body).unwrap();
    ChipRange::new(number(first), number(last)).unwrap()
}

fn numbered(body: u64) -> ChipNumber {
    range(body, body).first()
}

#[test]
fn a_range_is_read_as_typed_or_scanned() {
    let read = |first, last| ChipRange::parse(first, last, TestChips::Refused);
    let whole = range(1, 200);
    assert_eq!(read("152098100000001", "152098100000200"), Ok(whole));
    assert_eq!(read("152 0981 0000 0001", "LA 152 098100000200\r\n"), Ok(whole));
    assert_eq!(read("152098100000001", " "), Ok(range(1, 1)));
    assert_eq!((whole.count(), range(1, 1).count()), (200, 1));
    assert_eq!(range(1, MOST_IN_RANGE.into()).count(), MOST_IN_RANGE);
}

#[test]
fn what_is_no_range_is_said_at_its_end() {
    let read = |first, last| ChipRange::parse(first, last, TestChips::Refused);
    let tests = Reason::TestPrefix999;
    let digits = Reason::NotFifteenDigits;
    let table = [
        ("", "", RangeFault::First(ChipError(Reason::Empty)), Field::FirstChip, Problem::Empty),
        (
            "999000000000001",
            "",
            RangeFault::First(ChipError(tests)),
            Field::FirstChip,
            Problem::ChipTest,
        ),
        (
            "152098100000001",
            "no",
            RangeFault::Last(ChipError(digits)),
            Field::LastChip,
            Problem::ChipNotFifteenDigits,
        ),
        (
            "152098100000001",
            "981098100000200",
            RangeFault::OtherPrefix,
            Field::LastChip,
            Problem::ChipOtherPrefix,
        ),
        (
            "152098100000200",
            "152098100000001",
            RangeFault::Descending,
            Field::LastChip,
            Problem::ChipBeforeFirst,
        ),
        (
            "152098100000001",
            "152098100010001",
            RangeFault::TooMany { count: 10_001 },
            Field::LastChip,
            Problem::ChipRangeTooLong,
        ),
    ];
    for (first, last, fault, field, problem) in table {
        let found = read(first, last).unwrap_err();
        assert_eq!(found, fault, "{first} {last}");
        let error = FieldError::from(found);
        assert_eq!(error, FieldError::new(field, problem), "{first} {last}");
    }
}

#[test]
fn thousands_of_ranges_are_taken_out_of_thousands() {
    let even: Vec<_> = (0..20_000).map(|n| range(2 * n, 2 * n)).collect();
    let whole: Vec<_> = (0..4).map(|n| range(n * 10_000, n * 10_000 + 9_999)).collect();
    let left = without(&whole, &even);
    assert_eq!((left.len(), count_of(&left)), (20_000, 20_000));
    assert_eq!(left.first(), Some(&range(1, 1)));
    assert_eq!(without(&whole, &left), even);
}

#[test]
fn the_wire_holds_one_text_for_a_range() {
    for (range, text) in [
        (range(1, 200), "\"152098100000001-152098100000200\""),
        (range(7, 7), "\"152098100000007\""),
    ] {
        assert_eq!(serde_json::to_string(&range).unwrap(), text);
        assert_eq!(serde_json::from_str::<ChipRange>(text).unwrap(), range);
    }
    for text in ["\"\"", "\"-\"", "\"152098100000002-152098100000001\"", "5"] {
        assert!(serde_json::from_str::<ChipRange>(text).is_err(), "{text}");
    }
}

#[test]
fn the_balance_is_of_the_box_and_the_odd_number_is_named() {
    let stranger = chip("981000000000500");
    let holding = Holding {
        ranges: vec![range(1, 10), range(21, 30)],
        implanted: vec![numbered(1), numbered(2), numbered(2), stranger],
        lost: vec![numbered(3), numbered(1)],
    };
    let expected = Balance { received: 20, implanted: 2, lost: 1, in_box: 17 };
    assert_eq!(holding.balance(), expected);
    assert_eq!(holding.odd(), [numbered(1), numbered(2), stranger]);
    assert_eq!(holding.in_box().count(), 17);
    assert_eq!(holding.place(numbered(4)), Place::InBox);
    assert_eq!(holding.place(numbered(3)), Place::Gone);
    assert_eq!(holding.place(numbered(11)), Place::Outside);
    assert_eq!(Holding::default().balance(), Balance::default());
}

#[test]
fn where_nothing_was_allotted_only_what_came_out_of_the_stock_is_told() {
    let (used, stock) = (numbered(4), [range(1, 9)]);
    assert!(is_told(&[range(20, 29)], &[], used), "it is odd in that box");
    assert!(is_told(&[], &stock, used) && !is_told(&[], &stock, numbered(10)));
    let told = PackStock { implanted: vec![numbered(7)], ..PackStock::default() };
    let none = told.holding(&[used], &[numbered(5)]);
    assert_eq!((none.odd(), none.place(used)), (vec![], Place::NoBox));
    let some = PackStock { ranges: vec![range(20, 29)], ..told }.holding(&[used], &[]);
    assert_eq!((some.odd(), some.place(used)), (vec![used, numbered(7)], Place::Outside));
}

#[test]
fn the_likely_slip_is_named_and_never_guessed() {
    let holding = Holding {
        ranges: vec![range(1_001, 1_200), range(5_073, 5_073)],
        implanted: vec![numbered(1_200)],
        lost: Vec::new(),
    };
    for (typed, expected) in [
        (numbered(1_050), None),
        (numbered(1_000), Some((Slip::Neighbour, numbered(1_001)))),
        // Its neighbour is in an animal already.
        (numbered(1_201), Some((Slip::Transposition, numbered(1_021)))),
        // Several others would do by one digit.
        (numbered(1_333), None),
        (numbered(5_074), Some((Slip::Neighbour, numbered(5_073)))),
        (numbered(5_703), Some((Slip::Transposition, numbered(5_073)))),
        (numbered(5_973), Some((Slip::OneDigit, numbered(5_073)))),
        (numbered(9_999), None),
        (chip("981000000000001"), None),
    ] {
        assert_eq!(holding.slip(typed), expected, "{typed}");
    }
    // One that is gone already is the neighbouring sticker, too.
    let used = Holding { implanted: vec![numbered(1_001)], ..holding };
    assert_eq!(used.slip(numbered(1_001)), Some((Slip::Neighbour, numbered(1_002))));
}

fn lot(kind: DewormingKind, batch: &str, expires_on: &str, doses: u32) -> AllottedLot {
    let lot = ProductLot {
        id: ProductLotId(Uuid::nil()),
        product: ShortText::parse("Drontal").unwrap(),
        kind,
        lot: ShortText::parse(batch).unwrap(),
        expires_on: expires_on.parse().unwrap(),
        doses,
    };
    AllottedLot { lot, given: 0, lost: 0 }
}

#[test]
fn a_lot_tells_what_is_left_of_it_or_used_beyond_it() {
    for (doses, given, lost, left, beyond) in
        [(9, 0, 0, 9, 0), (5, 4, 1, 0, 0), (5, 4, 2, 0, 1), (0, 0, 3, 0, 3)]
    {
        let own = lot(DewormingKind::Internal, "D 4/b", "2027-01-31", doses);
        let own = AllottedLot { given, lost, ..own };
        assert_eq!((own.left(), own.beyond()), (left, beyond), "{own:?}");
    }
    let last: CivilDate = "2027-01-31".parse().unwrap();
    let own = lot(DewormingKind::External, "d4B", "2027-01-31", 1).lot;
    assert!(!own.is_expired(last) && own.is_expired(CivilDate::from_days(last.days() + 1)));
    assert_eq!(batch_key("D 4/b"), batch_key(own.lot.as_str()));
}

#[test]
fn what_the_phone_recorded_itself_counts_once() {
    let stock = PackStock {
        ranges: vec![range(1, 10)],
        implanted: vec![numbered(1)],
        lost: vec![numbered(2)],
        ..PackStock::default()
    };
    let holding = stock.holding(&[numbered(1), numbered(3)], &[numbered(2)]);
    let expected = Balance { received: 10, implanted: 2, lost: 1, in_box: 7 };
    assert_eq!((holding.balance(), holding.odd()), (expected, vec![]));
    let twice = stock.holding(&[numbered(4), numbered(4)], &[]);
    assert_eq!(twice.odd(), [numbered(4)]);
    let text = serde_json::to_string(&stock).unwrap();
    assert_eq!(serde_json::from_str::<PackStock>(&text).unwrap(), stock);
}

/// Ranges that lie anywhere among the first three hundred numbers.
fn ranges() -> impl Strategy<Value = Vec<ChipRange>> {
    let one = (0_u64..300, 0_u64..40).prop_map(|(first, more)| range(first, first + more));
    proptest::collection::vec(one, 0..6)
}

fn all(ranges: &[ChipRange]) -> BTreeSet<ChipNumber> {
    ranges.iter().flat_map(|range| range.iter()).collect()
}

#[test]
fn doses_are_read_as_typed() {
    let wrong = |code| Err(FieldError { field: Field::Quantity, code });
    for (text, expected) in [
        (" 12 ", Ok(12)),
        ("100000", Ok(MOST_DOSES)),
        ("100001", wrong(Problem::TooLarge)),
        ("0", wrong(Problem::TooSmall)),
        (" ", wrong(Problem::Empty)),
        ("-1", wrong(Problem::NotANumber)),
        ("1,5", wrong(Problem::NotANumber)),
    ] {
        assert_eq!(parse_doses(text), expected, "{text}");
    }
}

#[test]
fn a_product_is_one_however_it_is_written() {
    for same in ["Drontal Niño Plus", "drontal  NIÑO-plus"] {
        assert!(is_same_product("Drontal Niño Plus", same), "{same}");
    }
    for other in ["Drontal Niño", "Drontal Nino Plus", ""] {
        assert!(!is_same_product("Drontal Niño Plus", other), "{other}");
    }
}

proptest! {
    #[test]
    fn a_range_is_its_numbers(first in 0_u64..1_000, more in 0_u64..200) {
        let range = range(first, first + more);
        let numbers: Vec<_> = range.iter().collect();
        prop_assert_eq!(numbers.len(), usize::try_from(range.count()).unwrap());
        prop_assert!(numbers.iter().all(|chip| range.contains(*chip)));
        prop_assert_eq!(ChipRange::from_wire(&range.to_string()), Ok(range));
    }

    #[test]
    fn what_is_taken_from_ranges_is_taken_from_their_numbers(some in ranges(), taken in ranges()) {
        let left = without(&some, &taken);
        let expected: BTreeSet<_> = all(&some).difference(&all(&taken)).copied().collect();
        prop_assert_eq!(all(&left), expected);
        prop_assert_eq!(usize::try_from(count_of(&some)).unwrap(), all(&some).len());
        for (one, other) in some.iter().zip(&taken) {
            let common: BTreeSet<_> = all(&[*one]).intersection(&all(&[*other])).copied().collect();
            prop_assert_eq!(all(one.overlap(*other).as_slice()), common);
        }
    }

    #[test]
    fn a_balance_adds_up(
        ranges in ranges(),
        implanted in proptest::collection::vec(0_u64..340, 0..30),
        lost in proptest::collection::vec(0_u64..340, 0..10),
    ) {
        let chips = |bodies: Vec<u64>| bodies.into_iter().map(numbered).collect::<Vec<_>>();
        let holding = Holding { ranges, implanted: chips(implanted), lost: chips(lost) };
        let balance = holding.balance();
        let sum = balance.implanted + balance.lost + balance.in_box;
        prop_assert_eq!(balance.received, sum);
        let in_box: BTreeSet<_> = holding.in_box().collect();
        prop_assert_eq!(in_box.len(), usize::try_from(balance.in_box).unwrap());
        prop_assert!(in_box.iter().all(|chip| holding.place(*chip) == Place::InBox));
        for odd in holding.odd() {
            prop_assert!(holding.place(odd) != Place::InBox);
        }
    }

    #[test]
    fn a_slip_names_a_number_in_the_box(
        ranges in ranges(),
        gone in proptest::collection::vec(0_u64..340, 0..30),
        typed in 0_u64..2_000,
    ) {
        let implanted = gone.into_iter().map(numbered).collect();
        let holding = Holding { ranges, implanted, lost: Vec::new() };
        let typed = numbered(typed);
        let found = holding.slip(typed);
        if holding.place(typed) == Place::InBox {
            prop_assert_eq!(found, None);
        } else if let Some((_, chip)) = found {
            prop_assert_eq!(holding.place(chip), Place::InBox);
            prop_assert!(chip != typed);
        }
    }

    #[test]
    fn no_text_makes_the_reader_of_ranges_panic(first in ".{0,40}", last in ".{0,40}") {
        let read = ChipRange::parse(&first, &last, TestChips::Allowed);
        prop_assert!(read.is_err() || read.is_ok_and(|range| range.count() >= 1));
        let _ = ChipRange::from_wire(&format!("{first}-{last}"));
        let _ = batch_key(&first);
    }
}
