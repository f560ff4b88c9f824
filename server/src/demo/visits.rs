//! The visits of 2020: submissions as a phone would have sent them.

use anyhow::{Result, bail};
use backend::actor::Actor;
use backend::office::Office;
use backend::submissions;
use domain::animal::{AnimalDetails, Drawing};
use domain::catalogue::product::{Ingredient, Route};
use domain::catalogue::{
    DewormingKind, ImplantSite, Procedure, ProfessionalKind, SterilisationOutcome,
};
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::id::{AnimalId, DeviceId, OwnerId, StaffId, SubmissionId};
use domain::name::ShortText;
use domain::role::Role;
use domain::service::{Deworming, Microchip, ServiceDetails, Sterilisation};
use domain::submission::{Batch, Outcome, Submission, VERSION};
use domain::timestamp::Timestamp;

use super::accounts::{SIGNATURE, Team};
use super::draw::Draw;
use super::plan::{self, Planned};

/// Submissions that go in one batch.
const BATCH: usize = 200;
/// The last visits, whose mails wait in the outbox.
const MAILED: usize = 10;

/// Who sends, and how far its count is.
struct Sender {
    actor: Actor,
    device: DeviceId,
    sequence: u32,
}

/// Registers every visit of the plan; answers how many there were, and the phones that sent them.
pub(super) async fn all(
    office: &mut Office,
    draw: &mut Draw,
    team: &Team,
    plan: &[Planned],
) -> Result<(u32, [DeviceId; 2])> {
    let mut operative = sender(draw, team.operative, Role::Operative);
    let mut veterinarian = sender(draw, team.veterinarian, Role::Veterinarian);
    let mut visits = 0;
    for (number, planned) in plan.iter().enumerate() {
        let behind = planned.outreach.starts_at.since_ms(office.clock.now());
        office.clock.advance_ms(behind);
        plan::authorise(office, team, planned.outreach.id).await?;
        let sender = if planned.surgeries > 0 { &mut veterinarian } else { &mut operative };
        let day = day(draw, team, planned, sender)?;
        visits += u32::try_from(day.len()).unwrap_or(u32::MAX);
        office.clock.advance_ms(planned.outreach.ends_at.since_ms(office.clock.now()));
        let is_last = number + 1 == plan.len();
        let mailed = if is_last { day.len().saturating_sub(MAILED) } else { day.len() };
        let (quiet, told) = day.split_at(mailed);
        send(office, sender, quiet).await?;
        office.quiet = false;
        send(office, sender, told).await?;
        office.quiet = true;
    }
    Ok((visits, [operative.device, veterinarian.device]))
}

fn sender(draw: &mut Draw, id: StaffId, role: Role) -> Sender {
    let device = DeviceId(draw.id(super::BEGINNING));
    Sender { actor: Actor::Staff { id, role }, device, sequence: 0 }
}

/// The submissions of one outreach: its quota, and a few that do not count.
fn day(
    draw: &mut Draw,
    team: &Team,
    planned: &Planned,
    sender: &mut Sender,
) -> Result<Vec<Submission>> {
    let mut day = Vec::new();
    let mut at = planned.outreach.starts_at;
    let mut chips = planned.chips;
    let mut surgeries = planned.surgeries;
    while chips + surgeries > 0 {
        at = at.plus_ms(draw.number(120_000..420_000));
        // Every so often one owner brings two animals.
        let pair = if draw.percent(14) { 2 } else { 1 };
        let mut visit = Visit::new(draw, team, planned, at);
        for _ in 0..pair {
            if chips > 0 {
                chips -= 1;
                visit.chip_and_doses()?;
            } else if surgeries > 0 {
                surgeries -= 1;
                visit.surgery(SterilisationOutcome::Performed)?;
            }
        }
        if visit.draw.percent(3) {
            visit.uncounted(planned.surgeries > 0)?;
        }
        let commands = visit.commands;
        sender.sequence += 1;
        day.push(Submission {
            id: SubmissionId(draw.id(at)),
            version: VERSION,
            device: sender.device,
            sequence: sender.sequence,
            actor: StaffId(sender.actor.id().unwrap_or_default()),
            outreach: Some(planned.outreach.id),
            visit: Some(draw.id(at).into()),
            recorded_at: at,
            utc_offset_minutes: -240,
            replaces: None,
            commands,
        });
    }
    Ok(day)
}

