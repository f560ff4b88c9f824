//! The pages of the coordination, and what they share: how data are shown while they come, how
//! an act is told, how moments are read.

pub mod animal;
pub mod home;
pub mod keys;
pub mod mail;
pub mod outreach;
pub mod outreach_form;
pub mod outreaches;
pub mod own_documents;
pub mod owner;
pub mod phone;
pub mod phones;
pub mod programmes;
pub mod register;
pub mod rnm;
pub mod signature;
pub mod staff;
pub mod tasks;
pub mod unresolved;

mod amending;
mod animal_acts;
mod animal_form;
mod annulment;
mod approval;
mod chronicle;
mod consent;
mod correction;
mod filters;
mod owner_acts;
mod owner_form;
mod pairing;
mod pictures;
mod record;
mod service_form;
mod services;
mod talks;
mod typed;
mod when;

use domain::unicode::capital;
use std::future::Future;

use domain::desk::Visitor;
use domain::refusal::Refusal;
use domain::territory::Commune;
use domain::timestamp::Timestamp;
use leptos::prelude::*;
use phrases::{Explanation, Locale, common, coordination, explain, explain_named_field, format};

use crate::api::ApiError;
use crate::components::frame::PageHead;
use crate::components::notice::{Notice, RefusalNotice, Tone};
use crate::locale::locale;

/// What a page asks for: the answer of a server function.
pub(crate) type Data<T> = Resource<Result<T, ApiError>>;
/// Something a page does: a server function's call and its answer.
pub(crate) type Act<I, O> = Action<I, Result<O, ApiError>>;

/// Who is at the desk.
pub(crate) fn visitor() -> Visitor {
    expect_context()
}

/// Shows data when they are there; while they are asked for again, what was there stays.
pub(crate) fn shown<T, V>(
    data: Data<T>,
    show: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let locale = locale();
    view! {
        <Transition fallback=move || view! { <p class="soft">{common::loading(locale)}</p> }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(value) => show(value).into_any(),
                        Err(error) => view! { <Failure error=error /> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// An act; when it succeeded, `then` is run with its answer.
pub(crate) fn act<I, O, F>(
    run: impl Fn(I) -> F + Send + Sync + 'static,
    then: impl Fn(O) + Send + Sync + Clone + 'static,
) -> Act<I, O>
where
    I: Clone + Send + Sync + 'static,
    O: Clone + Send + Sync + 'static,
    F: Future<Output = Result<O, ApiError>> + Send + 'static,
{
    Action::new(move |input: &I| {
        let (answer, then) = (run(input.clone()), then.clone());
        async move {
            let answer = answer.await;
            if let Ok(value) = &answer {
                then(value.clone());
            }
            answer
        }
    })
}

/// What became of an act: nothing before it, its refusal, or the words of its success.
#[component]
pub(crate) fn Told<I, O>(
    /// The act.
    act: Act<I, O>,
    /// What to say when it succeeded.
    #[prop(into)]
    done: String,
) -> impl IntoView
where
    I: Send + Sync + 'static,
    O: Clone + Send + Sync + 'static,
{
    move || {
        act.value().get().map(|answer| match answer {
            Ok(_) => {
                let done = done.clone();
                view! { <Notice title=done tone=Tone::Kept live=true /> }.into_any()
            }
            Err(error) => view! { <Failure error=error /> }.into_any(),
        })
    }
}

/// What went wrong, in a person's words; for wrong fields, which ones and why.
#[component]
pub(crate) fn Failure(
    /// What went wrong.
    error: ApiError,
) -> impl IntoView {
    let locale = locale();
    match error {
        ApiError::Refused(refusal) => {
            let fields = match &refusal {
                Refusal::Invalid { fields } => fields.clone(),
                _ => Vec::new(),
            };
            let Explanation { happened, kept, next } = explain(&refusal, locale);
            if refusal == Refusal::SheetUsed {
                // What was typed stays on this page, so that the other one is beside it.
                return view! {
                    <Notice title=happened tone=Tone::Person live=true>
                        <p>{kept} " " {next}</p>
                        <p>
                            <a href="" target="_blank">
                                {coordination::as_it_stands(locale)}
                            </a>
                        </p>
                    </Notice>
                }
                .into_any();
            }
            if fields.is_empty() {
                let explanation = Explanation { happened, kept, next };
                return view! { <RefusalNotice explanation=explanation /> }.into_any();
            }
            let lines = fields
                .into_iter()
                .map(|error| view! { <li>{explain_named_field(error, locale)}</li> })
                .collect_view();
            view! {
                <Notice title=happened tone=Tone::Person live=true>
                    <ul class="error-list">{lines}</ul>
                </Notice>
            }
            .into_any()
        }
        ApiError::Failed(reference) => view! {
            <Notice title=common::failed_title(locale) tone=Tone::Person live=true>
                <p>{common::failed_kept(locale)} " " {common::failed_next(locale, reference)}</p>
            </Notice>
        }
        .into_any(),
        ApiError::Unreachable => view! {
            <Notice title=common::unreachable_title(locale) tone=Tone::Person live=true>
                <p>{common::unreachable_next(locale)}</p>
            </Notice>
        }
        .into_any(),
    }
}

/// Title, heading and what stands beside it.
#[component]
pub(crate) fn Heading(
    /// The heading; also the page's title.
    #[prop(into)]
    title: String,
    /// What stands at its side: the main action, a figure.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <PageHead title=title.clone() />
        <div class="page-head">
            <h1>{title}</h1>
            {children.map(|more| view! { <div class="actions">{more()}</div> })}
        </div>
    }
}

/// A moment as it was where the programmes are.
pub(crate) fn moment(at: Timestamp) -> String {
    format::moment_in(at, &visitor().zone, locale())
}

/// `14:05` where the programmes are.
pub(crate) fn hour(at: Timestamp) -> String {
    let (_, minute) = visitor().zone.local(at);
    format::time(minute)
}

/// A commune of a code, by its name.
pub(crate) fn commune(code: &str) -> String {
    let named = Commune::parse(code).ok().and_then(Commune::name);
    named.unwrap_or(code).to_owned()
}

/// A label as a cell of its own shows it.
pub(crate) fn label<T: phrases::label::Labelled>(value: T, locale: Locale) -> String {
    capital(value.label(locale))
}
