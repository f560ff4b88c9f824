//! What has to be put right, before the form.

use leptos::prelude::*;
use phrases::common;

use crate::components::icon::Icon;
use crate::components::live::{each, live};
use crate::locale::locale;

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultLink {
    /// The identifier of the question.
    pub id: String,
    /// The sentence, as beside the field.
    pub words: String,
}

/// The list of what has to be put right, each a link to its field. Shows nothing when empty.
/// Stands first in the page's content; read out at once (`role="alert"`).
#[component]
pub fn ErrorSummary(
    /// What is wrong, in the order of the form.
    #[prop(into)]
    faults: Signal<Vec<FaultLink>>,
    /// What was typed elsewhere is shown again, as passwords and codes never are.
    #[prop(default = true)]
    keeps: bool,
    /// Brings a field into view and gives it the focus; without a script the link does.
    #[prop(optional, into)]
    on_go: Option<Callback<String>>,
) -> impl IntoView {
    let locale = locale();
    live(move || {
        let faults = faults.get();
        (!faults.is_empty()).then(|| {
            let title = common::errors_title(locale, faults.len() as u64);
            let links = each(faults, |fault| {
                let id = fault.id.clone();
                let go = move |event: leptos::ev::MouseEvent| {
                    if let Some(go) = on_go {
                        event.prevent_default();
                        go.run(id.clone());
                    }
                };
                view! {
                    <li>
                        <a href=format!("#{}", fault.id) on:click=go>
                            {fault.words}
                        </a>
                    </li>
                }
            });
            view! {
                <section class="notice" data-kind="person" role="alert" tabindex="-1">
                    <Icon name="circle-alert" />
                    <h2 class="notice-title">{title}</h2>
                    <div class="notice-body">
                        <ul class="error-list">{links}</ul>
                        {keeps
                            .then(|| view! { <p class="small">{common::errors_kept(locale)}</p> })}
                    </div>
                </section>
            }
        })
    })
}
