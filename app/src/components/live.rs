//! What changes on the screen. Leptos compiles the code that draws a changing part once for every
//! closure; here it is compiled once, which is a good part of the phone's program.

use leptos::children::ViewFn;
use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;
use std::sync::{Arc, Mutex};

/// A part that is drawn anew whenever a signal that it read has changed.
pub fn live<V: IntoAny>(
    mut draw: impl FnMut() -> V + Send + 'static,
) -> SharedReactiveFunction<AnyView> {
    Arc::new(Mutex::new(move || draw().into_any()))
}

/// A part that is there while something holds.
#[component]
pub fn When(
    /// Whether it is there.
    #[prop(into)]
    holds: Signal<bool>,
    /// The part.
    children: ChildrenFn,
    /// What is there instead.
    #[prop(optional, into)]
    otherwise: ViewFn,
) -> impl IntoView {
    let holds = Memo::new(move |_| holds.get());
    live(move || if holds.get() { children() } else { otherwise.run() })
}
