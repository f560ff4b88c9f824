//! `/P/{text}`: what became of a provisional certificate, for whoever scans the QR that a phone
//! showed at the table.

use domain::document::Verification;
use domain::timestamp::{Timestamp, Zone};
use leptos::prelude::*;
use phrases::{Locale, document, format};

use crate::components::notice::Notice;
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::verification::{Facts, shown, tone, words};

/// Where the keys are by which phones are delegated.
const KEYS: &str = "/.well-known/delegations.json";

/// The verdict in words, and what to do.
fn provisional_words(
    verification: &Verification,
    zone: &Zone,
    locale: Locale,
) -> (&'static str, String) {
    let moment = |at: Timestamp| format::moment(at, zone.offset_minutes(at), locale);
    let (verdict, next) = match verification {
        Verification::Provisional { until, .. } => {
            let next = document::verify_provisional_next(locale, moment(*until));
            return (document::verify_provisional(locale), next);
        }
        Verification::Replaced { .. } => {
            (document::verify_final(locale), document::verify_final_next(locale))
        }
        Verification::Revoked { .. } => {
            (document::verify_phone_revoked(locale), document::verify_phone_revoked_next(locale))
        }
        Verification::Withdrawn { .. } => {
            (document::verify_withdrawn(locale), document::verify_not_taken_next(locale))
        }
        other => words(other, locale),
    };
    (verdict, next.to_owned())
}

/// The page.
#[component]
pub fn ProvisionalPage(
    /// What is known of the certificate.
    verification: Verification,
    /// The signed text, for the browser's own check.
    text: String,
    /// The short code that the phone shows for it.
    code: String,
    /// The zone in which moments are told.
    zone: Zone,
) -> impl IntoView {
    let locale = locale();
    let (verdict, next) = provisional_words(&verification, &zone, locale);
    let tone = tone(&verification);
    let facts = shown(&verification)
        .cloned()
        .map(|shown| view! { <Facts shown=shown text=text keys=KEYS code=code /> });
    let by = match verification {
        Verification::Replaced { by, .. } => by,
        _ => None,
    };
    view! {
        <PublicPage title=document::verify_provisional_title(locale)>
            <div class="flow">
                <h1>{document::verify_provisional_title(locale)}</h1>
                <Notice title=verdict tone=tone>
                    <p>{next}</p>
                    {by
                        .map(|path| {
                            view! { <p><a href=path>{document::verify_see_final(locale)}</a></p> }
                        })}
                </Notice>
                {facts}
            </div>
        </PublicPage>
    }
}
