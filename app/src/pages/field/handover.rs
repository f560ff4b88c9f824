//! A copy of what waits, as a file to be handed in from elsewhere or as codes that another phone
//! films (`/handover.js`): for a phone whose PIN was forgotten, or that does not last until there
//! is signal. Pictures are in no copy, and that is said where one is made.

use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, common, field};

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::live::{When, live, memo};
use crate::components::notice::Notice;
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::connectivity::Signal as Network;
use crate::pages::field::camera::CameraButton;
use crate::pages::field::carried::CarriedNotice;
use crate::pages::field::phone;
use crate::pages::field::pictures::PicturesToSend;
use crate::routes;

/// The script that makes it.
const SCRIPT: &str = "handover";

/// On a phone that is not open: while something waits. Its pictures wait for who opens it.
#[component]
pub(super) fn ClosedHandover() -> impl IntoView {
    let waits = RwSignal::new(false);
    spawn_local(async move {
        let any = browser::ask_script(SCRIPT, "any", &[]).await;
        let _ = waits.try_set(any.is_some_and(|any| !any.is_empty()));
    });
    view! {
        <Handover waits=waits />
        <PicturesToSend />
    }
}

/// Among the records: a copy of those that wait, and the way in for another phone's.
#[component]
pub(super) fn OpenHandover() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let waits = memo(move || {
        phone.kept.with(|kept| {
            let mut held = kept.records.iter().map(|record| &record.held);
            held.any(|held| held.state.is_open() && !held.copy.is_empty())
        })
    });
    view! {
        <Handover waits=waits />
        <When holds=waits>
            <PicturesToSend />
        </When>
        <CarriedNotice />
        <CameraButton
            words=field::frames_receive(locale)
            on_read=Callback::new(|_| ())
            films=true
        />
        <When holds=memo(move || phone.network() == Network::Online)>
            <LinkButton href=routes::HAND_IN weight=Weight::Plain>
                {field::handover_take_in(locale)}
            </LinkButton>
        </When>
    }
}

#[component]
fn Handover(#[prop(into)] waits: Signal<bool>) -> impl IntoView {
    let locale = locale();
    let (is_busy, told) = (RwSignal::new(false), RwSignal::new(String::new()));
    // The file that comes next, and of how many.
    let next = RwSignal::new((1_u64, 1_u64));
    let make = move |_| {
        is_busy.set(true);
        let part = next.get_untracked().0.to_string();
        spawn_local(async move {
            let words = match browser::ask_script(SCRIPT, "make", &[&part]).await {
                // Blank: the person turned back, and the same file comes next.
                Some(made) => Made::read(&made).map_or_else(String::new, |made| {
                    let _ = next.try_set(made.next());
                    made.words(locale)
                }),
                None => field::handover_failed(locale).to_owned(),
            };
            let _ = told.try_set(words);
            let _ = is_busy.try_set(false);
        });
    };
    // The codes stand over the page, and the focus comes back to their button.
    let show = move |_| {
        spawn_local(async move {
            let shown = field::frames_shown(locale, "{got}", "{of}");
            let said = [
                field::frames_show(locale),
                field::frames_show_hint(locale),
                shown.as_str(),
                field::frames_pause(locale),
                field::frames_slower(locale),
                common::close(locale),
            ];
            let shown = browser::ask_script(SCRIPT, "show", &said).await;
            let _ = told.try_set(shown_words(shown, locale));
        });
    };
    view! {
        <When holds=waits>
            <section class="flow">
                <Button
                    weight=Weight::Quiet
                    icon="download"
                    busy=is_busy
                    on:click=make
                >
                    {live(move || match next.get() {
                        (1, _) => field::handover_make(locale).to_owned(),
                        (part, of) => field::handover_next(locale, of, part),
                    })}
                </Button>
                <Button weight=Weight::Quiet icon="qr-code" busy=is_busy on:click=show>
                    {field::frames_show(locale)}
                </Button>
                <p class="notice-line">{field::handover_lead(locale)}</p>
                {live(move || {
                    let words = told.get();
                    (!words.is_empty()).then(|| view! { <Notice title=words live=true /> })
                })}
            </section>
        </When>
    }
}

/// A file that the script made.
struct Made {
    /// Records in it.
    copies: u64,
    /// Records that have no copy, and so are in no file.
    lacking: u64,
    /// Which file it is, from 1.
    part: u64,
    /// How many there are.
    of: u64,
}

impl Made {
    /// What the script says of it: four numbers.
    fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split(' ').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self { copies: next()?, lacking: next()?, part: next()?, of: next()? })
    }

    /// The file after it; after the last one the next copy begins.
    const fn next(&self) -> (u64, u64) {
        if self.part < self.of { (self.part + 1, self.of) } else { (1, 1) }
    }

    fn words(&self, locale: Locale) -> String {
        let Self { copies, lacking, part, of } = *self;
        let mut words = if of > 1 {
            let all = part == of;
            let next =
                if all { field::handover_whole(locale) } else { field::handover_more(locale) };
            format!("{} {next}", field::handover_part(locale, copies, of, part))
        } else {
            field::handover_made(locale, copies)
        };
        if lacking > 0 {
            words.push(' ');
            words.push_str(&field::handover_left(locale, lacking));
        }
        words
    }
}

/// What is said once the codes were shown: of records that are not in them, or why there were none.
fn shown_words(answer: Option<String>, locale: Locale) -> String {
    match answer.as_deref() {
        None => field::frames_failed(locale).to_owned(),
        Some("too-large") => field::frames_too_many(locale).to_owned(),
        Some(lacking) => match lacking.parse() {
            Ok(lacking @ 1..) => field::handover_left(locale, lacking),
            _ => String::new(),
        },
    }
}
