//! An outreach is closed over HTTP: its page, its papers, its lists; and its programme's page.

use std::io::Read;

use flate2::read::DeflateDecoder;

use crate::client::{Answer, Client};
use crate::house::{Engine, House};
use crate::outreach::Outreach;

const CHIP: &str = "985121004515204";

/// An outreach with a visit of somebody whose address a spreadsheet would run.
fn after_a_visit(house: &House) -> (Outreach, String) {
    let mut outreach = Outreach::in_house(house, true);
    let mut batch = outreach.draft(1, 12_345_678, CHIP);
    batch["submissions"][0]["commands"][0]["details"]["address"] = "=1+2".into();
    let reply = outreach.operative.post_json("/api/v1/submissions", &batch).expect(200).json();
    assert_eq!(reply["answers"][0]["outcome"], "accepted", "{reply}");
    let path = format!("/coordinacion/operativos/{}", outreach.id);
    (outreach, path)
}

/// The files of a zip archive by name, as its central directory lists them (APPNOTE, 4.3.12).
fn unzip(bytes: &[u8]) -> Vec<(String, String)> {
    let number = |at: usize, size: usize| {
        bytes[at..at + size].iter().rev().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte))
    };
    let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06").expect("a directory");
    let (count, mut at) = (number(end + 10, 2), number(end + 16, 4));
    let mut files = Vec::new();
    for _ in 0..count {
        assert_eq!(&bytes[at..at + 4], b"PK\x01\x02");
        let (method, size) = (number(at + 10, 2), number(at + 20, 4));
        let [name, extra, comment] = [28, 30, 32].map(|from| number(at + from, 2));
        let local = number(at + 42, 4);
        let begins = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        let packed = &bytes[begins..begins + size];
        let mut text = String::new();
        if method == 0 {
            text.push_str(&String::from_utf8_lossy(packed));
        } else {
            DeflateDecoder::new(packed).read_to_string(&mut text).expect("deflated text");
        }
        files.push((String::from_utf8_lossy(&bytes[at + 46..at + 46 + name]).into_owned(), text));
        at += 46 + name + extra + comment;
    }
    files
}

fn is_pdf(answer: &Answer) {
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    assert!(answer.body.starts_with(b"%PDF-"));
}

/// The programme of the house, as the first link of an outreach's programme has it.
fn programme(house: &House) -> String {
    house.block_on(async |office| {
        let read = office.store.read(|tx| Box::pin(async move { tx.programmes().await }));
        read.await.expect("the store")[0].id.to_string()
    })
}

#[test]
fn an_outreach_is_closed_for_a_reason_and_accounted_for() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let (mut outreach, path) = after_a_visit(&house);
        let mut desk = house.staff("coordinator");
        let closing = format!("{path}/cierre");
        let page = desk.get(&closing).expect(200).text();
        assert!(page.contains("todavía no termina"), "{page}");
        assert!(!page.contains("<script"), "it works without one");
        let empty = desk.form(&closing, &[("step", "close"), ("reason", "")]).expect(422).text();
        assert!(empty.contains("error-list") && empty.contains("Motivo"), "{empty}");
        let long = format!("<b>{}", "ñ".repeat(400));
        let refused = desk.form(&closing, &[("step", "close"), ("reason", &long)]).expect(422);
        assert!(refused.text().contains("&lt;b>ñññ"), "what was typed is there");
        let right = [("step", "close"), ("reason", "Se cortó la luz")];
        let done = desk.form(&closing, &right).expect(303);
        let seen = desk.get(done.header("location").expect("a page")).expect(200).text();
        assert!(seen.contains("Quedó anotado") && seen.contains("Cerrado el"), "{seen}");
        assert!(!seen.contains("Después del cierre"), "{seen}");
        outreach.visit(2, 9_876_543, "985121004515210");
        let seen = desk.get(&closing).expect(200).text();
        assert!(seen.contains("Después del cierre: 1 registro recibido"), "{seen}");
        desk.form(&closing, &right).expect(409);
        desk.form(&closing, &[("step", "report"), ("reason", "Rendido")]).expect(303);
        for step in ["report", "publish", "%00", ""] {
            desk.form(&closing, &[("step", step), ("reason", "Otra vez")]).expect(409);
        }
    }
}

