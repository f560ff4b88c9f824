//! What the phone took along to an outreach, to find people without signal. `/pack.js` fetches it
//! and keeps it encrypted; here stand when that is done, and the search, which finds those too whom
//! this phone itself has recorded.

use crate::offline::browser;
use crate::offline::connectivity::Signal as Network;
use crate::offline::held::{Kept, Record};
use crate::offline::json;
use crate::offline::phone::{Opening, Phone};
use crate::pages::visit_form::own::{MOST_OWNERS, OwnLines};
use domain::id::{OutreachId, StaffId, SubmissionId};
use domain::pack::{Lack, ways};
use domain::sync::ItemState;
use domain::timestamp::{CivilDate, DAY_MS, Timestamp};
use domain::view::{AnimalCard, SearchResult};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

/// The script, and the event by which changes are reported.
const SCRIPT: &str = "pack";
pub(super) const CHANGED: &str = "huella-pack";
/// The script that has what the phone was lent for the door.
const LENT: &str = "lent";

/// What has changed is asked for at most this often, in milliseconds.
const TOP_UP_MS: i64 = 15 * 60_000;
/// And what is in the box, in milliseconds.
const STOCK_FRESH_MS: i64 = 5 * 60_000;
/// So many days after the outreach's own it is dropped.
const DAYS_KEPT: i64 = 2;

/// Why it stopped.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PackTrouble {
    /// The server's reason, as JSON; without one nobody could be reached.
    pub refusal: Option<String>,
    /// The phone has no room.
    pub is_full: bool,
}

/// How far it is, as the script says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PackState {
    /// Outreach and person; empty when there is none.
    scope: String,
    /// Owners there are to take.
    pub total: u64,
    /// Owners taken.
    pub done: u64,
    /// There are more than were to be taken.
    pub more: bool,
    /// The server's clock when what is here was true.
    pub as_of: Timestamp,
    /// The phone's clock at the last page, in milliseconds.
    asked_at: i64,
    /// Until when it may be kept, in milliseconds.
    until: i64,
    /// Everything was taken.
    pub is_ready: bool,
    /// Pages are on their way.
    pub is_busy: bool,
    /// What is not here of what else a day without signal needs, as [`Lack::all`] reads it.
    lacks: String,
    /// Why it stopped.
    pub trouble: Option<PackTrouble>,
}

impl PackState {
    fn is_there(&self) -> bool {
        !self.scope.is_empty() && self.done > 0
    }
}

/// What was taken along, as a context of the field pages.
#[derive(Clone, Copy)]
pub struct Pack {
    phone: Phone,
    own: StoredValue<OwnLines>,
    /// How far it is.
    pub state: RwSignal<PackState>,
}

impl Pack {
    /// Follows the phone: another person drops what was taken along by the one before, and signal
    /// brings what was missing or has changed.
    #[must_use]
    pub fn open(phone: Phone) -> Self {
        let pack = Self { phone, own: StoredValue::default(), state: RwSignal::default() };
        browser::on_window(CHANGED, move || spawn_local(async move { drop(pack.look().await) }));
        let watched = Memo::new(move |_| {
            let is_ready = phone.opening.get() == Opening::Ready;
            (pack.staff(), pack.wanted(), is_ready, phone.network() == Network::Online)
        });
        Effect::new(move |_| {
            // One that is only followed is never made, and never changes.
            watched.with(|_| ());
            pack.follow();
        });
        pack
    }

    fn staff(self) -> Option<StaffId> {
        self.phone.setup.with(|setup| setup.as_ref().map(|setup| setup.staff.id))
    }

    /// Where, who, and on which day.
    fn wanted(self) -> Option<(OutreachId, StaffId, CivilDate)> {
        let outreach = self.phone.outreach()?.outreach;
        Some((outreach.id, self.staff()?, outreach.held_on))
    }

    /// Reads how far it is; of which outreach and person what is there is. What was taken along to
    /// another outreach than the one where the team is says nothing here.
    async fn look(self) -> String {
        let told = browser::ask_script(SCRIPT, "state", &[]).await;
        let mut state: PackState = told.and_then(|text| json::read(&text).ok()).unwrap_or_default();
        let scope = state.scope.clone();
        let wanted = untrack(|| self.wanted());
        if wanted.is_some_and(|(outreach, staff, _)| scope != format!("{outreach} {staff}")) {
            let PackState { is_busy, trouble, .. } = state;
            state = PackState { is_busy, trouble, ..PackState::default() };
        }
        // What is drawn of it keeps its place, and the focus, as long as nothing has changed.
        if self.state.with_untracked(|known| *known != state) {
            self.state.set(state);
        }
        scope
    }

    /// Drops what belongs to another person, and wherever the team is what is over: one tap on
    /// another outreach takes nothing away, which goes once something of that one is here. Asks for
    /// what is missing when there is signal, and for what has changed when the last time was long
    /// ago; and gives back the places that were lent elsewhere.
    pub fn follow(self) {
        self.phone.top_up_stock(STOCK_FRESH_MS);
        let (wanted, staff) = untrack(|| (self.wanted(), self.staff()));
        let is_online = untrack(|| self.phone.network()) == Network::Online;
        if is_online && self.phone.opening.get_untracked() == Opening::Ready {
            spawn_local(self.bring_back(wanted.map(|(outreach, ..)| outreach)));
        }
        spawn_local(async move {
            // The script drops what is over when it is asked.
            let scope = self.look().await;
            if scope.is_empty() {
                return;
            }
            if staff.is_some_and(|staff| !scope.ends_with(&staff.to_string())) {
                let _ = browser::ask_script(SCRIPT, "drop", &[]).await;
                let _ = self.look().await;
                return;
            }
            let state = self.state.get_untracked();
            if state.scope.is_empty() {
                return;
            }
            let is_put_off =
                self.words().is_some_and(|[.., until]| until != state.until.to_string());
            let is_late = !browser::now().is_soon_after(Timestamp(state.asked_at), TOP_UP_MS);
            // A pairing does not come by itself.
            let lacks = !matches!(state.lacks.as_str(), "" | "pairing");
            if is_online && (is_late || is_put_off || !state.is_ready || lacks) {
                self.fetch();
            }
            let _ = browser::ask_script(SCRIPT, "warm", &[]).await;
        });
    }

