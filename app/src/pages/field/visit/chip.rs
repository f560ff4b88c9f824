//! The chip, captured twice: it has no check digit (ISO 11784), so that two equal readings are
//! what there is against a slip.

use domain::catalogue::{ImplantSite, Procedure, ProfessionalKind};
use domain::chip_number::{ChipNumber, Reading, Slip, Verdict, slip};
use domain::command::Command;
use domain::field_error::Field;
use domain::service::ServiceDetails;
use domain::submission::Masked;
use domain::view::ChipStatus;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::label::Labelled;
use phrases::{Locale, field};

use crate::components::choice::Checkbox;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::components::value::{ChipText, Size};
use crate::locale::locale;
use crate::offline::{browser, registry};
use crate::pages::field::asking::{Tile, bound_in, capital};
use crate::pages::field::visit::services::blank_chip;
use crate::pages::field::visit::{Visit, visit};
use crate::pages::visit_form::draft::ChipForm;

/// Another record with the same chip, as far as it may be told.
#[derive(Clone, Debug, PartialEq)]
enum Taken {
    /// In the register.
    Elsewhere(Box<Masked>),
    /// On this phone, on the animal of this name.
    Here(String),
}

/// The card of the chip.
#[component]
pub fn ChipCard() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_on = Memo::new(move |_| visit.draft.with(|d| d.animal.services.chip.is_some()));
    let toggle = Callback::new(move |on: bool| {
        let role = visit.phone.setup.with_untracked(|s| s.as_ref().map(|s| s.staff.role));
        let site = visit.usual.with_untracked(|usual| usual.site);
        visit.draft.update(|draft| {
            let blank = blank_chip(&draft.animal, role, site);
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
            <Show when=move || is_on.get()>
                <ProcedureTiles />
                <Captures />
                <Where />
            </Show>
        </section>
    }
}

/// Put in now, or found.
#[component]
fn ProcedureTiles() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let procedure = Memo::new(move |_| {
        visit.draft.with(|draft| draft.animal.services.chip.as_ref().map(|chip| chip.procedure))
    });
    let tile = |of: Procedure, words: &'static str| {
        let choose = Callback::new(move |()| change(visit, |chip| chip.procedure = of));
        let pressed = Signal::derive(move || procedure.get() == Some(of));
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
    let reading = Memo::new(move |_| read(&first.get()));
    Effect::new(move |_| look_up(visit, reading.get().and_then(|r| r.canonical), taken));
    let first_done = Callback::new(move |()| {
        let canonical = reading.get_untracked().and_then(|reading| reading.canonical);
        let good = canonical.is_some_and(|chip| chip.implantable(visit.tests()).is_ok());
        browser::signal_scan(good);
        browser::focus(if good { Field::ChipRepeated.code() } else { Field::Chip.code() });
    });
    let second_done = Callback::new(move |()| {
        let chip = |text: &str| ChipNumber::parse_read(text).ok();
        let same = chip(&first.get_untracked()) == chip(&second.get_untracked());
        browser::signal_scan(same);
        browser::focus(if same { Field::Weight.code() } else { Field::Chip.code() });
    });
    let is_new = first.get_untracked().is_empty();
    let asked =
        visit.question(Field::Chip, field::scan_chip(locale)).hint(field::chip_hint(locale));
    view! {
        <TextField
            question=if is_new { asked.focused() } else { asked }
            keyboard=Keyboard::Chip
            value=first
            on_input=change_first
            on_enter=first_done
        />
        <div class="scan" aria-live="polite">
            {move || reading.get().map(|reading| view! { <ReadingView reading=reading /> })}
            <TakenNotice taken=taken />
        </div>
        <TextField
            question=visit.question(Field::ChipRepeated, field::scan_again(locale))
            keyboard=Keyboard::Chip
            value=second
            on_input=change_second
            on_enter=second_done
        />
        <div class="scan" aria-live="polite">
            {move || second_words(&first.get(), &second.get(), locale)}
        </div>
    }
}

/// Nothing is said of a number that is still being typed.
fn read(text: &str) -> Option<Reading> {
    let characters = text.chars().filter(char::is_ascii_alphanumeric).count();
    (characters >= FEWEST_CHARACTERS).then(|| ChipNumber::read(text))
}

/// The shortest whole number.
const FEWEST_CHARACTERS: usize = 13;

/// The number, large, and what is thought of it.
#[component]
fn ReadingView(reading: Reading) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_allowed = reading.canonical.is_some_and(|chip| chip.implantable(visit.tests()).is_ok());
    let tone = match reading.verdict {
        Verdict::Accepted => Tone::Kept,
        Verdict::Warning => Tone::Info,
        Verdict::Nonconforming if is_allowed => Tone::Info,
        Verdict::Nonconforming | Verdict::Rejected => Tone::Person,
    };
    let reasons: Vec<_> = reading
        .reasons
        .iter()
        .map(|reason| view! { <p>{capital(reason.label(locale))}</p> })
        .collect();
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

/// Asks whether the chip is on another animal: first on this phone, then in the register.
fn look_up(visit: Visit, chip: Option<ChipNumber>, taken: RwSignal<Option<Taken>>) {
    taken.set(None);
    let Some(chip) = chip else { return };
    let own = visit.draft.with_untracked(|draft| draft.animal.id);
    if let Some(name) = taken_here(visit, chip) {
        taken.set(Some(Taken::Here(name)));
        return;
    }
    spawn_local(async move {
        // Without signal the server says so when the record arrives.
        if let Ok(ChipStatus::OnAnimal { other }) = registry::chip(chip).await
            && (other.animal.is_none() || other.animal != own)
        {
            taken.set(Some(Taken::Elsewhere(other)));
        }
    });
}

/// The name of another animal of this visit, or of another record here, with the same chip.
fn taken_here(visit: Visit, chip: ChipNumber) -> Option<String> {
    let (own, done, replaces) = visit.draft.with_untracked(|draft| {
        let same = |text: &str| ChipNumber::parse_read(text) == Ok(chip);
        let with_chip = draft
            .done
            .iter()
            .find(|animal| animal.services.chip.as_ref().is_some_and(|form| same(&form.first)));
        (draft.animal.id, with_chip.map(|animal| animal.name()), draft.replaces)
    });
    if done.is_some() {
        return done;
    }
    visit.phone.kept.with_untracked(|kept| {
        let others = kept.records.iter().filter(|record| {
            Some(record.held.submission.id) != replaces && record.held.replaced_by.is_none()
        });
        others.into_iter().find_map(|record| {
            let commands = &record.held.submission.commands;
            let on = commands.iter().find_map(|command| chipped(command, chip))?;
            (Some(on) != own).then(|| name_of(commands, on))
        })
    })
}

/// The animal on which a command puts or reads this chip.
fn chipped(command: &Command, chip: ChipNumber) -> Option<domain::id::AnimalId> {
    match command {
        Command::RecordService { animal, details, .. } => match &**details {
            ServiceDetails::Microchip(found) if found.chip == chip => Some(*animal),
            _ => None,
        },
        _ => None,
    }
}

fn name_of(commands: &[Command], id: domain::id::AnimalId) -> String {
    let named = commands.iter().find_map(|command| match command {
        Command::RegisterAnimal { animal, details, .. } if *animal == id => Some(&details.name),
        _ => None,
    });
    named.map_or_else(|| "•".to_owned(), ToString::to_string)
}

/// The other animal, masked.
#[component]
fn TakenNotice(taken: RwSignal<Option<Taken>>) -> impl IntoView {
    let locale = locale();
    move || {
        taken.get().map(|taken| {
            let words = match taken {
                Taken::Here(name) => field::chip_taken_here(locale, name),
                Taken::Elsewhere(other) => masked_words(&other, locale),
            };
            view! {
                <Notice title=field::chip_taken(locale) tone=Tone::Person live=true>
                    <p class="masked">{words}</p>
                    <p>{field::chip_taken_next(locale)}</p>
                </Notice>
            }
        })
    }
}

/// `C•••• · perro · macho · Antofagasta`.
pub(in crate::pages::field) fn masked_words(other: &Masked, locale: Locale) -> String {
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
    let chip = Memo::new(move |_| visit.draft.with(|draft| draft.animal.services.chip.clone()));
    let words = move || {
        chip.get().map(|chip| {
            let (site, who) = (chip.site.label(locale), chip.professional.label(locale));
            capital(&format!("{site} · {who}"))
        })
    };
    let sites = ImplantSite::ALL.iter().map(|&site| {
        let pressed = Signal::derive(move || chip.get().is_some_and(|chip| chip.site == site));
        let tap = Callback::new(move |()| change(visit, |chip| chip.site = site));
        view! { <Tile words=capital(site.label(locale)) pressed=pressed on_tap=tap /> }
    });
    let hands = ProfessionalKind::ALL.iter().map(|&kind| {
        let pressed =
            Signal::derive(move || chip.get().is_some_and(|chip| chip.professional == kind));
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
