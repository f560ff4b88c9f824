//! Who comes: with a ticket, found by RUN or by name; and without a booking, as long as the phone
//! has places to give. What is tapped here is a record like any other.

use domain::booking::{Expected, Offering};
use domain::command::Command;
use domain::id::{BookingId, OwnerId, SubmissionId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, field, format};
use uuid::Uuid;

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::live::{When, live};
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::offline::arrivals::{is_in, is_recorded, ticket_code, visit};
use crate::offline::browser;
use crate::offline::held::NewRecord;
use crate::offline::phone::Phone;
use crate::pages::field::camera::CameraButton;
use crate::pages::field::phone;
use crate::pages::field::record::open;
use crate::routes;

/// So many are shown at a time.
const MOST: usize = 20;

/// The door of the outreach on the screen.
#[derive(Clone, Copy)]
struct Door {
    phone: Phone,
    /// What was said of who came last; blank until somebody did.
    said: RwSignal<String>,
    not_kept: RwSignal<bool>,
    busy: RwSignal<bool>,
    /// Another visit is half filled in.
    other_is_open: RwSignal<bool>,
}

impl Door {
    /// Keeps that somebody came, with a booking or for a place of a share, and the number that is
    /// given to them.
    fn take_in(self, booking: BookingId, place: Option<(Offering, Uuid)>, who: &str) {
        let (phone, locale) = (self.phone, Locale::default());
        let is_again = phone.kept.with_untracked(|kept| is_recorded(booking, kept));
        let (Some(actor), Some(known)) = (phone.staff(), untrack(|| phone.arrivals())) else {
            return;
        };
        // A second tap finds the first one under way.
        if is_again || self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let number = known.number();
        let share = place.map(|(_, share)| share);
        let command = match place {
            Some((offering, _)) => Command::WalkIn { booking, offering, places: 1, share, number },
            None => Command::Arrive { booking, number },
        };
        let (recorded_at, utc_offset_minutes) = phone.now();
        let new = NewRecord {
            id: SubmissionId(browser::new_id()),
            actor,
            outreach: Some(known.outreach),
            visit: None,
            recorded_at,
            utc_offset_minutes,
            replaces: None,
            commands: vec![command],
            form: serde_json::to_string(who).unwrap_or_default(),
        };
        spawn_local(async move {
            let is_kept = phone.save(new, None).await.is_ok();
            if is_kept {
                phone.note_given(share);
            }
            let words = match number {
                _ if !is_kept => String::new(),
                Some(number) => field::arrived_number(locale, number.to_string()),
                None => field::arrived_kept(locale).to_owned(),
            };
            // The page may have gone.
            let _ = self.said.try_set(words);
            let _ = self.not_kept.try_set(!is_kept);
            let _ = self.busy.try_set(false);
        });
    }

    /// Goes on to the visit of who came.
    fn attend(self, one: &Expected) {
        let draft = visit(one, OwnerId(browser::new_id()));
        spawn_local(async move {
            let is_other = open(self.phone, &draft).await;
            let _ = self.other_is_open.try_set(is_other);
        });
    }
}

/// The page of the door.
#[component]
pub(super) fn ArrivalsPage() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    phone.top_up_arrivals(true);
    let door = Door {
        phone,
        said: RwSignal::default(),
        not_kept: RwSignal::new(false),
        busy: RwSignal::new(false),
        other_is_open: RwSignal::new(false),
    };
    let (text, hash) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let typed = Callback::new(move |words: String| {
        text.set(words.clone());
        hash.set(String::new());
        door.said.set(String::new());
        let Some(code) = ticket_code(&words) else { return };
        spawn_local(async move {
            let told = browser::sha256_hex(code.as_bytes()).await.unwrap_or_default();
            // Something else may have been typed meanwhile, or the page have gone.
            if text.try_get_untracked() == Some(words) {
                hash.set(told);
            }
        });
    });
    view! {
        <LinkButton href=routes::FIELD weight=Weight::Plain icon="chevron-left">
            {field::to_start(locale)}
        </LinkButton>
        <h1>{field::arrivals(locale)}</h1>
        <TextField
            question=Question::new("buscar", field::arrivals_find(locale))
            keyboard=Keyboard::Search
            value=text
            on_input=typed
        />
        <CameraButton words=field::arrivals_scan(locale) on_read=typed />
        <Said door=door />
        <div class="found" aria-live="polite">
            {live(move || found(door, &text.get(), &hash.get(), locale))}
        </div>
        {live(move || walk_ins(door, locale))}
    }
}

