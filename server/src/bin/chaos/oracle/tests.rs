//! Forged ends: whatever is wrong is found, and nothing is found where nothing is wrong.

mod telling;

use app::offline::held::NewRecord;
use app::offline::queue::{ANSWERS, Queue, SUBMISSIONS};
use app::offline::store::Value;
use domain::id::{AnimalId, OwnerId, ServiceId, StaffId, VisitId};
use domain::refusal::Refusal;
use domain::submission::Answer;
use domain::sync::{Event, Failure};
use domain::timestamp::Timestamp;
use futures_util::FutureExt;
use uuid::Uuid;

use super::*;
use crate::clock::Clock;
use crate::holding::Holding;
use crate::person::{Stated, Visit};
use crate::plan::Plan;
use crate::register::{Counted, Done, Register, Stored};

const ACCEPTED: u128 = 1;
const REFUSED: u128 = 2;
const KIND: &str = "implantation";
const CHIP: &str = "999100000000001";
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(9));

fn id(number: u128) -> SubmissionId {
    SubmissionId(Uuid::from_u128(number))
}

fn of<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(100 + number).into()
}

fn refused() -> Outcome {
    Outcome::Refused { command: Some(2), refusal: Refusal::BatchExpired }
}

fn accepted() -> Outcome {
    Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() }
}

fn new_record(number: u128, replaces: Option<SubmissionId>) -> NewRecord {
    NewRecord {
        id: id(number),
        actor: StaffId(Uuid::nil()),
        outreach: None,
        visit: Some(of(number)),
        recorded_at: Timestamp(0),
        utc_offset_minutes: 0,
        replaces,
        commands: Vec::new(),
        form: String::new(),
        behind: None,
    }
}

/// What comes of what a store in memory does: nobody waits for it.
fn done<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("it waits for nobody")
}

/// One phone with an accepted and a refused visit, as they should be in the end.
struct End {
    oracle: Oracle,
    storage: Storage,
    queue: Queue,
    register: Register,
}

impl End {
    fn right() -> Self {
        let plan = Plan::new(1);
        plan.calm_down();
        let storage = Storage::new(&plan, &Clock::default());
        let queue = done(Queue::open(storage.place.clone(), DEVICE)).unwrap();
        let (oracle, register) = (Oracle::default(), Register::default());
        let mut end = Self { oracle, storage, queue, register };
        end.record(ACCEPTED, accepted());
        end.record(REFUSED, refused());
        end.oracle.accepted.insert(id(ACCEPTED));
        let service = Done {
            animal: of(1),
            submission: Some(id(1)),
            kind: KIND.to_owned(),
            chip: Some(CHIP.to_owned()),
            is_annulled: false,
        };
        end.register.services.insert(of(1), service);
        end.register.documents.insert(of(1), 1);
        end.register.animals.insert(of(1));
        end.register.owners.insert(of(1));
        (end.register.animal_count, end.register.owner_count) = (1, 1);
        end.register.mails.insert(of(1), 1);
        end.register.mail_count = 1;
        end.register.phones.insert(DEVICE, Counted { stored_total: 2, complete_to: 2 });
        end
    }

    fn record(&mut self, number: u128, answer: Outcome) {
        let (owner, animal) = (of::<OwnerId>(number), of::<AnimalId>(number));
        let (service, visit) = (of::<ServiceId>(number), of::<VisitId>(number));
        self.add(number, None);
        self.answer(number, answer.clone());
        let recorded = Recorded {
            owner: Some((owner, 1)),
            animal: Some(animal),
            services: vec![service],
            stated: [(service, Stated { kind: KIND, chip: Some(CHIP.to_owned()) })].into(),
            visit: Some(visit),
            mails: true,
            ..Recorded::default()
        };
        let (guest, chip, fault, moved) = (1, 1, None, false);
        let act = Act::Visit(Visit { owner, animal, visit, guest, chip, fault, moved });
        let told = Told { phone: 0, is_kept: true, replaces: None, act, recorded };
        self.oracle.tell(id(number), told);
        let outcome = if number == ACCEPTED { "accepted" } else { "refused" }.to_owned();
        let stored = Stored { outcome, is_resolved: false, is_withdrawn: false, answer };
        self.register.submissions.insert(id(number), stored);
    }

