//! All data of an animal, to be corrected. A correction issues its documents anew.

use domain::animal::{AnimalDetails, Birth};
use domain::catalogue::breed::Breed;
use domain::catalogue::coat::{Coat, Colour};
use domain::catalogue::{
    Acquisition, DangerQualification, HoldingProof, KeepingReason, Pattern, ReproductiveState, Sex,
    Species,
};
use domain::command::Command;
use domain::desk::sheet::AnimalSheet;
use domain::field_error::{Field, FieldError, Problem};
use domain::name::PetName;
use leptos::prelude::*;
use phrases::{common, coordination as say};

use super::correction::{Correcting, Correction};
use super::record::Record;
use super::typed;
use crate::components::question::Question;
use crate::components::text_field::Keyboard;
use crate::locale::locale;

/// The form's answers, as typed and chosen.
#[derive(Clone, Copy)]
struct Answers {
    name: RwSignal<String>,
    species: RwSignal<String>,
    sex: RwSignal<String>,
    reproductive: RwSignal<String>,
    breed: RwSignal<String>,
    colours: [RwSignal<String>; 3],
    pattern: RwSignal<String>,
    born: RwSignal<String>,
    estimated: RwSignal<bool>,
    acquisition: RwSignal<String>,
    acquired_on: RwSignal<String>,
    keeping: RwSignal<String>,
    proof: RwSignal<String>,
    danger: RwSignal<String>,
    correcting: Correcting,
}

fn code<T: std::fmt::Display>(value: Option<T>) -> RwSignal<String> {
    RwSignal::new(value.map(|value| value.to_string()).unwrap_or_default())
}

impl Answers {
    fn of(details: &AnimalDetails) -> Self {
        let colours = details.coat.as_ref().map(|coat| coat.colours().to_vec()).unwrap_or_default();
        Self {
            name: code(Some(&details.name)),
            species: code(Some(details.species)),
            sex: code(Some(details.sex)),
            reproductive: code(Some(details.reproductive_state)),
            breed: code(details.breed.as_ref().map(Breed::name)),
            colours: [0, 1, 2].map(|at| code(colours.get(at))),
            pattern: code(details.pattern),
            born: code(details.birth.map(|birth| birth.on)),
            estimated: RwSignal::new(details.birth.is_some_and(|birth| birth.estimated)),
            acquisition: code(details.acquisition),
            acquired_on: code(details.acquired_on),
            keeping: code(details.keeping_reason),
            proof: code(details.holding_proof),
            danger: code(details.qualified_dangerous),
            correcting: Correcting::new(),
        }
    }

    /// The details as they should be; what the form does not ask stays as it was.
    ///
    /// # Errors
    /// Every field that cannot be taken.
    fn read(self, before: &AnimalDetails) -> Result<AnimalDetails, Vec<FieldError>> {
        let mut fields = Vec::new();
        let mut wrong = |field, problem: Problem| fields.push(FieldError::new(field, problem));
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let name = PetName::parse(&text(self.name));
        let name = name.map_err(|error| wrong(Field::PetName, error.into())).ok();
        let species = Species::from_code(&text(self.species)).unwrap_or(before.species);
        let breed = match text(self.breed).as_str() {
            "" => None,
            words => {
                let read = Breed::from_words(species, words);
                read.map_err(|_| wrong(Field::Breed, Problem::Malformed)).ok()
            }
        };
        let colours = self.colours.map(|colour| Colour::from_code(&text(colour)));
        let colours: Vec<_> = colours.into_iter().flatten().collect();
        let coat = match colours.is_empty() {
            true => None,
            false => Coat::new(colours).map_err(|_| wrong(Field::Coat, Problem::Repeated)).ok(),
        };
        let day = |signal, field, wrong: &mut dyn FnMut(Field, Problem)| match text(signal).as_str()
        {
            "" => None,
            iso => iso.parse().map_err(|_| wrong(field, Problem::Malformed)).ok(),
        };
        let born = day(self.born, Field::BirthDate, &mut wrong);
        let acquired_on = day(self.acquired_on, Field::Date, &mut wrong);
        let (Some(name), true) = (name, fields.is_empty()) else {
            return Err(fields);
        };
        let reproductive = ReproductiveState::from_code(&text(self.reproductive));
        Ok(AnimalDetails {
            name,
            species,
            sex: Sex::from_code(&text(self.sex)).unwrap_or(before.sex),
            reproductive_state: reproductive.unwrap_or(before.reproductive_state),
            breed,
            coat,
            pattern: Pattern::from_code(&text(self.pattern)),
            birth: born.map(|on| Birth { on, estimated: self.estimated.get_untracked() }),
            acquisition: Acquisition::from_code(&text(self.acquisition)),
            acquired_on,
            keeping_reason: KeepingReason::from_code(&text(self.keeping)),
            holding_proof: HoldingProof::from_code(&text(self.proof)),
            qualified_dangerous: DangerQualification::from_code(&text(self.danger)),
            declaration: before.declaration.clone(),
        })
    }
}

