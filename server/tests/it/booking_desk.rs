//! The bookings of an outreach over HTTP: who may see them, and what is noted.

use domain::booking::Offering;

use crate::booking::Hall;
use crate::house::{Engine, House};

/// The booking that the page's first form is about.
fn booking_of(page: &str) -> String {
    let field = page.split_once("name=\"booking\"").expect("a form").1;
    let value = field.split_once("value=\"").expect("a value").1;
    value.split_once('"').expect("its end").0.to_owned()
}

#[test]
fn a_coordinator_notes_what_somebody_says_by_telephone() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let hall = Hall::lay_out(&house, Offering::Chip);
        hall.ask(&mut house.client(), &[("email", "")]).expect(303);
        let path = format!("/coordinacion/operativos/{}/reservas", hall.id);
        let mut desk = house.staff("coordinator");
        let page = desk.get(&path).expect(200).text();
        for told in ["María José Núñez", "12.345.678-5", "Luna", "5678", "con reserva"] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(page.contains("La Chimba &lt;b"), "{page}");
        let none = desk.get(&format!("{path}?ver=por-llamar&pagina=9")).expect(200).text();
        assert!(none.contains("No hay reservas en esta lista"), "{none}");

        let booking = booking_of(&page);
        let wrong = [("act", "decline_offer"), ("booking", booking.as_str())];
        let told = desk.form(&path, &wrong).expect(409).text();
        assert!(told.contains("María José Núñez"), "the page is whole: {told}");
        let gone = [("act", "cancel"), ("booking", booking.as_str())];
        let list = format!("{path}?ver=todas&pagina=1");
        let done = desk.form(&list, &gone).expect(303);
        let to = done.header("location").expect("a page").to_owned();
        assert!(to.starts_with(&list), "back to the same list: {to}");
        let seen = desk.get(&to).expect(200).text();
        assert!(seen.contains("La reserva quedó anulada") && seen.contains("anulada"), "{seen}");
        let live = desk.get(&path).expect(200).text();
        assert!(!live.contains("María José"), "{live}");

        for (act, about) in [("", booking.as_str()), ("x", booking.as_str()), ("cancel", "x")] {
            desk.form(&path, &[("act", act), ("booking", about)]).expect(400);
        }
        let nobody = "01900000-0000-7000-8000-000000000000";
        desk.form(&path, &[("act", "cancel"), ("booking", nobody)]).expect(409);
        for id in ["x", nobody] {
            desk.get(&format!("/coordinacion/operativos/{id}/reservas")).expect(404);
        }
        let mut auditor = house.staff("auditor");
        auditor.get(&path).expect(403);
        auditor.form(&path, &gone).expect(403);
    }
}
