//! The letters of a booking.

use super::{AttachedFile, CivilDate, FileKind, composed, message, parsed, text_of};
use crate::letter::{BookingLetter, Letter, UnfitNote};
use mail_parser::MimeHeaders;

pub(super) fn letter() -> BookingLetter {
    BookingLetter {
        owner_name: "María José".to_owned(),
        outreach: "Operativo Villa El Salto".to_owned(),
        place: "Sicilia 1516".to_owned(),
        commune: "Antofagasta".to_owned(),
        day: CivilDate::new(2026, 12, 5).unwrap(),
        time: "09:30".to_owned(),
        until: None,
        offering: "microchip y desparasitación".to_owned(),
        animals: vec!["Luna".to_owned(), "Iris".to_owned()],
        code: "K7QX2M9RTA".to_owned(),
        link: "https://huella.example.cl/e/ABC".to_owned(),
        prepare: vec!["Ayuno: sin comida desde 8 horas antes.".to_owned()],
        bring: Some("Correa o transportín".to_owned()),
        way: None,
        unfit: None,
        position: None,
        reason: None,
        new_day: None,
        new_time: None,
        keeps_place: false,
        asks_new_date: false,
        comes_home: false,
        home_until: None,
        was_place: None,
        ends_appointment: false,
        demonstration: false,
    }
}

fn moved() -> BookingLetter {
    BookingLetter {
        new_day: Some(CivilDate::new(2026, 12, 12).unwrap()),
        new_time: Some("11:00".to_owned()),
        reason: Some("marejadas".to_owned()),
        ..letter()
    }
}

fn relocated() -> BookingLetter {
    BookingLetter { was_place: Some("Liceo A-22, Antofagasta".to_owned()), ..letter() }
}

/// One of each, in the order of their folders.
pub(super) fn samples() -> Vec<Letter> {
    let offered =
        BookingLetter { until: Some("lunes 7 de diciembre de 2026, 20:00".to_owned()), ..letter() };
    vec![
        Letter::Booked(letter()),
        Letter::Waiting(BookingLetter { position: Some(3), ..letter() }),
        Letter::PlaceOffered(offered),
        Letter::BookingMoved(letter()),
        Letter::BookingCancelled(letter()),
        Letter::BookingReminder(BookingLetter { demonstration: true, ..letter() }),
        Letter::OutreachMoved(moved()),
        Letter::OutreachSuspended(BookingLetter { reason: moved().reason, ..letter() }),
        Letter::OutreachRelocated(relocated()),
        Letter::OutreachEnded(letter()),
    ]
}

#[test]
fn a_booked_place_says_when_where_and_where_to_give_it_back() {
    let bytes = composed(&message(Letter::Booked(letter())));
    let mail = parsed(&bytes);
    assert_eq!(mail.subject(), Some("Su hora para Luna e Iris: 5 de diciembre de 2026, 09:30"));
    let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
    for expected in [
        "Operativo Villa El Salto",
        "Sicilia 1516, Antofagasta",
        "el 5 de diciembre de 2026, a las 09:30",
        "K7QX2M9RTA",
        "https://huella.example.cl/e/ABC",
        "Antes de venir:",
        "Ayuno: sin comida desde 8 horas antes.",
        "Correa o transportín",
    ] {
        let escaped = expected.replace('/', "&#x2f;");
        assert!(text.contains(expected), "{expected} is not in {text}");
        assert!(html.contains(&escaped) || html.contains(expected), "{expected}: {html}");
    }
    assert!(!text.contains("Cómo llegar"), "{text}");
}

#[test]
fn to_whose_home_the_team_comes_is_sent_to_no_hall() {
    let letter = || BookingLetter { comes_home: true, keeps_place: true, ..letter() };
    for kind in [Letter::Booked, Letter::BookingReminder] {
        let text = text_of(kind(letter()));
        assert!(text.contains("Lugar: En su casa") && text.contains("Antes de la visita:"));
        assert!(text.contains("Cuando llegue el equipo muestre"), "{text}");
        assert!(!text.contains("Sicilia") && !text.contains("Antes de venir"), "{text}");
        assert!(text.contains("¿No va a estar") && !text.contains("puede ir"), "{text}");
    }
    let text = text_of(Letter::OutreachSuspended(letter()));
    assert!(text.contains("el equipo no irá por ahora") && !text.contains("no vaya"), "{text}");
}

