//! What pages see of the phone: its records, its set-up, its way to the server.

mod chip_list;
mod copies;
mod counts;
mod days;
mod door;
mod reading;
mod renamed;
mod stock;
mod withdrawing;

use crate::offline::browser;
use crate::offline::connectivity::{self, Signal as Network};
use crate::offline::held::{Kept, NewRecord, Record};
use crate::offline::json;
use crate::offline::pictures::Pictures;
use crate::offline::queue::{LATEST, Queue, SETUP, StorageError};
use crate::offline::receipts::known_keys;
use crate::offline::registry;
use crate::offline::stock::Told;
use crate::offline::store::Place;
use crate::offline::sync::Driver;
use crate::offline::windows::Going;
use crate::pages::visit_form::brief::brief;
use chip_list::ChipList;
pub use counts::{needs_person, shown_state};
use domain::chip_number::TestChips;
use domain::id::{DeviceId, OutreachId};
use domain::refusal::Refusal;
use domain::sync::{Contact, Failure, clock_skew};
use domain::view::{FieldSetup, OutreachView, ReceiptKey};
pub use door::Renewed;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::sync::Arc;

/// The chosen outreach, under this key in the store of the set-up.
const OUTREACH: &str = "outreach";

/// How long a record that was kept waits to be looked at, so that what it leads to is drawn first.
const AFTER_THE_PAGE_MS: i32 = 100;
/// What has no answer after so long gets its sealed copy, also where sending worked until now.
const LATE_MS: i32 = 4_000;
/// Reported by `/field.js` when a new version is there.
const UPDATE: &str = "huella-update";
/// Reported to `/field.js` when it is wanted.
const TAKE_OVER: &str = "huella-take-over";
/// Reported to `/field.js` when the server takes nothing of this version any more.
const OUTDATED: &str = "huella-outdated";

/// How far the app has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The store is being opened.
    Opening,
    /// It waits for the PIN.
    Closed,
    /// No PIN opens it any more.
    Blocked,
    /// The browser does not give back what was kept.
    Stuck,
    /// Everything is there.
    Ready,
    /// Nobody has signed in on this phone yet.
    SignInNeeded,
    /// The server was never reached from this phone, and is not now.
    NeverPrepared,
    /// The server was reached and refused to prepare this phone: `Phone::refused` says why.
    Refused,
    /// The account does no field work.
    NotForYou,
    /// The browser keeps nothing: private window, full storage.
    NoStorage,
}

/// The phone, as a context of the field pages.
#[derive(Clone, Copy)]
pub struct Phone {
    core: StoredValue<Option<(Queue, Driver, ChipList)>, LocalStorage>,
    /// Readings of the store that were begun, and the last of them that was shown.
    readings: StoredValue<Cell<(u32, u32)>, LocalStorage>,
    /// The record that was kept last, with all that it holds: the next page shows it.
    last: StoredValue<Option<Record>>,
    /// Sealed copies are being made.
    is_copying: StoredValue<Cell<bool>, LocalStorage>,
    /// The server is being asked for the stock.
    is_asking_stock: StoredValue<Cell<bool>, LocalStorage>,
    /// How far the app has come.
    pub opening: RwSignal<Opening>,
    /// What the phone holds, as far as it was read.
    pub kept: RwSignal<Kept>,
    /// Who works, and where.
    pub setup: RwSignal<Option<FieldSetup>>,
    /// The session has ended; records are kept and sent after the next sign-in.
    pub is_signed_out: RwSignal<bool>,
    /// A new version of the app waits to be taken.
    pub has_update: RwSignal<bool>,
    /// The list of the registry's chips is here; set anew with each newer one.
    has_chips: RwSignal<bool>,
    /// What the server told of the team's box, at whichever outreach.
    told: RwSignal<Option<Told>>,
    /// The phone has a PIN.
    pub has_pin: RwSignal<bool>,
    /// It can have one: its browser keeps keys.
    pub takes_pin: RwSignal<bool>,
    /// The closed phone can be opened by a passkey, too.
    pub has_passkey: RwSignal<bool>,
    /// Why the server did not prepare this phone.
    pub refused: RwSignal<Option<Refusal>>,
    /// The phone's clock less the server's, in milliseconds, as it was measured last. It is told,
    /// and nothing is corrected by it.
    pub skew_ms: RwSignal<i64>,
    /// How many pictures it holds.
    pub pictures: RwSignal<Pictures>,
    /// The local day, as it was when somebody looked last.
    day: RwSignal<i64>,
    /// It counts as another device than before, and nobody has read that yet.
    pub is_renamed: RwSignal<bool>,
    /// Somebody has read that the clock is wrong; it is told again at the next start.
    pub knows_of_skew: RwSignal<bool>,
    outreach: RwSignal<Option<OutreachId>>,
    progress: RwSignal<Going>,
    browser_online: RwSignal<bool>,
    /// What asking for the set-up says of the way to the server.
    asked: RwSignal<Contact>,
}