    fn add(&self, number: u128, replaces: Option<SubmissionId>) {
        done(self.queue.add(new_record(number, replaces), None)).unwrap();
    }

    fn answer(&self, number: u128, outcome: Outcome) {
        let answers = [Answer { id: id(number), outcome }];
        done(self.queue.store_answers(&answers, false)).unwrap();
    }

    /// Somebody has withdrawn a record, and the server has heard of it.
    fn withdrew(&mut self, number: u128) {
        self.oracle.withdrew(id(number));
        let stored = self.register.submissions.get_mut(&id(number)).unwrap();
        (stored.is_resolved, stored.is_withdrawn) = (true, true);
    }

    fn clear(&self, number: u128) {
        done(self.queue.clear(&[id(number)])).unwrap();
    }

    /// Takes a record away past the app.
    fn remove(&self, number: u128) {
        for store in [SUBMISSIONS, ANSWERS] {
            self.storage.place.lay(store, &id(number).to_string(), Value::Undefined);
        }
    }

    fn holding(&self) -> Holding {
        done(Holding::read(&self.storage)).unwrap()
    }

    fn judged(mut self) -> Vec<Violation> {
        let holding = self.holding();
        self.oracle.must_be_home(&holding);
        self.oracle.must_show(&holding, &holding.kept);
        self.oracle.judge(&[holding], &self.register);
        let mut found: Vec<_> = self.oracle.found.iter().map(|(what, _)| *what).collect();
        found.dedup();
        found
    }
}

/// What is found when one thing is forged.
fn forged(change: impl FnOnce(&mut End)) -> Vec<Violation> {
    let mut end = End::right();
    change(&mut end);
    end.judged()
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    assert_eq!(End::right().judged(), []);
}

#[test]
fn what_the_register_lacks_is_lost() {
    let lost = [Violation::Lost];
    assert!(forged(|end| drop(end.register.services.remove(&of(1)))).contains(&lost[0]));
    assert_eq!(forged(|end| end.register.animals.clear()), lost);
    assert_eq!(forged(|end| end.register.owners.clear()), lost);
    assert_eq!(forged(|end| end.register.mail_count = 0), lost);
    assert_eq!(forged(|end| end.register.altered.push("a link".to_owned())), lost);
    let never_came = |end: &mut End| {
        end.register.submissions.remove(&id(REFUSED));
        end.register.phones.insert(DEVICE, Counted { stored_total: 1, complete_to: 1 });
        end.clear(REFUSED);
    };
    assert_eq!(forged(never_came), lost);
}

#[test]
fn a_service_of_another_kind_or_chip_or_without_its_document_is_found() {
    let service = |change: fn(&mut Done)| {
        forged(|end| change(end.register.services.get_mut(&of(1)).unwrap()))
    };
    assert_eq!(service(|done| done.kind = "verification".to_owned()), [Violation::Lost]);
    assert_eq!(service(|done| done.chip = None), [Violation::Lost]);
    assert_eq!(service(|done| done.chip = Some("1".to_owned())), [Violation::Lost]);
    let documents = |count| forged(|end| end.register.documents.extend([(of(1), count)]));
    assert_eq!(documents(0), [Violation::Lost]);
    assert_eq!(documents(2), [Violation::Doubled]);
}

