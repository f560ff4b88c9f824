//! The data of a new owner: what Ley 21.020 and the RNM ask, contact, consents.

use domain::contact::Email;
use domain::field_error::Field;
use domain::identity::DocumentKind;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{common, field};

use crate::components::action::{Button, Weight};
use crate::components::choice::{Checkbox, Choice};
use crate::components::live::{live, memo};
use crate::components::notice::Notice;
use crate::components::question::Question;
use crate::components::select::Select;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::offline::browser;
use crate::pages::field::asking::{Tile, bind, bound};
use crate::pages::field::visit::{Heading, Onward, Visit, visit};
use crate::pages::visit_form::commune::{commune_choices, commune_parts, in_words, of_choice};
use crate::pages::visit_form::draft::{Step, VisitDraft};
use crate::pages::visit_form::reading;

/// The identifier of the box in which a commune is said that is not in the list.
pub(super) const OTHER_COMMUNE: &str = "elsewhere";

/// The form.
#[component]
pub fn OwnerStep() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_known = visit.draft.with_untracked(|draft| draft.owner.known.is_some());
    let is_correction = visit.is_correction();
    let go_on = move |()| {
        if is_known {
            let read = visit.draft.with_untracked(|draft| reading::amended(&draft.owner));
            return visit.go_if(read.map(drop), Step::Summary);
        }
        let read = visit.draft.with_untracked(|draft| reading::owner(&draft.owner.form));
        if is_correction {
            return visit.finish_if(read.map(drop));
        }
        let has_animal = visit.draft.with_untracked(VisitDraft::goes_on);
        match read {
            Ok(_) if has_animal => visit.go(Step::Animal),
            Ok(_) => visit.new_animal(),
            Err(faults) => visit.show(faults),
        }
    };
    let heading = match is_known || is_correction {
        true => field::amend_owner(locale),
        false => field::new_owner(locale),
    };
    view! {
        <Heading words=heading.to_owned() />
        <p class="notice-line">{field::privacy_notice(locale)}</p>
        {(!is_known).then(|| view! { <Document /> })}
        {is_known.then(|| view! { <Notice title=field::amend_owner_next(locale) /> })}
        <Names />
        <Contact />
        <Home />
        <Statements />
        <Onward on_next=Callback::new(go_on) />
    }
}

/// RUN first, since nearly everybody has one.
#[component]
fn Document() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (kind, change_kind) = bind(
        visit.draft,
        |draft| draft.owner.form.document.code().to_owned(),
        |draft, code: String| draft.owner.form.document = document_kind(&code),
    );
    let choices = DocumentKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.code(), capital(kind.label(locale))))
        .collect::<Vec<_>>();
    let other = Question::new("document_kind", field::document_kind(locale));
    view! {
        {live(move || match document_kind(&kind.get()) {
            DocumentKind::None => ().into_any(),
            DocumentKind::Passport => view! { <Passport /> }.into_any(),
            kind => view! { <Number label=capital(kind.label(locale)) /> }.into_any(),
        })}
        <details class="more">
            <summary>{field::other_document(locale)}</summary>
            <Select question=other choices=choices value=kind on_choose=change_kind />
        </details>
    }
}

fn document_kind(code: &str) -> DocumentKind {
    DocumentKind::from_code(code).unwrap_or(DocumentKind::Run)
}

#[component]
fn Number(
    /// What the number is called.
    label: String,
) -> impl IntoView {
    let visit = visit();
    let (run, change) = bound!(visit, owner.form.run);
    let is_empty = run.get_untracked().is_empty();
    let question = visit.question(Field::Run, &label);
    let question = if is_empty { question.focused() } else { question };
    let type_k = Callback::new(move |()| {
        let typed = run.get_untracked();
        if !typed.ends_with(['k', 'K']) {
            change.run(format!("{typed}K"));
        }
        browser::focus(Field::Given.code());
    });
    view! {
        <div class="with-key">
            <TextField
                question=question
                keyboard=Keyboard::RunWithKey
                value=run
                on_input=change
                on_enter=next(Field::Given)
            />
            <Tile words="K" pressed=Signal::from(false) on_tap=type_k />
        </div>
    }
}

#[component]
fn Passport() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (country, change_country) = bound!(visit, owner.form.country);
    let (number, change_number) = bound!(visit, owner.form.passport);
    view! {
        <TextField
            question=visit.question(Field::DocumentCountry, field::passport_country(locale))
            value=country
            on_input=change_country
            on_enter=next(Field::Document)
        />
        <TextField
            question=visit.question(Field::Document, field::passport_number(locale))
            keyboard=Keyboard::Run
            value=number
            on_input=change_number
            on_enter=next(Field::Given)
        />
    }
}

