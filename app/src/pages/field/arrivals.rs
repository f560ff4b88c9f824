//! Who comes: with a ticket, found by RUN or by name; and without a booking, as long as the phone
//! has places to give. `/door.js` draws them and says what was tapped, which is kept here as a
//! record like any other.

use domain::booking::Offering;
use domain::command::Command;
use domain::id::{AnimalId, BookingId, OutreachId, OwnerId};
use domain::owner::OwnerDetails;
use domain::pack::ways;
use domain::view::FieldSetup;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, common, field};

use crate::components::action::{LinkButton, Weight};
use crate::components::live::When;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::offline::held::{NewRecord, arrival_form};
use crate::offline::pack::{Pack, written};
use crate::offline::phone::Phone;
use crate::offline::queue::StorageError;
use crate::offline::{browser, json};
use crate::pages::field::camera::CameraButton;
use crate::pages::field::phone;
use crate::pages::field::record::open;
use crate::pages::visit_form::draft::{AnimalDraft, VisitDraft};
use crate::routes;

/// The script of the door.
const SCRIPT: &str = "door";
/// Where it draws.
const PLACE: &str = "puerta";
/// What stands in a phrase for the service, and for a number or an hour, that the script puts
/// there.
const SERVICE: &str = "@";
const NUMBER: &str = "#";
/// What the script is told of what it told: it was not kept; another visit is half filled in.
const NOT_KEPT: &str = "-";
const OTHER_IS_OPEN: &str = "+";

/// The page of the door.
#[component]
pub(super) fn ArrivalsPage() -> impl IntoView {
    let (phone, pack, locale) = (phone(), expect_context::<Pack>(), locale());
    let text = RwSignal::new(String::new());
    let typed = Callback::new(move |words: String| {
        text.set(words.clone());
        spawn_local(async move {
            let ways = written(&ways(&words));
            // Without its script nobody is shown.
            let _ = browser::ask_script(SCRIPT, "find", &[&words, &ways]).await;
        });
    });
    let is_stuck = RwSignal::new(false);
    spawn_local(keep_door(phone, pack, locale, is_stuck));
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
        <When holds=is_stuck>
            <Notice title=field::door_stuck(locale) tone=Tone::Person live=true>
                <p>{field::door_stuck_next(locale)}</p>
            </Notice>
        </When>
        <div id=PLACE class="flow"></div>
    }
}

/// Shows the door of the outreach that was chosen, and does what is tapped there, one after the
/// other, until the door is shown anew.
async fn keep_door(phone: Phone, pack: Pack, locale: Locale, is_stuck: RwSignal<bool>) {
    let here = untrack(|| phone.outreach()).map(|view| view.outreach.id);
    let zone = |setup: &Option<FieldSetup>| setup.as_ref().map(|setup| json::write(&setup.zone));
    let there = (here, pack.words(), phone.queue(), phone.setup.with_untracked(zone));
    let (Some(here), Some([outreach, staff, until]), Some(queue), Some(zone)) = there else {
        return browser::go(routes::FIELD, true);
    };
    let words = [
        PLACE,
        &outreach,
        &staff,
        &until,
        &queue.device().to_string(),
        &zone,
        field::service_chip(locale),
        field::service_deworming(locale),
        field::service_sterilisation(locale),
        field::arrived(locale),
        field::arrived_before(locale),
        &field::arrived_number(locale, NUMBER),
        field::attend(locale),
        field::without_booking(locale),
        &field::give_place(locale, NUMBER, SERVICE),
        field::no_share(locale),
        field::arrivals_missing(locale),
        field::arrivals_none(locale),
        field::more_found(locale),
        field::arrived_kept(locale),
        field::not_kept_next(locale),
        field::finish_first(locale),
        field::continue_visit(locale),
        field::without_place(locale),
        field::arrivals_nobody(locale),
        common::undo(locale),
        &common::hour_before_change(locale, NUMBER),
        &common::hour_after_change(locale, NUMBER),
    ];
    let Some(door) = browser::ask_script(SCRIPT, "show", &words).await else {
        let _ = is_stuck.try_set(true);
        return;
    };
    let mut became = Some(String::new());
    while let Some(last) = became {
        let last = [door.as_str(), last.as_str()];
        let Some(told) = browser::ask_script(SCRIPT, "next", &last).await else { return };
        became = act(phone, here, &told).await;
    }
}

/// Does what was tapped; answers what became of it, and nothing when the door was shown anew.
async fn act(phone: Phone, here: OutreachId, told: &str) -> Option<String> {
    let parts: Vec<&str> = told.split('\n').collect();
    match *parts.as_slice() {
        ["come", booking, record, number, offering, share, who] => {
            let command = arrival((booking, number), (offering, share));
            let kept = take_in(phone, here, record, command, who).await;
            Some(kept.map_or(NOT_KEPT, |()| record).to_owned())
        }
        ["attend", searched, owner, animals] => {
            // Who came without a booking said nothing before.
            let mut booked: Vec<AnimalDraft> = json::read(animals).unwrap_or_default();
            for animal in &mut booked {
                animal.id = Some(AnimalId(browser::new_id()));
            }
            let draft = match json::read::<OwnerDetails>(owner) {
                Ok(details) => VisitDraft::of_booking(&details, OwnerId(browser::new_id()), booked),
                Err(_) => VisitDraft::looking_for(searched, booked),
            };
            let became = match open(phone, Some(draft)).await {
                Ok(true) => OTHER_IS_OPEN,
                Ok(false) => "",
                Err(StorageError) => NOT_KEPT,
            };
            Some(became.to_owned())
        }
        _ => None,
    }
}

/// Somebody came, with a booking or for a place out of a share.
fn arrival((booking, number): (&str, &str), (offering, share): (&str, &str)) -> Option<Command> {
    let number = number.parse().ok();
    Some(match Offering::from_code(offering) {
        Some(offering) => Command::WalkIn {
            booking: BookingId(browser::new_id()),
            offering,
            places: 1,
            share: share.parse().ok(),
            number,
        },
        None => Command::Arrive { booking: booking.parse().ok()?, number },
    })
}

/// Keeps it as this record, by which the script knows whether they are in; nothing when it is not
/// kept.
async fn take_in(
    phone: Phone,
    outreach: OutreachId,
    record: &str,
    command: Option<Command>,
    who: &str,
) -> Option<()> {
    let (recorded_at, utc_offset_minutes) = phone.now();
    let new = NewRecord {
        id: record.parse().ok()?,
        actor: phone.staff()?,
        outreach: Some(outreach),
        visit: None,
        behind: None,
        recorded_at,
        utc_offset_minutes,
        replaces: None,
        commands: vec![command?],
        form: arrival_form(who),
    };
    phone.save(new, None).await.ok().map(drop)
}