#[test]
fn who_is_visited_is_told_between_which_hours_and_nothing_of_a_hall() {
    let letter =
        || BookingLetter { comes_home: true, home_until: Some("10:30".to_owned()), ..letter() };
    let bytes = composed(&message(Letter::Booked(letter())));
    let subject = "Visita a su casa por Luna e Iris: 5 de diciembre de 2026, 09:30 a 10:30";
    assert_eq!(parsed(&bytes).subject(), Some(subject));
    let told = |letter: Letter, hours: &str| {
        let text = text_of(letter);
        assert!(text.contains(hours), "{hours}: {text}");
        assert!(text.contains("Qué tener a mano: Correa") && !text.contains("Sicilia"), "{text}");
        assert!(!text.contains("Qué traer") && !text.contains("puede ir"), "{text}");
    };
    let kinds =
        [Letter::Booked, Letter::BookingReminder, Letter::BookingMoved, Letter::PlaceOffered];
    for kind in kinds {
        let letter = BookingLetter { asks_new_date: true, ..letter() };
        told(kind(letter), "entre las 09:30 y las 10:30");
    }
    let moved = BookingLetter {
        new_day: moved().new_day,
        new_time: moved().new_time,
        home_until: Some("12:00".to_owned()),
        ..letter()
    };
    told(Letter::OutreachMoved(moved), "entre las 11:00 y las 12:00");
    for kind in [Letter::Waiting, Letter::OutreachSuspended] {
        let text = text_of(kind(letter()));
        assert!(text.contains("(visitas a domicilio)") && !text.contains("Sicilia"), "{text}");
    }
}

#[test]
fn an_outreach_held_elsewhere_names_both_places() {
    let bodies = |letter: Letter| {
        let bytes = composed(&message(letter));
        let mail = parsed(&bytes);
        let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
        [text, mail.body_html(0).unwrap().into_owned()]
    };
    let both = "ya no es en Liceo A-22, Antofagasta, sino en Sicilia 1516, Antofagasta.";
    for body in bodies(Letter::OutreachRelocated(relocated())) {
        assert!(body.contains(both) && body.contains("Su hora es la misma:"), "{body}");
        assert!(body.contains("el 5 de diciembre de 2026, a las 09:30"), "{body}");
    }
    for body in
        bodies(Letter::OutreachRelocated(BookingLetter { position: Some(3), ..relocated() }))
    {
        assert!(body.contains(both) && body.contains("en el lugar 3"), "{body}");
        assert!(!body.contains("Su hora") && !body.contains("09:30"), "{body}");
    }
    for body in
        bodies(Letter::OutreachMoved(BookingLetter { was_place: relocated().was_place, ..moved() }))
    {
        assert!(body.contains("cambió de fecha.") && body.contains(both), "{body}");
    }
}

#[test]
fn what_is_held_after_all_has_no_other_date() {
    let letter = || Letter::OutreachMoved(letter());
    let bytes = composed(&message(letter()));
    let subject = "El operativo Operativo Villa El Salto se hará en la fecha que tenía";
    assert_eq!(parsed(&bytes).subject(), Some(subject));
    let text = text_of(letter());
    assert!(text.contains("que estaba suspendido, se hará en la fecha que tenía."), "{text}");
    assert!(text.contains("Díganos si todavía le sirve.") && !text.contains("nueva"), "{text}");
}

#[test]
fn who_waits_is_told_the_place_in_the_list_and_promised_no_hour() {
    let text = text_of(Letter::Waiting(BookingLetter { position: Some(3), ..letter() }));
    assert!(text.contains("Su lugar en la lista es el 3."), "{text}");
    assert!(text.contains("no hay una hora reservada") && !text.contains("09:30"), "{text}");
}

#[test]
fn an_offered_place_says_until_when_and_is_no_promise_without_an_answer() {
    let until = Some("lunes 7 de diciembre de 2026, 20:00".to_owned());
    let text = text_of(Letter::PlaceOffered(BookingLetter { until, ..letter() }));
    assert!(
        text.contains("Se lo guardamos hasta el lunes 7 de diciembre de 2026, 20:00"),
        "{text}"
    );
    assert!(text.contains("solo cuando lo acepta"), "{text}");
}

