//! The papers of an outreach are printed and read back with poppler.

use domain::booking::{Offering, Places};
use domain::catalogue::{DewormingKind, SanitaryPhase};
use domain::chip_number::ChipNumber;
use domain::closing::{
    Attendance, AttendanceAct, Counts, DaySheet, Ending, Hand, Heading, LotLine, OfferingPlan,
    TimeLine, TurnedAway,
};
use domain::desk::planned::{Duty, HomeVisit};
use domain::desk::stock::{OddChip, Oddity};
use domain::id::OutreachId;
use domain::outreach::OutreachKind;
use domain::role::Role;
use domain::service::ServiceKind;
use domain::stock::{Balance, DoseBalance};
use domain::territory::Commune;
use domain::timestamp::{Twice, WallTime};
use uuid::Uuid;

use super::super::Certificates;
use super::{date, keep, poppler, text};

fn heading() -> Heading {
    Heading {
        outreach: OutreachId(Uuid::from_u128(7)),
        name: "Villa El Salto".to_owned(),
        kind: OutreachKind::Mixed,
        programme: "Plan Veterinario en Marcha 2026".to_owned(),
        issuer: "Delegación Presidencial Provincial de Antofagasta".to_owned(),
        host: Some("Junta de Vecinos Villa El Salto".to_owned()),
        held_on: date(2026, 11, 22),
        hours: (540, 840),
        place: "Sicilia 1516".to_owned(),
        commune: Commune::parse("02101").unwrap(),
        unit: Some("02101-7".to_owned()),
        issued_on: date(2026, 11, 23),
        issued_at: 1_027,
        demonstration: true,
    }
}

fn hand(name: &str, duty: Option<Duty>) -> Hand {
    Hand {
        name: name.to_owned(),
        role: Role::Veterinarian,
        registration: Some("COLMEVET 8.412".to_owned()),
        duty,
        hours: (Some(600), None),
    }
}

fn doses(product: Option<&str>, batch: &str) -> DoseBalance {
    DoseBalance {
        kind: DewormingKind::External,
        product: product.map(|product| (product.to_owned(), date(2027, 1, 31))),
        batch: batch.to_owned(),
        received: 1_050,
        given: 1_031,
        lost: 4,
        left: 15,
        odd: 0,
    }
}

fn act() -> AttendanceAct {
    let figures = Attendance {
        capacity: 1_300,
        over: 2,
        booked: 1_234,
        arrived: 57,
        served: 50,
        turned_away: 6,
        no_shows: 11,
        walk_ins: 8,
        expected: 1_174,
        lent: 5,
        cancelled: 22,
        waiting: 33,
        offered: 7,
        lapsed: 44,
    };
    let away = |reason: Option<&str>, animals| TurnedAway {
        offering: Offering::Chip,
        reason: reason.map(str::to_owned),
        animals,
    };
    AttendanceAct {
        heading: heading(),
        offerings: vec![(Offering::Chip, figures)],
        turned_away: vec![away(Some("unfit"), 4), away(Some("of_another_version"), 1)],
        counts: Counts { implantations: 48, verifications: 3, ..Counts::default() },
        payers: Vec::new(),
        surgeries_not_performed: 2,
        talks: (1, 30),
        chips: Balance { received: 60, implanted: 48, lost: 1, in_box: 11 },
        odd_chips: vec![OddChip {
            chip: ChipNumber::from_digits("152098100000001").unwrap(),
            oddity: Oddity::NotAllotted,
            slip: None,
        }],
        doses: vec![doses(Some("Drontal Plus"), "L-77"), doses(None, "X9")],
        team: vec![hand("Camila Pérez Ñancupil", Some(Duty::Chipping))],
        ending: Some(Ending {
            at: (date(2026, 11, 22), 905),
            by: Some("Ignacio Tapia".to_owned()),
            open: 3,
            reason: Some("Se cortó la luz en Ñuñorco".to_owned()),
            later: 1_204,
        }),
    }
}

fn day_sheet() -> DaySheet {
    let places = Places { capacity: 60, booked: 41, used: 0, shared: 0 };
    DaySheet {
        heading: heading(),
        phase: Some((SanitaryPhase::Preparation, Some(date(2026, 11, 21)))),
        max_people: Some(40),
        team: vec![hand("Camila Pérez Ñancupil", None)],
        offerings: vec![OfferingPlan { offering: Offering::Chip, places, minutes: 8, stations: 2 }],
        times: (0..120)
            .map(|line| TimeLine {
                at: WallTime { minute: 540 + line, twice: None },
                offering: Offering::Chip,
                capacity: 4,
                booked: 3,
            })
            .collect(),
        homes: vec![(
            Some(WallTime { minute: 575, twice: None }),
            HomeVisit {
                at: None,
                offering: Offering::Chip,
                person: "Rosa Díaz".to_owned(),
                phone: None,
                address: "Huantajaya 7180, Antofagasta".to_owned(),
                animals: vec!["Luna".to_owned(), "Ñato".to_owned()],
            },
        )],
        chips: 60,
        lots: vec![LotLine {
            product: "Antiparasitario".to_owned(),
            lot: "A-7".to_owned(),
            expires_on: date(2027, 1, 31),
            doses: 50,
        }],
        bring: Some("Correa y carné".to_owned()),
        way: None,
    }
}

