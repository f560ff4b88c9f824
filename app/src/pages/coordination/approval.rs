//! The form by which the municipality's approval is recorded, and corrected.

use domain::id::AnimalId;
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use phrases::coordination as say;

use super::Failure;
use crate::api::ApiError;
use crate::components::action::Button;
use crate::locale::locale;
use crate::routes;

/// Records the municipality's approval with its certificate: a plain form, since it sends a file.
#[component]
pub(super) fn Approval(
    /// Of which animal.
    animal: AnimalId,
    /// Whether its owner has an address for the certificate.
    has_email: bool,
    /// Whether it corrects an approval before.
    is_second: bool,
) -> impl IntoView {
    let locale = locale();
    let query = use_query_map();
    let refused = move || {
        let said = query.read().get(routes::REFUSED)?;
        let refusal = serde_json::from_str::<Refusal>(&said).ok()?;
        Some(view! { <Failure error=ApiError::Refused(refusal) /> })
    };
    // The fragment is the browser's alone: it enters after the first render.
    let (number, hash) = (RwSignal::new(String::new()), use_location().hash);
    Effect::new(move |_| {
        let typed = hash.get();
        number.set(decoded(typed.trim_start_matches('#')));
    });
    let (title, lead) = match is_second {
        true => (say::rnm_correct_title(locale), Some(say::rnm_correct_lead(locale))),
        false => (say::approve_title(locale), None),
    };
    let next = if has_email { say::approve_mails(locale) } else { say::approve_on_paper(locale) };
    view! {
        <form
            class="flow"
            method="post"
            action=routes::RNM_APPROVE
            enctype="multipart/form-data"
        >
            <h3>{title}</h3>
            {lead.map(|lead| view! { <p class="soft">{lead}</p> })}
            {refused}
            <input type="hidden" name="animal" value=animal.to_string() />
            <div class="field">
                <label class="field-label" for="numero">
                    {say::rnm_number(locale)}
                </label>
                <input
                    class="input"
                    id="numero"
                    name="numero"
                    prop:value=move || number.get()
                    required
                    maxlength="40"
                    autocomplete="off"
                />
            </div>
            <div class="field">
                <label class="field-label" for="pdf">
                    {say::attach_rnm(locale)}
                </label>
                <p class="field-hint">{say::attach_rnm_hint(locale)}</p>
                <input
                    class="input"
                    id="pdf"
                    name="pdf"
                    type="file"
                    accept="application/pdf"
                    required
                />
            </div>
            <p class="soft small">{next}</p>
            <Button submit=true icon="file-check">
                {say::approve(locale)}
            </Button>
        </form>
    }
}

/// A text as it was before it stood in an address; empty when it is none of ours.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let pair = [rest.next().unwrap_or(b' '), rest.next().unwrap_or(b' ')];
        let read = std::str::from_utf8(&pair).ok().and_then(|p| u8::from_str_radix(p, 16).ok());
        let Some(byte) = read else { return String::new() };
        bytes.push(byte);
    }
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_out_of_the_address() {
        assert_eq!(decoded("AB-123"), "AB-123");
        assert_eq!(decoded("%C3%91%20%2F1"), "Ñ /1");
        assert_eq!(decoded("%"), "");
        assert_eq!(decoded("%C3"), "");
    }
}
