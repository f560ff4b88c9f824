//! A random life of a phone with its server.

use super::*;

/// One step of a random life.
#[derive(Clone, Debug)]
enum Step {
    Queue { bytes: u32, visit: Option<VisitId> },
    Timer,
    Online,
    Answer { skip: usize, kinds: u8 },
    Fail(u8),
    Deal(u32),
}

fn steps() -> impl Strategy<Value = Vec<(Step, u32)>> {
    let step = prop_oneof![
        4 => (1..300_000_u32, order::visits())
            .prop_map(|(bytes, visit)| Step::Queue { bytes, visit }),
        2 => Just(Step::Timer),
        1 => Just(Step::Online),
        3 => (0..3_usize, any::<u8>()).prop_map(|(skip, kinds)| Step::Answer { skip, kinds }),
        3 => any::<u8>().prop_map(Step::Fail),
        2 => (0..40_u32).prop_map(Step::Deal),
    ];
    proptest::collection::vec((step, any::<u32>()), 0..120)
}

fn failure(kind: u8) -> Failure {
    match kind % 11 {
        0 => Failure::Unreachable,
        1 => Failure::NotOurs,
        2 => Failure::Status { code: 401, refusal: Some(Refusal::SignedOut) },
        3 => Failure::Status { code: 500, refusal: None },
        4 => Failure::Status { code: 400, refusal: Some(Refusal::Unreadable) },
        5 => Failure::Status { code: 413, refusal: None },
        6 => Failure::Unsigned,
        7 => {
            let refusal = Some(Refusal::UnsupportedVersion { version: 1 });
            Failure::Status { code: 422, refusal }
        }
        8 => Failure::TimedOut,
        9 => Failure::of(408, Some(Refusal::Unreadable), true),
        _ => Failure::Status { code: 503, refusal: None },
    }
}

/// A phone with its server, and what must hold whatever happens.
struct Life {
    sync: Sync,
    queued: u32,
    /// The batch in flight; an empty one only asks.
    flying: Option<Vec<SubmissionId>>,
    answered: BTreeSet<SubmissionId>,
    dealt: BTreeSet<SubmissionId>,
    timer: bool,
}

impl Life {
    fn new() -> Self {
        let (answered, dealt) = (BTreeSet::new(), BTreeSet::new());
        let (sync, flying) = (machine([]), None);
        Self { sync, queued: 0, flying, answered, dealt, timer: true }
    }

    fn answer(&self, skip: usize, kinds: u8) -> Vec<Answer> {
        let number = |id: &SubmissionId| u32::try_from(id.0.as_u128()).unwrap_or(0);
        let of = |id: &SubmissionId| match (number(id) + u32::from(kinds)) % 4 {
            0 => refused(number(id)),
            1 => conflict(number(id)),
            _ => accepted(number(id)),
        };
        self.flying.iter().flatten().skip(skip).map(of).collect()
    }

    fn event(&mut self, step: Step) -> Option<Event> {
        match step {
            Step::Queue { bytes, visit } => {
                self.queued += 1;
                Some(Event::Queued(Item { bytes, visit, ..item(self.queued) }))
            }
            Step::Timer => {
                self.timer = false;
                Some(Event::Timer)
            }
            Step::Online => Some(Event::Online),
            Step::Answer { .. } | Step::Fail(_) if self.flying.is_none() => None,
            Step::Answer { skip, kinds } => {
                let answers = self.answer(skip, kinds);
                self.flying = None;
                Some(reply(answers, vec![]))
            }
            Step::Fail(kind) => {
                self.flying = None;
                Some(Event::Failed(failure(kind)))
            }
            Step::Deal(number) => {
                let is_there = self.sync.state(id(number)).is_some_and(ItemState::needs_person);
                is_there.then(|| {
                    self.dealt.insert(id(number));
                    Event::Gone(id(number))
                })
            }
        }
    }

    fn step(&mut self, step: Step, random: u32) -> Result<(), TestCaseError> {
        let Some(event) = self.event(step) else { return Ok(()) };
        let actions = self.sync.handle(event, random);
        for action in actions {
            match action {
                Action::Send(ids) => {
                    prop_assert!(self.flying.is_none(), "two batches in flight");
                    prop_assert!(ids.len() <= MAX_BATCH as usize);
                    prop_assert!(!ids.iter().any(|id| self.answered.contains(id)), "sent twice");
                    prop_assert!(order::is_kept(&self.sync, &ids), "overtaken: {ids:?}");
                    self.flying = Some(ids);
                }
                Action::Wait { ms } => {
                    let has_work = self.sync.has_pending() || self.sync.waits_for_desk();
                    prop_assert!(ms <= REPORT_MS && (ms <= MAX_WAIT_MS || !has_work));
                    self.timer = true;
                }
                Action::Store(answers) => self.answered.extend(answers.iter().map(|a| a.id)),
                Action::SetAside(answer) => self.answered.extend([answer.id]),
                Action::Clear(ids) => {
                    let is_answered = |id| self.answered.contains(id);
                    prop_assert!(ids.iter().all(is_answered), "cleared without an answer");
                }
                Action::Keep(_) => {}
            }
        }
        self.holds()
    }

    fn holds(&self) -> Result<(), TestCaseError> {
        let held = self.sync.items().count();
        prop_assert_eq!(held + self.dealt.len(), self.queued as usize, "a record is lost");
        let pending = self.sync.items().any(|item| item.state == ItemState::Pending);
        let comes = self.timer || self.flying.is_some();
        prop_assert!(!pending || comes, "nobody will send it");
        prop_assert!(!self.sync.waits_for_desk() || comes, "nobody will ask the desk");
        Ok(())
    }
}

proptest! {
    #[test]
    fn whatever_happens_nothing_is_lost_or_sent_after_its_answer(steps in steps()) {
        let mut life = Life::new();
        for (step, random) in steps {
            life.step(step, random)?;
        }
        for _ in 0..life.queued * 2 + 20 {
            life.step(Step::Answer { skip: 0, kinds: 0 }, 0)?;
            life.step(Step::Timer, 0)?;
        }
        let held = life.sync.held_back();
        let open = |life: &Life| -> Vec<SubmissionId> {
            life.sync.items().filter(|item| item.state.is_open()).map(|item| item.id).collect()
        };
        prop_assert_eq!(open(&life), held, "a good network brings home what waits for nobody");
        // And all the rest, once people have dealt with what it waits for.
        for _ in 0..life.queued {
            for number in 1..=life.queued {
                life.step(Step::Deal(number), 0)?;
            }
            life.step(Step::Timer, 0)?;
            life.step(Step::Answer { skip: 0, kinds: 0 }, 0)?;
        }
        prop_assert_eq!(open(&life), vec![], "nothing is held back for ever");
    }
}
