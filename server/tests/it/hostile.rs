//! Goal R5: whatever is sent to a door that takes something, by whoever may enter there, is
//! answered in our words and never with a fault.

mod forms;
mod sent;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use app::pages::public::stock::FIELDS;
use backend::accounts::session::Holder;
use domain::id::OwnerId;
use domain::role::{Caller, Role, allows};
use serde_json::{Value, json};
use server::doors::{DOORS, Door};

use self::forms::PLAN;
use self::sent::{Sent, assaults};
use crate::client::{Answer, Client};
use crate::described::Described;
use crate::house::{Engine, House};
use crate::outreach::Outreach;
use crate::territory;

const ID: &str = "01900000-0000-7000-8000-000000000000";
/// Stands where a hostile text goes.
const HERE: &str = "§";

/// What a door takes: the names of a form's fields, or the shape of its JSON.
enum Takes {
    Form(&'static [&'static str]),
    Json(Value),
}

fn programme_form() -> Value {
    json!({
        "name": HERE, "issuer": HERE, "starts_on": HERE, "ends_on": HERE,
        "targets": [HERE, HERE, HERE, HERE, HERE],
    })
}

fn task_ending() -> Value {
    json!({ "accepted": true, "words": HERE, "email": HERE })
}

/// Every door that takes something. A new one without a row fails the test.
fn taken_by(pattern: &str) -> Takes {
    match pattern.strip_prefix("/api/coordinacion/") {
        Some(below) => taken_by_desk(below),
        None => territory::taken(pattern).map_or_else(|| taken_outside(pattern), Takes::Form),
    }
}

fn taken_outside(pattern: &str) -> Takes {
    use Takes::{Form, Json};
    match pattern {
        "/verificar" => Form(&["link"]),
        "/certificados/codigo" => Form(&["code"]),
        "/encontre" => Form(&["chip"]),
        "/encontre/mensaje" => Form(&["chip", "person_name", "contact", "address", "message"]),
        "/certificados" => Form(&["run", "chip"]),
        "/mis-animales/estado" => Form(&["animal", "state"]),
        "/mis-animales/correo" | "/clave" => Form(&["email"]),
        "/mis-animales/correccion" => Form(&["animal", "correction"]),
        "/mis-animales/salir" | "/salir" | "/papeletas/{id}" => Form(&["x"]),
        "/e/{token}" => Form(&["password", "repeated", "act", "time"]),
        "/operativos/{id}/reservar" => Form(&["act", "rows", "run", "pet_name_1"]),
        "/mi-hora" => Form(&["code", "document"]),
        "/ingresar" => Form(&["email", "password", "next"]),
        "/cuenta/sesiones" => Form(&["session"]),
        "/cuenta/clave" => Form(&["current", "password", "repeated"]),
        "/cuenta/confirmar" => Form(&["password", "next"]),
        "/entregar" => Form(&["archivo"]),
        "/coordinacion/existencias/{id}/{deed}" => Form(&STOCK),
        "/coordinacion/operativos/{id}/plan/{deed}" => Form(&PLAN),
        "/coordinacion/operativos/{id}/dia" => {
            Form(&["act", "code", "booking", "given", "run", "offering", "quantity", "ticket"])
        }
        "/api/v1/field/places" => {
            let asked = json!({ "id": ID, "offering": HERE, "places": 1 });
            Json(json!({ "outreach": ID, "device": ID, "give_back": [ID], "grant": [asked] }))
        }
        "/coordinacion/operativos/{id}/reservas" => Form(&["act", "booking"]),
        "/coordinacion/operativos/{id}/cierre" => Form(&["step", "reason"]),
        "/coordinacion/programas/{id}" => Form(&["target", "reason"]),
        "/coordinacion/programas/{id}/corregir" => {
            Form(&["seen", "name", "organisation", "date", "ends_on", "implantations", "reason"])
        }
        "/coordinacion/rnm/aprobar" => Form(&["animal", "numero", "pdf"]),
        "/coordinacion/importar" | "/coordinacion/importar/{id}" => Form(&["archivo", "act", "c0"]),
        "/api/v1/verify" | "/api/v1/field/search" => Json(json!({ "text": HERE })),
        "/api/v1/field/chip" => Json(json!({ "chip": HERE })),
        "/api/v1/field/pairing" => Json(json!({
            "code": HERE, "device": ID, "name": HERE, "public_key": HERE, "signature": HERE,
        })),
        "/api/v1/submissions" => {
            let report = json!({ "build": HERE, "clock": 1, "waiting": HERE, "oldest": null });
            Json(json!({ "device": ID, "submissions": [submission()], "report": report }))
        }
        "/api/v1/pictures" => Json(json!({
            "id": ID, "submission": ID, "animal": ID, "kind": HERE, "bytes": 9, "sha256": HERE,
            "taken_at": 1,
        })),
        "/api/v1/sealed" => {
            let copy = json!({
                "id": ID, "outreach": ID, "ephemeral": HERE, "nonce": HERE, "body": HERE,
            });
            Json(json!({ "device": ID, "sealed": [copy], "report": HERE }))
        }
        _ => panic!("{pattern} has no row in this test"),
    }
}

