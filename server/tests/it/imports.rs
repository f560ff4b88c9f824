//! Earlier registers over HTTP: sent, looked at, put right, begun, killed, gone on with, undone.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::client::{Answer, Client};
use crate::house::{Engine, House};

const IMPORTS: &str = "/coordinacion/importar";

/// Sends a file as a browser does.
fn send(desk: &mut Client, name: &str, bytes: &[u8]) -> Answer {
    let head = format!(
        "--cut\r\ncontent-disposition: form-data; name=\"archivo\"; filename=\"{name}\"\r\n\
         content-type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat();
    let kind = ("content-type", "multipart/form-data; boundary=cut");
    desk.send("POST", IMPORTS, &[kind, ("sec-fetch-site", "same-origin")], &body)
}

/// The address of the import that a file became.
fn sent(desk: &mut Client, name: &str, bytes: &[u8]) -> String {
    let answer = send(desk, name, bytes).expect(303);
    answer.header("location").expect("a page").to_owned()
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(*name, packed).expect("memory");
        writer.write_all(bytes).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// A workbook of one sheet whose first row has headings and the second an animal.
fn workbook() -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let links = |target: &str, kind: &str| {
        format!(
            "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" \
             Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>\
         <sheet name=\"Hoja1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let text = |place: &str, text: &str| {
        format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let heads = ["Microchip", "RUT", "Tutor", "Mascota", "Especie", "Sexo", "Fecha"];
    let columns = ["A", "B", "C", "D", "E", "F", "G"];
    let heads: String =
        columns.iter().zip(heads).map(|(at, head)| text(&format!("{at}1"), head)).collect();
    let words = ["12.345.678-5", "Ana Soto Rojas", "Ñato &lt;b&gt;", "Canino", "Macho"];
    let words: String =
        columns[1..].iter().zip(words).map(|(at, word)| text(&format!("{at}2"), word)).collect();
    let styles = format!(
        "<styleSheet xmlns=\"{main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>\
         </cellXfs></styleSheet>"
    );
    let sheet = format!(
        "<worksheet xmlns=\"{main}\"><sheetData><row r=\"1\">{heads}</row>\
         <row r=\"2\"><c r=\"A2\"><v>985121004515204</v></c>{words}\
         <c r=\"G2\" s=\"1\"><v>44157</v></c></row></sheetData></worksheet>"
    );
    archive(&[
        ("_rels/.rels", links("xl/workbook.xml", "officeDocument").as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links("worksheets/sheet1.xml", "worksheet").as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// Waits until a page says something.
fn until(desk: &mut Client, page: &str, words: &str) -> String {
    let began = Instant::now();
    loop {
        let text = desk.get(page).expect(200).text();
        if text.contains(words) {
            return text;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{words} never came: {text}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn count(house: &House) -> (i64, i64) {
    house.block_on(async |office| {
        let read = office.store.read(|tx| {
            Box::pin(async move {
                Ok::<_, backend::store::StoreError>((
                    tx.count_owners().await?,
                    tx.count_animals().await?,
                ))
            })
        });
        read.await.expect("the store")
    })
}

#[test]
fn a_workbook_is_looked_at_begun_and_undone() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut desk = house.staff("coordinator");
        assert!(desk.get("/coordinacion").expect(200).text().contains(IMPORTS));
        let page = sent(&mut desk, "registro 2020.xlsx", &workbook());
        let looked = desk.get(&page).expect(200).text();
        for words in ["registro 2020.xlsx", "985121004515204", "Persona y animal nuevos"] {
            assert!(looked.contains(words), "{words}: {looked}");
        }
        assert!(looked.contains("2020-11-22") && !looked.contains("<b>"), "{looked}");
        assert_eq!(count(&house), (0, 0));

        // A column too few keeps what was chosen.
        let columns = [("act", "columns"), ("c0", "chip"), ("c1", "-"), ("c2", "breed")];
        let wrong = desk.form(&page, &columns).expect(422).text();
        assert!(wrong.contains("Faltan columnas"), "{wrong}");
        assert!(wrong.contains("value=\"breed\" selected"), "{wrong}");

        desk.form(&page, &[("act", "start")]).expect(303);
        until(&mut desk, &page, "Terminada");
        assert_eq!(count(&house), (1, 1));
        let list = desk.get(&format!("{page}/resultado.csv")).expect(200);
        let text = list.text();
        assert!(text.starts_with("\u{feff}Microchip;RUT;Tutor"), "{text}");
        assert!(text.contains("'985121004515204;") && text.contains("animal nuevos"), "{text}");
        desk.form(&page, &[("act", "start")]).expect(409);

        let asked = desk.form(&page, &[("act", "undo")]).expect(200).text();
        assert!(asked.contains("¿Deshacer esta importación?"), "{asked}");
        assert_eq!(count(&house), (1, 1));
        desk.form(&page, &[("act", "undo"), ("confirmed", "1")]).expect(303);
        until(&mut desk, &page, "Deshecha");
        assert_eq!(count(&house), (0, 0));
        assert!(desk.get(IMPORTS).expect(200).text().contains("registro 2020.xlsx"));

        let mut auditor = house.staff("auditor");
        auditor.get(&page).expect(403);
    }
}

#[test]
fn what_was_killed_in_the_middle_goes_on_to_its_end() {
    for engine in Engine::all() {
        let mut first = House::start(engine);
        let mut desk = first.staff("coordinator");
        let mut list = "chip;propietario;mascota;especie;sexo\n".to_owned();
        for row in 0..3_000_u64 {
            let chip = 985_121_004_000_000 + row;
            list.push_str(&format!("{chip};Ana Soto;Luna;gato;hembra\n"));
        }
        let page = sent(&mut desk, "lista.csv", list.as_bytes());
        desk.form(&page, &[("act", "start")]).expect(303);
        until(&mut desk, &page, "de 3.000 filas");
        first.stop();
        let secret = first.folder.join("secret");
        let secret = secret.to_str().expect("a path");
        let house = House::on(first.database(), &[("HUELLA_SECRET_FILE", secret)]);
        let mut desk = Client { addr: house.addr, ..desk };
        until(&mut desk, &page, "3.000 de 3.000 filas");
        until(&mut desk, &page, "Terminada");
        assert_eq!(count(&first), (3_000, 3_000));
    }
}

#[test]
fn hostile_files_are_told_in_words() {
    let house = House::start(Engine::Sqlite);
    let mut desk = house.staff("coordinator");
    let nothing = vec![b' '; 40 * 1024 * 1024];
    let bomb = archive(&[("xl/worksheets/sheet1.xml", &nothing)]);
    let promise = b"<sst uniqueCount=\"99999999999\"><si><t>a</t></si></sst>";
    let promise = archive(&[("xl/sharedStrings.xml", promise)]);
    let rows = format!("chip\n{}", "985121004515204\n".repeat(20_001));
    for (bytes, words) in [
        (Vec::new(), "No llegó ningún archivo"),
        (bomb, "demasiado grande"),
        (promise, "demasiado grande"),
        (b"PK\x03\x04 and no more".to_vec(), "está dañado"),
        (b"%PDF-1.7\n\0\0".to_vec(), "está dañado"),
        (b"chip;sexo\n".to_vec(), "no tiene filas"),
        (rows.into_bytes(), "más de 20.000 filas"),
        (format!("{0}\n{0}", "a;".repeat(80)).into_bytes(), "más de 60 columnas"),
    ] {
        let told = send(&mut desk, "a.csv", &bytes).expect(422).text();
        assert!(told.contains(words) && told.contains("No se guardó nada"), "{words}: {told}");
    }
    // What is written in a list is text on the page, and no formula in its result.
    let list =
        "chip;propietario;mascota;especie;sexo\n=1+1;<script>alert(1)</script>;Luna;gato;h\n";
    let page = sent(&mut desk, "<b>.csv", list.as_bytes());
    let looked = desk.get(&page).expect(200).text();
    assert!(!looked.contains("<script>alert") && !looked.contains("<b>"), "{looked}");
    let result = desk.get(&format!("{page}/resultado.csv")).expect(200).text();
    assert!(result.contains("'=1+1"), "{result}");
    for act in ["resume", "stop", "undo"] {
        desk.form(&page, &[("act", act), ("confirmed", "1")]).expect(409);
    }
    desk.form(&page, &[("act", "anything")]).expect(400);
    desk.form(&page, &[("act", "discard")]).expect(303);
    desk.get(&page).expect(409);
    desk.get(&format!("{IMPORTS}/x")).expect(409);
}
