//! What was recorded of a service, to be corrected. A correction issues its certificate anew.

use domain::catalogue::product::{Ingredient, Route};
use domain::catalogue::{
    DewormingKind, ImplantSite, ProfessionalKind, Species, SterilisationOutcome,
};
use domain::command::Command;
use domain::desk::sheet::ServiceSheet;
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{StaffId, SubmissionId};
use domain::name::ShortText;
use domain::service::{Microchip, ServiceDetails, Sterilisation};
use domain::timestamp::Timestamp;
use domain::unicode::capital;
use domain::weight::Weight as AnimalWeight;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{common, coordination as say, field};

use super::correction::{Correcting, Correction};
use super::record::Record;
use super::when::When;
use super::{label, typed};
use crate::components::choice::{Checkbox, Choice};
use crate::components::question::Question;
use crate::components::text_field::Keyboard;
use crate::locale::locale;
use crate::pages::visit_form::draft::DoseForm;
use crate::pages::visit_form::reading;

/// The form's answers, as typed and chosen, of whatever kind of service.
#[derive(Clone, Copy)]
struct Answers {
    site: RwSignal<String>,
    professional: RwSignal<String>,
    kind: RwSignal<String>,
    product: RwSignal<String>,
    batch: RwSignal<String>,
    expires: RwSignal<String>,
    dose: RwSignal<String>,
    route: RwSignal<String>,
    ingredients: RwSignal<Vec<Ingredient>>,
    outcome: RwSignal<String>,
    consent: RwSignal<bool>,
    remarks: RwSignal<String>,
    weight: RwSignal<String>,
    veterinarian: RwSignal<String>,
    when: When,
    correcting: Correcting,
}

fn text<T: ToString>(value: Option<T>) -> RwSignal<String> {
    RwSignal::new(value.map(|value| value.to_string()).unwrap_or_default())
}

impl Answers {
    fn of(service: &ServiceSheet) -> Self {
        let (mut chip, mut dose, mut surgery) = (None, None, None);
        match &service.details {
            ServiceDetails::Microchip(is) => chip = Some(is),
            ServiceDetails::Deworming(is) => dose = Some(is),
            ServiceDetails::Sterilisation(is) => surgery = Some(is),
        }
        let weight = dose.and_then(|dose| dose.weight);
        let contained = dose.map(|dose| dose.ingredients.clone()).unwrap_or_default();
        Self {
            site: text(chip.map(|chip| chip.site)),
            professional: text(chip.map(|chip| chip.professional_kind)),
            kind: text(dose.map(|dose| dose.kind)),
            product: text(dose.map(|dose| &dose.product)),
            batch: text(dose.map(|dose| &dose.batch)),
            expires: text(dose.map(|dose| dose.expires_on)),
            dose: text(dose.and_then(|dose| dose.dose.as_ref())),
            route: text(dose.map(|dose| dose.route)),
            ingredients: RwSignal::new(contained),
            outcome: text(surgery.map(|surgery| surgery.outcome)),
            consent: RwSignal::new(surgery.is_some_and(|surgery| surgery.consent)),
            remarks: text(surgery.and_then(|surgery| surgery.remarks.as_ref())),
            weight: text(weight.or(surgery.and_then(|surgery| surgery.weight))),
            veterinarian: text(service.veterinarian_id),
            when: When::of(service.at),
            correcting: Correcting::new(),
        }
    }

    /// The service as it should be, with when it was done if that is corrected; what the form does
    /// not ask stays as it was.
    ///
    /// # Errors
    /// Every field that cannot be taken.
    fn read(
        self,
        before: &ServiceSheet,
        species: Species,
    ) -> Result<(ServiceDetails, Option<Timestamp>), Vec<FieldError>> {
        let weight = reading::weight(&self.weight.get_untracked());
        let read = match &before.details {
            ServiceDetails::Microchip(was) => Ok(ServiceDetails::Microchip(self.chip(was))),
            ServiceDetails::Deworming(_) => self.dose(before, weight, species),
            ServiceDetails::Sterilisation(was) => self.surgery(was, weight),
        };
        let is_needed = !matches!(before.details, ServiceDetails::Deworming(_));
        let missing = (is_needed && self.named().is_none())
            .then(|| FieldError::new(Field::Veterinarian, Problem::Empty));
        match (read, self.when.read(), missing) {
            (Ok(details), Ok(at), None) => Ok((details, at)),
            (read, at, missing) => {
                let faults = [read.err().unwrap_or_default(), at.err().unwrap_or_default()];
                Err(faults.concat().into_iter().chain(missing).collect())
            }
        }
    }

