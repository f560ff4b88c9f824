//! `/privacidad`: what is stored, on what basis, and what a person may ask (Ley 19.628 as amended
//! by Ley 21.719, in force from 1 December 2026).

use leptos::prelude::*;
use phrases::public;

use crate::components::action::LinkButton;
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::routes;

/// The page.
#[component]
pub fn PrivacyPage(
    /// The body that issues the documents and answers for the data.
    issuer: String,
    /// Where to write to.
    email: String,
) -> impl IntoView {
    let locale = locale();
    let title = public::privacy_title(locale);
    view! {
        <PublicPage title=title description=public::privacy_lead(locale)>
            <div class="narrow flow">
                <h1>{title}</h1>
                <p class="lead">{public::privacy_lead(locale)}</p>
                <h2>{public::privacy_who_title(locale)}</h2>
                <p>{public::privacy_who_body(locale, email, issuer)}</p>
                <h2>{public::privacy_what_title(locale)}</h2>
                <ul class="bullets">
                    <li>{public::privacy_what_owner(locale)}</li>
                    <li>{public::privacy_what_animal(locale)}</li>
                    <li>{public::privacy_what_log(locale)}</li>
                </ul>
                <p>{public::privacy_what_not(locale)}</p>
                <h2>{public::privacy_why_title(locale)}</h2>
                <p>{public::privacy_why_law(locale)}</p>
                <p>{public::privacy_why_data(locale)}</p>
                <p>{public::privacy_why_consent(locale)}</p>
                <h2>{public::privacy_share_title(locale)}</h2>
                <p>{public::privacy_share_body(locale)}</p>
                <p>{public::privacy_public_body(locale)}</p>
                <Rights />
            </div>
        </PublicPage>
    }
}

#[component]
fn Rights() -> impl IntoView {
    let locale = locale();
    view! {
        <h2>{public::privacy_rights_title(locale)}</h2>
        <ul class="bullets">
            <li>{public::privacy_rights_access(locale)}</li>
            <li>{public::privacy_rights_correct(locale)}</li>
            <li>{public::privacy_rights_erase(locale)}</li>
            <li>{public::privacy_rights_copy(locale)}</li>
        </ul>
        <p>{public::privacy_rights_how(locale)}</p>
        <p>{public::privacy_rights_agency(locale)}</p>
        <div class="actions">
            <LinkButton href=routes::CERTIFICATES>{public::privacy_rights_open(locale)}</LinkButton>
        </div>
    }
}
