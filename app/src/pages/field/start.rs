//! Where the day begins: the outreach, the next visit, what was recorded last.

use domain::service::ServiceKind;
use domain::timestamp::Timestamp;
use domain::unicode::capital;
use domain::view::OutreachView;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::label::Labelled;
use phrases::{Locale, common, field, format};

use crate::components::action::{BottomAction, Button, LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::icon::Icon;
use crate::components::live::{When, derived, each, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::components::toast::Toast;
use crate::locale::locale;
use crate::offline::pack::Pack;
use crate::offline::phone::Phone;
use crate::offline::pictures;
use crate::offline::queue::StorageError;
use crate::offline::{browser, drafts};
use crate::pages::field::carried::{Carried, CarriedNotice};
use crate::pages::field::clock::ClockNotice;
use crate::pages::field::insurance::{InstallOffer, InstallWord, Overdue};
use crate::pages::field::other_day::NotAsUsual;
use crate::pages::field::pairing::ThisPhone;
use crate::pages::field::phone;
use crate::pages::field::pictures::{PicturesInTrouble, PicturesToSend};
use crate::pages::field::pin::{Pin, wanted};
use crate::pages::field::preparing::Preparing;
use crate::pages::field::records::RecordRow;
use crate::pages::field::renamed::Renamed;
use crate::pages::field::set_aside::SetAside;
use crate::pages::field::stock::BoxLine;
use crate::pages::visit_form::draft::VisitDraft;
use crate::routes;

/// So many of the last records are shown.
const LAST: usize = 5;

/// The first page.
#[component]
pub fn StartPage() -> impl IntoView {
    let phone = phone();
    let is_somewhere = memo(move || phone.outreach().is_some());
    view! {
        <Update />
        <Renamed />
        <ClockNotice />
        <Overdue />
        <CarriedNotice />
        <InstallWord />
        <When holds=is_somewhere otherwise=ChooseOutreach>
            <Today />
        </When>
    }
}

/// A new version is offered here, between two visits, and taken when somebody says so.
#[component]
fn Update() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    view! {
        <When holds=phone.has_update>
            <Notice title=field::update_available(locale)>
                <Button weight=Weight::Quiet on:click=move |_| phone.take_update()>
                    {field::update_now(locale)}
                </Button>
            </Notice>
        </When>
    }
}

/// Which outreach it is; today's first.
#[component]
fn ChooseOutreach() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let rows = move || {
        let setup = phone.setup.get();
        let outreaches = setup.map(|setup| setup.outreaches).unwrap_or_default();
        if outreaches.is_empty() {
            return view! {
                <EmptyState icon="calendar" title=field::no_outreach(locale)>
                    <p>{field::no_outreach_next(locale)}</p>
                    <Button weight=Weight::Quiet on:click=move |_| phone.send_now()>
                        {common::retry(locale)}
                    </Button>
                </EmptyState>
            }
            .into_any();
        }
        let rows = each(outreaches, |outreach| view! { <li><OutreachRow view=outreach /></li> });
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    view! {
        <h1>{field::choose_outreach(locale)}</h1>
        {rows}
        <ThisPhone />
        <Pin />
        <Leave />
    }
}

#[component]
fn OutreachRow(view: OutreachView) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let outreach = view.outreach;
    let is_today = outreach.held_on == phone.today();
    let day = match is_today {
        true => capital(common::today(locale)),
        false => format::date(outreach.held_on, locale),
    };
    let detail = format!("{day} · {} · {}", outreach.place, outreach.commune);
    let id = outreach.id;
    let words = match outreach.status.takes_services() {
        true => view.programme,
        false => field::called_off(locale).to_owned(),
    };
    view! {
        <button
            class="row"
            type="button"
            data-state=is_today.then_some("kept")
            on:click=move |_| {
                phone.choose_outreach(Some(id));
                browser::go(routes::FIELD, true);
            }
        >
            <Icon name="map-pin" />
            <span>
                <span class="row-title">{outreach.name.to_string()}</span>
                <span class="row-detail">{detail}</span>
                <span class="row-detail">{words}</span>
            </span>
            <Icon name="chevron-right" />
        </button>
    }
}

