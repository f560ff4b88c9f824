//! The first page: what there is to do today, each figure a way to its rows.

use domain::desk::Home;
use domain::desk::phones::PhoneView;
use domain::rnm::RnmState;
use domain::unicode::capital;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use phrases::label::Labelled;
use phrases::{coordination as say, format};

use super::outreaches::OutreachTable;
use super::{Data, Heading, shown};
use crate::api;
use crate::components::action::LinkButton;
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::routes;

/// The page.
pub struct HomePage {
    home: Data<Home>,
}

#[lazy_route]
impl LazyRoute for HomePage {
    fn data() -> Self {
        Self { home: Resource::new(|| (), |()| api::waiting::home()) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page home=this.home /> }.into_any()
    }
}

#[component]
fn Page(home: Data<Home>) -> impl IntoView {
    shown(home, move |home| view! { <Today home=home /> })
}

/// A figure that opens the rows behind it.
struct Figure {
    number: u32,
    words: String,
    href: String,
    asks: bool,
}

fn figures(home: &Home) -> Vec<Figure> {
    let locale = locale();
    let mut figures = Vec::new();
    let mut add = |number: Option<u32>, words: &str, href: String, asks: bool| {
        if let Some(number) = number {
            figures.push(Figure { number, words: capital(words), href, asks });
        }
    };
    let page = routes::desk;
    let unsigned = match home.has_signature {
        Some(_) => page(routes::SIGNATURE),
        None => format!("{}?estado=held", page(routes::MAIL)),
    };
    add(home.unsigned, say::waiting_documents(locale), unsigned, true);
    add(home.tasks, say::nav_tasks(locale), page(routes::TASKS), true);
    add(home.unresolved, say::nav_conflicts(locale), page(routes::UNRESOLVED), true);
    let worrying = home.phones.filter(|count| *count > 0);
    let phones = format!("{}?lista={}", page(routes::PHONES), PhoneView::Worrying);
    add(worrying, say::phones_figure(locale), phones, true);
    add(home.dead_mails, say::mail_dead(locale), page(routes::MAIL), true);
    let pending = format!("{}?estado=pending", page(routes::MAIL));
    add(home.waiting_mails, say::mail_pending(locale), pending, false);
    for count in &home.rnm {
        let asks = matches!(count.state, RnmState::Observed | RnmState::Rejected);
        let shown = asks
            || matches!(
                count.state,
                RnmState::Ready | RnmState::Incomplete | RnmState::Requested | RnmState::Approved
            );
        if shown {
            let href = format!("{}?estado={}", page(routes::RNM), count.state);
            let words = say::rnm_figure(locale, count.state.label(locale));
            add(Some(count.count), &words, href, asks);
        }
    }
    figures
}

#[component]
fn Today(home: Home) -> impl IntoView {
    let locale = locale();
    let today = capital(&format::date_long(home.today, locale));
    let unsigned = (home.has_signature == Some(false)).then(|| {
        view! {
            <Notice title=say::signature_missing(locale) tone=Tone::Person>
                <p>{say::signature_missing_next(locale)}</p>
                <LinkButton href=routes::desk(routes::SIGNATURE) icon="signature">
                    {say::nav_signature(locale)}
                </LinkButton>
            </Notice>
        }
    });
    let figures = figures(&home)
        .into_iter()
        .map(|figure| {
            let kind = (figure.asks && figure.number > 0).then_some("person");
            view! {
                <li>
                    <a class="figure" href=figure.href data-kind=kind>
                        <span class="figure-number">
                            {format::count(figure.number.into(), locale)}
                        </span>
                        <span class="figure-words">{figure.words}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    let is_empty = home.outreaches.is_empty();
    view! {
        <div class="flow">
            <Heading title=today />
            {unsigned}
            <ul class="figures-list">{figures}</ul>
            <h2>{say::today_outreaches(locale)}</h2>
            {is_empty
                .then(|| view! { <p class="soft">{say::today_outreaches_empty(locale)}</p> })}
            {(!is_empty)
                .then(|| {
                    view! {
                        <OutreachTable
                            caption=say::today_outreaches(locale)
                            rows=home.outreaches
                        />
                    }
                })}
        </div>
    }
}
