//! The text that says which blocks there are, and up to which change they are true.

use crate::offline::held::packed::FORM;

/// With more changes after a summary than these it is quicker to read everything.
pub(super) const MOST_AFTER: u32 = 4_096;

/// What a summary says.
#[derive(Debug)]
pub(super) struct Summary {
    /// The form of its blocks.
    pub(super) form: u32,
    /// The change up to which it is true.
    pub(super) upto: u32,
    /// The numbers of its blocks.
    pub(super) blocks: Vec<u32>,
}

impl Summary {
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split(' ').map(|number| number.parse().ok());
        let (form, upto) = (numbers.next()??, numbers.next()??);
        Some(Self { form, upto, blocks: numbers.collect::<Option<_>>()? })
    }

    /// Whether it serves to begin with, when the last change has this number.
    pub(super) const fn is_usable(&self, last: u32) -> bool {
        self.form == FORM && self.upto <= last && last - self.upto <= MOST_AFTER
    }

    pub(super) fn write(&self) -> String {
        let mut text = format!("{} {}", self.form, self.upto);
        for number in &self.blocks {
            text.push(' ');
            text.push_str(&number.to_string());
        }
        text
    }
}
