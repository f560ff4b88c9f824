//! The teaching sessions on an outreach's sheet: shown, recorded, corrected, annulled.

use domain::catalogue::EducationTopic;
use domain::desk::plan::{OutreachSheet, Talk, TalkCorrection, TalkForm};
use domain::field_error::{Field, FieldError};
use domain::id::{OutreachId, ServiceId, SubmissionId};
use leptos::prelude::*;
use phrases::{common, coordination as say};

use super::amending::{Chosen, Words, dialogs, nothing, ways};
use super::correction::{Correcting, Correction};
use super::record::{Record, Refusals};
use super::when::When;
use super::{Act, Told, label, moment, typed};
use crate::api;
use crate::components::action::{Actions, Button};
use crate::components::question::Question;
use crate::components::table::{Column, DataTable};
use crate::components::text_field::Keyboard;
use crate::locale::locale;

type Hold = Act<(SubmissionId, (OutreachId, TalkForm)), ()>;
type Correct = Act<(SubmissionId, (ServiceId, TalkCorrection)), ()>;

/// What is done to the sessions of a sheet. It is kept outside of the card, which is drawn anew
/// with the sheet that an act changed.
#[derive(Clone, Copy)]
pub(super) struct TalkActs {
    hold: Hold,
    correct: Correct,
    record: Record,
}

impl TalkActs {
    /// `changed` reads the sheet again.
    pub(super) fn new(changed: impl Fn() + Copy + Send + Sync + 'static) -> Self {
        // All are kept under the identifier of the sheet.
        let refusals = Refusals::none();
        let then = move |()| changed();
        let hold: Hold =
            refusals.act(|id, (outreach, form)| api::plan::record_talk(outreach, id, form), then);
        let correct: Correct =
            refusals.act(|id, (talk, form)| api::plan::correct_talk(talk, id, form), then);
        Self { hold, correct, record: refusals.record(changed) }
    }
}

/// The card.
#[component]
pub(super) fn Talks(
    /// The outreach.
    sheet: OutreachSheet,
    /// What may be done.
    acts: TalkActs,
) -> impl IntoView {
    let locale = locale();
    let (outreach, id, may_plan) = (sheet.view.outreach.id, sheet.act, sheet.may_plan);
    let (is_empty, names) = (sheet.talks.is_empty(), sheet.names_listeners);
    let chosen = nothing();
    let columns = vec![
        Column::words(common::date(locale)),
        Column::words(say::talk_topic(locale)),
        Column::figures(say::talk_attendants(locale)),
        Column::figures(say::talk_minutes(locale)),
        Column::words(say::talk_material(locale)),
        Column::words(say::actions(locale)),
    ];
    let row = |talk| row(talk, may_plan.then_some(chosen));
    let rows = sheet.talks.into_iter().map(row).collect_view();
    view! {
        <section class="flow block">
            <h2>{say::talks(locale)}</h2>
            <Told act=acts.hold done=say::talk_recorded(locale) />
            <Told act=acts.correct done=say::talk_corrected(locale) />
            <Told act=acts.record done=say::talk_annulled(locale) />
            {is_empty.then(|| view! { <p class="soft">{say::talks_empty(locale)}</p> })}
            {(!is_empty)
                .then(|| {
                    view! {
                        <DataTable caption=say::talks(locale) columns=columns>
                            {rows}
                        </DataTable>
                    }
                })}
            {may_plan
                .then(|| {
                    view! {
                        <details class="act">
                            <summary>{say::talk_record(locale)}</summary>
                            <Form outreach=outreach id=id hold=acts.hold names=names />
                        </details>
                        {changes(chosen, (id, names), acts)}
                    }
                })}
        </section>
    }
}

fn row(talk: Talk, chosen: Option<Chosen<Talk>>) -> impl IntoView {
    let locale = locale();
    let last = ways((talk.clone(), talk.id), talk.annulled, chosen);
    let listed = (!talk.listed.is_empty()).then(|| {
        let names = talk.listed.into_iter().map(|name| view! { <li>{name}</li> }).collect_view();
        view! {
            <details>
                <summary>{say::talk_list(locale)}</summary>
                <ul>{names}</ul>
            </details>
        }
    });
    view! {
        <tr>
            <td>{moment(talk.at)}</td>
            <th scope="row">{label(talk.topic, locale)}</th>
            <td data-align="end">{talk.attendants} {listed}</td>
            <td data-align="end">{talk.minutes}</td>
            <td>{talk.material}</td>
            <td>{last}</td>
        </tr>
    }
}

/// The answers, as typed and chosen.
#[derive(Clone, Copy)]
struct Answers {
    topic: RwSignal<String>,
    attendants: RwSignal<String>,
    minutes: RwSignal<String>,
    material: RwSignal<String>,
    listed: RwSignal<String>,
}

impl Answers {
    fn of(form: TalkForm) -> Self {
        Self {
            topic: RwSignal::new(form.topic),
            attendants: RwSignal::new(form.attendants),
            minutes: RwSignal::new(form.minutes),
            material: RwSignal::new(form.material),
            listed: RwSignal::new(form.listed),
        }
    }

    fn read(self) -> TalkForm {
        TalkForm {
            topic: self.topic.get_untracked(),
            attendants: self.attendants.get_untracked(),
            minutes: self.minutes.get_untracked(),
            material: self.material.get_untracked(),
            listed: self.listed.get_untracked(),
        }
    }
}

