//! The territory over HTTP: organisations, a file of units, where next with its map, the calendar
//! and its feed.

use crate::client::{Answer, Client};
use crate::house::{Engine, House};
use crate::outreach::Outreach;

/// The fields of a form of the territory, by the pattern of its door.
pub fn taken(pattern: &str) -> Option<&'static [&'static str]> {
    let names: &[&str] = match pattern {
        "/coordinacion/organizaciones/{id}" => &[
            "name",
            "organisation",
            "commune",
            "neighbourhood_unit",
            "address",
            "person_name",
            "phone",
            "email",
        ],
        "/coordinacion/unidades/importar" => &["file", "text", "commune", "source", "year"],
        "/coordinacion/unidades/{unit}" => &[
            "name",
            "households",
            "dogs_and_cats",
            "source",
            "year",
            "latitude",
            "longitude",
            "no_boundary",
            "seen",
            "take_out",
        ],
        "/coordinacion/donde-sigue" => {
            &["unserved", "waiting", "elapsed", "distance", "cost", "latitude", "longitude"]
        }
        "/coordinacion/donde-sigue/{unit}" => &["x"],
        _ => return None,
    };
    Some(names)
}

const ORGANISATIONS: &str = "/coordinacion/organizaciones";
const UNIT_FILE: &str = "/coordinacion/unidades/importar";
const WHERE_NEXT: &str = "/coordinacion/donde-sigue";
const TABLE: &str = "uv;nombre;hogares;perros y gatos;latitud;longitud
54;<b>Bonilla</b>;1200;2000;-23,59;-70,39
7;Centro;800;400;-23,65;-70,40
";

/// Sends the form of a file, as a browser does.
fn send_file(client: &mut Client, fields: &[(&str, &str)]) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        let file = if *name == "file" { "; filename=\"u.csv\"" } else { "" };
        let head = format!("content-disposition: form-data; name=\"{name}\"{file}");
        body.push_str(&format!("--limite\r\n{head}\r\n\r\n{value}\r\n"));
    }
    body.push_str("--limite--\r\n");
    let kind = ("content-type", "multipart/form-data; boundary=limite");
    let ours = ("sec-fetch-site", "same-origin");
    client.send("POST", UNIT_FILE, &[kind, ours], body.as_bytes())
}

fn take_table(client: &mut Client) {
    let source = [("source", "Municipalidad"), ("year", "2025"), ("commune", "02101")];
    let fields = [[("file", TABLE), ("confirmed", "1")].as_slice(), source.as_slice()].concat();
    send_file(client, &fields).expect(303);
}

/// What the page is called is told again only to whoever cannot see that.
#[track_caller]
fn says_once(page: &str, title: &str) {
    assert!(page.contains(&format!("<h1>{title}")), "{page}");
    assert!(page.contains(&format!("<caption class=\"hidden-visually\">{title}")), "{page}");
    assert!(!page.contains(&format!("<caption>{title}")), "{page}");
}

#[test]
fn an_organisation_is_noted_and_changed() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut desk = house.staff("coordinator");
        let form = desk.get(&format!("{ORGANISATIONS}/nueva")).expect(200).text();
        let (_, rest) = form.split_once("action=\"/coordinacion/organizaciones/").expect("a form");
        let (id, _) = rest.split_once('"').expect("its address");
        let path = format!("{ORGANISATIONS}/{id}");
        let fields = |phone| {
            [
                ("name", "Junta <i>54</i>"),
                ("organisation", "neighbourhood_council"),
                ("commune", "02101"),
                ("neighbourhood_unit", "54"),
                ("person_name", "Secretaría"),
                ("phone", phone),
            ]
        };
        let refused = desk.form(&path, &fields("12")).expect(422).text();
        assert!(refused.contains("value=\"12\""), "nothing typed is lost: {refused}");
        // Sent twice, as by a second press, it is one.
        for _ in 0..2 {
            let kept = desk.form(&path, &fields("+56912345678")).expect(303);
            assert_eq!(kept.header("location"), Some("/coordinacion/organizaciones?hecho"));
        }
        let list = desk.get(ORGANISATIONS).expect(200).text();
        assert_eq!(list.matches("+56912345678").count(), 1, "{list}");
        assert!(!list.contains("<i>54"), "{list}");
        says_once(&list, "Organizaciones");
        let again = desk.get(&path).expect(200).text();
        assert!(again.contains("+56912345678") && again.contains("Secretaría"), "{again}");
        let mut auditor = house.staff("auditor");
        assert!(!auditor.get(ORGANISATIONS).expect(200).text().contains(id));
        auditor.form(&path, &fields("+56912345678")).expect(403);
        desk.get(&format!("{ORGANISATIONS}/x")).expect(422);
    }
}

