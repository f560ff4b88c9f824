//! The storage of one phone: the store of the app itself, as it is in memory, which outlives the
//! app. How each write ends is drawn when it ends. The oracle and the service worker look into it
//! past the app.

use app::offline::held::Held;
use app::offline::json;
use app::offline::queue::{IDENTITY, META, SUBMISSIONS};
use app::offline::store::{Ending, Place};
use domain::id::{DeviceId, SubmissionId};
use serde::Deserialize;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::clock::Clock;
use crate::plan::Plan;

/// In the text of each record that has no answer; few others have it, in which it is looked for.
const WAITS: &str = r#""state":"pending""#;

/// The storage of one phone.
pub(crate) struct Storage {
    pub(crate) place: Place,
    room: Rc<Room>,
}

#[derive(Default)]
struct Room {
    /// There is none until then.
    full_until: Cell<i64>,
    /// Writes that failed for want of it.
    failed: Cell<u32>,
}

/// What the app has written of the phone's name and count.
#[derive(Deserialize)]
struct Named {
    device: DeviceId,
    next: u32,
}

impl Storage {
    pub(crate) fn new(plan: &Plan, clock: &Clock) -> Self {
        let (place, room) = (Place::default(), Rc::<Room>::default());
        let (plan, clock, own) = (plan.clone(), clock.clone(), Rc::clone(&room));
        place.fated(move || {
            let is_full = own.full_until.get() > clock.now();
            let ending = if is_full { Ending::Full } else { plan.ending() };
            own.failed.set(own.failed.get() + u32::from(ending == Ending::Full));
            ending
        });
        Self { place, room }
    }

    /// There is no room to write until then.
    pub(crate) fn fill_until(&self, until: i64) {
        self.room.full_until.set(until);
    }

    /// How many writes failed for want of room.
    pub(crate) fn failed(&self) -> u32 {
        self.room.failed.get()
    }

    fn named(&self) -> Option<Named> {
        json::read(&self.place.text(META, IDENTITY)?).ok()
    }

    /// What the phone is called; nothing before its first start.
    pub(crate) fn device(&self) -> Option<DeviceId> {
        self.named().map(|named| named.device)
    }

    /// How many records were numbered.
    pub(crate) fn numbered(&self) -> u32 {
        self.named().map_or(0, |named| named.next.saturating_sub(1))
    }

    /// Every record that is there.
    pub(crate) fn ids(&self) -> BTreeSet<SubmissionId> {
        self.place.keys(SUBMISSIONS).iter().filter_map(|key| key.parse().ok()).collect()
    }

    /// A record, closed as it lies there.
    pub(crate) fn record(&self, id: SubmissionId) -> Option<Held> {
        json::read(&self.place.text(SUBMISSIONS, &id.to_string())?).ok()
    }

    /// The records without an answer that have a sealed copy, oldest first.
    pub(crate) fn copied(&self) -> Vec<Held> {
        let waiting = self.place.texts(SUBMISSIONS, |text| text.contains(WAITS));
        let waiting = waiting.iter().filter_map(|text| json::read::<Held>(text).ok());
        let is_copied = |held: &Held| held.state.is_open() && !held.copy.is_empty();
        let mut copied: Vec<Held> = waiting.filter(is_copied).collect();
        copied.sort_by_key(|held| held.head.sequence);
        copied
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::offline::held::NewRecord;
    use app::offline::queue::Queue;
    use domain::id::StaffId;
    use domain::submission::{Answer, Outcome};
    use domain::timestamp::Timestamp;
    use futures_util::FutureExt;
    use uuid::Uuid;

    const DEVICE: DeviceId = DeviceId(Uuid::from_u128(9));

    fn done<T>(future: impl Future<Output = T>) -> T {
        future.now_or_never().expect("it waits for nobody")
    }

    fn calm() -> (Storage, Clock) {
        let (plan, clock) = (Plan::new(1), Clock::default());
        plan.calm_down();
        (Storage::new(&plan, &clock), clock)
    }

    fn new_record(number: u128) -> NewRecord {
        NewRecord {
            id: SubmissionId(Uuid::from_u128(number)),
            actor: StaffId(Uuid::nil()),
            outreach: None,
            visit: None,
            recorded_at: Timestamp(0),
            utc_offset_minutes: 0,
            replaces: None,
            commands: Vec::new(),
            form: String::new(),
            behind: None,
        }
    }

    #[test]
    fn without_room_nothing_is_written_and_with_it_everything() {
        let (storage, clock) = calm();
        storage.fill_until(10);
        let open = || done(Queue::open(storage.place.clone(), DEVICE));
        assert!(open().is_err());
        assert_eq!((storage.device(), storage.numbered(), storage.failed()), (None, 0, 1));
        clock.reach(10);
        clock.reach(9);
        done(open().unwrap().add(new_record(1), None)).unwrap();
        assert_eq!((storage.device(), storage.numbered()), (Some(DEVICE), 1));
        assert_eq!((storage.failed(), clock.now()), (1, 10));
    }

    #[test]
    fn what_waits_with_a_copy_is_found_past_the_app() {
        let (storage, _) = calm();
        let queue = done(Queue::open(storage.place.clone(), DEVICE)).unwrap();
        let ids = [3, 1, 2].map(|number| {
            let held = done(queue.add(new_record(number), None)).unwrap();
            held.head.id
        });
        assert!(storage.ids().into_iter().eq([ids[1], ids[2], ids[0]]));
        assert!(storage.copied().is_empty());
        for id in &ids[..2] {
            done(queue.keep_copy(*id, "copy".to_owned())).unwrap();
        }
        let copied = || storage.copied().into_iter().map(|held| held.head.id);
        assert!(copied().eq([ids[0], ids[1]]), "in the order of their numbers");
        let outcome = Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() };
        done(queue.store_answers(&[Answer { id: ids[0], outcome }], false)).unwrap();
        assert!(copied().eq([ids[1]]));
        assert!(storage.record(ids[0]).is_some_and(|held| held.is_cleared));
    }
}
