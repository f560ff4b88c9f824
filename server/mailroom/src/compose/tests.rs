//! Every letter is composed and read back by an independent parser.

mod booking;
mod news;
mod subject;

use domain::certificate::DocumentKind;
use domain::id::MessageId;
use domain::timestamp::{CivilDate, Timestamp};
use mail_parser::{Message, MessageParser, MimeHeaders};
use uuid::Uuid;

use super::{AttachedFile, ComposeError, Composer, FileKind, MAILS, MailMessage, Sender};
use crate::letter::{
    CertificateLetter, CorrectionLetter, DocumentLine, FoundPetLetter, InvitationLetter, Letter,
    Outlook, OwnerCodeLetter, PasswordResetLetter, PetLine, RnmApprovedLetter, VisitLine,
};

/// The letters to those whose animals were attended.
const VISITED: [&str; 5] = ["certificate", "correction", "rnm_approved", "owner_code", "found_pet"];

const ID: MessageId = MessageId(Uuid::from_u128(0x0192_f0c1_7a3b_7d55_8001_0203_0405_0607));

fn composer() -> Composer {
    Composer::new(Sender {
        from: "Huella Antofagasta <huella@example.cl>".to_owned(),
        host: "huella.example.cl".to_owned(),
        issuer: "Delegación Presidencial Provincial de Antofagasta".to_owned(),
    })
    .unwrap()
}

fn document(kind: DocumentKind) -> DocumentLine {
    let verify_url = format!("https://huella.example.cl/V/{}", kind.code());
    let verify_url = (kind != DocumentKind::Rnm).then_some(verify_url);
    DocumentLine { kind, verify_url }
}

fn pet(name: &str, kinds: &[DocumentKind]) -> PetLine {
    PetLine {
        name: name.to_owned(),
        chip: "152 0981 0000 0001".to_owned(),
        documents: kinds.iter().copied().map(document).collect(),
        rnm: Outlook::Coming,
    }
}

fn certificate(pets: Vec<PetLine>) -> Letter {
    certificate_of(Some(visit()), pets, Vec::new())
}

fn visit() -> VisitLine {
    let on = CivilDate::new(2026, 11, 2).unwrap();
    VisitLine { on, outreach: "Villa El Salto".to_owned() }
}

fn certificate_of(visit: Option<VisitLine>, pets: Vec<PetLine>, corrected: Vec<PetLine>) -> Letter {
    Letter::Certificate(CertificateLetter {
        owner_name: "María José".to_owned(),
        visit,
        pets,
        corrected,
        lookup_url: "https://huella.example.cl/mis-mascotas".to_owned(),
        demonstration: false,
    })
}

fn found_pet(message: &str) -> Letter {
    Letter::FoundPet(FoundPetLetter {
        owner_name: "María José".to_owned(),
        pet_name: "Luna".to_owned(),
        finder_name: None,
        finder_contact: "+56 9 1234 5678".to_owned(),
        place: Some("Plaza Colón".to_owned()),
        message: message.to_owned(),
    })
}

fn samples() -> Vec<Letter> {
    let mut all = vec![
        certificate(vec![
            pet("Luna", &[DocumentKind::ImplantationVoucher, DocumentKind::Sterilisation]),
            pet("Pelusa", &[DocumentKind::VerificationVoucher]),
        ]),
        Letter::Correction(CorrectionLetter {
            owner_name: "María José".to_owned(),
            pets: vec![pet("Luna", &[DocumentKind::ImplantationVoucher])],
        }),
        Letter::RnmApproved(RnmApprovedLetter {
            owner_name: "María José".to_owned(),
            pet_name: "Luna".to_owned(),
            chip: "152 0981 0000 0001".to_owned(),
            rnm_number: "A7K2P9".to_owned(),
            commune: Some("Mejillones".to_owned()),
        }),
        Letter::Invitation(InvitationLetter {
            name: "Ignacio".to_owned(),
            inviter: "Camila Pérez".to_owned(),
            role: "equipo de terreno".to_owned(),
            link: "https://huella.example.cl/e/ABC".to_owned(),
            valid_hours: 48,
        }),
        Letter::PasswordReset(PasswordResetLetter {
            name: "Ignacio".to_owned(),
            link: "https://huella.example.cl/e/ABC".to_owned(),
            valid_minutes: 30,
        }),
        Letter::OwnerCode(OwnerCodeLetter { code: "493817".to_owned(), valid_minutes: 1 }),
        found_pet("La tengo yo.\nEstá bien."),
    ];
    all.extend(booking::samples());
    all.push(news::sample());
    all
}

