//! A small field to test in: a programme, an outreach, its team, and visits written as prose.

use backend::actor::Actor;
use backend::clock::{Clock, fresh_id};
use backend::keys::{Keys, Secret};
use backend::office::{DEMONSTRATION, Office};
use backend::store::vocabulary::people::StaffRow;
use backend::store::vocabulary::programme::{OutreachRow, ProgrammeRow};
use backend::submissions;
use domain::animal::{AnimalDetails, Drawing};
use domain::catalogue::product::{Ingredient, Route};
use domain::catalogue::{
    DewormingKind, ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
};
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::contact::Email;
use domain::id::{AnimalId, DeviceId, OutreachId, OwnerId, ServiceId, StaffId, SubmissionId};
use domain::identity::IdentityDocument;
use domain::name::{PersonName, PetName, ShortText};
use domain::owner::OwnerDetails;
use domain::role::Role;
use domain::service::{Deworming, Microchip, ServiceDetails};
use domain::submission::{Answer, Batch, Outcome, PhoneReport, Reply, Submission, VERSION};
use domain::timestamp::Timestamp;
use serde_json::Value;

use crate::it::databases::Database;

/// Sunday 22 November 2026, 14:00 in Santiago.
pub const NOW: Timestamp = Timestamp(1_795_366_800_000);

/// A team at an outreach that is under way.
pub struct Field {
    pub office: Office,
    pub outreach: OutreachId,
    pub operative: StaffId,
    pub veterinarian: StaffId,
    pub coordinator: StaffId,
    pub device: DeviceId,
    sequence: std::sync::atomic::AtomicU32,
}

impl Field {
    /// The field of a fresh database, which is marked as demonstration so that test chips pass.
    pub async fn on(database: &Database) -> Self {
        let clock = Clock::fixed(NOW);
        let store = database.store.clone();
        let secret = Secret::read_or_make(&database.folder.join("secret")).unwrap();
        let keys = Keys::open(&store, secret, NOW).await.unwrap();
        let ids = store
            .write(|tx| {
                Box::pin(async move {
                    tx.put_setting(DEMONSTRATION, "true").await?;
                    let programme = programme_row();
                    tx.insert_programme(&programme).await?;
                    let outreach = outreach_row(programme.id);
                    tx.insert_outreach(&outreach).await?;
                    let mut staff = Vec::new();
                    for role in [Role::Operative, Role::Veterinarian, Role::Coordinator] {
                        let row = staff_row(role);
                        tx.insert_staff(&row).await?;
                        tx.join_team(outreach.id, row.id, NOW.0).await?;
                        staff.push(StaffId(row.id));
                    }
                    Ok::<_, backend::store::StoreError>((OutreachId(outreach.id), staff))
                })
            })
            .await
            .unwrap();
        let office = Office::open(store, keys, clock, "https://huella.example").await.unwrap();
        let (outreach, staff) = ids;
        Self {
            office,
            outreach,
            operative: staff[0],
            veterinarian: staff[1],
            coordinator: staff[2],
            device: DeviceId(fresh_id()),
            sequence: 0.into(),
        }
    }

    /// The same team with another phone.
    pub fn with_another_phone(self) -> Self {
        Self { device: DeviceId(fresh_id()), ..self }
    }

    pub fn as_operative(&self) -> Actor {
        Actor::Staff { id: self.operative, role: Role::Operative }
    }

    pub fn as_veterinarian(&self) -> Actor {
        Actor::Staff { id: self.veterinarian, role: Role::Veterinarian }
    }

    pub fn as_coordinator(&self) -> Actor {
        Actor::Staff { id: self.coordinator, role: Role::Coordinator }
    }

    /// The veterinarian draws a signature and authorises the outreach.
    pub async fn authorise(&self) -> u32 {
        let drawing = Drawing::parse("M10 100L200 40L400 160L590 90").unwrap();
        let actor = self.as_veterinarian();
        backend::documents::draw_signature(&self.office, actor, drawing).await.unwrap();
        let outreach = self.outreach;
        backend::documents::authorise_outreach(&self.office, actor, outreach).await.unwrap()
    }

