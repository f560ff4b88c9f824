use proptest::prelude::*;

use super::*;

fn known(slot: Option<i64>, begins_at: i64, place: &str, is_off: bool) -> Known {
    Known {
        slot: slot.map(Timestamp),
        begins_at: Timestamp(begins_at),
        place: place.to_owned(),
        is_off,
        accepted: true,
        reminders: 0,
        until: None,
    }
}

fn unheard(kind: LetterKind, first: Known) -> Unheard {
    Unheard { first: Some((kind, first)), ..Unheard::default() }
}

#[test]
fn who_was_never_told_of_another_date_hears_nothing_when_it_comes_back() {
    let first = known(Some(10), 9, "Sede", false);
    let moved = Known { accepted: false, ..known(Some(20), 19, "Sede", false) };
    let knows = unheard(LetterKind::OutreachMoved, first.clone()).known(&moved);
    assert_eq!(knows, first);
    assert_eq!(knows.letter(&first, false), None);
    let third = known(Some(30), 29, "Sede", false);
    assert_eq!(knows.letter(&third, false), Some(LetterKind::OutreachMoved));
    // Who has said that the other date suits is told that it is none any more.
    let agreed = Known { accepted: true, ..moved };
    let knows = unheard(LetterKind::OutreachMoved, first.clone()).known(&agreed);
    assert_eq!(knows.letter(&first, false), Some(LetterKind::OutreachMoved));
    assert_eq!(knows.at(), Timestamp(20));
}

#[test]
fn an_hour_that_somebody_chose_since_is_known_and_the_place_is_not() {
    let first = known(Some(10), 9, "Sede", false);
    let chosen = known(Some(12), 9, "Liceo", false);
    let knows = unheard(LetterKind::OutreachRelocated, first).known(&chosen);
    assert_eq!((knows.at(), knows.place.as_str()), (Timestamp(12), "Sede"));
    let back = known(Some(12), 9, "SEDE", false);
    assert_eq!(knows.letter(&back, false), None, "written otherwise, it is the same");
    assert_eq!(knows.letter(&chosen, false), Some(LetterKind::OutreachRelocated));
    assert_eq!(knows.letter(&chosen, true), None, "the team comes to them");
}

#[test]
fn what_was_moved_while_it_was_off_is_told_by_the_date_that_the_letter_said() {
    let told = known(Some(10), 9, "Sede", false);
    let before = known(Some(20), 19, "Liceo", true);
    let heard = Unheard { off: Some(told), ..Unheard::default() };
    let knows = heard.known(&before);
    assert_eq!((knows.at(), knows.place.as_str()), (Timestamp(10), "Sede"));
    let on_again = known(Some(20), 19, "Liceo", false);
    assert_eq!(knows.letter(&on_again, false), Some(LetterKind::OutreachMoved));
    assert_eq!(Unheard::default().known(&on_again), on_again);
}

proptest! {
    #[test]
    fn nobody_is_told_what_they_know_and_everybody_what_they_do_not(
        slots in (prop::option::of(0_i64..3), prop::option::of(0_i64..3)),
        begins in (0_i64..3, 0_i64..3),
        places in ("[AB]", "[AB]"),
        off in any::<(bool, bool)>(),
        comes_home in any::<bool>(),
    ) {
        let one = known(slots.0, begins.0, &places.0, off.0);
        let other = known(slots.1, begins.1, &places.1, off.1);
        prop_assert_eq!(one.letter(&one, comes_home), None);
        let is_same = one.is_off == other.is_off
            && (other.is_off
                || (one.at() == other.at() && (comes_home || one.place == other.place)));
        prop_assert_eq!(one.letter(&other, comes_home).is_none(), is_same);
        let is_off = one.letter(&other, comes_home) == Some(LetterKind::OutreachSuspended);
        prop_assert_eq!(is_off, other.is_off && !one.is_off);
    }
}