/// The fields of what is done with the stock: those of its form, and the word that it is meant.
static STOCK: LazyLock<Vec<&str>> = LazyLock::new(|| [&FIELDS[..], &["confirmed"]].concat());

fn taken_by_desk(below: &str) -> Takes {
    use Takes::Json;
    match below {
        "registro/buscar" | "registro/uno" => Json(json!({ "text": HERE })),
        "tareas/cerrar" => Json(json!({ "task": ID, "ending": task_ending() })),
        "por-resolver/lista" => {
            Json(json!({ "filter": { "view": HERE, "phone": HERE, "page": 4_000_000_000_u32 } }))
        }
        "por-resolver/registrar" => {
            let place = json!({ "sequence": 1, "submission": HERE });
            let wanted = json!({
                "act": ID, "phone": HERE, "until": 1, "after": place, "through": place,
                "count": 1, "stayed": 1,
            });
            Json(json!({ "wanted": wanted }))
        }
        "por-resolver/resolver" => {
            let resolution = json!({ "resolution": "dismiss", "words": HERE });
            Json(json!({ "submission": ID, "resolution": resolution }))
        }
        "correos/lista" => Json(json!({ "state": "sent", "address": HERE, "page": 1 })),
        "correos/reenviar" => Json(json!({ "message": ID, "recipient": HERE })),
        "rnm/lista" => Json(json!({ "state": HERE, "page": 1 })),
        "rnm/marcar" => {
            Json(json!({ "animals": [ID], "step": { "step": "observed", "reason": HERE } }))
        }
        "registro/anotar" => Json(json!({ "id": ID, "commands": [command()] })),
        "firma/dibujar" => Json(json!({ "drawing": HERE })),
        "documentos/revocar" => Json(json!({ "document": ID, "reason": HERE })),
        "programas/guardar" => Json(json!({ "form": programme_form() })),
        "operativos/lista" => {
            let filter = json!({ "year": 2026, "status": HERE, "commune": HERE });
            Json(json!({ "filter": filter }))
        }
        "operativos/guardar" => Json(json!({ "outreach": null, "form": outreach_form() })),
        "equipo/invitar" => Json(json!({ "form": {
            "email": format!("{HERE}@example.cl"), "name": HERE, "role": "operative",
            "run": HERE, "registration": HERE,
        } })),
        "equipo/rol" => Json(json!({ "staff": ID, "role": HERE, "run": HERE })),
        "claves/rotar" => Json(json!({ "purpose": HERE })),
        "telefonos/lista" => {
            Json(json!({ "filter": { "view": HERE, "days": 4_000_000_000_u32, "page": 0 } }))
        }
        "telefonos/ver" => Json(json!({ "phone": HERE })),
        "telefonos/nombrar" => Json(json!({ "phone": ID, "name": HERE })),
        "telefonos/revocar" | "telefonos/admitir" => Json(json!({ "phone": ID, "words": HERE })),
        "registro/persona" => Json(json!({ "owner": HERE })),
        "registro/animal" => Json(json!({ "animal": HERE })),
        "firma/autorizar"
        | "firma/retirar"
        | "operativos/ver"
        | "operativos/formulario"
        | "telefonos/invitar" => Json(json!({ "outreach": HERE })),
        "operativos/equipo" => Json(json!({ "outreach": ID, "staff": HERE, "joins": true })),
        "operativos/charla" => Json(json!({ "outreach": ID, "id": ID, "form": talk_form() })),
        "operativos/charla/corregir" => {
            let form = json!({ "form": talk_form(), "was": HERE, "reason": "mistyped", "at": 7 });
            Json(json!({ "talk": ID, "id": ID, "form": form }))
        }
        "equipo/cerrar" | "equipo/abrir" => Json(json!({ "staff": HERE })),
        "documentos/propios" => Json(json!({ "page": HERE })),
        "inicio" | "tareas/lista" | "firma/ver" | "programas/lista" | "equipo/lista"
        | "claves/lista" => Json(json!({ "x": HERE })),
        _ => panic!("{below} has no row in this test"),
    }
}