#[test]
fn of_two_telephones_the_second_is_proposed_and_only_it() {
    // The guest comes again, with another telephone and a dose that has no document.
    let known = |proposed: &[u128]| {
        forged(|end| {
            end.record(3, accepted());
            let told = end.oracle.told.get_mut(&id(3)).unwrap();
            let Act::Visit(visit) = &mut told.act else { panic!("a visit") };
            visit.moved = true;
            (told.recorded.animal, told.recorded.mails) = (Some(of(1)), false);
            (told.recorded.services, told.recorded.stated) = (Vec::new(), [].into());
            end.register.submissions.get_mut(&id(3)).unwrap().outcome = "accepted".to_owned();
            end.register.owners.insert(of(3));
            end.register.phones.insert(DEVICE, Counted { stored_total: 3, complete_to: 3 });
            end.register.proposals.extend(proposed.iter().map(|number| id(*number)));
        })
    };
    assert_eq!(known(&[3]), []);
    assert_eq!(known(&[ACCEPTED]), [], "whichever came first");
    assert_eq!(known(&[]), [Violation::Lost]);
    assert_eq!(known(&[ACCEPTED, 3]), [Violation::Doubled]);
    let nothing_new = forged(|end| end.register.proposals.extend([id(ACCEPTED)]));
    assert_eq!(nothing_new, [Violation::Doubled]);
}

#[test]
fn a_server_that_fails_is_found_and_a_proxy_is_not() {
    let mut oracle = Oracle::default();
    for (status, fate) in [(200, Fate::Passes), (422, Fate::Twice), (502, Fate::Gateway)] {
        oracle.answered(status, fate);
    }
    assert!(oracle.found.is_empty());
    oracle.answered(500, Fate::Passes);
    oracle.answered(503, Fate::TwiceAtOnce);
    assert_eq!(oracle.count(Violation::Hidden), 2);
}

/// What is found when copies of both records are answered so, as if by the server.
fn copies(fate: Fate, change: impl FnOnce(&mut Reply)) -> Vec<Violation> {
    let receipt = Receipt {
        device: DEVICE,
        batch_hash: "hash".to_owned(),
        stored_total: 2,
        complete_to_sequence: 2,
        answered_at: Timestamp(0),
        kid: "ours".to_owned(),
        signature: String::new(),
    };
    let answer = |number, outcome| Answer { id: id(number), outcome };
    let answers = vec![answer(ACCEPTED, accepted()), answer(REFUSED, refused())];
    let mut reply = Reply { answers, resolved: Vec::new(), receipt };
    change(&mut reply);
    let sent = Sent { device: DEVICE, ids: vec![id(ACCEPTED), id(REFUSED)], fate };
    let event = Event::Reply { reply: Box::new(reply), digest: "hash".to_owned() };
    let is_signed = |receipt: &Receipt| receipt.kid == "ours";
    forged(|end| end.oracle.hear_reply(&sent, (200, &event), is_signed))
}

#[test]
fn a_copy_that_is_not_taken_for_what_it_holds_is_found() {
    let hidden = [Violation::Hidden];
    assert_eq!(copies(Fate::Passes, |_| {}), []);
    let says = |outcome| copies(Fate::Twice, |reply| reply.answers[1].outcome = outcome);
    for refusal in [Refusal::Unreadable, Refusal::IdReused] {
        assert_eq!(says(Outcome::Refused { command: None, refusal }), hidden);
    }
    assert_eq!(says(Outcome::Quarantined), hidden, "the register holds another answer");
    assert_eq!(says(accepted()), hidden, "and has not accepted it");
    assert_eq!(copies(Fate::Passes, |reply| reply.answers.truncate(1)), hidden);
    assert_eq!(copies(Fate::Passes, |reply| reply.answers.reverse()), hidden);
    assert_eq!(copies(Fate::Passes, |reply| reply.receipt.kid.clear()), hidden);
    assert_eq!(copies(Fate::Passes, |reply| reply.receipt.batch_hash.clear()), hidden);
    assert_eq!(copies(Fate::Passes, |reply| reply.receipt.device = of(1)), hidden);
    assert_eq!(copies(Fate::SignedOut, |_| {}), hidden, "nobody said who sends");
    assert_eq!(copies(Fate::Portal, |reply| reply.answers.clear()), [], "it is not the server");
}

