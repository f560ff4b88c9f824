//! The teaching sessions on an outreach's sheet: shown, recorded, annulled.

use domain::catalogue::EducationTopic;
use domain::command::Command;
use domain::desk::plan::{OutreachSheet, Talk, TalkForm};
use domain::id::{OutreachId, ServiceId, SubmissionId};
use domain::name::ShortText;
use leptos::prelude::*;
use phrases::{common, coordination as say};

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

/// The card. `changed` reads the sheet again.
#[component]
pub(super) fn Talks(
    /// The outreach.
    sheet: OutreachSheet,
    /// Told after a change.
    changed: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let locale = locale();
    // Both are kept under the identifier of the sheet.
    let refusals = Refusals::none();
    let hold: Hold =
        refusals.act(|id, (outreach, form)| api::plan::record_talk(outreach, id, form), changed);
    let annul = refusals.record(changed);
    let (outreach, id, may_plan) = (sheet.view.outreach.id, sheet.act, sheet.may_plan);
    let is_empty = sheet.talks.is_empty();
    let chosen = RwSignal::new(None);
    let columns = vec![
        Column::words(common::date(locale)),
        Column::words(say::talk_topic(locale)),
        Column::figures(say::talk_attendants(locale)),
        Column::figures(say::talk_minutes(locale)),
        Column::words(say::talk_material(locale)),
        Column::words(say::actions(locale)),
    ];
    let rows = sheet.talks.into_iter().map(|talk| row(talk, may_plan, chosen)).collect_view();
    view! {
        <section class="flow block">
            <h2>{say::talks(locale)}</h2>
            <Told act=hold done=say::talk_recorded(locale) />
            <Told act=annul done=say::talk_annulled(locale) />
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
                            <Form outreach=outreach id=id hold=hold />
                        </details>
                        <Annulment chosen=chosen id=id annul=annul />
                    }
                })}
        </section>
    }
}

fn row(talk: Talk, may_plan: bool, chosen: RwSignal<Option<ServiceId>>) -> impl IntoView {
    let locale = locale();
    let id = talk.id;
    let last = match talk.annulled {
        Some(reason) => {
            view! { <span class="soft">{say::annulled_for(locale, reason)}</span> }.into_any()
        }
        None if may_plan => view! {
            <Button weight=Weight::Plain on:click=move |_| chosen.set(Some(id))>
                {say::annul(locale)}
            </Button>
        }
        .into_any(),
        None => ().into_any(),
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

/// What is told of a new session.
#[component]
fn Form(outreach: OutreachId, id: SubmissionId, hold: Hold) -> impl IntoView {
    let locale = locale();
    let topic = RwSignal::new(EducationTopic::ResponsibleOwnership.code().to_owned());
    let (attendants, minutes) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (material, listed) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let topics = typed::choices(EducationTopic::ALL, EducationTopic::code, locale);
    let save = move |_| {
        let form = TalkForm {
            topic: topic.get_untracked(),
            attendants: attendants.get_untracked(),
            minutes: minutes.get_untracked(),
            material: material.get_untracked(),
            listed: listed.get_untracked(),
        };
        hold.dispatch((id, (outreach, form)));
    };
    let blocked = Signal::derive(move || {
        let is_empty = |text: RwSignal<String>| text.read().trim().is_empty();
        let missing = is_empty(minutes) || (is_empty(attendants) && is_empty(listed));
        missing || hold.pending().get()
    });
    let asked = |id: &'static str, words: &str| Question::new(id, words);
    view! {
        <div class="form-grid">
            {typed::chosen(topic, asked("charla-tema", say::talk_topic(locale)), topics)}
            {typed::text(
                attendants,
                asked("charla-asistentes", say::talk_attendants(locale)),
                Keyboard::Digits,
            )}
            {typed::text(
                minutes,
                asked("charla-minutos", say::talk_minutes(locale)),
                Keyboard::Digits,
            )}
            {typed::text(
                material,
                asked("charla-material", say::talk_material(locale)).optional(),
                Keyboard::Text,
            )}
            {typed::lines(
                listed,
                asked("charla-lista", say::talk_list(locale))
                    .hint(say::talk_list_hint(locale))
                    .optional(),
            )}
        </div>
        <Actions>
            <Button busy=blocked on:click=save>
                {common::save(locale)}
            </Button>
        </Actions>
    }
}

/// Asks why, and annuls.
#[component]
fn Annulment(
    chosen: RwSignal<Option<ServiceId>>,
    id: SubmissionId,
    annul: Record,
) -> impl IntoView {
    let locale = locale();
    let (open, reason) = (RwSignal::new(false), RwSignal::new(String::new()));
    Effect::new(move |_| {
        if chosen.get().is_some() {
            reason.set(String::new());
            open.set(true);
        }
    });
    let confirm = move |_| {
        let words = ShortText::<200>::parse(&reason.get_untracked());
        if let (Some(service), Ok(reason)) = (chosen.get_untracked(), words) {
            annul.dispatch((id, vec![Command::AnnulService { service, reason }]));
            chosen.set(None);
            open.set(false);
        }
    };
    let unexplained = Signal::derive(move || reason.read().trim().is_empty());
    let question = Question::new("motivo-anular-charla", say::reason(locale));
    view! {
        <Dialog open=open title=say::talk_annul_title(locale)>
            {typed::text(reason, question, Keyboard::Text)}
            <Actions>
                <Button weight=Weight::Grave busy=unexplained on:click=confirm>
                    {say::annul(locale)}
                </Button>
            </Actions>
        </Dialog>
    }
}
