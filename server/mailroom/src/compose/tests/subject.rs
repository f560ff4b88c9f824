//! Of a subject that would be too long the names are shortened, and never the day or the hour.

use proptest::prelude::*;

use super::{booking, composed, message, news, parsed, text_of};
use crate::compose::subject::MOST_CHARS;
use crate::letter::{BookingLetter, Letter, OutreachNews, OutreachNewsLetter};

const LONG: &str = "Población Huanchaca Alto, sector de la antigua estación del ferrocarril, \
                    segunda etapa, junto a la multicancha";

fn subject_of(letter: Letter) -> String {
    let bytes = composed(&message(letter));
    parsed(&bytes).subject().unwrap().to_owned()
}

#[test]
fn a_long_name_of_an_outreach_leaves_its_day_whole() {
    for news in [OutreachNews::Published, OutreachNews::Joined, OutreachNews::Moved] {
        let outreach = LONG.to_owned();
        let letter = OutreachNewsLetter { news, outreach, ..news::letter() };
        let subject = subject_of(Letter::OutreachNews(letter.clone()));
        assert!(subject.ends_with(": 5 de diciembre de 2026, 09:30"), "{subject}");
        assert!(subject.contains('…') && subject.contains("Población Huanchaca"), "{subject}");
        let length = subject.chars().count();
        assert!((MOST_CHARS - 8..=MOST_CHARS).contains(&length), "as it fits: {subject}");
        let text = text_of(Letter::OutreachNews(letter)).replace('\n', " ");
        assert!(text.contains(LONG), "the letter itself says all of it: {text}");
    }
}

#[test]
fn so_many_animals_are_named_as_there_is_room_for() {
    let name = "Maximiliano Segundo de la Quebrada";
    for many in 1..=6 {
        let animals = vec![name.to_owned(); many];
        let home_until = Some("10:30".to_owned());
        let letter = BookingLetter { animals, home_until, comes_home: true, ..booking::letter() };
        for kind in [Letter::Booked, Letter::BookingMoved, Letter::BookingReminder] {
            let subject = subject_of(kind(letter.clone()));
            assert!(subject.ends_with(" 5 de diciembre de 2026, 09:30 a 10:30"), "{subject}");
            assert!(subject.contains("Maximilian"), "{subject}");
            assert!(subject.chars().count() <= MOST_CHARS, "{subject}");
        }
    }
}

proptest! {
    #[test]
    fn no_name_takes_the_hour_out_of_a_subject(
        outreach in "\\PC{1,120}",
        animals in prop::collection::vec("\\PC{1,60}", 1..7),
    ) {
        let letter = BookingLetter { outreach, animals, ..booking::letter() };
        let subject = subject_of(Letter::BookingReminder(letter));
        prop_assert!(subject.chars().count() <= MOST_CHARS, "{}", subject);
        prop_assert!(subject.ends_with(", 5 de diciembre de 2026, 09:30"), "{}", subject);
    }
}
