//! What the box says of what is about to be used: a number that is not in it, with the slip that is
//! likely, and the lots that are.

use domain::catalogue::{DewormingKind, Procedure};
use domain::chip_number::{ChipNumber, Slip};
use domain::field_error::Field;
use domain::id::SubmissionId;
use domain::stock::{AllottedLot, Place, batch_key};
use domain::timestamp::CivilDate;
use leptos::prelude::*;
use phrases::{Locale, field, format};

use crate::components::action::{Button, Weight};
use crate::components::live::{derived, each, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::browser;
use crate::pages::field::asking::{Asked, Tile};
use crate::pages::field::phone;
use crate::pages::field::visit::{Visit, dose, visit};
use crate::pages::visit_form::draft::DoseForm;

/// Says that a number is not in the box, and has it read again when somebody wants to: it is never
/// put right by itself, and keeps nobody from going on.
#[component]
pub fn NotInBox(
    /// The number; none while there is nothing to say.
    chip: Memo<Option<ChipNumber>>,
    /// The record that is being mended, whose own chips are in the box.
    mended: Option<SubmissionId>,
    /// Empties what was read, and has it read again.
    on_again: Callback<()>,
) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    // One text, title and sentence: it is drawn anew only when there is something else to say.
    let words = memo(move || {
        let chip = chip.get()?;
        let chips = phone.contents(mended)?.chips;
        let title = match chips.place(chip) {
            Place::Gone => field::stock_gone(locale),
            Place::Outside => field::stock_outside(locale),
            Place::NoBox | Place::InBox => return None,
        };
        Some(format!("{title}\n{}", slip_words(chips.slip(chip), locale)))
    });
    live(move || {
        let words = words.get()?;
        let (title, sentence) = words.split_once('\n')?;
        let (title, sentence) = (title.to_owned(), sentence.to_owned());
        Some(view! {
            <Notice title=title tone=Tone::Person>
                <p>{sentence}</p>
                <Button weight=Weight::Quiet on:click=move |_| on_again.run(())>
                    {field::stock_again(locale)}
                </Button>
            </Notice>
        })
    })
}

/// How it may have come to that, with the number that is in the box.
fn slip_words(slip: Option<(Slip, ChipNumber)>, locale: Locale) -> String {
    let Some((slip, chip)) = slip else { return field::stock_sure(locale).to_owned() };
    let chip = format::chip(&chip.to_string());
    match slip {
        Slip::Neighbour => field::stock_neighbour(locale, chip),
        Slip::Transposition => field::stock_transposed(locale, chip),
        Slip::OneDigit => field::stock_mistyped(locale, chip),
    }
}

/// The same for the chip that is put into the animal on the table.
#[component]
pub(super) fn ChipNotInBox(
    /// The number that was read.
    chip: Memo<Option<ChipNumber>>,
    /// Something graver is said of it.
    #[prop(into)]
    hushed: Signal<bool>,
) -> impl IntoView {
    let visit = visit();
    let put_in = memo(move || {
        let chip = chip.get().filter(|_| !hushed.get())?;
        let is_new = visit.draft.with(|draft| {
            let form = draft.animal.services.chip.as_ref();
            form.is_some_and(|form| form.procedure == Procedure::Implantation)
        });
        // Of a number that nobody may implant enough is said.
        (is_new && chip.implantable(visit.tests()).is_ok()).then_some(chip)
    });
    let again = Callback::new(move |()| {
        visit.draft.update(|draft| {
            if let Some(form) = draft.animal.services.chip.as_mut() {
                form.first.clear();
                form.second.clear();
            }
        });
        browser::focus(Field::Chip.code());
    });
    view! { <NotInBox chip=put_in mended=mended(visit) on_again=again /> }
}

fn mended(visit: Visit) -> Option<SubmissionId> {
    visit.draft.with_untracked(|draft| draft.replaces.or(draft.corrects))
}

/// The lots of the box against these parasites, each filled in with one tap; another can be typed.
#[component]
pub(super) fn Lots(
    /// Against internal or external parasites.
    kind: DewormingKind,
) -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let batch = memo(move || {
        visit.draft.with(|draft| {
            let form = draft.animal.services.dose(kind).as_ref();
            form.map(|form| batch_key(&form.batch)).unwrap_or_default()
        })
    });
    let tile = |one: AllottedLot| {
        let key = batch_key(one.lot.lot.as_str());
        let words = lot_words(&one, visit.today(), locale);
        let pressed = derived(move || batch.with(|batch| *batch == key));
        let tap = Callback::new(move |()| dose::change(visit, kind, |form| fill(form, &one)));
        view! { <Tile words=words pressed=pressed on_tap=tap /> }
    };
    let tiles = each(untrack(|| offered(visit, kind)), tile);
    (!tiles.is_empty()).then(|| {
        view! {
            <Asked title=field::box_lots(locale)>
                <div class="tiles">{tiles}</div>
            </Asked>
        }
    })
}

/// Lots with doses left, the earliest expiry first; after them those that are past it.
fn offered(visit: Visit, kind: DewormingKind) -> Vec<AllottedLot> {
    let today = visit.today();
    let lots = visit.phone.contents(mended(visit)).map(|found| found.lots).unwrap_or_default();
    let fit = lots.into_iter().filter(|one| one.lot.kind == kind && one.left() > 0);
    let (late, mut good): (Vec<_>, Vec<_>) = fit.partition(|one| one.lot.is_expired(today));
    good.extend(late);
    good
}

/// What is on the package; what another product contains is asked anew.
fn fill(form: &mut DoseForm, one: &AllottedLot) {
    let product = one.lot.product.to_string();
    if form.product != product {
        form.ingredients.clear();
    }
    form.product = product;
    form.batch = one.lot.lot.to_string();
    // Day, month and year, as people write them.
    let expires = one.lot.expires_on.to_string();
    form.expires = expires.rsplit('-').collect::<Vec<_>>().join("/");
}

/// A lot in one line: what it is, until when, how many doses are left.
pub(in crate::pages::field) fn lot_words(
    one: &AllottedLot,
    today: CivilDate,
    locale: Locale,
) -> String {
    let lot = &one.lot;
    let until = format::date(lot.expires_on, locale);
    let named = field::lot_named(locale, &lot.lot, until, &lot.product);
    let left = field::lot_left(locale, u64::from(one.left()), named);
    match (one.beyond(), lot.is_expired(today)) {
        (0, false) => left,
        (0, true) => format!("{left} · {}", field::lot_expired(locale)),
        (beyond, _) => format!("{left} · {}", field::lot_beyond(locale, u64::from(beyond))),
    }
}
