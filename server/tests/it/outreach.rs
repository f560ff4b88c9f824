//! An outreach on a house's database, with a team, and visits as a phone sends them.

use backend::actor::Actor;
use backend::clock::{Clock, fresh_id};
use backend::keys::{Keys, Secret};
use backend::office::Office;
use backend::store::vocabulary::programme::{OutreachRow, ProgrammeRow};
use backend::store::{Store, StoreError, StoreOptions};
use domain::animal::{AnimalDetails, Drawing};
use domain::catalogue::{
    ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
};
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::contact::Email;
use domain::id::{AnimalId, DeviceId, OutreachId, OwnerId, ServiceId, StaffId, SubmissionId};
use domain::identity::IdentityDocument;
use domain::name::{PersonName, PetName, ShortText};
use domain::owner::OwnerDetails;
use domain::role::Role;
use domain::service::{Microchip, ServiceDetails};
use domain::submission::{Batch, Submission, VERSION};
use domain::timestamp::Timestamp;

use crate::client::Client;
use crate::house::House;
use crate::programme::programme;

/// An outreach that is under way today, in a house.
pub struct Outreach {
    pub id: OutreachId,
    pub operative: Client,
    pub veterinarian: StaffId,
    actor: StaffId,
    device: DeviceId,
}

impl Outreach {
    /// Sets it up; its veterinarian has authorised it when `signed`.
    pub fn in_house(house: &House, signed: bool) -> Self {
        let mut operative = house.staff("operative");
        let mut veterinarian = house.staff("veterinarian");
        let id_of = |client: &mut Client| -> StaffId {
            let session = client.get("/api/v1/session").expect(200).json();
            session["id"].as_str().expect("an id").parse().expect("a UUID")
        };
        let (actor, veterinarian) = (id_of(&mut operative), id_of(&mut veterinarian));
        let id = house.block_on(async |office| {
            let id = lay_out(&office.store, [actor, veterinarian]).await;
            if signed {
                authorise(office, veterinarian, id).await;
            }
            id
        });
        Self { id, operative, veterinarian, actor, device: DeviceId(fresh_id()) }
    }

    /// The phone that sends.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// Sends the visit of a new owner with a dog, as one submission; answers the reply.
    pub fn visit(&mut self, sequence: u32, run: u32, chip: &str) -> serde_json::Value {
        let batch = self.draft(sequence, run, chip);
        self.operative.post_json("/api/v1/submissions", &batch).expect(200).json()
    }

    /// The batch of such a visit, not sent.
    pub fn draft(&self, sequence: u32, run: u32, chip: &str) -> serde_json::Value {
        self.batch_of(sequence, owner_details(run), dog(), chip)
    }

    /// As [`Outreach::visit`], of an owner without an address for mail.
    pub fn visit_without_mail(&mut self, sequence: u32, run: u32, chip: &str) -> serde_json::Value {
        let owner = OwnerDetails { email: None, ..owner_details(run) };
        self.visit_of(sequence, owner, dog(), chip)
    }

    /// As [`Outreach::visit`], of a dog of which everything is known that the RNM asks.
    pub fn whole_visit(&mut self, sequence: u32, run: u32, chip: &str) -> serde_json::Value {
        self.visit_of(sequence, owner_details(run), whole_dog(), chip)
    }

    fn visit_of(
        &mut self,
        sequence: u32,
        owner: OwnerDetails,
        animal: AnimalDetails,
        chip: &str,
    ) -> serde_json::Value {
        let batch = self.batch_of(sequence, owner, animal, chip);
        self.operative.post_json("/api/v1/submissions", &batch).expect(200).json()
    }

    fn batch_of(
        &self,
        sequence: u32,
        owner_details: OwnerDetails,
        animal_details: AnimalDetails,
        chip: &str,
    ) -> serde_json::Value {
        let (owner, animal) = (OwnerId(fresh_id()), AnimalId(fresh_id()));
        let commands = vec![
            Command::RegisterOwner { owner, details: Box::new(owner_details) },
            Command::RegisterAnimal { animal, owner, details: Box::new(animal_details) },
            Command::RecordService {
                service: ServiceId(fresh_id()),
                animal,
                details: Box::new(chip_details(chip)),
                veterinarian: Some(self.veterinarian),
            },
        ];
        let submission = Submission {
            id: SubmissionId(fresh_id()),
            version: VERSION,
            device: self.device,
            sequence,
            actor: self.actor,
            outreach: Some(self.id),
            visit: Some(fresh_id().into()),
            recorded_at: Clock::System.now(),
            utc_offset_minutes: -180,
            replaces: None,
            commands,
        };
        let batch = Batch { device: self.device, submissions: vec![submission], report: None };
        serde_json::to_value(batch).expect("JSON")
    }
}

