//! `/P/{text}`: what became of a provisional certificate, for whoever scans the QR that a phone
//! showed at the table.

use domain::document::Verification;
use domain::timestamp::Zone;
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
    let (verdict, next) = match verification {
        Verification::Provisional { until, .. } => {
            let last = format::date_long(zone.local(until.plus_ms(-1)).0, locale);
            let next = document::verify_provisional_next(locale, last);
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

#[cfg(test)]
mod tests {
    use domain::catalogue::{Sex, Species};
    use domain::certificate::DocumentKind;
    use domain::document::Shown;
    use domain::id::DocumentId;
    use domain::timestamp::Timestamp;

    use super::*;

    #[test]
    fn it_says_the_last_day_on_which_it_counts() {
        let zone: Zone = serde_json::from_str(r#"[{"at":0,"offset_minutes":-180}]"#).unwrap();
        let document = Shown {
            id: DocumentId(uuid::Uuid::nil()),
            kind: DocumentKind::ImplantationVoucher,
            issued_on: "2026-12-05".parse().unwrap(),
            chip: None,
            species: Species::Dog,
            sex: Sex::Female,
            pet_name: "Luna".to_owned(),
            programme: "1".to_owned(),
        };
        // The midnight with which Sunday 6 December 2026 ends.
        let until = Timestamp(1_796_612_400_000);
        let words =
            provisional_words(&Verification::Provisional { document, until }, &zone, Locale::Es);
        let last = "hasta el domingo 6 de diciembre de 2026, al terminar el día.";
        assert!(words.1.ends_with(last), "{words:?}");
    }
}