    /// A submission of these commands, recorded now by `actor`.
    pub fn submission(&self, actor: Actor, commands: Vec<Command>) -> Submission {
        let sequence = self.sequence.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
        Submission {
            id: SubmissionId(fresh_id()),
            version: VERSION,
            device: self.device,
            sequence,
            actor: StaffId(actor.id().unwrap()),
            outreach: Some(self.outreach),
            visit: Some(fresh_id().into()),
            recorded_at: self.office.clock.now(),
            utc_offset_minutes: -180,
            replaces: None,
            commands,
        }
    }

    /// Sends submissions as one batch.
    pub async fn send(&self, actor: Actor, submissions: &[Submission]) -> Reply {
        let values = submissions.iter().map(|one| serde_json::to_value(one).unwrap()).collect();
        self.send_raw(actor, values).await
    }

    /// Sends whatever these values are.
    pub async fn send_raw(&self, actor: Actor, submissions: Vec<Value>) -> Reply {
        let batch = Batch { device: self.device, submissions, report: None };
        submissions::receive(&self.office, actor, batch).await.unwrap()
    }

    /// Sends submissions with what the phone says of itself.
    pub async fn send_saying(
        &self,
        actor: Actor,
        submissions: &[Submission],
        report: PhoneReport,
    ) -> Reply {
        let values = submissions.iter().map(|one| serde_json::to_value(one).unwrap()).collect();
        let batch = Batch { device: self.device, submissions: values, report: Some(report) };
        submissions::receive(&self.office, actor, batch).await.unwrap()
    }

    /// Sends one submission of the operative and answers what became of it.
    pub async fn submit(&self, commands: Vec<Command>) -> Outcome {
        self.submit_as(self.as_operative(), commands).await
    }

    /// Sends one submission and answers what became of it.
    pub async fn submit_as(&self, actor: Actor, commands: Vec<Command>) -> Outcome {
        let submission = self.submission(actor, commands);
        let reply = self.send(actor, &[submission]).await;
        let [Answer { outcome, .. }] = <[Answer; 1]>::try_from(reply.answers).unwrap();
        outcome
    }

    /// A visit of a new owner with a dog: both registered, chip, and one dose of each kind.
    pub fn visit(&self, owner: &Guest, chip: &str) -> Vec<Command> {
        vec![
            owner.registered(),
            owner.dog_registered("Ñato"),
            self.chipped(owner.dog, chip),
            self.dewormed(owner.dog, DewormingKind::Internal),
            self.dewormed(owner.dog, DewormingKind::External),
        ]
    }

    /// A chip implanted under the outreach's veterinarian.
    pub fn chipped(&self, animal: AnimalId, chip: &str) -> Command {
        self.chip_command(animal, chip, Procedure::Implantation)
    }

    /// A chip that was there already.
    pub fn verified(&self, animal: AnimalId, chip: &str) -> Command {
        self.chip_command(animal, chip, Procedure::Verification)
    }

    fn chip_command(&self, animal: AnimalId, chip: &str, procedure: Procedure) -> Command {
        let chip = ChipNumber::from_digits(chip).unwrap();
        Command::RecordService {
            service: ServiceId(fresh_id()),
            animal,
            details: Box::new(ServiceDetails::Microchip(Microchip {
                procedure,
                chip,
                second_reading: chip,
                site: ImplantSite::LeftNeck,
                professional_kind: ProfessionalKind::Technician,
            })),
            veterinarian: Some(self.veterinarian),
        }
    }

    /// A dose.
    pub fn dewormed(&self, animal: AnimalId, kind: DewormingKind) -> Command {
        let (ingredient, route) = match kind {
            DewormingKind::Internal => (Ingredient::Praziquantel, Route::Oral),
            DewormingKind::External => (Ingredient::Fipronil, Route::Topical),
        };
        Command::RecordService {
            service: ServiceId(fresh_id()),
            animal,
            details: Box::new(ServiceDetails::Deworming(Deworming {
                kind,
                product: ShortText::parse("Producto de prueba").unwrap(),
                ingredients: vec![ingredient],
                route,
                batch: ShortText::parse("L-2026").unwrap(),
                expires_on: "2027-12-31".parse().unwrap(),
                weight: domain::weight::Weight::parse("12,5").ok(),
                dose: None,
            })),
            veterinarian: None,
        }
    }
}

