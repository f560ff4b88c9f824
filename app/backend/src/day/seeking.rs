//! Finding the booking of whoever stands at the door: by the ticket's code, by RUN, by name.

use domain::booking::BookingState;
use domain::desk::day::Sought;
use domain::id::{BookingId, OutreachId};
use domain::identity::IdentityDocument;
use domain::name::{matches, search_key};
use domain::run::Run;
use domain::timestamp::Timestamp;

use super::{details_of, offering_of, open_door, state_of};
use crate::actor::Actor;
use crate::bookings::secrets;
use crate::desk::number;
use crate::error::Error;
use crate::office::Office;
use crate::store::vocabulary::day::DayRow;
use crate::store::{StoreError, Tx};

/// Most bookings that are answered.
const MOST_SOUGHT: usize = 20;
/// Fewer letters than these lead no search.
const FEWEST_LETTERS: usize = 2;

/// The bookings that what was typed or read may be: the one of a code, wherever it is for, else
/// those of a RUN or of names at this outreach, whoever can still come first.
///
/// # Errors
/// As [`check_in`](super::check_in).
pub async fn seek(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    text: &str,
) -> Result<Vec<Sought>, Error> {
    open_door(office, actor, outreach).await?;
    let (keys, text) = (office.keys.clone(), last_part(text).to_owned());
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                if let Some(code) = secrets::typed_code(&text) {
                    let hash = secrets::code_hash(&keys, &code);
                    if let Some(found) = tx.booking_by_code(&hash).await?
                        && let Some(row) = tx.day_booking(found.id).await?
                    {
                        return Ok(vec![sought(&row)?]);
                    }
                }
                Ok(by_person(tx, outreach, &text).await?)
            })
        })
        .await
}

/// A reader that acts as a keyboard types the whole address that a ticket's QR holds.
fn last_part(text: &str) -> &str {
    let text = text.trim();
    text.trim_end_matches('/').rsplit('/').next().unwrap_or(text)
}

async fn by_person(
    tx: &mut Tx,
    outreach: OutreachId,
    text: &str,
) -> Result<Vec<Sought>, StoreError> {
    let run = Run::parse_any(text).ok();
    let document = run.and_then(|run| IdentityDocument::of_run(run).ok());
    let query = search_key(text);
    if document.is_none() && query.chars().count() < FEWEST_LETTERS {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for row in tx.day_bookings(outreach.0).await? {
        let Some(details) = details_of(&row)? else { continue };
        let is_it = match &document {
            Some(document) => details.document == *document,
            None => matches(&details.name.search_key(), &query),
        };
        if is_it {
            found.push(sought(&row)?);
        }
    }
    found.sort_by_key(|one| (is_over(one.state), one.slot, one.booking));
    found.truncate(MOST_SOUGHT);
    Ok(found)
}

/// Whether nothing more can come of it at the door.
const fn is_over(state: BookingState) -> bool {
    matches!(state, BookingState::Served | BookingState::TurnedAway | BookingState::Cancelled)
}

fn sought(row: &DayRow) -> Result<Sought, StoreError> {
    let details = details_of(row)?;
    Ok(Sought {
        booking: BookingId(row.id),
        person: details.map(|details| details.name.full()).unwrap_or_default(),
        offering: offering_of(&row.offering)?,
        slot: row.slot_at.map(Timestamp),
        state: state_of(row)?,
        animals: number(row.places),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_types_the_whole_address_of_a_ticket() {
        for text in ["HTTPS://HOST/T/ABCDEFGH27", "ABCDEFGH27", " abc/ABCDEFGH27/ "] {
            assert_eq!(last_part(text), "ABCDEFGH27", "{text}");
        }
        assert_eq!(last_part(""), "");
        assert_eq!(last_part("María Núñez"), "María Núñez");
    }
}
