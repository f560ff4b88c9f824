//! What can be done with the plan of an outreach, each at an address of its own.

use phrases::{Locale, planning as say};

use crate::routes;

/// Something that is done with a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// What is planned besides is changed.
    Facts,
    /// An offering is added or changed.
    Offering,
    /// An offering is taken away.
    Drop,
    /// A step is taken in the outreach's life.
    Step,
    /// It is called off.
    Suspend,
    /// It is put off to another day.
    Reschedule,
    /// It is copied.
    Copy,
    /// A member of the team gets a duty.
    Duty,
}

impl Deed {
    /// Every one, with the last part of its address.
    const WORDS: [(Self, &'static str); 8] = [
        (Self::Facts, "datos"),
        (Self::Offering, "servicio"),
        (Self::Drop, "quitar"),
        (Self::Step, "etapa"),
        (Self::Suspend, "suspender"),
        (Self::Reschedule, "reprogramar"),
        (Self::Copy, "copiar"),
        (Self::Duty, "equipo"),
    ];

    /// The one at such an address.
    #[must_use]
    pub fn at(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(_, known)| *known == word).map(|(deed, _)| deed)
    }

    /// Its address at an outreach.
    #[must_use]
    pub fn href(self, outreach: impl std::fmt::Display) -> String {
        let word = Self::WORDS.into_iter().find(|(known, _)| *known == self);
        format!("{}/{}", routes::desk_plan(outreach), word.map_or("", |(_, word)| word))
    }

    /// What its page and the links to it are called.
    #[must_use]
    pub fn title(self, locale: Locale) -> &'static str {
        match self {
            Self::Facts => say::facts(locale),
            Self::Offering => say::offering(locale),
            Self::Drop => say::drop_offering(locale),
            Self::Step => say::stage(locale),
            Self::Suspend => say::suspend(locale),
            Self::Reschedule => say::reschedule(locale),
            Self::Copy => say::copy(locale),
            Self::Duty => say::duty(locale),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_deed_is_found_at_its_own_address() {
        for (deed, word) in Deed::WORDS {
            assert_eq!(Deed::at(word), Some(deed));
            assert_eq!(deed.href("x"), format!("/coordinacion/operativos/x/plan/{word}"));
        }
        assert_eq!(Deed::at("otra-cosa"), None);
    }
}
