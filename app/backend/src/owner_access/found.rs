//! Somebody found an animal: whether its chip is here, and a message to its family. The finder
//! learns nothing of the owner.

use domain::chip_number::ChipNumber;
use domain::contact::{Email, Phone};
use domain::field_error::{Field, FieldError, Problem};
use domain::name::ShortText;
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::clock;
use crate::counters::{self, Limit};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::outbox::{self, Letter};
use crate::owner_access::kept;
use crate::owner_access::own::message;
use crate::records::{AnimalRecord, OwnerRecord};
use crate::registry::carried::carrier;
use crate::store::Tx;
use crate::store::vocabulary::task::LookupRow;
use crate::tasks::{self, About, TaskBody};

/// Chips looked up from one address.
pub const LOOKS: Limit = Limit { name: "found_looks", most: 60, window_ms: HOUR_MS };
/// Messages sent from one address.
pub const BY_ADDRESS: Limit = Limit { name: "found_address", most: 10, window_ms: HOUR_MS };
/// Messages sent about one chip.
pub const BY_CHIP: Limit = Limit { name: "found_chip", most: 5, window_ms: 24 * HOUR_MS };
/// Kind of the letter to the owner.
pub const LETTER: &str = "found_pet";

const HOUR_MS: i64 = 3_600_000;

/// What anybody may know of a chip: not what has become of the animal, or what its family says
/// (contracts, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipFound {
    /// On no animal of this register.
    Unknown,
    /// On an animal of this register.
    Registered,
}

/// What a finder tells.
#[derive(Clone, Debug)]
pub struct Finder {
    /// The chip that was read.
    pub chip: ChipNumber,
    /// What the finder calls themselves; may be blank.
    pub name: String,
    /// Telephone or e-mail, as typed.
    pub contact: String,
    /// Where the animal is; may be blank.
    pub place: String,
    /// The words.
    pub message: String,
    /// Network address the request came from.
    pub address: String,
}

/// What the letter says: the mailroom's own shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundLetter {
    /// The owner's name as one is addressed.
    pub owner_name: String,
    /// The animal's name.
    pub pet_name: String,
    /// What the finder calls themselves, if they said.
    pub finder_name: Option<String>,
    /// Telephone or e-mail the finder left.
    pub finder_contact: String,
    /// Where the animal is, if they said.
    pub place: Option<String>,
    /// The finder's words.
    pub message: String,
}

/// Whether a chip is in the register. Its owner sees that somebody asked.
///
/// # Errors
/// [`Refusal::TooManyAttempts`]; a failed database.
pub async fn look(office: &Office, chip: ChipNumber, address: &str) -> Result<ChipFound, Error> {
    let now = office.clock.now();
    counters::attempt(&office.store, LOOKS, address, now).await?;
    let found = office.store.read(move |tx| Box::pin(holder(tx, chip))).await?;
    let Some((_, owner)) = found else { return Ok(ChipFound::Unknown) };
    note(office, &owner, "chip").await?;
    Ok(ChipFound::Registered)
}

/// Passes a finder's message on: by mail, or to a coordinator when the owner has no address.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that cannot be taken; [`Refusal::AnimalUnknown`] for a
/// chip that is not here; [`Refusal::TooManyAttempts`]; a failed database.
pub async fn relay(office: &Office, finder: Finder) -> Result<(), Error> {
    let told = read(&finder).map_err(Error::Refused)?;
    let now = office.clock.now();
    let (store, chip) = (&office.store, finder.chip);
    counters::attempt(store, BY_ADDRESS, &finder.address, now).await?;
    counters::attempt(store, BY_CHIP, &chip.to_string(), now).await?;
    let owner = store
        .write_with(told, move |tx, told| {
            Box::pin(async move {
                let found = holder(tx, chip).await?;
                let (animal, owner) = found.ok_or(Error::Refused(Refusal::AnimalUnknown))?;
                let mut letter = told.clone();
                letter.owner_name = owner.details.name.full();
                letter.pet_name = animal.details.name.to_string();
                match &owner.details.email {
                    Some(email) => {
                        let letter = Letter {
                            kind: LETTER,
                            recipient: email.as_str(),
                            body: &letter,
                            about: Some(("animal", animal.id.0)),
                            due_at: now,
                        };
                        outbox::enqueue(tx, letter, now).await?;
                    }
                    None => {
                        let (owner, animal) = (Some(owner.id), Some(animal.id));
                        let about = About { owner, animal, ..About::default() };
                        tasks::open(tx, &as_task(&letter), about, now).await?;
                    }
                }
                let subject = Subject::Animal(animal.id);
                let entry = Entry::new(subject, "found_message", Actor::Public, now, &())?;
                history::append(tx, &entry).await?;
                Ok::<_, Error>(owner)
            })
        })
        .await?;
    note(office, &owner, "message").await
}

