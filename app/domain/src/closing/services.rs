//! The services behind a figure of a programme.

use crate::chip_number::ChipNumber;
use crate::id::{AnimalId, OutreachId, ProgrammeId, ServiceId};
use crate::service::ServiceKind;
use crate::timestamp::CivilDate;

/// Whose services are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServicesOf {
    /// Those for which a programme pays.
    Programme(ProgrammeId),
    /// All of an outreach, whoever pays.
    Outreach(OutreachId),
}

/// Which services are asked for; all that count where nothing is said. Of a unit and of where the
/// owners lived, an empty text asks for those of whom it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceFilter {
    /// Of one of these kinds; of any where there are none.
    pub kinds: Vec<ServiceKind>,
    /// At one outreach.
    pub outreach: Option<OutreachId>,
    /// At the outreaches of a commune, by its code.
    pub commune: Option<String>,
    /// At the outreaches of a neighbourhood unit, by its key.
    pub unit: Option<String>,
    /// Of owners who lived in a commune, by its code.
    pub residence: Option<String>,
    /// In a month, `2026-11`.
    pub month: Option<String>,
    /// Instead of services the animals that a programme reached in a commune, by its code, as its
    /// coverage counts them: each once, with what was done to it last. Nothing else is asked then.
    pub reached: Option<String>,
}

/// Which page of them is asked for; the first by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServicePage {
    /// Which it is, from 1: only told, for a page is found by its turn.
    pub number: u32,
    /// The line that it stands beside; the first page where none is named.
    pub turn: Option<ServiceTurn>,
}

impl Default for ServicePage {
    fn default() -> Self {
        Self { number: 1, turn: None }
    }
}

/// On which side of which line a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceTurn {
    /// It begins behind it.
    After(ServiceId),
    /// It ends before it.
    Before(ServiceId),
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceLine {
    /// Which.
    pub service: ServiceId,
    /// How it is counted.
    pub kind: ServiceKind,
    /// The local day.
    pub on: CivilDate,
    /// On which animal.
    pub animal: AnimalId,
    /// What it is called.
    pub animal_name: String,
    /// The chip, of a chip's services.
    pub chip: Option<ChipNumber>,
    /// At which outreach.
    pub outreach: OutreachId,
    /// What that is called.
    pub outreach_name: String,
}

/// A page of them, those of the latest outreach first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceList {
    /// Whose they are.
    pub of: ServicesOf,
    /// The name of that.
    pub name: String,
    /// Which were asked for.
    pub filter: ServiceFilter,
    /// The name of the outreach that was asked for, where there is one.
    pub outreach_name: Option<String>,
    /// How many there are in all.
    pub total: u32,
    /// Those of this page.
    pub lines: Vec<ServiceLine>,
    /// Which page, from 1.
    pub page: u32,
    /// How many there are; none comes after the last.
    pub pages: u32,
}

impl ServiceList {
    /// The page before this one.
    #[must_use]
    pub fn previous(&self) -> Option<ServicePage> {
        let number = self.page.checked_sub(1).filter(|number| *number > 0)?;
        let turn = self.lines.first().filter(|_| number > 1);
        let turn = turn.map(|line| ServiceTurn::Before(line.service));
        Some(ServicePage { number, turn })
    }

    /// The page after this one.
    #[must_use]
    pub fn next(&self) -> Option<ServicePage> {
        let turn = ServiceTurn::After(self.lines.last()?.service);
        let is_there = self.page < self.pages;
        is_there.then(|| ServicePage { number: self.page.saturating_add(1), turn: Some(turn) })
    }
}
