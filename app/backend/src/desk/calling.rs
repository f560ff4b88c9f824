//! Who is to be telephoned about an outreach, and what is said, as it stands when it is read.

use domain::booking::BookingState;
use domain::desk::queue::{CallAbout, CallLine, HostCall, HostNews};
use domain::id::{BookingId, OrganisationId, OutreachId};
use domain::outreach::{Outreach, OutreachKind};
use domain::refusal::Refusal;
use domain::timestamp::Timestamp;

use crate::bookings::ticket::{Place, owner_of, state_of};
use crate::bookings::{calls, reason};
use crate::error::Error;
use crate::planning;
use crate::store::Tx;

/// What the task of a call about a booking keeps.
pub(super) struct Booker {
    pub(super) booking: BookingId,
    pub(super) about: CallAbout,
    pub(super) was_at: Option<Timestamp>,
    pub(super) was_place: Option<String>,
    pub(super) reason: Option<String>,
    /// When they come as far as they know.
    pub(super) known_at: Option<Timestamp>,
}

/// What the task of a call to a host keeps.
pub(super) struct Host {
    pub(super) outreach: OutreachId,
    pub(super) id: OrganisationId,
    pub(super) about: HostNews,
    pub(super) was_at: Option<Timestamp>,
    pub(super) was_place: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) knew: Option<planning::Known>,
}

/// The hall and its commune.
fn place_of(outreach: &Outreach) -> String {
    format!("{}, {}", outreach.place, outreach.commune)
}

/// Who is called about a booking, and what is said; and the telephone.
///
/// # Errors
/// [`Refusal::ChangedMeanwhile`] for a booking that is no more; a failed database.
pub(super) async fn booker(
    tx: &mut Tx,
    said: Booker,
    now: Timestamp,
) -> Result<(CallLine, Option<String>), Error> {
    let row = tx.booking(said.booking.0).await?;
    let row = row.ok_or(Error::Refused(Refusal::ChangedMeanwhile))?;
    let (owner, state) = (owner_of(&row)?, state_of(&row)?);
    let place = Place::of(tx, row.outreach_id).await?;
    // Where it is again as they know it, nothing is left to say.
    let is_back = said.about == CallAbout::Relocated
        && said.was_place.as_deref() == Some(place_of(&place.outreach).as_str());
    let is_over = is_back || calls::is_over(&place, &row, (said.about, now))?;
    let home_until = place.home_until(&row);
    let Place { outreach, plan } = place;
    let until = row.offered_until.map(Timestamp);
    let words = reason::words(row.ended_reason);
    let off = plan.and_then(|plan| plan.suspended_reason);
    // Who came and was sent home keeps why; what they are told is why there is no other day.
    let stands = match state {
        BookingState::TurnedAway => off,
        _ => words,
    };
    // What is off is the hour that they know.
    let is_off = matches!(said.about, CallAbout::Suspended | CallAbout::Ended);
    let known_at = said.known_at.filter(|_| is_off);
    let at = row.slot_at.or(row.arrived_at).map_or(outreach.starts_at, Timestamp);
    let at = known_at.unwrap_or(at);
    let mailed = owner.as_ref().filter(|owner| owner.phone.is_none());
    let line = CallLine {
        about: said.about,
        person: owner.as_ref().map(|owner| owner.name.full()).unwrap_or_default(),
        email: mailed.and_then(|owner| owner.email.as_ref()).map(ToString::to_string),
        here: outreach.id,
        outreach: outreach.name.to_string(),
        at,
        was_at: said.was_at,
        place: place_of(&outreach),
        was_place: said.was_place,
        home_until,
        until,
        reason: stands.or(said.reason),
        is_over,
    };
    Ok((line, owner.and_then(|owner| owner.phone).map(|phone| phone.to_string())))
}

/// Which organisation is called about an outreach that it holds, or held, and what is said; and
/// the telephone of its contact.
///
/// # Errors
/// [`Refusal::OutreachUnknown`]; a failed database.
pub(super) async fn host(
    tx: &mut Tx,
    said: Host,
    now: Timestamp,
) -> Result<(HostCall, Option<String>), Error> {
    let Place { outreach, plan } = Place::of(tx, said.outreach.0).await?;
    // It may have been called off anew, for another reason, before anybody called.
    let off = plan.and_then(|plan| plan.suspended_reason);
    let off = off.filter(|_| said.about == HostNews::Suspended);
    let known = tx.organisations_with_ids(&[said.id.0]).await?.pop();
    // It is again as they know it.
    let is_back = match said.about {
        HostNews::Moved => said.was_at == Some(outreach.starts_at),
        HostNews::Ends => said.was_at == Some(outreach.ends_at),
        HostNews::Relocated => said.was_place.as_deref() == Some(place_of(&outreach).as_str()),
        _ => false,
    };
    let is_over = is_back || planning::is_host_call_over(&outreach, (said.id, said.about), now);
    // Of what is theirs no more, or off, it is the day that they know.
    let is_gone = matches!(said.about, HostNews::Left | HostNews::Suspended);
    let at = said.knew.filter(|_| is_gone).map_or(outreach.starts_at, |knew| knew.starts_at);
    let call = HostCall {
        about: said.about,
        host_id: said.id,
        host: known.as_ref().map(|host| host.name.clone()).unwrap_or_default(),
        contact: known.as_ref().and_then(|host| host.contact_name.clone()),
        here: outreach.id,
        outreach: outreach.name.to_string(),
        place: place_of(&outreach),
        was_place: said.was_place,
        comes_home: outreach.kind == OutreachKind::HomeVisits,
        at,
        until: outreach.ends_at,
        was_at: said.was_at,
        reason: off.or(said.reason),
        is_over,
    };
    Ok((call, known.and_then(|host| host.phone)))
}