/// There is no other day: the plan offers both ways on, and what was done is accounted for.
#[test]
fn a_day_that_a_storm_ended_is_closed_from_its_plan() {
    let house = House::start(Engine::Sqlite);
    let (_, path) = after_a_visit(&house);
    let mut desk = house.staff("coordinator");
    let suspend = format!("{path}/plan/suspender");
    desk.get(&suspend).expect(200);
    desk.form(&suspend, &[("reason", "Viento")]).expect(303);
    let plan = desk.get(&format!("{path}/plan")).expect(200).text();
    assert!(plan.contains("Cerrar el operativo") && plan.contains("plan/reprogramar"), "{plan}");
    let closing = format!("{path}/cierre");
    let page = desk.get(&closing).expect(200).text();
    assert!(page.contains("suspendido") && page.contains("name=\"step\""), "{page}");
    let right = [("step", "close"), ("reason", "No habrá otra fecha")];
    let done = desk.form(&closing, &right).expect(303);
    let seen = desk.get(done.header("location").expect("a page")).expect(200).text();
    assert!(seen.contains("Cerrado el"), "{seen}");
}

#[test]
fn the_lists_leave_as_text_and_are_run_by_nobody() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let (_, path) = after_a_visit(&house);
        let mut desk = house.staff("coordinator");
        let csv = desk.get(&format!("{path}/beneficiarios.csv")).expect(200);
        assert!(csv.body.starts_with(b"\xEF\xBB\xBFDocumento;"), "{}", csv.text());
        let text = csv.text();
        assert!(text.contains(&format!(";'{CHIP};")), "{text}");
        assert!(text.contains(";'=1+2;") && text.contains("12.345.678-5;"), "{text}");
        assert!(text.contains(";Nombre;Especie;Sexo;Procedimiento;"), "{text}");
        let paid = |line: &&str| line.ends_with(";Programa") || line.ends_with(" en Marcha");
        assert_eq!(text.lines().filter(paid).count(), 2, "{text}");
        let told = text.lines().nth(1).expect("a line").split(';').nth(10).expect("the sex");
        assert!(["macho", "hembra"].contains(&told), "{told}: {text}");

        let book = desk.get(&format!("{path}/beneficiarios.xlsx")).expect(200);
        let kind = book.header("content-type").expect("a type");
        assert!(kind.ends_with("spreadsheetml.sheet"), "{kind}");
        let files = unzip(&book.body);
        let of = |name: &str| {
            let found = files.iter().find(|(known, _)| known == name);
            &found.unwrap_or_else(|| panic!("{name} is missing")).1
        };
        let (strings, sheet) = (of("xl/sharedStrings.xml"), of("xl/worksheets/sheet1.xml"));
        assert!(strings.contains(&format!(">{CHIP}<")), "{strings}");
        assert!(strings.contains(">'=1+2<") && strings.contains(">12.345.678-5<"), "{strings}");
        assert!(!sheet.contains("<f>"), "no formula: {sheet}");
        let cells = sheet.matches("<v>").count();
        assert_eq!(sheet.matches("t=\"s\"").count(), cells, "every cell is a text: {sheet}");
        assert!(cells > 16, "{sheet}");
    }
}

