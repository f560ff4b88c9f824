//! `/encontre`: somebody found an animal. Whether its chip is here, and a message to its family;
//! never who that is.

use domain::chip_number::ChipNumber;
use leptos::prelude::*;
use phrases::public;

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::text_field::{Keyboard, TextArea, TextField};
use crate::components::value::{ChipText, Size};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::routes;

/// Name of the field that people do not see and must leave empty: only programs fill it in.
pub const TRAP: &str = "website";

/// Where a chip that is not here may be.
const NATIONAL_REGISTRY: &str = "registratumascota.cl";
/// Its public look-up by chip.
const NATIONAL_SEARCH: &str = "https://registratumascota.cl/consultas.xhtml";

/// The first step: the number.
#[component]
pub fn FoundPage() -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let title = public::found_title(locale);
    let chip = state.question("chip", public::chip_label(locale)).hint(public::found_hint(locale));
    view! {
        <PublicPage title=title description=public::found_lead(locale)>
            <div class="narrow flow">
                <h1>{title}</h1>
                <FormFaults />
                <p class="lead">{public::found_lead(locale)}</p>
                <form method="post" action=routes::FOUND_PET class="flow">
                    <TextField question=chip keyboard=Keyboard::Chip value=state.value("chip") />
                    <div class="actions">
                        <Button submit=true>{public::found_search(locale)}</Button>
                    </div>
                </form>
                <details class="aside">
                    <summary>{public::found_tips_title(locale)}</summary>
                    <p>{public::found_tips_body(locale)}</p>
                </details>
            </div>
        </PublicPage>
    }
}

/// The chip is not here.
#[component]
pub fn FoundUnknownPage(
    /// The number that was looked up.
    chip: ChipNumber,
) -> impl IntoView {
    let locale = locale();
    let title = public::found_unknown_title(locale);
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <BackLink href=routes::FOUND_PET />
                <h1>{title}</h1>
                <p><ChipText chip=chip size=Size::Large /></p>
                <p>{public::found_unknown_body(locale)}</p>
                <p class="lead">
                    <a href=NATIONAL_SEARCH rel="external noopener noreferrer">
                        {NATIONAL_REGISTRY}
                    </a>
                </p>
                <p>{public::found_unknown_check(locale)}</p>
                <div class="actions">
                    <LinkButton href=routes::FOUND_PET weight=Weight::Quiet>
                        {public::found_again(locale)}
                    </LinkButton>
                </div>
            </div>
        </PublicPage>
    }
}

/// The chip is here: a message to the family.
#[component]
pub fn FoundMessagePage(
    /// The number that was looked up.
    chip: ChipNumber,
) -> impl IntoView {
    let locale = locale();
    let title = public::found_known_title(locale);
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <BackLink href=routes::FOUND_PET />
                <h1>{title}</h1>
                <FormFaults />
                <p><ChipText chip=chip size=Size::Large /></p>
                <p class="lead">{public::found_known_body(locale)}</p>
                <MessageForm chip=chip />
            </div>
        </PublicPage>
    }
}

#[component]
fn MessageForm(chip: ChipNumber) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let message = state
        .question("message", public::found_message_label(locale))
        .hint(public::found_message_hint(locale));
    let place = state
        .question("address", public::found_place_label(locale))
        .hint(public::found_place_hint(locale))
        .optional();
    let contact = state
        .question("contact", public::found_contact_label(locale))
        .hint(public::found_contact_hint(locale));
    let name = state
        .question("person_name", public::found_name_label(locale))
        .optional()
        .autocomplete("name");
    view! {
        <form method="post" action=routes::FOUND_MESSAGE class="flow" novalidate=true>
            <input type="hidden" name="chip" value=chip.to_string() />
            <TextArea question=message value=state.value("message") />
            <TextField question=place value=state.value("address") />
            <TextField question=contact value=state.value("contact") />
            <TextField
                question=name
                keyboard=Keyboard::Name
                value=state.value("person_name")
            />
            <div class="trap" aria-hidden="true">
                <label for=TRAP>{public::found_trap_label(locale)}</label>
                <input id=TRAP name=TRAP type="text" tabindex="-1" autocomplete="off" />
            </div>
            <p class="small soft">{public::found_privacy(locale)}</p>
            <div class="actions">
                <Button submit=true icon="send">
                    {public::found_send(locale)}
                </Button>
            </div>
        </form>
    }
}

/// `/encontre/enviado`.
#[component]
pub fn FoundSentPage() -> impl IntoView {
    let locale = locale();
    let title = public::found_sent_title(locale);
    view! {
        <PublicPage title=title>
            <div class="narrow flow">
                <h1 class="hidden-visually">{title}</h1>
                <Notice title=title tone=Tone::Kept>
                    <p>{public::found_sent_body(locale)}</p>
                </Notice>
                <p>{public::found_sent_next(locale)}</p>
                <div class="actions">
                    <LinkButton href=routes::HOME weight=Weight::Quiet>
                        {public::nav_home(locale)}
                    </LinkButton>
                </div>
            </div>
        </PublicPage>
    }
}
