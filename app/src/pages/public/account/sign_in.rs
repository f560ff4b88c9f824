//! Signing in, signing in again, signing out.

use leptos::prelude::*;
use phrases::account;

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::notice::{Notice, Tone};
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::routes;

/// `/ingresar`: address and password.
#[component]
pub fn SignInPage(
    /// The path to go to afterwards, one of ours; empty for the role's own first page.
    #[prop(into)]
    next: String,
    /// The person has just chosen a password.
    #[prop(optional)]
    chosen: bool,
) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = account::sign_in_title(locale);
    let chosen = chosen.then(|| {
        view! { <Notice title=account::password_chosen(locale) tone=Tone::Kept live=true /> }
    });
    let lead = if next.is_empty() {
        account::sign_in_lead(locale)
    } else {
        account::sign_in_continue(locale)
    };
    let email = state.question("email", account::email_label(locale)).autocomplete("username");
    let password = state
        .question("password", account::password_label(locale))
        .autocomplete("current-password");
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <h1>{title}</h1>
                <FormFaults />
                {chosen}
                <p class="lead">{lead}</p>
                <form method="post" action=routes::SIGN_IN class="flow" novalidate=true>
                    <input type="hidden" name="next" value=next />
                    <TextField
                        question=email
                        keyboard=Keyboard::Email
                        value=state.value("email")
                    />
                    <TextField question=password keyboard=Keyboard::Password />
                    <div class="actions">
                        <Button submit=true>{account::sign_in(locale)}</Button>
                        <LinkButton href=routes::PASSWORD weight=Weight::Plain>
                            {account::forgot(locale)}
                        </LinkButton>
                    </div>
                </form>
                <p class="small">
                    {account::not_staff(locale)} " "
                    <a href=routes::CERTIFICATES>{account::not_staff_link(locale)}</a>
                </p>
            </div>
        </PublicPage>
    }
}

/// `/cuenta/confirmar`: the password once more, before an act that asks for it.
#[component]
pub fn ConfirmPage(
    /// The path to go to afterwards, one of ours.
    #[prop(into)]
    next: String,
) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = account::step_up_title(locale);
    let password = state
        .question("password", account::password_label(locale))
        .autocomplete("current-password");
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <h1>{title}</h1>
                <FormFaults />
                <p class="lead">{account::step_up_lead(locale)}</p>
                <form method="post" action=routes::CONFIRM class="flow">
                    <input type="hidden" name="next" value=next />
                    <TextField question=password keyboard=Keyboard::Password />
                    <div class="actions">
                        <Button submit=true>{account::step_up(locale)}</Button>
                        <LinkButton href=routes::ACCOUNT weight=Weight::Plain>
                            {phrases::common::cancel(locale)}
                        </LinkButton>
                    </div>
                </form>
            </div>
        </PublicPage>
    }
}

/// What the page after `/salir` loads: it drops what a phone took along to an outreach.
pub const SIGNED_OUT_SCRIPT: &str = "/page/signed-out.js";

/// `/salir`: one button; a link alone must not sign anybody out.
#[component]
pub fn SignOutPage() -> impl IntoView {
    let locale = locale();
    let title = account::sign_out_ask(locale);
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <h1>{title}</h1>
                <form method="post" action=routes::SIGN_OUT class="actions">
                    <Button submit=true>{account::sign_out(locale)}</Button>
                    <LinkButton href=routes::ACCOUNT weight=Weight::Quiet>
                        {account::stay(locale)}
                    </LinkButton>
                </form>
            </div>
        </PublicPage>
    }
}