    fn named(self) -> Option<StaffId> {
        self.veterinarian.get_untracked().parse().ok()
    }

    fn chip(self, was: &Microchip) -> Microchip {
        let site = ImplantSite::from_code(&self.site.get_untracked());
        let hand = ProfessionalKind::from_code(&self.professional.get_untracked());
        Microchip {
            site: site.unwrap_or(was.site),
            professional_kind: hand.unwrap_or(was.professional_kind),
            ..was.clone()
        }
    }

    fn dose(
        self,
        before: &ServiceSheet,
        weight: Result<Option<AnimalWeight>, Vec<FieldError>>,
        species: Species,
    ) -> Result<ServiceDetails, Vec<FieldError>> {
        let kind = DewormingKind::from_code(&self.kind.get_untracked());
        let kind = kind.unwrap_or(DewormingKind::Internal);
        let form = DoseForm {
            product: self.product.get_untracked(),
            ingredients: self.ingredients.get_untracked(),
            route: Route::from_code(&self.route.get_untracked()).unwrap_or(Route::Oral),
            batch: self.batch.get_untracked(),
            expires: self.expires.get_untracked(),
            dose: self.dose.get_untracked(),
        };
        let read = reading::dose(kind, &form, weight.clone().ok().flatten());
        let mut faults = weight.err().unwrap_or_default();
        match read {
            Ok(dose) => {
                faults.extend(reading::blocked(&dose, species, before.on));
                if faults.is_empty() { Ok(ServiceDetails::Deworming(dose)) } else { Err(faults) }
            }
            Err(wrong) => Err([wrong, faults].concat()),
        }
    }

    fn surgery(
        self,
        was: &Sterilisation,
        weight: Result<Option<AnimalWeight>, Vec<FieldError>>,
    ) -> Result<ServiceDetails, Vec<FieldError>> {
        let outcome = SterilisationOutcome::from_code(&self.outcome.get_untracked());
        let outcome = outcome.unwrap_or(was.outcome);
        let consent = self.consent.get_untracked();
        let mut faults = Vec::new();
        let words = self.remarks.get_untracked();
        let remarks = (!words.trim().is_empty()).then(|| ShortText::parse(&words));
        let remarks = remarks.transpose();
        let remarks = remarks.map_err(|error| faults.push(FieldError::new(Field::Remarks, error)));
        if outcome.needs_consent() && !consent {
            faults.push(FieldError::new(Field::Consent, Problem::NotAgreed));
        }
        match (weight, remarks) {
            (Ok(weight), Ok(remarks)) if faults.is_empty() => {
                // The owner's signature never came here, and stays where it is.
                let consent_signature = None;
                let is = Sterilisation { outcome, weight, consent, consent_signature, remarks };
                Ok(ServiceDetails::Sterilisation(is))
            }
            (weight, _) => Err([weight.err().unwrap_or_default(), faults].concat()),
        }
    }

    /// A question of the form, by the field that it is about.
    fn ask(self, of: Field) -> Question {
        self.named_so(of, label(of, locale()))
    }

    /// The same in other words.
    fn named_so(self, of: Field, words: impl Into<String>) -> Question {
        Question::new(format!("corregir-{of}"), words)
            .error(typed::fault(self.correcting.faults, of))
    }
}

/// The form of one service, in its dialog. It goes with the sheet that a correction changes, and
/// stays with what was typed when that is refused.
#[component]
pub(super) fn ServiceForm(
    service: ServiceSheet,
    /// What harms some animals harms this one.
    species: Species,
    id: SubmissionId,
    record: Record,
) -> impl IntoView {
    let locale = locale();
    let answers = Answers::of(&service);
    let fields = match &service.details {
        ServiceDetails::Microchip(_) => chip_fields(answers).into_any(),
        ServiceDetails::Deworming(_) => dose_fields(answers).into_any(),
        ServiceDetails::Sterilisation(_) => surgery_fields(answers).into_any(),
    };
    let responsible = responsible(answers, &service);
    let when = answers.when.ask("corregir", answers.correcting.faults);
    let beside = view! { {when} {responsible} }.into_any();
    let before = StoredValue::new(service);
    let save = Callback::new(move |()| {
        let read = before.with_value(|before| answers.read(before, species));
        if let Some(((details, at), reason)) = answers.correcting.take(read) {
            let (details, veterinarian) = (Box::new(details), answers.named());
            let service = before.with_value(|before| before.id);
            let correct = Command::CorrectService { service, details, veterinarian, reason, at };
            record.dispatch((id, vec![correct]));
        }
    });
    view! {
        <Correction
            correcting=answers.correcting
            lead=say::correct_service_lead(locale)
            why="corregir-motivo"
            record=record
            save=save
            in_dialog=true
            beside=beside
        >
            {fields}
        </Correction>
    }
}

