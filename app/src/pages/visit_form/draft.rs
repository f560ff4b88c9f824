//! A visit as it is being filled in: what was typed and tapped, kept as it is until it can be
//! read. It survives a reload, and comes back when a refused record is mended.

use domain::animal::Birth;
use domain::catalogue::breed::Breed;
use domain::catalogue::coat::Colour;
use domain::catalogue::product::{Ingredient, Route};
use domain::catalogue::{
    Acquisition, DewormingKind, HoldingProof, ImplantSite, KeepingReason, Pattern, Procedure,
    ProfessionalKind, ReproductiveState, Sex, Species,
};
use domain::certificate::DocumentKind as PaperKind;
use domain::chip_number::{ChipNumber, TestChips};
use domain::id::{AnimalId, OutreachId, OwnerId, StaffId, SubmissionId};
use domain::identity::DocumentKind;
use domain::owner::OwnerDetails;
use domain::view::{AnimalCard, OwnerCard};
use serde::{Deserialize, Serialize};

use crate::offline::held::Line;
use crate::offline::json;
use crate::pages::visit_form::reading;
use crate::pages::visit_form::surgery::SterilisationForm;

/// One visit: an owner, and one animal after the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VisitDraft {
    /// Which question is on the screen.
    pub step: Step,
    /// Who brings the animals.
    pub owner: OwnerDraft,
    /// The animal on the table.
    pub animal: AnimalDraft,
    /// The animals that are done.
    pub done: Vec<AnimalDraft>,
    /// The animals for which places were booked, as they were said then.
    #[serde(default)]
    pub booked: Vec<AnimalDraft>,
    /// The refused record this visit mends.
    pub replaces: Option<SubmissionId>,
    /// The record of which this puts right what it registered, instead of being a visit: the animal
    /// on the table, or where there is none the owner.
    #[serde(default)]
    pub corrects: Option<SubmissionId>,
    /// Why that is put right, by its code.
    #[serde(default)]
    pub reason: String,
    /// What was done to the animal on the table and stands, where that is put right; of a visit
    /// that mends a refused one, what that said was done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standing: Vec<Line>,
    /// The form of that as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ServicesForm>,
    /// At which outreach it was half filled in; of one that is on the screen it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outreach: Option<OutreachId>,
    /// As which record it is kept, in whichever window; of one on the screen it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<SubmissionId>,
}

/// The questions, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Who brings the animal.
    #[default]
    Find,
    /// The data of a new owner.
    Owner,
    /// Which of a known owner's animals.
    Choose,
    /// The data of a new animal.
    Animal,
    /// What was done.
    Services,
    /// Everything once more.
    Summary,
}

impl VisitDraft {
    /// Whether nothing was typed or tapped yet.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.says_as(&Self::default())
    }

    /// Whether both are written alike. To compare them field by field would take code of its own
    /// for each of their parts.
    pub(super) fn says_as(&self, other: &Self) -> bool {
        json::write(self) == json::write(other)
    }

    /// Every animal that counts, in order.
    pub fn animals(&self) -> impl Iterator<Item = &AnimalDraft> {
        self.done.iter().chain(self.animal.id.is_some().then_some(&self.animal))
    }
}

/// The owner: known, or being registered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnerDraft {
    /// What was typed to find the owner.
    pub searched: String,
    /// Made on this phone, or the known owner's.
    pub id: Option<OwnerId>,
    /// The known owner.
    pub known: Option<Box<OwnerCard>>,
    /// The data of a new one, or what a known one says otherwise.
    pub form: OwnerForm,
    /// The form was opened for a known owner.
    #[serde(default)]
    pub amends: bool,
}

impl OwnerDraft {
    /// What is said of the owner, as far as it can be read.
    #[must_use]
    pub fn details(&self) -> Option<OwnerDetails> {
        match &self.known {
            Some(card) => Some(card.details.clone()),
            None => reading::owner(&self.form).ok(),
        }
    }