#[test]
fn a_moved_outreach_names_both_dates_and_the_reason() {
    let text = text_of(Letter::OutreachMoved(moved()));
    let (before, after) = text.split_once("cambió de fecha.").unwrap();
    assert!(before.contains("el 5 de diciembre de 2026, a las 09:30"), "{text}");
    assert!(after.contains("Motivo: marejadas."), "{text}");
    assert!(after.contains("el 12 de diciembre de 2026, a las 11:00"), "{text}");
}

#[test]
fn an_outreach_called_off_under_way_keeps_the_place_and_says_so() {
    let bodies = |keeps_place| {
        let reason = Some("viento".to_owned());
        let letter = Letter::OutreachSuspended(BookingLetter { keeps_place, reason, ..letter() });
        let bytes = composed(&message(letter));
        let mail = parsed(&bytes);
        let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
        [text, mail.body_html(0).unwrap().into_owned()]
    };
    for body in bodies(true) {
        assert!(body.contains("Motivo: viento.") && body.contains("ABC"), "{body}");
        assert!(body.contains("Le guardamos el cupo de Luna e Iris"), "{body}");
        assert!(!body.contains("quedó anulada"), "{body}");
    }
    for body in bodies(false) {
        assert!(body.contains("quedó anulada") && !body.contains("guardamos"), "{body}");
    }
}

#[test]
fn an_hour_that_is_none_any_more_goes_out_of_the_calendar() {
    let kinds = [Letter::BookingCancelled, Letter::OutreachSuspended, Letter::OutreachEnded];
    for (kind, ends_appointment) in kinds.into_iter().flat_map(|kind| [(kind, true), (kind, false)])
    {
        let bytes = composed(&message(kind(BookingLetter { ends_appointment, ..letter() })));
        let mail = parsed(&bytes);
        for body in [mail.body_text(0).unwrap(), mail.body_html(0).unwrap()] {
            let says = body.contains("l archivo adjunto quita la cita de su calendario");
            assert_eq!(says, ends_appointment, "{body}");
        }
    }
}

#[test]
fn an_outreach_that_ended_early_says_so_and_asks_nobody_to_come() {
    for comes_home in [false, true] {
        let letter = Letter::OutreachEnded(BookingLetter { comes_home, ..letter() });
        let bytes = composed(&message(letter));
        let mail = parsed(&bytes);
        let subject = "Anulada: la hora de Luna e Iris, porque el operativo Operativo Villa El \
                       Salto terminó antes";
        assert_eq!(mail.subject(), Some(subject));
        for body in [mail.body_text(0).unwrap(), mail.body_html(0).unwrap()] {
            let body = body.replace("\r\n", "\n");
            assert!(body.contains("terminó antes de lo previsto"), "{body}");
            assert!(
                body.contains("el 5 de diciembre de 2026, a las 09:30, quedó anulada"),
                "{body}"
            );
            assert_eq!(body.contains("por favor, no vaya"), !comes_home, "{body}");
            assert_eq!(body.contains("Sicilia 1516"), !comes_home, "{body}");
        }
    }
}

#[test]
fn another_hour_of_the_same_day_is_called_no_other_date() {
    let later = || BookingLetter { new_day: Some(letter().day), ..moved() };
    for letter in [later(), BookingLetter { position: Some(2), ..later() }] {
        let waits = letter.position.is_some();
        let bytes = composed(&message(Letter::OutreachMoved(letter)));
        let mail = parsed(&bytes);
        let subject = "El operativo Operativo Villa El Salto cambió de hora";
        assert_eq!(mail.subject(), Some(subject));
        for body in [mail.body_text(0).unwrap(), mail.body_html(0).unwrap()] {
            assert!(body.contains("el 5 de diciembre de 2026, a las 09:30"), "{body}");
            assert!(!body.contains("nueva fecha") && !body.contains("cambió de fecha"), "{body}");
            assert_eq!(body.contains("Cambió su hora en el operativo"), !waits, "{body}");
            assert_eq!(body.contains("Díganos si la nueva hora le sirve."), !waits, "{body}");
        }
    }
}

#[test]
fn a_reminder_asks_again_about_a_new_date() {
    let bodies = |asks_new_date| {
        let letter = Letter::BookingReminder(BookingLetter { asks_new_date, ..letter() });
        let bytes = composed(&message(letter));
        let mail = parsed(&bytes);
        let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
        [text, mail.body_html(0).unwrap().into_owned()]
    };
    for body in bodies(true) {
        assert!(body.contains("todavía no nos dice si le sirve"), "{body}");
        assert!(body.contains("ABC") && !body.contains("¿No puede ir?"), "{body}");
    }
    for body in bodies(false) {
        assert!(body.contains("¿No puede ir?") && !body.contains("todavía no"), "{body}");
        assert!(!body.contains("otra hora"), "its page has one button: {body}");
    }
}

