//! Everything once more before it is kept: what was done, what will be mailed where, what the
//! RNM still lacks.

use domain::certificate::DocumentKind as PaperKind;
use domain::chip_number::ChipNumber;
use domain::contact::Email;
use domain::identity::IdentityDocument;
use domain::owner::OwnerDetails;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, common, field};

use crate::components::action::{Actions, BottomAction, Button, Weight};
use crate::components::live::{When, derived, each, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::toast::Toast;
use crate::components::value::ChipText;
use crate::locale::locale;
use crate::offline::browser;
use crate::pages::field::visit::lacks::Lacks;
use crate::pages::field::visit::owner::EmailSuggestion;
use crate::pages::field::visit::{HEADING, Heading, Visit, next_booked, visit};
use crate::pages::visit_form::commands::{self, Circumstances};
use crate::pages::visit_form::draft::{AnimalDraft, Step, VisitDraft};
use crate::pages::visit_form::reading;

/// The last look.
#[component]
pub fn SummaryStep() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_saving = visit.is_saving;
    let cards = move || {
        let animals: Vec<_> = visit.draft.with(|draft| draft.animals().cloned().collect());
        let is_lone = animals.len() < 2;
        let card = |animal| view! { <AnimalSummary animal=animal is_lone=is_lone /> };
        each(animals, card)
    };
    let has_room = memo(move || visit.draft.with(VisitDraft::has_room));
    let removed = RwSignal::new(None::<AnimalDraft>);
    provide_context(removed);
    let words =
        derived(move || removed.read().is_some().then(|| field::animal_removed(locale).to_owned()));
    let undo = Callback::new(move |()| {
        // What is being kept is no draft any more.
        if let Some(animal) = removed.get_untracked().filter(|_| !is_saving.get_untracked()) {
            removed.set(None);
            visit.draft.update(|draft| draft.done.push(animal));
        }
    });
    view! {
        <Heading words=field::summary_title(locale).to_owned() />
        <OwnerSummary />
        {cards}
        <When
            holds=has_room
            otherwise=move || view! { <p class="soft">{field::no_room(locale)}</p> }
        >
            <Button
                weight=Weight::Quiet
                icon="plus"
                busy=visit.is_busy
                on:click=move |_| another(visit)
            >
                {field::next_animal(locale)}
                {next_booked(visit)}
            </Button>
        </When>
        <Toast words=words on_undo=undo />
        <BottomAction>
            <Button icon="check" busy=visit.is_busy on:click=move |_| visit.finish()>
                {field::save_visit(locale)}
            </Button>
        </BottomAction>
    }
}

/// The animal on the table is done; the next one comes.
fn another(visit: Visit) {
    let has_choice = visit.draft.with_untracked(|draft| {
        let rest = draft.owner.known.as_ref().map_or(0, |owner| owner.animals.len());
        // The button names who comes next, and leads there.
        rest > draft.done.len() + 1 && draft.next_booked().is_none()
    });
    let usual = visit
        .draft
        .with_untracked(|draft| visit.usual.get_untracked().after(&draft.animal.services));
    visit.usual.set(usual);
    visit.draft.update(|draft| {
        let finished = std::mem::take(&mut draft.animal);
        draft.done.push(finished);
    });
    match has_choice {
        true => visit.go(Step::Choose),
        false => visit.new_animal(),
    }
}

/// The owner as the forms say.
fn owner_details(visit: Visit) -> Option<OwnerDetails> {
    visit.draft.with(|draft| draft.owner.details())
}

#[component]
fn OwnerSummary() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let details = memo(move || owner_details(visit));
    let has_form = memo(move || visit.draft.with(|d| d.owner.known.is_none() || d.owner.amends));
    let papers = memo(move || visit.draft.with(|draft| papers(visit, draft, locale)));
    live(move || {
        details.get().map(|details| {
            let email = details.email.clone();
            let papers = papers.get();
            let is_nameless = details.document == IdentityDocument::None;
            view! {
                <SummaryList>
                    <SummaryRow name=common::owner(locale)>
                        <p>{details.name.full()}</p>
                        <p class="soft">{details.document.to_string()}</p>
                    </SummaryRow>
                    <SummaryRow
                        name=field::documents_go(locale)
                        missing=email.is_none() && !papers.is_empty()
                    >
                        <p>{mail_words(email, &papers, locale)}</p>
                        {each(papers, |paper| view! { <p class="soft">{paper}</p> })}
                    </SummaryRow>
                </SummaryList>
                {has_form.get().then(|| view! { <EmailSuggestion visit=visit /> })}
                <AmendOwner is_nameless=is_nameless />
            }
        })
    })
}