impl Phone {
    /// A phone that begins to open its store.
    #[must_use]
    pub fn open() -> Self {
        let phone = Self {
            core: StoredValue::new_local(None),
            readings: StoredValue::default(),
            last: StoredValue::default(),
            is_copying: StoredValue::default(),
            is_asking_stock: StoredValue::default(),
            opening: RwSignal::new(Opening::Opening),
            kept: RwSignal::default(),
            setup: RwSignal::new(None),
            is_signed_out: RwSignal::new(false),
            has_update: RwSignal::new(false),
            has_chips: RwSignal::new(false),
            told: RwSignal::new(None),
            has_pin: RwSignal::new(false),
            takes_pin: RwSignal::new(false),
            has_passkey: RwSignal::new(false),
            refused: RwSignal::new(None),
            skew_ms: RwSignal::new(0),
            pictures: Pictures::watch(),
            day: RwSignal::new(0),
            is_renamed: RwSignal::new(false),
            knows_of_skew: RwSignal::new(false),
            outreach: RwSignal::new(None),
            progress: RwSignal::default(),
            browser_online: RwSignal::new(browser::is_online()),
            asked: RwSignal::new(Contact::Untried),
        };
        browser::on_window(UPDATE, move || phone.has_update.set(true));
        spawn_local(phone.enter());
        phone
    }

    async fn begin(self) -> Result<(), StorageError> {
        let queue = Queue::open(Place, DeviceId(browser::new_id())).await?;
        self.look_whether_renamed(&queue).await;
        self.setup.set(queue.get(SETUP, LATEST).await?);
        self.outreach.set(queue.get(SETUP, OUTREACH).await?);
        self.forget_days(&queue).await;
        self.kept.set(queue.now().await?);
        let refresh = move |going, skew_ms| self.refresh(going, skew_ms);
        let driver = Driver::start(queue.clone(), (self.setup, self.pictures), refresh);
        self.core.set_value(Some((queue, driver, ChipList::default())));
        // A phone that was opened without signal is prepared when it comes.
        browser::on_window("online", move || spawn_local(self.prepare()));
        browser::on_hidden(move || self.copy_now());
        browser::on_visible(move || {
            if untrack(|| self.network()) != Network::Online {
                spawn_local(self.prepare());
            }
        });
        self.take_kept_stock().await;
        if self.setup.with_untracked(Option::is_some) {
            self.opening.set(Opening::Ready);
        }
        spawn_local(self.read_rest());
        self.take_kept_chips().await;
        self.copy_what_stays();
        self.prepare().await;
        Ok(())
    }

    /// Asks the server for the set-up; the kept one serves meanwhile.
    pub async fn prepare(self) {
        let before = browser::now();
        let fetched = registry::setup().await;
        let after = browser::now();
        let has_setup = self.setup.with_untracked(Option::is_some);
        // Once our server has answered, the browser knows better when it is out of reach again.
        let heard = fetched.as_ref().err().map(Failure::contact);
        let is_told = |heard: &Contact| {
            matches!(heard, Contact::Unreachable | Contact::NotOurs | Contact::Outdated)
        };
        self.asked.set(heard.filter(is_told).unwrap_or_default());
        if heard == Some(Contact::Outdated) {
            browser::report(OUTDATED);
        }
        let opening = match fetched {
            Ok(mut setup) => {
                if let Some(skew_ms) = clock_skew(before, after, setup.server_now) {
                    self.skew_ms.set(skew_ms);
                }
                setup.receipt_keys = ReceiptKey::told(setup.receipt_keys, known_keys(self.setup));
                self.keep_setup(&setup).await;
                self.is_signed_out.set(false);
                self.setup.set(Some(setup));
                self.top_up_chips();
                Opening::Ready
            }
            Err(Failure::Status { code: 401, .. }) => {
                self.is_signed_out.set(true);
                if has_setup { Opening::Ready } else { Opening::SignInNeeded }
            }
            Err(Failure::Status { refusal: Some(Refusal::Forbidden { .. }), .. }) => {
                Opening::NotForYou
            }
            Err(_) if has_setup => Opening::Ready,
            Err(Failure::Status { refusal: Some(refusal), .. }) => {
                self.refused.set(Some(refusal));
                Opening::Refused
            }
            Err(_) => Opening::NeverPrepared,
        };
        self.opening.set(opening);
        if heard.is_none() {
            self.tell_withdrawn().await;
        }
    }

    async fn keep_setup(self, setup: &FieldSetup) {
        let Some(queue) = self.queue() else { return };
        // Not kept means that the next start without signal asks to be prepared again.
        let _ = queue.put_text(SETUP, LATEST, &json::write(setup)).await;
    }

