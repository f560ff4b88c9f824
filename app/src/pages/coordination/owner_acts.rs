//! What a coordinator does with an owner: corrects the data, unites two records, parts them.

use domain::command::{Command, CorrectionReason};
use domain::contact::{Email, Phone};
use domain::desk::sheet::{FoundOwner, OwnerSheet};
use domain::field_error::{Field, FieldError, Problem};
use domain::identity::IdentityDocument;
use domain::name::{PersonName, ShortText};
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::territory::Commune;
use leptos::prelude::*;
use phrases::{common, coordination as say, field};

use super::animal::Record;
use super::animal_acts::FindOne;
use super::{Act, Failure, act, typed};
use crate::api;
use crate::api::ApiError;
use crate::components::action::{Actions, Button, Weight};
use crate::components::question::Question;
use crate::components::text_field::Keyboard;
use crate::locale::locale;

/// The acts, folded; nothing for who may not change the data.
#[component]
pub(super) fn OwnerActs(sheet: OwnerSheet, record: Record) -> impl IntoView {
    let locale = locale();
    sheet.details.clone().map(|details| {
        view! {
            <section class="flow block">
                <h2>{say::acts(locale)}</h2>
                <details class="act">
                    <summary>{say::correct_owner(locale)}</summary>
                    <OwnerForm sheet=sheet.clone() details=details record=record />
                </details>
                <details class="act">
                    <summary>{say::merge_owners(locale)}</summary>
                    <Merge sheet=sheet record=record />
                </details>
            </section>
        }
    })
}

/// The form's answers, as typed.
#[derive(Clone, Copy)]
struct Answers {
    run: RwSignal<String>,
    given: RwSignal<String>,
    surnames: RwSignal<String>,
    phone: RwSignal<String>,
    email: RwSignal<String>,
    address: RwSignal<String>,
    commune: RwSignal<String>,
    is_adult: RwSignal<bool>,
    no_disqualification: RwSignal<bool>,
    photos: RwSignal<bool>,
    news: RwSignal<bool>,
    reason: RwSignal<String>,
}

impl Answers {
    fn of(details: &OwnerDetails) -> Self {
        let text = |value: Option<String>| RwSignal::new(value.unwrap_or_default());
        Self {
            run: text(Some(details.document.to_string())),
            given: text(Some(details.name.given().to_owned())),
            surnames: text(Some(details.name.surnames().to_owned())),
            phone: text(details.phone.map(|phone| phone.to_string())),
            email: text(details.email.as_ref().map(ToString::to_string)),
            address: text(details.address.as_ref().map(ToString::to_string)),
            commune: text(details.commune.map(|commune| commune.code())),
            is_adult: RwSignal::new(details.is_adult),
            no_disqualification: RwSignal::new(details.no_disqualification),
            photos: RwSignal::new(details.consents_to_photos),
            news: RwSignal::new(details.consents_to_news),
            reason: text(Some(CorrectionReason::Mistyped.code().to_owned())),
        }
    }

    /// The details as they should be; what the form does not ask stays as it was.
    fn read(self, before: &OwnerDetails) -> Result<OwnerDetails, Refusal> {
        let mut fields = Vec::new();
        let mut wrong = |field, problem: Problem| fields.push(FieldError::new(field, problem));
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let run = text(self.run);
        let document = if run == before.document.to_string() {
            Some(before.document.clone())
        } else {
            let read = IdentityDocument::parse_run(&run);
            read.map_err(|error| wrong(Field::Run, error.into())).ok()
        };
        let name = PersonName::parse(&text(self.given), &text(self.surnames));
        let name = name.map_err(|error| wrong(Field::PersonName, error.into())).ok();
        let phone = match text(self.phone).as_str() {
            "" => None,
            typed => Phone::parse(typed).map_err(|e| wrong(Field::Phone, e.into())).ok(),
        };
        let email = match text(self.email).as_str() {
            "" => None,
            typed => Email::parse(typed).map_err(|e| wrong(Field::Email, e.into())).ok(),
        };
        let address = ShortText::parse_optional(&text(self.address));
        let address = address.map_err(|e| wrong(Field::Address, e.into())).ok().flatten();
        let (Some(document), Some(name), true) = (document, name, fields.is_empty()) else {
            return Err(Refusal::Invalid { fields });
        };
        let commune = Commune::parse(&text(self.commune)).ok();
        Ok(OwnerDetails {
            document,
            name,
            phone,
            email,
            address,
            unit: before.unit.filter(|_| commune == before.commune),
            commune,
            is_adult: self.is_adult.get_untracked(),
            no_disqualification: self.no_disqualification.get_untracked(),
            consents_to_photos: self.photos.get_untracked(),
            consents_to_news: self.news.get_untracked(),
        })
    }
}

