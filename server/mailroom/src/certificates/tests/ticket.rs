//! The ticket of a booked place, read back and scanned from the page.

use super::super::{Certificates, TicketFacts};
use super::qr::qr_codes;
use super::{date, keep, text};

fn ticket() -> TicketFacts {
    TicketFacts {
        issuer: "Delegación Presidencial Provincial de Antofagasta".to_owned(),
        names: "Luna y Ñato".to_owned(),
        offering: "Microchip y desparasitación".to_owned(),
        outreach: "Operativo Villa El Salto".to_owned(),
        comes_home: false,
        place: "Sede de la Junta de Vecinos, Sicilia 1516".to_owned(),
        commune: "Antofagasta".to_owned(),
        on: date(2026, 12, 5),
        time: Some("09:30".to_owned()),
        until: None,
        code: "K7QX2M9RTA".to_owned(),
        url: "HTTPS://HUELLA.EXAMPLE.CL/T/K7QX2M9RTA".to_owned(),
        page: "https://huella.example.cl/mi-hora".to_owned(),
        prepare: vec![
            "Ayuno: no le dé comida desde 8 horas antes de su hora.".to_owned(),
            "El perro con collar y correa.".to_owned(),
        ],
        bring: Some("Correa o transportín, y el carné de vacunas.".to_owned()),
        way: Some("Micro 103 hasta la plaza.".to_owned()),
        demonstration: false,
    }
}

#[test]
fn the_ticket_says_when_where_and_what_to_bring() {
    let pdf = Certificates::new().unwrap().ticket(&ticket()).unwrap();
    keep("ticket.pdf", &pdf);
    let text = text(&pdf);
    for expected in [
        "Luna y Ñato",
        "5 de diciembre de 2026",
        "09:30",
        "Microchip y desparasitación",
        "Operativo Villa El Salto",
        "Sede de la Junta de Vecinos, Sicilia 1516",
        "K7QX2 M9RTA",
        "Ayuno: no le dé comida desde 8 horas antes de su hora.",
        "El perro con collar y correa.",
        "Correa o transportín",
        "Micro 103 hasta la plaza.",
        "huella.example.cl/mi-hora",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing in {text:?}");
    }
    assert!(!text.contains("Demostración"), "{text}");
}

#[test]
fn the_ticket_of_a_home_visit_leads_to_no_hall() {
    let until = Some("10:30".to_owned());
    let home = TicketFacts { comes_home: true, until, ..ticket() };
    let text = text(&Certificates::new().unwrap().ticket(&home).unwrap());
    for expected in [
        "09:30 a 10:30",
        "En su casa",
        "Antes de la visita",
        "Qué tener a mano",
        "cuando llegue el equipo",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing in {text:?}");
    }
    for of_a_hall in ["Sicilia", "Antes de venir", "Qué traer", "Comuna"] {
        assert!(!text.contains(of_a_hall), "{of_a_hall}: {text}");
    }
}

#[test]
fn of_an_hour_that_comes_twice_the_ticket_says_which() {
    let time = Some("23:30 (antes del cambio de hora)".to_owned());
    let text =
        text(&Certificates::new().unwrap().ticket(&TicketFacts { time, ..ticket() }).unwrap());
    assert!(text.contains("23:30 (antes del cambio de hora)"), "{text}");
}

#[test]
fn the_tickets_qr_leads_to_its_page() {
    let pdf = Certificates::new().unwrap().ticket(&ticket()).unwrap();
    assert_eq!(qr_codes(&pdf, "150"), [ticket().url]);
}

#[test]
fn a_ticket_without_hour_or_directions_and_with_long_ones_is_one_page() {
    let press = Certificates::new().unwrap();
    let bare = TicketFacts { time: None, bring: None, way: None, ..ticket() };
    let words = text(&press.ticket(&bare).unwrap());
    assert!(!words.contains("none") && !words.contains("Qué traer"), "{words}");
    let long = TicketFacts {
        names: "Ñandú D’Angelo 🐶 #set text(red) $x$ ".repeat(6),
        outreach: "W".repeat(120),
        bring: Some("Collar, correa y bozal. ".repeat(40)),
        way: Some("Por la avenida hasta la plaza. ".repeat(40)),
        demonstration: true,
        ..ticket()
    };
    let words = text(&press.ticket(&long).unwrap());
    assert!(words.contains("#set text(red)") && words.contains("Demostración"), "{words}");
}
