//! What a tab writes itself.

use super::*;

/// A record is answered and cleared; as it was written.
fn send(store: &mut Store, at: usize) -> Held {
    let id = store.ids()[at];
    let held = store.records.get_mut(&id).unwrap();
    (held.state, held.is_cleared) = (ItemState::Sent, true);
    let held = held.clone();
    store.answered.insert(id);
    store.note(&[id], false);
    held
}

#[test]
fn what_a_tab_has_written_itself_is_not_read_again_unless_others_have_written_too() {
    let (mut store, mut tab) = summed(20);
    let (one, two) = (store.ids()[3], store.ids()[5]);
    assert_eq!(tab.ledger.uncleared(&[two, one]), [two, one]);
    let held = send(&mut store, 3);
    tab.ledger.wrote(store.changes, vec![held]);
    tab.catch_up(&store, false);
    assert!(tab.ledger.is_whole());
    assert_eq!(known(&tab), store.truth());
    assert_eq!(tab.ledger.uncleared(&[two, one]), [two]);
    // A change of another tab comes first, and has not been looked at.
    let _ = send(&mut store, 5);
    let held = send(&mut store, 7);
    tab.ledger.wrote(store.changes, vec![held]);
    tab.catch_up(&store, false);
    assert_eq!(tab.ledger.next(9).len(), 2);
    tab.all(&mut store);
    assert_eq!(known(&tab), store.truth());
    // Nothing of what is not known is believed.
    let new = NewRecord::blank(SubmissionId(Uuid::from_u128(u128::MAX)));
    let new = new.numbered(DeviceId(Uuid::nil()), 9_999);
    store.records.insert(new.head.id, new.clone());
    store.note(&[new.head.id], false);
    tab.ledger.wrote(store.changes, vec![new]);
    tab.catch_up(&store, false);
    assert_eq!(tab.ledger.next(9).len(), 1);
}
