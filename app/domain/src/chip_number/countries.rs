//! The numeric country codes of ISO 3166-1.

/// Every code assigned to a country or territory, in order.
const ASSIGNED: [u16; 249] = [
    4, 8, 10, 12, 16, 20, 24, 28, 31, 32, 36, 40, 44, 48, 50, 51, 52, 56, 60, 64, 68, 70, 72, 74,
    76, 84, 86, 90, 92, 96, 100, 104, 108, 112, 116, 120, 124, 132, 136, 140, 144, 148, 152, 156,
    158, 162, 166, 170, 174, 175, 178, 180, 184, 188, 191, 192, 196, 203, 204, 208, 212, 214, 218,
    222, 226, 231, 232, 233, 234, 238, 239, 242, 246, 248, 250, 254, 258, 260, 262, 266, 268, 270,
    275, 276, 288, 292, 296, 300, 304, 308, 312, 316, 320, 324, 328, 332, 334, 336, 340, 344, 348,
    352, 356, 360, 364, 368, 372, 376, 380, 384, 388, 392, 398, 400, 404, 408, 410, 414, 417, 418,
    422, 426, 428, 430, 434, 438, 440, 442, 446, 450, 454, 458, 462, 466, 470, 474, 478, 480, 484,
    492, 496, 498, 499, 500, 504, 508, 512, 516, 520, 524, 528, 531, 533, 534, 535, 540, 548, 554,
    558, 562, 566, 570, 574, 578, 580, 581, 583, 584, 585, 586, 591, 598, 600, 604, 608, 612, 616,
    620, 624, 626, 630, 634, 638, 642, 643, 646, 652, 654, 659, 660, 662, 663, 666, 670, 674, 678,
    682, 686, 688, 690, 694, 702, 703, 704, 705, 706, 710, 716, 724, 728, 729, 732, 740, 744, 748,
    752, 756, 760, 762, 764, 768, 772, 776, 780, 784, 788, 792, 795, 796, 798, 800, 804, 807, 818,
    826, 831, 832, 833, 834, 840, 850, 854, 858, 860, 862, 876, 882, 887, 894,
];

/// One bit a code; the list above is gone after compilation, 120 bytes stay.
static BITS: [u64; 15] = bits();

/// Whether ISO 3166-1 assigns this code to a country or territory.
pub(super) fn is_assigned(code: u16) -> bool {
    BITS.get(usize::from(code / 64)).is_some_and(|bits| bits >> (code % 64) & 1 == 1)
}

const fn bits() -> [u64; 15] {
    let mut bits = [0; 15];
    let mut at = 0;
    while at < ASSIGNED.len() {
        bits[(ASSIGNED[at] / 64) as usize] |= 1 << (ASSIGNED[at] % 64);
        at += 1;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::{ASSIGNED, is_assigned};

    #[test]
    fn the_bits_are_the_list() {
        let from_bits: Vec<u16> = (0..=2_000).filter(|code| is_assigned(*code)).collect();
        assert_eq!(from_bits, ASSIGNED);
    }

    #[test]
    fn chile_and_its_neighbours_are_assigned_and_gaps_are_not() {
        assert!([152, 32, 68, 76, 604].into_iter().all(is_assigned));
        assert!(![0, 1, 2, 280, 810, 899, 900, 999].into_iter().any(is_assigned));
    }
}
