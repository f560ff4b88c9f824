//! The appointment of a booking in its owner's calendar: each change supersedes the one before, and
//! giving the hour back takes it out. And what the letter of a new date says of its animals.

use std::time::Duration;

use backend::clock::Clock;
use domain::booking::Offering;
use domain::timestamp::CivilDate;
use mail_parser::{MessageParser, MimeHeaders};

use crate::booking::{Hall, leads_to};
use crate::house::{Engine, House};
use crate::papers::mails;

/// The calendar file of the newest of so many mails: how it is to be taken, and what it says.
fn calendar(house: &House, count: usize) -> (String, String) {
    let (_, mail) = mails(house, count).pop().expect("a mail");
    let message = MessageParser::default().parse(&mail).expect("a mail");
    let files = message.attachments();
    let mut files = files.filter_map(|part| {
        let kind = part.content_type()?;
        let method = kind.attribute("method")?.to_owned();
        Some((method, String::from_utf8(part.contents().to_vec()).ok()?))
    });
    files.next().expect("a calendar file")
}

fn property<'t>(text: &'t str, name: &str) -> &'t str {
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    value.unwrap_or_else(|| panic!("no {name} in {text}"))
}

fn sequence(text: &str) -> u32 {
    property(text, "SEQUENCE:").parse().expect("a number")
}

#[test]
fn what_is_given_back_goes_out_of_the_calendar() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let hall = Hall::lay_out(&house, Offering::Chip);
        let mut client = house.client();
        let booked = hall.ask(&mut client, &[]).expect(303);
        let path = leads_to(&booked);
        let (method, given) = calendar(&house, 1);
        assert_eq!((method.as_str(), property(&given, "STATUS:")), ("PUBLISH", "CONFIRMED"));
        assert!(property(&given, "ORGANIZER:mailto:").contains('@'), "{given}");

        let code = path.trim_start_matches("/T/").split('?').next().expect("a code").to_owned();
        let key = [("code", code.as_str()), ("document", "6785")];
        let own = leads_to(&client.form("/mi-hora", &key).expect(303));
        client.form(&own, &[("act", "cancel")]).expect(303);
        let (method, back) = calendar(&house, 2);
        assert_eq!((method.as_str(), property(&back, "STATUS:")), ("CANCEL", "CANCELLED"));
        for name in ["UID:", "DTSTART:", "ORGANIZER:"] {
            assert_eq!(property(&back, name), property(&given, name), "{name}");
        }
        assert!(sequence(&back) > sequence(&given), "{back}");
    }
}

/// Calendars drop what has no higher sequence than what they know.
#[test]
fn a_new_date_supersedes_the_calling_off_before_it() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let hall = Hall::lay_out(&house, Offering::Chip);
        let mut client = house.client();
        let path = leads_to(&hall.ask(&mut client, &[]).expect(303));
        let (_, given) = calendar(&house, 1);
        let plan = format!("/coordinacion/operativos/{}/plan", hall.id);
        let mut desk = house.staff("coordinator");
        desk.form(&format!("{plan}/suspender"), &[("reason", "Lluvia")]).expect(303);
        let (method, off) = calendar(&house, 2);
        assert_eq!(method, "CANCEL");
        // What is told within one second may be told in any order.
        std::thread::sleep(Duration::from_millis(1_100));
        let today = Clock::System.now().local(-180).0;
        let later = CivilDate::from_days(today.days() + 7).to_string();
        let day = [("day", later.as_str()), ("starts", "10:00")];
        desk.form(&format!("{plan}/reprogramar"), &day).expect(303);
        let (method, moved) = calendar(&house, 3);
        assert_eq!((method.as_str(), property(&moved, "STATUS:")), ("PUBLISH", "CONFIRMED"));
        assert_ne!(property(&moved, "DTSTART:"), property(&given, "DTSTART:"));

        let code = path.trim_start_matches("/T/").split('?').next().expect("a code").to_owned();
        let key = [("code", code.as_str()), ("document", "6785")];
        let own = leads_to(&client.form("/mi-hora", &key).expect(303));
        client.form(&own, &[("act", "cancel")]).expect(303);
        let (method, back) = calendar(&house, 4);
        assert_eq!(method, "CANCEL");
        let told = [&given, &off, &moved, &back];
        for (earlier, later) in told.iter().zip(told.iter().skip(1)) {
            assert_eq!(property(later, "UID:"), property(earlier, "UID:"));
            assert!(sequence(later) > sequence(earlier), "{earlier} {later}");
        }
    }
}

/// The text of a mail, and the path that its link opens.
fn letter(mail: &[u8]) -> (String, String) {
    let message = MessageParser::default().parse(mail).expect("a mail");
    let text = message.body_text(0).expect("a text").into_owned();
    let (_, token) = text.split_once("/e/").expect("a link");
    let token = token.split_whitespace().next().expect("a token");
    let path = format!("/e/{token}");
    (text, path)
}

/// Surgery takes animals up to seven years: the one that is older by then is named, with what its
/// owner may do, and the other is not.
#[test]
fn a_new_date_says_whose_animal_will_be_too_old() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let hall = Hall::lay_out(&house, Offering::Sterilisation);
        let mut client = house.client();
        hall.ask(&mut client, &[("years_1", "6"), ("months_1", "11")]).expect(303);
        let other =
            [("run", "11.111.111-1"), ("email", "otra@example.cl.invalid"), ("pet_name_1", "Iris")];
        hall.ask(&mut client, &other).expect(303);
        mails(&house, 2);
        let today = Clock::System.now().local(-180).0;
        let later = CivilDate::from_days(today.days() + 80).to_string();
        let day = [("day", later.as_str()), ("starts", "10:00")];
        let plan = format!("/coordinacion/operativos/{}/plan", hall.id);
        house.staff("coordinator").form(&format!("{plan}/reprogramar"), &day).expect(303);
        let letters: Vec<_> = mails(&house, 4).iter().map(|(_, mail)| letter(mail)).collect();
        let told = letters.iter().filter(|(text, _)| text.contains("cambió de fecha"));
        let told: Vec<_> = told.collect();
        assert_eq!(told.len(), 2);
        for (text, path) in told {
            let is_older = text.contains("Luna");
            let page = client.get(path).expect(200).text();
            assert!(page.contains("La nueva fecha me sirve"), "{page}");
            for words in [
                "Puede que ese día no se atienda a Luna",
                "Luna: ese día pasará la edad que se atiende",
                "El cupo sigue siendo suyo: el equipo decide ese día",
            ] {
                assert_eq!(text.contains(words), is_older, "{words}: {text}");
                assert_eq!(page.contains(words), is_older, "{words}: {page}");
            }
        }
    }
}
