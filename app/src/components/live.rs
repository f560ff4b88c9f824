//! What changes on the screen. Leptos compiles the code that draws a changing part, or keeps a
//! value, once for every closure; here it is compiled once, or once for each type of values, which
//! is a good part of the phone's program.

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

/// A list of parts. The code that draws a list is compiled once for each kind of its parts: these
/// are all of one.
pub fn each<T, V: IntoAny>(
    items: impl IntoIterator<Item = T>,
    mut draw: impl FnMut(T) -> V,
) -> Vec<AnyView> {
    items.into_iter().map(|item| draw(item).into_any()).collect()
}

/// A value that is remembered until what it is made of has changed.
pub fn memo<T: PartialEq + Send + Sync + 'static>(
    make: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    remembered(Box::new(make))
}

fn remembered<T: PartialEq + Send + Sync + 'static>(
    make: Box<dyn Fn() -> T + Send + Sync>,
) -> Memo<T> {
    Memo::new(move |_| make())
}

/// A value that is made anew whenever it is asked for.
pub fn derived<T: Send + Sync + 'static>(
    make: impl Fn() -> T + Send + Sync + 'static,
) -> Signal<T> {
    made(Box::new(make))
}

fn made<T: Send + Sync + 'static>(make: Box<dyn Fn() -> T + Send + Sync>) -> Signal<T> {
    Signal::derive(make)
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
    let holds = memo(move || holds.get());
    live(move || if holds.get() { children() } else { otherwise.run() })
}
