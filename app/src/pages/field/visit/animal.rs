//! The data of a new animal: what the law asks, and what the form of the RNM asks beyond.

use domain::catalogue::{Acquisition, KeepingReason, Pattern, ReproductiveState, Sex, Species};
use domain::field_error::{Field, FieldError, Problem};
use domain::identity::IdentityDocument;
use domain::refusal::Refusal;
use domain::rnm::RnmLack;
use leptos::prelude::*;
use phrases::{common, explain, field, format};

use crate::components::choice::Checkbox;
use crate::components::live::{When, derived, live, memo};
use crate::components::notice::{Notice, RefusalNotice, Tone};
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::field::asking::{bound, coded, one_of};
use crate::pages::field::visit::age::Age;
use crate::pages::field::visit::album::AnimalPictures;
use crate::pages::field::visit::holding::Holding;
use crate::pages::field::visit::looks::{BreedLookup, CoatPicker};
use crate::pages::field::visit::{Heading, Onward, Visit, visit};
use crate::pages::visit_form::draft::Step;
use crate::pages::visit_form::reading;

/// The form.
#[component]
pub fn AnimalStep() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_correction = visit.is_correction();
    let go_on = move |()| {
        let today = visit.today();
        let says = visit.draft.with_untracked(|draft| match draft.animal.known {
            None => reading::animal(&draft.animal.form, today).map(|_| true),
            Some(_) => draft.animal.completed(today).map(|whole| whole.is_some()),
        });
        let lacks_adult = untrack(|| is_dangerous(visit) && is_minor(visit));
        let is_said = !matches!(says, Ok(false));
        let mut faults = says.err().unwrap_or_default();
        if is_said && lacks_adult {
            // Asked for behind the breed, of which it depends.
            let at = faults.partition_point(|fault| fault.field <= Field::Breed);
            faults.insert(at, FieldError::new(Field::Adult, Problem::AdultKeeper));
        }
        let read = if faults.is_empty() { Ok(()) } else { Err(faults) };
        match is_correction {
            true => visit.finish_if(read),
            false => visit.go_if(read, Step::Services),
        }
    };
    // Of a known one only what nobody has said yet is asked.
    let (name, missing) =
        visit.draft.with_untracked(|draft| (draft.animal.name(), draft.animal.missing()));
    let asks = |lack| missing.as_ref().is_none_or(|missing| missing.contains(&lack));
    let is_new = missing.is_none();
    let heading = match is_new {
        true => field::animal_title(locale).to_owned(),
        false => field::rnm_complete_title(locale, name),
    };
    view! {
        <Heading words=heading />
        {is_new.then(|| view! { <Basics /> })}
        {asks(RnmLack::Breed).then(|| view! { <BreedLookup /> })}
        <DangerNotice />
        {asks(RnmLack::Coat).then(|| view! { <CoatPicker /> })}
        {asks(RnmLack::Pattern).then(|| view! { <Looks /> })}
        {asks(RnmLack::BirthDate).then(|| view! { <Age /> })}
        {asks(RnmLack::Acquisition).then(|| view! { <Origin /> })}
        <AcquiredOn />
        {asks(RnmLack::KeepingReason).then(|| view! { <Reason /> })}
        {asks(RnmLack::HoldingProof).then(|| view! { <Holding /> })}
        {(is_new && !is_correction).then(|| view! { <AnimalPictures /> })}
        <Onward on_next=Callback::new(go_on) />
    }
}

/// What nobody can do without.
#[component]
fn Basics() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (name, change_name) = bound!(visit, animal.form.name);
    let (species, change_species) = coded!(visit, Species, animal.form.species);
    let (sex, change_sex) = coded!(visit, Sex, animal.form.sex);
    let (state, change_state) = coded!(visit, ReproductiveState, animal.form.reproductive_state);
    let question = visit.question(Field::PetName, field::animal_name(locale));
    let is_new = name.get_untracked().is_empty();
    let is_male = memo(move || sex.with(|code| code == Sex::Male.code()));
    let choose_sex = Callback::new(move |code: String| {
        let chosen = Sex::from_code(&code);
        change_sex.run(code);
        let fits = |state: &ReproductiveState| chosen.is_none_or(|sex| state.suits(sex));
        visit.draft.update(|draft| {
            let form = &mut draft.animal.form;
            form.reproductive_state = form.reproductive_state.filter(fits);
        });
    });
    view! {
        <TextField
            question=if is_new { question.focused() } else { question }
            keyboard=Keyboard::Name
            value=name
            on_input=change_name
            on_enter=super::owner::next(Field::Species)
        />
        {one_of(
            visit.question(Field::Species, common::species(locale)),
            Species::ALL,
            species,
            change_species,
        )}
        {one_of(visit.question(Field::Sex, common::sex(locale)), Sex::ALL, sex, choose_sex)}
        {live(move || {
            let states = match is_male.get() {
                true => &[ReproductiveState::Intact, ReproductiveState::Sterilised],
                false => ReproductiveState::ALL,
            };
            let asked = field::reproductive_state(locale);
            one_of(visit.question(Field::ReproductiveState, asked), states, state, change_state)
        })}
    }
}

