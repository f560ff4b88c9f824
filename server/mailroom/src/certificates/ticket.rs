//! What stands on the ticket of a booked place.

use domain::timestamp::CivilDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::facts::day;

/// The ticket of a booked place. Of its owner it says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketFacts {
    /// Name of the issuing body.
    pub issuer: String,
    /// Names of the animals, joined as people say them.
    pub names: String,
    /// What was booked, in words.
    pub offering: String,
    /// Name of the outreach.
    pub outreach: String,
    /// The team comes to the home of who booked: there is no place to go to.
    pub comes_home: bool,
    /// The hall, square or street.
    pub place: String,
    /// Its commune.
    pub commune: String,
    /// The local day.
    pub on: CivilDate,
    /// The local hour, `09:30`; none where people come without one.
    pub time: Option<String>,
    /// Until when the team may be at their home, where it comes to it.
    pub until: Option<String>,
    /// The code of ten base32 characters; printed as two groups of five.
    pub code: String,
    /// The address of the QR, in capitals.
    pub url: String,
    /// The address of the page where one gives the place back, as a person types it.
    pub page: String,
    /// What everybody has to do and to bring, a sentence each.
    pub prepare: Vec<String>,
    /// What to bring besides.
    pub bring: Option<String>,
    /// How to get there.
    pub way: Option<String>,
    /// Whether it is demonstration.
    pub demonstration: bool,
}

/// The ticket for its template.
pub(super) fn facts(ticket: &TicketFacts) -> Value {
    let (left, right) =
        ticket.code.split_at_checked(ticket.code.len() / 2).unwrap_or((ticket.code.as_str(), ""));
    json!({
        "issuer": ticket.issuer,
        "names": ticket.names,
        "offering": ticket.offering,
        "outreach": ticket.outreach,
        "comes_home": ticket.comes_home,
        "place": ticket.place,
        "commune": ticket.commune,
        "on": day(ticket.on),
        "time": ticket.time,
        "until": ticket.until,
        "code": format!("{left} {right}"),
        "page": ticket.page,
        "prepare": ticket.prepare,
        "bring": ticket.bring,
        "way": ticket.way,
        "demonstration": ticket.demonstration,
    })
}
