//! A form of a booking that comes twice, as after a double tap or on a bad line.

use domain::booking::Offering;

use crate::booking::{Hall, leads_to};
use crate::house::{Engine, House};

/// The name that a form was given.
fn name_of(page: &str) -> String {
    let field = page.split_once("name=\"form\"").expect("a field").1;
    let value = field.split_once("value=\"").expect("a value").1;
    value.chars().take_while(char::is_ascii_hexdigit).collect()
}

#[test]
fn a_form_put_right_after_the_way_back_is_not_passed_over_in_silence() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let hall = Hall::lay_out(&house, Offering::Chip);
        let mut client = house.client();
        let form = name_of(&client.get(&hall.form()).expect(200).text());
        let sent = [("email", ""), ("form", form.as_str()), ("time", hall.hours[0].as_str())];
        let code = leads_to(&hall.ask(&mut client, &sent).expect(303));
        for otherwise in [("pet_name_1", "Lunita"), ("time", hall.hours[1].as_str())] {
            let kept: Vec<_> = sent.iter().filter(|(name, _)| *name != otherwise.0).collect();
            let fields: Vec<_> = kept.into_iter().copied().chain([otherwise]).collect();
            let told = hall.ask(&mut client, &fields).expect(422).text();
            assert!(told.contains("ya estaba hecha") && told.contains("/mi-hora"), "{told}");
            assert!(told.contains(otherwise.1), "what was put right was lost: {told}");
        }
        assert_eq!(leads_to(&hall.ask(&mut client, &sent).expect(303)), code);

        let ticket = code.split('?').next().expect("a path");
        let code = ticket.rsplit('/').next().expect("a code");
        let key = [("code", code), ("document", "6785")];
        let own = leads_to(&client.form("/mi-hora", &key).expect(303));
        client.form(&own, &[("act", "cancel")]).expect(303);
        let told = hall.ask(&mut client, &sent).expect(422).text();
        assert!(told.contains("ya no está vigente") && told.contains("Luna"), "{told}");
        // The page has another name: what it asks for is a booking of its own.
        let fresh = name_of(&told);
        assert_ne!(fresh, form);
        let anew = [sent[0], ("form", fresh.as_str()), sent[2]];
        let other = leads_to(&hall.ask(&mut client, &anew).expect(303));
        assert!(!other.contains(code), "{other}");
    }
}

#[test]
fn a_full_hour_leads_to_no_other_and_to_the_line_only_where_it_does() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let hall = Hall::lay_out(&house, Offering::Chip);
        let mut client = house.client();
        let hour = hall.hours[0].as_str();
        hall.ask(&mut client, &[("time", hour)]).expect(303);
        let second = [("run", "11.111.111-1"), ("email", ""), ("time", hour)];
        for _ in 0..2 {
            let told = hall.ask(&mut client, &second).expect(422).text();
            assert!(told.contains("Esa hora se llenó") && told.contains("elija otra"), "{told}");
            assert!(told.contains("11.111.111-1") && told.contains("Luna"), "{told}");
            assert!(!told.contains("value=\"wait\""), "{told}");
            // It stays chosen: sent again, the form asks for no other hour.
            assert!(told.contains(&format!("value=\"{hour}\" selected")), "{told}");
        }
        // No hour has room for two: they may wait, and do.
        let two = [("pet_name_2", "Ñato"), ("species_2", "dog"), ("sex_2", "male")];
        let two = [&second[..], &two].concat();
        let told = hall.ask(&mut client, &two).expect(422).text();
        assert!(told.contains("Ya no quedan cupos") && told.contains("value=\"wait\""), "{told}");
        let waits = [&two[..], &[("act", "wait")]].concat();
        let waits = leads_to(&hall.ask(&mut client, &waits).expect(303));
        assert!(client.get(&waits).expect(200).text().contains("lugar 1"));
    }
}

#[test]
fn a_form_sent_twice_leads_to_the_same_code() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let hall = Hall::lay_out(&house, Offering::Chip);
        let mut client = house.client();
        let page = client.get(&hall.form()).expect(200).text();
        let form = name_of(&page);
        assert_eq!(form.len(), 32);
        assert_ne!(name_of(&client.get(&hall.form()).expect(200).text()), form);
        let sent = [("email", ""), ("form", form.as_str())];
        // What has to be put right is sent again under the same name.
        let wrong = [&sent[..], &[("run", "12.345.678-9")]].concat();
        assert_eq!(name_of(&hall.ask(&mut client, &wrong).expect(422).text()), form);
        let code = leads_to(&hall.ask(&mut client, &sent).expect(303));
        assert_eq!(leads_to(&hall.ask(&mut client, &sent).expect(303)), code);
        // The same page, filled in for somebody else, is another booking.
        let other = [&sent[..], &[("run", "11.111.111-1")]].concat();
        assert_ne!(leads_to(&hall.ask(&mut client, &other).expect(303)), code);
        let full = hall.ask(&mut client, &[("run", "22.222.222-2")]).expect(422).text();
        assert!(full.contains("Ya no quedan cupos"), "two places went to two people: {full}");
        // What is no name of a form is none.
        let strange = [("run", "22.222.222-2"), ("act", "wait"), ("form", "<script>")];
        hall.ask(&mut client, &strange).expect(303);
    }
}
