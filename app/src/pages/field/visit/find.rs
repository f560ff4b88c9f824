//! Who brings the animal: found in the register, or new.

use domain::catalogue::VitalState;
use domain::id::OwnerId;
use domain::refusal::Refusal;
use domain::sync::Failure;
use domain::unicode::capital;
use domain::view::{AnimalCard, OwnerCard, SearchResult};
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::label::Labelled;
use phrases::{Locale, explain, field};
use std::sync::Arc;

use crate::components::action::{BottomAction, Button, LinkButton, Weight};
use crate::components::icon::Icon;
use crate::components::live::{each, live, memo};
use crate::components::notice::{Notice, RefusalNotice};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::components::value::ChipText;
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::connectivity::Signal as Network;
use crate::offline::pack::Pack;
use crate::offline::registry;
use crate::pages::field::camera::CameraButton;
use crate::pages::field::correcting::own_record;
use crate::pages::field::preparing::kept_words;
use crate::pages::field::visit::{Heading, Visit, next_booked, visit};
use crate::pages::visit_form::draft::Step;
use crate::routes;

/// The search waits so long for the next key, in milliseconds.
const PAUSE_MS: i32 = 250;
/// Fewer characters find too much.
const FEWEST_CHARACTERS: usize = 3;

/// How the search stands.
#[derive(Clone, Debug, Default, PartialEq)]
enum Found {
    /// Nothing was asked.
    #[default]
    Nothing,
    /// The answer is on its way.
    Asking,
    /// These.
    Owners {
        /// The owners.
        owners: Vec<OwnerCard>,
        /// There are more.
        more: bool,
        /// They are what the phone took along or has recorded, and not the register's word of now.
        kept: bool,
    },
    /// The server said why not.
    Refused(Refusal),
    /// Nobody could be asked.
    OutOfReach,
}

impl Found {
    fn of(result: SearchResult, kept: bool) -> Self {
        Self::Owners { owners: result.owners, more: result.more, kept }
    }

    /// Whether they are what the phone itself knows.
    const fn is_kept(&self) -> bool {
        matches!(self, Self::Owners { kept: true, .. })
    }

    /// Whether the register's word is still to come.
    fn is_open(&self) -> bool {
        self.is_kept() || *self == Self::Asking
    }
}

/// The first question.
#[component]
pub fn FindStep() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let pack = expect_context::<Pack>();
    let found = RwSignal::new(Found::default());
    let asked = RwSignal::new(0_u32);
    let text = memo(move || visit.draft.with(|draft| draft.owner.searched.clone()));
    let look = Callback::new(move |words: String| search((visit, pack), words, asked, found));
    let typed = Callback::new(move |words: String| {
        visit.draft.update(|draft| draft.look_for(words.clone()));
        look.run(words);
    });
    look.run(text.get_untracked());
    let question = Question::new("buscar", field::find_owner_label(locale))
        .hint(field::find_owner_hint(locale))
        .focused();
    view! {
        <Heading words=field::find_owner(locale).to_owned() />
        <TextField
            question=question
            keyboard=Keyboard::Search
            value=text
            on_input=typed
            on_enter=Callback::new(move |()| look.run(text.get_untracked()))
        />
        <CameraButton words=field::camera_search(locale) on_read=typed />
        <div class="found" aria-live="polite">
            <Results found=found />
        </div>
        <BottomAction>
            <Button icon="user-plus" on:click=move |_| begin_owner(visit)>
                {field::new_owner(locale)}
            </Button>
        </BottomAction>
    }
}

