//! A compact list of every chip the registry knows, to be asked on a phone without signal: "this
//! number may be registered already". The server makes it, the phone asks it, with the same code.
//!
//! It is a binary fuse filter of 16-bit fingerprints (Graf and Lemire, *Binary Fuse Filters*, 2022,
//! arXiv 2201.01174). A chip that is in it is never missed; one that is not is taken for known once
//! in 65,536 times. It takes 2.5 bytes a chip at 20,000 chips (49 KB) and 2.3 at 1,000,000
//! (2.3 MB). No number can be read out of it; who has a number can ask for it, and that a chip is
//! registered is public anyway (contracts, section 4).
//!
//! # Bytes
//! Numbers are little-endian. The same chips and the same moment make the same bytes.
//!
//! | Bytes | What |
//! |---|---|
//! | 4 | `HUCF` |
//! | 4 | version of the form, 1 |
//! | 8 | when the registry was read, UTC milliseconds |
//! | 4 | how many chips |
//! | 8 | the seed |
//! | 4 | length of a segment, a power of two |
//! | 4 | length of all segments a fingerprint may begin in |
//! | 2 each | fingerprints: two segments more than that |

#[cfg(test)]
mod tests;

use crate::chip_number::ChipNumber;
use crate::timestamp::Timestamp;
use xorf::{BinaryFuse16, Descriptor, Filter};

/// What every list begins with.
const MAGIC: [u8; 4] = *b"HUCF";
/// The version of the form.
const FORM: u32 = 1;
/// Bytes before the fingerprints.
pub const HEADER_BYTES: usize = 36;
/// The longest segment that is ever made.
const LONGEST_SEGMENT: u32 = 1 << 18;
/// Most chips of one list: more dogs and cats than there are in Chile, and a list of 225 MB.
pub const MOST_CHIPS: usize = 100_000_000;

/// The list, ready to be asked.
#[derive(Clone, Debug)]
pub struct ChipFilter {
    /// When the registry was read.
    pub built_at: Timestamp,
    /// How many chips it holds.
    pub chips: u32,
    filter: BinaryFuse16,
}

/// The bytes are no list of this form, or not the whole of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no list of chips")]
pub struct NotAList;

/// No list can be made of so many chips, or, as good as never, of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no list can be made of {0} chips")]
pub struct NoList(pub usize);

impl ChipFilter {
    /// Makes the list; a chip that is named twice counts once. It takes some 40 bytes of memory a
    /// chip while it works.
    ///
    /// # Errors
    /// [`NoList`] above [`MOST_CHIPS`], or when a thousand seeds have failed.
    pub fn build(
        chips: impl IntoIterator<Item = ChipNumber>,
        built_at: Timestamp,
    ) -> Result<Self, NoList> {
        let mut keys: Vec<u64> = chips.into_iter().map(ChipNumber::value).collect();
        keys.sort_unstable();
        keys.dedup();
        let count = keys.len();
        if count > MOST_CHIPS {
            return Err(NoList(count));
        }
        let chips = u32::try_from(count).map_err(|_| NoList(count))?;
        let filter = BinaryFuse16::try_from(&keys).map_err(|_| NoList(count))?;
        Ok(Self { built_at, chips, filter })
    }

    /// Whether the registry may know the chip. `false` is certain, as of when the list was made;
    /// `true` is wrong once in 65,536 strange chips.
    #[must_use]
    pub fn may_know(&self, chip: ChipNumber) -> bool {
        self.chips > 0 && self.filter.contains(&chip.value())
    }

    /// The list as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let Descriptor { seed, segment_length, segment_count_length, .. } = self.filter.descriptor;
        let mut bytes = Vec::with_capacity(HEADER_BYTES + 2 * self.filter.fingerprints.len());
        bytes.extend(MAGIC);
        bytes.extend(FORM.to_le_bytes());
        bytes.extend(self.built_at.0.to_le_bytes());
        bytes.extend(self.chips.to_le_bytes());
        bytes.extend(seed.to_le_bytes());
        bytes.extend(segment_length.to_le_bytes());
        bytes.extend(segment_count_length.to_le_bytes());
        bytes.extend(self.filter.fingerprints.iter().flat_map(|print| print.to_le_bytes()));
        bytes
    }

    /// Reads a list. Whatever the bytes are, what is read can be asked: every place that a chip may
    /// be looked for in lies within the fingerprints.
    ///
    /// # Errors
    /// [`NotAList`] for another form, for a part of one, and for lengths that do not fit together.
    pub fn read(bytes: &[u8]) -> Result<Self, NotAList> {
        let mut rest = bytes;
        let is_ours = next(&mut rest)? == MAGIC && u32::from_le_bytes(next(&mut rest)?) == FORM;
        let built_at = Timestamp(i64::from_le_bytes(next(&mut rest)?));
        let chips = u32::from_le_bytes(next(&mut rest)?);
        let seed = u64::from_le_bytes(next(&mut rest)?);
        let segment_length = u32::from_le_bytes(next(&mut rest)?);
        let segment_count_length = u32::from_le_bytes(next(&mut rest)?);
        let (prints, odd) = rest.as_chunks::<2>();
        let places = places(segment_length, segment_count_length).ok_or(NotAList)?;
        let fits = usize::try_from(places) == Ok(prints.len()) && odd.is_empty();
        if !is_ours || !fits || chips > places {
            return Err(NotAList);
        }
        let descriptor = Descriptor {
            seed,
            segment_length,
            segment_length_mask: segment_length - 1,
            segment_count_length,
        };
        let fingerprints = prints.iter().map(|print| u16::from_le_bytes(*print)).collect();
        Ok(Self { built_at, chips, filter: BinaryFuse16 { descriptor, fingerprints } })
    }
}

/// How many fingerprints there are. A chip has three places, one in each of three segments that
/// follow one another, the first of them within `segment_count_length`; that each stays in its
/// segment needs a power of two.
fn places(segment_length: u32, segment_count_length: u32) -> Option<u32> {
    let is_whole = segment_length.is_power_of_two()
        && segment_length <= LONGEST_SEGMENT
        && segment_count_length >= segment_length
        && segment_count_length.is_multiple_of(segment_length);
    is_whole.then_some(())?;
    segment_count_length.checked_add(2 * segment_length)
}

/// The next bytes, which are then passed.
fn next<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], NotAList> {
    let (first, after) = rest.split_first_chunk().ok_or(NotAList)?;
    *rest = after;
    Ok(*first)
}
