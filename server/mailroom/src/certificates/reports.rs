//! The papers of an outreach as their templates read them: codes as codes, hours as text.

use domain::booking::Offering;
use domain::catalogue::SanitaryPhase;
use domain::closing::{
    Attendance, AttendanceAct, Counts, DaySheet, Ending, Hand, Heading, TurnedAway,
};
use domain::desk::planned::Duty;
use domain::service::ServiceKind;
use domain::stock::DoseBalance;
use domain::timestamp::{CivilDate, Twice, WallTime};
use serde_json::{Value, json};

use super::facts::day;

/// The attendance act for its template.
pub(super) fn attendance(act: &AttendanceAct) -> Value {
    let mut facts = heading(&act.heading);
    let offering = |(offering, figures): &(Offering, Attendance)| {
        json!({
            "offering": offering.code(),
            "booked": figures.booked,
            "arrived": figures.arrived,
            "served": figures.served,
            "turned_away": figures.turned_away,
            "no_shows": figures.no_shows,
            "walk_ins": figures.walk_ins,
            "undecided": figures.undecided(),
            "expected": figures.expected,
            "capacity": figures.capacity,
            "over": figures.over,
            "lent": figures.lent,
            "unused": figures.unused(),
            "places": figures.places(),
            "cancelled": figures.cancelled,
            "waiting": figures.waiting,
            "offered": figures.offered,
            "lapsed": figures.lapsed,
        })
    };
    facts["offerings"] = act.offerings.iter().map(offering).collect();
    facts["turned_away"] = act.turned_away.iter().map(turned_away).collect();
    facts["counts"] = counts(&act.counts);
    facts["payers"] = payers(&act.payers);
    facts["not_performed"] = act.surgeries_not_performed.into();
    facts["talks"] = act.talks.0.into();
    facts["attendants"] = act.talks.1.into();
    facts["chips"] = json!({
        "received": act.chips.received,
        "implanted": act.chips.implanted,
        "lost": act.chips.lost,
        "left": act.chips.in_box,
    });
    facts["odd_chips"] = act.odd_chips.iter().map(|odd| odd.chip.grouped()).collect();
    facts["doses"] = act.doses.iter().map(doses).collect();
    facts["team"] = act.team.iter().map(hand).collect();
    facts["ending"] = act.ending.as_ref().map(ending).into();
    facts
}

fn dated_phase(phase: SanitaryPhase, on: Option<CivilDate>) -> Value {
    json!({ "phase": phase.code(), "on": on.map(day) })
}

/// The day sheet for its template.
pub(super) fn day_sheet(sheet: &DaySheet) -> Value {
    let mut facts = heading(&sheet.heading);
    facts["phase"] = sheet.phase.map(|(phase, on)| dated_phase(phase, on)).into();
    facts["max_people"] = sheet.max_people.into();
    facts["team"] = sheet.team.iter().map(hand).collect();
    let offerings = sheet.offerings.iter().map(|one| {
        json!({
            "offering": one.offering.code(),
            "capacity": one.places.capacity,
            "booked": one.places.booked,
            "free": one.places.free(),
            "minutes": one.minutes,
            "stations": one.stations,
        })
    });
    facts["offerings"] = offerings.collect();
    let times = sheet.times.iter().map(|line| {
        json!({
            "hour": wall(line.at),
            "offering": line.offering.code(),
            "capacity": line.capacity,
            "booked": line.booked,
        })
    });
    facts["times"] = times.collect();
    let homes = sheet.homes.iter().map(|(at, home)| {
        json!({
            "hour": at.map(wall),
            "person": home.person,
            "phone": home.phone,
            "address": home.address,
            "animals": home.animals.join(", "),
            "offering": home.offering.code(),
        })
    });
    facts["homes"] = homes.collect();
    facts["chips"] = sheet.chips.into();
    let lots = sheet.lots.iter().map(|lot| {
        json!({
            "product": lot.product,
            "lot": lot.lot,
            "expires_on": day(lot.expires_on),
            "doses": lot.doses,
        })
    });
    facts["lots"] = lots.collect();
    facts["bring"] = sheet.bring.clone().into();
    facts["way"] = sheet.way.clone().into();
    facts
}

fn heading(heading: &Heading) -> Value {
    let (starts, ends) = heading.hours;
    json!({
        "name": heading.name,
        "kind": heading.kind.code(),
        "programme": heading.programme,
        "issuer": heading.issuer,
        "host": heading.host,
        "held_on": day(heading.held_on),
        "starts": hour(starts),
        "ends": hour(ends),
        "place": heading.place,
        "commune": heading.commune.to_string(),
        "unit": heading.unit,
        "issued_on": day(heading.issued_on),
        "issued_at": hour(heading.issued_at),
        "replaces": Value::Null,
        "demonstration": heading.demonstration,
    })
}

fn counts(counts: &Counts) -> Value {
    json!({
        "implantations": counts.implantations,
        "verifications": counts.verifications,
        "dewormings_internal": counts.dewormings_internal,
        "dewormings_external": counts.dewormings_external,
        "sterilisations": counts.sterilisations,
    })
}

/// The programmes by kind of service; nothing where one pays for all.
fn payers(payers: &[(ServiceKind, String)]) -> Value {
    match payers.is_empty() {
        true => Value::Null,
        false => payers.iter().map(|(kind, name)| (kind.code(), name.as_str())).collect(),
    }
}

fn doses(balance: &DoseBalance) -> Value {
    json!({
        "product": balance.product.as_ref().map(|(product, _)| product),
        "batch": balance.batch,
        "kind": balance.kind.code(),
        "received": balance.received,
        "given": balance.given,
        "lost": balance.lost,
        "left": balance.left,
        "odd": balance.odd,
    })
}

fn turned_away(line: &TurnedAway) -> Value {
    json!({
        "offering": line.offering.code(),
        "reason": line.reason,
        "animals": line.animals,
    })
}

fn hand(hand: &Hand) -> Value {
    json!({
        "name": hand.name,
        "role": hand.role.code(),
        "registration": hand.registration,
        "duty": hand.duty.map(Duty::code),
        "from": hand.hours.0.map(hour),
        "to": hand.hours.1.map(hour),
    })
}

fn ending(ending: &Ending) -> Value {
    json!({
        "on": day(ending.at.0),
        "hour": hour(ending.at.1),
        "by": ending.by,
        "open": ending.open,
        "reason": ending.reason,
        "later": ending.later,
    })
}

/// What the clocks show; of an hour that comes twice, which of the two it is.
fn wall(at: WallTime) -> Value {
    let twice = at.twice.map(|twice| match twice {
        Twice::First => "first",
        Twice::Second => "second",
    });
    json!({ "time": hour(at.minute), "twice": twice })
}

/// `14:05` from the minute of the day.
fn hour(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}
