//! What was done to the animal on the table.

use domain::catalogue::{
    DewormingKind, ImplantSite, Procedure, ProfessionalKind, ReproductiveState, Species,
};
use domain::chip_number::{ChipNumber, TestChips};
use domain::field_error::Field;
use domain::outreach::OutreachKind;
use domain::role::{Caller, Role, UseCase, allows};
use domain::timestamp::CivilDate;
use leptos::prelude::*;
use phrases::field;

use crate::components::choice::Choice;
use crate::components::live::{When, derived};
use crate::components::notice::{Notice, Tone};
use crate::components::select::Select;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::offline::browser;
use crate::pages::field::asking::bound;
use crate::pages::field::visit::album::AnimalPictures;
use crate::pages::field::visit::chip::ChipCard;
use crate::pages::field::visit::dose::DoseCard;
use crate::pages::field::visit::lacks::Lacks;
use crate::pages::field::visit::sterilisation::SterilisationCard;
use crate::pages::field::visit::{Heading, Onward, Visit, visit};
use crate::pages::visit_form::commands::{self, Circumstances};
use crate::pages::visit_form::draft::{AnimalDraft, ChipForm, ServicesForm, Step};
use crate::pages::visit_form::surgery::SterilisationForm;

/// The services of one animal.
#[component]
pub fn ServicesStep() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let name =
        derived(move || field::services_of(locale, visit.draft.with(|draft| draft.animal.name())));
    let nothing = RwSignal::new(false);
    let is_correction = visit.is_correction();
    let go_on = Callback::new(move |()| {
        let at = Circumstances { today: visit.today(), tests: visit.tests() };
        let (read, is_nothing) = visit.draft.with_untracked(|draft| {
            if is_correction {
                let made = commands::commands(draft, &at, browser::new_id);
                let is_same = made.as_ref().is_ok_and(Vec::is_empty);
                return (made.map(drop), is_same);
            }
            let animal = &draft.animal;
            (commands::services(animal, &at).map(drop), is_idle(animal, at.today))
        });
        nothing.set(is_nothing);
        match is_correction {
            _ if is_nothing => {}
            true => visit.finish_if(read),
            false => visit.go_if(read, Step::Summary),
        }
    });
    let may_operate = may_operate(visit);
    // Of a new one they are taken with its data.
    let known = visit
        .draft
        .with_untracked(|draft| draft.animal.known.is_some().then(|| draft.animal.clone()))
        .filter(|_| !is_correction);
    let is_known = known.is_some();
    let lacks = match is_correction {
        true => field::nothing_changed(locale),
        false => field::nothing_done(locale),
    };
    view! {
        <Heading words=name />
        {known.map(|animal| view! { <Lacks animal=animal /> })}
        <ChipCard />
        <DoseCard kind=DewormingKind::Internal />
        <DoseCard kind=DewormingKind::External />
        {may_operate.then(|| view! { <SterilisationCard /> })}
        <WeightField />
        <VeterinarianField />
        {is_known.then(|| view! { <AnimalPictures /> })}
        <When holds=nothing>
            <Notice title=lacks tone=Tone::Person live=true />
        </When>
        <Onward on_next=go_on words=field::to_summary(locale) />
    }
}

/// A known animal to which nothing was done, and of which nothing was said, needs no visit; a new
/// one may just be registered.
fn is_idle(animal: &AnimalDraft, today: CivilDate) -> bool {
    let is_silent = matches!(animal.completed(today), Ok(None));
    animal.known.is_some() && commands::has_no_service(animal) && is_silent
}

fn may_operate(visit: Visit) -> bool {
    visit.phone.setup.with_untracked(|setup| {
        let role = setup.as_ref().map(|setup| Caller::from(setup.staff.role));
        role.is_some_and(|caller| allows(caller, UseCase::RecordSterilisation))
    })
}

