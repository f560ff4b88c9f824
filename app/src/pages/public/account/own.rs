//! One's own account: what one is, where one is signed in, the password.

use domain::browser_name::browser_and_system;
use domain::id::SessionId;
use domain::role::Role;
use domain::timestamp::Timestamp;
use domain::view::StaffView;
use leptos::prelude::*;
use phrases::account;
use phrases::label::Labelled;

use super::link::NewPassword;
use crate::components::action::{Button, LinkButton, Weight};
use crate::components::notice::{Notice, Tone};
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::text_field::{Keyboard, TextField};
use crate::components::value::MomentText;
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::routes;

/// One place where a person is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// Which session.
    pub id: SessionId,
    /// What the browser calls itself; may be empty.
    pub device: String,
    /// When the person signed in there.
    pub since: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen: Timestamp,
    /// Whether it is the one that asks.
    pub own: bool,
}

/// What was done just before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// One session was ended.
    SessionEnded,
    /// All the others were ended.
    OthersEnded,
    /// The password was changed.
    PasswordChanged,
}

impl Done {
    /// Every one, with the word in the address that tells the page.
    pub const WORDS: [(Self, &'static str); 3] = [
        (Self::SessionEnded, "sesion"),
        (Self::OthersEnded, "sesiones"),
        (Self::PasswordChanged, "clave"),
    ];

    fn sentence(self) -> &'static str {
        match self {
            Self::SessionEnded => account::session_ended(locale()),
            Self::OthersEnded => account::sessions_ended(locale()),
            Self::PasswordChanged => account::password_changed(locale()),
        }
    }
}

/// `/cuenta`.
#[component]
pub fn AccountPage(
    /// Who it is.
    staff: StaffView,
    /// Where the person is signed in, this one first.
    sessions: Vec<SessionLine>,
    /// Minutes to add to UTC for the moments shown.
    offset_minutes: i32,
    /// What was done just before.
    done: Option<Done>,
) -> impl IntoView {
    let locale = locale();
    let title = account::account_title(locale);
    let done = done.map(|done| {
        view! { <Notice title=done.sentence() tone=Tone::Kept live=true /> }
    });
    let works_in_field = matches!(staff.role, Role::Operative | Role::Veterinarian);
    let (desk, field) = match works_in_field {
        true => (Weight::Quiet, Weight::Main),
        false => (Weight::Main, Weight::Quiet),
    };
    let desk = view! {
        <LinkButton href=routes::COORDINATION weight=desk>
            {account::go_to_coordination(locale)}
        </LinkButton>
    };
    let field = view! {
        <LinkButton href=routes::FIELD weight=field>
            {account::go_to_field(locale)}
        </LinkButton>
    };
    let ways = match works_in_field {
        true => vec![field.into_any(), desk.into_any()],
        false => vec![desk.into_any(), field.into_any()],
    };
    let role = account::account_role(locale, staff.role.label(locale));
    view! {
        <PublicPage title=title>
            <div class="flow">
                <h1>{title}</h1>
                <FormFaults />
                {done}
                <p class="lead">{staff.name} <br /> {role}</p>
                <div class="actions">
                    {ways}
                    <LinkButton href=routes::SIGN_OUT weight=Weight::Plain>
                        {account::sign_out(locale)}
                    </LinkButton>
                </div>
                <Devices sessions=sessions offset_minutes=offset_minutes />
                <ChangePassword />
            </div>
        </PublicPage>
    }
}

#[component]
fn Devices(sessions: Vec<SessionLine>, offset_minutes: i32) -> impl IntoView {
    let locale = locale();
    let several = sessions.len() > 1;
    let rows = sessions
        .into_iter()
        .map(|session| view! { <Device session=session offset_minutes=offset_minutes /> })
        .collect_view();
    let others = several.then(|| {
        view! {
            <form method="post" action=routes::SESSIONS class="actions">
                <input type="hidden" name="session" value="others" />
                <Button submit=true weight=Weight::Grave>
                    {account::revoke_others(locale)}
                </Button>
            </form>
        }
    });
    view! {
        <section class="flow">
            <h2>{account::devices_title(locale)}</h2>
            <p>{account::devices_lead(locale)}</p>
            <SummaryList>{rows}</SummaryList>
            {others}
        </section>
    }
}

#[component]
fn Device(session: SessionLine, offset_minutes: i32) -> impl IntoView {
    let locale = locale();
    let device = match browser_and_system(&session.device) {
        (Some(browser), Some(system)) => account::browser_on_system(locale, browser, system),
        (Some(known), None) | (None, Some(known)) => known.to_owned(),
        (None, None) => account::unknown_device(locale).to_owned(),
    };
    let end = if session.own {
        view! { <p class="small">{account::this_device(locale)}</p> }.into_any()
    } else {
        view! {
            <form method="post" action=routes::SESSIONS>
                <input type="hidden" name="session" value=session.id.to_string() />
                <Button submit=true weight=Weight::Plain>
                    {account::revoke_device(locale)}
                </Button>
            </form>
        }
        .into_any()
    };
    view! {
        <SummaryRow name=device>
            {account::last_seen(locale)} " "
            <MomentText at=session.last_seen offset_minutes=offset_minutes />
            {end}
        </SummaryRow>
    }
}

#[component]
fn ChangePassword() -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let current = state
        .question("current", account::current_password_label(locale))
        .autocomplete("current-password");
    view! {
        <section class="flow">
            <h2>{account::change_password_title(locale)}</h2>
            <form method="post" action=routes::CHANGE_PASSWORD class="flow narrow">
                <TextField question=current keyboard=Keyboard::Password />
                <NewPassword />
                <div class="actions">
                    <Button submit=true weight=Weight::Quiet>
                        {account::change_password(locale)}
                    </Button>
                </div>
            </form>
        </section>
    }
}