#[test]
fn a_file_is_looked_at_before_it_is_taken_in() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut desk = house.staff("coordinator");
        desk.get(UNIT_FILE).expect(200);
        let table = format!("{TABLE}9;=HYPERLINK(1);muchos;1;;\n");
        let source = [("source", "Municipalidad"), ("year", "2025"), ("commune", "02101")];
        let sent = [[("file", table.as_str())].as_slice(), source.as_slice()].concat();
        let looked = send_file(&mut desk, &sent).expect(200).text();
        assert!(looked.contains("2 filas nuevas"), "{looked}");
        assert!(looked.contains("1 fila que no se puede tomar"), "{looked}");
        assert!(looked.contains("Hogares: Escriba solo números."), "{looked}");
        assert!(!looked.contains("<b>Bonilla"), "{looked}");
        let units = desk.get("/coordinacion/unidades").expect(200).text();
        assert!(units.contains("Todavía no hay unidades"), "only looked at: {units}");
        // What the preview holds is sent again to be taken in, or to be put right.
        let held = [[("text", table.as_str())].as_slice(), source.as_slice()].concat();
        let again = send_file(&mut desk, &[held.as_slice(), &[("again", "1")]].concat());
        assert!(again.expect(200).text().contains("muchos"), "nothing typed is lost");
        let kept = send_file(&mut desk, &[held.as_slice(), &[("confirmed", "1")]].concat());
        let kept = kept.expect(303);
        assert_eq!(kept.header("location"), Some("/coordinacion/unidades?guardadas=2"));
        let units = desk.get("/coordinacion/unidades?guardadas=2").expect(200).text();
        assert!(units.contains("Quedaron guardadas 2 filas"), "{units}");
        assert!(units.contains("Municipalidad, 2025") && !units.contains("<b>Bonilla"), "{units}");
    }
}

/// What a page holds in the hidden field of when it was shown.
fn seen(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"seen\" value=\"").expect("when it was shown");
    rest.split_once('"').expect("a value").0.to_owned()
}

