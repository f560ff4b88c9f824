//! The letters to those who hold an outreach.

use app::routes;
use backend::planning::{News, NewsMail};
use domain::timestamp::Timestamp;
use mailroom::letter::{Letter, OutreachNews, OutreachNewsLetter};
use phrases::{Locale, format};

use super::{Contents, plain};
use crate::state::AppState;

/// Writes the letter.
pub(super) fn written(state: &AppState, mail: NewsMail) -> Contents {
    let zone = &state.office.zone;
    let hour = |at: Timestamp| format::hour(at, zone, Locale::Es);
    let (news, was_at, reason) = match mail.news {
        News::Published => (OutreachNews::Published, None, None),
        News::Suspended { reason } => (OutreachNews::Suspended, None, Some(reason)),
        News::Moved { was_at } => (OutreachNews::Moved, was_at, None),
        News::Ends { was_until } => (OutreachNews::Ends, Some(was_until), None),
        News::Relocated => (OutreachNews::Relocated, None, None),
        News::Joined => (OutreachNews::Joined, None, None),
        News::Left => (OutreachNews::Left, None, None),
    };
    let link = (!matches!(news, OutreachNews::Suspended | OutreachNews::Left))
        .then(|| format!("{}{}", state.config.public_url(), routes::open_outreach(mail.outreach)));
    let letter = OutreachNewsLetter {
        name: mail.name.clone(),
        host: mail.host,
        news,
        outreach: mail.outreach_name,
        place: mail.place,
        commune: mail.commune.to_string(),
        was_place: mail.was_place,
        comes_home: mail.comes_home,
        day: zone.local(mail.starts_at).0,
        time: hour(mail.starts_at),
        until: hour(mail.ends_at),
        was_day: was_at.filter(|_| news == OutreachNews::Moved).map(|at| zone.local(at).0),
        was_time: was_at.map(hour),
        reason,
        link,
        demonstration: state.office.demonstration.is_set(),
    };
    plain(Some(mail.name), Letter::OutreachNews(letter))
}
