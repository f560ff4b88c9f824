//! Drawing a document up: what it says, its signed text, its row.

use domain::animal::AnimalDetails;
use domain::booking::Offering;
use domain::catalogue::{Procedure, ProfessionalKind};
use domain::certificate::{CertificatePayload, DocumentKind};
use domain::chip_number::ChipNumber;
use domain::document::{
    DocumentFacts, DocumentState, PrintedAct, PrintedAnimal, PrintedOwner, PrintedPerformer,
    PrintedPlace, PrintedVeterinarian,
};
use domain::id::{DocumentId, OutreachId, StaffId};
use domain::name::PetName;
use domain::outreach::Outreach;
use domain::run::Run;
use domain::service::ServiceDetails;
use domain::timestamp::{CivilDate, Timestamp};

use crate::clock;
use crate::documents::Backdrop;
use crate::error::Error;
use crate::office::Office;
use crate::records::{self, AnimalRecord, OwnerRecord, ServiceRecord, json};
use crate::store::vocabulary::document::DocumentRow;
use crate::store::{StoreError, Tx};

/// What a document is drawn up from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The service it certifies.
    pub service: &'a ServiceRecord,
    /// The animal as it is now: the kept record, when the service's was merged into it.
    pub animal: &'a AnimalRecord,
    /// The chip that the document names.
    pub chip: Option<ChipNumber>,
    /// Its owner.
    pub owner: &'a OwnerRecord,
    /// The document it replaces.
    pub replaces: Option<DocumentId>,
}

/// The document of a service: issued when its veterinarian has authorised the outreach, else
/// waiting. Nothing is written yet.
///
/// # Errors
/// A failed database; a service without outreach or veterinarian, which is never certified.
pub(crate) async fn draw_up(
    tx: &mut Tx,
    office: &Office,
    backdrop: &mut Backdrop,
    source: Source<'_>,
    now: Timestamp,
) -> Result<DocumentRow, Error> {
    let service = source.service;
    let missing = StoreError::Inconsistent("a certified service lacks outreach or veterinarian");
    let (Some(outreach), Some(veterinarian)) = (service.outreach, service.veterinarian) else {
        return Err(missing.into());
    };
    let mut row = DocumentRow {
        id: clock::fresh_id(),
        kind: kind_of(&service.details).code().to_owned(),
        animal_id: service.animal.0,
        owner_id: source.owner.id.0,
        service_id: Some(service.id.0),
        visit_id: service.visit.map(|visit| visit.0),
        outreach_id: Some(outreach.0),
        veterinarian_id: Some(veterinarian.0),
        state: DocumentState::Waiting.code().to_owned(),
        link: None,
        facts: None,
        slip_seed: None,
        slip_hash: None,
        slip_attempts: 0,
        created_at: now.0,
        issued_at: None,
        sha256: None,
        replaces_id: source.replaces.map(|id| id.0),
        ended_at: None,
        ended_by: None,
        ended_reason: None,
    };
    let id = DocumentId(row.id);
    let whose = (id, outreach, veterinarian);
    if let Some((facts, link)) = say(tx, office, backdrop, source, whose).await? {
        row.state = DocumentState::Issued.code().to_owned();
        row.facts = Some(json(&facts).map_err(Error::Failed)?);
        row.link = Some(link);
        row.issued_at = Some(now.0);
    }
    Ok(row)
}

/// What the document says and its signed text; nothing without an authorisation in force.
pub(super) async fn say(
    tx: &mut Tx,
    office: &Office,
    backdrop: &mut Backdrop,
    source: Source<'_>,
    (id, outreach, veterinarian): (DocumentId, OutreachId, StaffId),
) -> Result<Option<(DocumentFacts, String)>, Error> {
    let offering = Offering::of(source.service.details.kind());
    let signer = backdrop.signer(tx, (veterinarian.0, outreach.0), offering).await?;
    let Some(signer) = signer else {
        return Ok(None);
    };
    let hand = performer(tx, backdrop, source.service, (&signer.name, outreach)).await?;
    let gone = || StoreError::Inconsistent("a document's outreach is gone");
    let outreach = backdrop.outreach(tx, outreach.0).await?.ok_or_else(gone)?;
    let issued_on = office.day_of(office.clock.now());
    let payload = CertificatePayload {
        kind: kind_of(&source.service.details),
        document: id,
        issued_on,
        chip: source.chip.map_or(0, ChipNumber::value),
        species: source.animal.details.species,
        sex: source.animal.details.sex,
        pet_name: source.animal.details.name.to_string(),
        programme: signer.programme_number.to_string(),
    };
    let link = office.sign_certificate(&payload).map_err(Error::Failed)?;
    let drawing = domain::animal::Drawing::parse(&signer.signature)
        .map_err(|_| StoreError::Inconsistent("a stored signature is no drawing"))?;
    let outreach = records::outreach(outreach)?;
    let facts = DocumentFacts {
        document: id,
        replaces: source.replaces,
        issued_on,
        issuer: office.issuer_of(signer.issuer),
        programme: signer.programme_name,
        owner: printed_owner(source.owner),
        animal: printed_animal(source),
        service: printed_service(&source.service.details),
        place: printed_place(source.service.performed_on, &outreach),
        performer: hand,
        veterinarian: PrintedVeterinarian {
            full_name: signer.name,
            run: signer.run.as_deref().and_then(|run| Run::parse(run).ok()),
            registration: signer.professional_registration,
            drawing,
        },
        verify_url: office.verify_url(&link),
        demonstration: office.demonstration.is_set(),
    };
    Ok(Some((facts, link)))
}

