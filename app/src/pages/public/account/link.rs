//! What a link of a mail opens: choosing a password. Opening it changes nothing, since mail
//! scanners open every link; the act is the form's button.

use leptos::prelude::*;
use phrases::account;

use crate::components::action::Button;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::form_state::{FormFaults, FormState};

/// Why a password is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The person is new; to whom the invitation went.
    Invitation {
        /// The address of the account.
        email: String,
    },
    /// The old one was forgotten.
    Reset,
}

/// `/e/{token}` of an invitation or a reset.
#[component]
pub fn ChoosePasswordPage(
    /// Why.
    occasion: Occasion,
    /// The page's own address, which takes the form.
    #[prop(into)]
    action: String,
) -> impl IntoView {
    let locale = locale();
    let (title, lead, button, email) = match occasion {
        Occasion::Invitation { email } => (
            account::invited_title(locale),
            account::invited_lead(locale),
            account::accept_invitation(locale),
            Some(email),
        ),
        Occasion::Reset => (
            account::reset_token_title(locale),
            account::reset_token_lead(locale),
            account::reset_token_save(locale),
            None,
        ),
    };
    let invited = email.clone().map(|email| {
        view! { <p class="small">{account::invited_as(locale, email)}</p> }
    });
    let username = email.map(|email| {
        view! { <input type="hidden" autocomplete="username" value=email /> }
    });
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <h1>{title}</h1>
                <FormFaults />
                <p class="lead">{lead}</p>
                {invited}
                <form method="post" action=action class="flow">
                    {username}
                    <NewPassword />
                    <div class="actions">
                        <Button submit=true>{button}</Button>
                    </div>
                </form>
            </div>
        </PublicPage>
    }
}

/// The new password, twice.
#[component]
pub(super) fn NewPassword() -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let password = state
        .question("password", account::new_password_label(locale))
        .hint(account::new_password_hint(locale))
        .autocomplete("new-password");
    let repeated = state
        .question("repeated", account::password_repeat_label(locale))
        .autocomplete("new-password");
    view! {
        <TextField question=password keyboard=Keyboard::Password />
        <TextField question=repeated keyboard=Keyboard::Password />
    }
}
