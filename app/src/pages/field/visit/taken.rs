//! Whether this phone itself knows a chip on another animal: the duplicate that is caught at the
//! table, with or without signal. And which one the animal on the table is said to carry.

use domain::chip_number::ChipNumber;
use domain::id::{AnimalId, SubmissionId};
use leptos::prelude::*;
use phrases::{Locale, field};

use crate::offline::held::Line;
use crate::offline::phone::Phone;
use crate::pages::field::visit::Visit;

/// The name of another animal of this visit, or of another record here, with the same chip.
pub(super) fn taken_here(visit: Visit, chip: ChipNumber) -> Option<String> {
    let (own, done, replaces) = visit.draft.with_untracked(|draft| {
        let same = |text: &str| ChipNumber::parse_read(text) == Ok(chip);
        let with_chip = draft
            .done
            .iter()
            .find(|animal| animal.services.chip.as_ref().is_some_and(|form| same(&form.first)));
        (draft.animal.id, with_chip.map(|animal| animal.name()), draft.replaces)
    });
    if done.is_some() {
        return done;
    }
    recorded_here(visit.phone, chip, (own, replaces))
}

/// The name of another animal that this phone has recorded with the chip, leaving out the record
/// that is being mended.
pub(super) fn recorded_here(
    phone: Phone,
    chip: ChipNumber,
    (own, replaces): (Option<AnimalId>, Option<SubmissionId>),
) -> Option<String> {
    phone.kept.with_untracked(|kept| {
        let others = kept.records.iter().filter(|record| {
            Some(record.held.head.id) != replaces && record.held.replaced_by.is_none()
        });
        let annulled = kept.annulled();
        let reads_it = |line: &&Line| {
            line.chip == Some(chip) && line.id.is_none_or(|id| !annulled.contains(&id))
        };
        others.into_iter().find_map(|record| {
            let lines = &record.held.lines;
            let on = lines.iter().find(reads_it)?.animal?;
            (Some(on) != own).then(|| name_of(lines, on))
        })
    })
}

/// Whether a record of this phone names the chip, on whichever animal.
pub(super) fn is_recorded_here(phone: Phone, chip: ChipNumber) -> bool {
    phone.kept.with_untracked(|kept| {
        let mut lines = kept.records.iter().flat_map(|record| &record.held.lines);
        lines.any(|line| line.chip == Some(chip) && line.animal.is_some())
    })
}

/// Which number is awaited, as was said when booking, or how to read one; and what is told where
/// another one is read.
pub(super) fn awaited(visit: Visit, locale: Locale) -> (String, [&'static str; 2]) {
    match visit.draft.with_untracked(|draft| draft.animal.form.expected) {
        Some(chip) => {
            let other = [field::chip_said(locale), field::chip_said_next(locale)];
            (field::chip_expected(locale, chip), other)
        }
        None => {
            let other = [field::chip_carried(locale), field::chip_carried_next(locale)];
            (field::chip_hint(locale).to_owned(), other)
        }
    }
}

fn name_of(lines: &[Line], id: AnimalId) -> String {
    let named = lines.iter().find(|line| line.animal == Some(id) && line.name.is_some());
    named.and_then(|line| line.name.clone()).unwrap_or_else(|| "•".to_owned())
}