    fn refresh(self, going: Going, skew_ms: Option<i64>) {
        let contact = going.contact;
        self.progress.set(going);
        self.look_at_day();
        self.browser_online.set(browser::is_online());
        if let Some(skew_ms) = skew_ms {
            self.skew_ms.set(skew_ms);
        }
        if contact == Contact::SignedOut {
            self.is_signed_out.set(true);
        } else if contact == Contact::Reached {
            self.is_signed_out.set(false);
            self.top_up_chips();
        } else if contact == Contact::Outdated {
            browser::report(OUTDATED);
        }
        self.copy_what_stays();
        let Some(queue) = self.queue() else { return };
        spawn_local(async move { self.take_kept(&queue).await });
    }

    /// The store; none while it is being opened.
    #[must_use]
    pub fn queue(self) -> Option<Queue> {
        self.core.with_value(|core| core.as_ref().map(|(queue, ..)| queue.clone()))
    }

    fn driver(self) -> Option<Driver> {
        self.core.with_value(|core| core.as_ref().map(|(_, driver, _)| driver.clone()))
    }

    /// Writes a record to the queue and drops the draft it was written in, if there is one, or
    /// leaves what is still to be filled in there, as JSON; the record is then sent when it can be.
    ///
    /// # Errors
    /// [`StorageError`]: nothing was kept, the form is as it was.
    pub async fn save(
        self,
        new: NewRecord,
        draft: Option<(&str, Option<String>)>,
    ) -> Result<Record, StorageError> {
        let queue = self.queue().ok_or(StorageError)?;
        let mut held = queue.add(new, draft).await?;
        held.brief = brief(&held);
        let light = held.clone().into_light(held.brief.clone());
        let record = Record { held: Arc::new(held), outcome: None };
        self.last.set_value(Some(record.clone()));
        self.pass_over_readings();
        self.kept.update(|kept| {
            if let Some(mended) = record.held.head.replaces {
                let old = kept.records.iter_mut().find(|r| r.held.head.id == mended);
                if let Some(old) = old {
                    Arc::make_mut(&mut old.held).replaced_by = Some(record.held.head.id);
                }
            }
            kept.records.push(Record { held: Arc::new(light), outcome: None });
        });
        // To look at all that is held takes as long as to draw the next page, which is waited for.
        spawn_local(async move {
            browser::pause(AFTER_THE_PAGE_MS).await;
            if let Some(driver) = self.driver() {
                driver.queue_changed();
            }
            self.copy_what_stays();
            browser::pause(LATE_MS).await;
            self.copy_now();
        });
        Ok(record)
    }

    /// Tries to send now.
    pub fn send_now(self) {
        if let Some(driver) = self.driver() {
            driver.wake();
        }
        spawn_local(self.prepare());
    }

    /// Takes the new version: the page is loaded anew.
    pub fn take_update(self) {
        browser::report(TAKE_OVER);
    }

    /// Chooses where the team is.
    pub fn choose_outreach(self, id: Option<OutreachId>) {
        self.outreach.set(id);
        let Some(queue) = self.queue() else { return };
        spawn_local(async move {
            // Not kept means that it is asked again after a reload.
            let _ = match id.map(|id| json::write(&id)) {
                Some(text) => queue.put_text(SETUP, OUTREACH, &text).await,
                None => queue.delete(SETUP, OUTREACH).await,
            };
        });
    }

    /// The outreach the team is at; none until it is chosen, or when it is no longer theirs.
    #[must_use]
    pub fn outreach(self) -> Option<OutreachView> {
        let id = self.outreach.get()?;
        self.setup.track();
        self.known_outreach(id)
    }

    /// What was heard last on the way to the server: by the attempt to send, before the first one
    /// by the set-up. That this version cannot read the set-up is told beside both.
    #[must_use]
    pub fn contact(self) -> Contact {
        match (self.progress.get().contact, self.asked.get()) {
            (Contact::Untried, asked) => asked,
            (Contact::Reached, Contact::Outdated) => Contact::Outdated,
            (contact, _) => contact,
        }
    }

    /// How the network looks by that.
    #[must_use]
    pub fn network(self) -> Network {
        connectivity::signal(self.contact(), self.browser_online.get())
    }

    /// What the last attempt to send says.
    #[must_use]
    pub fn progress(self) -> Going {
        self.progress.get()
    }

    /// Whether numbers for tests count, as in a demonstration.
    #[must_use]
    pub fn tests(self) -> TestChips {
        let is_demonstration =
            |setup: &Option<FieldSetup>| setup.as_ref().is_some_and(|setup| setup.demonstration);
        TestChips::in_demonstration(self.setup.with_untracked(is_demonstration))
    }
}