/// What is told of a new session.
#[component]
fn Form(
    outreach: OutreachId,
    id: SubmissionId,
    hold: Hold,
    /// Whether it may be said who listened.
    names: bool,
) -> impl IntoView {
    let locale = locale();
    let topic = EducationTopic::ResponsibleOwnership.code().to_owned();
    let answers = Answers::of(TalkForm { topic, ..TalkForm::default() });
    let faults = typed::refused(hold);
    let save = move |_| {
        hold.dispatch((id, (outreach, answers.read())));
    };
    let blocked = Signal::derive(move || {
        let is_empty = |text: RwSignal<String>| text.read().trim().is_empty();
        let is_uncounted = is_empty(answers.attendants) && is_empty(answers.listed);
        is_uncounted || is_empty(answers.minutes) || hold.pending().get()
    });
    view! {
        <Fields answers=answers prefix="charla" faults=faults />
        {listing(answers.listed, ("charla-lista", names), faults)}
        <Actions>
            <Button busy=blocked on:click=save>
                {common::save(locale)}
            </Button>
        </Actions>
    }
}

/// The question who listened; after a year it is known no more, and is not asked.
fn listing(
    value: RwSignal<String>,
    (id, names): (&'static str, bool),
    faults: Signal<Vec<FieldError>>,
) -> AnyView {
    let locale = locale();
    if !names {
        return view! { <p class="soft">{say::talk_list_gone(locale)}</p> }.into_any();
    }
    let question = Question::new(id, say::talk_list(locale));
    let [name, run] = [Field::PersonName, Field::Run].map(|field| typed::fault(faults, field));
    let error = Signal::derive(move || name.get().or_else(|| run.get()));
    typed::lines(value, question.hint(say::talk_list_hint(locale)).optional().error(error))
}

/// The dialogs that correct a session and annul one.
fn changes(
    chosen: Chosen<Talk>,
    (id, names): (SubmissionId, bool),
    acts: TalkActs,
) -> impl IntoView {
    let locale = locale();
    let words = Words {
        correct: say::talk_correct_title(locale),
        annul: say::talk_annul_title(locale),
        lead: None,
        why: "motivo-anular-charla",
    };
    let form = move |talk: Talk| {
        view! { <Corrected talk=talk id=id correct=acts.correct names=names /> }.into_any()
    };
    dialogs(chosen, words, (id, acts.record), form)
}

/// The form of one session, in its dialog.
#[component]
fn Corrected(
    talk: Talk,
    id: SubmissionId,
    correct: Correct,
    /// Whether it may be said who listened.
    names: bool,
) -> impl IntoView {
    let (correcting, service) = (Correcting::new(), talk.id);
    let (when, was) = (When::of(talk.at), talk.listed.join("\n"));
    let answers = Answers::of(TalkForm {
        topic: talk.topic.code().to_owned(),
        attendants: talk.attendants.to_string(),
        minutes: talk.minutes.to_string(),
        material: talk.material.unwrap_or_default(),
        listed: was.clone(),
    });
    let was = StoredValue::new(was);
    let save = Callback::new(move |()| {
        let form = answers.read();
        let read = match (form.read(), when.read()) {
            (Ok(_), Ok(at)) => Ok(at),
            (form, at) => {
                Err([form.err().unwrap_or_default(), at.err().unwrap_or_default()].concat())
            }
        };
        if let Some((at, reason)) = correcting.take(read) {
            let correction = TalkCorrection { form, was: was.get_value(), reason, at };
            correct.dispatch((id, (service, correction)));
        }
    });
    let faults = Signal::from(correcting.faults);
    view! {
        <Correction
            correcting=correcting
            lead=say::talk_correct_lead(locale())
            why="corregir-charla-motivo"
            record=correct
            save=save
            in_dialog=true
            beside=when.ask("corregir-charla", correcting.faults)
        >
            <Fields answers=answers prefix="corregir-charla" faults=faults />
            {listing(answers.listed, ("corregir-charla-lista", names), faults)}
        </Correction>
    }
}

/// What is asked of a session; the identifiers of the questions begin alike.
#[component]
fn Fields(
    answers: Answers,
    prefix: &'static str,
    /// What is wrong with the answers.
    faults: Signal<Vec<FieldError>>,
) -> impl IntoView {
    let locale = locale();
    let topics = typed::choices(EducationTopic::ALL, EducationTopic::code, locale);
    let ask = |of: Field, id: &str, words: &str| {
        Question::new(format!("{prefix}-{id}"), words).error(typed::fault(faults, of))
    };
    let attendants = ask(Field::Attendants, "asistentes", say::talk_attendants(locale));
    let minutes = ask(Field::Minutes, "minutos", say::talk_minutes(locale));
    let material = ask(Field::Remarks, "material", say::talk_material(locale)).optional();
    view! {
        <div class="form-grid">
            {typed::chosen(
                answers.topic,
                ask(Field::Name, "tema", say::talk_topic(locale)),
                topics,
            )}
            {typed::text(answers.attendants, attendants, Keyboard::Digits)}
            {typed::text(answers.minutes, minutes, Keyboard::Digits)}
            {typed::text(answers.material, material, Keyboard::Text)}
        </div>
    }
}
