//! Who comes to an outreach: whom the phone knows to be expected, and what it may promise itself.

use crate::offline::held::Kept;
use crate::pages::visit_form::draft::{OwnerDraft, Step, VisitDraft};
use crate::pages::visit_form::reading;
use domain::booking::{
    BookingDetails, BookingState, Expected, Offering, PlacesAsked, PlacesHeld, ShareAsked,
    ShareHeld,
};
use domain::id::{BookingId, DeviceId, OutreachId, OwnerId};
use domain::identity::IdentityDocument;
use domain::owner::OwnerDetails;
use domain::pack::{is_found, ways};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Letters of a ticket's code.
const CODE_LETTERS: usize = 10;
/// Places of each kind that a phone asks for at a time.
const PLACES: u32 = 3;
/// Numbers that it asks for at a time.
const NUMBERS: u32 = 20;

/// What is known of the door of an outreach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrivals {
    /// Which outreach.
    pub outreach: OutreachId,
    /// Everybody who has a booking there, as the server told last.
    pub expected: Vec<Expected>,
    /// What the phone may promise; used is what it has promised itself.
    pub shares: Vec<ShareHeld>,
    /// The next number it may give.
    pub next: u32,
    /// The last of them.
    pub last: u32,
}

impl Arrivals {
    /// Of an outreach that nothing is known of.
    #[must_use]
    pub const fn none(outreach: OutreachId) -> Self {
        Self { outreach, expected: Vec::new(), shares: Vec::new(), next: 1, last: 0 }
    }

    /// Who was meant: the one whose ticket has this hash of its code, else those of a RUN, a
    /// telephone or names; everybody when nothing was typed.
    #[must_use]
    pub fn found(&self, text: &str, hash: &str) -> Vec<&Expected> {
        let of_ticket = |one: &&Expected| !one.tag.is_empty() && hash.starts_with(&one.tag);
        if let Some(one) = self.expected.iter().find(of_ticket) {
            return vec![one];
        }
        let (ways, is_blank) = (ways(text), text.trim().is_empty());
        self.expected.iter().filter(|one| is_blank || is_found(&one.line, &ways)).collect()
    }

    /// What the phone asks for: a few places where it has none left, and numbers when they are
    /// given.
    #[must_use]
    pub fn asked(&self, device: DeviceId, mut new_id: impl FnMut() -> Uuid) -> PlacesAsked {
        let lacks = |offering: &&Offering| self.share(**offering).is_none();
        let ask =
            |offering: &Offering| ShareAsked { id: new_id(), offering: *offering, places: PLACES };
        PlacesAsked {
            outreach: self.outreach,
            device,
            give_back: Vec::new(),
            grant: Offering::ALL.iter().filter(lacks).map(ask).collect(),
            numbers: if self.number().is_some() { 0 } else { NUMBERS },
        }
    }

    /// Takes what the server lends. Of a share that is known, what was promised here counts: the
    /// server may not have heard of it yet.
    pub fn hold(&mut self, held: PlacesHeld) {
        let before = std::mem::replace(&mut self.shares, held.shares);
        for share in &mut self.shares {
            let known = before.iter().find(|known| known.id == share.id);
            share.used = share.used.max(known.map_or(0, |known| known.used));
        }
        if let Some(numbers) = held.numbers {
            (self.next, self.last) = (numbers.first, numbers.last);
        }
    }

    /// The share of an offering that something is left of, and how much.
    #[must_use]
    pub fn share(&self, offering: Offering) -> Option<(Uuid, u32)> {
        let left = |share: &ShareHeld| (share.id, share.granted.saturating_sub(share.used));
        let mut own = self.shares.iter().filter(|share| share.offering == offering).map(left);
        own.find(|(_, left)| *left > 0)
    }

    /// The number that is given next.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        (self.next <= self.last).then_some(self.next)
    }

    /// A number, and a place of a share, were given.
    pub fn give(&mut self, share: Option<Uuid>) {
        self.next += u32::from(self.number().is_some());
        for own in self.shares.iter_mut().filter(|own| Some(own.id) == share) {
            own.used = own.used.saturating_add(1);
        }
    }
}

/// The code of a ticket, typed or as the address that its QR holds; nothing when it cannot be one.
#[must_use]
pub fn ticket_code(text: &str) -> Option<String> {
    let last = text.trim().trim_end_matches('/').rsplit('/').next()?;
    let kept = last.chars().filter(|sign| !sign.is_whitespace() && *sign != '-');
    let code: String = kept.map(|sign| sign.to_ascii_uppercase()).collect();
    let is_base32 = code.bytes().all(|sign| matches!(sign, b'A'..=b'Z' | b'2'..=b'7'));
    (code.len() == CODE_LETTERS && is_base32).then_some(code)
}

/// Whether its people are in: as the server told, or by a record of this phone.
#[must_use]
pub fn is_in(one: &Expected, kept: &Kept) -> bool {
    use BookingState::{Arrived, Served, TurnedAway};
    matches!(one.state, Arrived | Served | TurnedAway) || is_recorded(one.id, kept)
}

/// Whether a record of this phone says that they came.
#[must_use]
pub fn is_recorded(booking: BookingId, kept: &Kept) -> bool {
    let mut lines = kept.records.iter().flat_map(|record| &record.held.lines);
    lines.any(|line| line.booking == Some(booking))
}

/// The visit of who came: looked for in the register when it knows them, else what they said when
/// they booked, under a new identifier.
#[must_use]
pub fn visit(one: &Expected, fresh: OwnerId) -> VisitDraft {
    let Some(details) = &one.details else { return VisitDraft::default() };
    if one.is_known {
        let run = details.document.run().map(|run| run.to_string());
        let searched = run.unwrap_or_else(|| details.name.full());
        return VisitDraft {
            owner: OwnerDraft { searched, ..OwnerDraft::default() },
            ..VisitDraft::default()
        };
    }
    let mut form = reading::filled(&owner(details));
    match &details.document {
        IdentityDocument::Passport { country, number } => {
            (form.country, form.passport) = (country.to_string(), number.to_string());
        }
        document => form.run = document.to_string(),
    }
    let owner = OwnerDraft { id: Some(fresh), form, ..OwnerDraft::default() };
    VisitDraft { step: Step::Owner, owner, ..VisitDraft::default() }
}

/// What a booking says of its owner. What only they can state or consent to is asked at the table.
fn owner(details: &BookingDetails) -> OwnerDetails {
    OwnerDetails {
        phone: details.phone,
        email: details.email.clone(),
        address: details.address.clone(),
        commune: details.commune,
        unit: details.unit,
        is_adult: false,
        no_disqualification: false,
        ..OwnerDetails::adult(details.document.clone(), details.name.clone())
    }
}

#[cfg(test)]
mod tests;