/// The law's own words on the potentially dangerous breeds.
#[component]
fn DangerNotice() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_dangerous = memo(move || is_dangerous(visit));
    let due = move || {
        let today = untrack(|| visit.today());
        let (has_come, day) = visit.draft.with(|draft| draft.animal.dangerous_until(today));
        let day = format::date(day, locale);
        match has_come {
            true => field::dangerous_until(locale, day),
            false => field::dangerous_due(locale, day),
        }
    };
    let is_minor = memo(move || is_minor(visit));
    // Of a known person without a document nothing can be said anew.
    let can_say = visit.draft.with_untracked(|draft| {
        let known = draft.owner.known.as_ref();
        known.is_none_or(|card| card.details.document != IdentityDocument::None)
    });
    let was_minor = can_say && is_minor.get_untracked();
    let is_adult = derived(move || !is_minor.get());
    let fault = visit.fault(Field::Adult);
    let is_refused = memo(move || !can_say && fault.with(Option::is_some));
    let state = Callback::new(move |on| visit.draft.update(|draft| draft.state_adult(on)));
    view! {
        <When holds=is_dangerous>
            <Notice
                title=field::dangerous_deadline(locale)
                tone=if is_minor.get() { Tone::Person } else { Tone::Info }
            >
                <p>{due} " " {field::minor_keeper(locale)}</p>
            </Notice>
            {was_minor
                .then(|| {
                    view! {
                        <Checkbox
                            question=visit.question(Field::Adult, field::is_adult(locale))
                            checked=is_adult
                            on_change=state
                            lone=true
                        />
                    }
                })}
        </When>
        <When holds=is_refused>
            <div id=Field::Adult.code() tabindex="-1">
                <RefusalNotice explanation=explain(&Refusal::AdultKeeperNeeded, locale) />
            </div>
        </When>
    }
}

fn is_dangerous(visit: Visit) -> bool {
    visit.draft.with(|draft| draft.animal.is_dangerous())
}

fn is_minor(visit: Visit) -> bool {
    visit.draft.with(|draft| !draft.owner.is_adult())
}

#[component]
fn Looks() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (pattern, change) = coded!(visit, Pattern, animal.form.pattern);
    let question = visit.question(Field::Pattern, common::pattern(locale)).optional();
    one_of(question, Pattern::ALL, pattern, change)
}

/// Where it comes from.
#[component]
fn Origin() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (acquisition, change) = coded!(visit, Acquisition, animal.form.acquisition);
    let question = visit.question(Field::Acquisition, field::acquisition(locale)).optional();
    one_of(question, Acquisition::ALL, acquisition, change)
}

/// Since when: the deadline of registration counts from there.
#[component]
fn AcquiredOn() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (day, change) = bound!(visit, animal.form.acquired_on);
    let is_known = visit.draft.with_untracked(|draft| {
        let known = draft.animal.known.as_ref();
        known.is_some_and(|card| card.details.acquired_on.is_some())
    });
    let question = visit.question(Field::Date, field::acquired_on(locale));
    (!is_known).then(|| {
        view! {
            <TextField
                question=question.hint(field::date_hint(locale)).optional()
                keyboard=Keyboard::Date
                value=day
                on_input=change
            />
        }
    })
}

/// Why it is kept.
#[component]
fn Reason() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (reason, change) = coded!(visit, KeepingReason, animal.form.keeping_reason);
    let question = visit.question(Field::KeepingReason, field::keeping_reason(locale)).optional();
    one_of(question, KeepingReason::ALL, reason, change)
}
