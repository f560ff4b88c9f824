//! What phones were refused and nobody has mended: seen at the desk, recorded or put away there,
//! and told to the phone.

use backend::desk::unresolved;
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::desk::queue::{Resolution, UnresolvedLine};
use domain::desk::unresolved::UnresolvedView;
use domain::refusal::Refusal;
use domain::service::ServiceDetails;
use domain::submission::{FIRST_MOMENT, MAX_AHEAD_MS, Outcome, Submission};
use std::slice;

use crate::it::desk::{at_browser, refused};
use crate::it::field::{Field, Guest, refusal};
use crate::it::unresolved::{lines_of, waiting_lines};

const CHIP: &str = "999000000001101";
const OTHER_CHIP: &str = "999000000001102";

/// A visit of which the two readings of the chip differ.
pub fn readings_differ(field: &Field, run: u32) -> Vec<Command> {
    let mut visit = field.visit(&Guest::new(run), CHIP);
    for command in &mut visit {
        if let Command::RecordService { details, .. } = command
            && let ServiceDetails::Microchip(read) = details.as_mut()
        {
            read.second_reading = ChipNumber::from_digits(OTHER_CHIP).unwrap();
        }
    }
    visit
}

/// Such a visit as it was sent and refused.
pub async fn misread(field: &Field, run: u32, replaces: Option<&Submission>) -> Submission {
    let visit = readings_differ(field, run);
    let actor = field.as_operative();
    let replaces = replaces.map(|wrong| wrong.id);
    let sent = Submission { replaces, ..field.submission(actor, visit) };
    let reply = field.send(actor, slice::from_ref(&sent)).await;
    assert_eq!(refusal(&reply.answers[0].outcome), &Refusal::ChipReadingsDiffer);
    sent
}

async fn listed(field: &Field) -> Vec<UnresolvedLine> {
    field.office.clock.advance_ms(1_000);
    lines_of(field, UnresolvedView::Refused).await
}

on_both_databases! {
    async fn what_was_refused_is_recorded_at_the_desk_and_the_phone_learns_it(database) {
        let field = Field::on(&database).await;
        let (actor, present) = (field.as_operative(), at_browser(field.as_coordinator()));
        let wrong = misread(&field, 40_001_101, None).await;
        let lines = listed(&field).await;
        assert_eq!((lines.len(), lines[0].id), (1, wrong.id));
        assert!(lines[0].is_refused() && lines[0].may_be_another_chip());
        assert_eq!(lines[0].by, "Prueba operative");
        assert_eq!(waiting_lines(&field).await, [], "it waits at its phone first");

        let as_it_is = Resolution::Accept { chip: None };
        let again = unresolved::resolve(&field.office, &present, wrong.id, as_it_is).await;
        assert_eq!(refused(again), Refusal::ChipReadingsDiffer);
        assert_eq!(listed(&field).await, lines, "what the desk was refused it has told there");
        let right = Resolution::Accept { chip: Some(CHIP.to_owned()) };
        unresolved::resolve(&field.office, &present, wrong.id, right.clone()).await.unwrap();
        assert_eq!(listed(&field).await, []);
        let late = unresolved::resolve(&field.office, &present, wrong.id, right).await;
        assert_eq!(refused(late), Refusal::ChangedMeanwhile);
        let chips = format!("SELECT COUNT(*) FROM animal WHERE chip = '{CHIP}'");
        assert_eq!(database.number(&chips).await, 1);

        let reply = field.send(actor, slice::from_ref(&wrong)).await;
        for answer in [&reply.answers[0], &reply.resolved[0]] {
            assert_eq!(answer.id, wrong.id);
            assert!(matches!(answer.outcome, Outcome::Accepted { .. }), "{answer:?}");
        }
    }

    async fn what_a_wrong_clock_put_into_another_time_is_recorded_at_the_desk_as_of_now(database) {
        let field = Field::on(&database).await;
        let (actor, present) = (field.as_operative(), at_browser(field.as_coordinator()));
        let visit = field.visit(&Guest::new(40_001_106), CHIP);
        let mut ahead = field.submission(actor, visit);
        ahead.recorded_at = ahead.recorded_at.plus_ms(MAX_AHEAD_MS + 1);
        let mut forgot = field.submission(actor, field.visit(&Guest::new(40_001_107), OTHER_CHIP));
        forgot.recorded_at = FIRST_MOMENT.plus_ms(-1);
        for (wrong, why) in
            [(&ahead, Refusal::RecordedInFuture), (&forgot, Refusal::RecordedLongAgo)]
        {
            let reply = field.send(actor, slice::from_ref(wrong)).await;
            assert_eq!(refusal(&reply.answers[0].outcome), &why);
        }
        field.office.clock.advance_ms(1_000);
        let now = field.office.clock.now();
        for wrong in [&ahead, &forgot] {
            let as_it_is = Resolution::Accept { chip: None };
            unresolved::resolve(&field.office, &present, wrong.id, as_it_is).await.unwrap();
        }
        assert_eq!(listed(&field).await, []);
        for end in ["MIN", "MAX"] {
            let made =
                format!("SELECT {end}(recorded_at) FROM submission WHERE outcome = 'accepted'");
            assert_eq!(database.number(&made).await, now.0);
        }
        let reply = field.send(actor, slice::from_ref(&ahead)).await;
        assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
    }

    async fn what_was_refused_is_put_away_with_words_and_the_phone_learns_it(database) {
        let field = Field::on(&database).await;
        let (actor, present) = (field.as_operative(), at_browser(field.as_coordinator()));
        let wrong = misread(&field, 40_001_103, None).await;
        let put_away = |words: &str| Resolution::Dismiss { words: words.to_owned() };
        let mute = unresolved::resolve(&field.office, &present, wrong.id, put_away(" ")).await;
        assert!(matches!(refused(mute), Refusal::Invalid { .. }));
        let words = put_away("Se anotó en papel");
        unresolved::resolve(&field.office, &present, wrong.id, words).await.unwrap();
        assert_eq!(listed(&field).await, []);
        assert_eq!(database.number("SELECT COUNT(*) FROM owner").await, 0);
        let reply = field.send(actor, slice::from_ref(&wrong)).await;
        for answer in [&reply.answers[0], &reply.resolved[0]] {
            assert_eq!(answer.id, wrong.id);
            assert_eq!(refusal(&answer.outcome), &Refusal::PutAway);
        }
    }

    async fn what_its_maker_mends_is_listed_no_more(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let first = misread(&field, 40_001_104, None).await;
        let other = misread(&field, 40_001_105, None).await;
        let second = misread(&field, 40_001_104, Some(&first)).await;
        let ids = |lines: Vec<UnresolvedLine>| lines.iter().map(|l| l.id).collect::<Vec<_>>();
        let mut shown = ids(listed(&field).await);
        shown.sort();
        let mut expected = vec![other.id, second.id];
        expected.sort();
        assert_eq!(shown, expected, "of a chain the last");
        let visit = field.visit(&Guest::new(40_001_104), CHIP);
        let right = Submission { replaces: Some(second.id), ..field.submission(actor, visit) };
        let reply = field.send(actor, slice::from_ref(&right)).await;
        assert!(matches!(reply.answers[0].outcome, Outcome::Accepted { .. }), "{reply:?}");
        assert_eq!(ids(listed(&field).await), [other.id]);
    }
}
