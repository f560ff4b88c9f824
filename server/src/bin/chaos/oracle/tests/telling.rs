//! What a phone tells by itself, and what it does away with.

use domain::sync::Agreement;

use super::*;

#[test]
fn what_a_list_has_otherwise_than_the_store_is_hidden() {
    let shown = |change: fn(&End), again: bool| {
        let mut end = End::right();
        let before = done(end.queue.all()).unwrap();
        change(&end);
        let shown = if again { done(end.queue.all()).unwrap() } else { before };
        let holding = end.holding();
        end.oracle.must_show(&holding, &shown);
        end.oracle.count(Violation::Hidden)
    };
    assert_eq!(shown(|_| {}, false), 0);
    assert_eq!(shown(|end| end.add(3, None), false), 1);
    assert_eq!(shown(|end| end.add(3, None), true), 0);
    assert_eq!(shown(|end| end.clear(REFUSED), false), 2, "it is listed, and held nowhere");
    assert_eq!(shown(|end| end.answer(REFUSED, accepted()), false), 1);
    assert_eq!(shown(|end| end.answer(REFUSED, accepted()), true), 0);
    // The app was told of neither.
    assert_eq!(shown(|end| end.remove(REFUSED), true), 2);
    let garbled = |end: &End| {
        end.storage.place.lay(SUBMISSIONS, &id(REFUSED).to_string(), "{".into());
    };
    assert_eq!(shown(garbled, true), 1, "it was listed as it was before");
}

#[test]
fn a_phone_that_says_that_the_server_lacks_records_is_found() {
    let mut oracle = Oracle::default();
    for agreement in [None, Some(Agreement::Complete), Some(Agreement::Open)] {
        oracle.must_not_alarm(DEVICE, agreement);
    }
    assert_eq!(oracle.count(Violation::Hidden), 0);
    oracle.must_not_alarm(DEVICE, Some(Agreement::Fewer { missing: 1 }));
    assert_eq!(oracle.count(Violation::Hidden), 1);
}

#[test]
fn what_is_cleared_without_a_receipt_is_hidden_and_what_waits_is_pending() {
    let mut end = End::right();
    end.oracle.clears(&end.storage, id(ACCEPTED), None);
    assert_eq!(end.oracle.count(Violation::Hidden), 0);
    end.oracle.accepted.clear();
    end.oracle.clears(&end.storage, id(ACCEPTED), None);
    end.oracle.clears(&end.storage, id(REFUSED), None);
    assert_eq!(end.oracle.count(Violation::Hidden), 2);
    end.oracle.forgets(id(ACCEPTED));
    assert_eq!(end.oracle.count(Violation::Hidden), 3);
    end.oracle.accepted.insert(id(ACCEPTED));
    end.oracle.forgets(id(ACCEPTED));
    assert_eq!(end.oracle.count(Violation::Hidden), 3);
    let waits = |end: &mut End| {
        end.record(3, refused());
        end.remove(3);
        end.register.submissions.remove(&id(3));
        end.add(3, None);
    };
    assert_eq!(forged(waits), [Violation::Pending]);
}

#[test]
fn what_was_not_taken_and_cannot_be_seen_is_hidden() {
    let hidden = [Violation::Hidden];
    assert_eq!(forged(|end| end.remove(REFUSED)), hidden);
    let told_otherwise = |end: &mut End| {
        let refusal = Refusal::AnimalUnknown;
        let outcome = Outcome::Refused { command: None, refusal };
        end.answer(REFUSED, outcome);
    };
    assert_eq!(forged(told_otherwise), hidden);
    let dealt_with = |end: &mut End| {
        end.withdrew(REFUSED);
        end.clear(REFUSED);
    };
    assert_eq!(forged(dealt_with), []);
    let untold = |end: &mut End| {
        end.oracle.withdrew(id(REFUSED));
        end.clear(REFUSED);
    };
    assert_eq!(forged(untold), hidden, "the desk goes on asking for it");
    assert_eq!(forged(|end| end.withdrew(REFUSED)), hidden, "its phone has it still");
    let by_nobody = |end: &mut End| {
        end.withdrew(REFUSED);
        end.oracle.withdrawn.clear();
        end.clear(REFUSED);
    };
    assert_eq!(forged(by_nobody), hidden);
}
