//! One phone: how it stands, its name, its revocation, what was done with it.

use domain::desk::phones::{LastReport, PhoneLine, PhoneSheet, PhoneView, SILENT_DAYS};
use domain::desk::unresolved::{UnresolvedFilter, UnresolvedView};
use domain::id::DeviceId;
use domain::refusal::Refusal;
use domain::role::{UseCase, allows};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{common, coordination as say, format};

use super::chronicle::Chronicle;
use super::phones::{address, called, clock, gap, key_remarks, paired, version};
use super::{Act, Data, Heading, Told, act, moment, shown, typed, unresolved, visitor};
use crate::api;
use crate::api::ApiError;
use crate::components::action::{Actions, Button, Weight};
use crate::components::dialog::Dialog;
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::text_field::Keyboard;
use crate::locale::locale;

/// What is done with a phone: its name, or why it is revoked or admitted.
type Say = Act<(DeviceId, String), ()>;

/// The page.
pub struct PhonePage {
    sheet: Data<PhoneSheet>,
}

#[lazy_route]
impl LazyRoute for PhonePage {
    fn data() -> Self {
        let params = use_params_map();
        let id = move || params.read().get("id").and_then(|id| id.parse::<DeviceId>().ok());
        let sheet = Resource::new(id, |id| async move {
            let unknown = ApiError::Refused(Refusal::PhoneUnknown);
            api::phones::phone(id.ok_or(unknown)?).await
        });
        Self { sheet }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page sheet=this.sheet /> }.into_any()
    }
}

#[component]
fn Page(sheet: Data<PhoneSheet>) -> impl IntoView {
    let locale = locale();
    let again = move |()| sheet.refetch();
    let rename: Say = act(|(phone, name)| api::phones::rename_phone(phone, name), again);
    let revoke: Say = act(|(phone, words)| api::phones::revoke_phone(phone, words), again);
    let admit: Say = act(|(phone, words)| api::phones::admit_phone(phone, words), again);
    view! {
        <BackLink href=address(PhoneView::All, SILENT_DAYS) />
        <Told act=rename done=say::phone_named(locale) />
        <Told act=revoke done=say::phone_revoke_done(locale) />
        <Told act=admit done=say::phone_admit_done(locale) />
        {shown(
            sheet,
            move |sheet| {
                let (line, history) = (sheet.line, sheet.history);
                let (id, is_revoked) = (line.id, line.revoked_at.is_some());
                let name = line.name.clone();
                view! {
                    <Facts line=line />
                    <Unresolved id=id />
                    <div class="columns block">
                        <Name id=id name=name rename=rename />
                        <Standing id=id is_revoked=is_revoked revoke=revoke admit=admit />
                    </div>
                    <section class="flow block">
                        <h2>{say::history(locale)}</h2>
                        <Chronicle lines=history />
                    </section>
                }
            },
        )}
    }
}

/// The way to what it sent and was not accepted.
#[component]
fn Unresolved(id: DeviceId) -> impl IntoView {
    let waiting = UnresolvedFilter::of(UnresolvedView::Waiting);
    let href = unresolved::address(UnresolvedFilter { phone: Some(id), ..waiting });
    allows(visitor().role.into(), UseCase::SolveTasks).then(|| {
        view! {
            <p>
                <a href=href>{say::phone_unresolved(locale())}</a>
            </p>
        }
    })
}

#[component]
fn Facts(line: PhoneLine) -> impl IntoView {
    let locale = locale();
    let revoked = line.revoked_at.map(|at| {
        view! {
            <Notice title=say::phone_revoked_at(locale, moment(at)) tone=Tone::Person>
                <p>{say::phone_revoked_next(locale)}</p>
            </Notice>
        }
    });
    let gap = gap(&line, locale).map(|words| {
        let title = domain::unicode::capital(&words);
        view! {
            <Notice title=title tone=Tone::Person>
                <p>{say::phone_gap_next(locale)}</p>
            </Notice>
        }
    });
    let odd_keys = key_remarks(&line, locale)
        .into_iter()
        .map(|words| {
            let title = domain::unicode::capital(&words);
            view! {
                <Notice title=title tone=Tone::Person>
                    <p>{say::phone_key_next(locale)}</p>
                </Notice>
            }
        })
        .collect_view();
    let stored = format::count(line.stored.into(), locale);
    let for_what = paired(&line, locale);
    let key = line.pairing.clone().map(|pairing| {
        let by = say::phone_paired_by(locale, pairing.by, moment(pairing.at));
        view! {
            <SummaryRow name=say::phone_paired_who(locale)>{by}</SummaryRow>
            <SummaryRow name=say::phone_key(locale)>
                <code>{pairing.key}</code>
            </SummaryRow>
        }
    });
    view! {
        <Heading title=called(&line, locale) />
        {revoked}
        {gap}
        {odd_keys}
        <SummaryList>
            <SummaryRow name=say::phone_used_by(locale)>{line.by}</SummaryRow>
            <SummaryRow name=say::phone_last_seen(locale)>{moment(line.last_seen_at)}</SummaryRow>
            <SummaryRow name=say::phone_first_seen(locale)>{moment(line.created_at)}</SummaryRow>
            <SummaryRow name=say::phone_stored(locale)>{stored}</SummaryRow>
            <SummaryRow name=say::phone_code(locale)>{line.code}</SummaryRow>
            <SummaryRow name=say::phone_paired(locale)>{for_what}</SummaryRow>
            {key}
        </SummaryList>
        {match line.report {
            Some(report) => view! { <Report report=report /> }.into_any(),
            None => view! { <p class="soft">{say::phone_silent_app(locale)}</p> }.into_any(),
        }}
    }
}

