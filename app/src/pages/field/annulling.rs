//! Takes back what was recorded today on this phone: it did not happen, or not to this animal.
//! The operative's own records of the day only (contracts, section 4); later it is a coordinator's.

use domain::command::Command;
use domain::id::{ServiceId, SubmissionId};
use domain::name::ShortText;
use domain::sync::ItemState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use phrases::field;

use crate::components::action::{Actions, Button, Weight};
use crate::components::live::{When, live};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::drafts;
use crate::offline::held::{NewRecord, Record};
use crate::offline::phone::Phone;
use crate::pages::field::phone;
use crate::routes;

/// What a sent record of today offers: to be taken back, for one of a few reasons.
#[component]
pub(super) fn Annul(record: Record) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let navigate = use_navigate();
    let is_open = RwSignal::new(false);
    let not_kept = RwSignal::new(false);
    let held = StoredValue::new(record.held);
    let standing =
        Memo::new(move |_| phone.kept.with(|kept| held.with_value(|h| kept.standing(h))));
    let is_own = held.with_value(|held| {
        held.state == ItemState::Sent
            && held.head.recorded_at.local(held.head.utc_offset_minutes).0 == phone.today()
    });
    let annul = Callback::new(move |reason: &'static str| {
        let navigate = navigate.clone();
        let Some(new) = held.with_value(|held| {
            let record = Record { held: held.clone(), outcome: None };
            annulment(phone, &record, &standing.get_untracked(), reason)
        }) else {
            return;
        };
        spawn_local(async move {
            match phone.save(new, drafts::NONE).await {
                Ok(_) => navigate(&routes::field_records(), NavigateOptions::default()),
                Err(_) => not_kept.set(true),
            }
        });
    });
    let reasons = move || {
        [
            field::annul_not_done(locale),
            field::annul_other_animal(locale),
            field::annul_twice(locale),
            field::annul_wrong_data(locale),
        ]
    };
    live(move || {
        if !is_own || standing.with(Vec::is_empty) {
            let was = is_own && held.with_value(|held| held.lines.iter().any(|l| l.id.is_some()));
            return was.then(|| view! { <Notice title=field::annulled(locale) /> }).into_any();
        }
        if !is_open.get() {
            return view! {
                <Button weight=Weight::Plain icon="undo-2" on:click=move |_| is_open.set(true)>
                    {field::annul(locale)}
                </Button>
            }
            .into_any();
        }
        let buttons = reasons().map(|reason| {
            view! {
                <Button weight=Weight::Grave on:click=move |_| annul.run(reason)>{reason}</Button>
            }
        });
        view! {
            <section class="card">
                <h2 class="card-title">{field::annul_why(locale)}</h2>
                <p class="small soft">{field::annul_hint(locale)}</p>
                <Actions>
                    {buttons.into_iter().collect_view()}
                    <Button weight=Weight::Plain on:click=move |_| is_open.set(false)>
                        {field::annul_not(locale)}
                    </Button>
                </Actions>
                <When holds=not_kept>
                    <Notice title=field::not_kept(locale) tone=Tone::Person live=true />
                </When>
            </section>
        }
        .into_any()
    })
}

/// The record that takes services back; nothing while nobody is known to work here.
fn annulment(
    phone: Phone,
    record: &Record,
    services: &[ServiceId],
    reason: &str,
) -> Option<NewRecord> {
    let actor = phone.setup.with_untracked(|setup| setup.as_ref().map(|setup| setup.staff.id))?;
    let reason = ShortText::parse(reason).ok()?;
    let (recorded_at, utc_offset_minutes) = phone.now();
    let annul =
        |service: &ServiceId| Command::AnnulService { service: *service, reason: reason.clone() };
    Some(NewRecord {
        id: SubmissionId(browser::new_id()),
        actor,
        outreach: record.held.head.outreach,
        visit: record.held.head.visit,
        recorded_at,
        utc_offset_minutes,
        replaces: None,
        commands: services.iter().map(annul).collect(),
        form: record.held.form.clone(),
    })
}
