//! Documents printed on one core (goal P11).

use anyhow::{Context, Result, ensure};
use domain::animal::Drawing;
use domain::catalogue::{
    ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
};
use domain::chip_number::ChipNumber;
use domain::document::{
    DocumentFacts, PrintedAct, PrintedAnimal, PrintedOwner, PrintedPerformer, PrintedPlace,
    PrintedVeterinarian,
};
use domain::id::DocumentId;
use domain::identity::IdentityDocument;
use domain::run::Run;
use domain::territory::Commune;
use mailroom::certificates::Certificates;
use std::time::Instant;
use uuid::Uuid;

use crate::Measured;

/// Most bytes that a document may have (goal P11).
const MOST_BYTES: usize = 60_000;
/// Printed before the clock starts: the fonts are read, the caches are warm.
const WARM: usize = 5;

pub(crate) fn print(count: usize) -> Result<Measured> {
    let press = Certificates::new()?;
    for number in 0..WARM {
        press.render(&facts(number)?)?;
    }
    let (begin, mut times) = (Instant::now(), Vec::with_capacity(count));
    for number in 0..count {
        let facts = facts(WARM + number)?;
        let one = Instant::now();
        let bytes = press.render(&facts)?;
        times.push(one.elapsed());
        ensure!(bytes.len() <= MOST_BYTES, "a document has {} bytes", bytes.len());
    }
    Ok(Measured::of(times, 1, 0, begin.elapsed()))
}

fn facts(number: usize) -> Result<DocumentFacts> {
    let day = "2026-11-22".parse()?;
    let run = Run::from_number(40_000_000 + u32::try_from(number)?).context("a RUN")?;
    let chip = ChipNumber::from_digits(&format!("{}", 999_000_000_000_000 + number as u64))?;
    let signed: String = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".chars().cycle().take(210).collect();
    Ok(DocumentFacts {
        document: DocumentId(Uuid::from_u128(number as u128)),
        replaces: None,
        issued_on: day,
        issuer: "Gobernación Provincial (carga)".to_owned(),
        programme: "Veterinario en Marcha".to_owned(),
        owner: PrintedOwner {
            full_name: format!("María José Núñez {number}"),
            document: IdentityDocument::of_run(run)?,
            address: Some("Sicilia 1516".to_owned()),
            commune: Some(Commune::ANTOFAGASTA.to_string()),
        },
        animal: PrintedAnimal {
            name: "Luna".to_owned(),
            chip: Some(chip),
            species: Species::Dog,
            sex: Sex::Female,
            breed: None,
            coat: None,
            pattern: None,
            birth: None,
            reproductive_state: ReproductiveState::Intact,
        },
        service: PrintedAct::Chip {
            procedure: Procedure::Implantation,
            site: ImplantSite::LeftNeck,
        },
        place: PrintedPlace {
            on: day,
            outreach: "Sede vecinal".to_owned(),
            commune: Commune::ANTOFAGASTA,
        },
        performer: PrintedPerformer {
            full_name: "Técnica de carga".to_owned(),
            kind: ProfessionalKind::Technician,
        },
        veterinarian: PrintedVeterinarian {
            full_name: "Dra. de carga".to_owned(),
            run: Some(run),
            registration: None,
            drawing: Drawing::parse("M10 100L200 40L400 160L590 90")?,
        },
        verify_url: format!("HTTPS://HUELLA.EXAMPLE/V/{signed}"),
        demonstration: true,
    })
}
