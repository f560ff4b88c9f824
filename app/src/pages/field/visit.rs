//! One visit, from "who brings the animal" to "kept". One flow; what was typed survives a
//! reload; nothing is sent before it is kept.

pub mod age;
pub mod album;
pub mod animal;
pub mod boxed;
pub mod chip;
pub mod dose;
pub mod find;
pub mod holding;
mod lacks;
pub mod looks;
pub mod owner;
mod saving;
pub mod services;
pub mod signing;
pub mod sterilisation;
pub mod summary;
mod taken;

use domain::chip_number::TestChips;
use domain::field_error::{Field, FieldError};
use domain::id::{AnimalId, SubmissionId};
use domain::timestamp::CivilDate;
use domain::view::{AnimalCard, OutreachView};
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{common, explain_field, field};

use crate::components::action::{Button, Weight};
use crate::components::error_summary::{ErrorSummary, FaultLink};
use crate::components::live::{When, derived, live, memo};
use crate::components::notice::{Notice, RefusalNotice, Tone};
use crate::components::steps::Steps;
use crate::locale::locale;
use crate::offline::held::{Head, Record};
use crate::offline::phone::Phone;
use crate::offline::pictures::{self, Pictures};
use crate::offline::{browser, drafts};
use crate::pages::field::record::explained;
use crate::pages::field::set_aside::SetAside;
use crate::pages::visit_form::draft::{AnimalDraft, Step, VisitDraft};
use crate::pages::visit_form::moving::judged_on;
use crate::pages::visit_form::usual::Usual;
use crate::routes;
use saving::Onward;

/// The heading of the step, which takes the focus when the step has no first field.
const HEADING: &str = "pregunta";

/// The visit on the screen: what its steps share.
#[derive(Clone, Copy)]
pub struct Visit {
    draft: RwSignal<VisitDraft>,
    /// As which record it is kept.
    record: StoredValue<SubmissionId>,
    usual: RwSignal<Usual>,
    faults: RwSignal<Vec<FieldError>>,
    not_kept: RwSignal<bool>,
    /// What is on the screen is what another window has not kept of it.
    is_beside: RwSignal<bool>,
    /// It is being kept, or was: what is on the screen is no draft any more.
    is_saving: RwSignal<bool>,
    /// That takes long enough to be shown.
    is_busy: RwSignal<bool>,
    phone: Phone,
    /// How many pictures this phone holds.
    pictures: RwSignal<Pictures>,
}

/// The visit of this page.
fn visit() -> Visit {
    expect_context()
}

impl Visit {
    /// Shows another step, from its start.
    fn go(self, step: Step) {
        self.faults.set(Vec::new());
        self.draft.update(|draft| draft.step = step);
        browser::to_top();
        browser::focus_heading(HEADING);
    }

    /// Goes on when everything could be read, else shows what could not.
    fn go_if(self, read: Result<(), Vec<FieldError>>, step: Step) {
        match read {
            Ok(()) => self.go(step),
            Err(faults) => self.show(faults),
        }
    }

    /// Shows what is wrong and brings the first of it into view, or, where that has no place on the
    /// screen, the words at the top.
    fn show(self, faults: Vec<FieldError>) {
        if let Some(first) = dose::ids(self, &faults).first() {
            browser::focus(first);
        }
        self.faults.set(faults);
    }

    /// What is wrong with a field, in words.
    fn fault(self, asked: Field) -> Signal<Option<String>> {
        let locale = locale();
        derived(move || {
            let of_field = |fault: &&FieldError| fault.field == asked;
            self.faults.with(|all| all.iter().find(of_field).map(|f| explain_field(*f, locale)))
        })
    }

    /// A question named as its field, with what is wrong with it.
    fn question(self, asked: Field, label: &str) -> crate::components::question::Question {
        crate::components::question::Question::new(asked.code(), label).error(self.fault(asked))
    }

    /// The day by which it is judged.
    fn today(self) -> CivilDate {
        let is_mended = self.draft.with_untracked(|draft| draft.replaces.is_some());
        let (mended, here) = (self.of_record().filter(|_| is_mended), self.outreach());
        judged_on(mended.as_ref(), self.phone.now(), here.as_ref().map(|view| &view.outreach))
    }

    /// Of what is mended or put right, as far as it is known: of a visit there is nothing.
    fn of_record(self) -> Option<Head> {
        let id = self.draft.with_untracked(|draft| draft.replaces.or(draft.corrects))?;
        self.phone.kept.with_untracked(|kept| kept.record(id).map(|record| record.held.head))
    }