/// Asks once the typing has paused; an answer to older words is passed over.
/// Without signal the phone's own cards answer, at once, and the register too when it can be asked;
/// with what this phone has recorded and not sent yet. They answer too while the register is slow,
/// and where it does not answer this phone, or not now.
fn search(
    (visit, pack): (Visit, Pack),
    words: String,
    asked: RwSignal<u32>,
    found: RwSignal<Found>,
) {
    asked.update(|count| *count += 1);
    let own = asked.get_untracked();
    let words = words.trim().to_owned();
    if words.chars().count() < FEWEST_CHARACTERS {
        found.set(Found::Nothing);
        return;
    }
    // Nobody taps on whom the words before have found.
    if found.with_untracked(|now| *now != Found::Asking) {
        found.set(Found::Asking);
    }
    // The step may have gone, and its signals with it.
    let is_asked = move || asked.try_get_untracked() == Some(own);
    let show = move |answer: Found| {
        let is_asked = is_asked();
        if is_asked {
            found.set(answer);
        }
        is_asked
    };
    let stands = move |is_so: fn(&Found) -> bool| found.try_with_untracked(is_so) == Some(true);
    // What the register has said stays.
    let show_meanwhile = move |answer: Found| stands(Found::is_open) && show(answer);
    spawn_local(async move {
        browser::pause(PAUSE_MS).await;
        if !is_asked() {
            return;
        }
        let is_offline = untrack(|| visit.phone.network()) != Network::Online;
        let asked_for = words.clone();
        let meanwhile = async move {
            if !is_offline {
                browser::pause(registry::SLOW_MS).await;
            }
            if stands(|now| *now == Found::Asking) {
                show_kept(visit, pack, &asked_for, &show_meanwhile).await;
            }
        };
        match is_offline {
            true => meanwhile.await,
            false => spawn_local(meanwhile),
        }
        let answer = match registry::search(words.clone()).await {
            Ok(result) => {
                visit.phone.whole().await;
                Found::of(pack.beside_register(&words, result).await, false)
            }
            Err(failure) => {
                let why = unanswered(visit, failure);
                match matches!(&why, Found::Refused(why) if !is_for_now(why)) {
                    true => why,
                    false if stands(Found::is_kept) => return,
                    false => {
                        visit.phone.whole().await;
                        let kept = pack.find(&words).await;
                        kept.map_or(why, |result| Found::of(result, true))
                    }
                }
            }
        };
        show(answer);
    });
}

/// What is told when the register has not answered and the phone knows nobody. That nobody is
/// signed in is news to the phone as well.
fn unanswered(visit: Visit, failure: Failure) -> Found {
    match failure {
        Failure::Status { code: 401, .. } => {
            if !visit.phone.is_signed_out.get_untracked() {
                visit.phone.send_now();
            }
            Found::Refused(Refusal::SignedOut)
        }
        Failure::Status { refusal: Some(refusal), .. } => Found::Refused(refusal),
        _ => Found::OutOfReach,
    }
}

/// Whether a refusal says nothing of who is looked for: the phone's own cards answer as well.
const fn is_for_now(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::SignedOut | Refusal::TooManyAttempts { .. })
}

/// Shows whom the phone itself knows. Of those whom it has recorded some may not have been read
/// yet: who is found already is shown, and nobody is said to be unknown before.
async fn show_kept(visit: Visit, pack: Pack, words: &str, show: &impl Fn(Found) -> bool) {
    let is_whole = untrack(|| visit.phone.is_whole());
    let mut kept = pack.find(words).await;
    if !is_whole {
        let early = kept.filter(|result| !result.owners.is_empty());
        if early.is_some_and(|result| !show(Found::of(result, true))) {
            return;
        }
        visit.phone.whole().await;
        kept = pack.find(words).await;
    }
    if let Some(result) = kept {
        show(Found::of(result, true));
    }
}

#[component]
fn Results(found: RwSignal<Found>) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_offline = memo(move || visit.phone.network() != Network::Online);
    let pack = expect_context::<Pack>();
    let from_pack = move || {
        if !pack.is_there() {
            return view! { <OutOfReach /> }.into_any();
        }
        view! { <p class="soft">{kept_words(pack, visit.phone, locale)}</p> }.into_any()
    };
    live(move || match found.get() {
        Found::Nothing if is_offline.get() => from_pack(),
        Found::Nothing => ().into_any(),
        Found::Asking => view! { <p class="soft">{field::searching(locale)}</p> }.into_any(),
        Found::OutOfReach => view! { <OutOfReach /> }.into_any(),
        Found::Refused(refusal) => {
            view! { <RefusalNotice explanation=explain(&refusal, locale) /> }.into_any()
        }
        Found::Owners { owners, kept, .. } if owners.is_empty() => view! {
            <p class="soft">{field::nobody_found(locale)}</p>
            {kept.then(from_pack)}
        }
        .into_any(),
        Found::Owners { owners, more, kept } => {
            let cards = each(owners, |owner| view! { <Owner owner=owner /> });
            view! {
                {kept.then(from_pack)}
                {cards}
                {more.then(|| view! { <p class="soft">{field::more_found(locale)}</p> })}
            }
            .into_any()
        }
    })
}