fn message(letter: Letter) -> MailMessage {
    MailMessage {
        id: ID,
        at: Timestamp(1_795_356_000_000),
        to_name: Some("María José Núñez".to_owned()),
        to_address: "maria@example.cl".to_owned(),
        letter,
        attachments: vec![],
    }
}

fn composed(message: &MailMessage) -> Vec<u8> {
    composer().compose(message).unwrap().formatted()
}

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

#[test]
fn a_mail_says_what_the_national_registry_still_needs() {
    let said = |rnm: Outlook| {
        let pets = vec![PetLine { rnm, ..pet("Luna", &[DocumentKind::Sterilisation]) }];
        let bytes = composed(&message(certificate(pets)));
        let mail = parsed(&bytes);
        let text = mail.body_text(0).unwrap().into_owned();
        (text, mail.body_html(0).unwrap().into_owned())
    };
    let what = ["domicilio", "comuna", "raza"].map(str::to_owned).to_vec();
    for (rnm, words) in [
        (Outlook::Coming, "cuando aprueba la inscripción"),
        (Outlook::Lacks { what }, "Mascotas (RNM) falta: domicilio, comuna y raza."),
        (Outlook::NoChip, "Luna no tiene microchip"),
        (Outlook::NoRun, "pide un RUN"),
    ] {
        let (text, html) = said(rnm.clone());
        assert!(text.contains(words) && html.contains(words), "{rnm:?}: {text}");
        let promises = text.contains("se lo enviaremos");
        assert_eq!(promises, rnm == Outlook::Coming, "{text}");
    }
    let (text, _) = said(Outlook::Nothing);
    assert!(!text.contains("(RNM)"), "{text}");
}

#[test]
fn every_letter_has_a_subject_a_text_and_an_html_part() {
    let folders: Vec<_> =
        MAILS.into_iter().filter_map(|(path, _)| path.strip_suffix("/subject.txt")).collect();
    assert_eq!(samples().len(), folders.len());
    let folder = std::env::temp_dir().join("huella-mailroom");
    std::fs::create_dir_all(&folder).unwrap();
    for (letter, name) in samples().into_iter().zip(folders) {
        assert_eq!(letter.folder(), name);
        let bytes = composed(&message(letter));
        let mail = parsed(&bytes);
        let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
        std::fs::write(folder.join(format!("{name}.txt")), text.as_bytes()).unwrap();
        std::fs::write(folder.join(format!("{name}.html")), html.as_bytes()).unwrap();
        let subject = mail.subject().unwrap();
        assert!(!subject.is_empty() && !subject.contains('{'), "{name}: {subject}");
        for part in [&text, &html] {
            assert!(!part.contains("{{") && !part.contains("{%"), "{name}");
            assert!(part.contains("Delegación Presidencial"), "{name}");
        }
        // Nobody attended the animal of who only booked, and the team has none.
        assert_eq!(html.contains("que atendió a su mascota"), VISITED.contains(&name), "{name}");
        assert!(!html.contains("<img") && !html.contains("src="), "{name} fetches something");
        assert!(!text.contains("\n\n\n"), "{name} has a hole:\n{text}");
    }
}

#[test]
fn one_visit_is_one_mail_with_all_its_documents() {
    let mut sample = message(samples().remove(0));
    for name in ["comprobante-microchip-luna.pdf", "certificado-esterilizacion-luna.pdf"] {
        sample.attachments.push(AttachedFile {
            file_name: name.to_owned(),
            kind: FileKind::Pdf,
            bytes: format!("%PDF-1.7 {name}").into_bytes(),
        });
    }
    let bytes = composed(&sample);
    let mail = parsed(&bytes);
    assert_eq!(mail.subject(), Some("Los documentos de Luna y Pelusa"));
    let attached: Vec<_> = mail
        .attachments()
        .map(|part| (part.attachment_name().unwrap(), part.contents().to_vec()))
        .collect();
    assert_eq!(attached.len(), 2);
    for ((name, contents), expected) in attached.iter().zip(&sample.attachments) {
        assert_eq!((*name, contents), (expected.file_name.as_str(), &expected.bytes));
    }
    let text = mail.body_text(0).unwrap();
    assert!(text.contains("el 2 de noviembre de 2026"), "{text}");
    assert!(text.contains("Registro Nacional de Mascotas (RNM) es otro documento"), "{text}");
}