    /// The outreach that it is of, wherever the team is now.
    fn outreach(self) -> Option<OutreachView> {
        match self.of_record() {
            Some(head) => self.phone.known_outreach(head.outreach?),
            None => untrack(|| self.phone.outreach()),
        }
    }

    fn tests(self) -> TestChips {
        self.phone.tests()
    }

    /// Puts a new animal on the table: the next that was booked, as long as there is one.
    fn new_animal(self) {
        let booked = self.draft.with_untracked(|draft| draft.next_booked().cloned());
        let id = Some(AnimalId(browser::new_id()));
        let animal = booked.unwrap_or_else(|| AnimalDraft { id, ..AnimalDraft::default() });
        let animal = services::prepared(animal, self);
        self.draft.update(|draft| draft.put_on_table(animal));
        self.go(Step::Animal);
    }

    /// Puts a known animal on the table.
    fn known_animal(self, card: AnimalCard) {
        let animal = AnimalDraft {
            id: Some(card.id),
            known: Some(Box::new(card)),
            ..AnimalDraft::default()
        };
        let animal = services::prepared(animal, self);
        self.draft.update(|draft| draft.put_on_table(animal));
        self.go(Step::Services);
    }
}

/// The visit that is being recorded; without an outreach there is none but what is of a record.
#[component]
pub fn VisitPage() -> impl IntoView {
    let (phone, locale) = (super::phone(), locale());
    let visit = Visit {
        draft: RwSignal::default(),
        record: StoredValue::new(SubmissionId(browser::new_id())),
        usual: RwSignal::default(),
        faults: RwSignal::default(),
        not_kept: RwSignal::new(false),
        is_beside: RwSignal::new(false),
        is_saving: RwSignal::new(false),
        is_busy: RwSignal::new(false),
        phone,
        pictures: super::pictures::pictures(),
    };
    provide_context(visit);
    let [is_loaded, has_aside, is_moved] = [(); 3].map(|()| RwSignal::new(false));
    spawn_local(async move {
        if let Some(queue) = phone.queue() {
            // What could not be read is not written over.
            let before = browser::now();
            let Ok(kept) = drafts::visit::<VisitDraft>(&queue).await else {
                return visit.not_kept.set(true);
            };
            let (is_alone, mut draft) = (kept.is_alone(), kept.draft.unwrap_or_default());
            if let Some(record) = draft.record.take() {
                visit.record.set_value(record);
            }
            if let Some(view) = untrack(|| phone.outreach()) {
                let answer: Vec<_> = view.veterinarians.iter().map(|one| one.id).collect();
                let _ = is_moved.try_set(draft.go_on_at(view.outreach.id, &answer));
            }
            if is_alone {
                pictures::sweep(before, draft.awaited_words());
            }
            let _ = has_aside.try_set(kept.has_aside);
            visit.draft.set(draft);
            visit
                .usual
                .set(drafts::kept(&queue, drafts::USUAL).await.ok().flatten().unwrap_or_default());
        }
        is_loaded.set(true);
    });
    keep_while_typing(visit, is_loaded);
    // What mends or puts right a record is of that one's place, wherever the team is; and before it
    // was read nobody knows what it is.
    let is_of_somewhere = memo(move || {
        let is_of_record = |draft: &VisitDraft| draft.replaces.or(draft.corrects).is_some();
        !is_loaded.get() || phone.outreach().is_some() || visit.draft.with(is_of_record)
    });
    view! {
        <When
            holds=is_of_somewhere
            otherwise=|| browser::go(routes::FIELD, true)
        >
            <When holds=visit.not_kept>
                <Notice title=field::not_kept(locale) tone=Tone::Person live=true>
                    <p>{field::not_kept_next(locale)}</p>
                </Notice>
            </When>
            <Beside />
            <SetAside holds=has_aside />
            <When holds=is_moved>
                <Moved />
            </When>
            <When holds=is_loaded>
                <StepOnScreen />
            </When>
        </When>
    }
}

/// What is on the screen is what another window has not kept of the visit.
#[component]
fn Beside() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    view! {
        <When holds=visit.is_beside>
            <Notice title=field::kept_beside(locale) tone=Tone::Person live=true>
                <p>{field::kept_beside_next(locale)}</p>
            </Notice>
        </When>
    }
}

