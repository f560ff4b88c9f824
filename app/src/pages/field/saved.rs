//! Kept. What goes to the owner now: the documents' QR, a message, a printed slip.

use domain::contact::Phone as Telephone;
use domain::id::{DocumentId, SubmissionId};
use domain::submission::{IssuedDocument, Outcome};
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::field;

use crate::components::action::{BottomAction, Button, LinkButton, Weight};
use crate::components::icon::Icon;
use crate::components::live::{each, live};
use crate::components::notice::{Notice, Tone};
use crate::components::qr_code::QrCode;
use crate::components::value::ChipText;
use crate::locale::locale;
use crate::offline::held::Record;
use crate::offline::{browser, drafts};
use crate::pages::field::phone;
use crate::pages::field::provisional::{Provisional, awaits, has_documents};
use crate::pages::field::record::{Gone, Standing, named_record};
use crate::pages::field::records::{form, names};
use crate::pages::visit_form::draft::{AnimalDraft, VisitDraft};
use crate::pages::visit_form::mailed::mail_words;
use crate::pages::visit_form::message::whatsapp;
use crate::routes;

/// The page after a visit.
#[component]
pub fn SavedPage(
    /// Of which record.
    id: SubmissionId,
) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let record = named_record(id);
    // What did not fit waits as a visit of its own, before the next person's.
    let next = RwSignal::new(field::next_person(locale).to_owned());
    spawn_local(async move {
        let Some(queue) = phone.queue() else { return };
        let rest = drafts::visit::<VisitDraft>(&queue).await.ok().and_then(|kept| kept.draft);
        let named = |rest: VisitDraft| {
            let booked = rest.next_booked().filter(|_| rest.animals().next().is_none());
            booked.map(|booked| format!(" · {}", booked.form.name)).unwrap_or_default()
        };
        if let Some(name) = rest.filter(|rest| !rest.is_blank()).map(named) {
            let _ = next.try_set(format!("{}{name}", field::continue_visit(locale)));
        }
    });
    view! {
        {live(move || match record.get() {
            None => ().into_any(),
            Some(Some(record)) => view! { <Kept record=record /> }.into_any(),
            Some(None) => view! { <Gone /> }.into_any(),
        })}
        <BottomAction>
            <LinkButton href=routes::field_visit() icon="plus">
                {live(move || next.get())}
            </LinkButton>
            <LinkButton href=routes::FIELD weight=Weight::Plain>
                {field::to_start(locale)}
            </LinkButton>
        </BottomAction>
    }
}

#[component]
fn Kept(record: Record) -> impl IntoView {
    let (tests, locale) = (phone().tests(), locale());
    let draft = form(&record);
    let (title, owner) = names(&record, locale);
    // Of what the former PIN closed nobody knows here whose it is.
    let whose = if record.held.is_shut() { String::new() } else { owner.clone() };
    let documents = match &record.outcome {
        Some(Outcome::Accepted { documents, .. }) => documents.clone(),
        _ => Vec::new(),
    };
    let is_certified = has_documents(&draft, tests);
    let mailed = match record.held.is_shut() {
        true => field::shut_next(locale).to_owned(),
        false => mail_words(&draft, record.outcome.as_ref(), is_certified, locale),
    };
    let mailed = (!mailed.is_empty()).then(|| view! { <p>{mailed}</p> });
    let provisional = awaits(&record, phone()).then(|| record.clone());
    let needs_person = record.held.state.needs_person();
    let details = routes::field_record(record.held.head.id);
    let sheets = each(documents, |document| {
        view! { <Sheet document=document draft=draft.clone() owner=whose.clone() /> }
    });
    view! {
        <section class="kept">
            <Icon name="circle-check" />
            <h1>{field::visit_saved(locale)}</h1>
            <p class="lead">{title} " · " {owner}</p>
            <Standing record=record.clone() />
        </section>
        {needs_person
            .then(|| {
                view! {
                    <LinkButton href=details weight=Weight::Quiet icon="circle-alert">
                        {field::see_why(locale)}
                    </LinkButton>
                }
            })}
        {mailed}
        {provisional.map(|record| view! { <Provisional record=record /> })}
        {sheets}
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
    let chip = of_document.and_then(AnimalDraft::chip);
    let chip = chip.map(|chip| view! { <ChipText chip=chip /> });
    let code = document.slip_code.map(|code| view! { <Code document=document.id code=code /> });
    let Some(link) = document.link else {
        return view! {
            <Notice title=field::document_waits(locale, name) tone=Tone::Waiting>
                <p>{field::document_waits_next(locale)}</p>
                {code}
            </Notice>
        }
        .into_any();
    };
    let message = telephone(&draft).and_then(|phone| whatsapp(phone, &name, &link, locale));
    view! {
        <section class="card slip">
            <h2 class="card-title">{name.clone()}</h2>
            <p class="figures">{chip}</p>
            <p class="soft">{owner}</p>
            <QrCode text=link label=name />
            <p class="small">{field::slip_next(locale)}</p>
            {code}
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

/// The owner's own code, what it is for, and the paper to take home.
#[component]
fn Code(
    /// Whose code it is.
    document: DocumentId,
    /// The code.
    code: String,
) -> impl IntoView {
    let locale = locale();
    let address = format!("{}{}", browser::host(), routes::CERTIFICATES);
    view! {
        <p>{field::slip_code(locale)} " " <strong>{code}</strong></p>
        <p class="small">{field::slip_code_next(locale, address)}</p>
        <a
            class="button"
            data-kind="plain"
            href=routes::slip(document)
            rel="external"
            target="_blank"
        >
            {field::slip_paper(locale)}
        </a>
    }
}
