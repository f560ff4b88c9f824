//! Asking for a new password.

use leptos::prelude::*;
use phrases::account;

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::routes;

/// `/clave`: the address to which the link goes.
#[component]
pub fn ResetPage() -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = account::reset_title(locale);
    let email = state.question("email", account::email_label(locale)).autocomplete("username");
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <h1>{title}</h1>
                <FormFaults />
                <p class="lead">{account::reset_lead(locale)}</p>
                <form method="post" action=routes::PASSWORD class="flow" novalidate=true>
                    <TextField
                        question=email
                        keyboard=Keyboard::Email
                        value=state.value("email")
                    />
                    <div class="actions">
                        <Button submit=true>{account::reset_send(locale)}</Button>
                        <LinkButton href=routes::SIGN_IN weight=Weight::Plain>
                            {account::back_to_sign_in(locale)}
                        </LinkButton>
                    </div>
                </form>
            </div>
        </PublicPage>
    }
}
