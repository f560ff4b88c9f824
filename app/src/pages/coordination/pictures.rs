//! The pictures of an animal and of its papers, each small, with the way to the whole of it.

use domain::desk::sheet::PictureLine;
use leptos::prelude::*;
use phrases::coordination as say;

use super::{label, moment};
use crate::locale::locale;
use crate::routes;

/// Pixels of a side of the small picture: the browser shrinks the one there is, and fetches those
/// only that come into view.
const SIDE: &str = "160";

/// The pictures, or that there are none.
#[component]
pub(super) fn Pictures(
    /// Those that the caller may see.
    lines: Vec<PictureLine>,
) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return view! { <p class="soft">{say::pictures_empty(locale)}</p> }.into_any();
    }
    let lines = lines
        .into_iter()
        .map(|line| {
            let words = say::picture_words(locale, label(line.kind, locale), moment(line.taken_at));
            let address = routes::picture(line.id);
            view! {
                <li>
                    <a href=address.clone() rel="external" target="_blank">
                        <img src=address alt=words.clone() loading="lazy" width=SIDE height=SIDE />
                    </a>
                    <span class="soft small" aria-hidden="true">
                        {words}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="pictures">{lines}</ul> }.into_any()
}
