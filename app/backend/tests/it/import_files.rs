//! Files that are taken in, and those that are refused: lists, workbooks, and what means harm.

use std::io::{Cursor, Write};

use backend::import::file::{Table, read};
use domain::field_error::Field;
use domain::import::{MOST_BYTES, MOST_ROWS, Source, Unfit};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive of these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(*name, packed).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn links(target: &str, kind: &str) -> String {
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{RELATIONSHIPS}/{kind}\" Target=\"{target}\"/>\
         </Relationships>"
    )
}

/// A workbook whose one sheet has these rows, as XML, and these texts.
pub fn workbook(rows: &str, texts: &str) -> Vec<u8> {
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let book = format!(
        "<workbook {main} xmlns:r=\"{RELATIONSHIPS}\"><sheets>\
         <sheet name=\"Hoja1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    // The second style is a day.
    let styles = format!(
        "<styleSheet {main}><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>\
         </styleSheet>"
    );
    let sheet = format!("<worksheet {main}><sheetData>{rows}</sheetData></worksheet>");
    archive(&[
        ("_rels/.rels", links("xl/workbook.xml", "officeDocument").as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links("worksheets/sheet1.xml", "worksheet").as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/sharedStrings.xml", texts.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

const TEXTS: &str = "<sst uniqueCount=\"4\"><si><t>N° chip</t></si><si><t>Nombre mascota</t></si>\
                     <si><t>Fecha</t></si><si><t>Ñato</t></si></sst>";

fn rows(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect()
}

#[test]
fn a_list_is_read_with_its_separator_and_encoding() {
    let text = "\u{feff}Registro 2020\r\n\r\nN° chip;Nombre mascota;Sexo\r\n\
                985121004515204;\"Ñato; el perro\";M\r\n;;\r\n985121004515205;Luna;H;;\r\n";
    let table = read(text.as_bytes()).unwrap();
    assert_eq!(table.plan.source, Source::CsvUtf8);
    assert_eq!(table.plan.separator, Some(';'));
    assert_eq!(table.plan.headings, ["N° chip", "Nombre mascota", "Sexo"]);
    let columns = [Some(Field::Chip), Some(Field::PetName), Some(Field::Sex)];
    assert_eq!(table.plan.columns, columns);
    let expected = [["985121004515204", "Ñato; el perro", "M"], ["985121004515205", "Luna", "H"]];
    assert_eq!(rows(&table), expected);

    let plain = text.trim_start_matches('\u{feff}');
    let latin: Vec<u8> = plain.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let old = read(&latin).unwrap();
    assert_eq!((old.plan.source, rows(&old)), (Source::CsvWindows, rows(&table)));
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = read(&wide).unwrap();
    assert_eq!((wide.plan.source, rows(&wide)), (Source::CsvUtf16, rows(&table)));
    for separator in [',', '\t'] {
        let list = format!("chip{separator}sexo\n985121004515204{separator}M\n");
        assert_eq!(read(list.as_bytes()).unwrap().plan.separator, Some(separator));
    }
}

#[test]
fn a_workbook_gives_chips_whole_and_days_as_days() {
    let rows_xml = "<row r=\"2\"><c r=\"B2\" t=\"s\"><v>0</v></c><c r=\"C2\" t=\"s\"><v>1</v></c>\
        <c r=\"D2\" t=\"s\"><v>2</v></c></row>\
        <row r=\"4\"><c r=\"B4\"><v>985121004515204</v></c><c r=\"C4\" t=\"s\"><v>3</v></c>\
        <c r=\"D4\" s=\"1\"><v>44157</v></c></row>\
        <row r=\"5\"><c r=\"B5\"><v>9.85121004515205E14</v></c>\
        <c r=\"C5\" t=\"inlineStr\"><is><t>Luna</t></is></c></row>";
    let table = read(&workbook(rows_xml, TEXTS)).unwrap();
    assert_eq!((table.plan.source, table.plan.separator), (Source::Workbook, None));
    assert_eq!(table.plan.headings, ["", "N° chip", "Nombre mascota", "Fecha"]);
    let expected =
        [vec!["", "985121004515204", "Ñato", "2020-11-22"], vec!["", "985121004515205", "Luna"]];
    assert_eq!(rows(&table), expected);
}

#[test]
fn hostile_files_are_refused_before_they_are_followed() {
    let cell = |place: &str| {
        format!("<row r=\"1\"><c r=\"{place}\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"/></row>")
    };
    let nothing = vec![b' '; 40 * 1024 * 1024];
    let bomb = archive(&[("xl/worksheets/sheet1.xml", &nothing)]);
    assert!(bomb.len() < 100_000, "it looks harmless");
    let promised = "<sst count=\"1\" uniqueCount = ' 99999999999'><si><t>a</t></si></sst>";
    let mut many = "chip\n".to_owned();
    many.push_str(&"985121004515204\n".repeat(MOST_ROWS + 1));
    let picture = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0; 64]].concat();
    let old_workbook = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 512]].concat();
    let large = vec![b'1'; usize::try_from(MOST_BYTES).unwrap() + 1];
    let cut = workbook(&cell("A1"), TEXTS);
    for (what, bytes, unfit) in [
        ("nothing", Vec::new(), Unfit::Missing),
        ("too large", large, Unfit::TooLarge),
        ("a bomb", bomb, Unfit::TooLarge),
        ("a promise", workbook(&cell("A1"), promised), Unfit::TooLarge),
        ("a far column", workbook(&cell("XFD1"), TEXTS), Unfit::TooManyColumns),
        ("one far row", workbook(&cell("A1048576"), TEXTS), Unfit::Empty),
        ("too many rows", many.into_bytes(), Unfit::TooManyRows),
        ("too many columns", ";".repeat(99).replace(';', "a;").into_bytes(), Unfit::Empty),
        ("headings only", b"chip;sexo\n\n;\n".to_vec(), Unfit::Empty),
        ("blank lines", b"\n\n \n".to_vec(), Unfit::Empty),
        ("a picture", picture, Unfit::Unreadable),
        ("a workbook of old", old_workbook, Unfit::Unreadable),
        ("another archive", archive(&[("word/document.xml", b"<w/>")]), Unfit::Unreadable),
        ("half a workbook", cut[..cut.len() / 2].to_vec(), Unfit::Unreadable),
    ] {
        assert_eq!(read(&bytes).map(|table| table.rows.len()), Err(unfit), "{what}");
    }
    let wide = format!("{}\n{}", "a;".repeat(99), "1;".repeat(99));
    assert_eq!(read(wide.as_bytes()).map(|_| ()), Err(Unfit::TooManyColumns));
}

#[test]
fn one_text_in_every_cell_is_measured() {
    let text = "x".repeat(32_000);
    let texts = format!("<sst><si><t>{text}</t></si></sst>");
    let mut rows = String::new();
    for row in 1..=600 {
        rows.push_str(&format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>"));
    }
    assert_eq!(read(&workbook(&rows, &texts)).map(|_| ()), Err(Unfit::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let archive = [b"PK\x03\x04".as_slice(), &bytes].concat();
        let _ = read(&archive);
    }

    #[test]
    fn no_damage_to_a_workbook_makes_the_reader_panic(
        at in 0_usize..1_500,
        byte in any::<u8>(),
    ) {
        let row = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>";
        let mut bytes = workbook(row, TEXTS);
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        let _ = read(&bytes);
    }

    #[test]
    fn whatever_is_read_keeps_within_the_limits(text in "[a-c;,\n\t\"ñ]{0,200}") {
        if let Ok(table) = read(text.as_bytes()) {
            let width = table.plan.headings.len();
            prop_assert_eq!(width, table.plan.columns.len());
            prop_assert!(table.rows.iter().all(|row| row.len() <= width));
            prop_assert!(!table.rows.is_empty());
        }
    }
}
