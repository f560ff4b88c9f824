//! Documents are rendered and read back with poppler.

mod qr;
mod reports;
mod ticket;

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;

use domain::animal::{Birth, Drawing};
use domain::catalogue::breed::Breed;
use domain::catalogue::coat::{Coat, Colour};
use domain::catalogue::{
    ImplantSite, Pattern, Procedure, ProfessionalKind, ReproductiveState, Sex, Species,
};
use domain::certificate::{CertificatePayload, DocumentKind, encode, path};
use domain::chip_number::ChipNumber;
use domain::document::{
    DocumentFacts, PrintedAct, PrintedAnimal, PrintedOwner, PrintedPerformer, PrintedPlace,
    PrintedVeterinarian,
};
use domain::id::DocumentId;
use domain::identity::IdentityDocument;
use domain::run::Run;
use domain::territory::Commune;
use domain::timestamp::CivilDate;
use domain::weight::Weight;
use uuid::Uuid;

use super::{Certificates, SlipFacts};

const DOCUMENT: DocumentId = DocumentId(Uuid::from_u128(0x0192_f0c1_7a3b_7d55_8001_0203_0405_0607));

fn date(year: i16, month: i8, day: i8) -> CivilDate {
    CivilDate::new(year, month, day).unwrap()
}

fn verify_url(name: &str) -> String {
    signed_url(&CertificatePayload {
        kind: DocumentKind::ImplantationVoucher,
        document: DOCUMENT,
        issued_on: date(2026, 11, 22),
        chip: 152_098_100_000_001,
        species: Species::Dog,
        sex: Sex::Female,
        pet_name: name.to_owned(),
        programme: "PVM-2020".to_owned(),
    })
}

/// The address of a payload, signed by nobody, behind the longest prefix that is allowed.
fn signed_url(payload: &CertificatePayload) -> String {
    let text = encode(payload, *b"key-2026", |bytes| {
        let mut signature = [0; 64];
        for (at, byte) in bytes.iter().enumerate() {
            signature[at % 64] ^= byte.wrapping_mul(31).wrapping_add(at as u8);
        }
        signature
    })
    .unwrap();
    format!("HTTPS://HUELLA.EXAMPLE.CL{}", path(&text))
}

/// A signature as a finger draws it.
fn drawing() -> Drawing {
    Drawing::parse(
        "M40 150L62 108L88 66L112 34L126 28L132 42L124 70L106 104L86 134L72 152L84 142L108 112\
         L134 78L156 56L170 54L172 72L162 98L160 112L170 110L190 84L210 64L222 62L222 80L218 96\
         L230 96L248 78L264 66L272 70L272 86L284 90L306 76L330 66L344 72L360 82L388 80L430 72\
         L480 70M70 172L200 164L330 160L520 158",
    )
    .unwrap()
}

fn chip() -> ChipNumber {
    ChipNumber::from_digits("152098100000001").unwrap()
}

fn luna() -> DocumentFacts {
    let antofagasta = Commune::parse("02101").unwrap();
    DocumentFacts {
        document: DOCUMENT,
        replaces: None,
        issued_on: date(2026, 11, 22),
        issuer: "Delegación Presidencial Provincial de Antofagasta".to_owned(),
        programme: "Plan Veterinario en Marcha 2026".to_owned(),
        owner: PrintedOwner {
            full_name: "María José Núñez O’Higgins".to_owned(),
            document: IdentityDocument::parse_run("12345678-5").unwrap(),
            address: Some("Pasaje Los Cerrillos 1706, Población Bonilla".to_owned()),
            commune: Some(antofagasta.to_string()),
        },
        animal: PrintedAnimal {
            name: "Luna".to_owned(),
            chip: Some(chip()),
            species: Species::Dog,
            sex: Sex::Female,
            breed: Some(Breed::from_words(Species::Dog, "Mestizo").unwrap()),
            coat: Some(Coat::new([Colour::White, Colour::Black, Colour::Brown]).unwrap()),
            pattern: Some(Pattern::Patches),
            birth: Some(Birth { on: date(2022, 3, 1), estimated: true }),
            reproductive_state: ReproductiveState::Intact,
        },
        service: PrintedAct::Chip {
            procedure: Procedure::Implantation,
            site: ImplantSite::BetweenScapulae,
        },
        place: PrintedPlace {
            on: date(2026, 11, 22),
            outreach: "Sede de la Junta de Vecinos Villa El Salto, Sicilia 1516".to_owned(),
            commune: antofagasta,
        },
        performer: PrintedPerformer {
            full_name: "Ignacio Tapia Rojas".to_owned(),
            kind: ProfessionalKind::Technician,
        },
        veterinarian: PrintedVeterinarian {
            full_name: "Camila Andrea Pérez Ñancupil".to_owned(),
            run: Some(Run::parse("15509661-6").unwrap()),
            registration: Some("COLMEVET 8.412".to_owned()),
            drawing: drawing(),
        },
        verify_url: verify_url("Luna"),
        demonstration: false,
    }
}

