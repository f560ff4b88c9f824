//! What the list promises: nothing missed, hardly anything mistaken, and no bytes that break it.

use super::*;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

const AT: Timestamp = Timestamp(1_795_366_800_000);

fn chip(value: u64) -> ChipNumber {
    ChipNumber::from_digits(&format!("{value:015}")).unwrap()
}

/// A list of these numbers, as it arrives on the phone.
fn list(values: impl IntoIterator<Item = u64>) -> ChipFilter {
    let built = ChipFilter::build(values.into_iter().map(chip), AT).unwrap();
    let read = ChipFilter::read(&built.to_bytes()).unwrap();
    assert_eq!((read.built_at, read.chips), (AT, built.chips));
    read
}

/// The chips of a province: boxes of numbers that follow one another, of several makers, and some
/// from elsewhere.
fn province() -> Vec<u64> {
    let boxes = [152_098_100_000_000, 900_164_000_400_000, 941_000_024_000_000];
    let boxed = boxes.into_iter().flat_map(|first| first..first + 6_000);
    let strewn = (0..2_000).map(|place| 981_000_000_000_000 + place * 7_919_333);
    boxed.chain(strewn).collect()
}

#[test]
fn a_provinces_chips_are_all_known_and_strange_ones_hardly_ever() {
    let chips = province();
    assert_eq!(chips.len(), 20_000);
    let list = list(chips.iter().copied());
    assert_eq!(list.chips, 20_000);
    assert!(chips.iter().all(|value| list.may_know(chip(*value))));
    // Numbers of the same boxes and of a box that was never bought: 1,000,000 at 1 in 65,536.
    let strange =
        (152_098_100_006_000..152_098_100_506_000).chain(956_000_001_000_000..956_000_001_500_000);
    let mistaken = strange.filter(|value| list.may_know(chip(*value))).count();
    assert!((1..=35).contains(&mistaken), "{mistaken} of 1,000,000, where 15 are to be expected");
}

#[test]
fn a_list_takes_two_and_a_half_bytes_a_chip() {
    let bytes = list(province()).to_bytes().len();
    assert!(bytes <= 50_000, "{bytes} bytes for 20,000 chips");
    let many = list(985_000_000_000_000..985_000_000_300_000).to_bytes().len();
    assert!(many <= 700_000, "{many} bytes for 300,000 chips");
}

#[test]
fn an_empty_list_knows_nothing() {
    let list = list([]);
    assert_eq!(list.chips, 0);
    assert!((0..200_000).all(|body| !list.may_know(chip(152_000_000_000_000 + body))));
}

#[test]
fn a_list_of_one_knows_that_one() {
    let list = list([152_098_100_000_001]);
    assert!(list.may_know(chip(152_098_100_000_001)));
    assert!(!list.may_know(chip(152_098_100_000_002)));
}

#[test]
fn another_form_is_not_read() {
    let bytes = list([152_098_100_000_001]).to_bytes();
    let mut later = bytes.clone();
    later[4] = 2;
    assert_eq!(ChipFilter::read(&later).unwrap_err(), NotAList);
    let mut other = bytes.clone();
    other[0] = b'h';
    assert_eq!(ChipFilter::read(&other).unwrap_err(), NotAList);
    assert_eq!(ChipFilter::read(b"<!doctype html>").unwrap_err(), NotAList);
    let longer = [bytes.as_slice(), &[0, 0]].concat();
    assert_eq!(ChipFilter::read(&longer).unwrap_err(), NotAList);
}

/// A head with whatever these fields are, and so many fingerprints.
fn forged(chips: u32, seed: u64, segments: (u32, u32), prints: &[u16]) -> Vec<u8> {
    let mut bytes = [MAGIC, FORM.to_le_bytes()].concat();
    bytes.extend(0_i64.to_le_bytes());
    bytes.extend(chips.to_le_bytes());
    bytes.extend(seed.to_le_bytes());
    bytes.extend(segments.0.to_le_bytes());
    bytes.extend(segments.1.to_le_bytes());
    bytes.extend(prints.iter().flat_map(|print| print.to_le_bytes()));
    bytes
}

/// Lengths that a program might be fooled with, beside whatever else.
fn length() -> impl Strategy<Value = u32> {
    prop_oneof![0_u32..40, (0_u32..32).prop_map(|bit| 1 << bit), any::<u32>()]
}

/// Asks for many chips: none may be looked for outside of the list.
fn ask(list: &ChipFilter) {
    for value in (0..1_000_000_000_000_000).step_by(1_999_999_999_991) {
        let _ = list.may_know(chip(value));
    }
}

proptest! {
    #[test]
    fn no_chip_is_ever_missed(values in btree_set(0_u64..1_000_000_000_000_000, 0..400)) {
        let list = list(values.iter().copied());
        prop_assert_eq!(list.chips as usize, values.len());
        prop_assert!(values.iter().all(|value| list.may_know(chip(*value))));
    }

    #[test]
    fn the_same_chips_make_the_same_bytes(
        values in vec(0_u64..1_000_000_000_000_000, 0..300), turn in any::<prop::sample::Index>(),
    ) {
        let bytes = |values: &[u64]| {
            ChipFilter::build(values.iter().copied().map(chip), AT).unwrap().to_bytes()
        };
        let mut turned = [values.as_slice(), &values].concat();
        let place = if turned.is_empty() { 0 } else { turn.index(turned.len()) };
        turned.rotate_left(place);
        turned.reverse();
        prop_assert_eq!(bytes(&turned), bytes(&values));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert!(ChipFilter::read(&bytes).is_err());
        let ours = [&MAGIC[..], &FORM.to_le_bytes(), &bytes].concat();
        if let Ok(list) = ChipFilter::read(&ours) {
            ask(&list);
        }
    }

    #[test]
    fn no_lengths_lead_outside_of_the_list(
        chips in length(), seed in any::<u64>(), segments in (length(), length()),
        prints in vec(any::<u16>(), 0..200),
    ) {
        if let Ok(list) = ChipFilter::read(&forged(chips, seed, segments, &prints)) {
            ask(&list);
        }
        // As many fingerprints as the lengths ask for, where they can be had.
        let wanted = u64::from(segments.0) * 2 + u64::from(segments.1);
        if wanted < 100_000 {
            let prints = vec![7; usize::try_from(wanted).unwrap()];
            if let Ok(list) = ChipFilter::read(&forged(chips, seed, segments, &prints)) {
                ask(&list);
            }
        }
    }

    #[test]
    fn a_list_that_was_cut_or_garbled_is_refused_or_can_be_asked(
        values in vec(0_u64..1_000_000_000_000_000, 0..50), at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let whole = ChipFilter::build(values.into_iter().map(chip), AT).unwrap().to_bytes();
        let cut = &whole[..at.index(whole.len())];
        prop_assert_eq!(ChipFilter::read(cut).unwrap_err(), NotAList);
        let mut garbled = whole.clone();
        garbled[at.index(whole.len())] = byte;
        if let Ok(list) = ChipFilter::read(&garbled) {
            ask(&list);
        }
    }
}
