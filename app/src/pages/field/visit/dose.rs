//! A dose against parasites: the last product and lot again in one tap.

use domain::catalogue::product::{Application, Ingredient, ProductObjection, Route, objections};
use domain::catalogue::{DewormingKind, Species};
use domain::field_error::{Field, FieldError};
use domain::timestamp::CivilDate;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{explain_field, field};

use crate::components::choice::Checkbox;
use crate::components::icon::Icon;
use crate::components::live::{When, derived, each, live, memo};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::field::asking::{Asked, Tile};
use crate::pages::field::visit::boxed::Lots;
use crate::pages::field::visit::owner::OTHER_COMMUNE;
use crate::pages::field::visit::services::species;
use crate::pages::field::visit::{Visit, visit};
use crate::pages::visit_form::draft::{DoseForm, ELSEWHERE};
use crate::pages::visit_form::{dates, reading};

/// The card of one kind of dose.
#[component]
pub fn DoseCard(
    /// Against internal or external parasites.
    kind: DewormingKind,
) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_on = memo(move || visit.draft.with(|d| d.animal.services.dose(kind).is_some()));
    let usual = visit.usual.with_untracked(|usual| usual.dose(kind));
    let is_usual = usual.is_some();
    let blank = usual.clone().unwrap_or_else(|| DoseForm::blank(kind));
    let toggle = Callback::new(move |on: bool| {
        let blank = blank.clone();
        visit.draft.update(|d| *d.animal.services.dose_mut(kind) = on.then_some(blank));
    });
    let words = match kind {
        DewormingKind::Internal => field::service_internal(locale),
        DewormingKind::External => field::service_external(locale),
    };
    let question = Question::new(format!("with_{kind}"), words);
    let question = match usual {
        Some(last) => {
            question.hint(field::same_as_last(locale, last.batch, last.expires, last.product))
        }
        None => question,
    };
    view! {
        <section class="card service" data-on=move || is_on.get().then_some("true")>
            <Checkbox question=question checked=is_on on_change=toggle lone=true />
            <When holds=is_on>
                <Lots kind=kind />
                <Objections kind=kind />
                <details class="more" open=!is_usual>
                    <summary>{field::dose_details(locale)}</summary>
                    <DoseFields kind=kind />
                </details>
            </When>
        </section>
    }
}

/// What speaks against the dose, at once.
#[component]
fn Objections(kind: DewormingKind) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let found = memo(move || against(visit, kind));
    live(move || {
        let line = |objection: ProductObjection| {
            let state = if objection.blocks() { "person" } else { "info" };
            view! {
                <p class="state" data-kind=state>
                    <Icon name=if objection.blocks() { "circle-alert" } else { "info" } />
                    {capital(objection.label(locale))}
                </p>
            }
        };
        each(found.get(), line)
    })
}

fn against(visit: Visit, kind: DewormingKind) -> Vec<ProductObjection> {
    let today = visit.today();
    visit.draft.with(|draft| {
        let animal = &draft.animal;
        let Some(form) = animal.services.dose(kind) else { return Vec::new() };
        let expires = dates::expiry(&form.expires).ok();
        let birth = animal.birth(today).map(|birth| (today.days() - birth.on.days()) / 7);
        objections(&Application {
            kind,
            species: animal.species().unwrap_or(Species::Dog),
            ingredients: &form.ingredients,
            weight: reading::weight(&animal.services.weight).ok().flatten(),
            age_weeks: birth.and_then(|weeks| u16::try_from(weeks).ok()),
            expired: expires.is_some_and(|last| last < today),
            days_since_internal: animal.known.as_ref().and_then(|card| last_internal(card, today)),
        })
    })
}

fn last_internal(card: &domain::view::AnimalCard, today: CivilDate) -> Option<u16> {
    let internal = |line: &&domain::view::ServiceLine| {
        !line.annulled && line.kind == domain::service::ServiceKind::DewormingInternal
    };
    let last = card.services.iter().filter(internal).map(|line| line.on).max()?;
    u16::try_from(today.days() - last.days()).ok()
}

/// A field of this kind's form.
fn asked(visit: Visit, kind: DewormingKind, of: Field, label: &str) -> Question {
    let locale = locale();
    let error = move || {
        if visit.faults.with(Vec::is_empty) {
            return None;
        }
        let today = visit.today();
        let faults = visit.draft.with(|draft| {
            let form = draft.animal.services.dose(kind).as_ref()?;
            Some(faults_of(kind, form, species(visit), today))
        })?;
        faults.into_iter().find(|f| f.field == of).map(|f| explain_field(f, locale))
    };
    Question::new(id_of(kind, of), label).error(derived(error))
}