/// The day at the chosen outreach.
#[component]
fn Today() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    // Which outreach it is the bar above tells, on every page.
    let place = move || phone.outreach().map(|view| view.outreach.place.to_string());
    let commune = move || phone.outreach().map(|view| view.outreach.commune.to_string());
    let (begun, has_aside) = (RwSignal::new(None::<VisitDraft>), RwSignal::new(false));
    spawn_local(look(phone, begun, has_aside));
    let words = move || match begun.get() {
        Some(_) => field::continue_visit(locale),
        None => field::new_visit(locale),
    };
    // While the phone holds cards of people, that it has no PIN is said beside their number.
    let pack = expect_context::<Pack>();
    let is_choosing = RwSignal::new(false);
    let wants_pin = wanted(memo(move || pack.is_there() && phone.lacks_pin()), is_choosing);
    view! {
        <h1>{place}</h1>
        <p class="lead">{commune}</p>
        <NotAsUsual />
        <Tally />
        <ChipListLine />
        <BoxLine />
        <LinkButton href=routes::field_arrivals() weight=Weight::Quiet icon="list">
            {field::arrivals(locale)}
        </LinkButton>
        <SetAside holds=has_aside />
        <Begun begun=begun has_aside=has_aside />
        <PicturesToSend />
        <PicturesInTrouble />
        <Preparing />
        <When holds=wants_pin>
            <Notice title=field::pin_wanted(locale) tone=Tone::Person>
                <Pin is_open=is_choosing />
            </Notice>
        </When>
        <LastRecords />
        <ThisPhone />
        <When holds=memo(move || !wants_pin.get())>
            <Pin is_open=is_choosing />
        </When>
        <Leave />
        <BottomAction>
            <LinkButton href=routes::field_visit() icon="plus">
                {words}
            </LinkButton>
        </BottomAction>
    }
}

/// Leaves the outreach for another; the page is a new one then.
pub(super) fn leave(phone: Phone) {
    phone.choose_outreach(None);
    browser::go(routes::FIELD, true);
}

/// Shows the visit that lies half filled in, and whether one does that cannot be read.
async fn look(phone: Phone, begun: RwSignal<Option<VisitDraft>>, has_aside: RwSignal<bool>) {
    let Some(queue) = phone.queue() else { return };
    let before = browser::now();
    let Ok(kept) = drafts::visit::<VisitDraft>(&queue).await else { return };
    let (is_alone, draft) = (kept.is_alone(), kept.draft.unwrap_or_default());
    // Those of one that was thrown away here before: its undo has gone with the page.
    if is_alone {
        pictures::sweep(before, draft.awaited_words());
    }
    let _ = has_aside.try_set(kept.has_aside);
    let _ = begun.try_set(Some(draft).filter(|draft| !draft.is_blank()));
}

/// A visit that was begun and not kept: gone on with, or thrown away; that can be undone.
#[component]
fn Begun(begun: RwSignal<Option<VisitDraft>>, has_aside: RwSignal<bool>) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let thrown = RwSignal::new(None::<VisitDraft>);
    // Each is told once it is so: whoever leaves the page at once finds what was said.
    let throw = move |_| {
        let draft = begun.get_untracked();
        spawn_local(async move {
            let Some(queue) = phone.queue() else { return };
            match drafts::drop_visit(&queue).await {
                Ok(true) => {
                    let _ = (thrown.try_set(draft), begun.try_set(None));
                }
                // Another window has gone on with it, or begun one: that is shown now.
                Ok(false) => look(phone, begun, has_aside).await,
                Err(StorageError) => {}
            }
        });
    };
    let undo = Callback::new(move |()| {
        let Some(draft) = thrown.get_untracked() else { return };
        spawn_local(async move {
            let Some(queue) = phone.queue() else { return };
            if drafts::keep_visit(&queue, &draft).await.is_ok() {
                let _ = (thrown.try_set(None), begun.try_set(Some(draft)));
            }
        });
    });
    let words =
        derived(move || thrown.read().is_some().then(|| field::draft_thrown(locale).to_owned()));
    view! {
        <When holds=memo(move || begun.read().is_some())>
            <Notice title=field::draft_restored(locale) tone=Tone::Kept>
                <p>{live(move || begun.get().map(|draft| begun_words(&draft)))}</p>
                <Button weight=Weight::Plain icon="trash-2" on:click=throw>
                    {field::throw_draft(locale)}
                </Button>
            </Notice>
        </When>
        <Toast words=words on_undo=undo />
    }
}