/// How many pages, and that they are tagged and conform.
fn pages(pdf: &[u8]) -> u32 {
    let info = String::from_utf8(poppler("pdfinfo", &["-"], pdf)).unwrap();
    assert!(info.contains("Tagged:          yes"), "{info}");
    let raw = String::from_utf8_lossy(pdf).into_owned();
    assert!(raw.contains("pdfuaid:part") && raw.contains("pdfaid:part"), "no conformance stated");
    let line = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
    line.trim().parse().unwrap()
}

#[test]
fn the_act_tells_what_became_of_every_place_chip_and_service() {
    let pdf = Certificates::new().unwrap().attendance(&act()).unwrap();
    keep("attendance.pdf", &pdf);
    let text = text(&pdf);
    for expected in [
        "Acta de asistencia",
        "Villa El Salto",
        "22 de noviembre de 2026",
        "09:00 a 14:00 horas",
        "Junta de Vecinos Villa El Salto",
        "1.234",
        "La salud del animal no lo permitía",
        "of_another_version",
        "Microchips verificados (no cuentan para la meta)",
        "Camila Pérez Ñancupil",
        "10:00 a 14:00",
        "Cerrado el 22 de noviembre de 2026 a las 15:05 horas por Ignacio Tapia.",
        "Puntos abiertos al cerrar: 3.",
        "Motivo: Se cortó la luz en Ñuñorco",
        "Después del cierre: 1.204 registros recibidos, corregidos o anulados.",
        "Las cifras son las del 23 de noviembre de 2026 a las 17:07 horas.",
        "No calzan con lo entregado: 152",
        "Drontal Plus",
        "L-77",
        "Externos",
        "1.031",
        "X9",
        "Documento de demostración, sin validez.",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing in {text:?}");
    }
    // As it is laid out, so that a line's figure stands behind its words.
    let laid_out = String::from_utf8(poppler("pdftotext", &["-layout", "-", "-"], &pdf)).unwrap();
    let words = laid_out.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "Cupos del operativo 1.300",
        "Animales recibidos sobre los cupos 2",
        "Con un animal atendido 50",
        "Con un animal presente, sin desenlace 1",
        "Reservados, por llegar 1.174",
        "Ofrecidos, sin respuesta 7",
        "Prestados a teléfonos 5",
        "Sin usar 65",
        "en total 1.302",
        "Reservas canceladas 22",
        "En lista de espera, sin oferta 33",
        "Con un cupo ofrecido, sin respuesta 7",
        "venció sin respuesta 44",
    ] {
        assert!(words.contains(line), "{line:?} is missing in {words:?}");
    }
    assert!(!text.contains("Borrador"), "{text}");
    assert!(pages(&pdf) <= 3);
}

#[test]
fn nobody_signs_a_page_that_has_nothing_but_signatures() {
    let certificates = Certificates::new().unwrap();
    let mut pages_of = Vec::new();
    // A page holds some forty such rows, and the signatures need the room of some eight.
    for rows in (0..45).step_by(5) {
        let away = |_| TurnedAway { offering: Offering::Chip, reason: None, animals: 1 };
        let mut act = AttendanceAct { turned_away: (0..rows).map(away).collect(), ..act() };
        // Its words lie across the whole sheet.
        act.heading.demonstration = false;
        let pdf = certificates.attendance(&act).unwrap();
        let text = String::from_utf8(poppler("pdftotext", &["-", "-"], &pdf)).unwrap();
        let pages: Vec<_> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
        let last = pages.last().unwrap();
        assert!(last.contains("Por la organización anfitriona"), "{rows}: {last}");
        assert!(last.contains("Camila Pérez Ñancupil"), "{rows}: {last}");
        pages_of.push(pages.len());
    }
    assert!(pages_of.iter().min() < pages_of.iter().max(), "some break a page: {pages_of:?}");
}

#[test]
fn where_several_pay_the_act_says_who_pays_for_what() {
    let mut shared = act();
    let (own, other) = (shared.heading.programme.clone(), "Microchips de invierno".to_owned());
    shared.heading.programme = format!("{own}, {other}");
    // Its words lie across the whole sheet.
    shared.heading.demonstration = false;
    let paid = |kind: &ServiceKind| match kind {
        ServiceKind::Sterilisation => (*kind, own.clone()),
        kind => (*kind, other.clone()),
    };
    shared.payers = ServiceKind::ALL.iter().map(paid).collect();
    let pdf = Certificates::new().unwrap().attendance(&shared).unwrap();
    keep("attendance-shared.pdf", &pdf);
    let laid_out = String::from_utf8(poppler("pdftotext", &["-layout", "-", "-"], &pdf)).unwrap();
    let words = laid_out.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "Microchips implantados Microchips de invierno 48",
        "Esterilizaciones no realizadas Plan Veterinario en Marcha 2026 2",
        "Charlas 1",
    ] {
        assert!(words.contains(line), "{line:?} is missing in {words:?}");
    }
    assert!(words.contains(&format!("{own}, {other}")), "{words}");
}

