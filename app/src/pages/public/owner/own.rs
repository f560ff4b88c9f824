//! `/mis-animales`.

use leptos::prelude::*;
use phrases::public;

use super::animal::{AnimalSheet, OwnAnimal};
use super::looks::{Look, Looks};
use crate::components::action::{Button, LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::form_state::FormFaults;
use crate::routes;

/// What was done just before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// An animal was reported lost.
    Lost,
    /// An animal was reported found again.
    Back,
    /// Another address was asked for.
    Address,
    /// A correction was asked for.
    Correction,
}

impl Done {
    /// Every one, with the word in the address that tells the page.
    pub const WORDS: [(Self, &'static str); 4] = [
        (Self::Lost, "perdido"),
        (Self::Back, "aparecido"),
        (Self::Address, "correo"),
        (Self::Correction, "correccion"),
    ];
}

/// The page.
#[component]
pub fn OwnPage(
    /// Name and surnames.
    name: String,
    /// Where mail goes, masked.
    email: Option<String>,
    /// The animals.
    animals: Vec<OwnAnimal>,
    /// Who looked, the latest first.
    looks: Vec<Look>,
    /// What was done just before.
    done: Option<Done>,
) -> impl IntoView {
    let locale = locale();
    let greeting = public::own_greeting(locale, name);
    let mail = match email {
        Some(email) => public::own_email(locale, email),
        None => public::own_no_email(locale).to_owned(),
    };
    let sheets = if animals.is_empty() {
        view! { <NoAnimals /> }.into_any()
    } else {
        let each = animals.into_iter().map(|animal| view! { <AnimalSheet animal=animal /> });
        each.collect_view().into_any()
    };
    view! {
        <PublicPage title=public::my_animals(locale)>
            <div class="flow">
                <h1>{public::my_animals(locale)}</h1>
                <FormFaults />
                {done.map(|done| view! { <DoneNotice done=done /> })}
                <div class="own-head">
                    <p>
                        <strong>{greeting}</strong> ". " {mail} " "
                        <a href=routes::OWN_ADDRESS>{public::resend_other_address(locale)}</a>
                    </p>
                    <form method="post" action=routes::OWN_LEAVE>
                        <Button submit=true weight=Weight::Quiet icon="log-out">
                            {public::own_leave(locale)}
                        </Button>
                    </form>
                </div>
                {sheets}
                <Looks looks=looks />
            </div>
        </PublicPage>
    }
}

#[component]
fn NoAnimals() -> impl IntoView {
    let locale = locale();
    view! {
        <EmptyState icon="paw-print" title=public::own_empty_title(locale)>
            <p>{public::own_empty_body(locale)}</p>
            <LinkButton href=routes::OWN_CORRECTION>{public::ask_correction(locale)}</LinkButton>
        </EmptyState>
    }
}

#[component]
fn DoneNotice(done: Done) -> impl IntoView {
    let locale = locale();
    let (title, body) = match done {
        Done::Lost => (public::own_lost_done(locale), public::own_lost_done_body(locale)),
        Done::Back => (public::own_back_done(locale), public::own_back_done_body(locale)),
        Done::Address => (public::own_address_done(locale), public::own_address_done_body(locale)),
        Done::Correction => {
            (public::own_correction_done(locale), public::own_correction_done_body(locale))
        }
    };
    view! {
        <Notice title=title tone=Tone::Kept live=true>
            <p>{body}</p>
        </Notice>
    }
}