#[component]
fn OwnerForm(sheet: OwnerSheet, details: OwnerDetails, record: Record) -> impl IntoView {
    let locale = locale();
    let answers = Answers::of(&details);
    let refused = RwSignal::new(None::<Refusal>);
    let (owner, id, before) = (sheet.id, sheet.act, StoredValue::new(details));
    let save = move |_| match before.with_value(|before| answers.read(before)) {
        Err(refusal) => refused.set(Some(refusal)),
        Ok(details) => {
            refused.set(None);
            let reason = CorrectionReason::from_code(&answers.reason.get_untracked());
            let reason = reason.unwrap_or(CorrectionReason::Mistyped);
            let details = Box::new(details);
            record.dispatch((id, vec![Command::CorrectOwner { owner, details, reason }]));
        }
    };
    view! {
        <p class="soft">{say::correct_owner_lead(locale)}</p>
        {move || {
            refused.get().map(|refusal| view! { <Failure error=ApiError::Refused(refusal) /> })
        }}
        <Questions answers=answers />
        <Actions>
            <Button busy=record.pending() on:click=save>
                {say::save_correction(locale)}
            </Button>
        </Actions>
    }
}

#[component]
fn Questions(answers: Answers) -> impl IntoView {
    let locale = locale();
    let ask = |id, label| Question::new(id, label);
    let reasons = typed::choices(CorrectionReason::CHOSEN, CorrectionReason::code, locale);
    view! {
        <div class="form-grid">
            {typed::text(answers.run, ask("documento", common::run(locale)), Keyboard::Run)}
            {typed::text(answers.given, ask("nombres", say::given(locale)), Keyboard::Name)}
            {typed::text(answers.surnames, ask("apellidos", say::surnames(locale)), Keyboard::Name)}
            {typed::text(
                answers.phone,
                ask("telefono", common::phone(locale)).optional(),
                Keyboard::Phone,
            )}
            {typed::text(
                answers.email,
                ask("correo", common::email(locale)).optional(),
                Keyboard::Email,
            )}
            {typed::text(
                answers.address,
                ask("direccion", common::address(locale)).optional(),
                Keyboard::Text,
            )}
            {typed::chosen(
                answers.commune,
                ask("comuna", common::commune(locale)).optional(),
                typed::communes(),
            )}
            {typed::chosen(
                answers.reason,
                ask("motivo-correccion", say::correction_reason(locale)),
                reasons,
            )}
            {typed::agreed(answers.is_adult, ask("mayor", say::is_adult(locale)))}
            {typed::agreed(
                answers.no_disqualification,
                ask("inhabilidad", say::no_disqualification(locale)),
            )}
            {typed::agreed(
                answers.photos,
                ask("fotos", field::consent_photos(locale)).hint(say::consent_photos_hint(locale)),
            )}
            {typed::agreed(answers.news, ask("avisos", field::consent_mail(locale)))}
        </div>
    }
}

/// Unites two records of one person, and parts them again.
#[component]
fn Merge(sheet: OwnerSheet, record: Record) -> impl IntoView {
    let locale = locale();
    let find: Act<String, FoundOwner> = act(api::register::one_owner, |_| ());
    let (kept, id) = (sheet.id, sheet.act);
    let parted = sheet
        .merged
        .into_iter()
        .map(|(merged, name)| {
            let go = move |_| {
                record.dispatch((id, vec![Command::UnmergeOwner { merged }]));
            };
            view! {
                <Actions>
                    <Button weight=Weight::Quiet icon="split" on:click=go>
                        {say::unmerge_what(locale, name)}
                    </Button>
                </Actions>
            }
        })
        .collect_view();
    view! {
        <p class="soft">{say::merge_owners_lead(locale)}</p>
        <FindOne id="otra-persona" find=find />
        {move || {
            let found = find.value().get()?.ok().filter(|found| found.id != kept)?;
            let merged = found.id;
            let go = move |_| {
                record.dispatch((id, vec![Command::MergeOwners { kept, merged }]));
            };
            let words = format!("{} · {}", found.lines.name, found.lines.document);
            Some(
                view! {
                    <Actions>
                        <Button
                            weight=Weight::Quiet
                            icon="merge"
                            busy=record.pending()
                            on:click=go
                        >
                            {say::merge_what(locale, words)}
                        </Button>
                    </Actions>
                },
            )
        }}
        {parted}
    }
}
