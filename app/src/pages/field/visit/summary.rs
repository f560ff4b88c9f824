//! Everything once more before it is kept: what was done, what will be mailed where, what the
//! RNM still lacks.

use domain::contact::Email;
use domain::owner::OwnerDetails;
use domain::rnm::{RnmLack, lacks};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use phrases::label::Labelled;
use phrases::{common, field};

use crate::components::action::{BottomAction, Button, Weight};
use crate::components::notice::{Notice, Tone};
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::locale::locale;
use crate::pages::field::asking::capital;
use crate::pages::field::visit::find::next_animal_step;
use crate::pages::field::visit::owner::EmailSuggestion;
use crate::pages::field::visit::{Heading, Visit, visit};
use crate::pages::visit_form::commands::{self, Circumstances};
use crate::pages::visit_form::draft::{AnimalDraft, Step};
use crate::pages::visit_form::reading;
use crate::routes;

/// The last look.
#[component]
pub fn SummaryStep() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_saving = RwSignal::new(false);
    let navigate = use_navigate();
    let save = move |_| {
        let navigate = navigate.clone();
        is_saving.set(true);
        spawn_local(async move {
            let kept = visit.save().await;
            is_saving.set(false);
            if let Some(id) = kept {
                navigate(&routes::field_saved(id), NavigateOptions::default());
            }
        });
    };
    let animals: Vec<_> = visit.draft.with_untracked(|draft| draft.animals().cloned().collect());
    let cards: Vec<_> =
        animals.into_iter().map(|animal| view! { <AnimalSummary animal=animal /> }).collect();
    view! {
        <Heading words=field::summary_title(locale).to_owned() />
        <OwnerSummary />
        {cards}
        <Button weight=Weight::Quiet icon="plus" on:click=move |_| another(visit)>
            {field::next_animal(locale)}
        </Button>
        <BottomAction>
            <Button icon="check" busy=is_saving on:click=save>
                {field::save_visit(locale)}
            </Button>
        </BottomAction>
    }
}

/// The animal on the table is done; the next one comes.
fn another(visit: Visit) {
    let is_known = visit.draft.with_untracked(|draft| {
        let rest = draft.owner.known.as_ref().map_or(0, |owner| owner.animals.len());
        rest > draft.done.len() + 1
    });
    let usual = visit
        .draft
        .with_untracked(|draft| visit.usual.get_untracked().after(&draft.animal.services));
    visit.usual.set(usual);
    visit.draft.update(|draft| {
        let finished = std::mem::take(&mut draft.animal);
        draft.done.push(finished);
    });
    match next_animal_step(is_known) {
        Step::Choose => visit.go(Step::Choose),
        _ => visit.new_animal(),
    }
}

/// The owner as the forms say.
fn owner_details(visit: Visit) -> Option<OwnerDetails> {
    visit.draft.with(|draft| match &draft.owner.known {
        Some(card) => Some(card.details.clone()),
        None => reading::owner(&draft.owner.form).ok(),
    })
}

#[component]
fn OwnerSummary() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let details = Memo::new(move |_| owner_details(visit));
    move || {
        details.get().map(|details| {
            let email = details.email.clone();
            view! {
                <SummaryList>
                    <SummaryRow name=common::owner(locale)>
                        <p>{details.name.full()}</p>
                        <p class="soft">{details.document.to_string()}</p>
                    </SummaryRow>
                    <SummaryRow
                        name=field::documents_go(locale)
                        missing=email.is_none()
                    >
                        {mail_words(email, locale)}
                    </SummaryRow>
                </SummaryList>
                <EmailSuggestion visit=visit />
            }
        })
    }
}

fn mail_words(email: Option<Email>, locale: phrases::Locale) -> String {
    match email {
        Some(email) => field::summary_mail(locale, email),
        None => field::summary_no_mail(locale).to_owned(),
    }
}

/// One animal with its services and what the RNM lacks.
#[component]
fn AnimalSummary(animal: AnimalDraft) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let at = Circumstances { today: visit.today(), tests: visit.tests() };
    let lines = service_lines(&animal, &at);
    let missing = rnm_lacks(visit, &animal);
    let count = missing.len() as u64;
    let names: Vec<_> = missing.into_iter().map(|lack| lack.label(locale)).collect();
    view! {
        <section class="card">
            <h2 class="card-title">{animal.name()}</h2>
            <ul class="done-list">
                {lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
            </ul>
            {(count > 0)
                .then(|| {
                    view! {
                        <Notice title=field::rnm_missing(locale, count) tone=Tone::Waiting>
                            <p>{phrases::format::list(&names, locale)}</p>
                            <p>{field::rnm_missing_next(locale)}</p>
                        </Notice>
                    }
                })}
        </section>
    }
}

/// Every service in one line.
fn service_lines(animal: &AnimalDraft, at: &Circumstances) -> Vec<String> {
    let locale = locale();
    let done = commands::services(animal, at).unwrap_or_default();
    let line = |details: &domain::service::ServiceDetails| {
        use domain::service::ServiceDetails::{Deworming, Microchip, Sterilisation};
        let kind = capital(details.kind().label(locale));
        match details {
            Microchip(chip) => {
                format!("{kind} · {}", phrases::format::chip(&chip.chip.to_string()))
            }
            Deworming(dose) => format!("{kind} · {}", dose.product),
            Sterilisation(surgery) => format!("{kind} · {}", surgery.outcome.label(locale)),
        }
    };
    let lines: Vec<_> = done.iter().map(line).collect();
    match lines.is_empty() {
        true => vec![field::registered_only(locale).to_owned()],
        false => lines,
    }
}

fn rnm_lacks(visit: Visit, animal: &AnimalDraft) -> Vec<RnmLack> {
    let Some(owner) = untrack(|| owner_details(visit)) else { return Vec::new() };
    match &animal.known {
        Some(card) => lacks(&owner, &card.details),
        None => reading::animal(&animal.form, visit.today())
            .map(|details| lacks(&owner, &details))
            .unwrap_or_default(),
    }
}