/// The way to a known owner's data; what is said otherwise waits for the coordination. Without a
/// document nobody could tell that it is the same person.
#[component]
fn AmendOwner(
    /// The owner has shown no document.
    is_nameless: bool,
) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let said = memo(move || {
        let amended = visit.draft.with(|draft| reading::amended(&draft.owner));
        amended.is_ok_and(|said| said.is_some())
    });
    let is_known = visit.draft.with_untracked(|draft| draft.owner.known.is_some());
    let amend = move |_| {
        visit.draft.update(VisitDraft::amend_owner);
        visit.go(Step::Owner);
    };
    (is_known && !is_nameless).then(|| {
        view! {
            <When holds=said>
                <Notice title=field::amended(locale) tone=Tone::Waiting />
            </When>
            <Button weight=Weight::Plain icon="pencil" busy=visit.is_busy on:click=amend>
                {field::amend_owner(locale)}
            </Button>
        }
    })
}

/// Every document that the visit makes, with the animal it is about.
fn papers(visit: Visit, draft: &VisitDraft, locale: Locale) -> Vec<String> {
    let of_animal = |animal: &AnimalDraft| {
        let name = animal.name();
        let line = |kind: PaperKind| format!("{} · {name}", capital(kind.label(locale)));
        animal.documents(visit.tests()).into_iter().map(line).collect::<Vec<_>>()
    };
    draft.animals().flat_map(of_animal).collect()
}

fn mail_words(email: Option<Email>, papers: &[String], locale: Locale) -> String {
    match email {
        _ if papers.is_empty() => field::no_document(locale).to_owned(),
        Some(email) => field::summary_mail(locale, email),
        None => field::summary_no_mail(locale).to_owned(),
    }
}

/// One animal with its services and what the RNM lacks.
#[component]
fn AnimalSummary(
    /// The animal.
    animal: AnimalDraft,
    /// It is the only one of the visit.
    is_lone: bool,
) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let id = animal.id;
    let change = move |_| {
        if let Some(id) = id {
            visit.draft.update(|draft| draft.reopen(id));
            visit.go(Step::Services);
        }
    };
    let removed = expect_context::<RwSignal<Option<AnimalDraft>>>();
    let own = animal.clone();
    let remove = move |_| {
        if let Some(id) = id {
            removed.set(Some(own.clone()));
            visit.draft.update(|draft| draft.remove(id));
            browser::focus(HEADING);
        }
    };
    let at = Circumstances { today: visit.today(), tests: visit.tests() };
    let lines = service_lines(&animal, &at);
    view! {
        <section class="card">
            <h2 class="card-title">{animal.name()}</h2>
            <ul class="done-list">
                {each(lines, |(line, chip)| {
                    view! { <li>{line} {chip.map(|chip| view! { <ChipText chip=chip /> })}</li> }
                })}
            </ul>
            <Lacks animal=animal />
            <Actions>
                <Button weight=Weight::Quiet icon="pencil" busy=visit.is_busy on:click=change>
                    {field::change_animal(locale)}
                </Button>
                {(!is_lone)
                    .then(|| {
                        view! {
                            <Button
                                weight=Weight::Plain
                                icon="trash-2"
                                busy=visit.is_busy
                                on:click=remove
                            >
                                {field::remove_animal(locale)}
                            </Button>
                        }
                    })}
            </Actions>
        </section>
    }
}

/// Every service in one line, and the chip at its end.
fn service_lines(animal: &AnimalDraft, at: &Circumstances) -> Vec<(String, Option<ChipNumber>)> {
    let locale = locale();
    let done = commands::services(animal, at).unwrap_or_default();
    let line = |details: &domain::service::ServiceDetails| {
        use domain::service::ServiceDetails::{Deworming, Microchip, Sterilisation};
        let kind = capital(details.kind().label(locale));
        match details {
            Microchip(chip) => (format!("{kind} · "), Some(chip.chip)),
            Deworming(dose) => (format!("{kind} · {}", dose.product), None),
            Sterilisation(surgery) => (format!("{kind} · {}", surgery.outcome.label(locale)), None),
        }
    };
    let mut lines: Vec<_> = done.iter().map(line).collect();
    if matches!(animal.completed(at.today), Ok(Some(_))) {
        lines.push((field::completed(locale).to_owned(), None));
    }
    match lines.is_empty() {
        true => vec![(field::registered_only(locale).to_owned(), None)],
        false => lines,
    }
}