fn sterilisation() -> DocumentFacts {
    let mut facts = luna();
    facts.animal.name = "Ñato".to_owned();
    facts.animal.species = Species::Cat;
    facts.animal.sex = Sex::Male;
    facts.animal.breed = Some(Breed::from_words(Species::Cat, "Doméstico pelo corto").unwrap());
    facts.animal.reproductive_state = ReproductiveState::Sterilised;
    facts.animal.birth = Some(Birth { on: date(2024, 7, 9), estimated: false });
    facts.service = PrintedAct::Sterilisation { weight: Some(Weight::from_grams(4_560).unwrap()) };
    facts.demonstration = true;
    facts
}

/// Names as long and as odd as anyone could type them.
fn hostile() -> DocumentFacts {
    let mut facts = luna();
    facts.animal.name = "Ñandú D’Angelo-Müller 🐶👩‍👩‍👧 Çiudad 北京 \u{202e}x\u{301}".to_owned();
    facts.owner.full_name = format!("{} Ľudovít Őz \u{7}\u{0}", "Maximiliano Bartolomé ".repeat(7));
    facts.owner.address = Some("Terrier #set text(red) *chileno* $x$ @y <z> \\ ` ".repeat(3));
    let commune = "Cabo de Hornos, Región de Magallanes y la Antártica Chilena";
    facts.owner.commune = Some(commune.to_owned());
    facts.place.outreach = "W".repeat(120);
    facts.issuer = "Gobernación Provincial ".repeat(5);
    facts.veterinarian.full_name = "Pérez ".repeat(26);
    facts.replaces = Some(DOCUMENT);
    facts.demonstration = true;
    facts
}

fn slip() -> SlipFacts {
    SlipFacts {
        issuer: "Delegación Presidencial Provincial de Antofagasta".to_owned(),
        name: "Luna".to_owned(),
        chip: Some(chip()),
        on: date(2026, 11, 22),
        code: "K7QX2M9RTA".to_owned(),
        url: verify_url("Luna"),
        lookup: "https://huella.example.cl/mis-mascotas".to_owned(),
        demonstration: true,
    }
}

/// Runs one of poppler's programs on a PDF and gives what it prints.
pub(super) fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} of poppler-utils is needed: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let pdf = pdf.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&pdf));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join();
    assert!(output.status.success(), "{program} failed");
    output.stdout
}

pub(super) fn text(pdf: &[u8]) -> String {
    let raw = poppler("pdftotext", &["-", "-"], pdf);
    String::from_utf8(raw).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Leaves the document where a person can look at it.
pub(super) fn keep(name: &str, pdf: &[u8]) {
    let folder = std::env::temp_dir().join("huella-mailroom");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), pdf).unwrap();
}

#[test]
fn the_voucher_says_everything_that_the_law_asks_for() {
    let pdf = Certificates::new().unwrap().render(&luna()).unwrap();
    keep("voucher.pdf", &pdf);
    let text = text(&pdf);
    for expected in [
        "Comprobante de microchip",
        "Luna",
        "152 0981 0000 0001",
        "Perro · Hembra · Mestizo",
        "Blanco, negro, café · manchas o parches",
        "4 años y 8 meses (estimada)",
        "No esterilizada",
        "María José Núñez O’Higgins",
        "RUN 12.345.678-5",
        "Pasaje Los Cerrillos 1706, Población Bonilla",
        "Entre las escápulas (cruz)",
        "22 de noviembre de 2026",
        "Sede de la Junta de Vecinos Villa El Salto, Sicilia 1516",
        "Ignacio Tapia Rojas",
        "Camila Andrea Pérez Ñancupil",
        "15.509.661-6",
        "COLMEVET 8.412",
        "Firma electrónica simple, Ley N.º 19.799",
        "Plan Veterinario en Marcha 2026",
        "No es el certificado del Registro Nacional de Mascotas (RNM)",
        "0192f0c1-7a3b-7d55-8001-020304050607",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing in {text:?}");
    }
    assert!(!text.contains("demostración"));
}

#[test]
fn the_sterilisation_certificate_is_marked_as_demonstration() {
    let pdf = Certificates::new().unwrap().render(&sterilisation()).unwrap();
    keep("sterilisation.pdf", &pdf);
    let text = text(&pdf);
    for expected in [
        "Certificado de esterilización",
        "Ñato",
        "4,6 kg",
        "9 de julio de 2024",
        "Esterilizado",
        "Documento de demostración, sin validez.",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing in {text:?}");
    }
}

