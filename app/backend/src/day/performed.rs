//! What the animals of those who have a booking had at an outreach: each service serves one ticket.

use domain::booking::{BookingState, Offering};
use domain::id::OutreachId;
use domain::service::ServiceKind;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;
use uuid::Uuid;

use super::{details_of, offering_of};
use crate::records::code;
use crate::store::vocabulary::day::{DayRow, ServedRow};
use crate::store::{StoreError, Tx};

/// One who is there, and what they had.
pub(super) type Present<'a> = (&'a DayRow, Had);

/// What each of those who are there had, by when they came, and the services that no ticket of
/// theirs or of an earlier one has had.
///
/// # Errors
/// A row that cannot be read.
pub(super) fn of_there(
    rows: &[DayRow],
    performed: Vec<ServedRow>,
) -> Result<(Services, Vec<Present<'_>>), StoreError> {
    let in_state = |state: BookingState| rows.iter().filter(move |row| row.state == state.code());
    let mut services = Services::new(performed);
    // What served an earlier ticket of theirs: who comes again is called again.
    for row in in_state(BookingState::Served) {
        services.take(row, row.places, ..=row.served_at.unwrap_or(row.changed_at))?;
    }
    for row in in_state(BookingState::TurnedAway) {
        services.take(row, row.served_places, ..=row.changed_at)?;
    }
    let mut there: Vec<_> = in_state(BookingState::Arrived).collect();
    there.sort_by_key(|row| (row.arrived_at, row.id));
    let mut of_there = Vec::with_capacity(there.len());
    for row in there {
        of_there.push((row, services.take(row, row.places, ..)?));
    }
    Ok((services, of_there))
}

/// When each of those who are there, and had something, had the last of it.
///
/// # Errors
/// A failed database.
pub(super) async fn last_of_there(
    tx: &mut Tx,
    outreach: OutreachId,
    rows: &[DayRow],
) -> Result<BTreeMap<Uuid, i64>, StoreError> {
    let performed = tx.services_of_owners(outreach.0).await?;
    let (_, of_there) = of_there(rows, performed)?;
    let had = of_there.into_iter().filter(|(_, had)| had.animals > 0);
    Ok(had.map(|(row, had)| (row.id, had.last_at)).collect())
}

/// What each animal had at an outreach, and which of it a ticket has had.
pub(super) struct Services {
    of_owners: BTreeMap<Uuid, Vec<ServedRow>>,
    /// By kind and key of a document, whose it is.
    documents: BTreeMap<(String, String), BTreeSet<Uuid>>,
    taken: BTreeSet<(Uuid, Offering)>,
}

/// What the animals of a booking had.
#[derive(Clone, Copy, Default)]
pub(super) struct Had {
    /// How many of them had what was booked.
    pub(super) animals: i64,
    /// Whose they are.
    pub(super) owner: Option<Uuid>,
    /// When the last of them had it.
    pub(super) last_at: i64,
}

impl Services {
    fn new(rows: Vec<ServedRow>) -> Self {
        let mut of_owners: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut documents: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for row in rows {
            if let Some(key) = row.document_key.clone() {
                let document = (row.document_kind.clone(), key);
                documents.entry(document).or_default().insert(row.owner_id);
            }
            of_owners.entry(row.owner_id).or_default().push(row);
        }
        Self { of_owners, documents, taken: BTreeSet::new() }
    }

    /// Takes the services of what a booking is for, of its own owner, that no other ticket has: of
    /// so many animals at most, those that were served first, and of those moments only.
    pub(super) fn take(
        &mut self,
        row: &DayRow,
        most: i64,
        within: impl RangeBounds<i64>,
    ) -> Result<Had, StoreError> {
        let offering = offering_of(&row.offering)?;
        let mut animals: Vec<_> = self
            .of(row, offering)?
            .into_iter()
            .filter(|(animal, (last_at, _))| {
                within.contains(last_at) && !self.taken.contains(&(*animal, offering))
            })
            .map(|(animal, (last_at, owner))| (last_at, animal, owner))
            .collect();
        animals.sort_unstable();
        animals.truncate(usize::try_from(most).unwrap_or_default());
        let mut had = Had::default();
        for (last_at, animal, owner) in animals {
            self.taken.insert((animal, offering));
            had = Had { animals: had.animals + 1, owner: Some(owner), last_at };
        }
        Ok(had)
    }

    /// The animals of a booking's owner that had what is booked, each with when it had it last, and
    /// the owner.
    fn of(
        &self,
        row: &DayRow,
        offering: Offering,
    ) -> Result<BTreeMap<Uuid, (i64, Uuid)>, StoreError> {
        let document = details_of(row)?.and_then(|details| {
            let key = details.document.key()?;
            Some((details.document.kind().code().to_owned(), key))
        });
        let by_document = document.and_then(|document| self.documents.get(&document));
        let mut owners = by_document.cloned().unwrap_or_default();
        owners.extend(row.owner_id);
        let mut animals = BTreeMap::new();
        for service in owners.iter().filter_map(|owner| self.of_owners.get(owner)).flatten() {
            if offering.is_served_by(code(&service.kind, ServiceKind::from_code)?) {
                let first = (service.last_at, service.owner_id);
                let had = animals.entry(service.animal_id).or_insert(first);
                *had = first.max(*had);
            }
        }
        Ok(animals)
    }
}