/// Opens the office of a house beside its server.
pub async fn open_office(house: &House) -> Office {
    let store = Store::open(&StoreOptions::new(house.database())).await.expect("a database");
    let secret = Secret::read_or_make(&house.folder.join("secret")).expect("a secret");
    let keys = Keys::open(&store, secret, Clock::System.now()).await.expect("keys");
    let url = format!("http://{}", house.addr);
    Office::open(store, keys, Clock::System, &url).await.expect("an office")
}

async fn lay_out(store: &Store, team: [StaffId; 2]) -> OutreachId {
    let made = store.write(move |tx| {
        Box::pin(async move {
            let last = tx.programmes().await?.iter().map(|known| known.number).max();
            let programme = ProgrammeRow { number: last.unwrap_or(0) + 1, ..programme() };
            tx.insert_programme(&programme).await?;
            let outreach = outreach(programme.id);
            tx.insert_outreach(&outreach).await?;
            for member in team {
                tx.join_team(outreach.id, member.0, outreach.starts_at).await?;
            }
            Ok::<_, StoreError>(OutreachId(outreach.id))
        })
    });
    made.await.expect("the rows are written")
}

pub async fn authorise(office: &Office, veterinarian: StaffId, outreach: OutreachId) {
    let actor = Actor::Staff { id: veterinarian, role: Role::Veterinarian };
    let drawing = Drawing::parse("M10 100L200 40L400 160L590 90").expect("a drawing");
    backend::documents::draw_signature(office, actor, drawing).await.expect("a signature");
    backend::documents::authorise_outreach(office, actor, outreach).await.expect("a leave");
}

fn outreach(programme_id: uuid::Uuid) -> OutreachRow {
    let now = Clock::System.now();
    let Timestamp(starts_at) = now.plus_ms(-3_600_000);
    let Timestamp(ends_at) = now.plus_ms(3_600_000);
    OutreachRow {
        id: fresh_id(),
        programme_id,
        name: "La Chimba".to_owned(),
        kind: "chip_and_deworming".to_owned(),
        status: "under_way".to_owned(),
        held_on: now.local(-180).0.to_string(),
        starts_at,
        ends_at,
        place: "Sede Villa Chica".to_owned(),
        commune: "02101".to_owned(),
        unit: None,
        host_id: None,
        phase: None,
        max_people: None,
    }
}

pub(crate) fn owner_details(run: u32) -> OwnerDetails {
    let run = domain::run::Run::from_number(run).expect("a RUN");
    OwnerDetails {
        email: Some(Email::parse("tenedora@example.cl.invalid").expect("an address")),
        address: Some(ShortText::parse("Sicilia 1516").expect("a text")),
        commune: Some(domain::territory::Commune::ANTOFAGASTA),
        ..OwnerDetails::adult(
            IdentityDocument::of_run(run).expect("a person"),
            PersonName::parse("María José", "Núñez D’Angelo").expect("a name"),
        )
    }
}

fn dog() -> AnimalDetails {
    AnimalDetails::least(
        PetName::parse("Ñato").expect("a name"),
        Species::Dog,
        Sex::Male,
        ReproductiveState::Intact,
    )
}

fn whole_dog() -> AnimalDetails {
    use domain::catalogue::{Acquisition, HoldingProof, KeepingReason, Pattern};
    let birth = domain::animal::Birth { on: "2024-05-01".parse().expect("a day"), estimated: true };
    AnimalDetails {
        breed: domain::catalogue::breed::Breed::parse("mestizo").ok(),
        coat: domain::catalogue::coat::Coat::parse("black-white").ok(),
        pattern: Pattern::ALL.first().copied(),
        birth: Some(birth),
        acquisition: Some(Acquisition::Adoption),
        keeping_reason: Some(KeepingReason::Companion),
        holding_proof: Some(HoldingProof::Receipt),
        ..dog()
    }
}

fn chip_details(chip: &str) -> ServiceDetails {
    let chip = ChipNumber::from_digits(chip).expect("15 digits");
    ServiceDetails::Microchip(Microchip {
        procedure: Procedure::Implantation,
        chip,
        second_reading: chip,
        site: ImplantSite::LeftNeck,
        professional_kind: ProfessionalKind::Veterinarian,
    })
}
