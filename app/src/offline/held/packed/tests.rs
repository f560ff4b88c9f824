use super::*;
use domain::id::{AnimalId, OutreachId, ServiceId, StaffId, SubmissionId, VisitId};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Everything that may be there is there, or nothing of it.
fn held(is_full: bool) -> Held {
    let some = |number: u128| is_full.then(|| id(number));
    let head = Head {
        id: SubmissionId(id(1)),
        sequence: if is_full { 70_000 } else { 1 },
        outreach: some(2).map(OutreachId),
        visit: some(3).map(VisitId),
        recorded_at: Timestamp(if is_full { 1_795_366_800_000 } else { -1 }),
        utc_offset_minutes: -180,
        replaces: some(4).map(SubmissionId),
        actor: some(5).map(StaffId),
        behind: some(6).map(VisitId),
    };
    let line = Line {
        animal: some(7).map(AnimalId),
        name: is_full.then(|| "Ñandú".to_owned()),
        service: is_full.then_some(ServiceKind::DewormingInternal),
        chip: ChipNumber::from_digits("000000000000000").ok().filter(|_| is_full),
        id: some(8).map(ServiceId),
        annuls: some(9).map(ServiceId),
        lot: is_full.then(|| "\t\n".to_owned()),
        lost: u32::from(is_full) * 300,
        corrects: is_full,
    };
    let brief = Brief {
        title: "Ñandú".to_owned(),
        owner: "Ana Núñez".to_owned(),
        words: "nandu ana nunez".to_owned(),
        line: "1\t ana nunez nandu\trun:1-9\t\t#999000000000001".to_owned(),
        is_arrival: true,
    };
    let [body, form, content] = [const { String::new() }; 3];
    Held {
        head,
        body,
        lines: if is_full { vec![line, Line::default()] } else { Vec::new() },
        state: if is_full { ItemState::Sent } else { ItemState::Pending },
        form,
        replaced_by: some(10).map(SubmissionId),
        is_cleared: is_full,
        bytes: u32::from(is_full) * 4_000,
        content,
        is_aside: is_full,
        is_put_away: is_full,
        copy: if is_full { "+".to_owned() } else { String::new() },
        brief: is_full.then_some(brief),
    }
}

#[test]
fn what_is_packed_is_unpacked_as_it_was() {
    let mut all = vec![held(true), held(false)];
    for state in STATES {
        all.push(Held { state, ..held(true) });
    }
    for kind in ServiceKind::ALL {
        let line = Line { service: Some(*kind), ..Line::default() };
        all.push(Held { lines: vec![line], ..held(false) });
    }
    for chip in ["000000000000000", "999999999999999", "985121004515220"] {
        let line = Line { chip: ChipNumber::from_digits(chip).ok(), ..Line::default() };
        all.push(Held { lines: vec![line], ..held(false) });
    }
    assert_eq!(unpacked(&packed(all.iter())), Some(all));
    assert_eq!(unpacked(&packed(std::iter::empty())), Some(Vec::new()));
}

#[test]
fn bytes_that_were_cut_off_or_changed_are_no_records_and_no_panic() {
    let bytes = packed([held(true), held(false)].iter());
    for end in 0..bytes.len() {
        assert_eq!(unpacked(bytes.split_at(end).0), None, "{end}");
    }
    let more = [bytes.as_slice(), &[0]].concat();
    assert_eq!(unpacked(&more), None, "nothing stands behind them");
    for at in 0..bytes.len() {
        for change in [1, 0x80, 0xff] {
            let mut other = bytes.clone();
            other[at] ^= change;
            // Whatever it is read as: what is stored is sealed, and is not read at all then.
            let _ = unpacked(&other);
        }
    }
}

/// Bytes that a phone has stored: who changes them raises [`FORM`].
#[test]
fn the_form_is_the_one_of_its_number() {
    let nobody = [0; 10];
    let zeros = [0; 15];
    let expected = [
        // A record: its identifier, its number; neither outreach nor visit.
        [1].as_slice(),
        &zeros,
        &[1],
        &[1],
        &[0, 0],
        // When: one millisecond before all, three hours west; it mends nothing, nobody did it.
        &[0xff; 9],
        &[1],
        &[0xcc, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
        &[0, 0, 0],
        // It waits, was corrected by none, is not cleared, weighs nothing, is neither set aside nor
        // put away, has no copy, no lines, no brief; and there are no others.
        &nobody,
    ]
    .concat();
    let bytes = packed(std::iter::once(&held(false)));
    assert_eq!((FORM, bytes), (2, expected));
}