#[test]
fn long_words_and_all_offerings_stay_on_the_sheet_of_the_act() {
    let mut full = act();
    full.heading.name = "Ñ".repeat(120);
    full.heading.place = "W".repeat(120);
    // Its words lie across the whole sheet.
    full.heading.demonstration = false;
    full.offerings =
        Offering::ALL.iter().map(|offering| (*offering, full.offerings[0].1)).collect();
    full.team = (0..40).map(|_| hand(&"Pérez 北京 🐶 ".repeat(12), None)).collect();
    let reason = "w".repeat(380) + " *x* #y [";
    full.ending = full.ending.map(|ending| Ending {
        by: Some("G".repeat(120)),
        reason: Some(reason),
        ..ending
    });
    let pdf = Certificates::new().unwrap().attendance(&full).unwrap();
    keep("attendance-long.pdf", &pdf);
    let text = text(&pdf);
    assert!(text.contains("*x* #y ["), "what was typed is no markup: {text}");
    assert_eq!(text.matches("1.302").count(), 3, "each offering has its own column: {text}");
    let boxes = String::from_utf8(poppler("pdftotext", &["-bbox", "-", "-"], &pdf)).unwrap();
    let edges = boxes.split("xMax=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let widest = edges.filter_map(|edge| edge.parse().ok()).fold(0.0, f64::max);
    // Letter is 612 points wide, with margins of 19 mm.
    assert!((500.0..=559.0).contains(&widest), "a word ends at {widest}");
}

#[test]
fn what_came_after_the_close_is_told_where_something_came() {
    let after = |later| {
        let mut act = act();
        act.ending = act.ending.map(|ending| Ending { later, ..ending });
        text(&Certificates::new().unwrap().attendance(&act).unwrap())
    };
    let one = "Después del cierre: 1 registro recibido, corregido o anulado.";
    assert!(after(1).contains(one));
    assert!(!after(0).contains("Después del cierre"));
}

#[test]
fn before_the_close_the_act_is_a_draft() {
    let draft = AttendanceAct { ending: None, offerings: Vec::new(), team: Vec::new(), ..act() };
    let pdf = Certificates::new().unwrap().attendance(&draft).unwrap();
    let text = text(&pdf);
    for expected in [
        "Borrador: el operativo no está cerrado.",
        "Las cifras pueden cambiar, también después del cierre",
        "Las cifras son las del 23 de noviembre de 2026 a las 17:07 horas.",
        "No hubo reservas",
        "Todavía no hay",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing in {text:?}");
    }
}

#[test]
fn the_day_sheet_runs_over_pages_and_numbers_them() {
    let pdf = Certificates::new().unwrap().day_sheet(&day_sheet()).unwrap();
    keep("day-sheet.pdf", &pdf);
    let text = text(&pdf);
    for expected in [
        "Hoja del día",
        "Fase 3, Preparación",
        "21 de noviembre de 2026",
        "Correa y carné",
        "10:59",
        "31 de enero de 2027",
        "Médico veterinario",
        "Domicilios que se visitan",
        "09:35",
        "Huantajaya 7180",
        "Rosa Díaz",
        "Luna, Ñato",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing in {text:?}");
    }
    let count = pages(&pdf);
    assert!(count >= 2, "{count} pages");
    assert!(text.contains(&format!("Página {count} de {count}")), "{text}");
}

#[test]
fn of_the_two_hours_of_a_night_in_april_the_sheet_says_which() {
    let mut sheet = day_sheet();
    sheet.times.truncate(2);
    for (line, twice) in sheet.times.iter_mut().zip([Twice::First, Twice::Second]) {
        line.at = WallTime { minute: 1_410, twice: Some(twice) };
    }
    sheet.homes[0].0 = Some(WallTime { minute: 1_400, twice: Some(Twice::Second) });
    // A narrow column breaks the line behind it.
    let text = text(&Certificates::new().unwrap().day_sheet(&sheet).unwrap());
    for expected in ["23:30 (antes", "23:30 (después", "23:20"] {
        assert!(text.contains(expected), "{expected:?} is missing in {text:?}");
    }
}

#[test]
fn hostile_names_run_over_pages_and_not_as_markup() {
    let mut sheet = day_sheet();
    sheet.heading.name = "W".repeat(120);
    sheet.heading.host = Some("#set text(red) *x* $y$ @z <w> \\ `".to_owned());
    sheet.team = (0..60).map(|_| hand(&"Pérez 北京 🐶 ".repeat(12), None)).collect();
    sheet.bring = Some("Terrier \u{202e}x\u{301} ".repeat(40));
    let pdf = Certificates::new().unwrap().day_sheet(&sheet).unwrap();
    assert!(text(&pdf).contains("#set text(red)"));
}
