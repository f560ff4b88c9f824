//! Stock: what left the box without coming to an animal.

use crate::field_error::{Field, FieldError, Problem};
use crate::refusal::Refusal;
use crate::stock::MOST_DOSES;

/// What is known of a chip that is written off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChipFacts {
    /// An implantation with this number exists that is not annulled.
    pub is_implanted: bool,
    /// It was written off before.
    pub is_written_off: bool,
}

/// What writing off comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteOff {
    /// It has left the box now.
    Now,
    /// Somebody has written it off meanwhile: there is nothing left to do, and what was said first
    /// holds.
    Before,
}

/// Whether a chip may be written off. One that nobody was allotted is taken, too: it is gone,
/// whatever the lists say, and the desk names it as odd.
///
/// # Errors
/// [`Refusal::ChipImplanted`]: what is in an animal is not lost, so the number was misread.
pub const fn write_off_chip(facts: ChipFacts) -> Result<WriteOff, Refusal> {
    if facts.is_implanted {
        Err(Refusal::ChipImplanted)
    } else if facts.is_written_off {
        Ok(WriteOff::Before)
    } else {
        Ok(WriteOff::Now)
    }
}

/// Whether doses of a lot may be written off, of which `received` came.
///
/// # Errors
/// [`Refusal::LotUnknown`]; [`Refusal::Invalid`] for none, or for more than there ever were.
pub fn write_off_doses(doses: u32, received: Option<u32>) -> Result<(), Refusal> {
    let Some(received) = received else { return Err(Refusal::LotUnknown) };
    let problem = match doses {
        0 => Problem::TooSmall,
        doses if doses > received.min(MOST_DOSES) => Problem::TooLarge,
        _ => return Ok(()),
    };
    Err(Refusal::field(FieldError::new(Field::Quantity, problem)))
}