/// Without signal the register cannot be searched, and that is no reason to stop.
#[component]
fn OutOfReach() -> impl IntoView {
    let locale = locale();
    view! {
        <Notice title=field::search_offline(locale)>
            <p>{field::search_offline_next(locale)}</p>
        </Notice>
    }
}

/// A known owner with all animals, each one tap away.
#[component]
fn Owner(owner: OwnerCard) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let detail =
        [owner.details.document.to_string(), owner.details.residence().unwrap_or_default()];
    let detail = detail.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let name = owner.details.name.full();
    let own = own_record((visit.phone, expect_context()), &owner).map(|id| {
        view! {
            <LinkButton href=routes::field_record(id) weight=Weight::Plain icon="pencil">
                {field::correct_own(locale)}
            </LinkButton>
        }
    });
    // Ten owners with all their animals are drawn while somebody waits: they are not copied.
    let owner = Arc::new(owner);
    let chosen = |card: &AnimalCard| {
        let (owner, animal) = (Arc::clone(&owner), card.id);
        Callback::new(move |()| {
            choose_owner(visit, &owner);
            if let Some(card) = owner.animals.iter().find(|card| card.id == animal) {
                visit.known_animal(card.clone());
            }
        })
    };
    let row = |card| view! { <li>{animal_row(card, chosen(card), locale)}</li> };
    let animals = each(&owner.animals, row);
    let add = move |_| {
        choose_owner(visit, &owner);
        visit.new_animal();
    };
    view! {
        <section class="card owner-card">
            <h2 class="card-title">{name}</h2>
            <p class="soft">{detail}</p>
            <ul class="rows">{animals}</ul>
            <Button weight=Weight::Quiet icon="plus" on:click=add>
                {field::new_animal(locale)}
            </Button>
            {own}
        </section>
    }
}

/// An animal as a row that is tapped when it is this one.
fn animal_row(card: &AnimalCard, on_tap: Callback<()>, locale: Locale) -> impl IntoView + use<> {
    let details = &card.details;
    let icon = match details.species {
        domain::catalogue::Species::Dog => "dog",
        domain::catalogue::Species::Cat => "cat",
    };
    let chip = match card.chip {
        Some(chip) => view! { <ChipText chip=chip /> }.into_any(),
        None => field::without_chip(locale).into_any(),
    };
    let mut words = format!("{} · ", capital(details.sex.label(locale)));
    // Somebody may be looking for it, and here it is.
    let is_home = card.vital_state == VitalState::Alive;
    if !is_home {
        words = format!("{} · {words}", capital(card.vital_state.label(locale)));
    }
    view! {
        <button
            class="row"
            type="button"
            data-state=(!is_home).then_some("person")
            on:click=move |_| on_tap.run(())
        >
            <Icon name=icon />
            <span>
                <span class="row-title">{details.name.to_string()}</span>
                <span class="row-detail">{words} {chip}</span>
            </span>
            <Icon name="chevron-right" />
        </button>
    }
}

fn choose_owner(visit: Visit, owner: &OwnerCard) {
    visit.draft.update(|draft| draft.take_owner(owner.id, Some(Box::new(owner.clone()))));
}

fn begin_owner(visit: Visit) {
    let commune = visit.phone.outreach().map(|view| view.outreach.commune.code());
    visit.draft.update(|draft| {
        draft.begin_owner(OwnerId(browser::new_id()), commune.unwrap_or_default());
    });
    visit.go(Step::Owner);
}

/// Which of a known owner's animals comes next.
#[component]
pub fn ChooseStep() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let owner = visit.draft.with_untracked(|draft| draft.owner.known.clone());
    let done = visit.draft.with_untracked(|draft| {
        draft.done.iter().filter_map(|animal| animal.id).collect::<Vec<_>>()
    });
    let animals = owner.into_iter().flat_map(|owner| owner.animals);
    let animals = each(animals.filter(|card| !done.contains(&card.id)), |card| {
        let known = card.clone();
        let choose = Callback::new(move |()| visit.known_animal(known.clone()));
        view! { <li>{animal_row(&card, choose, locale)}</li> }
    });
    view! {
        <Heading words=field::which_animal(locale).to_owned() />
        <ul class="rows">{animals}</ul>
        <BottomAction>
            <Button icon="plus" on:click=move |_| visit.new_animal()>
                {field::new_animal(locale)}
                {next_booked(visit)}
            </Button>
        </BottomAction>
    }
}
