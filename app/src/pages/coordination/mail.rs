//! The outbox: what only a person can send again first, and what left.

use domain::desk::queue::{MailLine, MailList, MailState};
use domain::id::MessageId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{Locale, booking, common, coordination as say, format};

use super::{Act, Data, Heading, Told, act, moment, shown, typed};
use crate::api;
use crate::components::action::{Actions, Button, Weight};
use crate::components::dialog::Dialog;
use crate::components::empty_state::EmptyState;
use crate::components::navigation::{Pager, Tabs, Way};
use crate::components::question::Question;
use crate::components::table::{Column, DataTable};
use crate::components::text_field::Keyboard;
use crate::locale::locale;
use crate::routes;

type Resend = Act<(MessageId, String), ()>;

/// The page.
pub struct MailPage {
    list: Data<MailList>,
    part: RwSignal<String>,
}

#[lazy_route]
impl LazyRoute for MailPage {
    fn data() -> Self {
        let query = use_query_map();
        let part = RwSignal::new(String::new());
        let wanted = move || {
            let query = query.read();
            let state = query.get("estado").and_then(|code| MailState::from_code(&code));
            let page = query.get("pagina").and_then(|n| n.parse().ok()).unwrap_or(1);
            (state.unwrap_or(MailState::Dead), part.get(), page)
        };
        let list = Resource::new(wanted, |(state, part, page)| api::mail::mails(state, part, page));
        Self { list, part }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page list=this.list part=this.part /> }.into_any()
    }
}

fn address(state: MailState) -> String {
    format!("{}?estado={state}", routes::desk(routes::MAIL))
}

fn state_words(state: MailState, locale: Locale) -> &'static str {
    match state {
        MailState::Dead => say::mail_dead(locale),
        MailState::Pending => say::mail_pending(locale),
        MailState::Held => say::mail_held(locale),
        MailState::Leased => say::mail_leased(locale),
        MailState::Sent => say::mail_sent(locale),
    }
}

#[component]
fn Page(list: Data<MailList>, part: RwSignal<String>) -> impl IntoView {
    let locale = locale();
    let resend: Resend = act(
        |(message, recipient)| api::mail::resend_mail(message, recipient),
        move |()| list.refetch(),
    );
    view! {
        <div class="flow">
            <Heading title=say::nav_mail(locale) />
            <Told act=resend done=say::resent_done(locale) />
            {shown(list, move |list| view! { <List list=list part=part resend=resend /> })}
        </div>
    }
}

