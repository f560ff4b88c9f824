//! The queue of the RNM: some approved, some observed or rejected, the rest waiting.

use anyhow::Result;
use backend::actor::Actor;
use backend::office::Office;
use backend::rnm::{self, Approval, ReadyAnimal};
use domain::desk::queue::RnmStep;
use domain::id::AnimalId;
use domain::role::Role;
use mailroom::certificates::{Certificates, SlipFacts};

use super::accounts::Team;
use super::draw::Draw;

/// What becomes of the animals that are ready, in the order of the queue.
const APPROVED: usize = 40;
const OBSERVED: usize = 25;
const REJECTED: usize = 8;
const WAITING: usize = 120;

/// Moves the queue on.
pub(super) async fn decide(office: &Office, draw: &mut Draw, team: &Team) -> Result<()> {
    let actor = Actor::Staff { id: team.coordinator, role: Role::Coordinator };
    let ready = rnm::ready(office, actor).await?;
    let ids: Vec<AnimalId> = ready.iter().map(|ready| ready.animal.id).collect();
    let asked = ids.iter().take(APPROVED + OBSERVED + REJECTED + WAITING).copied();
    for some in asked.collect::<Vec<_>>().chunks(50) {
        rnm::mark(office, actor, some.to_vec(), RnmStep::Requested).await?;
    }
    let press = Certificates::new()?;
    for ready in ready.iter().take(APPROVED) {
        let number = format!("D{:05}", draw.number(10_000..99_999));
        let pdf = press.slip(&paper(office, ready, &number))?;
        rnm::approve(office, actor, Approval { animal: ready.animal.id, number, pdf }).await?;
    }
    let reason = "Falta acreditar el domicilio (demostración)".to_owned();
    let observed = ids.iter().skip(APPROVED).take(OBSERVED).copied().collect();
    rnm::mark(office, actor, observed, RnmStep::Observed { reason }).await?;
    let reason = "Microchip inscrito por otra persona (demostración)".to_owned();
    let rejected = ids.iter().skip(APPROVED + OBSERVED).take(REJECTED).copied().collect();
    rnm::mark(office, actor, rejected, RnmStep::Rejected { reason }).await?;
    Ok(())
}

/// A paper in the place of the municipality's, marked as demonstration.
fn paper(office: &Office, ready: &ReadyAnimal, number: &str) -> SlipFacts {
    SlipFacts {
        issuer: "Municipalidad (demostración)".to_owned(),
        name: ready.animal.details.name.to_string(),
        chip: ready.animal.chip,
        on: office.day_of(office.clock.now()),
        code: number.to_owned(),
        url: office.public_url.clone(),
        lookup: office.public_url.clone(),
        demonstration: true,
    }
}