#[component]
fn Names() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (given, change_given) = bound!(visit, owner.form.given);
    let (surnames, change_surnames) = bound!(visit, owner.form.surnames);
    let has_run = visit.draft.with_untracked(|draft| !draft.owner.form.run.is_empty());
    let question = visit.question(Field::Given, field::given_names(locale));
    let question = if has_run { question.focused() } else { question };
    view! {
        <TextField
            question=question
            keyboard=Keyboard::Name
            value=given
            on_input=change_given
            on_enter=next(Field::Surnames)
        />
        <TextField
            question=visit.question(Field::Surnames, field::surnames(locale))
            keyboard=Keyboard::Name
            value=surnames
            on_input=change_surnames
            on_enter=next(Field::Phone)
        />
    }
}

#[component]
fn Contact() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (phone, change_phone) = bound!(visit, owner.form.phone);
    let (email, change_email) = bound!(visit, owner.form.email);
    view! {
        <TextField
            question=visit.question(Field::Phone, common::phone(locale)).optional()
            keyboard=Keyboard::Phone
            value=phone
            on_input=change_phone
            on_enter=next(Field::Email)
        />
        <TextField
            question=visit
                .question(Field::Email, common::email(locale))
                .hint(field::email_hint(locale))
                .optional()
            keyboard=Keyboard::Email
            value=email
            on_input=change_email
            on_enter=next(Field::Address)
        />
        <EmailSuggestion visit=visit />
    }
}

/// What was probably meant, one tap away.
#[component]
pub fn EmailSuggestion(
    /// The visit whose owner's address it is.
    visit: Visit,
) -> impl IntoView {
    let locale = locale();
    let suggested =
        memo(move || visit.draft.with(|draft| Email::suggestion_for(&draft.owner.form.email)));
    live(move || {
        suggested.get().map(|email| {
            let words = field::email_suggestion(locale, &email);
            let take = move |_| {
                let email = email.to_string();
                visit.draft.update(|draft| draft.owner.form.email = email);
            };
            view! {
                <Button weight=Weight::Quiet icon="mail" busy=visit.is_busy on:click=take>
                    {words}
                </Button>
            }
        })
    })
}

#[component]
fn Home() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (address, change_address) = bound!(visit, owner.form.address);
    let (commune, change_commune) = bound!(visit, owner.form.commune);
    let (unit, change_unit) = bound!(visit, owner.form.unit);
    let (is_elsewhere, chosen, words) = commune_parts(commune);
    let fault = visit.fault(Field::Commune);
    let of_list = Question::new(Field::Commune.code(), common::commune(locale));
    let rest = move || match is_elsewhere.get() {
        true => {
            let tell = Callback::new(move |typed: String| change_commune.run(in_words(&typed)));
            let question = Question::new(OTHER_COMMUNE, common::commune_and_region(locale));
            view! {
                <TextField
                    question=question.error(fault)
                    value=words
                    on_input=tell
                    on_enter=next(Field::NoDisqualification)
                />
            }
            .into_any()
        }
        false => view! {
            <TextField
                question=visit
                    .question(Field::NeighbourhoodUnit, field::neighbourhood_unit(locale))
                    .optional()
                keyboard=Keyboard::Digits
                value=unit
                on_input=change_unit
                on_enter=next(Field::NoDisqualification)
            />
        }
        .into_any(),
    };
    view! {
        <TextField
            question=visit
                .question(Field::Address, common::address(locale))
                .hint(field::address_hint(locale))
                .optional()
            value=address
            on_input=change_address
            on_enter=next(Field::Commune)
        />
        <Select
            question=of_list.error(of_choice(is_elsewhere, fault)).optional()
            choices=commune_choices(locale)
            value=chosen
            on_choose=change_commune
        />
        {live(rest)}
    }
}

/// What the owner states, and the two consents apart from it.
#[component]
fn Statements() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (adult, change_adult) = bound!(visit, owner.form.is_adult);
    let (able, change_able) = bound!(visit, owner.form.no_disqualification);
    let (photos, change_photos) = bound!(visit, owner.form.consents_to_photos);
    let (news, change_news) = bound!(visit, owner.form.consents_to_news);
    let able_question =
        visit.question(Field::NoDisqualification, field::no_disqualification(locale));
    view! {
        <fieldset class="choices">
            <legend class="choices-title">{field::statements(locale)}</legend>
            <Checkbox
                question=Question::new("is_adult", field::is_adult(locale))
                checked=adult
                on_change=change_adult
            />
            <Checkbox question=able_question checked=able on_change=change_able />
        </fieldset>
        <fieldset class="choices">
            <legend class="choices-title">{field::consents(locale)}</legend>
            <p class="field-hint">{field::consents_hint(locale)}</p>
            <Checkbox
                question=Question::new("photos", field::consent_photos(locale))
                checked=photos
                on_change=change_photos
            />
            <Checkbox
                question=Question::new("news", field::consent_mail(locale))
                checked=news
                on_change=change_news
            />
        </fieldset>
    }
}

/// The Enter key goes to the next question.
pub(super) fn next(to: Field) -> Callback<()> {
    Callback::new(move |()| browser::focus(to.code()))
}
