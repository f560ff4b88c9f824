//! An owner's way to the own records: `/certificados`, `/certificados/codigo`, `/mis-animales`.

pub mod animal;
pub mod looks;
pub mod own;
pub mod request;

use leptos::prelude::*;
use phrases::public;

use crate::components::action::{Button, Weight};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::routes;

/// `/certificados`: two fields.
#[component]
pub fn CertificatesPage() -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = public::certificate_title(locale);
    let run = state.question("run", public::run_label(locale)).hint(public::run_hint(locale));
    let chip = state
        .question("chip", public::chip_last_label(locale))
        .hint(public::chip_last_hint(locale));
    let slip = Question::new("code", public::slip_code_label(locale))
        .hint(public::slip_code_hint(locale))
        .autocomplete("off");
    view! {
        <PublicPage title=title description=public::certificate_lead(locale)>
            <div class="narrow flow">
                <h1>{title}</h1>
                <FormFaults />
                <p class="lead">{public::certificate_lead(locale)}</p>
                <form method="post" action=routes::CERTIFICATES class="flow">
                    <TextField question=run keyboard=Keyboard::Run value=state.value("run") />
                    <TextField question=chip keyboard=Keyboard::Digits value=state.value("chip") />
                    <div class="actions">
                        <Button submit=true>{public::certificate_send(locale)}</Button>
                    </div>
                </form>
                <p>{public::certificate_how(locale)}</p>
                <section class="flow block">
                    <h2>{public::slip_title(locale)}</h2>
                    <form method="post" action=routes::CERTIFICATES_CODE class="flow">
                        <TextField question=slip keyboard=Keyboard::Code />
                        <div class="actions">
                            <Button submit=true weight=Weight::Quiet>
                                {public::code_enter(locale)}
                            </Button>
                        </div>
                    </form>
                </section>
                <details class="aside">
                    <summary>{public::certificate_help_title(locale)}</summary>
                    <p>{public::certificate_help_body(locale)}</p>
                </details>
            </div>
        </PublicPage>
    }
}

/// `/certificados/codigo`: the code of the mail or of the slip.
#[component]
pub fn CodePage() -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = public::code_title(locale);
    let code = state
        .question("code", public::code_label(locale))
        .hint(public::code_hint(locale))
        .autocomplete("one-time-code");
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <h1>{title}</h1>
                <FormFaults />
                <p class="lead">{public::code_sent_body(locale)}</p>
                <form method="post" action=routes::CERTIFICATES_CODE class="flow">
                    <TextField question=code keyboard=Keyboard::Code value=state.value("code") />
                    <div class="actions">
                        <Button submit=true>{public::code_enter(locale)}</Button>
                        <a class="button" data-kind="plain" href=routes::CERTIFICATES>
                            {public::code_again(locale)}
                        </a>
                    </div>
                </form>
                <details class="aside">
                    <summary>{public::code_help_title(locale)}</summary>
                    <p>{public::code_help_body(locale)}</p>
                </details>
            </div>
        </PublicPage>
    }
}
