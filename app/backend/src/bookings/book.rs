//! Asking for a place. Those who ask at the same time are judged one after the other within one
//! transaction: their counters are counted, their bookings and letters written, by one statement
//! each, and the places of an offering move once for all of them.

use domain::booking::{BookingDetails, BookingState, Offering, Reminding};
use domain::field_error::{Field, FieldError, Problem};
use domain::identity::IdentityDocument;
use domain::refusal::Refusal;
use domain::timestamp::{CivilDate, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

use super::again::Known;
use super::letters::{self, LetterKind};
use super::line::{self, Hall};
use super::{Outcome, Request, limits, secrets, ticket};
use crate::clock;
use crate::error::{Error, Fault};
use crate::grouping::Grouped;
use crate::office::Office;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::outbox::MessageRow;
use crate::store::vocabulary::plan::PlaceChange;
use crate::store::{Isolation, StoreError, Tx, Work};

/// How many who ask at once are written together.
const MOST: usize = 250;

/// What becomes of one who asks. A refusal is committed too: it was counted.
type Answer = Result<Outcome, Refusal>;

/// Somebody who asks for a place.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) office: Office,
    pub(super) asked: Arc<Asked>,
}

/// What is asked, with all that can be made ready before the database is.
pub(super) struct Asked {
    request: Request,
    /// The booking as it would be.
    pub(super) row: BookingRow,
    /// Keyed hash of the address it came from.
    pub(super) address_key: Vec<u8>,
    /// Keyed hash of the e-mail that is left.
    pub(super) email_key: Option<Vec<u8>>,
    /// Keyed hash of the telephone that is left.
    pub(super) phone_key: Option<Vec<u8>>,
}

impl Asked {
    fn at(&self) -> (Uuid, Offering) {
        (self.request.outreach.0, self.request.offering)
    }
}

impl Grouped for Job {
    type Answer = Answer;
    // The offerings' rows are locked before anything is read that a decision rests on.
    const AT: Isolation = Isolation::Committed;
    const MOST: usize = MOST;

    fn office(&self) -> &Office {
        &self.office
    }

    fn write<'t>(tx: &'t mut Tx, jobs: &'t [Self]) -> Work<'t, Vec<Answer>, Error> {
        Box::pin(take_in(tx, jobs))
    }
}

/// Asks for a place, from a network address.
///
/// # Errors
/// [`Refusal::Invalid`] without a document or an animal; [`Refusal::TooManyAttempts`]; a failed
/// database. Everything else is an [`Outcome`].
pub async fn book(office: &Office, request: Request, address: &str) -> Result<Outcome, Error> {
    if request.details.animals.len() > BookingDetails::MOST_ANIMALS {
        let most = u8::try_from(BookingDetails::MOST_ANIMALS).unwrap_or(u8::MAX);
        return Ok(Outcome::TooManyAnimals { most });
    }
    let asked = Arc::new(prepare(office, request, address)?);
    let job = Job { office: office.clone(), asked };
    office.bookings.take_in(job).await?.map_err(Error::Refused)
}

