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
