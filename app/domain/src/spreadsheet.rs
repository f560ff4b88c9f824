//! Cells of lists for spreadsheets, which run text as a formula and round long numbers.

/// Signs with which a spreadsheet begins a formula, in either width, and those that may hide one
/// behind them (OWASP, CSV injection).
const DANGEROUS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Most digits that a spreadsheet shows as they are.
const MOST_DIGITS: usize = 11;

/// Text that no spreadsheet runs as a formula: an apostrophe before it makes it text. Spaces before
/// a formula do not hide it.
#[must_use]
pub fn inert(cell: &str) -> String {
    if is_dangerous(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The same, and a number that a spreadsheet would round, such as a chip's, is text too.
#[must_use]
pub fn inert_text(cell: &str) -> String {
    let is_digits = cell.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits && cell.len() > MOST_DIGITS { format!("'{cell}") } else { inert(cell) }
}

fn is_dangerous(cell: &str) -> bool {
    cell.starts_with(DANGEROUS) || cell.trim_start().starts_with(DANGEROUS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_cell_is_run_or_rounded() {
        assert_eq!(inert_text("+56 9 1234 5678"), "'+56 9 1234 5678");
        assert_eq!(inert_text("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(inert_text(" \u{a0}@SUM(1)"), "' \u{a0}@SUM(1)");
        assert_eq!(inert_text("152098100000001"), "'152098100000001");
        assert_eq!(inert("152098100000001"), "152098100000001");
        assert_eq!(inert_text("Ñuñez; \"D'Angelo\""), "Ñuñez; \"D'Angelo\"");
        assert_eq!(inert_text(""), "");
    }

    proptest! {
        #[test]
        fn whatever_was_typed_is_kept_and_run_by_nobody(
            before in "[ \\t\\r\\n]{0,2}",
            sign in "[=+@\\-]{0,1}",
            text in ".{0,20}",
        ) {
            let cell = format!("{before}{sign}{text}");
            for safe in [inert(&cell), inert_text(&cell)] {
                prop_assert!(!is_dangerous(&safe), "{:?}", safe);
                prop_assert!(safe == cell || safe.strip_prefix('\'') == Some(cell.as_str()));
            }
            let begins = cell.trim_start().chars().next();
            if begins.is_some_and(|first| "=+-@".contains(first)) {
                prop_assert!(inert(&cell).starts_with('\''));
            }
        }
    }
}