#[test]
fn a_unit_is_put_right_and_taken_out() {
    for engine in Engine::all() {
        let house = House::start(engine);
        Outreach::in_house(&house, false);
        let mut desk = house.staff("coordinator");
        take_table(&mut desk);
        let list = desk.get("/coordinacion/unidades").expect(200).text();
        assert!(list.contains("href=\"/coordinacion/unidades/02101-54\""), "{list}");
        says_once(&list, "Unidades vecinales");
        let path = "/coordinacion/unidades/02101-54";
        let page = desk.get(path).expect(200).text();
        assert!(page.contains("value=\"1200\"") && !page.contains("<b>Bonilla"), "{page}");
        let seen = seen(&page);
        let fields = |name: &'static str, households: &'static str| {
            [
                ("name", name),
                ("households", households),
                ("dogs_and_cats", "2.100"),
                ("source", "Encuesta"),
                ("year", "2025"),
                ("latitude", "-23,59"),
                ("longitude", "-70,39"),
                ("seen", seen.as_str()),
            ]
        };
        let refused = desk.form(path, &fields("Bonilla", "muchos")).expect(422).text();
        assert!(refused.contains("value=\"muchos\"") && refused.contains("href=\"#households\""));
        assert!(refused.contains("value=\"Encuesta\""), "nothing typed is lost: {refused}");
        // Sent twice, as by a second press, it is done once; and an emptied value is gone.
        for _ in 0..2 {
            let kept = desk.form(path, &fields("Bonilla", "")).expect(303);
            assert_eq!(kept.header("location"), Some("/coordinacion/unidades?hecho"));
        }
        let list = desk.get("/coordinacion/unidades?hecho").expect(200).text();
        assert!(list.contains("Quedó guardado.") && list.contains("Encuesta, 2025"), "{list}");
        assert!(!list.contains("1.200"), "{list}");
        let late = desk.form(path, &fields("Otra", "7")).expect(409).text();
        assert!(late.contains("value=\"Otra\"") && late.contains("Alguien cambió"), "{late}");

        // With an outreach it stays.
        desk.form(&format!("{WHERE_NEXT}/02101-54"), &[]).expect(303);
        let leave = [("take_out", "1")];
        let stays = desk.form(path, &leave).expect(422).text();
        assert!(stays.contains("No se puede sacar: 1 operativo"), "{stays}");
        desk.form("/coordinacion/unidades/02101-7", &leave).expect(303);
        let list = desk.get("/coordinacion/unidades").expect(200).text();
        assert!(list.contains("02101-54") && !list.contains("02101-7\""), "{list}");
        for unknown in ["02101-7", "02101-999", "x", "02101", "%00"] {
            desk.get(&format!("/coordinacion/unidades/{unknown}")).expect(422);
            desk.form(&format!("/coordinacion/unidades/{unknown}"), &fields("X", "1")).expect(422);
        }
        let mut auditor = house.staff("auditor");
        let seen = auditor.get("/coordinacion/unidades").expect(200).text();
        assert!(!seen.contains("href=\"/coordinacion/unidades/02101"), "{seen}");
        auditor.form(path, &leave).expect(403);
    }
}

#[test]
fn a_commune_has_figures_of_its_own() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut desk = house.staff("coordinator");
        let table = "comuna;uv;hogares;mascotas\n02101;;1000;1400\n02101;9;500;\n";
        let source = [("source", "Censo"), ("year", "2024")];
        let sent = [[("text", table)].as_slice(), source.as_slice()].concat();
        let looked = send_file(&mut desk, &sent).expect(200).text();
        assert!(looked.contains("Se agrega como cifra de toda la comuna."), "{looked}");
        let sent = [sent.as_slice(), &[("confirmed", "1")]].concat();
        send_file(&mut desk, &sent).expect(303);
        let list = desk.get("/coordinacion/unidades").expect(200).text();
        assert!(list.contains("Comunas enteras") && list.contains("1.400"), "{list}");
        let next = desk.get(WHERE_NEXT).expect(200).text();
        let words = "700 animales según sus hogares y la cifra de la comuna (Censo, 2024)";
        assert!(next.contains(words), "{next}");
        let page = desk.get("/coordinacion/unidades/02101").expect(200).text();
        assert!(page.contains("Antofagasta, toda la comuna") && !page.contains("latitude"));
        desk.form("/coordinacion/unidades/02101", &[("take_out", "1")]).expect(303);
        let list = desk.get("/coordinacion/unidades").expect(200).text();
        assert!(!list.contains("Comunas enteras"), "{list}");
    }
}