#[test]
fn the_headers_are_stable_and_say_that_a_machine_wrote() {
    let bytes = composed(&message(samples().remove(0)));
    assert_eq!(bytes, composed(&message(samples().remove(0))), "the same input, other bytes");
    let mail = parsed(&bytes);
    let id = "0192f0c1-7a3b-7d55-8001-020304050607@huella.example.cl";
    assert_eq!(mail.message_id(), Some(id));
    assert_eq!(mail.date().unwrap().to_timestamp(), 1_795_356_000);
    let raw = String::from_utf8(bytes).unwrap();
    assert!(raw.contains("\r\nAuto-Submitted: auto-generated\r\n"), "{raw}");
}

#[test]
fn no_name_can_add_a_header() {
    let name = "Luna\r\nBcc: espia@example.cl\r\n\r\nX";
    let mut sample = message(certificate(vec![pet(name, &[DocumentKind::Sterilisation])]));
    sample.to_name = Some("María\r\nBcc: espia@example.cl".to_owned());
    let bytes = composed(&sample);
    let mail = parsed(&bytes);
    assert!(mail.bcc().is_none());
    assert_eq!(mail.subject(), Some("El documento de Luna Bcc: espia@example.cl X"));
    assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("maria@example.cl"));
}

#[test]
fn long_and_odd_names_survive_the_subject() {
    for name in ["Ñandú D’Angelo 🐶", &"Ñ".repeat(80), "n\u{303}ato"] {
        let bytes =
            composed(&message(certificate(vec![pet(name, &[DocumentKind::Sterilisation])])));
        let mail = parsed(&bytes);
        let name = name.replace("n\u{303}", "ñ");
        assert_eq!(mail.subject(), Some(format!("El documento de {name}").as_str()));
        let raw = String::from_utf8(bytes.clone()).unwrap();
        let header = raw.split("\r\n\r\n").next().unwrap();
        assert!(header.is_ascii());
        assert!(header.lines().all(|line| line.len() <= 998));
    }
}

#[test]
fn html_is_escaped_once() {
    let name = "<b>Tom & Jerry</b>";
    let bytes = composed(&message(certificate(vec![pet(name, &[DocumentKind::Sterilisation])])));
    let mail = parsed(&bytes);
    let html = mail.body_html(0).unwrap();
    assert!(
        html.contains("<h1>El documento de &lt;b&gt;Tom &amp; Jerry&lt;&#x2f;b&gt;</h1>"),
        "{html}"
    );
    assert!(mail.body_text(0).unwrap().contains(name));
}

#[test]
fn the_finders_words_are_quoted_line_by_line() {
    let bytes = composed(&message(found_pet("La tengo.\nEstá <b>bien</b>.")));
    let mail = parsed(&bytes);
    let text = mail.body_text(0).unwrap();
    assert!(text.replace("\r\n", "\n").contains("> La tengo.\n> Está <b>bien</b>.\n"), "{text}");
    assert!(!mail.body_html(0).unwrap().contains("<b>bien"));
}

#[test]
fn lists_join_with_y_and_before_an_i_with_e() {
    for (names, joined) in [
        (vec!["Luna"], "Luna"),
        (vec!["Luna", "Iris"], "Luna e Iris"),
        (vec!["Luna", "Ñato", "Pelusa"], "Luna, Ñato y Pelusa"),
    ] {
        let pets = names.iter().map(|name| pet(name, &[DocumentKind::Sterilisation])).collect();
        let bytes = composed(&message(certificate(pets)));
        let subject = parsed(&bytes).subject().unwrap().to_owned();
        assert!(subject.ends_with(&format!(" de {joined}")), "{subject}");
    }
}

