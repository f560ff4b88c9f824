//! What the owner can show at once: the phone's own certificate, until the final one is there; and
//! what another phone's is worth.

use domain::chip_number::TestChips;
use domain::id::ServiceId;
use domain::service::ServiceKind;
use domain::submission::Outcome;
use domain::unicode::capital;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::label::Labelled;
use phrases::{Locale, field, format};

use crate::components::live::{each, live};
use crate::components::notice::{Notice, Tone};
use crate::components::qr_code::QrCode;
use crate::locale::locale;
use crate::offline::held::{Line, Record};
use crate::offline::phone::Phone;
use crate::offline::provisional::{self, Certificate};
use crate::pages::field::camera::CameraButton;
use crate::pages::field::phone;
use crate::pages::field::records::form;
use crate::pages::visit_form::draft::{AnimalDraft, VisitDraft};

/// Whether a record is to have certificates, and none of them is there yet.
pub(super) fn awaits(record: &Record, phone: Phone) -> bool {
    let is_awaited = match &record.outcome {
        None => has_documents(&form(record), phone.tests()),
        Some(Outcome::Accepted { documents, .. }) => {
            !documents.is_empty() && documents.iter().all(|document| document.link.is_none())
        }
        Some(_) => false,
    };
    is_awaited && !certified(record, phone).is_empty()
}

/// Whether anything of a visit is certified.
pub(super) fn has_documents(draft: &VisitDraft, tests: TestChips) -> bool {
    draft.animals().any(|animal| !animal.documents(tests).is_empty())
}

/// The services of which there will be a certificate; of the surgeries, those that were completed
/// are told apart where they are signed.
fn certified(record: &Record, phone: Phone) -> Vec<ServiceId> {
    let tests = phone.tests();
    let stand = phone.kept.with_untracked(|kept| record.held.standing(&kept.annulled()));
    let is_certified = |line: &&Line| match line.service {
        Some(ServiceKind::Implantation | ServiceKind::Verification) => {
            line.chip.is_some_and(|chip| chip.implantable(tests).is_ok())
        }
        Some(ServiceKind::Sterilisation) => true,
        _ => false,
    };
    let certified = record.held.lines.iter().filter(is_certified).filter_map(|line| line.id);
    certified.filter(|id| stand.contains(id)).collect()
}

/// The provisional certificates of a record, or one line where this phone gives none.
#[component]
pub(super) fn Provisional(
    /// The record.
    record: Record,
) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let made = RwSignal::new(None::<Vec<Certificate>>);
    let (held, services) = (record.held.clone(), certified(&record, phone));
    spawn_local(async move {
        let Some(queue) = phone.queue() else { return };
        let certificates = provisional::issue(&queue, &held, &services).await;
        made.set(Some(certificates));
    });
    live(move || {
        made.get().map(|made| {
            let is_none = made.is_empty();
            let sheet = |certificate| {
                view! { <Sheet certificate=certificate record=record.clone() /> }
            };
            let sheets = each(made, sheet);
            view! {
                {sheets}
                {is_none
                    .then(|| view! { <p class="soft">{field::provisional_none(locale)}</p> })}
            }
        })
    })
}

/// Checks the certificate that another phone shows, without signal too.
#[component]
pub(super) fn CheckAnother() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let said = RwSignal::new(None::<(Tone, String)>);
    let check = Callback::new(move |text: String| {
        spawn_local(async move {
            let Some(queue) = phone.queue() else { return };
            let lines = provisional::judge(&queue, &text).await.unwrap_or_default();
            let _ = said.try_set(Some(verdict(&lines, locale)));
        });
    });
    view! {
        {live(move || {
            said.get()
                .map(|(tone, words)| view! { <Notice title=words tone=tone live=true /> })
        })}
        <CameraButton words=field::check_another(locale) on_read=check />
    }
}

/// The verdict in words. Whether the record has come, only the server knows.
fn verdict(lines: &str, locale: Locale) -> (Tone, String) {
    let mut lines = lines.lines();
    let (tone, words) = match lines.next() {
        Some("valid") => {
            let name = lines.next().unwrap_or_default();
            let chip = format::chip(lines.next().unwrap_or_default());
            // One that was sterilised may have none.
            let animal = format!("{name} {chip}");
            return (Tone::Waiting, field::check_valid(locale, animal.trim_end()));
        }
        Some("expired") => (Tone::Person, field::check_expired(locale)),
        Some("altered") => (Tone::Person, field::check_altered(locale)),
        Some("not-provisional") => (Tone::Info, field::check_other(locale)),
        _ => (Tone::Person, field::check_unknown(locale)),
    };
    (tone, words.to_owned())
}

/// One of them.
#[component]
fn Sheet(
    /// The certificate.
    certificate: Certificate,
    /// The record that it is of.
    record: Record,
) -> impl IntoView {
    let locale = locale();
    let line = record.held.lines.iter().find(|line| line.id == Some(certificate.service));
    let kind = line.and_then(|line| line.service);
    let kind = kind.map(|kind| capital(kind.label(locale))).unwrap_or_default();
    let animal = line.and_then(|line| line.animal);
    let draft = form(&record);
    let animal = draft.animals().find(|known| known.id == animal);
    let name = animal.map(AnimalDraft::name).unwrap_or_default();
    let chip = animal.and_then(AnimalDraft::chip);
    let chip = chip.map(|chip| format::chip(&chip.to_string())).unwrap_or_default();
    let label = field::provisional_of(locale, &name);
    view! {
        <section class="card slip">
            <h2 class="card-title">{name}</h2>
            <p class="figures">{chip}</p>
            <p>{kind} " · " <strong>{field::provisional_title(locale)}</strong></p>
            <QrCode text=certificate.link label=label />
            <p>{field::provisional_code(locale)} " " <strong>{certificate.code}</strong></p>
            <p class="small">{field::provisional_next(locale)}</p>
        </section>
    }
}
