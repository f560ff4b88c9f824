//! Pictures of animals and papers on this phone. `/pictures.js` keeps and sends them, `/album.js`
//! shows them; here stand what is asked of them, and how many there are.

use crate::offline::browser;
use domain::id::SubmissionId;
use domain::timestamp::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The script that has them, and the event by which it reports changes.
const SCRIPT: &str = "pictures";
const CHANGED: &str = "huella-pictures";
/// What it answers when somebody has to sign in before anything is sent.
const SIGNED_OUT: &str = "signed-out";

/// How many pictures there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pictures {
    /// Of records that were kept, not sent yet.
    pub waiting: u64,
    /// Of those that wait for a person.
    pub failed: u64,
    /// All, also those of the visit that is being recorded.
    pub all: u64,
    /// When the oldest that waits to be sent was taken, in milliseconds; 0 without one.
    pub since: u64,
    /// Of all, those that would go with the key: there is no copy of them.
    pub lost: u64,
    /// They were counted: before that nobody may take them for none.
    pub is_counted: bool,
}

impl Pictures {
    /// When the oldest that waits to be sent was taken.
    #[must_use]
    pub fn oldest(self) -> Option<Timestamp> {
        i64::try_from(self.since).ok().filter(|since| *since > 0).map(Timestamp)
    }

    /// Those of records that are still only on this phone, whether or not they can be sent.
    #[must_use]
    pub fn unsent(self) -> u32 {
        u32::try_from(self.waiting + self.failed).unwrap_or(u32::MAX)
    }

    /// Whether there is certainly none.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.is_counted && self.all == 0
    }

    /// Counts them, now and whenever one has come or gone.
    #[must_use]
    pub fn watch() -> RwSignal<Self> {
        let told = RwSignal::new(Self::default());
        let look = move || spawn_local(Self::count(told));
        browser::on_window(CHANGED, look);
        look();
        told
    }

    async fn count(told: RwSignal<Self>) {
        let Some(words) = browser::ask_script(SCRIPT, "count", &[]).await else { return };
        let mut figures = words.split(' ').map(|figure| figure.parse::<u64>().unwrap_or(0));
        let mut next = || figures.next().unwrap_or(0);
        let (waiting, failed, all) = (next(), next(), next());
        let (since, lost) = (next(), next());
        let now = Self { waiting, failed, all, since, lost, is_counted: true };
        if told.with_untracked(|known| *known != now) {
            told.set(now);
        }
    }
}

async fn ask(act: &str, words: &[String]) -> Option<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    browser::ask_script(SCRIPT, act, &words).await
}

fn word(id: Option<SubmissionId>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// The pictures of these animals that belong to no record, or to `from`, belong to `to` from now
/// on; whether they do. Without the owner's consent not those that show an animal: they go once the
/// record is kept, and so do those that `from` has of others.
pub async fn bind(
    (from, to): (Option<SubmissionId>, Option<SubmissionId>),
    is_allowed: bool,
    is_kept: bool,
    animals: &[String],
) -> bool {
    let said = |is_so: bool| if is_so { "1".to_owned() } else { String::new() };
    let head = [word(to), word(from), said(is_allowed), said(is_kept)];
    let words: Vec<String> = head.into_iter().chain(animals.iter().cloned()).collect();
    ask("bind", &words).await.is_some()
}

/// Drops the pictures of a visit that was thrown away: those of other animals than these, the ones
/// of the visit that is begun, unless they belong to a record, or were taken after the moment
/// before that visit was read.
pub fn sweep(moment: Timestamp, animals: Vec<String>) {
    let words: Vec<String> = std::iter::once(moment.0.to_string()).chain(animals).collect();
    spawn_local(async move {
        let _ = ask("sweep", &words).await;
    });
}

/// A person has withdrawn a record; what it was to mend has its pictures again.
pub async fn withdraw(id: SubmissionId, mended: Option<SubmissionId>) {
    let _ = ask("withdraw", &[id.to_string(), word(mended)]).await;
}

/// Drops those of which there is no copy: the key that opens them has gone.
pub async fn drop_shut() {
    let _ = ask("drop", &[]).await;
}

/// Tells the recovery keys of outreaches, each behind its outreach, by which what waits is copied
/// when the app is left; now, where nothing goes to the server.
pub async fn copy(is_now: bool, keys: Vec<String>) {
    let now = if is_now { "1" } else { "" };
    let words: Vec<String> = std::iter::once(now.to_owned()).chain(keys).collect();
    let _ = ask("copy", &words).await;
}

/// Sends what waits; whether somebody has to sign in first.
pub async fn send() -> bool {
    ask("send", &[]).await.as_deref() == Some(SIGNED_OUT)
}
