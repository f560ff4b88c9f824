//! `/operativos/{id}`: what it is, what to bring, how to get there, and the free places.

use domain::booking::Priority;
use domain::timestamp::Zone;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::{Locale, booking as say, common, format};

use super::{
    Announced, Offered, bring_title, eligibility_words, moment_words, offering_words, preparation,
    preparation_title, slot_words,
};
use crate::components::action::{LinkButton, Weight};
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::routes;

/// The page.
#[component]
pub fn OutreachPage(
    /// The outreach.
    outreach: Announced,
    /// By which days and hours are told.
    zone: Zone,
) -> impl IntoView {
    let locale = locale();
    let day = capital(&format::date_long(outreach.day(&zone), locale));
    let lead = say::day_and_hour(locale, &day, outreach.hours(&zone, locale));
    let notice = standing(&outreach, &zone, locale);
    let offered: Vec<_> =
        outreach.offered.iter().map(|one| offer(one, &outreach, &zone, locale)).collect();
    // Nobody waits in a hall for the numbers of a team that goes from home to home.
    let board = (outreach.is_under_way && !outreach.comes_home).then(|| {
        let href = routes::turns(outreach.id);
        view! { <p><a href=href>{say::see_turns(locale)}</a></p> }
    });
    view! {
        <PublicPage title=outreach.name.clone() description=lead.clone()>
            <div class="flow">
                <BackLink href=routes::OPEN />
                <h1>{outreach.name.clone()}</h1>
                <p class="lead">{lead}</p>
                {notice}
                {board}
                {facts(&outreach, locale)}
                {offered}
            </div>
        </PublicPage>
    }
}

/// That it cannot be booked yet, and since when it can, or no more.
fn standing(outreach: &Announced, zone: &Zone, locale: Locale) -> Option<impl IntoView + use<>> {
    if outreach.is_bookable {
        return None;
    }
    let (title, words) = match (outreach.is_under_way, outreach.booking_opens_at) {
        (true, _) if outreach.comes_home => {
            (say::begun(locale), say::begun_home(locale).to_owned())
        }
        (true, _) => (say::begun(locale), say::begun_body(locale).to_owned()),
        (false, Some(at)) => {
            let words = say::opens_at(locale, moment_words(at, zone, locale));
            (say::not_bookable(locale), words)
        }
        (false, None) => (say::not_bookable(locale), say::not_bookable_body(locale).to_owned()),
    };
    Some(view! {
        <Notice title=title tone=Tone::Waiting>
            <p>{words}</p>
        </Notice>
    })
}

fn facts(outreach: &Announced, locale: Locale) -> impl IntoView + use<> {
    let comes_home = outreach.comes_home;
    let map = outreach.position.filter(|_| !comes_home).map(|(latitude, longitude)| {
        let at = format!("{latitude:.5}/{longitude:.5}");
        let pin = format!("mlat={latitude:.5}&mlon={longitude:.5}");
        let href = format!("https://www.openstreetmap.org/?{pin}#map=17/{at}");
        view! {
            <p>
                <a href=href rel="external noopener noreferrer">
                    {say::see_map(locale)}
                </a>
            </p>
        }
    });
    let place = match comes_home {
        true => say::place_homes_row(locale, &outreach.place, outreach.commune),
        false => say::place_and_commune(locale, &outreach.place, outreach.commune),
    };
    let way = outreach.way.clone().filter(|_| !comes_home).map(|words| {
        view! {
            <SummaryRow name=say::way_label(locale)>
                <span>{words}</span>
            </SummaryRow>
        }
    });
    let bring = outreach.bring.clone().map(|words| {
        view! {
            <SummaryRow name=bring_title(comes_home, locale)>
                <span>{words}</span>
            </SummaryRow>
        }
    });
    let first = first_words(outreach, locale).map(|words| {
        view! {
            <SummaryRow name=say::first_label(locale)>
                <span>{words}</span>
            </SummaryRow>
        }
    });
    view! {
        <SummaryList>
            <SummaryRow name=common::place(locale)>
                <p>{place}</p>
                {map}
            </SummaryRow>
            {way}
            {bring}
            {first}
        </SummaryList>
    }
}

/// Who is served first; at their homes nobody is called.
const fn first_words(outreach: &Announced, locale: Locale) -> Option<&'static str> {
    Some(match (outreach.priority, outreach.comes_home) {
        (Priority::Both, false) => say::first_both(locale),
        (Priority::Both, true) => say::first_home_both(locale),
        (Priority::Elderly, false) => say::first_elderly(locale),
        (Priority::Elderly, true) => say::first_home_elderly(locale),
        (Priority::FarAway, false) => say::first_far_away(locale),
        (Priority::FarAway, true) => say::first_home_far_away(locale),
        (Priority::Nobody, _) => return None,
    })
}

/// One thing to book: which animals, which hours, and the way to the form.
fn offer(
    one: &Offered,
    outreach: &Announced,
    zone: &Zone,
    locale: Locale,
) -> impl IntoView + use<> {
    let rules: Vec<_> = eligibility_words(&one.eligibility, one.offering, locale)
        .into_iter()
        .map(|words| view! { <li>{words}</li> })
        .collect();
    let before: Vec<_> = preparation(one.offering, outreach.comes_home, locale)
        .into_iter()
        .map(|words| view! { <li>{words}</li> })
        .collect();
    let free = match one.free {
        0 => say::full_waiting(locale, one.waiting.into()),
        free => say::places_left(locale, free.into()),
    };
    let slots: Vec<_> = one
        .slots
        .iter()
        .filter(|slot| slot.capacity > 0)
        .map(|slot| slot_words(*slot, outreach.home_ends(), zone, locale))
        .map(|words| view! { <li>{words}</li> })
        .collect();
    let hours = (!slots.is_empty()).then(|| {
        view! {
            <details class="aside">
                <summary>{say::hours_with_room(locale)}</summary>
                <ul class="bullets">{slots}</ul>
            </details>
        }
    });
    let act = outreach.is_bookable.then(|| {
        let (words, weight) = match one.free {
            0 => (say::wait(locale), Weight::Quiet),
            _ => (say::book(locale), Weight::Main),
        };
        let href = routes::book(outreach.id, one.offering.code());
        view! {
            <div class="actions">
                <LinkButton href=href weight=weight>
                    {words}
                </LinkButton>
            </div>
        }
    });
    view! {
        <section class="sheet flow">
            <h2>{capital(offering_words(one.offering, locale))}</h2>
            <p>
                <strong>{free}</strong>
            </p>
            <ul class="bullets">{rules}</ul>
            <h3>{preparation_title(outreach.comes_home, locale)}</h3>
            <ul class="bullets">{before}</ul>
            {hours}
            {act}
        </section>
    }
}
