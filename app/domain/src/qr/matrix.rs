//! Where each bit of a symbol stands.

use super::Correction;
use super::words::words;

const DARK: u8 = 1;
/// Part of a pattern, and masked by nothing.
const FIXED: u8 = 2;

/// What format and version say is followed by the remainder of a division by these.
const FORMAT_DIVISOR: usize = 0x537;
const VERSION_DIVISOR: usize = 0x1F25;
/// The format is laid over this, so that it is never all light.
const FORMAT_MASK: usize = 0x5412;

/// Eleven modules of a line that look like a finder: dark and light as 1:1:3:1:1, with four light
/// ones before or behind.
const LIKE_FINDER: [u16; 2] = [0b000_0101_1101, 0b101_1101_0000];

/// The modules of a symbol.
pub(super) struct Matrix {
    /// Of a side.
    pub(super) side: usize,
    cells: Vec<u8>,
}

impl Matrix {
    /// The symbol of a text; none when it is too long. Of the eight masks it has the one that is
    /// read best.
    pub(super) fn of(text: &str, correction: Correction) -> Option<Self> {
        let (version, words) = words(text, correction)?;
        let masked = (0..8).map(|mask| Self::masked(version, &words, correction, mask));
        masked.min_by_key(Self::penalty)
    }

    /// The symbol of these codewords with this mask.
    pub(super) fn masked(
        version: usize,
        words: &[u8],
        correction: Correction,
        mask: usize,
    ) -> Self {
        let side = 4 * version + 17;
        let mut matrix = Self { side, cells: vec![0; side * side] };
        matrix.draw_patterns(version);
        matrix.draw_format(correction, mask);
        matrix.draw_words(words, mask);
        matrix
    }

