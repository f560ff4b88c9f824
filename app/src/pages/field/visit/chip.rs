//! The chip, captured twice: it has no check digit (ISO 11784), so that two equal readings are
//! what there is against a slip.

use domain::catalogue::{ImplantSite, Procedure, ProfessionalKind};
use domain::chip_number::{ChipNumber, Reading, Slip, Verdict, slip};
use domain::field_error::Field;
use domain::submission::Masked;
use domain::timestamp::Timestamp;
use domain::unicode::capital;
use domain::view::ChipStatus;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::label::Labelled;
use phrases::{Locale, field};
use std::cell::Cell;
use std::rc::Rc;

use crate::components::choice::Checkbox;
use crate::components::live::{When, derived, each, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::components::value::{ChipText, Size};
use crate::locale::locale;
use crate::offline::connectivity::Signal as Network;
use crate::offline::{browser, registry};
use crate::pages::field::asking::{Tile, bound_in};
use crate::pages::field::camera::CameraButton;
use crate::pages::field::records::Unread;
use crate::pages::field::start::list_day;
use crate::pages::field::visit::boxed::ChipNotInBox;
use crate::pages::field::visit::services::blank_chip;
use crate::pages::field::visit::taken::{awaited, is_recorded_here, taken_here};
use crate::pages::field::visit::{Visit, visit};
use crate::pages::visit_form::draft::ChipForm;

/// Another record with the same chip, as far as it may be told.
#[derive(Clone, Debug, PartialEq)]
enum Taken {
    /// In the register.
    Elsewhere(Box<Masked>),
    /// On this phone, on the animal of this name.
    Here(String),
    /// The register could not be asked, and the list of chips that is of this moment takes it for
    /// known.
    Perhaps(Timestamp),
}

/// The card of the chip.
#[component]
pub fn ChipCard() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_on = memo(move || visit.draft.with(|d| d.animal.services.chip.is_some()));
    let toggle = Callback::new(move |on: bool| {
        let role = visit.phone.setup.with_untracked(|s| s.as_ref().map(|s| s.staff.role));
        let site = visit.usual.with_untracked(|usual| usual.site);
        visit.draft.update(|draft| {
            let blank = blank_chip(&draft.animal, visit.tests(), role, site);
            draft.animal.services.chip = on.then_some(blank);
        });
    });
    view! {
        <section class="card service" data-on=move || is_on.get().then_some("true")>
            <Checkbox
                question=Question::new("with_chip", field::service_chip(locale))
                checked=is_on
                on_change=toggle
                lone=true
            />
            <When holds=is_on>
                <ProcedureTiles />
                <Captures />
                <Where />
            </When>
        </section>
    }
}

/// Put in now, or found.
#[component]
fn ProcedureTiles() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let procedure = memo(move || {
        visit.draft.with(|draft| draft.animal.services.chip.as_ref().map(|chip| chip.procedure))
    });
    let tile = |of: Procedure, words: &'static str| {
        let choose = Callback::new(move |()| {
            change(visit, |chip| chip.procedure = of);
            browser::focus(Field::Chip.code());
        });
        let pressed = derived(move || procedure.get() == Some(of));
        view! { <Tile words=words pressed=pressed on_tap=choose /> }
    };
    view! {
        <div class="tiles" role="group" aria-label=field::service_chip(locale)>
            {tile(Procedure::Implantation, field::service_implantation(locale))}
            {tile(Procedure::Verification, field::service_verification(locale))}
        </div>
    }
}

/// Two readings, one after the other; the reader's Enter goes on to the next.
#[component]
fn Captures() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (first, change_first) = bound_in!(visit, animal.services.chip, first);
    let (second, change_second) = bound_in!(visit, animal.services.chip, second);
    let taken = RwSignal::new(None);
    let is_asked = RwSignal::new(false);
    let reading = memo(move || read(&first.get(), is_asked.get()));
    let canonical = memo(move || reading.get().and_then(|reading| reading.canonical));
    let carried = memo(move || carried(visit, canonical.get()?));
    let is_hushed = derived(move || taken.read().is_some() || carried.get().is_some());
    let is_whole = memo(move || visit.phone.is_whole());
    Effect::new(move |_| {
        // What this phone has recorded may not be read yet: once it is, it is looked for again.
        is_whole.with(|_| ());
        look_up(visit, canonical, taken);
    });
    let first_done = Callback::new(move |()| {
        is_asked.set(true);
        let good = canonical.get_untracked().is_some_and(|chip| is_usable(visit, chip));
        browser::signal_scan(good);
        browser::focus(if good { Field::ChipRepeated.code() } else { Field::Chip.code() });
    });
    let second_done = Callback::new(move |()| {
        let chip = |text: &str| ChipNumber::parse_read(text).ok();
        let read = chip(&first.get_untracked());
        let same = read.is_some() && read == chip(&second.get_untracked());
        browser::signal_scan(same);
        browser::focus(if same { Field::Weight.code() } else { Field::Chip.code() });
    });
    let is_new = first.get_untracked().is_empty();
    let (hint, [other, other_next]) = awaited(visit, locale);
    let asked = visit.question(Field::Chip, field::scan_chip(locale)).hint(hint);
    view! {
        <TextField
            question=if is_new { asked.focused() } else { asked }
            keyboard=Keyboard::Chip
            value=first
            on_input=change_first
            on_enter=first_done
        />
        <CameraButton words=field::camera_chip(locale) on_read=change_first on_end=first_done />
        <div class="scan" aria-live="polite">
            {live(move || reading.get().map(|reading| view! { <ReadingView reading=reading /> }))}
            <Unread />
            {live(move || {
                let chip = carried.get()?;
                Some(against(other, view! { <ChipText chip=chip /> }.into_any(), other_next))
            })}
            <TakenNotice taken=taken />
            <ChipNotInBox chip=canonical hushed=is_hushed />
        </div>
        <TextField
            question=visit.question(Field::ChipRepeated, field::scan_again(locale))
            keyboard=Keyboard::Chip
            value=second
            on_input=change_second
            on_enter=second_done
        />
        <CameraButton words=field::camera_again(locale) on_read=change_second on_end=second_done />
        <div class="scan" aria-live="polite">
            {live(move || second_words(&first.get(), &second.get(), locale))}
        </div>
    }
}