/// The visit was begun at another outreach, and would be kept as of this one.
#[component]
fn Moved() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let here = untrack(|| visit.phone.outreach()).map(|view| view.outreach.name.to_string());
    view! {
        <Notice title=field::moved(locale) tone=Tone::Person live=true>
            <p>{field::moved_next(locale, here.unwrap_or_default())}</p>
        </Notice>
    }
}

/// The name of the animal that was booked and comes next, behind the words that lead to it.
fn next_booked(visit: Visit) -> impl IntoView {
    live(move || {
        let named = |booked: &AnimalDraft| format!(" · {}", booked.form.name);
        visit.draft.with(|draft| draft.next_booked().map(named))
    })
}

/// Writes the draft down after each change; the store takes it in its own time, and of those that
/// wait for it the last.
fn keep_while_typing(visit: Visit, is_loaded: RwSignal<bool>) {
    Effect::new(move |_| {
        let mut draft = visit.draft.get();
        let is_saving = visit.is_saving.get_untracked();
        if is_saving || !is_loaded.get_untracked() || draft.is_blank() {
            return;
        }
        draft.outreach = untrack(|| visit.phone.outreach()).map(|view| view.outreach.id);
        draft.record = Some(visit.record.get_value());
        let Some(queue) = visit.phone.queue() else { return };
        spawn_local(async move {
            let kept = drafts::keep_visit(&queue, &draft).await;
            visit.not_kept.set(kept.is_err());
        });
    });
}

#[component]
fn StepOnScreen() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let step = memo(move || visit.draft.with(|draft| draft.step));
    let now = memo(move || match step.get() {
        Step::Find | Step::Owner => 1,
        Step::Choose | Step::Animal => 2,
        Step::Services => 3,
        Step::Summary => 4,
    });
    let faults = derived(move || {
        visit.faults.with(|faults| {
            let ids = dose::ids(visit, faults).into_iter();
            let link = |(id, fault): (String, &FieldError)| {
                let words = explain_field(*fault, locale);
                FaultLink { id, words }
            };
            ids.zip(faults).map(link).collect::<Vec<_>>()
        })
    });
    let is_visit = memo(move || visit.draft.with(|draft| draft.corrects.is_none()));
    view! {
        <div class="visit-head">
            <When holds=is_visit>
                <Steps now=now total=4 />
            </When>
            <BackButton />
        </div>
        <Mended />
        <ErrorSummary faults=faults on_go=Callback::new(|id: String| browser::focus(&id)) />
        {live(move || match step.get() {
            Step::Find => view! { <find::FindStep /> }.into_any(),
            Step::Owner => view! { <owner::OwnerStep /> }.into_any(),
            Step::Choose => view! { <find::ChooseStep /> }.into_any(),
            Step::Animal => view! { <animal::AnimalStep /> }.into_any(),
            Step::Services => view! { <services::ServicesStep /> }.into_any(),
            Step::Summary => view! { <summary::SummaryStep /> }.into_any(),
        })}
    }
}

/// Why the record that is being mended was not taken.
#[component]
fn Mended() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let mended = memo(move || visit.draft.with(|draft| draft.replaces));
    // Of the type in which the pages of a record hold theirs.
    let refused = RwSignal::new(None::<Option<Record>>);
    Effect::new(move |_| {
        let (phone, id) = (visit.phone, mended.get());
        spawn_local(async move {
            let mut opened = None;
            if let Some((queue, id)) = phone.queue().zip(id) {
                opened = queue.opened(&[id]).await.unwrap_or_default().pop();
            }
            if !refused.is_disposed() {
                refused.set(Some(opened));
            }
        });
    });
    live(move || {
        let record = refused.get().flatten()?;
        let explanation = explained(record.outcome.as_ref()?.refusal()?, locale);
        Some(view! { <RefusalNotice explanation=explanation /> })
    })
}

/// One step back; from the first one out of the visit, which is kept for later.
#[component]
fn BackButton() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let back = move |_| {
        let mut draft = visit.draft.get_untracked();
        if draft.step_back() {
            let step = draft.step;
            visit.draft.set(draft);
            visit.go(step);
        } else {
            browser::go(routes::FIELD, false);
        }
    };
    view! {
        <Button weight=Weight::Plain icon="chevron-left" busy=visit.is_busy on:click=back>
            {common::back(locale)}
        </Button>
    }
}

/// The heading of a step.
#[component]
fn Heading(
    /// The question.
    #[prop(into)]
    words: Signal<String>,
) -> impl IntoView {
    view! {
        <h1 id=HEADING tabindex="-1">
            {words}
        </h1>
    }
}
