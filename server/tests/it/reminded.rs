//! The link of a reminder: one button for who cannot come, and a way to the rest.

use domain::booking::Offering;

use crate::booking::{Hall, leads_to};
use crate::client::Client;
use crate::house::{Engine, House};

/// How many acts a page offers, and whether one of them is this one.
fn acts(client: &mut Client, path: &str, act: &str) -> (usize, bool) {
    let text = client.get(path).expect(200).text();
    assert!(!text.contains("<script"), "{path} has a script");
    let is_there = text.contains(&format!("value=\"{act}\""));
    (text.matches("name=\"act\"").count(), is_there)
}

#[test]
fn a_reminder_leads_to_one_button_and_to_the_rest() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let hall = Hall::lay_out(&house, Offering::Chip);
        let mut client = house.client();
        let path = leads_to(&hall.ask(&mut client, &[]).expect(303));
        let code = path.trim_start_matches("/T/").split('?').next().expect("a code").to_owned();
        let key = [("code", code.as_str()), ("document", "6785")];
        let own = leads_to(&client.form("/mi-hora", &key).expect(303));
        let reminded = format!("{own}?aviso=1");
        assert_eq!(acts(&mut client, &reminded, "cancel"), (1, true));
        let shown = client.get(&reminded).expect(200).text();
        assert!(shown.contains("Luna") && shown.contains("Sede Villa Chica"), "{shown}");
        assert!(shown.contains(&format!("href=\"{own}\"")), "a way to the rest: {shown}");
        assert!(!shown.contains("boleto.pdf"), "{shown}");
        // To look changes nothing: the rest is there, with another hour to choose.
        assert_eq!(acts(&mut client, &own, "move"), (2, true));

        client.form(&own, &[("act", "cancel")]).expect(303);
        assert_eq!(acts(&mut client, &reminded, "cancel"), (0, false));
        let shown = client.get(&reminded).expect(200).text();
        assert!(shown.contains("está anulada"), "{shown}");
    }
}