fn prepare(office: &Office, request: Request, address: &str) -> Result<Asked, Error> {
    let details = &request.details;
    let lacks = [
        (Field::Document, details.document == IdentityDocument::None),
        (Field::PetName, details.animals.is_empty()),
    ];
    let lacks = lacks.into_iter().filter(|(_, lacks)| *lacks);
    let fields: Vec<_> = lacks.map(|(field, _)| FieldError::new(field, Problem::Empty)).collect();
    if !fields.is_empty() {
        return Err(Error::Refused(Refusal::Invalid { fields }));
    }
    let keys = &office.keys;
    let owner_key = secrets::owner_key(keys, &details.document);
    let id = match (&request.form, &owner_key) {
        (Some(form), Some(owner_key)) => {
            let at = format!("{}:{}", request.outreach, request.offering.code());
            secrets::booking_of(keys, form, (&at, owner_key))
        }
        _ => clock::fresh_id(),
    };
    let row = BookingRow {
        id,
        outreach_id: request.outreach.0,
        offering: request.offering.code().to_owned(),
        slot_at: None,
        state: BookingState::Waiting.code().to_owned(),
        places: i64::try_from(details.animals.len()).unwrap_or(i64::MAX),
        priority: i64::from(details.has_priority),
        code_hash: secrets::code_hash(keys, &secrets::code(keys, id)),
        owner_key,
        household_key: secrets::household_key(keys, details),
        details: serde_json::to_string(details).map_err(Fault::from)?,
        created_at: 0,
        changed_at: 0,
        offered_until: None,
        wanted_slot: request.slot.map(|slot| slot.0),
        reminders: 0,
        accepted_date: 1,
        queue_number: None,
        arrived_at: None,
        served_at: None,
        ended_reason: None,
        walk_in: 0,
        device_id: None,
        submission_id: None,
        owner_id: None,
    };
    let address_key = keys.derive(b"booking-address", address.as_bytes()).to_vec();
    let email_key = secrets::email_key(keys, details);
    let phone_key = secrets::phone_key(keys, details);
    Ok(Asked { request, row, address_key, email_key, phone_key })
}

/// Answers everybody who asks, in their order.
async fn take_in(tx: &mut Tx, jobs: &[Job]) -> Result<Vec<Answer>, Error> {
    let Some(office) = jobs.first().map(|job| &job.office) else { return Ok(Vec::new()) };
    let now = office.clock.now();
    let ids: Vec<_> = jobs.iter().map(|job| job.asked.row.id).collect();
    let refused = limits::count(tx, jobs, now).await?;
    let mut asking: BTreeMap<(Uuid, Offering), Vec<&Asked>> = BTreeMap::new();
    for job in jobs {
        asking.entry(job.asked.at()).or_default().push(&job.asked);
    }
    // In their order, so that two transactions lock the rows of the same offerings alike.
    let mut desks = BTreeMap::new();
    for (at, asked) in asking {
        if let Some(desk) = Desk::open(tx, office, (at, asked.as_slice()), now).await? {
            desks.insert(at, desk);
        }
    }
    // Only now: the same form may have been answered while the locks were waited for.
    let mut known = HashMap::new();
    for row in tx.bookings_with_ids(&ids).await? {
        known.insert(row.id, Known::of(tx, office, &row).await?);
    }
    let mut answers = Vec::with_capacity(jobs.len());
    for (job, refused) in jobs.iter().zip(refused) {
        let id = job.asked.row.id;
        if let Some(known) = known.get(&id) {
            answers.push(Ok(known.told(&job.asked.row)));
            continue;
        }
        let answer = match (refused, desks.get_mut(&job.asked.at())) {
            (Some(refusal), _) => Err(refusal),
            (None, None) => Ok(Outcome::NotOpen),
            (None, Some(desk)) => match desk.unfindable(&job.asked) {
                Some(refusal) => Err(refusal),
                None => Ok(desk.answer(office, &job.asked, now)?),
            },
        };
        let fresh = answer.as_ref().ok().and_then(|told| Known::fresh(told, &job.asked.row));
        known.extend(fresh.map(|fresh| (id, fresh)));
        answers.push(answer);
    }
    for desk in desks.values_mut() {
        desk.write(tx, office, now).await?;
    }
    Ok(answers)
}

/// One offering at an outreach, with those who ask for it.
struct Desk {
    hall: Hall,
    /// Documents that have a live booking, and which.
    documents: HashMap<Vec<u8>, Uuid>,
    /// Animals that households have booked.
    households: HashMap<Vec<u8>, i64>,
    /// How many wait who are served first, and how many others.
    waiting: (u32, u32),
    /// Not written yet.
    rows: Vec<BookingRow>,
    letters: Vec<MessageRow>,
    /// Bookings with whose document somebody asked again.
    again: BTreeSet<Uuid>,
}

