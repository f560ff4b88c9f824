use super::*;
use domain::id::AnimalId;
use domain::submission::{Batch, Receipt};
use domain::sync::Agreement;
use std::sync::Arc;
use uuid::Uuid;

impl NewRecord {
    /// One of nobody, in which nothing stands.
    pub(in crate::offline) fn blank(id: SubmissionId) -> Self {
        Self {
            id,
            actor: StaffId(Uuid::nil()),
            outreach: None,
            visit: None,
            behind: None,
            recorded_at: Timestamp(0),
            utc_offset_minutes: 0,
            replaces: None,
            commands: Vec::new(),
            form: String::new(),
        }
    }
}

fn new_record() -> NewRecord {
    NewRecord {
        actor: StaffId(Uuid::from_u128(2)),
        recorded_at: Timestamp(1_700_000_000_000),
        utc_offset_minutes: -180,
        commands: vec![Command::SetVitalState {
            animal: AnimalId(Uuid::from_u128(3)),
            state: domain::catalogue::VitalState::Lost,
            since: "2026-11-22".parse().unwrap(),
        }],
        ..NewRecord::blank(SubmissionId(Uuid::from_u128(1)))
    }
}

#[test]
fn an_accepted_record_is_cleared_with_its_answer_and_a_refused_one_is_not() {
    let held = || new_record().numbered(DeviceId(Uuid::from_u128(9)), 1);
    let accepted = Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() };
    let sent = held().answered(&accepted);
    assert!(sent.is_cleared && sent.state == ItemState::Sent);
    assert_eq!(sent.clone().cleared(), Some(sent));
    let refusal = domain::refusal::Refusal::AnimalUnknown;
    let refusal = Outcome::Refused { command: None, refusal };
    let refused = held().answered(&refusal);
    assert!(!refused.is_cleared);
    let mended = refused.clone().mended().unwrap();
    assert_eq!(mended.clone().answered(&refusal), mended, "a correction has put it right");
    assert_eq!(refused.cleared(), None, "a person has dealt with it");
}

#[test]
fn what_the_desk_has_put_away_is_known_as_that() {
    let refused = |refusal| Outcome::Refused { command: None, refusal };
    let taken = refused(domain::refusal::Refusal::ChipTaken);
    let put_away = refused(domain::refusal::Refusal::PutAway);
    let held = new_record().numbered(DeviceId(Uuid::from_u128(9)), 1);
    let answered = |state, outcome: &Outcome| Held { state, ..held.clone() }.answered(outcome);
    assert!(!answered(ItemState::Pending, &taken).is_put_away);
    assert!(answered(ItemState::Conflict, &taken).is_put_away, "nobody looks at it any more");
    let known = answered(ItemState::Refused, &put_away);
    assert!(known.is_put_away && known.item().is_put_away);
    assert_eq!(known.state, ItemState::Refused);
}

#[test]
fn what_mends_a_record_is_never_of_the_future_nor_of_long_ago() {
    let made = new_record().numbered(DeviceId(Uuid::from_u128(9)), 1).head;
    let then = (made.recorded_at, -180);
    let later = (made.recorded_at.plus_ms(86_400_000), -240);
    assert_eq!(made.happened(later), then, "it was done when it says");
    assert_eq!(made.happened((made.recorded_at, -240)), then);
    let before = (made.recorded_at.plus_ms(-1), -240);
    assert_eq!(made.happened(before), before, "the clock was ahead, and its offset with it");
    let forgot = Head { recorded_at: Timestamp(0), ..made };
    assert_eq!(forgot.happened(later), later, "the clock had forgotten the time");
}

#[test]
fn an_arrival_is_told_from_visits_by_its_form() {
    let device = DeviceId(Uuid::from_u128(9));
    assert_eq!(new_record().numbered(device, 1).arrival(), None);
    let form = arrival_form("María José Núñez");
    let held = NewRecord { form, ..new_record() }.numbered(device, 2);
    assert_eq!(held.arrival(), Some("María José Núñez"));
    assert_eq!(held.sealed("~".to_owned()).arrival(), None, "nobody can tell while it is shut");
}

