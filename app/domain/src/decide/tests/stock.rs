//! What left the box without coming to an animal.

use super::*;
use crate::decide::stock::{ChipFacts, WriteOff, write_off_chip, write_off_doses};
use crate::stock::MOST_DOSES;

#[test]
fn a_chip_is_written_off_once_and_never_out_of_an_animal() {
    for (is_implanted, is_written_off, expected) in [
        (false, false, Ok(WriteOff::Now)),
        (false, true, Ok(WriteOff::Before)),
        (true, false, Err(Refusal::ChipImplanted)),
        (true, true, Err(Refusal::ChipImplanted)),
    ] {
        let facts = ChipFacts { is_implanted, is_written_off };
        assert_eq!(write_off_chip(facts), expected, "{facts:?}");
    }
}

#[test]
fn no_more_doses_are_written_off_than_ever_came() {
    let wrong = |problem| Err(Refusal::field(FieldError::new(Field::Quantity, problem)));
    for (doses, received, expected) in [
        (1, Some(50), Ok(())),
        (50, Some(50), Ok(())),
        (0, Some(50), wrong(Problem::TooSmall)),
        (51, Some(50), wrong(Problem::TooLarge)),
        (MOST_DOSES + 1, Some(u32::MAX), wrong(Problem::TooLarge)),
        (1, None, Err(Refusal::LotUnknown)),
    ] {
        assert_eq!(write_off_doses(doses, received), expected, "{doses} {received:?}");
    }
}