impl Desk {
    /// Locks the offering, lets those who wait have what is free, and looks who of those who ask
    /// has booked already; nothing when there is no such offering.
    async fn open(
        tx: &mut Tx,
        office: &Office,
        ((outreach, offering), asked): ((Uuid, Offering), &[&Asked]),
        now: Timestamp,
    ) -> Result<Option<Self>, Error> {
        let code = offering.code();
        let Some(mut hall) = line::lock(tx, (outreach, code)).await? else { return Ok(None) };
        line::offer_free(tx, office, &mut hall, now).await?;
        let documents = keys_of(asked, |row| row.owner_key.as_ref());
        let documents = tx.bookings_of_documents(outreach, code, &documents).await?;
        let domiciles = keys_of(asked, |row| row.household_key.as_ref());
        let mut households: HashMap<_, i64> = HashMap::new();
        for held in tx.bookings_of_households(outreach, code, &domiciles).await? {
            *households.entry(held.holder).or_default() += held.places;
        }
        let gives = hall.place.gives_priority();
        let waiting = match asked.iter().any(|asked| asked.request.waits) {
            true => line::counts(&tx.waiting_counts(outreach, code).await?, gives),
            false => (0, 0),
        };
        let documents = documents.into_iter().map(|held| (held.holder, held.id)).collect();
        let (rows, letters, again) = (Vec::new(), Vec::new(), BTreeSet::new());
        Ok(Some(Self { hall, documents, households, waiting, rows, letters, again }))
    }

    fn answer(&mut self, office: &Office, asked: &Asked, now: Timestamp) -> Result<Outcome, Error> {
        if let Some(outcome) = self.hindrance(asked, (office.day_of(now), now)) {
            return Ok(outcome);
        }
        let (wanted, places) = (asked.request.slot, asked.row.places);
        let slot = self.hall.room(wanted, places, now);
        // Who would rather come at another time need not wait for one.
        let is_room_elsewhere = || self.hall.room(None, places, now).is_some();
        if slot.is_none() && (!asked.request.waits || is_room_elsewhere()) {
            return Ok(Outcome::Full);
        }
        // Last of all: whoever asks for what nobody would get learns nothing of who has booked.
        if self.has_enough(asked) {
            return Ok(Outcome::NotGiven);
        }
        let priority = asked.row.priority * i64::from(self.hall.place.gives_priority());
        let (created_at, changed_at) = (now.0, now.0);
        let mut row = BookingRow { created_at, changed_at, priority, ..asked.row.clone() };
        let outcome = match slot {
            Some(slot) => {
                self.hall.take(slot, places);
                BookingState::Booked.code().clone_into(&mut row.state);
                row.slot_at = Some(slot.0);
                row.wanted_slot = None;
                row.reminders = i64::from(Reminding::at(now, &office.zone).stage(slot));
                self.note(office, LetterKind::Booked, &row, asked)?;
                Outcome::Booked(self.ticket(office, &row, None)?)
            }
            None => {
                let position = self.stand_in_line(priority == 1);
                self.note(office, LetterKind::Waiting, &row, asked)?;
                Outcome::Waiting { ticket: self.ticket(office, &row, Some(position))?, position }
            }
        };
        self.documents.extend(row.owner_key.clone().map(|key| (key, row.id)));
        if let Some(household) = row.household_key.clone() {
            *self.households.entry(household).or_default() += places;
        }
        self.rows.push(row);
        Ok(outcome)
    }

    /// A team that comes home has to be told where.
    fn unfindable(&self, asked: &Asked) -> Option<Refusal> {
        let fields = asked.request.details.lacks_of_home();
        (self.hall.place.comes_home() && !fields.is_empty()).then_some(Refusal::Invalid { fields })
    }