#[test]
fn a_conflict_is_corrected_by_nobody_but_its_maker() {
    let held = new_record().numbered(DeviceId(Uuid::from_u128(9)), 1);
    let (maker, other) = (held.head.actor, Some(StaffId(Uuid::from_u128(3))));
    let refused = Held { state: ItemState::Refused, ..held.clone() };
    assert!(refused.is_corrected_by(other), "nothing of it waits elsewhere");
    let conflict = Held { state: ItemState::Conflict, ..held };
    assert!(conflict.is_corrected_by(maker));
    assert!(!conflict.is_corrected_by(other));
    assert!(conflict.is_corrected_by(None), "nobody is known to work here yet");
    // An older app did not write down who it was.
    let head = Head { actor: None, ..conflict.head };
    assert!(Held { head, ..conflict }.is_corrected_by(other));
}

#[test]
fn what_was_done_at_a_visit_is_told_whichever_record_says_so() {
    let (animal, visit) = (AnimalId(Uuid::from_u128(3)), Some(VisitId(Uuid::from_u128(5))));
    let service = |number| Some(ServiceId(Uuid::from_u128(number)));
    let record = |number: u32, lines: Vec<Line>| {
        let id = SubmissionId(Uuid::from_u128(u128::from(number)));
        let held = NewRecord { id, visit, ..new_record() };
        let held = Held { lines, ..held.numbered(DeviceId(Uuid::from_u128(9)), number) };
        Record { held: Arc::new(held), outcome: None }
    };
    let done = |number| Line {
        animal: Some(animal),
        service: Some(domain::service::ServiceKind::DewormingInternal),
        id: service(number),
        ..Line::default()
    };
    let back = Line { annuls: service(1), ..Line::default() };
    let named = Line { animal: Some(animal), ..Line::default() };
    let first = record(1, vec![named, done(1), done(2)]);
    let instead = record(2, vec![back.clone(), done(3)]);
    assert!(instead.held.is_correction() && !instead.held.is_annulment());
    let annulment = record(3, vec![back]);
    assert!(annulment.held.is_annulment() && !annulment.held.is_correction());
    let mut kept = Kept { records: vec![first, instead], ..Kept::default() };
    let ids = |kept: &Kept, visit| {
        let lines = kept.done_to(visit, animal);
        lines.into_iter().map(|line| line.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&kept, visit), [service(2), service(3)]);
    let both = [service(1), service(2)].map(Option::unwrap);
    assert!(!kept.is_undone(&kept.records[0].held, &both), "something stands in its place");
    assert!(kept.is_undone(&kept.records[0].held, &[both[0], both[1], service(3).unwrap()]));
    assert_eq!(ids(&kept, None), [], "nothing is known to be of one visit");
    Arc::make_mut(&mut kept.records[1].held).state = ItemState::Refused;
    assert_eq!(ids(&kept, visit), [service(1), service(2)], "it stands as it was");
}

#[test]
fn what_stands_behind_a_refused_record_names_it() {
    let record = |number: u32, visit: u128, state| {
        let id = SubmissionId(Uuid::from_u128(u128::from(number)));
        let visit = Some(VisitId(Uuid::from_u128(visit)));
        let held = NewRecord { id, visit, ..new_record() };
        let held = Held { state, ..held.numbered(DeviceId(Uuid::from_u128(9)), number) };
        Record { held: Arc::new(held), outcome: None }
    };
    let all = |first| {
        let open = ItemState::Pending;
        let mut second = record(2, 6, open);
        // A visit of its own, of the same animal.
        Arc::make_mut(&mut second.held).head.behind = Some(VisitId(Uuid::from_u128(5)));
        vec![record(1, 5, first), second, record(3, 7, open)]
    };
    let held_by = |first, at: usize| {
        let kept = Kept { records: all(first), ..Kept::default() };
        kept.held_by(&kept.records[at].held).map(|record| record.held.head.sequence)
    };
    for bad in [ItemState::Refused, ItemState::Conflict] {
        assert_eq!([0, 1, 2].map(|at| held_by(bad, at)), [None, Some(1), None]);
    }
    for good in [ItemState::Pending, ItemState::Sent, ItemState::Quarantined] {
        assert_eq!(held_by(good, 1), None, "{good:?}");
    }
}

