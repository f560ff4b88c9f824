//! The letters to those who hold an outreach.

use super::{CivilDate, composed, message, parsed, text_of};
use crate::letter::{Letter, OutreachNews, OutreachNewsLetter};

pub(super) fn letter() -> OutreachNewsLetter {
    OutreachNewsLetter {
        name: "Rosa Díaz".to_owned(),
        host: Some("Centro de Madres".to_owned()),
        news: OutreachNews::Published,
        outreach: "Villa El Salto".to_owned(),
        place: "Sicilia 1516".to_owned(),
        commune: "Antofagasta".to_owned(),
        was_place: None,
        comes_home: false,
        day: CivilDate::new(2026, 12, 5).unwrap(),
        time: "09:30".to_owned(),
        until: "14:00".to_owned(),
        was_day: None,
        was_time: None,
        reason: None,
        link: Some("https://huella.example.cl/operativos/1".to_owned()),
        demonstration: false,
    }
}

fn suspended() -> OutreachNewsLetter {
    OutreachNewsLetter {
        news: OutreachNews::Suspended,
        host: None,
        reason: Some("marejadas".to_owned()),
        link: None,
        demonstration: true,
        ..letter()
    }
}

pub(super) fn sample() -> Letter {
    Letter::OutreachNews(letter())
}

#[test]
fn who_holds_an_outreach_is_told_what_happened_to_it() {
    let moved = OutreachNewsLetter {
        news: OutreachNews::Moved,
        was_day: CivilDate::new(2026, 11, 28).ok(),
        was_time: Some("10:00".to_owned()),
        ..letter()
    };
    let held = OutreachNewsLetter { news: OutreachNews::Moved, ..letter() };
    let same_day = OutreachNewsLetter { was_day: Some(letter().day), ..moved.clone() };
    let ends = OutreachNewsLetter {
        news: OutreachNews::Ends,
        was_time: Some("16:00".to_owned()),
        ..letter()
    };
    let cases = [
        (
            letter(),
            "Se publicó el operativo Villa El Salto: 5 de diciembre de 2026, 09:30",
            "Le escribimos porque es el contacto de Centro de Madres",
        ),
        (
            suspended(),
            "[Demostración] Suspendido: el operativo Villa El Salto",
            "no vaya ese día. Motivo: marejadas.",
        ),
        (
            moved,
            "El operativo Villa El Salto cambió de fecha",
            "que era el 28 de noviembre de 2026, a las 10:00, cambió de fecha:",
        ),
        (
            same_day,
            "El operativo Villa El Salto cambió de hora",
            "que era el 5 de diciembre de 2026, a las 10:00, cambió de hora:",
        ),
        (
            ends,
            "El operativo Villa El Salto terminará a las 14:00: 5 de diciembre de 2026",
            "ya no termina a las 16:00, sino a las 14:00:",
        ),
        (
            held,
            "El operativo Villa El Salto se hará: 5 de diciembre de 2026, 09:30",
            "que estaba suspendido, se hará en la fecha que tenía:",
        ),
    ];
    for (letter, subject, words) in cases {
        let letter = Letter::OutreachNews(letter);
        let bytes = composed(&message(letter.clone()));
        let mail = parsed(&bytes);
        assert_eq!(mail.subject(), Some(subject));
        let (text, html) = (text_of(letter), mail.body_html(0).unwrap());
        for expected in [words, "el 5 de diciembre de 2026, a las 09:30", "hasta las 14:00"] {
            assert!(text.contains(expected), "{expected}: {text}");
            assert!(html.contains(expected), "{expected}: {html}");
        }
        assert!(!text.contains("\n\n\n"), "{text}");
    }
    let text = text_of(Letter::OutreachNews(suspended()));
    assert!(text.contains("DEMOSTRACIÓN") && text.contains("está en el equipo"), "{text}");
    assert!(!text.contains("https://"), "{text}");
}

#[test]
fn who_joins_or_leaves_is_told_so_and_a_change_of_place_names_the_one_before() {
    let was_place = Some("Liceo A-22, Antofagasta".to_owned());
    let with = |news, host: Option<&str>| OutreachNewsLetter {
        news,
        host: host.map(str::to_owned),
        ..letter()
    };
    let moved = OutreachNewsLetter {
        was_day: CivilDate::new(2026, 11, 28).ok(),
        was_place: was_place.clone(),
        ..with(OutreachNews::Moved, None)
    };
    let cases = [
        (
            with(OutreachNews::Joined, None),
            "Está en el equipo del operativo Villa El Salto: 5 de diciembre de 2026, 09:30",
            "Desde ahora está en el equipo del operativo Villa El Salto:",
            "está en el equipo",
        ),
        (
            OutreachNewsLetter { link: None, ..with(OutreachNews::Left, None) },
            "Ya no está en el equipo del operativo Villa El Salto",
            "no tiene que ir.",
            "estaba en el equipo",
        ),
        (
            OutreachNewsLetter { link: None, ..with(OutreachNews::Left, Some("La Rosa")) },
            "El operativo Villa El Salto ya no se hará con La Rosa",
            "no tienen que preparar nada.",
            "que iba a recibir el operativo",
        ),
        (
            OutreachNewsLetter { was_place, ..with(OutreachNews::Relocated, None) },
            "El operativo Villa El Salto cambió de lugar",
            "ya no es en Liceo A-22, Antofagasta.",
            "les avisamos por separado",
        ),
        (
            moved,
            "El operativo Villa El Salto cambió de fecha",
            "cambió de fecha y de lugar: ya no es en Liceo A-22, Antofagasta.",
            "les avisamos por separado",
        ),
    ];
    for (letter, subject, words, why) in cases {
        let letter = Letter::OutreachNews(letter);
        let bytes = composed(&message(letter.clone()));
        let mail = parsed(&bytes);
        assert_eq!(mail.subject(), Some(subject));
        let (text, html) = (text_of(letter), mail.body_html(0).unwrap());
        for expected in [words, why, "Sicilia 1516, Antofagasta"] {
            assert!(text.contains(expected), "{expected}: {text}");
            assert!(html.contains(expected), "{expected}: {html}");
        }
        assert!(!text.contains("\n\n\n"), "{text}");
    }
}

#[test]
fn home_visits_are_announced_as_such() {
    for news in [OutreachNews::Published, OutreachNews::Suspended] {
        let letter = OutreachNewsLetter { news, comes_home: true, ..letter() };
        let text = text_of(Letter::OutreachNews(letter));
        assert!(text.contains("Visitas a domicilio en: Sicilia 1516"), "{text}");
        assert!(text.contains("que acompaña las visitas") && !text.contains("no vaya"), "{text}");
        let is_off = text.contains("ese día no habrá visitas");
        assert_eq!(is_off, news == OutreachNews::Suspended);
    }
}
