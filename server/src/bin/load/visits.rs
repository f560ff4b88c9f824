//! Registrations: a new owner, an animal, a chip and two doses, again and again (goal P8).

use anyhow::{Context, Result, bail};
use clap::Args;
use domain::animal::AnimalDetails;
use domain::catalogue::product::{Ingredient, Route};
use domain::catalogue::{
    DewormingKind, ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
};
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::contact::Email;
use domain::id::{DeviceId, OutreachId, StaffId};
use domain::identity::IdentityDocument;
use domain::name::{PersonName, PetName, ShortText};
use domain::owner::OwnerDetails;
use domain::run::Run;
use domain::service::{Deworming, Microchip, ServiceDetails};
use domain::submission::{Batch, Outcome, Reply, Submission, VERSION};
use domain::territory::Commune;
use domain::timestamp::Timestamp;
use domain::view::FieldSetup;
use std::time::{Duration, Instant};
use uuid::Uuid;

use crate::Measured;
use crate::client::Client;

#[derive(Args)]
pub(crate) struct Visits {
    /// Address of the account that registers.
    #[arg(long)]
    email: String,
    /// Its password.
    #[arg(long, env = "HUELLA_LOAD_PASSWORD")]
    password: String,
    /// Phones that send at once.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// Visits in all.
    #[arg(long, default_value_t = 2_000)]
    count: usize,
    /// Visits in each request, 1 to 250.
    #[arg(long, default_value_t = 1)]
    batch: usize,
    /// Visits of other runs on this database, so that chips and RUNs are new.
    #[arg(long, default_value_t = 0)]
    skip: usize,
}

/// Where and for whom visits are registered.
#[derive(Clone, Copy)]
pub(crate) struct Hall {
    staff: StaffId,
    outreach: OutreachId,
    veterinarian: StaffId,
    now: Timestamp,
}

impl Visits {
    pub(crate) async fn run(&self, client: &Client) -> Result<Measured> {
        client.sign_in(&self.email, &self.password).await?;
        let hall = Hall::find(client).await?;
        let begin = Instant::now();
        let mut tasks = Vec::new();
        let share = self.count.div_ceil(self.clients);
        for number in 0..self.clients {
            let first = self.skip + number * share;
            let mut phone = Phone::new(hall, first);
            let (client, batch, share) = (client.clone(), self.batch, share);
            tasks.push(tokio::spawn(async move { phone.send(&client, share, batch).await }));
        }
        let (mut times, mut failed) = (Vec::new(), 0);
        for task in tasks {
            let (some, missed) = task.await??;
            times.extend(some);
            failed += missed;
        }
        Ok(Measured::of(times, self.batch, failed, begin.elapsed()))
    }
}

impl Hall {
    /// The first outreach that the account may register at.
    pub(crate) async fn find(client: &Client) -> Result<Self> {
        let (status, body) = client.get("/api/v1/field/setup").await?;
        if status != 200 {
            bail!("the field's set-up was answered {status}");
        }
        let setup: FieldSetup = serde_json::from_slice(&body)?;
        let view = setup.outreaches.first().context("there is no outreach to register at")?;
        let veterinarian = view.veterinarians.first().context("no veterinarian is there")?;
        Ok(Self {
            staff: setup.staff.id,
            outreach: view.outreach.id,
            veterinarian: veterinarian.id,
            now: setup.server_now,
        })
    }
}

/// One phone: its visits are its own, and numbered.
pub(crate) struct Phone {
    hall: Hall,
    device: DeviceId,
    sequence: u32,
    number: usize,
    random: fastrand::Rng,
}

impl Phone {
    /// A phone whose visits count from `first`.
    pub(crate) fn new(hall: Hall, first: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(first as u64 + 1);
        let device = DeviceId(fresh(&mut random, hall.now));
        Self { hall, device, sequence: 0, number: first, random }
    }

    async fn send(
        &mut self,
        client: &Client,
        count: usize,
        batch: usize,
    ) -> Result<(Vec<Duration>, usize)> {
        let mut times = Vec::new();
        let mut failed = 0;
        let mut left = count;
        while left >= batch {
            left -= batch;
            let body = self.batch(batch)?;
            let begin = Instant::now();
            let (status, body) = client.post_json("/api/v1/submissions", body).await?;
            let taken = begin.elapsed();
            if status != 200 {
                bail!("a batch was answered {status}: {}", String::from_utf8_lossy(&body));
            }
            let reply: Reply = serde_json::from_slice(&body)?;
            let accepted = |outcome: &Outcome| matches!(outcome, Outcome::Accepted { .. });
            let missed = reply.answers.iter().filter(|answer| !accepted(&answer.outcome)).count();
            failed += missed;
            if missed == 0 {
                times.push(taken);
            }
        }
        Ok((times, failed))
    }