    /// Whether the owner is of age, as far as it was said.
    #[must_use]
    pub fn is_adult(&self) -> bool {
        let is_known = self.known.as_ref().is_some_and(|card| card.details.is_adult);
        let has_form = self.known.is_none() || self.amends;
        is_known || (has_form && self.form.is_adult)
    }
}

/// The answer that somebody lives in none of the communes that have a name here. The commune and
/// region, in words, follow it.
pub const ELSEWHERE: char = ' ';

/// The questions about a new owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnerForm {
    /// Which document was shown.
    pub document: DocumentKind,
    /// RUN, RUT or school number.
    pub run: String,
    /// Who issued a passport.
    pub country: String,
    /// Its number.
    pub passport: String,
    /// Given names.
    pub given: String,
    /// Surnames.
    pub surnames: String,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Street and number.
    pub address: String,
    /// Code of the commune of residence; of another place [`ELSEWHERE`] and what is said of it.
    pub commune: String,
    /// Number of the neighbourhood unit.
    pub unit: String,
    /// Eighteen or older.
    pub is_adult: bool,
    /// Declares no disqualification.
    pub no_disqualification: bool,
    /// Photographs may be taken.
    pub consents_to_photos: bool,
    /// Mails beyond the certificate may be sent.
    pub consents_to_news: bool,
}

impl Default for OwnerForm {
    fn default() -> Self {
        let text = String::new;
        Self {
            document: DocumentKind::Run,
            run: text(),
            country: text(),
            passport: text(),
            given: text(),
            surnames: text(),
            phone: text(),
            email: text(),
            address: text(),
            commune: text(),
            unit: text(),
            is_adult: false,
            no_disqualification: false,
            consents_to_photos: false,
            consents_to_news: false,
        }
    }
}

/// An animal: known, or being registered; and what was done to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AnimalDraft {
    /// Made on this phone, or the known animal's.
    pub id: Option<AnimalId>,
    /// The known animal.
    pub known: Option<Box<AnimalCard>>,
    /// The data of a new one, or what was missing of a known one.
    pub form: AnimalForm,
    /// What was done.
    pub services: ServicesForm,
}

impl AnimalDraft {
    /// The species, once it is known.
    #[must_use]
    pub fn species(&self) -> Option<Species> {
        self.known.as_ref().map(|card| card.details.species).or(self.form.species)
    }

    /// What its people call it; empty before it is typed.
    #[must_use]
    pub fn name(&self) -> String {
        let known = self.known.as_ref().map(|card| card.details.name.to_string());
        known.unwrap_or_else(|| self.form.name.trim().to_owned())
    }

    /// The chip that was read, or the one it is known to carry.
    #[must_use]
    pub fn chip(&self) -> Option<ChipNumber> {
        let read = self.services.chip.as_ref();
        let read = read.and_then(|chip| ChipNumber::parse_read(&chip.first).ok());
        read.or_else(|| self.known.as_ref().and_then(|card| card.chip))
    }

    /// The documents that its services make. A number that nobody may implant is logged as read,
    /// and nothing is certified of it.
    #[must_use]
    pub fn documents(&self, tests: TestChips) -> Vec<PaperKind> {
        let is_certified = |chip: &&ChipForm| {
            let read = ChipNumber::parse_read(&chip.first);
            read.is_ok_and(|chip| chip.implantable(tests).is_ok())
        };
        let chip = self.services.chip.as_ref().filter(is_certified);
        let chip = chip.map(|chip| match chip.procedure {
            Procedure::Implantation => PaperKind::ImplantationVoucher,
            Procedure::Verification => PaperKind::VerificationVoucher,
        });
        let surgery = self.services.sterilisation.as_ref().and_then(|surgery| surgery.outcome);
        let surgery = surgery.filter(|outcome| outcome.counts()).map(|_| PaperKind::Sterilisation);
        chip.into_iter().chain(surgery).collect()
    }