/// A record that the server could not read, and the correction that it has accepted.
fn aside_and_corrected() -> Kept {
    let device = DeviceId(Uuid::from_u128(9));
    let refusal = domain::refusal::Refusal::Unreadable;
    let aside = Outcome::Refused { command: None, refusal };
    let accepted = Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() };
    let old = new_record().numbered(device, 1).answered(&aside);
    assert!(!old.is_aside, "the server stored it, if it answered so itself");
    let old = Held { is_aside: true, ..old };
    let new = new_record().numbered(device, 2).answered(&accepted);
    let records = vec![
        Record { held: Arc::new(old.mended().unwrap()), outcome: Some(aside) },
        Record { held: Arc::new(new), outcome: Some(accepted) },
    ];
    Kept { records, ..Kept::default() }
}

#[test]
fn what_was_set_aside_stays_counted_after_its_day_and_nothing_is_missing() {
    let mut kept = aside_and_corrected();
    let receipt = Receipt {
        device: DeviceId(Uuid::from_u128(9)),
        batch_hash: String::new(),
        stored_total: 1,
        complete_to_sequence: 0,
        answered_at: Timestamp(0),
        kid: String::new(),
        signature: String::new(),
    };
    let mut word = LastWord { receipt, last: 2, gone_aside: 0, before: 0 };
    assert_eq!(word.beside(&kept), Agreement::Complete);
    let unread = Kept { unread: 2, unread_open: 1, ..Kept::default() };
    assert_eq!(word.beside(&unread), Agreement::Open, "nobody knows what those are");
    let renamed = LastWord { last: 1, before: 2, ..word.clone() };
    assert_eq!(renamed.beside(&kept), Agreement::Open, "what is set aside is not of this device");
    let short = LastWord { last: 3, ..renamed };
    assert_eq!(short.beside(&kept), Agreement::Fewer { missing: 2 }, "nor hides what is missing");
    let (today, tomorrow) = (Timestamp(1_700_000_000_000), Timestamp(1_700_086_400_000));
    assert!(!kept.records.iter().any(|record| record.is_of_before(today)));
    let gone: Vec<_> =
        kept.records.extract_if(.., |record| record.is_of_before(tomorrow)).collect();
    assert_eq!(gone.len(), 2);
    assert_eq!(word.beside(&kept), Agreement::Fewer { missing: 1 }, "were it forgotten");
    word.gone_aside += gone.iter().map(|record| u32::from(record.is_aside())).sum::<u32>();
    assert_eq!(word.beside(&kept), Agreement::Complete);
}

#[test]
fn a_record_waits_for_a_person_again_when_its_own_correction_is_withdrawn() {
    let (own, other) = (SubmissionId(Uuid::from_u128(5)), SubmissionId(Uuid::from_u128(6)));
    let mut held = new_record().numbered(DeviceId(Uuid::from_u128(9)), 1);
    held.replaced_by = Some(own);
    held.lose_correction(other);
    assert_eq!(held.replaced_by, Some(own));
    held.lose_correction(own);
    assert_eq!(held.replaced_by, None);
}

#[test]
fn a_batch_of_texts_reads_as_a_batch_of_submissions() {
    let device = DeviceId(Uuid::from_u128(9));
    let held = [1, 2].map(|sequence| new_record().numbered(device, sequence));
    let report = PhoneReport { waiting: 2, ..PhoneReport::default() };
    let text = batch(device, "submissions", &held.clone().map(|held| held.body), &report);
    let read: Batch = serde_json::from_str(&text).unwrap();
    assert_eq!(read.report, Some(report));
    assert_eq!(read.device, device);
    let sequences: Vec<_> = read.submissions.iter().map(|one| one.sequence).collect();
    assert_eq!(sequences, [1, 2]);
    assert_eq!(read.submissions[0].commands, new_record().commands);
    assert_eq!(held[0].item().bytes as usize, held[0].body.len());
    assert_eq!(serde_json::to_string(&read.submissions[0]).unwrap(), held[0].body);
    for held in held {
        assert_eq!(json::write(&held), serde_json::to_string(&held).unwrap());
        let content = held.to_content();
        assert_eq!(json::write(&content), serde_json::to_string(&content).unwrap());
        let sealed = held.sealed("~".to_owned());
        assert_eq!(json::write(&sealed), serde_json::to_string(&sealed).unwrap());
    }
}