/// Which other chip the animal on the table is known, or said, to carry than the one that was read:
/// the two animals may be swapped. One that nobody may implant gives way to one that is.
fn carried(visit: Visit, read: ChipNumber) -> Option<ChipNumber> {
    let tests = visit.tests();
    visit.draft.with(|draft| {
        let said = draft.animal.form.expected;
        let known = draft.animal.known.as_ref().map_or(said, |card| card.chip);
        let known = known.filter(|known| *known != read)?;
        let procedure = draft.animal.services.chip.as_ref()?.procedure;
        let stays = known.implantable(tests).is_ok() || procedure == Procedure::Verification;
        stays.then_some(known)
    })
}

/// Nothing is said of a number that is still being typed, unless it was ended by Enter.
fn read(text: &str, is_asked: bool) -> Option<Reading> {
    let characters = text.chars().filter(char::is_ascii_alphanumeric).count();
    let is_whole = characters >= WHOLE_CHARACTERS || (is_asked && characters > 0);
    let reading = (is_whole || characters >= FEWEST_CHARACTERS).then(|| ChipNumber::read(text))?;
    (is_whole || reading.canonical.is_some()).then_some(reading)
}

/// Whether the work goes on with this number: what is implanted has to be implantable, what is
/// found in an animal is read as it is.
fn is_usable(visit: Visit, chip: ChipNumber) -> bool {
    let is_found = visit.draft.with_untracked(|draft| {
        let chip = draft.animal.services.chip.as_ref();
        chip.is_some_and(|chip| chip.procedure == Procedure::Verification)
    });
    is_found || chip.implantable(visit.tests()).is_ok()
}

/// The shortest whole number, in hexadecimal with its point.
const FEWEST_CHARACTERS: usize = 13;
/// The usual number of digits.
const WHOLE_CHARACTERS: usize = 15;

/// The number, large, and what is thought of it.
#[component]
fn ReadingView(reading: Reading) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_allowed = reading.canonical.is_some_and(|chip| is_usable(visit, chip));
    let tone = match reading.verdict {
        Verdict::Accepted => Tone::Kept,
        Verdict::Warning => Tone::Info,
        Verdict::Nonconforming if is_allowed => Tone::Info,
        Verdict::Nonconforming | Verdict::Rejected => Tone::Person,
    };
    let reasons = each(&reading.reasons, |reason| {
        let words = capital(reason.label(locale));
        view! { <p>{words}</p> }
    });
    let title = capital(reading.verdict.label(locale));
    view! {
        {reading.canonical.map(|chip| view! { <ChipText chip=chip size=Size::Large /> })}
        <Notice title=title tone=tone>
            {reasons}
        </Notice>
    }
}

/// What the two readings say together.
fn second_words(first: &str, second: &str, locale: Locale) -> Option<impl IntoView + use<>> {
    let second = ChipNumber::parse_read(second).ok()?;
    let first = ChipNumber::parse_read(first).ok()?;
    let (words, tone) = if first == second {
        (field::scan_matches(locale), Tone::Kept)
    } else {
        let words = match slip(first, second) {
            Some(Slip::Neighbour) => field::slip_neighbour(locale),
            Some(Slip::Transposition) => field::slip_transposition(locale),
            Some(Slip::OneDigit) => field::slip_one_digit(locale),
            None => field::scan_differs(locale),
        };
        (words, Tone::Person)
    };
    Some(view! { <Notice title=words tone=tone /> })
}

