//! Places: people who book at one outreach, all at once, through the public form (goal P13).

use anyhow::{Context, Result};
use backend::clock::{self, Clock};
use backend::store::vocabulary::plan::{OfferingRow, OutreachPlanRow, SlotRow};
use backend::store::vocabulary::programme::OutreachRow;
use backend::store::{Store, StoreError, StoreOptions, Tx};
use clap::Args;
use domain::booking::{Eligibility, Offering, Slot, slots};
use domain::timestamp::{DAY_MS, HOUR_MS};
use serde::Serialize;
use std::time::{Duration, Instant};
use uuid::Uuid;

use crate::Measured;
use crate::client::Client;
use crate::guests;

#[derive(Args)]
pub(crate) struct Places {
    /// The server's database, in which an outreach is opened for booking
    #[arg(long)]
    database: String,
    /// Places that there are
    #[arg(long)]
    capacity: u32,
    /// People who ask, each for one dog
    #[arg(long)]
    count: usize,
    /// Requests in flight.
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// People of other runs on this database.
    #[arg(long, default_value_t = 0)]
    skip: usize,
    /// They leave a telephone instead of an e-mail, so that no ticket has to be printed
    #[arg(long)]
    without_mail: bool,
}

/// What was given.
#[derive(Serialize)]
pub(crate) struct Given {
    /// Where.
    outreach: Uuid,
    /// Of which programme.
    programme: Uuid,
    #[serde(flatten)]
    measured: Measured,
    /// People who were told that the place is theirs.
    booked: usize,
    /// People who were told that there is none.
    full: usize,
    /// Places that the database says are promised.
    promised: i64,
    /// The same, summed over the slots.
    in_slots: i64,
}

/// How one who asked was answered.
enum Answer {
    Booked(Duration),
    Full(Duration),
    Other,
}

impl Places {
    pub(crate) async fn run(&self, client: &Client) -> Result<Given> {
        let store = Store::open(&StoreOptions::new(self.database.as_str())).await?;
        let (id, programme) = open(&store, self.capacity).await?;
        let path = format!("/operativos/{id}/reservar?servicio={}", Offering::Chip.code());
        let forms = |number: usize| -> Result<Vec<_>> {
            let people = (number..self.count).step_by(self.clients).map(|one| self.skip + one);
            people.map(|one| form(one, !self.without_mail)).collect()
        };
        let forms: Result<Vec<_>> = (0..self.clients).map(forms).collect();
        let mut tasks = Vec::new();
        let begin = Instant::now();
        for forms in forms? {
            let (client, path) = (client.clone(), path.clone());
            tasks.push(tokio::spawn(async move { ask(&client, &path, forms).await }));
        }
        let mut answers = Vec::with_capacity(self.count);
        for task in tasks {
            answers.extend(task.await??);
        }
        let whole = begin.elapsed();
        let (mut times, mut booked, mut full) = (Vec::new(), 0, 0);
        for answer in &answers {
            match answer {
                Answer::Booked(time) => {
                    booked += 1;
                    times.push(*time);
                }
                Answer::Full(time) => {
                    full += 1;
                    times.push(*time);
                }
                Answer::Other => {}
            }
        }
        let failed = answers.len() - times.len();
        let (promised, in_slots) = promised(&store, id).await?;
        let measured = Measured::of(times, 1, failed, whole);
        Ok(Given { outreach: id, programme, measured, booked, full, promised, in_slots })
    }
}

async fn ask(client: &Client, path: &str, forms: Vec<String>) -> Result<Vec<Answer>> {
    let mut answers = Vec::with_capacity(forms.len());
    for form in forms {
        let asked = Instant::now();
        let status = client.post_form(path, form).await.map(|(status, _)| status);
        let time = asked.elapsed();
        answers.push(match status {
            Ok(303) => Answer::Booked(time),
            Ok(422) => Answer::Full(time),
            Ok(_) | Err(_) => Answer::Other,
        });
    }
    Ok(answers)
}

/// What somebody types who books for one dog, at any time.
fn form(person: usize, with_mail: bool) -> Result<String> {
    let (given, surnames) = guests::names(person);
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("act", "book").append_pair("rows", "1");
    form.append_pair("run", &guests::run(person)?.to_string());
    form.append_pair("given", given).append_pair("surnames", &surnames);
    if with_mail {
        form.append_pair("email", &format!("carga{person}@example.cl.invalid"));
    } else {
        form.append_pair("phone", &guests::telephone(person));
    }
    form.append_pair("pet_name_1", "Luna").append_pair("species_1", "dog");
    form.append_pair("sex_1", "female").append_pair("years_1", "2");
    Ok(form.finish())
}