#[test]
fn what_is_not_known_is_said_and_not_left_out() {
    let mut facts = luna();
    facts.service =
        PrintedAct::Chip { procedure: Procedure::Verification, site: ImplantSite::LeftNeck };
    facts.owner.document = IdentityDocument::None;
    facts.owner.address = None;
    facts.owner.commune = None;
    facts.animal.breed = None;
    facts.animal.coat = None;
    facts.animal.pattern = None;
    facts.animal.birth = None;
    facts.animal.chip = None;
    facts.veterinarian.run = None;
    facts.veterinarian.registration = None;
    let pdf = Certificates::new().unwrap().render(&facts).unwrap();
    keep("verification.pdf", &pdf);
    let text = text(&pdf);
    assert!(text.contains("Acredita que se leyó el microchip"), "{text}");
    assert!(text.contains("Sin microchip") && text.contains("Sin documento"), "{text}");
    assert!(!text.contains("none") && !text.contains("Registro profesional"), "{text}");
}

#[test]
fn the_slip_carries_the_code_and_where_to_use_it() {
    let pdf = Certificates::new().unwrap().slip(&slip()).unwrap();
    keep("slip.pdf", &pdf);
    let text = text(&pdf);
    for expected in ["Luna", "152 0981 0000 0001", "K7QX2 M9RTA", "huella.example.cl/mis-mascotas"]
    {
        assert!(text.contains(expected), "{expected:?} is missing in {text:?}");
    }
}

#[test]
fn hostile_names_neither_break_the_page_nor_run_as_markup() {
    let pdf = Certificates::new().unwrap().render(&hostile()).unwrap();
    keep("hostile.pdf", &pdf);
    let text = text(&pdf);
    for expected in ["Müller", "🐶", "◻◻", "#set text(red)", "Ľudovít Őz"] {
        assert!(text.contains(expected), "{expected:?} is missing in {text:?}");
    }
}

#[test]
fn a_sequence_that_no_font_can_print_is_printed_as_boxes() {
    let press = Certificates::new().unwrap();
    for name in ["a\u{301}\u{302}\u{303}", "🇨🇱", "👨🏿‍🦽‍➡️", "e\u{20e3}", "ﷺ", "\u{e0067}", "हिन्दी"]
    {
        let mut facts = luna();
        facts.animal.name = name.to_owned();
        facts.owner.full_name = format!("x{name}y");
        press.render(&facts).unwrap_or_else(|error| panic!("{name:?}: {error}"));
    }
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let first = Certificates::new().unwrap().render(&luna()).unwrap();
    let second = Certificates::new().unwrap().render(&luna()).unwrap();
    assert!(first == second);
    let mut other = luna();
    other.animal.name = "Lunes".to_owned();
    assert!(first != Certificates::new().unwrap().render(&other).unwrap());
}

#[test]
fn the_page_conforms_links_and_names_its_language() {
    let pdf = Certificates::new().unwrap().render(&luna()).unwrap();
    let info = String::from_utf8(poppler("pdfinfo", &["-"], &pdf)).unwrap();
    for expected in ["Title:           Comprobante de microchip de Luna", "Tagged:          yes"] {
        assert!(info.contains(expected), "{expected:?} is missing in {info}");
    }
    let links = String::from_utf8(poppler("pdfinfo", &["-url", "-"], &pdf)).unwrap();
    let signed = luna().verify_url.rsplit('/').next().unwrap().to_owned();
    assert!(links.contains(&format!("https://huella.example.cl/V/{signed}")), "{links}");
    let raw = String::from_utf8_lossy(&pdf).into_owned();
    assert!(raw.contains("pdfuaid:part") && raw.contains("pdfaid:part"), "no conformance stated");
    assert!(raw.contains("/Lang"), "no language stated");
}

#[test]
fn a_page_is_small_and_says_how_long_it_took() {
    const PAGES: u16 = 60;
    let press = Certificates::new().unwrap();
    let mut bytes = press.render(&luna()).unwrap().len();
    let started = Instant::now();
    for page in 0..PAGES {
        let mut facts = luna();
        facts.animal.name = format!("Luna {page}");
        facts.animal.chip = ChipNumber::from_parts(152, 98_100_000_000 + u64::from(page));
        facts.verify_url = verify_url(&facts.animal.name);
        bytes = bytes.max(press.render(&facts).unwrap().len());
    }
    let ms = started.elapsed().as_secs_f64() * 1000.0 / f64::from(PAGES);
    eprintln!("certificate: {ms:.2} ms a page warm, at most {bytes} bytes");
    assert!(bytes <= 60 * 1024, "{bytes} bytes");
}