#[test]
fn a_correction_is_told_from_a_visit_and_corrected_like_one() {
    use domain::command::CorrectionReason;
    use domain::name::PetName;
    let device = DeviceId(Uuid::from_u128(9));
    let animal = AnimalId(Uuid::from_u128(3));
    let details = || {
        Box::new(domain::animal::AnimalDetails::least(
            PetName::parse("Luna").unwrap(),
            domain::catalogue::Species::Dog,
            domain::catalogue::Sex::Female,
            domain::catalogue::ReproductiveState::Intact,
        ))
    };
    let held = |command| NewRecord { commands: vec![command], ..new_record() }.numbered(device, 1);
    let owner = domain::id::OwnerId(Uuid::from_u128(4));
    let visit = held(Command::RegisterAnimal { animal, owner, details: details() });
    let reason = CorrectionReason::Mistyped;
    let correction = held(Command::CorrectAnimal { animal, details: details(), reason });
    assert!(correction.is_correction() && !visit.is_correction());
    assert_eq!(correction.lines[0].animal, Some(animal), "a refused one opens there");
    // A visit in which only something was said of a known animal counts as one.
    let reason = CorrectionReason::Completed;
    let completion = held(Command::CorrectAnimal { animal, details: details(), reason });
    assert!(!completion.is_correction());
    assert_eq!(completion.lines[0].animal, Some(animal));
    // An older app has written nothing of it.
    let older = r#"{"animal":null,"name":null,"service":null,"chip":null}"#;
    assert_eq!(crate::offline::json::read::<Line>(older).unwrap(), Line::default());
    for held in [visit, correction, completion] {
        assert!(held.is_correctable(), "it goes before what corrects it");
        assert!(Held { state: ItemState::Sent, ..held.clone() }.is_correctable());
        for state in [ItemState::Refused, ItemState::Conflict, ItemState::Quarantined] {
            assert!(!Held { state, ..held.clone() }.is_correctable(), "{state:?}");
        }
        let replaced_by = Some(SubmissionId(Uuid::from_u128(5)));
        assert!(!Held { replaced_by, ..held.clone() }.is_correctable());
        assert!(!held.sealed("~".to_owned()).is_correctable(), "nobody can read it");
    }
    let form = arrival_form("Ana");
    let arrival = NewRecord { form, ..new_record() }.numbered(device, 2);
    assert!(!arrival.is_correction() && !arrival.is_correctable());
}

#[test]
fn a_light_record_is_counted_listed_and_sent_like_the_whole_one() {
    let device = DeviceId(Uuid::from_u128(9));
    let held = new_record().numbered(device, 1);
    let copied = Held { copy: "{}".to_owned(), content: "~".to_owned(), ..held.clone() };
    let brief = Brief { owner: "Ana".to_owned(), is_arrival: true, ..Brief::default() };
    let light = copied.clone().into_light(Some(brief.clone()));
    assert_eq!((light.item(), &light.lines), (copied.item(), &copied.lines));
    assert!(light.body.is_empty() && light.form.is_empty() && light.content.is_empty());
    assert!(!light.is_shut() && !light.is_stranded() && !light.copy.is_empty());
    assert_eq!(light.arrival(), Some("Ana"));
    let visit = Brief { is_arrival: false, ..brief };
    assert_eq!(held.clone().into_light(Some(visit)).arrival(), None);
    let shut = held.sealed("~".to_owned()).into_light(None);
    assert!(shut.is_shut() && shut.is_stranded());
    // What it holds never changes: only what lies in the open is read again.
    let sent = Held { state: ItemState::Sent, ..held.sealed("~".to_owned()) };
    let again = sent.with_known(&light);
    assert_eq!((again.state, &again.lines), (ItemState::Sent, &light.lines));
    assert_eq!(again.brief, light.brief);
    assert_eq!(json::write(&light).find("brief"), None, "it is never written with the record");
}