    /// Whether a module is dark; none outside is.
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && self.cell(y * self.side + x) & DARK != 0
    }

    fn cell(&self, at: usize) -> u8 {
        self.cells.get(at).copied().unwrap_or(0)
    }

    /// Fixes a module; what lies outside is left out.
    fn fix(&mut self, x: usize, y: usize, is_dark: bool) {
        let (side, at) = (self.side, y.wrapping_mul(self.side).wrapping_add(x));
        if let Some(cell) = self.cells.get_mut(at).filter(|_| x < side && y < side) {
            *cell = FIXED | u8::from(is_dark);
        }
    }

    /// Fixes squares round a middle, as far as `reach`, each dark unless it is one of these.
    fn draw_squares(&mut self, (x, y): (usize, usize), reach: usize, light: [usize; 2]) {
        for down in 0..=2 * reach {
            for right in 0..=2 * reach {
                let square = down.abs_diff(reach).max(right.abs_diff(reach));
                // Beyond the left and upper edge the numbers become too large for any symbol.
                let x = (x + right).wrapping_sub(reach);
                self.fix(x, (y + down).wrapping_sub(reach), !light.contains(&square));
            }
        }
    }

    fn draw_patterns(&mut self, version: usize) {
        let side = self.side;
        for at in 0..side {
            self.fix(6, at, at % 2 == 0);
            self.fix(at, 6, at % 2 == 0);
        }
        for middle in [(3, 3), (side - 4, 3), (3, side - 4)] {
            self.draw_squares(middle, 4, [2, 4]);
        }
        let (ends, middles) = ([6, side - 7], middles(version));
        for x in &middles {
            for y in &middles {
                // At three corners stand the finders.
                if !(ends.contains(x) && ends.contains(y)) || (*x, *y) == (side - 7, side - 7) {
                    self.draw_squares((*x, *y), 2, [1, 1]);
                }
            }
        }
        if version >= 7 {
            let told = told(version, 12, VERSION_DIVISOR);
            for at in 0..18 {
                let (along, across) = (at / 3, side - 11 + at % 3);
                self.fix(along, across, (told >> at) & 1 == 1);
                self.fix(across, along, (told >> at) & 1 == 1);
            }
        }
    }

    fn draw_format(&mut self, correction: Correction, mask: usize) {
        let level = match correction {
            Correction::Low => 1,
            Correction::Medium => 0,
        };
        let told = told((level << 3) | mask, 10, FORMAT_DIVISOR) ^ FORMAT_MASK;
        let side = self.side;
        for at in 0..15 {
            let is_dark = (told >> at) & 1 == 1;
            // Round the first finder, past the lines of single modules.
            let (x, y) = match at {
                ..=5 => (8, at),
                6..=7 => (8, at + 1),
                8 => (7, 8),
                _ => (14 - at, 8),
            };
            self.fix(x, y, is_dark);
            // Half of it at each of the other two.
            let (x, y) = if at < 8 { (side - 1 - at, 8) } else { (8, side + at - 15) };
            self.fix(x, y, is_dark);
        }
        self.fix(8, side - 8, true);
    }

    /// Two columns at a time from the right, up and down in turn, where nothing is fixed.
    fn draw_words(&mut self, words: &[u8], mask: usize) {
        let side = self.side;
        let mut bit = 0;
        for pair in 0..side / 2 {
            // The left one of the two; none of them is the column of single modules.
            let left = side - 2 - 2 * pair;
            let left = if left < 7 { left - 1 } else { left };
            for step in 0..side {
                let y = if pair % 2 == 0 { side - 1 - step } else { step };
                for x in [left + 1, left] {
                    let Some(cell) = self.cells.get_mut(y * side + x) else { continue };
                    if *cell & FIXED == 0 {
                        let word = words.get(bit / 8).copied().unwrap_or(0);
                        let is_dark = (word >> (7 - bit % 8)) & 1 == 1;
                        *cell = u8::from(is_dark != is_masked(mask, x, y));
                        bit += 1;
                    }
                }
            }
        }
    }

    /// How hard it is to read: the rules of the standard, with its points.
    fn penalty(&self) -> usize {
        let side = self.side;
        let lines = |at: usize| self.line(at * side, 1) + self.line(at, side);
        let mut points: usize = (0..side).map(lines).sum();
        for y in 0..side - 1 {
            for x in 0..side - 1 {
                let here = y * side + x;
                let block = [here, here + 1, here + side, here + side + 1];
                let dark: u8 = block.iter().map(|at| self.cell(*at) & DARK).sum();
                points += if dark.is_multiple_of(4) { 3 } else { 0 };
            }
        }
        let dark: usize = self.cells.iter().map(|cell| usize::from(cell & DARK)).sum();
        // For each twentieth away from the half.
        let away = (20 * dark).abs_diff(10 * side * side);
        points + away.saturating_sub(1) / (side * side) * 10
    }

    /// The points of a line: of five alike and more, and of what looks like a finder.
    fn line(&self, from: usize, step: usize) -> usize {
        let (mut points, mut alike, mut last, mut window) = (0, 0, FIXED, 0_u16);
        // Round the symbol all is light.
        for at in 0..self.side + 4 {
            let is_inside = at < self.side;
            let dark = if is_inside { self.cell(from + at * step) & DARK } else { 0 };
            window = ((window << 1) | u16::from(dark)) & 0x7FF;
            if LIKE_FINDER.contains(&window) {
                points += 40;
            }
            alike = if dark == last { alike + 1 } else { 1 };
            last = dark;
            points += match alike {
                5 if is_inside => 3,
                6.. if is_inside => 1,
                _ => 0,
            };
        }
        points
    }
}

/// Rows and columns of the middles of the small squares.
fn middles(version: usize) -> Vec<usize> {
    let count = version / 7 + 2;
    let step = (8 * version + 3 * count + 5) / (4 * count - 4) * 2;
    let others = (0..count - 1).map(|at| 4 * version + 10 - at * step);
    if version == 1 { Vec::new() } else { others.chain([6]).collect() }
}

/// What is told, with the remainder of so many bits behind it.
fn told(what: usize, bits: usize, divisor: usize) -> usize {
    let mut rest = what;
    for _ in 0..bits {
        rest = (rest << 1) ^ ((rest >> (bits - 1)) * divisor);
    }
    (what << bits) | rest
}

fn is_masked(mask: usize, x: usize, y: usize) -> bool {
    let rest = match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (x / 3 + y / 2) % 2,
        5 => x * y % 2 + x * y % 3,
        6 => (x * y % 2 + x * y % 3) % 2,
        _ => ((x + y) % 2 + x * y % 3) % 2,
    };
    rest == 0
}