#[test]
fn an_address_that_is_none_is_refused() {
    for address in ["", "maria", "a@b\r\nBcc: x@y.cl", "<a@b.cl>", "a@b.cl, c@d.cl"] {
        let mut sample = message(samples().remove(5));
        sample.to_address = address.to_owned();
        let refused = composer().compose(&sample);
        assert!(matches!(refused, Err(ComposeError::Recipient)), "{address:?}");
    }
}

#[test]
fn a_file_name_is_plain_ascii() {
    let name = |kind, pet| composer().file_name(kind, pet).unwrap();
    let voucher = Some(DocumentKind::VerificationVoucher);
    assert_eq!(name(voucher, "Ñato D’Angelo 🐶"), "comprobante-microchip-nato-d-angelo.pdf");
    assert_eq!(name(Some(DocumentKind::Rnm), "../../x"), "certificado-rnm-x.pdf");
    assert_eq!(name(Some(DocumentKind::Sterilisation), "北京"), "certificado-esterilizacion.pdf");
    assert_eq!(name(None, "Luna"), "papeleta-luna.pdf");
}

/// The text part of a letter.
fn text_of(letter: Letter) -> String {
    let bytes = composed(&message(letter));
    parsed(&bytes).body_text(0).unwrap().replace("\r\n", "\n")
}

#[test]
fn a_correction_names_every_document_that_it_replaces() {
    let kinds = [DocumentKind::ImplantationVoucher, DocumentKind::Sterilisation];
    let pets = vec![pet("Luna", &kinds), pet("Iris", &kinds[..1])];
    let letter = CorrectionLetter { owner_name: "María José".to_owned(), pets };
    let bytes = composed(&message(Letter::Correction(letter.clone())));
    assert_eq!(parsed(&bytes).subject(), Some("Documentos corregidos de Luna e Iris"));
    let text = text_of(Letter::Correction(letter));
    assert_eq!(text.matches("/V/implantation_voucher").count(), 2, "{text}");
    assert_eq!(text.matches("/V/sterilisation").count(), 1, "{text}");
    assert!(text.contains("Los anteriores ya no valen"), "{text}");
    assert!(!text.contains("\n\n\n"), "{text}");
}

#[test]
fn one_mail_tells_new_documents_and_corrected_ones_apart() {
    let new = vec![pet("Luna", &[DocumentKind::Sterilisation])];
    let corrected = vec![pet("Pelusa", &[DocumentKind::ImplantationVoucher])];
    let text = text_of(certificate_of(Some(visit()), new, corrected));
    let (before, after) = text.split_once("También corregimos").unwrap();
    assert!(before.contains("/V/sterilisation") && !before.contains("Pelusa"), "{text}");
    assert!(after.contains("/V/implantation_voucher"), "{text}");
    assert!(!text.contains("\n\n\n"), "{text}");
}

#[test]
fn documents_sent_again_thank_for_no_visit_and_may_be_the_municipalitys() {
    let all = vec![pet("Luna", &[DocumentKind::ImplantationVoucher, DocumentKind::Rnm])];
    let text = text_of(certificate_of(None, all, Vec::new()));
    assert!(text.contains("Le enviamos todos los documentos vigentes de Luna"), "{text}");
    assert!(!text.contains("Gracias por traer") && !text.contains("Lo que falta"), "{text}");
    assert!(text.contains("Va adjunto el certificado del Registro Nacional"), "{text}");
    assert!(!text.contains("\n\n\n"), "{text}");
}

#[test]
fn a_municipality_without_a_name_is_still_a_municipality() {
    let letter = |commune: Option<&str>| {
        text_of(Letter::RnmApproved(RnmApprovedLetter {
            owner_name: "María José".to_owned(),
            pet_name: "Luna".to_owned(),
            chip: String::new(),
            rnm_number: "A7K2P9".to_owned(),
            commune: commune.map(str::to_owned),
        }))
    };
    assert!(letter(Some("Mejillones")).contains("La Municipalidad de Mejillones aprobó"));
    assert!(letter(None).contains("La municipalidad de su comuna aprobó"));
}