#[test]
fn a_file_that_is_none_is_told_with_what_to_do() {
    let house = House::start(Engine::Sqlite);
    let mut desk = house.staff("coordinator");
    let long = format!("uv\n{}", "1\n".repeat(2_001));
    let deep = "{\"features\":".to_owned() + &"[".repeat(30_000);
    for (text, words) in [
        ("", "No llegó ninguna fila"),
        ("nombre;hogares\nX;1\n", "Ninguna columna dice"),
        ("{\"features\":7}", "no es una tabla CSV ni un GeoJSON"),
        (deep.as_str(), "no es una tabla CSV ni un GeoJSON"),
        (long.as_str(), "más de 2.000 filas"),
    ] {
        let told = send_file(&mut desk, &[("text", text), ("source", "Censo")]).expect(422).text();
        assert!(told.contains(words), "{words}: {told}");
        assert!(told.contains("value=\"Censo\""), "nothing typed is lost: {told}");
    }
    let late = send_file(&mut desk, &[("text", TABLE), ("year", "2999")]).expect(422).text();
    assert!(late.contains("value=\"2999\"") && late.contains("Centro"), "{late}");
    // A figure needs who says so.
    let told = send_file(&mut desk, &[("text", TABLE), ("commune", "02101")]).expect(200).text();
    assert!(told.contains("Fuente: Falta este dato."), "{told}");
    let closing = "uv;nombre\n5;</textarea><script>alert(1)</script>\n";
    for again in ["", "1"] {
        let page = send_file(&mut desk, &[("text", closing), ("again", again)]).expect(200).text();
        assert!(!page.contains("<script>alert"), "{page}");
    }
}

#[test]
fn where_next_is_a_list_whose_weights_can_be_changed() {
    for engine in Engine::all() {
        let house = House::start(engine);
        Outreach::in_house(&house, false);
        let mut desk = house.staff("coordinator");
        let empty = desk.get(WHERE_NEXT).expect(200).text();
        assert!(empty.contains("Todavía no hay unidades que ordenar"), "{empty}");
        take_table(&mut desk);
        let list = desk.get(WHERE_NEXT).expect(200).text();
        let place = |list: &str, unit: &str| list.find(&format!("id=\"uv-{unit}\""));
        assert!(place(&list, "02101-54") < place(&list, "02101-7"), "{list}");
        assert!(list.contains("2.000 animales"), "{list}");
        says_once(&list, "Dónde sigue");
        let fields = |unserved, latitude| {
            [
                ("unserved", unserved),
                ("waiting", "0"),
                ("elapsed", "0"),
                ("distance", "100"),
                ("cost", "0"),
                ("latitude", latitude),
                ("longitude", "-70,40"),
            ]
        };
        let refused = desk.form(WHERE_NEXT, &fields("mucho", "99")).expect(422).text();
        assert!(refused.contains("value=\"mucho\"") && refused.contains("value=\"99\""));
        assert!(refused.contains("href=\"#unserved\"") && refused.contains("href=\"#latitude\""));
        desk.form(WHERE_NEXT, &fields("0", "-23,65")).expect(303);
        let list = desk.get(WHERE_NEXT).expect(200).text();
        assert!(place(&list, "02101-7") < place(&list, "02101-54"), "the nearer one: {list}");
        assert!(list.contains("value=\"-23.650000\"") && list.contains("6 km"), "{list}");

        let accepted = desk.form(&format!("{WHERE_NEXT}/02101-54"), &[]).expect(303);
        let draft = accepted.header("location").expect("the draft").to_owned();
        assert!(draft.ends_with("/cambiar"), "{draft}");
        let again = desk.form(&format!("{WHERE_NEXT}/02101-54"), &[]).expect(303);
        assert_eq!(again.header("location"), Some(draft.as_str()), "it is one draft");
        for unknown in ["02101-99", "x", "%00"] {
            desk.form(&format!("{WHERE_NEXT}/{unknown}"), &[]).expect(422);
        }
        let mut auditor = house.staff("auditor");
        let seen = auditor.get(WHERE_NEXT).expect(200).text();
        assert!(!seen.contains("<form"), "{seen}");
    }
}

#[test]
fn without_a_programme_a_suggestion_says_what_is_missing() {
    let house = House::start(Engine::Sqlite);
    let mut desk = house.staff("coordinator");
    take_table(&mut desk);
    let refused = desk.form(&format!("{WHERE_NEXT}/02101-54"), &[]).expect(422).text();
    assert!(refused.contains("role=\"alert\"") && refused.contains("uv-02101-54"), "{refused}");
}

