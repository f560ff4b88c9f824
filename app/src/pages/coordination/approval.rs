//! The form by which the municipality's approval is recorded, and corrected.

use domain::field_error::Field;
use domain::id::AnimalId;
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use phrases::{Locale, coordination as say};

use super::{Failure, typed};
use crate::api::ApiError;
use crate::components::action::Button;
use crate::components::question::{Question, remarks};
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
    let refusal = refusal();
    let refused =
        move || refusal.get().map(|refusal| view! { <Failure error=ApiError::Refused(refusal) /> });
    let (number_asked, file_asked) = questions(refusal, locale);
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
                {remarks(&number_asked)}
                <input
                    class="input"
                    id="numero"
                    name="numero"
                    aria-describedby=number_asked.described_by()
                    aria-invalid=number_asked.invalid()
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
                {remarks(&file_asked)}
                <input
                    class="input"
                    id="pdf"
                    name="pdf"
                    type="file"
                    accept="application/pdf"
                    aria-describedby=file_asked.described_by()
                    aria-invalid=file_asked.invalid()
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

/// Why what was just sent cannot be taken, as it stands in the address.
fn refusal() -> Signal<Option<Refusal>> {
    let query = use_query_map();
    Signal::derive(move || {
        let said = query.read().get(routes::REFUSED)?;
        serde_json::from_str(&said).ok()
    })
}

/// The number and the file, each with what is wrong with it.
fn questions(refusal: Signal<Option<Refusal>>, locale: Locale) -> (Question, Question) {
    let faults = Signal::derive(move || match refusal.get() {
        Some(Refusal::Invalid { fields }) => fields,
        _ => Vec::new(),
    });
    let number = Question::new("numero", say::rnm_number(locale));
    let file = Question::new("pdf", say::attach_rnm(locale)).hint(say::attach_rnm_hint(locale));
    (
        number.error(typed::fault(faults, Field::RnmNumber)),
        file.error(typed::fault(faults, Field::File)),
    )
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
