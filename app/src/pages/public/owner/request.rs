//! What an owner asks of the team: another address, a correction.

use domain::id::AnimalId;
use leptos::prelude::*;
use phrases::{common, public};

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::navigation::BackLink;
use crate::components::text_field::{Keyboard, TextArea, TextField};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::routes;

/// `/mis-animales/correo`.
#[component]
pub fn AddressPage() -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = public::address_title(locale);
    let email = state.question("email", public::address_label(locale)).autocomplete("email");
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <BackLink href=routes::MY_ANIMALS />
                <h1>{title}</h1>
                <FormFaults />
                <p class="lead">{public::address_lead(locale)}</p>
                <form method="post" action=routes::OWN_ADDRESS class="flow" novalidate=true>
                    <TextField
                        question=email
                        keyboard=Keyboard::Email
                        value=state.value("email")
                    />
                    <Send words=public::address_send(locale) />
                </form>
            </div>
        </PublicPage>
    }
}

/// `/mis-animales/correccion`.
#[component]
pub fn CorrectionPage(
    /// About which animal, with its name; the owner's own data otherwise.
    about: Option<(AnimalId, String)>,
) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = public::correction_title(locale);
    let correction = state
        .question("correction", public::correction_label(locale))
        .hint(public::correction_hint(locale));
    let hidden = about.as_ref().map(|(id, _)| {
        view! { <input type="hidden" name="animal" value=id.to_string() /> }
    });
    let pet = about.map(
        |(_, name)| view! { <p><strong>{public::correction_about(locale, name)}</strong></p> },
    );
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <BackLink href=routes::MY_ANIMALS />
                <h1>{title}</h1>
                <FormFaults />
                <p class="lead">{public::correction_lead(locale)}</p>
                {pet}
                <form method="post" action=routes::OWN_CORRECTION class="flow" novalidate=true>
                    {hidden}
                    <TextArea question=correction value=state.value("correction") />
                    <Send words=public::correction_send(locale) />
                </form>
            </div>
        </PublicPage>
    }
}

#[component]
fn Send(words: &'static str) -> impl IntoView {
    view! {
        <div class="actions">
            <Button submit=true>{words}</Button>
            <LinkButton href=routes::MY_ANIMALS weight=Weight::Plain>
                {common::cancel(locale())}
            </LinkButton>
        </div>
    }
}
