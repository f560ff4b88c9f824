//! The field app: mounted on the neutral shell, whole on the phone, the same with and without
//! signal.

mod annulling;
mod arrivals;
pub mod asking;
mod camera;
mod carried;
mod clock;
mod correcting;
mod handover;
mod insurance;
mod other_day;
mod pairing;
mod passkey;
mod pictures;
mod pin;
mod place;
pub mod preparing;
mod provisional;
mod received;
pub mod record;
pub mod records;
mod renamed;
pub mod saved;
mod set_aside;
pub mod start;
mod stock;
mod versions;
pub mod visit;

use domain::refusal::Refusal;
use domain::sync::Contact;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, common, explain, field};

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::live::{When, derived, live, memo};
use crate::components::notice::{Notice, RefusalNotice, Tone};
use crate::components::status_bar::{Reach, Standing, StatusBar};
use crate::locale::locale;
use crate::offline::connectivity::Signal as Network;
use crate::offline::insurance::Insurance;
use crate::offline::pack::Pack;
use crate::offline::phone::{Opening, Phone};
use crate::pages::field::place::Place;
use crate::routes::{self, FieldPage};

/// The page itself, where the focus goes when it becomes another one.
const MAIN: &str = "contenido";

/// Where the field app leaves to when nobody has signed in: it comes back to its start.
fn sign_in_address() -> String {
    format!("{}?next={}", routes::SIGN_IN, routes::FIELD)
}

/// The phone of this page.
fn phone() -> Phone {
    expect_context()
}

/// The whole app.
#[component]
pub fn FieldApp() -> impl IntoView {
    provide_context(Locale::default());
    let phone = Phone::open();
    provide_context(phone);
    provide_context(Insurance::watch(phone.kept));
    provide_context(Pack::open(phone));
    provide_context(phone.pictures);
    provide_context(carried::Carried::watch(phone));
    provide_context(Place::follow());
    let is_ready = derived(move || phone.opening.get() == Opening::Ready);
    // While nobody can read what the phone holds, no bar says that everything was sent.
    let is_open = memo(move || {
        !matches!(phone.opening.get(), Opening::Closed | Opening::Blocked | Opening::Stuck)
    });
    view! {
        <When holds=is_open>
            <Bar />
        </When>
        <main id=MAIN class="field-screen" tabindex="-1">
            <When holds=is_ready otherwise=Waiting>
                <SignedOutNotice />
                <insurance::Filling />
                <Pages />
            </When>
        </main>
    }
}

#[component]
fn Pages() -> impl IntoView {
    let place = expect_context::<Place>();
    live(move || match place.page() {
        FieldPage::Start => view! { <start::StartPage /> }.into_any(),
        FieldPage::Visit => view! { <visit::VisitPage /> }.into_any(),
        FieldPage::Saved(id) => view! { <saved::SavedPage id=id /> }.into_any(),
        FieldPage::Records => view! { <records::RecordsPage /> }.into_any(),
        FieldPage::Record(id) => view! { <record::RecordPage id=id /> }.into_any(),
        FieldPage::Box => view! { <stock::BoxPage /> }.into_any(),
        FieldPage::Arrivals => view! { <arrivals::ArrivalsPage /> }.into_any(),
        FieldPage::Unknown => view! { <Lost /> }.into_any(),
    })
}

#[component]
fn Bar() -> impl IntoView {
    let (phone, pictures) = (phone(), pictures::pictures());
    // Read by each of its parts: what is counted is counted once.
    let standing = memo(move || Standing {
        outreach: phone.outreach().map(|view| view.outreach.name.to_string()).unwrap_or_default(),
        today: phone.count_today(),
        on_phone: phone.count_waiting() + pictures.get().failed,
        pictures: pictures.get().waiting,
        attention: phone.count_to_mend() + pictures.get().failed,
        reach: match phone.network() {
            _ if phone.progress().is_sending => Reach::Sending,
            Network::Online => Reach::Online,
            Network::Offline | Network::Portal | Network::Unsigned => Reach::Offline,
        },
    });
    view! { <StatusBar standing=standing queue_href=routes::field_records() /> }
}