fn command() -> Value {
    json!({ "command": "annul_service", "service": ID, "reason": HERE })
}

fn submission() -> Value {
    json!({
        "id": ID, "version": 1, "device": ID, "sequence": 1, "actor": ID, "outreach": ID,
        "visit": null, "recorded_at": 1_700_000_000_000_i64, "utc_offset_minutes": -180,
        "replaces": null, "commands": [command()], "note": HERE,
    })
}

fn talk_form() -> Value {
    json!({
        "topic": "zoonoses", "attendants": HERE, "minutes": "20", "material": HERE,
        "listed": HERE,
    })
}

fn outreach_form() -> Value {
    let names = [
        "programme",
        "name",
        "kind",
        "status",
        "held_on",
        "starts",
        "ends",
        "place",
        "commune",
        "unit",
        "host",
        "new_host",
        "new_host_kind",
        "phase",
        "max_people",
    ];
    names.iter().map(|name| ((*name).to_owned(), Value::from(HERE))).collect()
}

/// What is wrong with an answer, if anything.
fn fault(door: &Door, answer: &Answer) -> Option<String> {
    if answer.status >= 500 {
        return Some(format!("a fault, {}", answer.text()));
    }
    if answer.status < 400 {
        return None;
    }
    let text = answer.text();
    let ours = if door.pattern.starts_with("/api/") {
        let told: Option<Value> = serde_json::from_str(&text).ok();
        told.is_some_and(|told| told["refusal"]["reason"].is_string())
    } else {
        text.contains("<html lang=\"es")
    };
    (!ours).then(|| format!("not our words: {text}"))
}

/// One person for each caller that may enter somewhere.
fn people(house: &House) -> BTreeMap<Caller, Holder> {
    let id_of = |role: &Role| {
        let session = house.staff(role.code()).get("/api/v1/session").expect(200).json();
        Holder::Staff(session["id"].as_str().expect("an id").parse().expect("a UUID"))
    };
    let mut all: BTreeMap<_, _> =
        Role::ALL.iter().map(|role| (Caller::from(*role), id_of(role))).collect();
    all.insert(Caller::Owner, Holder::Owner(OwnerId(ID.parse().expect("a UUID"))));
    all
}