    /// Why somebody gets no place here, whatever is free.
    fn hindrance(&self, asked: &Asked, (today, now): (CivilDate, Timestamp)) -> Option<Outcome> {
        let (request, eligibility) = (&asked.request, self.hall.eligibility);
        if !self.hall.is_open(now) {
            return Some(Outcome::NotOpen);
        }
        let held_on = self.hall.place.outreach.held_on;
        let animals = request.details.animals.iter().map(|animal| animal.on_day(today, held_on));
        let animals = animals.enumerate();
        let lacks: Vec<_> = animals
            .flat_map(|(place, animal)| {
                eligibility.lacks(&animal).into_iter().map(move |lack| (place, lack))
            })
            .collect();
        if !lacks.is_empty() {
            return Some(Outcome::NotTaken(lacks));
        }
        if eligibility.is_too_many(request.details.animals.len()) {
            return Some(Outcome::TooManyAnimals { most: eligibility.per_owner });
        }
        if let Some(most) = self.hall.most_within(asked.row.places) {
            return Some(Outcome::TooManyAnimals { most });
        }
        let is_over = request.slot.is_some_and(|slot| !self.hall.has_slot(slot, now));
        is_over.then_some(Outcome::NotOpen)
    }

    /// Whether the document has a booking, or the household all that it may have.
    fn has_enough(&mut self, asked: &Asked) -> bool {
        let document = asked.row.owner_key.as_ref();
        if let Some(booking) = document.and_then(|key| self.documents.get(key)) {
            self.again.insert(*booking);
            return true;
        }
        let household = asked.row.household_key.as_ref();
        let held = household.and_then(|key| self.households.get(key)).copied().unwrap_or_default();
        asked.row.places > i64::from(self.hall.eligibility.most_of_household()) - held
    }

    /// Their place in the line, from 1.
    fn stand_in_line(&mut self, has_priority: bool) -> u32 {
        let (first, others) = &mut self.waiting;
        if has_priority {
            *first += 1;
            return *first;
        }
        *others += 1;
        *first + *others
    }

    fn ticket(
        &self,
        office: &Office,
        row: &BookingRow,
        position: Option<u32>,
    ) -> Result<super::Ticket, StoreError> {
        let facts = (position, Some(&self.hall.eligibility));
        ticket::ticket(office, &self.hall.place, row, facts)
    }

    fn note(
        &mut self,
        office: &Office,
        kind: LetterKind,
        row: &BookingRow,
        asked: &Asked,
    ) -> Result<(), Error> {
        let email = asked.request.details.email.as_ref().filter(|_| !office.quiet);
        if let Some(email) = email {
            let now = Timestamp(row.changed_at);
            self.letters.push(letters::message(kind, row, &email.to_string(), now)?);
        }
        Ok(())
    }

    async fn write(&mut self, tx: &mut Tx, office: &Office, now: Timestamp) -> Result<(), Error> {
        self.hall.write(tx).await?;
        // Who waits moves no place, and whoever calls the outreach off at this moment must see it.
        if self.rows.iter().any(|row| row.state == BookingState::Waiting.code()) {
            let (here, offering) = (self.hall.place.outreach.id.0, self.hall.offering.code());
            tx.move_places(here, offering, PlaceChange::default()).await?;
        }
        tx.insert_bookings(&self.rows).await?;
        if !self.letters.is_empty() {
            tx.insert_messages(&self.letters).await?;
        }
        if office.quiet { Ok(()) } else { self.tell_again(tx, now).await }
    }

    /// Sends those the ticket once more with whose document somebody asked again, so that they know
    /// what nobody else is told; once a day, and not whose letter is written at this moment.
    async fn tell_again(&mut self, tx: &mut Tx, now: Timestamp) -> Result<(), Error> {
        for row in &self.rows {
            self.again.remove(&row.id);
        }
        if self.again.is_empty() {
            return Ok(());
        }
        let ids = limits::again(tx, &self.again, now).await?;
        for row in tx.bookings_with_ids(&ids).await? {
            letters::again(tx, &row, now).await?;
        }
        Ok(())
    }
}

/// What those who ask are known by, each once.
fn keys_of(asked: &[&Asked], key: fn(&BookingRow) -> Option<&Vec<u8>>) -> Vec<Vec<u8>> {
    let keys: HashSet<_> = asked.iter().filter_map(|asked| key(&asked.row)).collect();
    keys.into_iter().cloned().collect()
}
