//! Kept. What goes to the owner now: the documents' QR, a message, a printed slip.

use domain::contact::{Email, Phone as Telephone};
use domain::submission::{IssuedDocument, Outcome};
use leptos::prelude::*;
use phrases::{field, format};

use crate::components::action::{BottomAction, Button, LinkButton, Weight};
use crate::components::icon::Icon;
use crate::components::notice::{Notice, Tone};
use crate::components::qr_code::QrCode;
use crate::components::value::StateText;
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::queue::Record;
use crate::pages::field::phone;
use crate::pages::field::record::named_record;
use crate::pages::field::records::{form, owner_name, state_words, title};
use crate::pages::visit_form::draft::VisitDraft;
use crate::pages::visit_form::message::whatsapp;
use crate::routes;

/// The page after a visit.
#[component]
pub fn SavedPage() -> impl IntoView {
    let locale = locale();
    let record = named_record();
    view! {
        {move || record.get().map(|record| view! { <Kept record=record /> })}
        <BottomAction>
            <LinkButton href=routes::field_visit() icon="plus">
                {field::next_person(locale)}
            </LinkButton>
            <LinkButton href=routes::FIELD weight=Weight::Plain>
                {field::to_start(locale)}
            </LinkButton>
        </BottomAction>
    }
}

#[component]
fn Kept(record: Record) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let (words, tone, _) = state_words(&record, phone.progress().is_sending, locale);
    let draft = form(&record);
    let documents = match &record.outcome {
        Some(Outcome::Accepted { documents, .. }) => documents.clone(),
        _ => Vec::new(),
    };
    let needs_person = record.held.state.needs_person();
    let details = routes::field_record(record.held.submission.id);
    let sheets: Vec<_> = documents
        .into_iter()
        .map(|document| {
            let owner = owner_name(&record, locale);
            view! { <Sheet document=document draft=draft.clone() owner=owner /> }
        })
        .collect();
    view! {
        <section class="kept">
            <Icon name="circle-check" />
            <h1>{field::visit_saved(locale)}</h1>
            <p class="lead">{title(&record, locale)} " · " {owner_name(&record, locale)}</p>
            <StateText words=words.to_owned() tone=tone />
        </section>
        {needs_person
            .then(|| {
                view! {
                    <LinkButton href=details weight=Weight::Quiet icon="circle-alert">
                        {field::see_why(locale)}
                    </LinkButton>
                }
            })}
        <MailWords draft=form(&record) is_sent=record.outcome.is_some() />
        {sheets}
    }
}

/// What the owner gets by mail, or that there is none.
#[component]
fn MailWords(
    /// The visit.
    draft: VisitDraft,
    /// Whether the server has it already.
    is_sent: bool,
) -> impl IntoView {
    let locale = locale();
    let words = match address(&draft) {
        Some(email) if is_sent => field::mail_under_way(locale, email),
        Some(email) => field::mail_later(locale, email),
        None => field::summary_no_mail(locale).to_owned(),
    };
    view! { <p>{words}</p> }
}

fn address(draft: &VisitDraft) -> Option<Email> {
    match &draft.owner.known {
        Some(card) => card.details.email.clone(),
        None => Email::parse(&draft.owner.form.email).ok(),
    }
}

fn telephone(draft: &VisitDraft) -> Option<Telephone> {
    match &draft.owner.known {
        Some(card) => card.details.phone,
        None => Telephone::parse(&draft.owner.form.phone).ok(),
    }
}

/// One document: its QR to be scanned now, sent by message, or printed.
#[component]
fn Sheet(
    /// The document.
    document: IssuedDocument,
    /// The visit.
    draft: VisitDraft,
    /// The owner's name.
    owner: String,
) -> impl IntoView {
    let locale = locale();
    let of_document = draft.animals().find(|animal| animal.id == Some(document.animal));
    let name = of_document.map(|animal| animal.name()).unwrap_or_default();
    let chip = of_document.and_then(|animal| animal.services.chip.as_ref());
    let chip = chip.map(|chip| format::chip(chip.first.trim())).unwrap_or_default();
    let Some(link) = document.link else {
        return view! {
            <Notice title=field::document_waits(locale, name) tone=Tone::Waiting>
                <p>{field::document_waits_next(locale)}</p>
            </Notice>
        }
        .into_any();
    };
    let message = telephone(&draft).map(|phone| whatsapp(phone, &name, &link, locale));
    view! {
        <section class="card slip">
            <h2 class="card-title">{name.clone()}</h2>
            <p class="figures">{chip}</p>
            <p class="soft">{owner}</p>
            <QrCode text=link label=name />
            {document
                .slip_code
                .map(|code| {
                    view! { <p>{field::slip_code(locale)} " " <strong>{code}</strong></p> }
                })}
            <p class="small">{field::slip_next(locale)}</p>
            <div class="actions">
                {message
                    .map(|href| {
                        view! {
                            <a
                                class="button"
                                data-kind="quiet"
                                href=href
                                rel="external noopener"
                                target="_blank"
                            >
                                <Icon name="message-circle" />
                                {field::share_whatsapp(locale)}
                            </a>
                        }
                    })}
                <Button weight=Weight::Quiet icon="printer" on:click=|_| browser::print()>
                    {field::print_slip(locale)}
                </Button>
            </div>
        </section>
    }
    .into_any()
}