#[test]
fn a_moved_outreach_promises_no_hour_to_who_has_none() {
    let bodies = |letter: BookingLetter| {
        let bytes = composed(&message(Letter::OutreachMoved(letter)));
        let mail = parsed(&bytes);
        let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
        [text, mail.body_html(0).unwrap().into_owned()]
    };
    for body in bodies(moved()) {
        assert!(body.contains("Le guardamos un cupo"), "{body}");
    }
    for body in bodies(BookingLetter { position: Some(3), ..moved() }) {
        assert!(body.contains("Sigue en la lista de espera, en el lugar 3"), "{body}");
        assert!(!body.contains("Le guardamos un cupo") && !body.contains("11:00"), "{body}");
        assert!(body.contains("ABC"), "{body}");
    }
    let until = Some("lunes 7 de diciembre de 2026, 20:00".to_owned());
    for body in bodies(BookingLetter { until, ..moved() }) {
        let offer = "Es suyo solo si lo acepta hasta el lunes 7 de diciembre de 2026, 20:00.";
        assert!(body.contains(offer), "{body}");
        assert!(!body.contains("Le guardamos un cupo") && !body.contains("11:00"), "{body}");
    }
}

#[test]
fn a_new_date_names_the_animals_that_are_not_taken_on_it() {
    let unfit = UnfitNote {
        title: "Puede que ese día no se atienda a Iris".to_owned(),
        lines: vec!["Iris: ese día pasará la edad que se atiende".to_owned()],
        next: "El cupo sigue siendo suyo.".to_owned(),
    };
    let until = Some("lunes 7 de diciembre de 2026, 20:00".to_owned());
    let own = moved();
    for letter in [
        own.clone(),
        BookingLetter { position: Some(3), ..own.clone() },
        BookingLetter { until, ..own },
    ] {
        for unfit in [Some(unfit.clone()), None] {
            let says = unfit.is_some();
            let letter = Letter::OutreachMoved(BookingLetter { unfit, ..letter.clone() });
            let bytes = composed(&message(letter));
            let mail = parsed(&bytes);
            let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
            assert!(!text.contains("\n\n\n"), "{text}");
            let told = "no se atienda a Iris:\n- Iris: ese día pasará la edad que se atiende\n\
                        El cupo sigue siendo suyo.\n\n";
            assert_eq!(text.contains(told), says, "{text}");
            let html = mail.body_html(0).unwrap();
            for part in ["atienda a Iris</strong>", "pasará la edad", "sigue siendo suyo."] {
                assert_eq!(html.contains(part), says, "{part}: {html}");
            }
        }
    }
}

#[test]
fn a_ticket_and_an_appointment_are_attached_as_what_they_are() {
    let mut sample = message(Letter::Booked(letter()));
    for (name, kind) in [
        ("boleto.pdf", FileKind::Pdf),
        ("cita.ics", FileKind::Calendar),
        ("cita-anulada.ics", FileKind::Cancellation),
    ] {
        let bytes = name.as_bytes().to_vec();
        sample.attachments.push(AttachedFile { file_name: name.to_owned(), kind, bytes });
    }
    let bytes = composed(&sample);
    let mail = parsed(&bytes);
    let kinds: Vec<_> = mail
        .attachments()
        .map(|part| {
            let kind = part.content_type().unwrap();
            let name = part.attachment_name().unwrap().to_owned();
            (name, format!("{}/{}", kind.ctype(), kind.subtype().unwrap()), part.contents())
        })
        .collect();
    assert_eq!(kinds[0], ("boleto.pdf".into(), "application/pdf".into(), &b"boleto.pdf"[..]));
    assert_eq!(kinds[1], ("cita.ics".into(), "text/calendar".into(), &b"cita.ics"[..]));
    let methods: Vec<_> = mail
        .attachments()
        .map(|part| part.content_type().unwrap().attribute("method").map(str::to_owned))
        .collect();
    assert_eq!(methods, [None, Some("PUBLISH".to_owned()), Some("CANCEL".to_owned())]);
    assert_eq!(kinds.len(), 3);
}