/// The animal with what is usually done at this outreach already begun.
pub(super) fn prepared(mut animal: AnimalDraft, visit: Visit) -> AnimalDraft {
    let outreach = visit.outreach();
    let kind = outreach.as_ref().map(|view| view.outreach.kind);
    let veterinarians = outreach.map(|view| view.veterinarians).unwrap_or_default();
    let staff = visit.phone.setup.with_untracked(|s| s.as_ref().map(|s| s.staff.clone()));
    let usual = visit.usual.get_untracked();
    let own = staff.as_ref().map(|staff| staff.id);
    let named = |id| veterinarians.iter().any(|veterinarian| veterinarian.id == id);
    let veterinarian = own
        .filter(|id| named(*id))
        .or(usual.veterinarian.filter(|id| named(*id)))
        .or_else(|| veterinarians.first().map(|veterinarian| veterinarian.id));
    let is_surgical = kind == Some(OutreachKind::Sterilisation);
    let chip = blank_chip(&animal, visit.tests(), staff.map(|staff| staff.role), usual.site);
    animal.services = ServicesForm {
        chip: (!is_surgical && !has_chip(&animal, visit.tests())).then_some(chip),
        sterilisation: (is_surgical && may_operate(visit) && !is_sterilised(&animal))
            .then(SterilisationForm::default),
        veterinarian,
        ..ServicesForm::default()
    };
    animal
}

fn is_sterilised(animal: &AnimalDraft) -> bool {
    let known = animal.known.as_ref().map(|card| card.details.reproductive_state);
    known == Some(ReproductiveState::Sterilised)
}

/// Whether an animal is known to carry a chip that counts: a number that nobody may implant does
/// not.
fn has_chip(animal: &AnimalDraft, tests: TestChips) -> bool {
    counts(animal.known.as_ref().and_then(|card| card.chip), tests)
}

fn counts(chip: Option<ChipNumber>, tests: TestChips) -> bool {
    chip.is_some_and(|chip| chip.implantable(tests).is_ok())
}

/// A chip form that expects what is likely: an animal with a chip, known or said, has it read.
pub(super) fn blank_chip(
    animal: &AnimalDraft,
    tests: TestChips,
    role: Option<Role>,
    site: Option<ImplantSite>,
) -> ChipForm {
    ChipForm {
        procedure: match has_chip(animal, tests) || counts(animal.form.expected, tests) {
            true => Procedure::Verification,
            false => Procedure::Implantation,
        },
        first: String::new(),
        second: String::new(),
        site: site.unwrap_or(ImplantSite::LeftNeck),
        professional: match role {
            Some(Role::Veterinarian) => ProfessionalKind::Veterinarian,
            _ => ProfessionalKind::Technician,
        },
    }
}

/// The species, for the rules that hang on it; a dog until somebody said otherwise.
pub(super) fn species(visit: Visit) -> Species {
    visit.draft.with(|draft| draft.animal.species()).unwrap_or(Species::Dog)
}

#[component]
fn WeightField() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (weight, change) = bound!(visit, animal.services.weight);
    view! {
        <TextField
            question=visit
                .question(Field::Weight, field::weight_kg(locale))
                .hint(field::weight_hint(locale))
            keyboard=Keyboard::Decimal
            value=weight
            on_input=change
        />
    }
}

/// Asked only where there is a choice.
#[component]
fn VeterinarianField() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (chosen, change) = bound!(visit, animal.services.veterinarian);
    let all = visit.outreach().map(|view| view.veterinarians).unwrap_or_default();
    let choices: Vec<_> =
        all.iter().map(|vet| Choice::new(vet.id.to_string(), vet.name.clone())).collect();
    let choose = Callback::new(move |id: String| change.run(id.parse().ok()));
    // Of what is mended somebody may be said, at an outreach of which nothing is known here.
    if choices.is_empty() && chosen.get_untracked().is_none() {
        return view! {
            <Notice title=field::no_veterinarian(locale) tone=Tone::Person>
                <p>{field::no_veterinarian_next(locale)}</p>
            </Notice>
        }
        .into_any();
    }
    let is_choice = choices.len() > 1;
    let select = is_choice.then(|| {
        view! {
            <Select
                question=visit.question(Field::Veterinarian, field::responsible_vet(locale))
                choices=choices
                value=derived(move || {
                    chosen.get().map(|id| id.to_string()).unwrap_or_default()
                })
                on_choose=choose
            />
        }
    });
    view! { {select} }.into_any()
}