#[test]
fn the_map_has_its_own_shapes_and_pictures_only_where_they_are_set() {
    let house = House::start(Engine::Sqlite);
    let mut desk = house.staff("coordinator");
    take_table(&mut desk);
    let ring = "[[-70.4,-23.6],[-70.3,-23.6],[-70.3,-23.5],[-70.4,-23.6]]";
    let shapes = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{{\"properties\":{{\"uv\":54}},\
         \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}}}]}}"
    );
    let fields = [("text", shapes.as_str()), ("commune", "02101"), ("confirmed", "1")];
    send_file(&mut desk, &fields).expect(303);
    let map = desk.get(&format!("{WHERE_NEXT}/mapa.json")).expect(200);
    assert_eq!(map.header("content-type"), Some("application/geo+json"));
    let map = map.json();
    assert_eq!(map["features"][0]["geometry"]["type"], "MultiPolygon");
    assert_eq!(map["features"][0]["properties"]["rank"], 1);
    assert_eq!(map["features"][1]["geometry"]["type"], "Point");
    assert_eq!(map["features"][1]["geometry"]["coordinates"], serde_json::json!([-70.4, -23.65]));
    let policy =
        |answer: &Answer| answer.header("content-security-policy").expect("a policy").to_owned();
    let page = desk.get(WHERE_NEXT).expect(200);
    assert!(policy(&page).contains("img-src 'self' data: blob:;"), "{}", policy(&page));
    assert!(!page.text().contains("data-tiles"), "{}", page.text());

    let tiles = "https://tiles.example/{z}/{x}/{y}.png";
    let settings = [("HUELLA_TILES_URL", tiles), ("HUELLA_TILES_ATTRIBUTION", "© <b>Otros</b>")];
    let house = House::start_with(Engine::Sqlite, &["serve"], &settings);
    let mut desk = house.staff("coordinator");
    take_table(&mut desk);
    let page = desk.get(WHERE_NEXT).expect(200);
    assert!(policy(&page).contains("blob: https://tiles.example;"), "{}", policy(&page));
    assert!(page.text().contains("data-tiles=\"https://tiles.example/{z}/{x}/{y}.png\""));
    assert!(!policy(&desk.get(ORGANISATIONS).expect(200)).contains("tiles.example"));
}

#[test]
fn the_calendar_has_a_sheet_an_agenda_and_a_feed() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let outreach = Outreach::in_house(&house, false);
        let mut desk = house.staff("coordinator");
        take_table(&mut desk);
        desk.form(&format!("{WHERE_NEXT}/02101-54"), &[]).expect(303);
        let sheet = desk.get("/coordinacion/calendario").expect(200).text();
        assert!(sheet.contains(&outreach.id.to_string()), "{sheet}");
        assert_eq!(sheet.matches("aria-current=\"date\"").count(), 1, "{sheet}");
        let agenda = desk.get("/coordinacion/calendario?vista=agenda").expect(200).text();
        assert!(agenda.contains(&outreach.id.to_string()), "{agenda}");
        let past = desk.get("/coordinacion/calendario?mes=1999-02&vista=agenda").expect(200).text();
        assert!(past.contains("No hay operativos en estos meses"), "{past}");
        for odd in ["mes=", "mes=2026-13", "mes=9999-01", "mes=%00", "vista=%FF", "mes=1900-01"] {
            let answer = desk.get(&format!("/coordinacion/calendario?{odd}"));
            assert!(answer.status < 500, "{odd}: {}", answer.status);
        }
        let feed = house.client().get("/operativos.ics").expect(200);
        assert_eq!(feed.header("content-type"), Some("text/calendar; charset=utf-8"));
        let text = feed.text();
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n"), "{text}");
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 1, "the draft is nobody's: {text}");
        assert!(text.contains(&format!("UID:{}@", outreach.id)), "{text}");
    }
}
