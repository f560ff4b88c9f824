//! Takes back what was recorded today on this phone: it did not happen, or not to this animal.
//! The operative's own records of the day only (contracts, section 4); later it is a coordinator's.

use domain::command::Command;
use domain::id::{ServiceId, SubmissionId};
use domain::name::ShortText;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::field;
use std::sync::Arc;

use crate::components::action::{Actions, Button, Weight};
use crate::components::live::{When, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::held::{Held, Kept, NewRecord, Record};
use crate::offline::phone::Phone;
use crate::pages::field::phone;
use crate::routes;

/// What a record of today, sent or waiting, offers to who recorded it: to be taken back.
#[component]
pub(super) fn Annul(record: Record) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let is_open = RwSignal::new(false);
    let held = StoredValue::new(record.held);
    let annulled = move || phone.kept.with(Kept::annulled);
    let standing = memo(move || held.with_value(|held| held.standing(&annulled())));
    live(move || {
        let (may, is_undone) = held.with_value(|held| {
            // Of what was corrected nothing was stored; the correction can be taken back. What
            // waits goes before what takes it back. Until all is read it may be that it was.
            let may = held.stands() && phone.is_whole() && phone.may_amend(&held.head);
            (may, phone.kept.with(|kept| kept.is_undone(held, &kept.annulled())))
        });
        if is_undone {
            return view! { <Notice title=field::annulled(locale) /> }.into_any();
        }
        if !may || standing.with(Vec::is_empty) {
            return ().into_any();
        }
        if !is_open.get() {
            return view! {
                <Button weight=Weight::Plain icon="undo-2" on:click=move |_| is_open.set(true)>
                    {field::annul(locale)}
                </Button>
            }
            .into_any();
        }
        view! { <Reasons held=held standing=standing is_open=is_open /> }.into_any()
    })
}

/// Why it is taken back, each reason a button that does it.
#[component]
fn Reasons(
    held: StoredValue<Arc<Held>>,
    standing: Memo<Vec<ServiceId>>,
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let (busy, not_kept) = (RwSignal::new(false), RwSignal::new(false));
    let annul = Callback::new(move |reason: &'static str| {
        let services = standing.get_untracked();
        let new = held.with_value(|held| annulment(phone, held, &services, reason));
        // A second tap finds the first one under way.
        let Some(new) = new.filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        spawn_local(async move {
            match phone.save(new, None).await {
                Ok(_) => browser::go(&routes::field_records(), false),
                Err(_) => {
                    busy.set(false);
                    not_kept.set(true);
                }
            }
        });
    });
    let reasons = [
        field::annul_not_done(locale),
        field::annul_other_animal(locale),
        field::annul_twice(locale),
        field::annul_wrong_data(locale),
    ];
    let buttons = reasons.map(|reason| {
        view! {
            <Button weight=Weight::Grave busy=busy on:click=move |_| annul.run(reason)>
                {reason}
            </Button>
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
                <Notice title=field::not_kept(locale) tone=Tone::Person live=true>
                    <p>{field::not_kept_next(locale)}</p>
                </Notice>
            </When>
        </section>
    }
}

/// The record that takes services back; nothing while nobody is known to work here, and when there
/// is nothing to take back.
fn annulment(phone: Phone, held: &Held, services: &[ServiceId], reason: &str) -> Option<NewRecord> {
    let actor = phone.staff()?;
    let reason = ShortText::parse(reason).ok()?;
    let (recorded_at, utc_offset_minutes) = phone.now();
    let annul =
        |service: &ServiceId| Command::AnnulService { service: *service, reason: reason.clone() };
    let commands: Vec<_> = services.iter().map(annul).collect();
    (!commands.is_empty()).then(|| NewRecord {
        id: SubmissionId(browser::new_id()),
        actor,
        outreach: held.head.outreach,
        visit: held.head.visit,
        behind: held.head.behind,
        recorded_at,
        utc_offset_minutes,
        replaces: None,
        commands,
        form: held.form.clone(),
    })
}