#[test]
fn copies_are_refused_only_to_who_shows_no_session() {
    let heard = |fate, status| {
        let sent = Sent { device: DEVICE, ids: vec![id(ACCEPTED)], fate };
        let event = Event::Failed(Failure::NotOurs);
        forged(|end| end.oracle.hear_reply(&sent, (status, &event), |_| true))
    };
    for (fate, status) in [(Fate::SignedOut, 401), (Fate::Gateway, 502), (Fate::Portal, 200)] {
        assert_eq!(heard(fate, status), [], "{fate:?}");
    }
    for (fate, status) in [(Fate::Passes, 401), (Fate::Twice, 413), (Fate::Passes, 200)] {
        assert_eq!(heard(fate, status), [Violation::Hidden], "{fate:?} {status}");
    }
}

#[test]
fn a_copy_of_what_the_register_never_had_is_lost_and_a_first_answer_stands() {
    let keeps = |end: &mut End| {
        end.oracle.copies.push(Answer { id: id(REFUSED), outcome: refused() });
    };
    let gone = |end: &mut End| {
        keeps(end);
        end.oracle.copies.push(Answer { id: id(7), outcome: accepted() });
    };
    assert_eq!(forged(gone), [Violation::Lost]);
    let mended = |end: &mut End| {
        keeps(end);
        end.oracle.told.get_mut(&id(ACCEPTED)).unwrap().replaces = Some(id(REFUSED));
        let stored = end.register.submissions.get_mut(&id(REFUSED)).unwrap();
        (stored.is_resolved, stored.answer) = (true, accepted());
    };
    assert_eq!(forged(mended), []);
}

#[test]
fn what_was_never_told_as_kept_is_not_lost() {
    let died = |end: &mut End| {
        end.oracle.told.get_mut(&id(REFUSED)).unwrap().is_kept = false;
        end.register.submissions.remove(&id(REFUSED));
        end.register.phones.insert(DEVICE, Counted { stored_total: 1, complete_to: 2 });
    };
    assert_eq!(forged(died), []);
}

#[test]
fn what_the_register_has_too_often_is_doubled() {
    let doubled = [Violation::Doubled];
    let again = |end: &mut End| {
        let service = end.register.services[&of(1)].clone();
        end.register.services.insert(of(7), Done { chip: None, ..service });
    };
    assert_eq!(forged(again), doubled);
    assert_eq!(forged(|end| end.register.animal_count = 2), doubled);
    assert_eq!(forged(|end| end.register.owner_count = 2), doubled);
    assert_eq!(forged(|end| end.register.mails.extend([(of(1), 2)])), doubled);
    assert_eq!(forged(|end| end.register.tasks_twice.push(id(1))), doubled);
    let more = Counted { stored_total: 3, complete_to: 2 };
    assert_eq!(forged(|end| end.register.phones.extend([(DEVICE, more)])), doubled);
    let same_chip = |end: &mut End| {
        let service = end.register.services[&of(1)].clone();
        end.oracle.told.get_mut(&id(1)).unwrap().recorded.services.push(of(8));
        end.register.services.insert(of(8), service);
    };
    assert_eq!(forged(same_chip), doubled);
}

#[test]
fn what_was_sent_and_forgotten_is_missed_by_nobody() {
    let forgotten = |end: &mut End| {
        done(end.queue.forget_before(Timestamp(1))).unwrap();
        assert!(end.storage.ids().into_iter().eq([id(REFUSED)]));
    };
    assert_eq!(forged(forgotten), []);
}

#[test]
fn a_record_that_waits_for_a_correction_that_is_gone_is_hidden() {
    let corrected = |end: &mut End, withdraws: bool| {
        end.record(3, refused());
        end.remove(3);
        end.add(3, Some(id(REFUSED)));
        end.answer(3, refused());
        end.register.phones.insert(DEVICE, Counted { stored_total: 3, complete_to: 4 });
        end.withdrew(3);
        if withdraws { end.clear(3) } else { end.remove(3) }
    };
    assert_eq!(forged(|end| corrected(end, true)), [], "the app gives it back to a person");
    assert_eq!(forged(|end| corrected(end, false)), [Violation::Hidden]);
}