/// Somebody who comes with a dog.
pub struct Guest {
    pub owner: OwnerId,
    pub dog: AnimalId,
    pub run: u32,
    pub email: Option<&'static str>,
}

impl Guest {
    /// A guest with a RUN made of a number, and an e-mail.
    pub fn new(run: u32) -> Self {
        let email = Some("tenedor@example.cl.invalid");
        Self { owner: OwnerId(fresh_id()), dog: AnimalId(fresh_id()), run, email }
    }

    /// What they say of themselves.
    pub fn details(&self) -> OwnerDetails {
        let run = domain::run::Run::from_number(self.run).unwrap();
        OwnerDetails {
            email: self.email.map(|email| Email::parse(email).unwrap()),
            address: Some(ShortText::parse("Sicilia 1516").unwrap()),
            commune: Some(domain::territory::Commune::ANTOFAGASTA),
            ..OwnerDetails::adult(
                IdentityDocument::of_run(run).unwrap(),
                PersonName::parse("María José", "Núñez D’Angelo").unwrap(),
            )
        }
    }

    /// The command that registers them.
    pub fn registered(&self) -> Command {
        Command::RegisterOwner { owner: self.owner, details: Box::new(self.details()) }
    }

    /// The command that registers their dog.
    pub fn dog_registered(&self, name: &str) -> Command {
        Command::RegisterAnimal {
            animal: self.dog,
            owner: self.owner,
            details: Box::new(dog(name)),
        }
    }
}

/// A dog of which only the least is known.
pub fn dog(name: &str) -> AnimalDetails {
    AnimalDetails::least(
        PetName::parse(name).unwrap(),
        Species::Dog,
        Sex::Male,
        ReproductiveState::Intact,
    )
}

/// What is refused, or a failed test.
pub fn refusal(outcome: &Outcome) -> &domain::refusal::Refusal {
    match outcome {
        Outcome::Refused { refusal, .. } | Outcome::Conflict { refusal, .. } => refusal,
        Outcome::Accepted { .. } | Outcome::Quarantined => panic!("not refused: {outcome:?}"),
    }
}

/// A programme as in 2020.
pub fn programme_row() -> ProgrammeRow {
    ProgrammeRow {
        id: fresh_id(),
        number: 1,
        name: "Veterinario en Marcha".to_owned(),
        issuer: "Gobernación de prueba".to_owned(),
        starts_on: "2026-01-01".to_owned(),
        ends_on: "2026-12-31".to_owned(),
        target_implantations: 800,
        target_dewormings_internal: 800,
        target_dewormings_external: 800,
        target_sterilisations: 0,
        target_outreaches: 0,
    }
}

/// An outreach today.
pub fn outreach_row(programme: uuid::Uuid) -> OutreachRow {
    OutreachRow {
        id: fresh_id(),
        programme_id: programme,
        name: "Operativo de prueba".to_owned(),
        kind: "mixed".to_owned(),
        status: "under_way".to_owned(),
        held_on: "2026-11-22".to_owned(),
        starts_at: NOW.0 - 3_600_000,
        ends_at: NOW.0 + 3_600_000,
        place: "Sede vecinal".to_owned(),
        commune: "02101".to_owned(),
        unit: None,
        host_id: None,
        phase: None,
        max_people: None,
    }
}

/// Somebody of the team.
pub fn staff_row(role: Role) -> StaffRow {
    let id = fresh_id();
    StaffRow {
        id,
        email: format!("{id}@example.cl.invalid"),
        email_key: format!("{id}@example.cl.invalid"),
        name: format!("Prueba {role}"),
        role: role.code().to_owned(),
        state: "active".to_owned(),
        password_hash: None,
        run: Some("12345678-5".to_owned()),
        professional_kind: None,
        professional_registration: None,
        signature_svg: None,
        signature_drawn_at: None,
        created_at: NOW.0,
        demonstration: true,
    }
}