#[test]
fn nothing_that_is_sent_to_a_door_is_a_fault_of_ours() {
    let settings = [("HUELLA_FLOOD_PER_SECOND", "100000")];
    for engine in Engine::all() {
        let house = House::start_with(engine, &["serve"], &settings);
        let people = people(&house);
        let described = Described::by(&house);
        let mut wrong = Vec::new();
        for door in DOORS.iter().filter(|door| door.method == "POST") {
            let callers = Caller::ALL.iter().filter(|&&caller| allows(caller, door.needs));
            let holder = callers.filter_map(|caller| people.get(caller)).next();
            let open = allows(Caller::Public, door.needs);
            let mut client = match holder {
                Some(holder) if !open => house.session_of(*holder),
                _ => house.client(),
            };
            let path = door.pattern.replace("{token}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
            for sent in assaults(&taken_by(door.pattern)) {
                let answer = at(&mut client, &path, &sent);
                let faults = [fault(door, &answer), described.fault(door, &answer)];
                for fault in faults.into_iter().flatten() {
                    let short: String = fault.chars().take(200).collect();
                    wrong.push(format!("{} <- {}: {short}", door.pattern, sent.what));
                }
            }
        }
        assert!(wrong.is_empty(), "{engine:?}\n{}\n{}", wrong.join("\n"), errors(&house));
        house.client().get("/readyz").expect(200);
    }
}

fn at(client: &mut Client, path: &str, sent: &Sent) -> Answer {
    client.clone().send("POST", path, &sent.headers, &sent.body)
}

/// The errors of the log: which use case a fault came from.
fn errors(house: &House) -> String {
    let log = house.log();
    let errors: Vec<_> = log.lines().filter(|line| line.contains("\"ERROR\"")).collect();
    errors.join("\n")
}

/// Each thing that can be done with the stock, at the office and with an outreach's box.
#[test]
fn nothing_that_is_typed_at_the_stock_is_a_fault_of_ours() {
    let settings = [("HUELLA_FLOOD_PER_SECOND", "100000")];
    for engine in Engine::all() {
        let house = House::start_with(engine, &["serve"], &settings);
        let outreach = Outreach::in_house(&house, true);
        let mut coordinator = house.staff("coordinator");
        let office = ["recibir", "producto", "baja", "baja-dosis", "corregir-lote"];
        let office = office.map(|deed| ("oficina", deed));
        let id = outreach.id.to_string();
        let of_box = [
            "entregar",
            "devolver",
            "contar",
            "contar-dosis",
            "baja-dosis",
            "entregar-dosis",
            "devolver-dosis",
        ]
        .map(|deed| (id.as_str(), deed));
        for (place, deed) in office.into_iter().chain(of_box) {
            let path = format!("/coordinacion/existencias/{place}/{deed}");
            coordinator.get(&path).expect(200);
            for sent in assaults(&Takes::Form(&STOCK)) {
                let answer = at(&mut coordinator, &path, &sent);
                // What comes back is whole: nobody holds anything that could.
                let is_harmless = deed == "devolver" && answer.status == 303;
                let told = answer.status < 500 && answer.text().contains("<html lang=\"es");
                assert!(is_harmless || told, "{path} <- {}: {}", sent.what, answer.status);
                assert!(is_harmless || answer.status >= 400, "{path} <- {}", sent.what);
            }
        }
        let page = coordinator.get("/coordinacion/existencias").expect(200).text();
        assert!(!page.contains("DROP TABLE"), "{page}");
    }
}

/// Deeper than the parsers: a registered animal's own pages, asked by staff who read them.
#[test]
fn hostile_words_about_a_known_record_are_refused_in_words() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, true);
        let reply = outreach.visit(1, 12_345_678, "985121004515220");
        let link = reply["answers"][0]["documents"][0]["link"].as_str().expect("a link").to_owned();
        let said = house.client().post_json("/api/v1/verify", &json!({ "text": link })).json();
        let document = said["document"]["id"].clone();
        let mut coordinator = house.staff("coordinator");
        for reason in ["a\0b", "", "\u{202e}", &"a".repeat(5_000)] {
            let asked = json!({ "document": document, "reason": reason });
            let answer = coordinator.post_json("/api/coordinacion/documentos/revocar", &asked);
            assert_eq!(answer.status, 422, "{reason:?}: {}", answer.text());
        }
        let said = house.client().post_json("/api/v1/verify", &json!({ "text": link })).json();
        assert_eq!(said["verdict"], "valid", "{said}");
        let asked = json!({ "document": document, "reason": "Error de digitación" });
        coordinator.post_json("/api/coordinacion/documentos/revocar", &asked).expect(200);
        for (role, status) in [("auditor", 403), ("admin", 403)] {
            let mut other = house.staff(role);
            let answer = other.post_json("/api/coordinacion/documentos/revocar", &asked);
            assert_eq!(answer.status, status, "{role}");
        }
    }
}