/// Whose visit it is, as far as it was said.
fn begun_words(draft: &VisitDraft) -> String {
    let form = &draft.owner.form;
    let owner = match &draft.owner.known {
        Some(card) => card.details.name.full(),
        None => format!("{} {}", form.given.trim(), form.surnames.trim()).trim().to_owned(),
    };
    if owner.is_empty() && draft.owner.id.is_none() {
        return draft.owner.searched.clone();
    }
    let parts = [owner, draft.animal.name()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What this phone has recorded today, by kind.
#[component]
fn Tally() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let figures = move || {
        let counts = phone.services_today();
        let shown = [
            ServiceKind::Implantation,
            ServiceKind::DewormingInternal,
            ServiceKind::DewormingExternal,
            ServiceKind::Sterilisation,
        ];
        let figure = |kind: ServiceKind| {
            let count = counts.iter().filter(|counted| **counted == kind).count() as u64;
            view! {
                <div>
                    <dt>{capital(kind.label(locale))}</dt>
                    <dd>{format::count(count, locale)}</dd>
                </div>
            }
        };
        each(shown, figure)
    };
    view! {
        <section aria-label=field::today_here(locale)>
            <dl class="tally">{figures}</dl>
        </section>
    }
}

/// What there is against chips that are registered already, for when the signal is gone.
#[component]
fn ChipListLine() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    live(move || {
        let words = match phone.chip_list() {
            Some((chips, at)) => field::chip_list(locale, chips, list_day(phone, at, locale)),
            None => field::chip_list_missing(locale).to_owned(),
        };
        view! { <p class="small soft">{words}</p> }
    })
}

/// Of when a list is: `hoy, 08:12`, else with its date.
pub(super) fn list_day(phone: Phone, at: Timestamp, locale: Locale) -> String {
    let (now, offset) = phone.now();
    let (day, minute) = at.local(offset);
    match day == now.local(offset).0 {
        true => common::day_at_time(locale, common::today(locale), format::time(minute)),
        false => format::moment(at, offset, locale),
    }
}

#[component]
fn LastRecords() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let rows = move || {
        // Of ten thousand records no copy is made for the five that are shown.
        let last: Vec<_> =
            phone.kept.with(|kept| kept.records.iter().rev().take(LAST).cloned().collect());
        if last.is_empty() {
            return view! {
                <EmptyState icon="paw-print" title=field::queue_empty(locale)>
                    <p>{field::queue_empty_next(locale)}</p>
                </EmptyState>
            }
            .into_any();
        }
        let rows = each(last, |record| view! { <li><RecordRow record=record /></li> });
        view! {
            <h2>{field::queue_title(locale)}</h2>
            <ul class="rows">{rows}</ul>
            <LinkButton href=routes::field_records() weight=Weight::Quiet icon="list">
                {common::see_all(locale)}
            </LinkButton>
        }
        .into_any()
    };
    view! { <section class="flow">{rows}</section> }
}

/// Another outreach, or out: what is kept stays kept.
#[component]
fn Leave() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let carried = expect_context::<Carried>();
    let keeps = move || match carried.count() {
        0 => field::sign_out_keeps(locale).to_owned(),
        count => field::sign_out_carries(locale, count),
    };
    let who = move || phone.setup.with(|setup| setup.as_ref().map(|s| s.staff.name.clone()));
    let is_somewhere = move || phone.outreach().is_some();
    let [is_leaving, stays] = [(); 2].map(|()| RwSignal::new(false));
    let sign_out = move |_| {
        is_leaving.set(true);
        stays.set(false);
        spawn_local(async move {
            // Who is out is led to another page.
            if browser::ask_script("pack", "leave", &[]).await.as_deref() != Some("") {
                let _ = is_leaving.try_set(false);
                let _ = stays.try_set(true);
            }
        });
    };
    view! {
        <section class="leave no-print">
            <p class="soft">{who}</p>
            <InstallOffer />
            <When holds=is_somewhere>
                <Button
                    weight=Weight::Plain
                    icon="map-pin"
                    on:click=move |_| leave(phone)
                >
                    {field::change_outreach(locale)}
                </Button>
            </When>
            <Button weight=Weight::Plain icon="log-out" busy=is_leaving on:click=sign_out>
                {field::sign_out(locale)}
            </Button>
            <When holds=stays>
                <Notice title=field::sign_out_stays(locale) tone=Tone::Person live=true>
                    <p>{field::sign_out_stays_next(locale)}</p>
                </Notice>
            </When>
            <p class="small soft">{live(keeps)}</p>
        </section>
    }
}
