//! What can be done with the stock, each on a page of its own.

use phrases::{Locale, stock as say};

use crate::routes;

/// Something that is done with the stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A delivery of chips comes.
    ReceiveChips,
    /// Doses of a product come.
    ReceiveDoses,
    /// A chip is lost, spoilt or returned, wherever it was.
    WriteOffChip,
    /// Doses are, of the office or of an outreach.
    WriteOffDoses,
    /// The number or expiry of a lot is put right.
    CorrectLot,
    /// Chips go to an outreach.
    Allot,
    /// What is left of them comes back.
    TakeBack,
    /// The chips of a box are counted.
    Count,
    /// The doses of a lot in a box are.
    CountDoses,
    /// Doses go to an outreach.
    AllotDoses,
    /// Some of them come back.
    ReturnDoses,
}

impl Deed {
    /// Every one, with the last part of its address.
    const WORDS: [(Self, &'static str); 11] = [
        (Self::ReceiveChips, "recibir"),
        (Self::ReceiveDoses, "producto"),
        (Self::WriteOffChip, "baja"),
        (Self::WriteOffDoses, "baja-dosis"),
        (Self::CorrectLot, "corregir-lote"),
        (Self::Allot, "entregar"),
        (Self::TakeBack, "devolver"),
        (Self::Count, "contar"),
        (Self::CountDoses, "contar-dosis"),
        (Self::AllotDoses, "entregar-dosis"),
        (Self::ReturnDoses, "devolver-dosis"),
    ];

    /// What is done at the office.
    pub const OF_OFFICE: [Self; 5] = [
        Self::ReceiveChips,
        Self::ReceiveDoses,
        Self::WriteOffChip,
        Self::WriteOffDoses,
        Self::CorrectLot,
    ];

    /// What is done with an outreach's box.
    pub const OF_OUTREACH: [Self; 7] = [
        Self::Allot,
        Self::AllotDoses,
        Self::Count,
        Self::CountDoses,
        Self::TakeBack,
        Self::ReturnDoses,
        Self::WriteOffDoses,
    ];

    /// The one that is done at a place of this kind at such an address.
    #[must_use]
    pub fn at(is_office: bool, word: &str) -> Option<Self> {
        let (deed, _) = Self::WORDS.into_iter().find(|(_, known)| *known == word)?;
        let here: &[Self] = if is_office { &Self::OF_OFFICE } else { &Self::OF_OUTREACH };
        here.contains(&deed).then_some(deed)
    }

    /// Its address at a place: an outreach's identifier, or the office.
    #[must_use]
    pub fn href(self, place: &str) -> String {
        let word = Self::WORDS.into_iter().find(|(known, _)| *known == self);
        format!("{}/{place}/{}", routes::STOCK, word.map_or("", |(_, word)| word))
    }

    /// What its page and the links to it are called.
    #[must_use]
    pub fn title(self, locale: Locale) -> &'static str {
        match self {
            Self::ReceiveChips => say::receive_chips(locale),
            Self::ReceiveDoses => say::receive_doses(locale),
            Self::WriteOffChip => say::write_off_chip(locale),
            Self::WriteOffDoses => say::write_off_doses(locale),
            Self::CorrectLot => say::correct_lot(locale),
            Self::Allot => say::allot(locale),
            Self::TakeBack => say::take_back(locale),
            Self::Count => say::count(locale),
            Self::CountDoses => say::count_doses(locale),
            Self::AllotDoses => say::allot_doses(locale),
            Self::ReturnDoses => say::return_doses(locale),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_deed_is_found_at_its_own_address_and_place_only() {
        for (deed, word) in Deed::WORDS {
            for (is_office, list) in
                [(true, Deed::OF_OFFICE.as_slice()), (false, Deed::OF_OUTREACH.as_slice())]
            {
                let expected = list.contains(&deed).then_some(deed);
                assert_eq!(Deed::at(is_office, word), expected, "{word}");
            }
            assert_eq!(deed.href("oficina"), format!("/coordinacion/existencias/oficina/{word}"));
        }
        assert_eq!(Deed::at(true, "otra-cosa"), None);
    }
}
