//! The numbers being served, for whoever waits: on a screen in the hall and on every telephone.
//! Numbers alone, no names. The server says when the browser asks again.

use domain::desk::day::Turn;
use domain::outreach::OutreachStatus;
use leptos::prelude::*;
use phrases::{day as say, format};

use super::offering_words;
use crate::locale::locale;
use crate::pages::public::PublicPage;

/// `/turno/{id}`.
#[component]
pub fn TurnPage(
    /// What is being served.
    turn: Turn,
) -> impl IntoView {
    let locale = locale();
    let is_over = matches!(turn.status, OutreachStatus::Closed | OutreachStatus::Reported);
    let lines: Vec<_> = turn
        .called
        .iter()
        .map(|line| {
            let service = offering_words(line.offering, locale);
            let place = match line.station {
                Some(station) => say::turn_at(locale, service, station),
                None => service.to_owned(),
            };
            view! {
                <li>
                    <span class="value" data-size="large">
                        {line.number}
                    </span>
                    " "
                    {place}
                </li>
            }
        })
        .collect();
    let called = match (is_over, lines.is_empty()) {
        (true, _) => view! { <p class="lead">{say::turn_over(locale)}</p> }.into_any(),
        (false, true) => view! { <p class="lead">{say::turn_none(locale)}</p> }.into_any(),
        (false, false) => view! {
            <h2>{say::turn_now(locale)}</h2>
            <ul class="flow">{lines}</ul>
        }
        .into_any(),
    };
    let waits = (!is_over && turn.last > 0).then(|| {
        view! {
            <p>
                {say::turn_waiting(locale, turn.waiting.into())} " "
                {say::turn_last(locale, turn.last)}
            </p>
        }
    });
    view! {
        <PublicPage title=say::turn_title(locale) description=say::turn_description(locale)>
            <div class="narrow flow">
                <h1>{say::turn_title(locale)}</h1>
                <p class="lead">{turn.name}</p>
                {called}
                {waits}
                <p class="soft small">
                    {say::turn_as_of(locale, format::time(turn.minute))}
                </p>
            </div>
        </PublicPage>
    }
}
