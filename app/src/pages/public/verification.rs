//! `/V/{text}`: what became of a document, for whoever scans its QR. It shows the animal and
//! nothing of its owner, and lets the browser check the signature again.

use domain::certificate::DocumentKind;
use domain::document::{Shown, Verification};
use domain::unicode::lower_case;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, common, document};

use crate::components::notice::{Notice, Tone};
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::value::{ChipText, DateText, Size};
use crate::locale::locale;
use crate::pages::public::PublicPage;

/// Where the page's own check lives.
pub const SCRIPT: &str = "/verify.js";

pub(super) fn tone(verification: &Verification) -> Tone {
    match verification {
        Verification::Valid { .. } => Tone::Kept,
        Verification::Unknown { .. } | Verification::Provisional { .. } => Tone::Waiting,
        _ => Tone::Person,
    }
}

/// The verdict in words, and what to do.
pub(super) const fn words(
    verification: &Verification,
    locale: Locale,
) -> (&'static str, &'static str) {
    match verification {
        Verification::Valid { .. } => {
            (document::verify_valid(locale), document::verify_valid_next(locale))
        }
        Verification::Replaced { .. } => {
            (document::verify_replaced(locale), document::verify_replaced_next(locale))
        }
        Verification::Revoked { .. } => {
            (document::verify_revoked(locale), document::verify_revoked_next(locale))
        }
        Verification::Withdrawn { .. } => {
            (document::verify_withdrawn(locale), document::verify_withdrawn_next(locale))
        }
        Verification::Unknown { .. } => {
            (document::verify_unknown(locale), document::verify_unknown_next(locale))
        }
        // Only the page of provisional certificates says these, and it has its own words.
        Verification::Provisional { .. } | Verification::Expired { .. } => {
            (document::verify_expired(locale), document::verify_expired_next(locale))
        }
        Verification::Altered => {
            (document::verify_altered(locale), document::verify_altered_next(locale))
        }
        Verification::NotOurs => {
            (document::verify_not_ours(locale), document::verify_not_ours_next(locale))
        }
    }
}

/// What the verification shows, when our signature holds.
#[must_use]
pub fn shown(verification: &Verification) -> Option<&Shown> {
    match verification {
        Verification::Valid { document }
        | Verification::Replaced { document, .. }
        | Verification::Revoked { document, .. }
        | Verification::Withdrawn { document, .. }
        | Verification::Provisional { document, .. }
        | Verification::Expired { document, .. }
        | Verification::Unknown { document } => Some(document),
        Verification::Altered | Verification::NotOurs => None,
    }
}

/// The page.
#[component]
pub fn VerificationPage(
    /// What is known of the document.
    verification: Verification,
    /// The signed text, for the browser's own check.
    text: String,
) -> impl IntoView {
    let locale = locale();
    let (verdict, next) = words(&verification, locale);
    let tone = tone(&verification);
    // Of a document that is not here only the programme's short number is known.
    let is_known = !matches!(verification, Verification::Unknown { .. });
    let facts = shown(&verification)
        .cloned()
        .map(|shown| view! { <Facts shown=shown text=text names_programme=is_known /> });
    view! {
        <PublicPage title=document::verify_page_title(locale)>
            <div class="flow">
                <h1>{document::verify_page_title(locale)}</h1>
                <Notice title=verdict tone=tone>
                    <p>{next}</p>
                </Notice>
                {facts}
            </div>
        </PublicPage>
    }
}

/// What a signed text says, and the browser's own check of it.
#[component]
pub(super) fn Facts(
    /// What it says.
    shown: Shown,
    /// The text.
    text: String,
    /// Where the keys are, when not where those of documents are.
    #[prop(optional)]
    keys: Option<&'static str>,
    /// The code to be compared, of a provisional certificate.
    #[prop(optional)]
    code: Option<String>,
    /// Whether what it says of the programme is its name, and not a number that says nothing.
    #[prop(optional)]
    names_programme: bool,
) -> impl IntoView {
    let locale = locale();
    let kind = match shown.kind {
        DocumentKind::ImplantationVoucher | DocumentKind::VerificationVoucher => {
            document::microchip_title(locale)
        }
        DocumentKind::Sterilisation => document::sterilisation_title(locale),
        DocumentKind::Rnm => document::rnm_title(locale),
    };
    let chip = match shown.chip {
        Some(chip) => view! { <ChipText chip=chip size=Size::Large /> }.into_any(),
        None => common::none(locale).into_any(),
    };
    let sex = lower_case(shown.sex.label(locale));
    let animal = format!("{}, {sex}", shown.species.label(locale));
    view! {
        <section class="flow">
            <h2 class="pet-name">{shown.pet_name}</h2>
            <p>{animal}</p>
            <SummaryList>
                <SummaryRow name=common::chip(locale)>{chip}</SummaryRow>
                <SummaryRow name=document::verify_kind(locale)>{kind}</SummaryRow>
                <SummaryRow name=document::issued_on(locale)>
                    <DateText date=shown.issued_on />
                </SummaryRow>
                {names_programme
                    .then(|| {
                        view! {
                            <SummaryRow name=document::programme(locale)>
                                {shown.programme}
                            </SummaryRow>
                        }
                    })}
                <SummaryRow name=document::verify_number(locale)>
                    <span class="small">{shown.id.to_string()}</span>
                </SummaryRow>
                {code
                    .map(|code| {
                        view! {
                            <SummaryRow name=document::verify_code(locale)>{code}</SummaryRow>
                        }
                    })}
            </SummaryList>
            <p>
                {document::verify_compare(locale)} " "
                <span class="soft">{document::verify_no_owner(locale)}</span>
            </p>
            <p
                class="small soft"
                role="status"
                data-verify=text
                data-keys=keys
                data-valid=document::verify_browser_valid(locale)
                data-altered=document::verify_browser_altered(locale)
                data-unknown-key=document::verify_browser_unknown_key(locale)
                data-unsupported=document::verify_browser_unsupported(locale)
                data-unreachable=document::verify_browser_unreachable(locale)
            ></p>
        </section>
    }
}