    /// The JSON of the next visits.
    pub(crate) fn batch(&mut self, count: usize) -> Result<Vec<u8>> {
        let submissions: Result<Vec<_>> = (0..count).map(|_| self.visit()).collect();
        Ok(serde_json::to_vec(&Batch { device: self.device, submissions: submissions? })?)
    }

    fn visit(&mut self) -> Result<Submission> {
        self.sequence += 1;
        let number = self.number;
        self.number += 1;
        let now = self.hall.now;
        let (owner, animal) = (self.fresh(), self.fresh());
        let chip = ChipNumber::from_digits(&format!("{}", 999_100_000_000_000 + number as u64))?;
        let mut commands = vec![
            Command::RegisterOwner { owner: owner.into(), details: Box::new(person(number)?) },
            Command::RegisterAnimal {
                animal: animal.into(),
                owner: owner.into(),
                details: Box::new(dog()?),
            },
            self.service(animal, microchip(chip), Some(self.hall.veterinarian)),
        ];
        for kind in DewormingKind::ALL {
            commands.push(self.service(animal, dose(*kind)?, None));
        }
        Ok(Submission {
            id: self.fresh().into(),
            version: VERSION,
            device: self.device,
            sequence: self.sequence,
            actor: self.hall.staff,
            outreach: Some(self.hall.outreach),
            visit: Some(self.fresh().into()),
            recorded_at: now,
            utc_offset_minutes: -180,
            replaces: None,
            commands,
        })
    }

    fn service(
        &mut self,
        animal: Uuid,
        details: ServiceDetails,
        veterinarian: Option<StaffId>,
    ) -> Command {
        let service = self.fresh().into();
        Command::RecordService {
            service,
            animal: animal.into(),
            details: Box::new(details),
            veterinarian,
        }
    }

    fn fresh(&mut self) -> Uuid {
        fresh(&mut self.random, self.hall.now)
    }
}

fn fresh(random: &mut fastrand::Rng, now: Timestamp) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let ms = u64::try_from(now.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
}

fn person(number: usize) -> Result<OwnerDetails> {
    let run = Run::from_number(10_000_000 + u32::try_from(number)?).context("a RUN")?;
    let surname = ["González", "Núñez", "Rojas", "Díaz", "Mamani"][number % 5];
    Ok(OwnerDetails {
        document: IdentityDocument::of_run(run)?,
        name: PersonName::parse("Carga", &format!("{surname} {}", letters(number)))?,
        phone: None,
        email: Some(Email::parse(&format!("carga{number}@example.cl.invalid"))?),
        address: Some(ShortText::parse("Sicilia 1516")?),
        commune: Some(Commune::ANTOFAGASTA),
        unit: None,
        is_adult: true,
        no_disqualification: true,
        consents_to_photos: false,
        consents_to_news: false,
    })
}

/// A second surname for each number, so that names are as many as in life.
pub(crate) fn letters(mut number: usize) -> String {
    let mut text = String::from("X");
    while number > 0 {
        let letter = u8::try_from(number % 26).unwrap_or(0);
        text.push(char::from(b'a' + letter));
        number /= 26;
    }
    text
}

fn dog() -> Result<AnimalDetails> {
    Ok(AnimalDetails {
        name: PetName::parse("Luna")?,
        species: Species::Dog,
        sex: Sex::Female,
        reproductive_state: ReproductiveState::Intact,
        breed: None,
        coat: None,
        pattern: None,
        birth: None,
        acquisition: None,
        acquired_on: None,
        keeping_reason: None,
        holding_proof: None,
        qualified_dangerous: None,
        declaration: None,
    })
}

fn microchip(chip: ChipNumber) -> ServiceDetails {
    ServiceDetails::Microchip(Microchip {
        procedure: Procedure::Implantation,
        chip,
        second_reading: chip,
        site: ImplantSite::LeftNeck,
        professional_kind: ProfessionalKind::Technician,
    })
}

fn dose(kind: DewormingKind) -> Result<ServiceDetails> {
    let (ingredient, route) = match kind {
        DewormingKind::Internal => (Ingredient::Praziquantel, Route::Oral),
        DewormingKind::External => (Ingredient::Fipronil, Route::Topical),
    };
    Ok(ServiceDetails::Deworming(Deworming {
        kind,
        product: ShortText::parse("Producto")?,
        ingredients: vec![ingredient],
        route,
        batch: ShortText::parse("L1")?,
        expires_on: "2199-01-01".parse()?,
        weight: domain::weight::Weight::from_grams(12_500).ok(),
        dose: None,
    }))
}