/// A letter for a coordinator to pass on by telephone: all the finder said, in one text.
fn as_task(letter: &FoundLetter) -> TaskBody {
    let parts = [letter.finder_name.as_deref(), letter.place.as_deref(), Some(&letter.message)];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    TaskBody::FoundPet { text, contact: letter.finder_contact.clone() }
}

fn read(finder: &Finder) -> Result<FoundLetter, Refusal> {
    let contact = contact(&finder.contact);
    let words = message(Field::Message, &finder.message);
    let line = |text: &str, field: Field| {
        let read = ShortText::<120>::parse_optional(text);
        read.map_err(|error| FieldError::new(field, error))
    };
    let name = line(&finder.name, Field::PersonName);
    let place = line(&finder.place, Field::Address);
    match (contact, words, name, place) {
        (Ok(finder_contact), Ok(message), Ok(name), Ok(place)) => Ok(FoundLetter {
            owner_name: String::new(),
            pet_name: String::new(),
            finder_name: name.map(|name| name.to_string()),
            finder_contact,
            place: place.map(|place| place.to_string()),
            message,
        }),
        (contact, words, name, place) => {
            let words = match words {
                Err(Error::Refused(Refusal::Invalid { fields })) => fields,
                _ => Vec::new(),
            };
            // In the order of the form.
            let fields = words.into_iter().chain(place.err()).chain(contact.err());
            Err(Refusal::Invalid { fields: fields.chain(name.err()).collect() })
        }
    }
}

/// A telephone or an address, in its canonical form: what else would an owner answer to?
fn contact(text: &str) -> Result<String, FieldError> {
    if text.trim().is_empty() {
        Err(FieldError::new(Field::Contact, Problem::Empty))
    } else if text.contains('@') {
        let email = Email::parse(text).map_err(|error| FieldError::new(Field::Contact, error))?;
        Ok(email.to_string())
    } else {
        // Whoever forgot the `@` meant no telephone: the answer names both.
        let neither = FieldError::new(Field::Contact, Problem::ContactMalformed);
        let phone = Phone::parse(text).map_err(|_| neither)?;
        Ok(phone.to_string())
    }
}

/// The animal that carries a chip, and its owner.
async fn holder(
    tx: &mut Tx,
    chip: ChipNumber,
) -> Result<Option<(AnimalRecord, OwnerRecord)>, Error> {
    let Some(animal) = carrier(tx, chip).await? else { return Ok(None) };
    let owner = kept(tx, animal.owner.0).await?;
    Ok(Some((animal, owner)))
}

async fn note(office: &Office, owner: &OwnerRecord, kind: &'static str) -> Result<(), Error> {
    let look = LookupRow {
        id: clock::fresh_id(),
        owner_id: owner.id.0,
        at: office.clock.now().0,
        kind: kind.to_owned(),
        by_kind: Actor::Public.kind().to_owned(),
        by_id: None,
        outreach_id: None,
    };
    office
        .store
        .write_with(look, |tx, look| {
            let look = std::slice::from_ref(look);
            Box::pin(async move { Ok::<_, Error>(tx.insert_lookups(look).await?) })
        })
        .await
}
