//! The teaching sessions on an outreach's sheet: shown, recorded, corrected, annulled.

use domain::catalogue::EducationTopic;
use domain::command::Command;
use domain::desk::plan::{OutreachSheet, Talk, TalkForm};
use domain::field_error::{Field, FieldError};
use domain::id::{OutreachId, ServiceId, SubmissionId};
use leptos::prelude::*;
use phrases::{common, coordination as say};

use super::annulment::{Annulment, opened};
use super::correction::{Correcting, Correction};
use super::record::{Record, Refusals};
use super::{Act, Told, label, moment, typed};
use crate::api;
use crate::components::action::{Actions, Button, Weight};
use crate::components::dialog::Dialog;
use crate::components::question::Question;
use crate::components::table::{Column, DataTable};
use crate::components::text_field::Keyboard;
use crate::locale::locale;

type Hold = Act<(SubmissionId, (OutreachId, TalkForm)), ()>;

/// The sessions that the two dialogs are about, to correct and to annul; none while they are shut.
type Chosen = (RwSignal<Option<Talk>>, RwSignal<Option<ServiceId>>);

/// What is done to the sessions of a sheet. It is kept outside of the card, which is drawn anew
/// with the sheet that an act changed.
#[derive(Clone, Copy)]
pub(super) struct TalkActs {
    hold: Hold,
    record: Record,
}

impl TalkActs {
    /// `changed` reads the sheet again.
    pub(super) fn new(changed: impl Fn() + Copy + Send + Sync + 'static) -> Self {
        // Both are kept under the identifier of the sheet.
        let refusals = Refusals::none();
        let hold: Hold = refusals
            .act(|id, (outreach, form)| api::plan::record_talk(outreach, id, form), changed);
        Self { hold, record: refusals.record(changed) }
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
    let is_empty = sheet.talks.is_empty();
    let chosen: Chosen = (RwSignal::new(None), RwSignal::new(None));
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
            <Told act=acts.record done=say::talk_changed(locale) />
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
                            <Form outreach=outreach id=id hold=acts.hold />
                        </details>
                        <Changes chosen=chosen id=id record=acts.record />
                    }
                })}
        </section>
    }
}

fn row(talk: Talk, ways: Option<Chosen>) -> impl IntoView {
    let locale = locale();
    let (chosen, id) = (talk.clone(), talk.id);
    let last = match (talk.annulled, ways) {
        (Some(reason), _) => {
            view! { <span class="soft">{say::annulled_for(locale, reason)}</span> }.into_any()
        }
        (None, Some((to_correct, to_annul))) => view! {
            <Actions>
                <Button
                    weight=Weight::Plain
                    on:click=move |_| to_correct.set(Some(chosen.clone()))
                >
                    {say::correct(locale)}
                </Button>
                <Button weight=Weight::Plain on:click=move |_| to_annul.set(Some(id))>
                    {say::annul(locale)}
                </Button>
            </Actions>
        }
        .into_any(),
        (None, None) => ().into_any(),
    };
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
fn Form(outreach: OutreachId, id: SubmissionId, hold: Hold) -> impl IntoView {
    let locale = locale();
    let topic = EducationTopic::ResponsibleOwnership.code().to_owned();
    let answers = Answers::of(TalkForm { topic, ..TalkForm::default() });
    let save = move |_| {
        hold.dispatch((id, (outreach, answers.read())));
    };
    let blocked = Signal::derive(move || {
        let is_empty = |text: RwSignal<String>| text.read().trim().is_empty();
        let is_uncounted = is_empty(answers.attendants) && is_empty(answers.listed);
        is_uncounted || is_empty(answers.minutes) || hold.pending().get()
    });
    let listed = Question::new("charla-lista", say::talk_list(locale))
        .hint(say::talk_list_hint(locale))
        .optional();
    view! {
        <Fields answers=answers prefix="charla" />
        {typed::lines(answers.listed, listed)}
        <Actions>
            <Button busy=blocked on:click=save>
                {common::save(locale)}
            </Button>
        </Actions>
    }
}

/// The dialogs that correct a session and annul one.
#[component]
fn Changes(chosen: Chosen, id: SubmissionId, record: Record) -> impl IntoView {
    let locale = locale();
    let (to_correct, to_annul) = chosen;
    let open = opened(to_correct);
    let form = move || {
        let talk = to_correct.get()?;
        Some(view! { <Corrected talk=talk id=id record=record /> })
    };
    view! {
        <Dialog open=open title=say::talk_correct_title(locale)>
            {form}
        </Dialog>
        <Annulment
            chosen=to_annul
            id=id
            record=record
            title=say::talk_annul_title(locale)
            why="motivo-anular-charla"
        />
    }
}

/// The form of one session, in its dialog.
#[component]
fn Corrected(talk: Talk, id: SubmissionId, record: Record) -> impl IntoView {
    let (correcting, service) = (Correcting::new(), talk.id);
    let answers = Answers::of(TalkForm {
        topic: talk.topic.code().to_owned(),
        attendants: talk.attendants.to_string(),
        minutes: talk.minutes.to_string(),
        material: talk.material.unwrap_or_default(),
        // The list stays as it was written.
        listed: String::new(),
    });
    let save = Callback::new(move |()| {
        if let Some((details, reason)) =
            correcting.take(answers.read().read().map(|(details, _)| details))
        {
            let correct = Command::CorrectEducation { service, details, reason };
            record.dispatch((id, vec![correct]));
        }
    });
    view! {
        <Correction
            correcting=correcting
            lead=say::talk_correct_lead(locale())
            why="corregir-charla-motivo"
            record=record
            save=save
            in_dialog=true
        >
            <Fields answers=answers prefix="corregir-charla" faults=correcting.faults />
        </Correction>
    }
}

/// What is asked of a session; the identifiers of the questions begin alike.
#[component]
fn Fields(
    answers: Answers,
    prefix: &'static str,
    /// What is wrong with the answers.
    #[prop(optional)]
    faults: Option<RwSignal<Vec<FieldError>>>,
) -> impl IntoView {
    let locale = locale();
    let topics = typed::choices(EducationTopic::ALL, EducationTopic::code, locale);
    let ask = |of: Field, id: &str, words: &str| {
        let question = Question::new(format!("{prefix}-{id}"), words);
        match faults {
            Some(faults) => question.error(typed::fault(faults, of)),
            None => question,
        }
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