/// The chip that the document of a service names: a voucher the one that was implanted or read,
/// whoever carries it by now; another one that of the animal.
pub(crate) fn chip_named(
    details: &ServiceDetails,
    carried: Option<ChipNumber>,
) -> Option<ChipNumber> {
    match details {
        ServiceDetails::Microchip(microchip) => Some(microchip.chip),
        ServiceDetails::Deworming(_) | ServiceDetails::Sterilisation(_) => carried,
    }
}

/// What a service is certified by.
fn kind_of(details: &ServiceDetails) -> DocumentKind {
    match details {
        ServiceDetails::Microchip(chip) => match chip.procedure {
            Procedure::Implantation => DocumentKind::ImplantationVoucher,
            Procedure::Verification => DocumentKind::VerificationVoucher,
        },
        ServiceDetails::Deworming(_) | ServiceDetails::Sterilisation(_) => {
            DocumentKind::Sterilisation
        }
    }
}

/// Who held the syringe or the reader: the veterinarian, or the technician who recorded it.
async fn performer(
    tx: &mut Tx,
    backdrop: &mut Backdrop,
    service: &ServiceRecord,
    (signer, outreach): (&str, OutreachId),
) -> Result<PrintedPerformer, Error> {
    let kind = hand(&service.details);
    let technician = match (kind, service.recorded.by) {
        (ProfessionalKind::Technician, Some(by)) => {
            backdrop.name_at(tx, (by.0, outreach.0)).await?
        }
        _ => None,
    };
    let full_name = technician.unwrap_or_else(|| signer.to_owned());
    Ok(PrintedPerformer { full_name, kind })
}

/// Whose hand held the syringe, the reader or the scalpel.
fn hand(details: &ServiceDetails) -> ProfessionalKind {
    match details {
        ServiceDetails::Microchip(chip) => chip.professional_kind,
        ServiceDetails::Deworming(_) | ServiceDetails::Sterilisation(_) => {
            ProfessionalKind::Veterinarian
        }
    }
}

fn printed_owner(owner: &OwnerRecord) -> PrintedOwner {
    let details = &owner.details;
    PrintedOwner {
        full_name: details.name.full(),
        document: details.document.clone(),
        address: details.address.as_ref().map(ToString::to_string),
        commune: details.residence(),
    }
}

fn printed_animal(source: Source<'_>) -> PrintedAnimal {
    let details = &source.animal.details;
    PrintedAnimal {
        name: details.name.to_string(),
        chip: source.chip,
        species: details.species,
        sex: details.sex,
        breed: details.breed.clone(),
        coat: details.coat.clone(),
        pattern: details.pattern,
        birth: details.birth,
        reproductive_state: details.reproductive_state,
    }
}

fn printed_service(details: &ServiceDetails) -> PrintedAct {
    match details {
        ServiceDetails::Microchip(chip) => {
            PrintedAct::Chip { procedure: chip.procedure, site: chip.site }
        }
        ServiceDetails::Sterilisation(surgery) => {
            PrintedAct::Sterilisation { weight: surgery.weight }
        }
        ServiceDetails::Deworming(dose) => PrintedAct::Sterilisation { weight: dose.weight },
    }
}

fn printed_place(on: CivilDate, outreach: &Outreach) -> PrintedPlace {
    PrintedPlace { on, outreach: outreach.name.to_string(), commune: outreach.commune }
}

/// Whether a correction changed anything that `before` prints.
pub(crate) fn differs(before: &DocumentFacts, source: Source<'_>) -> bool {
    before.owner != printed_owner(source.owner)
        || before.animal != printed_animal(source)
        || before.service != printed_service(&source.service.details)
        || before.performer.kind != hand(&source.service.details)
        || before.place.on != source.service.performed_on
}

/// The animal as a corrected document prints it: what `before` says, but for what the correction
/// itself changed (`correction` holds the details before and after it). What became of the animal
/// in later visits is no correction of an earlier document.
pub(crate) fn as_printed(
    before: &PrintedAnimal,
    now: &AnimalRecord,
    correction: Option<&(AnimalDetails, AnimalDetails)>,
) -> AnimalRecord {
    let mut animal = now.clone();
    let details = &mut animal.details;
    let changed = |differs: fn(&AnimalDetails, &AnimalDetails) -> bool| {
        correction.is_some_and(|(old, new)| differs(old, new))
    };
    if !changed(|old, new| old.species != new.species) {
        details.species = before.species;
    }
    if !changed(|old, new| old.sex != new.sex) {
        details.sex = before.sex;
    }
    if !changed(|old, new| old.breed != new.breed) {
        details.breed.clone_from(&before.breed);
    }
    if !changed(|old, new| old.coat != new.coat) {
        details.coat.clone_from(&before.coat);
    }
    if !changed(|old, new| old.pattern != new.pattern) {
        details.pattern = before.pattern;
    }
    if !changed(|old, new| old.birth != new.birth) {
        details.birth = before.birth;
    }
    if !changed(|old, new| old.reproductive_state != new.reproductive_state) {
        details.reproductive_state = before.reproductive_state;
    }
    // A stored name was a name once.
    if !changed(|old, new| old.name != new.name)
        && let Ok(name) = PetName::parse(&before.name)
    {
        details.name = name;
    }
    animal
}
