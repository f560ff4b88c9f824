//! Facts as the templates read them: JSON with dates taken apart, numbers in groups, codes as
//! codes: their words stand in `certificates/words.typ`.

use domain::animal::{Birth, Drawing};
use domain::catalogue::breed::Breed;
use domain::chip_number::ChipNumber;
use domain::document::{DocumentFacts, PrintedAct, PrintedAnimal, PrintedOwner};
use domain::run::Run;
use domain::timestamp::CivilDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The slip for an owner without e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipFacts {
    /// Name of the issuing body.
    pub issuer: String,
    /// The animal's name.
    pub name: String,
    /// Its chip; a sterilised animal may have none.
    pub chip: Option<ChipNumber>,
    /// Local day of the visit.
    pub on: CivilDate,
    /// The code of ten base32 characters; printed as two groups of five.
    pub code: String,
    /// The address of the QR: the certificate's, or that of the look-up page.
    pub url: String,
    /// The address of the look-up page, as a person types it.
    pub lookup: String,
    /// Whether it is demonstration.
    pub demonstration: bool,
}

/// The slip for its template.
pub(super) fn slip(facts: &SlipFacts) -> Value {
    let (left, right) = facts.code.split_at_checked(facts.code.len() / 2).unwrap_or_default();
    json!({
        "issuer": facts.issuer,
        "name": facts.name,
        "chip": facts.chip.map(ChipNumber::grouped),
        "on": day(facts.on),
        "code": format!("{left} {right}"),
        "url": facts.url,
        "lookup": facts.lookup,
        "demonstration": facts.demonstration,
    })
}

/// A document for its template.
pub(super) fn document(facts: &DocumentFacts) -> Value {
    json!({
        "document": facts.document.to_string(),
        "replaces": facts.replaces.map(|id| id.to_string()),
        "issued_on": day(facts.issued_on),
        "issuer": facts.issuer,
        "programme": facts.programme,
        "owner": owner(&facts.owner),
        "animal": animal(&facts.animal, facts.place.on),
        "service": service(&facts.service),
        "place": {
            "on": day(facts.place.on),
            "outreach": facts.place.outreach,
            "commune": facts.place.commune.to_string(),
        },
        "performer": {
            "full_name": facts.performer.full_name,
            "kind": facts.performer.kind.code(),
        },
        "veterinarian": {
            "full_name": facts.veterinarian.full_name,
            "run": facts.veterinarian.run.map(|run: Run| run.to_string()),
            "registration": facts.veterinarian.registration,
        },
        "verify_url": facts.verify_url,
        "demonstration": facts.demonstration,
    })
}

fn owner(owner: &PrintedOwner) -> Value {
    json!({
        "full_name": owner.full_name,
        "document_kind": owner.document.kind().code(),
        "document": owner.document.to_string(),
        "address": owner.address,
        "commune": owner.commune,
    })
}

fn animal(animal: &PrintedAnimal, on: CivilDate) -> Value {
    let coat = animal.coat.iter().flat_map(|coat| coat.colours());
    let birth = |birth: Birth| {
        json!({
            "on": day(birth.on),
            "estimated": birth.estimated,
            "months": birth.on.months_until(on),
        })
    };
    json!({
        "name": animal.name,
        "chip": animal.chip.map(ChipNumber::grouped),
        "species": animal.species.code(),
        "sex": animal.sex.code(),
        "breed": animal.breed.as_ref().map(Breed::name),
        "colours": coat.map(|colour| colour.name()).collect::<Vec<_>>(),
        "pattern": animal.pattern.map(|pattern| pattern.code()),
        "birth": animal.birth.map(birth),
        "reproductive_state": animal.reproductive_state.code(),
    })
}

fn service(service: &PrintedAct) -> Value {
    match service {
        PrintedAct::Chip { procedure, site } => {
            json!({ "procedure": procedure.code(), "site": site.code() })
        }
        PrintedAct::Sterilisation { weight } => {
            json!({ "weight_grams": weight.map(|weight| weight.grams()) })
        }
    }
}

/// The drawn signature as SVG; a [`Drawing`] holds plain strokes in a box of 600 × 200 units.
pub(super) fn drawing_svg(drawing: &Drawing) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 600 200'>\
         <path d='{}' fill='none' stroke='#12304a' stroke-width='4.5' \
         stroke-linecap='round' stroke-linejoin='round'/></svg>",
        drawing.path()
    )
}

pub(super) fn day(date: CivilDate) -> Value {
    json!({ "year": date.year(), "month": date.month(), "day": date.day() })
}