    /// Its birth, as far as it is known.
    #[must_use]
    pub fn birth(&self, today: domain::timestamp::CivilDate) -> Option<Birth> {
        match &self.known {
            Some(card) => card.details.birth,
            None => self.form.age.birth(today).ok().flatten(),
        }
    }
}

/// The questions about a new animal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AnimalForm {
    /// Its name.
    pub name: String,
    /// Dog or cat.
    pub species: Option<Species>,
    /// Male or female.
    pub sex: Option<Sex>,
    /// Able to reproduce or not.
    pub reproductive_state: Option<ReproductiveState>,
    /// Its breed.
    pub breed: Option<Breed>,
    /// What was typed to find the breed.
    pub breed_words: String,
    /// Up to three colours, the main one first.
    pub coat: Vec<Colour>,
    /// The pattern of the coat.
    pub pattern: Option<Pattern>,
    /// How old it is.
    pub age: AgeForm,
    /// How it was obtained.
    pub acquisition: Option<Acquisition>,
    /// When that was, as typed.
    #[serde(default)]
    pub acquired_on: String,
    /// Why it is kept.
    pub keeping_reason: Option<KeepingReason>,
    /// What shows that the owner holds it.
    pub holding_proof: Option<HoldingProof>,
    /// The strokes of the finger signature, as path data.
    pub declaration: String,
    /// The chip that it carries, as was said when booking: to be read, and no reading.
    #[serde(default)]
    pub expected: Option<ChipNumber>,
}

/// An age: about so many months, or a date.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AgeForm {
    /// About so many months old.
    pub about_months: Option<u16>,
    /// The date is known and typed.
    pub has_date: bool,
    /// The date as typed.
    pub date: String,
}

/// What was done to one animal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServicesForm {
    /// A chip was put in or read.
    pub chip: Option<ChipForm>,
    /// A dose against internal parasites.
    pub internal: Option<DoseForm>,
    /// A dose against external parasites.
    pub external: Option<DoseForm>,
    /// A surgery.
    pub sterilisation: Option<SterilisationForm>,
    /// The weight, for all of them.
    pub weight: String,
    /// Who answers for them.
    pub veterinarian: Option<StaffId>,
}

impl ServicesForm {
    /// The dose of a kind.
    #[must_use]
    pub const fn dose(&self, kind: DewormingKind) -> &Option<DoseForm> {
        match kind {
            DewormingKind::Internal => &self.internal,
            DewormingKind::External => &self.external,
        }
    }

    /// The dose of a kind, to be changed.
    pub const fn dose_mut(&mut self, kind: DewormingKind) -> &mut Option<DoseForm> {
        match kind {
            DewormingKind::Internal => &mut self.internal,
            DewormingKind::External => &mut self.external,
        }
    }
}

/// A chip, read twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChipForm {
    /// Put in now, or found.
    pub procedure: Procedure,
    /// The first reading, as it came.
    pub first: String,
    /// The second reading, as it came.
    pub second: String,
    /// Where it sits.
    pub site: ImplantSite,
    /// Who held the syringe or the reader.
    pub professional: ProfessionalKind,
}

/// A dose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoseForm {
    /// The product's name.
    pub product: String,
    /// What it contains.
    pub ingredients: Vec<Ingredient>,
    /// How it was given.
    pub route: Route,
    /// Batch as printed.
    pub batch: String,
    /// Expiry as printed.
    pub expires: String,
    /// How much.
    pub dose: String,
}

impl DoseForm {
    /// An empty dose of a kind: tablets inside, pipettes outside, which is the usual.
    #[must_use]
    pub fn blank(kind: DewormingKind) -> Self {
        let route = match kind {
            DewormingKind::Internal => Route::Oral,
            DewormingKind::External => Route::Topical,
        };
        let text = String::new;
        Self {
            product: text(),
            ingredients: Vec::new(),
            route,
            batch: text(),
            expires: text(),
            dose: text(),
        }
    }
}

#[cfg(test)]
mod tests;
