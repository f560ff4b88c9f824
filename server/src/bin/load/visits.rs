//! Registrations: a new owner, an animal, a chip and two doses, again and again (goal P8).

use anyhow::{Context, Result, bail};
use clap::Args;
use domain::catalogue::DewormingKind;
use domain::command::Command;
use domain::id::{DeviceId, OutreachId, StaffId};
use domain::service::ServiceDetails;
use domain::submission::{Batch, Outcome, Reply, Submission, VERSION};
use domain::timestamp::Timestamp;
use domain::view::FieldSetup;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::time::{Duration, Instant};
use uuid::Uuid;

use crate::Measured;
use crate::client::{Account, Client};
use crate::guests;

#[derive(Args)]
pub(crate) struct Visits {
    #[command(flatten)]
    account: Account,
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
    /// Owners have no e-mail, so that no document has to be printed
    #[arg(long)]
    without_mail: bool,
}

/// Where phones send.
const PATH: &str = "/api/v1/submissions";

/// Where and for whom visits are registered.
#[derive(Clone, Copy)]
pub(crate) struct Hall {
    staff: StaffId,
    pub(crate) outreach: OutreachId,
    veterinarian: StaffId,
    now: Timestamp,
    /// When the server's clock said so.
    asked: Instant,
}

impl Visits {
    pub(crate) async fn run(&self, client: &Client) -> Result<Measured> {
        self.account.sign_in(client).await?;
        let hall = Hall::find(client).await?;
        let begin = Instant::now();
        let mut tasks = Vec::new();
        let share = self.count.div_ceil(self.clients);
        for number in 0..self.clients {
            let first = self.skip + number * share;
            let mut phone = Phone::new(hall, first);
            phone.with_mail = !self.without_mail;
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
            asked: Instant::now(),
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
    /// Whether owners have an e-mail, and so get a document.
    pub(crate) with_mail: bool,
}

impl Phone {
    /// A phone whose visits count from `first`.
    pub(crate) fn new(hall: Hall, first: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(first as u64 + 1);
        let device = DeviceId(fresh(&mut random, hall.now));
        Self { hall, device, sequence: 0, number: first, random, with_mail: true }
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
            let (status, body) = if batch == 1 {
                client.post_json(PATH, body).await?
            } else {
                client.post_gzip(PATH, compressed(&body)?).await?
            };
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
        let batch = Batch { device: self.device, submissions: submissions?, report: None };
        Ok(serde_json::to_vec(&batch)?)
    }

    fn visit(&mut self) -> Result<Submission> {
        self.sequence += 1;
        let number = self.number;
        self.number += 1;
        let now = self.hall.now;
        let (owner, animal) = (self.fresh(), self.fresh());
        let details = Box::new(guests::person(number, self.with_mail)?);
        let mut commands = vec![
            Command::RegisterOwner { owner: owner.into(), details },
            Command::RegisterAnimal {
                animal: animal.into(),
                owner: owner.into(),
                details: Box::new(guests::dog()?),
            },
            self.service(animal, guests::microchip(number)?, Some(self.hall.veterinarian)),
        ];
        for kind in DewormingKind::ALL {
            commands.push(self.service(animal, guests::dose(*kind)?, None));
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

    /// An identifier of this moment, as a phone makes it: those of one visit lie close together,
    /// behind those that came before.
    fn fresh(&mut self) -> Uuid {
        let gone = i64::try_from(self.hall.asked.elapsed().as_millis()).unwrap_or(0);
        fresh(&mut self.random, self.hall.now.plus_ms(gone))
    }
}

fn compressed(body: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(body)?;
    Ok(gzip.finish()?)
}

fn fresh(random: &mut fastrand::Rng, now: Timestamp) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let ms = u64::try_from(now.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
}