    /// Gives back what is left of the places that the phone was lent to promise: but for those of
    /// the outreach where the team is, until its day is over.
    async fn bring_back(self, here: Option<OutreachId>) {
        let other = untrack(|| self.phone.other_day());
        let is_over = other.is_some_and(|on| on < self.phone.today());
        let stays = here.filter(|_| !is_over).map(|id| id.to_string()).unwrap_or_default();
        // What does not come back now does the next time, or at the close.
        let _ = browser::ask_script(LENT, "bringBack", &[&stays]).await;
    }

    /// Where, who, and until when what is taken along may be kept, as the scripts are told; nothing
    /// where no outreach was chosen.
    #[must_use]
    pub fn words(self) -> Option<[String; 3]> {
        let (outreach, staff, held_on) = untrack(|| self.wanted())?;
        let (_, offset) = self.phone.now();
        let until = (held_on.days() + DAYS_KEPT + 1) * DAY_MS - i64::from(offset) * 60_000;
        Some([outreach.to_string(), staff.to_string(), until.to_string()])
    }

    /// Takes along what is missing, or what has changed.
    pub fn fetch(self) {
        let Some(words) = self.words() else { return };
        self.phone.top_up_stock(0);
        self.phone.want_chips();
        spawn_local(async move {
            // How it went is in the state.
            let _ =
                browser::ask_script(SCRIPT, "fetch", &words.each_ref().map(String::as_str)).await;
        });
    }

    /// Whether there are cards to search.
    #[must_use]
    pub fn is_there(self) -> bool {
        self.state.with(PackState::is_there)
    }

    /// What the phone lacks for a day without signal, beside the cards.
    #[must_use]
    pub fn lacks(self) -> Vec<Lack> {
        let has_chips = self.phone.chip_list().is_some();
        let has_box = self.phone.stock_told().is_some();
        let is_closed = !self.phone.lacks_pin();
        self.state.with(|state| Lack::all(&state.lacks, has_chips, has_box, is_closed))
    }

    /// Finds owners in what was taken along and in this phone's own records; nothing when nothing
    /// was taken along and nobody is found in those.
    pub async fn find(self, text: &str) -> Option<SearchResult> {
        let ways = ways(text);
        let taken = self.taken(&ways).await;
        let is_there = taken.is_some();
        let counts = |state: ItemState| state.is_open() || state == ItemState::Sent;
        let result = self.beside(taken.unwrap_or_default(), &ways, counts).await;
        (is_there || !result.owners.is_empty()).then_some(result)
    }

    /// What the register has found, with what it has not heard of from this phone.
    pub async fn beside_register(self, text: &str, found: SearchResult) -> SearchResult {
        self.beside(found, &ways(text), ItemState::is_open).await
    }

    /// Of this phone's own records those are opened that are about somebody who is shown.
    async fn beside(
        self,
        found: SearchResult,
        ways: &[Vec<String>],
        counts: fn(ItemState) -> bool,
    ) -> SearchResult {
        let picked = self.phone.kept.with_untracked(|kept| {
            self.own.try_update_value(|own| own.pick(found, ways, kept, counts))
        });
        let picked = picked.unwrap_or_default();
        let wanted = picked.records();
        let (mut opened, mut annulled) = (Vec::new(), Vec::new());
        if let Some(queue) = self.phone.queue().filter(|_| !wanted.is_empty()) {
            opened = queue.opened(&wanted).await.unwrap_or_default();
            annulled = self.phone.kept.with_untracked(Kept::annulled);
        }
        picked.laid(&opened, &annulled, ways)
    }

    /// The record of this phone by which some animal was registered, the newest that is fit.
    #[must_use]
    pub fn registering(
        self,
        animals: &[AnimalCard],
        is_fit: impl Fn(&Record) -> bool,
    ) -> Option<SubmissionId> {
        self.phone
            .kept
            .with_untracked(|kept| {
                self.own.with_value(|own| {
                    let all = animals.iter().flat_map(|card| own.registering(card.id, kept));
                    let fit = all.filter(|record| is_fit(record));
                    fit.map(|record| record.held.head).max_by_key(|head| head.sequence)
                })
            })
            .map(|head| head.id)
    }

    /// Finds owners in what was taken along; nothing when nothing was.
    async fn taken(self, ways: &[Vec<String>]) -> Option<SearchResult> {
        // Right after the start nobody may have looked yet.
        if !self.state.with_untracked(PackState::is_there) {
            let _ = self.look().await;
        }
        if !self.state.with_untracked(PackState::is_there) {
            return None;
        }
        if ways.is_empty() {
            return Some(SearchResult::default());
        }
        let ways = written(ways);
        let words = [ways.as_str(), &MOST_OWNERS.to_string()];
        json::read(&browser::ask_script(SCRIPT, "find", &words).await?).ok()
    }
}

/// The ways to read what was typed, as the scripts take them.
#[must_use]
pub fn written(ways: &[Vec<String>]) -> String {
    json::write(ways)
}