/// One owner's visit in the making.
struct Visit<'a> {
    draw: &'a mut Draw,
    team: &'a Team,
    planned: &'a Planned,
    at: Timestamp,
    owner: OwnerId,
    commands: Vec<Command>,
}

impl<'a> Visit<'a> {
    fn new(draw: &'a mut Draw, team: &'a Team, planned: &'a Planned, at: Timestamp) -> Self {
        let owner = OwnerId(draw.id(at));
        let outreach = &planned.outreach;
        let details = draw.owner(outreach.commune, outreach.unit);
        let commands = details
            .map(|details| Command::RegisterOwner { owner, details: Box::new(details) })
            .into_iter()
            .collect();
        Self { draw, team, planned, at, owner, commands }
    }

    fn animal(&mut self) -> Result<(AnimalId, AnimalDetails)> {
        let animal = AnimalId(self.draw.id(self.at));
        let Some(details) = self.draw.animal(self.planned.outreach.held_on) else {
            bail!("a drawn animal is not valid");
        };
        let command = Command::RegisterAnimal {
            animal,
            owner: self.owner,
            details: Box::new(details.clone()),
        };
        self.commands.push(command);
        Ok((animal, details))
    }

    fn service(&mut self, animal: AnimalId, details: ServiceDetails, needs: bool) {
        self.commands.push(Command::RecordService {
            service: self.draw.id(self.at).into(),
            animal,
            details: Box::new(details),
            veterinarian: needs.then_some(self.team.veterinarian),
        });
    }

    fn chip_and_doses(&mut self) -> Result<()> {
        let (animal, details) = self.animal()?;
        self.chip(animal, Procedure::Implantation)?;
        let weight = self.draw.weight(details.species);
        for kind in DewormingKind::ALL {
            let (product, ingredients, route) = match kind {
                DewormingKind::Internal => (
                    "Praziquantel + pirantel (demostración)",
                    vec![Ingredient::Praziquantel, Ingredient::Pyrantel],
                    Route::Oral,
                ),
                DewormingKind::External => {
                    ("Fipronil (demostración)", vec![Ingredient::Fipronil], Route::Topical)
                }
            };
            let dose = Deworming {
                kind: *kind,
                product: ShortText::parse(product)?,
                ingredients,
                route,
                batch: ShortText::parse("DEMO-20")?,
                expires_on: "2021-12-31".parse()?,
                weight,
                dose: None,
            };
            self.service(animal, ServiceDetails::Deworming(dose), false);
        }
        Ok(())
    }

    fn chip(&mut self, animal: AnimalId, procedure: Procedure) -> Result<()> {
        let chip = ChipNumber::from_digits(&self.draw.chip())?;
        let microchip = Microchip {
            procedure,
            chip,
            second_reading: chip,
            site: ImplantSite::LeftNeck,
            professional_kind: ProfessionalKind::Technician,
        };
        self.service(animal, ServiceDetails::Microchip(microchip), true);
        Ok(())
    }

    fn surgery(&mut self, outcome: SterilisationOutcome) -> Result<()> {
        let (animal, details) = self.animal()?;
        let weight = self.draw.weight(details.species);
        let surgery = Sterilisation {
            outcome,
            weight,
            consent: true,
            consent_signature: Drawing::parse(SIGNATURE).ok(),
            remarks: None,
        };
        self.service(animal, ServiceDetails::Sterilisation(surgery), true);
        Ok(())
    }

    /// What happens in every hall and counts to no target.
    fn uncounted(&mut self, surgical: bool) -> Result<()> {
        if surgical {
            let outcome =
                *self.draw.one(&[SterilisationOutcome::Rejected, SterilisationOutcome::Suspended]);
            return self.surgery(outcome);
        }
        let (animal, _) = self.animal()?;
        self.chip(animal, Procedure::Verification)
    }
}

async fn send(office: &Office, sender: &Sender, submissions: &[Submission]) -> Result<()> {
    for chunk in submissions.chunks(BATCH) {
        let values: Result<Vec<_>, _> = chunk.iter().map(serde_json::to_value).collect();
        let batch = Batch { device: sender.device, submissions: values?, report: None };
        let reply = submissions::receive(office, sender.actor, batch).await?;
        for answer in reply.answers {
            if !matches!(answer.outcome, Outcome::Accepted { .. }) {
                bail!("a drawn visit was not accepted: {:?}", answer.outcome);
            }
        }
    }
    Ok(())
}
