//! `/entregar`: the form by which somebody hands in what another phone kept, without a script.

use serde_json::{Value, json};

use crate::client::{Answer, Client, exchange};
use crate::house::{Engine, House};
use crate::outreach::Outreach;
use crate::sealed::{broken, sealed};

const PATH: &str = "/entregar";
const ID: &str = "01900000-0000-7000-8000-000000000702";
const KIND: (&str, &str) = ("content-type", "multipart/form-data; boundary=limit");
const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");

/// Sends a form with this file.
fn hand_in(client: &mut Client, file: &[u8]) -> Answer {
    let head = "--limit\r\nContent-Disposition: form-data; name=\"archivo\"; \
                filename=\"huella.json\"\r\nContent-Type: application/json\r\n\r\n";
    let body = [head.as_bytes(), file, &b"\r\n--limit--\r\n"[..]].concat();
    client.send("POST", PATH, &[KIND, OURS], &body)
}

/// The file of a phone.
fn file_of(mut copies: Value) -> Vec<u8> {
    copies["huella"] = json!("huella sealed 1");
    copies["made_at"] = json!("2026-11-22T17:00:00.000Z");
    copies.to_string().into_bytes()
}

/// The summary after a file was taken in.
#[track_caller]
fn summary(client: &mut Client, file: &[u8]) -> String {
    let taken = hand_in(client, file).expect(303);
    let to = taken.header("location").expect("a way on").to_owned();
    assert!(to.starts_with("/entregar?"), "{to}");
    client.get(&to).expect(200).text()
}

#[test]
fn a_file_is_taken_in_waits_at_the_desk_and_counts_once() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, false);
        let batch = outreach.draft(1, 12_345_678, "985121004515220");
        let setup = outreach.operative.get("/api/v1/field/setup").expect(200).json();
        let key = setup["outreaches"][0]["recovery_key"].as_str().expect("a key");
        let file = file_of(sealed(key, &batch));
        let mut coordinator = house.staff("coordinator");
        let form = coordinator.get("/coordinacion/telefonos").expect(200).text();
        assert!(form.contains("action=\"/entregar\""), "{form}");
        // The page films codes too, and what decodes them is wasm.
        let page = coordinator.get(PATH).expect(200);
        let policy = page.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("'wasm-unsafe-eval'") && !policy.contains("nonce-"), "{policy}");
        let text = page.text();
        assert!(
            text.contains("src=\"/page/hand-in.js\"") && text.contains("data-hand-in"),
            "{text}"
        );
        for _ in 0..2 {
            let told = summary(&mut coordinator, &file);
            assert!(told.contains("1 registro recibido"), "{told}");
            assert!(told.contains("1 espera a coordinación"), "{told}");
            assert!(told.contains("href=\"/coordinacion/por-resolver\""), "{told}");
        }
        let mut part = sealed(key, &batch);
        part["part"] = json!(2);
        part["parts"] = json!(3);
        let told = summary(&mut coordinator, &file_of(part));
        assert!(told.contains("Es la parte 2 de 3 de la copia"), "{told}");
        let resolution = json!({ "resolution": "accept", "chip": null });
        let id = &batch["submissions"][0]["id"];
        let asked = json!({ "submission": id, "resolution": resolution });
        coordinator.post_json("/api/coordinacion/por-resolver/resolver", &asked).expect(200);
        let told = summary(&mut coordinator, &file);
        assert!(told.contains("1 ya estaba"), "{told}");
        let sent = outreach.operative.post_json("/api/v1/submissions", &batch).expect(200).json();
        assert_eq!(sent["answers"][0]["outcome"], "accepted", "{sent}");
        assert_eq!(sent["receipt"]["stored_total"], 1, "{sent}");
        // Whoever registers may hand in; the desk is not theirs.
        let told = summary(&mut outreach.operative, &file);
        assert!(told.contains("1 ya estaba") && !told.contains("por-resolver"), "{told}");
    }
}

#[test]
fn what_is_no_file_of_ours_is_refused_in_words() {
    let house = House::start(Engine::Sqlite);
    let mut coordinator = house.staff("coordinator");
    let of = |copies: Value| file_of(json!({ "device": ID, "sealed": copies }));
    let newer = json!({ "huella": "huella sealed 9", "copies": 7 }).to_string().into_bytes();
    for (file, words) in [
        (Vec::new(), "No llegó ningún archivo"),
        (b"%PDF-1.7".to_vec(), "no es una copia para entregar"),
        (b"\xff\xfe\0".to_vec(), "no es una copia para entregar"),
        (b"[".repeat(60_000), "no es una copia para entregar"),
        (b"{\"huella\":\"huella sealed 1\"}".to_vec(), "no es una copia para entregar"),
        (of(json!([{}])), "no es una copia para entregar"),
        (of(json!([])), "no trae ningún registro"),
        (of(json!(vec![json!({ "id": ID }); 2_001])), "demasiados registros"),
        (newer, "de otra versión de la aplicación"),
        (of(json!([broken(ID)])), "no se puede abrir aquí"),
    ] {
        let told = hand_in(&mut coordinator, &file).expect(422).text();
        assert!(told.contains(words), "{words}: {told}");
        assert!(told.contains("<form") && told.contains("No se guardó nada"), "{told}");
    }
    let plain = coordinator.form(PATH, &[("archivo", "{}")]).expect(422).text();
    assert!(plain.contains("no es una copia para entregar"), "{plain}");
    for odd in ["", "?1.2.3", "?a.b.c.d.e", "?99999999999.0.0.0.0"] {
        let page = coordinator.get(&format!("{PATH}{odd}")).expect(200).text();
        assert!(!page.contains("recibido"), "{odd}: {page}");
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let house = House::start(Engine::Sqlite);
    let coordinator = house.staff("coordinator");
    let cookies: Vec<_> =
        coordinator.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (kind, cookies) = (KIND.1, cookies.join("; "));
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {cookies}\r\n\
         sec-fetch-site: same-origin\r\ncontent-type: {kind}\r\ncontent-length: 9437184\r\n\r\n",
        house.addr,
    );
    let answer = exchange(house.addr, head.as_bytes(), b"");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("Es más grande de lo que se puede recibir"), "{answer}");
}

#[test]
fn nobody_hands_in_who_may_not_submit() {
    let house = House::start(Engine::Sqlite);
    let file = file_of(json!({ "device": ID, "sealed": [broken(ID)] }));
    hand_in(&mut house.client(), &file).expect(401);
    let away = house.client().get(PATH).expect(303);
    assert_eq!(away.header("location"), Some("/ingresar?next=%2Fentregar"));
    for role in ["auditor", "admin"] {
        let mut other = house.staff(role);
        hand_in(&mut other, &file).expect(403);
        other.get(PATH).expect(403);
    }
    // The coordination's own page stays the coordination's.
    let mut operative = house.staff("operative");
    operative.get("/coordinacion/telefonos").expect(403);
    operative.get(PATH).expect(200);
    hand_in(&mut operative, &file).expect(422);
}