/// Who answers for it: one of its outreach, or who did, though no longer of the team.
fn responsible(answers: Answers, service: &ServiceSheet) -> AnyView {
    let mut choices: Vec<_> = service
        .veterinarians
        .iter()
        .map(|(id, name)| Choice::new(id.to_string(), name.clone()))
        .collect();
    if let (Some(id), Some(name)) = (service.veterinarian_id, &service.veterinarian)
        && service.veterinarians.iter().all(|(known, _)| *known != id)
    {
        choices.push(Choice::new(id.to_string(), name.clone()));
    }
    let question = answers.named_so(Field::Veterinarian, say::veterinarian(locale()));
    let question = match service.details {
        ServiceDetails::Deworming(_) => question.optional(),
        _ => question,
    };
    typed::chosen(answers.veterinarian, question, choices)
}

fn chip_fields(answers: Answers) -> impl IntoView {
    let locale = locale();
    let hand = Question::new("corregir-mano", say::whose_hand(locale));
    view! {
        <div class="form-grid">
            {typed::chosen(
                answers.site,
                answers.ask(Field::ImplantSite),
                typed::choices(ImplantSite::ALL, ImplantSite::code, locale),
            )}
            {typed::chosen(
                answers.professional,
                hand,
                typed::choices(ProfessionalKind::ALL, ProfessionalKind::code, locale),
            )}
        </div>
    }
}

fn dose_fields(answers: Answers) -> impl IntoView {
    let locale = locale();
    let asked = |value, of, keyboard| typed::text(value, answers.ask(of), keyboard);
    let kind = Question::new("corregir-tipo", common::kind(locale));
    let optional = |value, of, keyboard| typed::text(value, answers.ask(of).optional(), keyboard);
    view! {
        <div class="form-grid">
            {typed::chosen(
                answers.kind,
                kind,
                typed::choices(DewormingKind::ALL, DewormingKind::code, locale),
            )}
            {asked(answers.product, Field::Product, Keyboard::Text)}
            {asked(answers.batch, Field::Batch, Keyboard::Text)}
            {asked(answers.expires, Field::Expiry, Keyboard::Date)}
            {optional(answers.dose, Field::Dose, Keyboard::Text)} {weight(answers)}
            {typed::chosen(
                answers.route,
                answers.ask(Field::Route),
                typed::choices(Route::ALL, Route::code, locale),
            )}
        </div>
        {contained(answers.ingredients)}
    }
}

/// What the product contains.
fn contained(ingredients: RwSignal<Vec<Ingredient>>) -> impl IntoView {
    let locale = locale();
    let tile = |&ingredient: &Ingredient| {
        let is_in = Signal::derive(move || ingredients.read().contains(&ingredient));
        let tell = Callback::new(move |is_in: bool| {
            ingredients.update(|all| {
                all.retain(|known| *known != ingredient);
                if is_in {
                    all.push(ingredient);
                }
            });
        });
        let words = capital(ingredient.label(locale));
        let question = Question::new(format!("corregir-{ingredient}"), words);
        view! { <Checkbox question=question checked=is_in on_change=tell lone=true /> }
    };
    let tiles: Vec<_> = Ingredient::ALL.iter().map(tile).collect();
    view! {
        <fieldset class="choices">
            <legend class="choices-title">{field::ingredients(locale)}</legend>
            <div class="form-grid">{tiles}</div>
        </fieldset>
    }
}

fn weight(answers: Answers) -> AnyView {
    let question = answers.named_so(Field::Weight, field::weight_kg(locale()));
    typed::text(answers.weight, question.optional(), Keyboard::Decimal)
}

fn surgery_fields(answers: Answers) -> impl IntoView {
    let locale = locale();
    view! {
        <div class="form-grid">
            {typed::chosen(
                answers.outcome,
                answers.ask(Field::Outcome),
                typed::choices(SterilisationOutcome::ALL, SterilisationOutcome::code, locale),
            )}
            {weight(answers)}
            {typed::text(
                answers.remarks,
                answers.ask(Field::Remarks).optional(),
                Keyboard::Text,
            )}
            {typed::agreed(
                answers.consent,
                answers.named_so(Field::Consent, say::consent_was_given(locale)),
            )}
        </div>
    }
}
