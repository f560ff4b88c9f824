//! Teaching sessions.

use super::*;
use crate::catalogue::EducationTopic;
use crate::decide::education::{
    Attendee, MOST_ATTENDANTS, MOST_MINUTES, NAMED_MS, attendees, correct, is_named, listing,
    record,
};
use crate::run::Run;
use crate::service::EducationSession;
use proptest::prelude::*;

fn session(attendants: u32, minutes: u32) -> EducationSession {
    let topic = EducationTopic::ResponsibleOwnership;
    EducationSession { topic, attendants, minutes, material: None }
}

#[test]
fn a_talk_has_listeners_and_an_end() {
    let context = context(Caller::Operative);
    let wrong = |field, problem| Err(Refusal::field(FieldError::new(field, problem)));
    let table = [
        (1, 1, Ok(())),
        (MOST_ATTENDANTS, MOST_MINUTES, Ok(())),
        (0, 30, wrong(Field::Attendants, Problem::Empty)),
        (MOST_ATTENDANTS + 1, 30, wrong(Field::Attendants, Problem::TooLarge)),
        (4_000_000_000, 30, wrong(Field::Attendants, Problem::TooLarge)),
        (12, 0, wrong(Field::Minutes, Problem::Empty)),
        (12, MOST_MINUTES + 1, wrong(Field::Minutes, Problem::TooLarge)),
    ];
    for (attendants, minutes, expected) in table {
        let decided = record(&context, &session(attendants, minutes), false);
        assert_eq!(decided, expected, "{attendants} {minutes}");
        let corrected = correct(&context, &session(attendants, minutes), recorded(), (false, 1));
        assert_eq!(corrected, expected, "{attendants} {minutes}");
    }
}

/// By who corrects it, on the same day.
fn recorded() -> Recorded {
    let context = context(Caller::Operative);
    Recorded { by: context.actor, on: context.recorded_on }
}

#[test]
fn a_talk_is_corrected_by_who_recorded_it_that_day_and_by_a_coordinator() {
    let of_another = Recorded { by: None, ..recorded() };
    let corrected =
        |caller, of, is_annulled| correct(&context(caller), &session(12, 30), of, (is_annulled, 0));
    assert_eq!(corrected(Caller::Operative, of_another, false), Err(Refusal::NotYourRecord));
    assert_eq!(corrected(Caller::Coordinator, of_another, false), Ok(()));
    assert_eq!(corrected(Caller::Coordinator, recorded(), true), Err(Refusal::AlreadyAnnulled));
}

#[test]
fn no_fewer_listened_than_are_listed() {
    let context = context(Caller::Operative);
    let corrected = |listed| correct(&context, &session(12, 30), recorded(), (false, listed));
    assert_eq!(corrected(12), Ok(()));
    let fewer = FieldError::new(Field::Attendants, Problem::TooSmall);
    assert_eq!(corrected(13), Err(Refusal::field(fewer)));
}

#[test]
fn a_talk_belongs_to_an_outreach_and_has_a_name_of_its_own() {
    let mut context = context(Caller::Coordinator);
    assert_eq!(record(&context, &session(12, 30), true), Err(Refusal::IdentifierTaken));
    context.outreach = None;
    assert_eq!(record(&context, &session(12, 30), false), Err(Refusal::OutreachUnknown));
}

#[test]
fn a_talk_without_material_is_read_as_before() {
    let text = r#"{"topic":"zoonoses","attendants":12,"minutes":30}"#;
    let read: EducationSession = serde_json::from_str(text).unwrap();
    assert_eq!(read.material, None);
}

#[test]
fn a_list_is_read_line_by_line_with_the_run_of_who_said_it() {
    let text = " María Soto, 12.345.678-5\n\nPedro D’Angelo\r\nRosa Díaz 8765432-k\n\
                Soto Rojas, Ana;\t12345006-K\n";
    let read = attendees(text).unwrap();
    let told: Vec<_> =
        read.iter().map(|one| (one.name.as_str(), one.run.map(|run| run.compact()))).collect();
    let run = |text: &str| Some(text.to_owned());
    assert_eq!(
        told,
        [
            ("María Soto", run("12345678-5")),
            ("Pedro D’Angelo", None),
            ("Rosa Díaz", run("8765432-K")),
            ("Soto Rojas, Ana", run("12345006-K")),
        ]
    );
    assert_eq!(attendees(" \n "), Ok(Vec::new()));
    for (wrong, field) in [
        ("María, 12.345.678-4", Field::Run),
        ("María, 12 345 678-5", Field::Run),
        ("12.345.678-5", Field::Run),
        (", 12.345.678-5", Field::PersonName),
    ] {
        assert_eq!(attendees(wrong).map_err(|error| error.field), Err(field), "{wrong}");
    }
    let many = "Ana\n".repeat(1_001);
    let too_many = FieldError::new(Field::PersonName, Problem::TooMany);
    assert_eq!(attendees(&many), Err(too_many));
}

#[test]
fn who_listened_is_known_for_a_year() {
    let held = Timestamp(1_000);
    for (later, is_known) in [(0, true), (NAMED_MS - 1, true), (NAMED_MS, false)] {
        let now = held.plus_ms(later);
        assert_eq!(is_named(held, now), is_known, "{later}");
        let late = FieldError::new(Field::PersonName, Problem::TooLongAgo);
        let expected = if is_known { Ok(()) } else { Err(Refusal::field(late)) };
        assert_eq!(listing(held, now), expected, "{later}");
    }
}

/// A name as people have them, and the number of a RUN for who says it.
fn anybody() -> impl Strategy<Value = (String, Option<u32>)> {
    let name = "[A-ZÑ][a-zñáé]{1,8}( [A-Z][a-z’-]{1,9}){0,3}";
    (name, prop::option::of(1_u32..50_000_000))
}

proptest! {
    #[test]
    fn a_list_is_read_again_as_it_stands(people in prop::collection::vec(anybody(), 0..6)) {
        let person = |(name, number): (String, Option<u32>)| Attendee {
            name: ShortText::parse(&name).unwrap(),
            run: number.map(|number| Run::from_number(number).unwrap()),
        };
        let people: Vec<_> = people.into_iter().map(person).collect();
        let text = people.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        prop_assert_eq!(attendees(&text), Ok(people));
    }
}
