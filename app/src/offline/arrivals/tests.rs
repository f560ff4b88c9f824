use super::*;
use crate::offline::held::{NewRecord, Record};
use domain::booking::Numbers;
use domain::command::Command;
use domain::id::{StaffId, SubmissionId};
use domain::name::PersonName;
use domain::pack::booking_line;
use domain::timestamp::Timestamp;
use std::sync::Arc;

const OUTREACH: OutreachId = OutreachId(Uuid::from_u128(1));
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(2));

fn details(run: &str, given: &str) -> BookingDetails {
    BookingDetails {
        document: IdentityDocument::parse_run(run).unwrap(),
        name: PersonName::parse(given, "Núñez Soto").unwrap(),
        phone: None,
        email: None,
        address: None,
        commune: None,
        unit: None,
        has_priority: false,
        animals: Vec::new(),
    }
}

fn expected(n: u128, tag: &str, details: BookingDetails) -> Expected {
    Expected {
        id: BookingId(Uuid::from_u128(n)),
        tag: tag.to_owned(),
        line: booking_line(&details),
        offering: Offering::Chip,
        slot: None,
        state: BookingState::Booked,
        number: None,
        details: Some(details),
        is_known: false,
    }
}

fn door() -> Arrivals {
    let maria = expected(10, "ab12cd34", details("12.345.678-5", "María José"));
    let pedro = expected(11, "00000000", details("11.111.111-1", "Pedro"));
    Arrivals { expected: vec![maria, pedro], ..Arrivals::none(OUTREACH) }
}

fn ids(found: &[&Expected]) -> Vec<u128> {
    found.iter().map(|one| one.id.0.as_u128()).collect()
}

#[test]
fn somebody_is_found_by_ticket_run_and_name() {
    let door = door();
    assert_eq!(ids(&door.found("HTTPS://HOST/T/ABCDEFGH27", "ab12cd34ef")), [10]);
    for text in ["12.345.678-5", "123456785", "jose maria", "MARÍA"] {
        assert_eq!(ids(&door.found(text, "")), [10], "{text}");
    }
    assert_eq!(ids(&door.found("nunez", "")), [10, 11]);
    assert_eq!(ids(&door.found("  ", "")), [10, 11], "nothing was typed");
    for text in ["Ximena", "x", "9.876.543-3", "HTTPS://HOST/T/ABCDEFGH27"] {
        assert_eq!(ids(&door.found(text, "ffffffffff")), [], "{text}");
    }
}

#[test]
fn a_code_is_read_as_typed_and_as_scanned() {
    for text in
        ["ABCDEFGH27", "abcde-fgh 27", "HTTPS://HOST/T/ABCDEFGH27", "https://h/t/abcdefgh27/"]
    {
        assert_eq!(ticket_code(text).as_deref(), Some("ABCDEFGH27"), "{text}");
    }
    for text in ["", "ABCDEFGH2", "ABCDEFGH10", "12.345.678-5", "María José"] {
        assert_eq!(ticket_code(text), None, "{text}");
    }
}

#[test]
fn places_are_promised_while_the_share_lasts_and_asked_for_when_it_is_gone() {
    let mut door = door();
    let mut ids = 20_u128..;
    let mut new_id = || Uuid::from_u128(ids.next().unwrap());
    let asked = door.asked(DEVICE, &mut new_id);
    assert_eq!((asked.grant.len(), asked.numbers), (Offering::ALL.len(), NUMBERS));
    let id = asked.grant[0].id;
    let share = ShareHeld { id, offering: Offering::Chip, granted: 2, used: 0 };
    let numbers = Some(Numbers { first: 7, last: 8 });
    door.hold(PlacesHeld { shares: vec![share.clone()], numbers });
    assert_eq!((door.share(Offering::Chip), door.number()), (Some((id, 2)), Some(7)));
    assert_eq!(door.share(Offering::Deworming), None);
    door.give(Some(id));
    door.give(None);
    assert_eq!((door.share(Offering::Chip), door.number()), (Some((id, 1)), None));
    // The server has not heard of it yet.
    door.hold(PlacesHeld { shares: vec![share.clone()], numbers: None });
    assert_eq!(door.share(Offering::Chip), Some((id, 1)));
    door.give(Some(id));
    assert_eq!(door.share(Offering::Chip), None);
    assert_eq!(door.asked(DEVICE, &mut new_id).grant.len(), Offering::ALL.len());
    // Void: it was written off.
    door.hold(PlacesHeld { shares: Vec::new(), numbers: None });
    assert_eq!(door.shares, []);
    let text = serde_json::to_string(&door).unwrap();
    assert_eq!(crate::offline::json::read::<Arrivals>(&text).unwrap(), door);
}

#[test]
fn a_ticket_that_this_phone_took_in_is_known_without_signal() {
    let one = &door().expected[0];
    let mut kept = Kept::default();
    assert!(!is_in(one, &kept));
    let new = NewRecord {
        id: SubmissionId(Uuid::from_u128(30)),
        actor: StaffId(Uuid::from_u128(31)),
        outreach: Some(OUTREACH),
        visit: None,
        recorded_at: Timestamp(1_700_000_000_000),
        utc_offset_minutes: -180,
        replaces: None,
        commands: vec![Command::Arrive { booking: one.id, number: None }],
        form: String::new(),
    };
    let held = new.numbered(DEVICE, 1).unwrap();
    assert!(held.is_arrival());
    kept.records.push(Record { held: Arc::new(held), outcome: None });
    assert!(is_in(one, &kept) && !is_in(&door().expected[1], &kept));
    let told = Expected { state: BookingState::Served, ..one.clone() };
    assert!(is_in(&told, &Kept::default()));
}

#[test]
fn the_visit_begins_with_the_search_or_with_what_was_said_when_booking() {
    let one = &door().expected[0];
    let fresh = OwnerId(Uuid::from_u128(40));
    let known = Expected { is_known: true, ..one.clone() };
    let begun = visit(&known, fresh);
    assert_eq!((begun.step, begun.owner.id), (Step::Find, None));
    assert_eq!(
        IdentityDocument::parse_run(&begun.owner.searched).unwrap().key().unwrap(),
        "12345678-5"
    );
    let begun = visit(one, fresh);
    assert_eq!((begun.step, begun.owner.id), (Step::Owner, Some(fresh)));
    let form = &begun.owner.form;
    assert_eq!((form.given.as_str(), form.surnames.as_str()), ("María José", "Núñez Soto"));
    assert!(!form.is_adult && !form.no_disqualification, "that is theirs to say");
    assert!(reading::owner(form).is_ok());
    assert!(visit(&Expected { details: None, ..one.clone() }, fresh).is_blank());
}
