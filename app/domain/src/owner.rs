//! Owners: the people who answer for animals.

use crate::contact::{Email, Phone};
use crate::identity::IdentityDocument;
use crate::name::{PersonName, ShortText};
use crate::territory::{Commune, UnitKey};
use serde::{Deserialize, Serialize};

/// What is known of an owner.
///
/// Ley 21.020 art. 17 asks for full name, identity card and domicile; the rest is contact and
/// consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct OwnerDetails {
    /// The document that identifies the owner; unique in the register unless there is none.
    pub document: IdentityDocument,
    /// Name and surnames.
    pub name: PersonName,
    /// Telephone.
    pub phone: Option<Phone>,
    /// Where certificates are mailed; several owners of a family may share one.
    pub email: Option<Email>,
    /// Street, number and the like of the home; the commune is apart.
    pub address: Option<ShortText<120>>,
    /// Commune of residence: it decides the municipality of the RNM.
    pub commune: Option<Commune>,
    /// Neighbourhood unit of residence, when known.
    pub unit: Option<UnitKey>,
    /// Eighteen or older, as the keeper says.
    pub is_adult: bool,
    /// The owner declares no *inhabilidad absoluta y perpetua* to hold animals.
    pub no_disqualification: bool,
    /// Separate consent to photographs.
    pub consents_to_photos: bool,
    /// Separate consent to mails beyond the certificate.
    pub consents_to_news: bool,
}

impl OwnerDetails {
    /// The details with what the owner states or consents to in `new` and did not before: it is the
    /// owner's own word, as at the first time. Nothing is withdrawn by saying nothing. `None` when
    /// nothing is new.
    #[must_use]
    pub fn stating(&self, new: &Self) -> Option<Self> {
        let stated = Self {
            is_adult: self.is_adult || new.is_adult,
            no_disqualification: self.no_disqualification || new.no_disqualification,
            consents_to_photos: self.consents_to_photos || new.consents_to_photos,
            consents_to_news: self.consents_to_news || new.consents_to_news,
            ..self.clone()
        };
        (stated != *self).then_some(stated)
    }

    /// A grown person without disqualification of whom nothing else is known, and who consents to
    /// nothing.
    #[must_use]
    pub const fn adult(document: IdentityDocument, name: PersonName) -> Self {
        Self {
            document,
            name,
            phone: None,
            email: None,
            address: None,
            commune: None,
            unit: None,
            is_adult: true,
            no_disqualification: true,
            consents_to_photos: false,
            consents_to_news: false,
        }
    }

    /// What is left when everything that says who somebody is was erased. Nothing is consented to.
    #[must_use]
    pub fn erased() -> Self {
        Self {
            is_adult: false,
            no_disqualification: false,
            ..Self::adult(IdentityDocument::None, PersonName::nobody())
        }
    }
}

/// The part of the details that a second registration may propose to change. It takes nothing
/// away: what it does not say stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct ContactProposal {
    /// Another name for the same document.
    pub name: Option<PersonName>,
    /// Another telephone.
    pub phone: Option<Phone>,
    /// Another mail address.
    pub email: Option<Email>,
    /// Another home address.
    pub address: Option<ShortText<120>>,
    /// Another commune.
    pub commune: Option<Commune>,
    /// Another neighbourhood unit.
    #[serde(default)]
    pub unit: Option<UnitKey>,
}

impl ContactProposal {
    /// What `new` says otherwise than `kept`; `None` when it says nothing new.
    #[must_use]
    pub fn between(kept: &OwnerDetails, new: &OwnerDetails) -> Option<Self> {
        fn other<T: Clone + PartialEq>(kept: Option<&T>, new: Option<&T>) -> Option<T> {
            new.filter(|value| kept != Some(*value)).cloned()
        }
        let proposal = Self {
            name: other(Some(&kept.name), Some(&new.name)),
            phone: other(kept.phone.as_ref(), new.phone.as_ref()),
            email: other(kept.email.as_ref(), new.email.as_ref()),
            address: other(kept.address.as_ref(), new.address.as_ref()),
            commune: other(kept.commune.as_ref(), new.commune.as_ref()),
            unit: other(kept.unit.as_ref(), new.unit.as_ref()),
        };
        (proposal != Self::default()).then_some(proposal)
    }

    /// The details with what is proposed in place.
    #[must_use]
    pub fn applied_to(self, details: OwnerDetails) -> OwnerDetails {
        OwnerDetails {
            name: self.name.unwrap_or(details.name),
            phone: self.phone.or(details.phone),
            email: self.email.or(details.email),
            address: self.address.or(details.address),
            commune: self.commune.or(details.commune),
            unit: self.unit.or(details.unit),
            ..details
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody() -> OwnerDetails {
        OwnerDetails {
            document: IdentityDocument::parse_run("12.345.678-5").unwrap(),
            name: PersonName::parse("Ana", "Soto").unwrap(),
            consents_to_news: true,
            commune: Some(Commune::ANTOFAGASTA),
            ..OwnerDetails::erased()
        }
    }

    #[test]
    fn a_proposal_adds_and_takes_nothing_away() {
        let kept = somebody();
        let unit = UnitKey::new(Commune::ANTOFAGASTA, 54).ok();
        let said = OwnerDetails { unit, commune: None, ..kept.clone() };
        let proposal = ContactProposal::between(&kept, &said).unwrap();
        let after = proposal.applied_to(kept.clone());
        assert_eq!(after, OwnerDetails { unit, ..kept });
        assert_eq!(ContactProposal::between(&after, &said), None);
    }

    #[test]
    fn what_was_stated_once_stays_stated() {
        let kept = somebody();
        let said = OwnerDetails {
            is_adult: true,
            no_disqualification: true,
            consents_to_news: false,
            phone: Phone::parse("+56 9 1234 5678").ok(),
            ..kept.clone()
        };
        let after = kept.stating(&said).unwrap();
        assert_eq!(
            after,
            OwnerDetails { is_adult: true, no_disqualification: true, ..kept.clone() }
        );
        assert_eq!(after.stating(&kept), None);
    }

    #[test]
    fn an_erased_owner_can_be_written_and_read_again() {
        let erased = OwnerDetails::erased();
        let text = serde_json::to_string(&erased).unwrap();
        assert_eq!(serde_json::from_str::<OwnerDetails>(&text).unwrap(), erased);
    }
}
