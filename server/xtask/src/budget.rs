//! The size budgets of the goals that the build can judge.

use anyhow::{Result, ensure};

use crate::{
    console::say,
    site::{DESK_FOLDER, File, Site},
};

/// P2: above this the build warns. Kilobytes of 1,000 bytes.
pub(crate) const FIELD_GOAL_KB: usize = 350;
/// Above this the build fails.
const FIELD_LIMIT_KB: usize = 420;
const LISTED: usize = 8;

/// P2: what the field app loads at first and needs off-line, as a browser that takes brotli gets
/// it. The barcode decoder is not counted: it is fetched once, later, where a phone has none. Nor
/// is what only the coordination or public pages load.
pub(crate) fn field_bytes(site: &Site) -> usize {
    counted(site).map(|file| file.sent_bytes).sum()
}

/// Prints what weighs most and judges P2.
///
/// # Errors
/// Above the limit.
pub(crate) fn check(site: &Site) -> Result<()> {
    let mut files: Vec<&File> = counted(site).collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.sent_bytes));
    for file in files.iter().take(LISTED) {
        say(&format!("   {:>9} bytes  {}", file.sent_bytes, file.path));
    }
    let bytes = field_bytes(site);
    say(&format!("   {bytes:>9} bytes  P2, the field app in brotli (goal {FIELD_GOAL_KB} KB)"));
    if bytes > FIELD_GOAL_KB * 1000 {
        say(&format!("   WARNING: above the goal of {FIELD_GOAL_KB} KB"));
    }
    ensure!(bytes <= FIELD_LIMIT_KB * 1000, "the field app is larger than {FIELD_LIMIT_KB} KB");
    Ok(())
}

fn counted(site: &Site) -> impl Iterator<Item = &File> {
    let (package, desk) = (format!("{}/", site.pkg), format!("/{DESK_FOLDER}/"));
    site.files.iter().filter(move |file| {
        // What else stands at the root is in the package in one file, or is of other pages.
        let is_at_root = ["icons.svg", "field.js"].contains(&file.path.as_str());
        let needed = file.path.starts_with(&package) || is_at_root;
        // The extended letters are fetched when a text needs one; the field app has its own sheet.
        // The program comes packed; whole it is fetched where that fails.
        let others = ["atkinson-ext", desk.as_str(), "/huella.css", "/field_bg.wasm"];
        let others = others.iter().any(|part| file.path.contains(part));
        needed && !others
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, usize)]) -> Site {
        let file = |&(path, sent_bytes): &(&str, usize)| File {
            path: path.to_owned(),
            hash: String::new(),
            bytes: sent_bytes * 3,
            sent_bytes,
        };
        Site { pkg: "pkg-1".to_owned(), files: files.iter().map(file).collect() }
    }

    #[test]
    fn the_field_app_counts_without_decoder_and_pictures() {
        let files = [
            ("pkg-1/field_bg.packed", 270_000),
            ("pkg-1/field_bg.wasm", 300_000),
            ("zxing-1/reader.wasm", 500_000),
        ];
        assert_eq!(field_bytes(&site(&files)), 270_000);
        assert_eq!(field_bytes(&site(&[("pkg-1/desk/huella_bg.wasm", 400_000)])), 0);
        let others = [
            ("icons.svg", 9),
            ("photo.png", 7),
            ("field.js", 5),
            ("pack.js", 8),
            ("fonts/x.js", 3),
            ("desk-day.js", 2),
            ("page/hand-in.js", 1),
            ("pkg-1/huella.css", 4),
            ("pkg-1/field.css", 6),
        ];
        assert_eq!(field_bytes(&site(&others)), 20);
    }

    #[test]
    fn above_the_limit_the_build_fails() {
        assert!(check(&site(&[("pkg-1/field_bg.packed", 420_000)])).is_ok());
        assert!(check(&site(&[("pkg-1/field_bg.packed", 420_001)])).is_err());
    }
}
