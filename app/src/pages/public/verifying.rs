//! `/verificar`: how to verify a document, and a box for its address. The verdict itself is on the
//! page of `verification`.

use leptos::prelude::*;
use phrases::public;

use crate::components::action::Button;
use crate::components::icon::Icon;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::routes;

/// The page.
#[component]
pub fn VerifyingPage() -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = public::verify_title(locale);
    let link = state
        .question("link", public::verify_code_label(locale))
        .hint(public::verify_code_hint(locale));
    let says = [
        ("circle-check", public::verify_says_valid(locale)),
        ("clock", public::verify_says_replaced(locale)),
        ("circle-alert", public::verify_says_revoked(locale)),
        ("shield-alert", public::verify_says_altered(locale)),
    ]
    .map(|(icon, words)| view! { <li><Icon name=icon /> <span>{words}</span></li> });
    view! {
        <PublicPage title=title description=public::verify_lead(locale)>
            <div class="narrow flow">
                <h1>{title}</h1>
                <FormFaults />
                <p class="lead">{public::verify_lead(locale)}</p>
                <form method="post" action=routes::VERIFYING class="flow">
                    <TextField
                        question=link
                        keyboard=Keyboard::Search
                        value=state.value("link")
                    />
                    <div class="actions">
                        <Button submit=true>{public::verify_send(locale)}</Button>
                    </div>
                </form>
                <h2>{public::verify_says_title(locale)}</h2>
                <ul class="says">{says.into_iter().collect_view()}</ul>
                <p class="soft">{public::verify_says_privacy(locale)}</p>
            </div>
        </PublicPage>
    }
}