/// What became of the last tap.
#[component]
fn Said(door: Door) -> impl IntoView {
    let locale = locale();
    view! {
        <div class="scan" aria-live="polite">
            {live(move || {
                let words = door.said.get();
                (!words.is_empty()).then(|| view! { <Notice title=words tone=Tone::Kept /> })
            })}
            <When holds=door.not_kept>
                <Notice title=field::not_kept(locale) tone=Tone::Person>
                    <p>{field::not_kept_next(locale)}</p>
                </Notice>
            </When>
            <When holds=door.other_is_open>
                <Notice title=field::finish_first(locale) tone=Tone::Person />
            </When>
        </div>
    }
}

/// Who was meant.
fn found(door: Door, text: &str, hash: &str, locale: Locale) -> AnyView {
    let Some(known) = door.phone.arrivals() else {
        return view! { <p class="soft">{field::arrivals_missing(locale)}</p> }.into_any();
    };
    let found = known.found(text, hash);
    if found.is_empty() && !text.is_empty() {
        return view! { <p class="soft">{field::arrivals_none(locale)}</p> }.into_any();
    }
    let more = found.len() > MOST;
    let cards: Vec<_> =
        found.into_iter().take(MOST).map(|one| card(door, one.clone(), locale)).collect();
    view! {
        {cards}
        {more.then(|| view! { <p class="soft">{field::more_found(locale)}</p> })}
    }
    .into_any()
}

/// Somebody who is expected, or has come.
fn card(door: Door, one: Expected, locale: Locale) -> AnyView {
    let phone = door.phone;
    let (_, offset) = phone.now();
    let is_in = phone.kept.with(|kept| is_in(&one, kept));
    let mut parts = vec![service(one.offering, locale).to_owned()];
    parts.extend(one.slot.map(|at| format::time(at.local(offset).1)));
    let mut name = field::without_booking(locale).to_owned();
    if let Some(details) = &one.details {
        let pets: Vec<_> = details.animals.iter().map(|pet| pet.name.to_string()).collect();
        parts.push(format::list(&pets, locale));
        parts.push(details.document.to_string());
        name = details.name.full();
    }
    let number = one.number.map(|number| field::arrived_number(locale, number.to_string()));
    let who = name.clone();
    let booking = one.id;
    let state = match is_in {
        true => view! {
            <Notice title=field::arrived_before(locale) tone=Tone::Person>
                <p>{number}</p>
            </Notice>
        }
        .into_any(),
        false => view! {
            <Button
                weight=Weight::Quiet
                icon="circle-check"
                busy=door.busy
                on:click=move |_| door.take_in(booking, None, &who)
            >
                {field::arrived(locale)}
            </Button>
        }
        .into_any(),
    };
    view! {
        <section class="card owner-card">
            <h2 class="card-title">{name}</h2>
            <p class="soft">{parts.join(" · ")}</p>
            {state}
            <Button weight=Weight::Plain icon="paw-print" on:click=move |_| door.attend(&one)>
                {field::attend(locale)}
            </Button>
        </section>
    }
    .into_any()
}

/// A place for who has no booking, as long as the phone has one to give.
fn walk_ins(door: Door, locale: Locale) -> AnyView {
    let Some(known) = door.phone.arrivals() else { return ().into_any() };
    let places = Offering::ALL.iter().filter_map(|offering| {
        let (offering, (share, left)) = (*offering, known.share(*offering)?);
        let words = field::give_place(locale, u64::from(left), service(offering, locale));
        let give = move |_| {
            let fresh = BookingId(browser::new_id());
            door.take_in(fresh, Some((offering, share)), field::without_booking(locale));
        };
        Some(view! {
            <Button weight=Weight::Quiet icon="plus" busy=door.busy on:click=give>
                {words}
            </Button>
        })
    });
    let places: Vec<_> = places.collect();
    let none = places.is_empty().then(|| view! { <p class="soft">{field::no_share(locale)}</p> });
    view! {
        <h2>{field::without_booking(locale)}</h2>
        {none}
        {places}
    }
    .into_any()
}

const fn service(offering: Offering, locale: Locale) -> &'static str {
    match offering {
        Offering::Chip => field::service_chip(locale),
        Offering::Deworming => field::service_deworming(locale),
        Offering::Sterilisation => field::service_sterilisation(locale),
    }
}