/// What stands on the screen until the app is ready, or why it cannot be.
#[component]
fn Waiting() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    live(move || match phone.opening.get() {
        Opening::Opening | Opening::Ready => {
            view! { <p class="field-start">{field::starting(locale)}</p> }.into_any()
        }
        Opening::Closed => view! { <pin::Closed /> }.into_any(),
        Opening::Blocked => view! { <pin::Blocked /> }.into_any(),
        Opening::Stuck => view! { <pin::Stuck /> }.into_any(),
        Opening::SignInNeeded => view! {
            <EmptyState icon="key-round" title=field::sign_in_first(locale) lone=true>
                <p>{field::sign_in_first_next(locale)}</p>
                <a class="button" rel="external" href=sign_in_address()>
                    {field::sign_in(locale)}
                </a>
            </EmptyState>
        }
        .into_any(),
        Opening::NeverPrepared => view! {
            <EmptyState icon="cloud-off" title=field::never_prepared(locale) lone=true>
                <p>{field::never_prepared_next(locale)}</p>
                <Button on:click=move |_| phone.send_now()>{common::retry(locale)}</Button>
            </EmptyState>
        }
        .into_any(),
        Opening::Refused => {
            let reason = phone.refused.get().unwrap_or(Refusal::Unreadable);
            view! {
                <section class="flow">
                    <h1>{field::title(locale)}</h1>
                    <RefusalNotice explanation=explain(&reason, locale) />
                    <Button on:click=move |_| phone.send_now()>{common::retry(locale)}</Button>
                </section>
            }
            .into_any()
        }
        Opening::NotForYou => view! {
            <EmptyState icon="key-round" title=field::not_for_you(locale) lone=true>
                <p>{field::not_for_you_next(locale)}</p>
                <a class="button" rel="external" href=routes::COORDINATION>
                    {field::to_coordination(locale)}
                </a>
            </EmptyState>
            <HeldHere />
        }
        .into_any(),
        Opening::NoStorage => view! {
            <section class="flow">
                <h1>{field::title(locale)}</h1>
                <Notice title=field::no_storage(locale) tone=Tone::Person live=true>
                    <p>{field::no_storage_next(locale)}</p>
                    <Button on:click=move |_| spawn_local(phone.enter())>
                        {common::retry(locale)}
                    </Button>
                </Notice>
            </section>
        }
        .into_any(),
    })
}

/// What somebody else's phone still holds, and the way to hand it in.
#[component]
fn HeldHere() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let held = memo(move || phone.count_held());
    live(move || {
        let held = Some(held.get()).filter(|held| *held > 0)?;
        Some(view! {
            <Notice title=field::not_for_you_held(locale, held) tone=Tone::Person>
                <p>{field::not_for_you_held_next(locale)}</p>
                <handover::ClosedHandover />
            </Notice>
        })
    })
}

/// The session has ended while records wait: they are kept, and somebody has to sign in. Or what
/// answers is not our server, or takes nothing of this version, or has trouble, or its answer could
/// not be written down.
#[component]
fn SignedOutNotice() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let foreign = memo(move || match phone.network() {
        _ if phone.progress().is_unwritten => {
            Some((field::unwritten(locale), field::unwritten_next(locale), Tone::Person))
        }
        _ if phone.contact() == Contact::Outdated => {
            Some((field::outdated(locale), field::outdated_next(locale), Tone::Person))
        }
        _ if phone.contact() == Contact::Failing => {
            Some((field::failing(locale), field::failing_next(locale), Tone::Info))
        }
        Network::Portal => Some((field::portal(locale), field::portal_next(locale), Tone::Info)),
        Network::Unsigned => {
            Some((field::unsigned(locale), field::unsigned_next(locale), Tone::Person))
        }
        Network::Online | Network::Offline => None,
    });
    view! {
        <When holds=phone.is_signed_out>
            <Notice title=field::signed_out(locale)>
                <p>{field::signed_out_kept(locale)}</p>
                <a class="button" data-kind="quiet" rel="external" href=sign_in_address()>
                    {field::sign_in(locale)}
                </a>
            </Notice>
        </When>
        {live(move || {
            let (title, next, tone) = foreign.get()?;
            Some(
                view! {
                    <Notice title=title tone=tone>
                        <p>{next}</p>
                    </Notice>
                },
            )
        })}
    }
}

#[component]
fn Lost() -> impl IntoView {
    let locale = locale();
    view! {
        <EmptyState icon="map-pin" title=common::page_not_found(locale) lone=true>
            <LinkButton href=routes::FIELD weight=Weight::Quiet>
                {common::back(locale)}
            </LinkButton>
        </EmptyState>
    }
}