/// The identifiers of the fields that are wrong, in the order of the faults: of two doses with
/// the same fault the first is the internal one. A commune in words is wrong where they are typed.
pub(super) fn ids(visit: Visit, faults: &[FieldError]) -> Vec<String> {
    let today = visit.today();
    let mut internal = visit.draft.with_untracked(|draft| {
        let form = draft.animal.services.internal.as_ref();
        form.map(|form| faults_of(DewormingKind::Internal, form, species(visit), today))
            .unwrap_or_default()
    });
    let is_elsewhere =
        visit.draft.with_untracked(|draft| draft.owner.form.commune.starts_with(ELSEWHERE));
    let id = |fault: &FieldError| {
        let of = fault.field;
        let at = internal.iter().position(|known| known == fault);
        match at {
            Some(at) => {
                internal.remove(at);
                of.code().to_owned()
            }
            None if of == Field::Commune && is_elsewhere => OTHER_COMMUNE.to_owned(),
            None if DOSE_FIELDS.contains(&of) => id_of(DewormingKind::External, of),
            None => of.code().to_owned(),
        }
    };
    faults.iter().map(id).collect()
}

/// The fields that either dose has for itself.
const DOSE_FIELDS: [Field; 4] = [Field::Product, Field::Batch, Field::Expiry, Field::Dose];

/// The two forms have their own identifiers.
fn id_of(kind: DewormingKind, of: Field) -> String {
    match kind {
        DewormingKind::Internal => of.code().to_owned(),
        DewormingKind::External => format!("{of}_{kind}"),
    }
}

fn faults_of(
    kind: DewormingKind,
    form: &DoseForm,
    species: Species,
    today: CivilDate,
) -> Vec<FieldError> {
    match reading::dose(kind, form, None) {
        Ok(dose) => reading::blocked(&dose, species, today),
        Err(faults) => faults,
    }
}

/// A text of the form and the way to change it.
fn text(
    visit: Visit,
    kind: DewormingKind,
    part: fn(&mut DoseForm) -> &mut String,
) -> (Signal<String>, Callback<String>) {
    let value = memo(move || {
        let form = visit.draft.with(|draft| draft.animal.services.dose(kind).clone());
        form.map(|mut form| std::mem::take(part(&mut form))).unwrap_or_default()
    });
    let change = Callback::new(move |new| {
        visit.draft.update(|draft| {
            if let Some(form) = draft.animal.services.dose_mut(kind) {
                *part(form) = new;
            }
        });
    });
    (value.into(), change)
}

#[component]
fn DoseFields(kind: DewormingKind) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (product, change_product) = text(visit, kind, |form| &mut form.product);
    let (batch, change_batch) = text(visit, kind, |form| &mut form.batch);
    let (expires, change_expires) = text(visit, kind, |form| &mut form.expires);
    let (dose, change_dose) = text(visit, kind, |form| &mut form.dose);
    let question = |of, label| asked(visit, kind, of, label);
    view! {
        <TextField
            question=question(Field::Product, field::product(locale))
            value=product
            on_input=change_product
        />
        <TextField
            question=question(Field::Batch, field::batch(locale))
            keyboard=Keyboard::Code
            value=batch
            on_input=change_batch
        />
        <TextField
            question=question(Field::Expiry, field::expiry(locale)).hint(field::expiry_hint(locale))
            keyboard=Keyboard::Digits
            value=expires
            on_input=change_expires
        />
        <TextField
            question=question(Field::Dose, field::dose(locale)).optional()
            value=dose
            on_input=change_dose
        />
        <Ingredients kind=kind />
        <Routes kind=kind />
    }
}

/// What it contains: some ingredients harm some animals.
#[component]
fn Ingredients(kind: DewormingKind) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let chosen = memo(move || {
        let form = visit.draft.with(|draft| draft.animal.services.dose(kind).clone());
        form.map(|form| form.ingredients).unwrap_or_default()
    });
    let tile = |&ingredient: &Ingredient| {
        let tap = Callback::new(move |()| {
            change(visit, kind, |form| {
                match form.ingredients.iter().position(|known| *known == ingredient) {
                    Some(at) => {
                        form.ingredients.remove(at);
                    }
                    None => form.ingredients.push(ingredient),
                }
            });
        });
        let pressed = derived(move || chosen.read().contains(&ingredient));
        view! { <Tile words=capital(ingredient.label(locale)) pressed=pressed on_tap=tap /> }
    };
    let tiles = each(Ingredient::ALL, tile);
    view! {
        <Asked title=field::ingredients(locale)>
            <div class="tiles">{tiles}</div>
        </Asked>
    }
}

#[component]
fn Routes(kind: DewormingKind) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let chosen = memo(move || {
        visit.draft.with(|draft| draft.animal.services.dose(kind).as_ref().map(|form| form.route))
    });
    let tile = |&route: &Route| {
        let tap = Callback::new(move |()| change(visit, kind, |form| form.route = route));
        let pressed = derived(move || chosen.get() == Some(route));
        view! { <Tile words=capital(route.label(locale)) pressed=pressed on_tap=tap /> }
    };
    let tiles = each(Route::ALL, tile);
    view! {
        <Asked title=field::route(locale)>
            <div class="tiles">{tiles}</div>
        </Asked>
    }
}

pub(super) fn change(visit: Visit, kind: DewormingKind, make: impl FnOnce(&mut DoseForm)) {
    visit.draft.update(|draft| {
        if let Some(form) = draft.animal.services.dose_mut(kind) {
            make(form);
        }
    });
}