/// What each outreach costs, in Chilean pesos.
const COST: i64 = 1_200_000;
/// How many neighbourhood units each reaches.
const UNITS: usize = 3;

/// Opens an outreach of next week for booking, with so many places; also of which programme. It has
/// a cost and reaches some units, as those of today from then on: what the programme's page and
/// where next count is all that was done at what has a cost.
async fn open(store: &Store, capacity: u32) -> Result<(Uuid, Uuid)> {
    let now = Clock::System.now();
    let starts_at = now.plus_ms(7 * DAY_MS);
    let ends_at = starts_at.plus_ms(8 * HOUR_MS);
    let zone = clock::zone(now)?;
    let [today, held_on] = [now, starts_at].map(|at| zone.local(at).0.to_string());
    let facts = (today, held_on, serde_json::to_string(&Eligibility::usual(Offering::Chip))?);
    let opened = store.write_with(facts, move |tx, (today, held_on, eligibility)| {
        Box::pin(async move {
            let units = tx.units_without_boundaries().await?.into_iter().map(|row| row.unit);
            let units: Vec<_> = units.take(UNITS).collect();
            for row in tx.outreaches_between(today, today, 9).await? {
                meant(tx, row.id, &units).await?;
            }
            let programme = tx.programmes().await?.pop();
            let programme = programme.ok_or(StoreError::Inconsistent("there is no programme"))?;
            let row = OutreachRow {
                id: clock::fresh_id(),
                programme_id: programme.id,
                name: "Carga".to_owned(),
                kind: "chip_and_deworming".to_owned(),
                status: "open".to_owned(),
                held_on: held_on.clone(),
                starts_at: starts_at.0,
                ends_at: ends_at.0,
                place: "Plaza".to_owned(),
                commune: "02101".to_owned(),
                unit: units.first().cloned(),
                host_id: None,
                phase: None,
                max_people: None,
            };
            tx.insert_outreach(&row).await?;
            meant(tx, row.id, &units).await?;
            let offering = OfferingRow {
                outreach_id: row.id,
                offering: Offering::Chip.code().to_owned(),
                capacity: i64::from(capacity),
                minutes: 6,
                stations: 10,
                eligibility: eligibility.clone(),
                booked: 0,
                used: 0,
                shared: 0,
                programme_id: None,
            };
            tx.put_offering(&offering).await?;
            let times = times(&offering, slots(starts_at, ends_at, capacity));
            tx.put_slots(row.id, &offering.offering, &times).await?;
            Ok::<_, StoreError>((row.id, row.programme_id))
        })
    });
    opened.await.context("an outreach to book at")
}

/// Says what an outreach costs, and for which units it is meant.
async fn meant(tx: &mut Tx, id: Uuid, units: &[String]) -> Result<(), StoreError> {
    let plan = tx.outreach_plan(id).await?.unwrap_or_default();
    let cost = Some(COST);
    tx.put_outreach_plan(&OutreachPlanRow { outreach_id: id, cost, ..plan }).await?;
    tx.put_outreach_units(id, units).await
}

fn times(offering: &OfferingRow, slots: Vec<Slot>) -> Vec<SlotRow> {
    let row = |slot: Slot| SlotRow {
        outreach_id: offering.outreach_id,
        offering: offering.offering.clone(),
        starts_at: slot.starts_at.0,
        capacity: i64::from(slot.capacity),
        booked: 0,
    };
    slots.into_iter().map(row).collect()
}

/// Places that are promised, and their sum over the slots.
async fn promised(store: &Store, id: Uuid) -> Result<(i64, i64)> {
    let read = store.read(move |tx| {
        Box::pin(async move {
            let code = Offering::Chip.code();
            let offering = tx.offering(id, code).await?;
            let slots = tx.slots_of(id, code).await?;
            let in_slots = slots.iter().map(|slot| slot.booked).sum();
            Ok::<_, StoreError>((offering.map_or(0, |row| row.booked), in_slots))
        })
    });
    Ok(read.await?)
}