#[component]
fn List(list: MailList, part: RwSignal<String>, resend: Resend) -> impl IntoView {
    let locale = locale();
    let state = list.state;
    let ways = list.counts.iter().map(|&(state, count)| {
        let count = format::count(count.into(), locale);
        Way::new(address(state), format!("{} ({count})", state_words(state, locale)))
    });
    let tabs = view! {
        <Tabs label=say::nav_mail(locale) ways=ways.collect() current=address(state) />
    };
    if list.rows.is_empty() {
        let title = match state {
            MailState::Dead => say::dead_letters_empty(locale),
            _ => say::mail_empty(locale),
        };
        return view! {
            {tabs}
            <Search part=part />
            <EmptyState icon="mail" title=title>
                <p>{say::mail_empty_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let (open, recipient) = (RwSignal::new(false), RwSignal::new(String::new()));
    let chosen = RwSignal::new(None::<MessageId>);
    let ask = move |id| {
        chosen.set(Some(id));
        recipient.set(String::new());
        open.set(true);
    };
    let pages = (list.page, list.more);
    let rows = list.rows.into_iter().map(|line| row(line, state, ask)).collect_view();
    let send = move |_| {
        if let Some(id) = chosen.get_untracked() {
            resend.dispatch((id, recipient.get_untracked()));
            open.set(false);
        }
    };
    let question = Question::new("otra-direccion", say::other_address(locale))
        .hint(say::other_address_hint(locale))
        .optional();
    view! {
        {tabs}
        <Search part=part />
        <DataTable caption=state_words(state, locale) columns=columns(state, locale)>
            {rows}
        </DataTable>
        {pager(state, pages)}
        <Dialog open=open title=say::resend(locale)>
            {typed::text(recipient, question, Keyboard::Email)}
            <Actions>
                <Button icon="send" busy=resend.pending() on:click=send>
                    {say::resend(locale)}
                </Button>
            </Actions>
        </Dialog>
    }
    .into_any()
}

/// Narrows the list to addresses that contain a text. It is no part of the page's address, which
/// browsers and servers keep.
#[component]
fn Search(part: RwSignal<String>) -> impl IntoView {
    let locale = locale();
    let typed_part = RwSignal::new(part.get_untracked());
    let go = move |_| part.set(typed_part.get_untracked());
    let question = Question::new("correo", say::mail_search(locale)).optional();
    view! {
        {typed::text(typed_part, question, Keyboard::Text)}
        <Actions>
            <Button weight=Weight::Quiet icon="search" on:click=go>
                {common::search(locale)}
            </Button>
        </Actions>
    }
}

fn pager(state: MailState, (page, more): (u32, bool)) -> Option<impl IntoView> {
    let at = |page: u32| format!("{}&pagina={page}", address(state));
    let previous = if page > 1 { at(page - 1) } else { String::new() };
    let next = if more { at(page + 1) } else { String::new() };
    let total = u64::from(page) + u64::from(more);
    (total > 1)
        .then(|| view! { <Pager now=u64::from(page) total=total previous=previous next=next /> })
}

fn columns(state: MailState, locale: Locale) -> Vec<Column> {
    let mut columns = vec![
        Column::words(say::written(locale)),
        Column::words(say::letter(locale)),
        Column::words(say::recipient(locale)),
        Column::figures(say::attempts(locale)),
    ];
    match state {
        MailState::Dead => {
            columns.push(Column::words(say::cause(locale)));
            columns.push(Column::words(say::actions(locale)));
        }
        MailState::Sent => {
            columns.push(Column::words(say::left_at(locale)));
            columns.push(Column::words(say::actions(locale)));
        }
        MailState::Pending | MailState::Leased => {
            columns.push(Column::words(say::cause(locale)));
            columns.push(Column::words(say::due_at(locale)));
        }
        MailState::Held => {}
    }
    columns
}

fn letter_words(kind: &str, locale: Locale) -> &'static str {
    match kind {
        "certificate" => say::letter_certificate(locale),
        "correction" => say::letter_correction(locale),
        "rnm_approved" => say::letter_rnm_approved(locale),
        "invitation" => say::letter_invitation(locale),
        "password_reset" => say::letter_password_reset(locale),
        "owner_code" => say::letter_owner_code(locale),
        "found_pet" => say::letter_found_pet(locale),
        "booked" | "booking_moved" | "booking_cancelled" | "booking_reminder" => {
            booking::letter_booking(locale)
        }
        "waiting" | "place_offered" => booking::letter_waiting(locale),
        "outreach_moved" | "outreach_suspended" | "outreach_relocated" | "outreach_ended"
        | "outreach_news" => booking::letter_outreach(locale),
        _ => say::letter_other(locale),
    }
}

/// Why a mail has not left. What only an expert can use is told with the code.
fn cause_words(code: &str, locale: Locale) -> String {
    let words = match code {
        "bad_address" => say::mail_cause_bad_address(locale),
        "no_address" => say::mail_cause_no_address(locale),
        "no_valid_document" => say::mail_cause_no_document(locale),
        "expired" => say::mail_cause_expired(locale),
        "connection" => say::mail_cause_connection(locale),
        "timeout" => say::mail_cause_timeout(locale),
        "lost" | "lease_lost" => say::mail_cause_interrupted(locale),
        // Answers of the mail server (RFC 5321).
        _ if code.starts_with('5') => return say::mail_cause_rejected(locale, code),
        _ if code.starts_with('4') => return say::mail_cause_deferred(locale, code),
        _ => return say::mail_cause_other(locale, code),
    };
    words.to_owned()
}

fn row(
    line: MailLine,
    state: MailState,
    ask: impl Fn(MessageId) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let locale = locale();
    let id = line.id;
    let may_again = state == MailState::Dead || line.may_redirect;
    let again = match (line.is_forgotten, may_again) {
        (true, _) => view! { <span class="soft">{say::mail_forgotten(locale)}</span> }.into_any(),
        (false, true) => view! {
            <Button weight=Weight::Plain icon="send" on:click=move |_| ask(id)>
                {say::resend(locale)}
            </Button>
        }
        .into_any(),
        (false, false) => ().into_any(),
    };
    let cause = line.error.map(|code| cause_words(&code, locale));
    let last = match state {
        MailState::Dead => view! {
            <td>{cause}</td>
            <td>{again}</td>
        }
        .into_any(),
        MailState::Sent => view! {
            <td>{line.sent_at.map(moment)}</td>
            <td>{again}</td>
        }
        .into_any(),
        MailState::Pending | MailState::Leased => view! {
            <td>{cause}</td>
            <td>{moment(line.due_at)}</td>
        }
        .into_any(),
        MailState::Held => ().into_any(),
    };
    let recipient = match line.recipient.is_empty() {
        true => common::not_stated(locale).to_owned(),
        false => line.recipient,
    };
    view! {
        <tr>
            <td>{moment(line.created_at)}</td>
            <th scope="row">{letter_words(&line.kind, locale)}</th>
            <td>{recipient}</td>
            <td data-align="end">{line.attempts}</td>
            {last}
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_told_in_words() {
        let told = |code: &str| cause_words(code, Locale::Es);
        assert_eq!(told("550"), "El servidor de correo lo rechazó (550)");
        assert_eq!(told("421"), "El servidor de correo lo postergó (421)");
        assert_eq!(told("permission denied"), told("fault").replace("fault", "permission denied"));
        let known = [
            "bad_address",
            "connection",
            "expired",
            "lease_lost",
            "lost",
            "no_address",
            "no_valid_document",
            "timeout",
        ];
        for code in known {
            assert!(!told(code).contains(code), "{code}");
        }
    }
}