/// What the phone said of itself last.
#[component]
fn Report(report: LastReport) -> impl IntoView {
    let locale = locale();
    let count = move |count: u32| format::count(count.into(), locale);
    let version = match report.build.is_empty() {
        true => version(&report, locale).to_owned(),
        false => format!("{} ({})", version(&report, locale), report.build),
    };
    let clock = clock(&report, locale);
    let oldest = report.oldest.map_or_else(|| common::none(locale).to_owned(), moment);
    let kept = match report.persisted {
        Some(true) => say::phone_persisted_yes(locale),
        Some(false) => say::phone_persisted_no(locale),
        None => common::not_stated(locale),
    };
    let may_be_lost = (report.persisted == Some(false))
        .then(|| view! { <p class="soft">{say::phone_not_persistent_next(locale)}</p> });
    view! {
        <h2 class="block">{say::phone_reported(locale, moment(report.at))}</h2>
        <SummaryList>
            <SummaryRow name=say::phone_waiting(locale)>{count(report.waiting)}</SummaryRow>
            <SummaryRow name=say::phone_oldest(locale)>{oldest}</SummaryRow>
            <SummaryRow name=say::phone_to_mend(locale)>{count(report.to_mend)}</SummaryRow>
            <SummaryRow name=say::phone_at_desk(locale)>{count(report.at_desk)}</SummaryRow>
            <SummaryRow name=say::phone_pictures(locale)>{count(report.pictures)}</SummaryRow>
            <SummaryRow name=say::phone_version(locale)>{version}</SummaryRow>
            <SummaryRow name=say::phone_clock(locale)>{clock}</SummaryRow>
            <SummaryRow name=say::phone_persisted(locale)>{kept} {may_be_lost}</SummaryRow>
        </SummaryList>
    }
}

#[component]
fn Name(id: DeviceId, name: String, rename: Say) -> impl IntoView {
    let locale = locale();
    let name = RwSignal::new(name);
    let question = Question::new("nombre-telefono", say::phone_device(locale))
        .hint(say::phone_name_hint(locale));
    let keep = move |_| {
        rename.dispatch((id, name.get_untracked()));
    };
    view! {
        <section class="flow">
            <h2>{say::phone_name_title(locale)}</h2>
            {typed::text(name, question, Keyboard::Text)}
            <Actions>
                <Button weight=Weight::Quiet busy=rename.pending() on:click=keep>
                    {common::save(locale)}
                </Button>
            </Actions>
        </section>
    }
}

/// Revoking, or admitting again: both ask why, and say what follows.
#[component]
fn Standing(id: DeviceId, is_revoked: bool, revoke: Say, admit: Say) -> impl IntoView {
    let locale = locale();
    let (title, lead, follows, act, weight) = match is_revoked {
        true => (
            say::phone_admit(locale),
            say::phone_admit_lead(locale),
            say::phone_admit_ask(locale),
            admit,
            Weight::Main,
        ),
        false => (
            say::phone_revoke(locale),
            say::phone_revoke_lead(locale),
            say::phone_revoke_ask(locale),
            revoke,
            Weight::Grave,
        ),
    };
    let (open, words) = (RwSignal::new(false), RwSignal::new(String::new()));
    let question =
        Question::new("motivo-telefono", say::reason(locale)).hint(say::phone_reason_hint(locale));
    let unexplained = Signal::derive(move || words.read().trim().is_empty() || act.pending().get());
    let confirm = move |_| {
        act.dispatch((id, words.get_untracked()));
        open.set(false);
    };
    view! {
        <section class="flow">
            <h2>{title}</h2>
            <p class="soft">{lead}</p>
            <Actions>
                <Button weight=Weight::Quiet on:click=move |_| open.set(true)>
                    {title}
                </Button>
            </Actions>
            <Dialog open=open title=title>
                <p>{follows}</p>
                {typed::text(words, question, Keyboard::Text)}
                <Actions>
                    <Button weight=weight busy=unexplained on:click=confirm>
                        {title}
                    </Button>
                </Actions>
            </Dialog>
        </section>
    }
}
