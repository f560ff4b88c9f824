//! The letters to those who hold an outreach.

use super::{CivilDate, composed, message, parsed, text_of};
use crate::letter::{Letter, OutreachNews, OutreachNewsLetter};

fn letter() -> OutreachNewsLetter {
    OutreachNewsLetter {
        name: "Rosa Díaz".to_owned(),
        host: Some("Centro de Madres".to_owned()),
        news: OutreachNews::Published,
        outreach: "Villa El Salto".to_owned(),
        place: "Sicilia 1516".to_owned(),
        commune: "Antofagasta".to_owned(),
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