#[test]
fn the_papers_are_printed_and_an_auditor_learns_no_names() {
    let house = House::start(Engine::Sqlite);
    let (_, path) = after_a_visit(&house);
    let mut auditor = house.staff("auditor");
    for paper in ["acta.pdf", "hoja.pdf"] {
        is_pdf(&auditor.get(&format!("{path}/{paper}")).expect(200));
    }
    for list in ["beneficiarios.csv", "beneficiarios.xlsx"] {
        auditor.get(&format!("{path}/{list}")).expect(403);
    }
    let page = auditor.get(&format!("{path}/cierre")).expect(200).text();
    for hidden in ["beneficiarios", "Núñez", "12.345.678", "Sicilia", "<form"] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    auditor.form(&format!("{path}/cierre"), &[("step", "close")]).expect(403);
    let mut operative = house.staff_at("operative", "otra");
    operative.get(&format!("{path}/cierre")).expect(403);
    for id in ["x", "01900000-0000-7000-8000-000000000000"] {
        for page in ["cierre", "acta.pdf", "hoja.pdf"] {
            auditor.get(&format!("/coordinacion/operativos/{id}/{page}")).expect(404);
        }
    }
}

#[test]
fn a_programme_shows_how_far_it_is() {
    let house = House::start(Engine::Sqlite);
    let (_, _) = after_a_visit(&house);
    let id = programme(&house);
    let path = format!("/coordinacion/programas/{id}");
    let mut desk = house.staff("coordinator");
    let page = desk.get(&path).expect(200).text();
    for told in ["Veterinario en Marcha", "Microchips implantados", "de residencia", "Por mes"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    // The target is not passed: there is nothing to explain.
    desk.form(&path, &[("target", "implantations"), ("reason", "Más fondos")]).expect(409);
    desk.form(&path, &[("target", "implantations"), ("reason", "")]).expect(422);
    let mut auditor = house.staff("auditor");
    let seen = auditor.get(&path).expect(200).text();
    assert!(!seen.contains("<form"), "{seen}");
    auditor.form(&path, &[("target", "implantations"), ("reason", "x")]).expect(403);
    let unknown = |client: &mut Client, id: &str| {
        client.get(&format!("/coordinacion/programas/{id}")).expect(404).text()
    };
    for id in ["x", "01900000-0000-7000-8000-000000000000"] {
        assert!(unknown(&mut desk, id).contains("No encontramos este programa"));
    }
}

#[test]
fn a_programme_is_put_right_on_a_page_of_its_own() {
    let house = House::start(Engine::Sqlite);
    let (_, _) = after_a_visit(&house);
    let path = format!("/coordinacion/programas/{}", programme(&house));
    let correct = format!("{path}/corregir");
    let mut desk = house.staff("coordinator");
    let page = desk.get(&path).expect(200).text();
    assert!(page.contains(&format!("href=\"{correct}\"")) && !page.contains(">Historia<"));
    let page = desk.get(&correct).expect(200).text();
    assert!(page.contains("value=\"Veterinario en Marcha\""), "{page}");
    let (_, seen) = page.split_once("name=\"seen\" value=\"").unwrap();
    let (seen, _) = seen.split_once('"').unwrap();
    let form = |(ends_on, reason)| {
        [
            ("seen", seen),
            ("name", "Veterinario en tu barrio"),
            ("organisation", "Gobernación de prueba"),
            ("date", "2026-01-01"),
            ("ends_on", ends_on),
            ("implantations", "900"),
            ("reason", reason),
        ]
    };
    let (last, why) = ("2099-12-30", "Estaba mal escrito");
    let refused = desk.form(&correct, &form((last, ""))).expect(422).text();
    assert!(refused.contains("value=\"Veterinario en tu barrio\""), "nothing typed is lost");
    for (ends_on, told) in [("2025-12-31", "Termina antes de empezar"), ("", "la forma esperada")] {
        let refused = desk.form(&correct, &form((ends_on, why))).expect(422).text();
        assert!(refused.contains(told), "{told}: {refused}");
        let is_told_at = |name: &str| refused.contains(&format!("id=\"{name}-error\""));
        assert!(is_told_at("ends_on") && !is_told_at("date"), "{told}: {refused}");
        assert!(refused.contains("href=\"#ends_on\""), "the field is named: {refused}");
    }
    // Its outreach is of today.
    let refused = desk.form(&correct, &form(("2026-01-02", why))).expect(422).text();
    assert!(refused.contains("href=\"#ends_on\""), "the field is named: {refused}");
    assert!(refused.contains("Quedarían fuera operativos de este programa"), "{refused}");
    desk.form(&correct, &form((last, why))).expect(303);
    let page = desk.get(&format!("{path}?corregido")).expect(200).text();
    assert!(page.contains("Veterinario en tu barrio") && page.contains("quedó corregido"));
    desk.form(&correct, &[("seen", "x"), ("reason", "x")]).expect(422);
    let mut auditor = house.staff("auditor");
    for reader in [&mut desk, &mut auditor] {
        let page = reader.get(&path).expect(200).text();
        let (_, told) = page.split_once(">Historia<").expect("a history");
        for words in [
            "Programa corregido",
            "Prueba coordinator",
            why,
            "Antes: Veterinario en Marcha",
            "Después: Veterinario en tu barrio",
            "Antes: Huella",
            "Después: 900",
            "Después: no se prometió",
        ] {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert!(!told.contains("Meta de operativos"), "only what changed: {told}");
    }
    auditor.get(&correct).expect(403);
    auditor.form(&correct, &form((last, "x"))).expect(403);
    for id in ["x", "01900000-0000-7000-8000-000000000000"] {
        desk.get(&format!("/coordinacion/programas/{id}/corregir")).expect(404);
    }
}

#[test]
fn a_figure_opens_its_services() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let (_, outreach) = after_a_visit(&house);
        let path = format!("/coordinacion/programas/{}", programme(&house));
        let list = format!("{path}/servicios");
        let mut desk = house.staff("coordinator");
        let page = desk.get(&path).expect(200).text();
        let chips = format!("{list}?servicio=implantation");
        assert!(page.contains(&format!("href=\"{chips}\"")), "{page}");
        let animals = |page: &str| page.matches("href=\"/coordinacion/registro/animal/").count();
        let mut auditor = house.staff("auditor");
        for client in [&mut desk, &mut auditor] {
            let seen = client.get(&chips).expect(200).text();
            assert_eq!(animals(&seen), 1, "{seen}");
            for told in
                ["Atenciones de Veterinario en Marcha", "Microchips implantados", "1 atención"]
            {
                assert!(seen.contains(told), "{told}: {seen}");
            }
            for hidden in ["Núñez", "12.345.678", "<form", "<script"] {
                assert!(!seen.contains(hidden), "{hidden}: {seen}");
            }
        }
        let none = desk.get(&format!("{list}?servicio=sterilisation")).expect(200).text();
        assert!(none.contains("No hay atenciones que contar"), "{none}");
        let odd = ["servicio=%00&operativo=x", "pagina=-1", "mes=%FF", "residencia=%00&pagina=99"];
        for odd in odd.into_iter().chain(["tras=%00&antes=x"]) {
            desk.get(&format!("{list}?{odd}")).expect(200);
        }
        let unknown = "/coordinacion/programas/01900000-0000-7000-8000-000000000000/servicios";
        desk.get(unknown).expect(404);
        let there = format!("{outreach}/atenciones?servicio=implantation&servicio=verification");
        let seen = desk.get(&there).expect(200).text();
        assert_eq!(animals(&seen), 1, "{seen}");
        let seen = desk.get(&format!("{outreach}/atenciones?cobertura=02101")).expect(200).text();
        assert!(!seen.contains("cada uno con su última atención"), "all are listed: {seen}");
        let ending = desk.get(&format!("{outreach}/cierre")).expect(200).text();
        let way = format!("href=\"{outreach}/atenciones?servicio=implantation\">1<");
        assert!(ending.contains(&way), "{ending}");
        let nowhere = "/coordinacion/operativos/01900000-0000-7000-8000-000000000000/atenciones";
        desk.get(nowhere).expect(404);
        let mut operative = house.staff_at("operative", "otra");
        operative.get(&list).expect(403);
        operative.get(&there).expect(403);
    }
}