/// Asks whether the chip is on another animal: first on this phone, then in the register, and
/// where that does not answer, or is slow, in the list that was fetched from it.
fn look_up(visit: Visit, read: Memo<Option<ChipNumber>>, taken: RwSignal<Option<Taken>>) {
    let chip = read.get();
    taken.set(None);
    let Some(chip) = chip else { return };
    let (own, carried) = visit.draft.with_untracked(|draft| {
        (draft.animal.id, draft.animal.known.as_ref().and_then(|card| card.chip))
    });
    if carried == Some(chip) {
        return;
    }
    if let Some(name) = taken_here(visit, chip) {
        taken.set(Some(Taken::Here(name)));
        return;
    }
    // The register may know the chip from this phone itself.
    let listed = visit.phone.may_be_known(chip).filter(|_| !is_recorded_here(visit.phone, chip));
    let perhaps = listed.map(Taken::Perhaps);
    // An answer about a number that is no longer in the field is passed over, and so is one after
    // which the number was found on this phone.
    let tell = move |found: Option<Taken>| {
        let is_asked = read.try_get_untracked() == Some(Some(chip));
        let is_news =
            |taken: &Option<Taken>| !matches!(taken, Some(Taken::Here(_))) && *taken != found;
        if is_asked && taken.with_untracked(is_news) {
            taken.set(found);
        }
    };
    let is_open = Rc::new(Cell::new(true));
    if perhaps.is_some() {
        // A network that swallows the question would keep the answer back for long.
        let is_online = untrack(|| visit.phone.network()) == Network::Online;
        let (is_open, perhaps) = (Rc::clone(&is_open), perhaps.clone());
        spawn_local(async move {
            if is_online {
                browser::pause(registry::SLOW_MS).await;
            }
            if is_open.get() {
                tell(perhaps);
            }
        });
    }
    spawn_local(async move {
        let found = match registry::chip(chip).await {
            Ok(ChipStatus::OnAnimal { other }) => {
                let is_own = other.animal.is_some() && other.animal == own;
                (!is_own).then_some(Taken::Elsewhere(other))
            }
            Ok(ChipStatus::Free) => None,
            // The server says for certain when the record arrives.
            Err(_) => perhaps,
        };
        is_open.set(false);
        tell(found);
    });
}

/// What speaks against the number that was read, and what to do.
fn against(title: &'static str, what: AnyView, next: &'static str) -> AnyView {
    view! {
        <Notice title=title tone=Tone::Person live=true>
            <p class="masked">{what}</p>
            <p>{next}</p>
        </Notice>
    }
    .into_any()
}

/// The other animal, masked.
#[component]
fn TakenNotice(taken: RwSignal<Option<Taken>>) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    live(move || {
        taken.get().map(|taken| {
            let (title, words, next) = match taken {
                Taken::Here(name) => (
                    field::chip_taken(locale),
                    field::chip_taken_here(locale, name),
                    field::chip_taken_next(locale),
                ),
                Taken::Elsewhere(other) => (
                    field::chip_taken(locale),
                    masked_words(&other, locale),
                    field::chip_taken_next(locale),
                ),
                Taken::Perhaps(at) => (
                    field::chip_perhaps(locale),
                    field::chip_perhaps_list(locale, list_day(visit.phone, at, locale)),
                    field::chip_perhaps_next(locale),
                ),
            };
            against(title, words.into_any(), next)
        })
    })
}

/// `C•••• · perro · macho · Antofagasta`.
fn masked_words(other: &Masked, locale: Locale) -> String {
    let commune = other.commune.map(|commune| commune.to_string());
    let parts = [
        Some(other.name.clone()),
        Some(other.species.label(locale).to_owned()),
        Some(other.sex.label(locale).to_owned()),
        commune,
        other.chip.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Site and hand: known, and seldom changed.
#[component]
fn Where() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let chip = memo(move || visit.draft.with(|draft| draft.animal.services.chip.clone()));
    let words = move || {
        chip.get().map(|chip| {
            let (site, who) = (chip.site.label(locale), chip.professional.label(locale));
            capital(&format!("{site} · {who}"))
        })
    };
    let sites = ImplantSite::ALL.iter().map(|&site| {
        let pressed = derived(move || chip.get().is_some_and(|chip| chip.site == site));
        let tap = Callback::new(move |()| change(visit, |chip| chip.site = site));
        view! { <Tile words=capital(site.label(locale)) pressed=pressed on_tap=tap /> }
    });
    let hands = ProfessionalKind::ALL.iter().map(|&kind| {
        let pressed = derived(move || chip.get().is_some_and(|chip| chip.professional == kind));
        let tap = Callback::new(move |()| change(visit, |chip| chip.professional = kind));
        view! { <Tile words=capital(kind.label(locale)) pressed=pressed on_tap=tap /> }
    });
    let (sites, hands): (Vec<_>, Vec<_>) = (sites.collect(), hands.collect());
    view! {
        <details class="more">
            <summary>{words}</summary>
            <div class="tiles">{sites}</div>
            <div class="tiles">{hands}</div>
        </details>
    }
}

fn change(visit: Visit, make: impl FnOnce(&mut ChipForm)) {
    visit.draft.update(|draft| {
        if let Some(chip) = draft.animal.services.chip.as_mut() {
            make(chip);
        }
    });
}
