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
    /// Commune and region in words, for who lives in none of the communes that have a name here;
    /// `commune` and `unit` are empty then, so that nobody counts as living in one of them.
    #[serde(default)]
    pub elsewhere: Option<ShortText<60>>,
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

    /// Where the owner lives, as people say it: the commune, or what was said in its place.
    #[must_use]
    pub fn residence(&self) -> Option<String> {
        let commune = self.commune.map(|commune| commune.to_string());
        commune.or_else(|| self.elsewhere.as_ref().map(ToString::to_string))
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
            elsewhere: None,
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
    /// Another place outside the communes that have a name here.
    #[serde(default)]
    pub elsewhere: Option<ShortText<60>>,
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
            elsewhere: other(kept.elsewhere.as_ref(), new.elsewhere.as_ref()),
        };
        (proposal != Self::default()).then_some(proposal)
    }

    /// The details with what is proposed in place. Who has moved to another commune lives in no
    /// unit of the one before.
    #[must_use]
    pub fn applied_to(self, details: OwnerDetails) -> OwnerDetails {
        let moves = self.commune.is_some() || self.elsewhere.is_some();
        let kept = if moves {
            (None, None, None)
        } else {
            (details.commune, details.unit, details.elsewhere)
        };
        OwnerDetails {
            name: self.name.unwrap_or(details.name),
            phone: self.phone.or(details.phone),
            email: self.email.or(details.email),
            address: self.address.or(details.address),
            commune: self.commune.or(kept.0),
            unit: self.unit.or(kept.1),
            elsewhere: self.elsewhere.or(kept.2),
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
    fn who_moves_takes_the_whole_place_along() {
        let unit = UnitKey::new(Commune::ANTOFAGASTA, 54).ok();
        let kept = OwnerDetails { unit, ..somebody() };
        let away = OwnerDetails {
            commune: None,
            unit: None,
            elsewhere: ShortText::parse("La Serena, Coquimbo").ok(),
            ..kept.clone()
        };
        assert_eq!(away.residence().as_deref(), Some("La Serena, Coquimbo"));
        for (from, to) in [(&kept, &away), (&away, &kept)] {
            let proposal = ContactProposal::between(from, to).unwrap();
            assert_eq!(proposal.applied_to(from.clone()), *to);
        }
        let taltal = OwnerDetails { commune: Commune::parse("02104").ok(), unit: None, ..kept };
        let proposal = ContactProposal::between(&away, &taltal).unwrap();
        assert_eq!(proposal.applied_to(away), taltal);
    }

    #[test]
    fn details_and_proposals_of_before_are_read() {
        let mut before = serde_json::to_value(somebody()).unwrap();
        before.as_object_mut().unwrap().remove("elsewhere");
        assert_eq!(serde_json::from_value::<OwnerDetails>(before).unwrap(), somebody());
        let proposal =
            r#"{"name":null,"phone":null,"email":null,"address":null,"commune":"02104"}"#;
        let proposal: ContactProposal = serde_json::from_str(proposal).unwrap();
        assert_eq!(proposal.commune, Commune::parse("02104").ok());
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