/// The form.
#[component]
pub(super) fn AnimalForm(sheet: AnimalSheet, record: Record) -> impl IntoView {
    let locale = locale();
    let answers = Answers::of(&sheet.details);
    let (animal, id, before) = (sheet.id, sheet.act, StoredValue::new(sheet.details));
    let save = Callback::new(move |()| {
        let read = before.with_value(|before| answers.read(before));
        if let Some((details, reason)) = answers.correcting.take(read) {
            let details = Box::new(details);
            record.dispatch((id, vec![Command::CorrectAnimal { animal, details, reason }]));
        }
    });
    view! {
        <Correction
            correcting=answers.correcting
            lead=say::correct_animal_lead(locale)
            why="motivo-correccion"
            record=record
            save=save
        >
            <Identity answers=answers />
            <Holding answers=answers />
        </Correction>
    }
}

/// What the animal is and looks like.
#[component]
fn Identity(answers: Answers) -> impl IntoView {
    let locale = locale();
    let ask = |id, label| Question::new(id, label);
    let colours = [
        ("color-1", say::colour_first(locale)),
        ("color-2", say::colour_second(locale)),
        ("color-3", say::colour_third(locale)),
    ];
    let colours = colours.into_iter().zip(answers.colours).map(|((id, words), colour)| {
        let choices = typed::choices(Colour::ALL, Colour::code, locale);
        typed::chosen(colour, ask(id, words).optional(), choices)
    });
    let colours = colours.collect_view();
    view! {
        <div class="form-grid">
            {typed::text(answers.name, ask("nombre-animal", common::name(locale)), Keyboard::Name)}
            {typed::chosen(
                answers.species,
                ask("especie", common::species(locale)),
                typed::choices(Species::ALL, Species::code, locale),
            )}
            {typed::chosen(
                answers.sex,
                ask("sexo", common::sex(locale)),
                typed::choices(Sex::ALL, Sex::code, locale),
            )}
            {typed::chosen(
                answers.reproductive,
                ask("reproductivo", say::reproductive_state(locale)),
                typed::choices(ReproductiveState::ALL, ReproductiveState::code, locale),
            )}
            {typed::text(
                answers.breed,
                ask("raza", common::breed(locale)).optional(),
                Keyboard::Text,
            )}
            {typed::chosen(
                answers.pattern,
                ask("patron", common::pattern(locale)).optional(),
                typed::choices(Pattern::ALL, Pattern::code, locale),
            )}
            {colours}
            {typed::text(
                answers.born,
                ask("nacimiento", common::birth(locale)).optional(),
                Keyboard::Date,
            )}
            {typed::agreed(answers.estimated, ask("estimada", say::birth_is_estimate(locale)))}
        </div>
    }
}

/// How it is held.
#[component]
fn Holding(answers: Answers) -> impl IntoView {
    let locale = locale();
    let ask = |id, label| Question::new(id, label).optional();
    view! {
        <div class="form-grid">
            {typed::chosen(
                answers.acquisition,
                ask("obtencion", say::acquisition(locale)),
                typed::choices(Acquisition::ALL, Acquisition::code, locale),
            )}
            {typed::text(
                answers.acquired_on,
                ask("obtenido-el", say::acquired_on(locale)),
                Keyboard::Date,
            )}
            {typed::chosen(
                answers.keeping,
                ask("razon", say::keeping_reason(locale)),
                typed::choices(KeepingReason::ALL, KeepingReason::code, locale),
            )}
            {typed::chosen(
                answers.danger,
                ask("peligroso-por", say::qualified_dangerous(locale)),
                typed::choices(DangerQualification::ALL, DangerQualification::code, locale),
            )}
            {typed::chosen(
                answers.proof,
                ask("prueba", say::holding_proof(locale)),
                typed::choices(HoldingProof::ALL, HoldingProof::code, locale),
            )}
        </div>
    }
}
