//! What every answer carries, and where a request must come from.

use crate::house::{Engine, House};
use crate::outreach::Outreach;

#[test]
fn every_answer_carries_the_security_headers() {
    let house = House::start(Engine::Sqlite);
    let mut client = house.client();
    for path in ["/ingresar", "/terreno", "/no-existe", "/api/v1/session", "/V/ABC", "/livez"] {
        let answer = client.get(path);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}: {name}");
        }
        assert!(answer.header("permissions-policy").is_some(), "{path}");
        assert_eq!(answer.header("x-request-id").map(str::len), Some(13), "{path}");
        assert_eq!(answer.header("strict-transport-security"), None, "{path}: plain http");
    }
}

#[test]
fn over_https_browsers_are_told_to_stay_there() {
    let settings = [("HUELLA_PUBLIC_URL", "https://huella.example")];
    let house = House::start_with(Engine::Sqlite, &["serve"], &settings);
    let answer = house.client().get("/ingresar");
    let told = answer.header("strict-transport-security").unwrap_or_default();
    assert!(told.starts_with("max-age=31536000"), "{told}");
}

#[test]
fn no_static_page_loads_wasm_or_an_inline_script() {
    let house = House::start(Engine::Sqlite);
    let mut client = house.client();
    for path in ["/ingresar", "/clave", "/V/ABC", "/no-existe"] {
        let answer = client.get(path);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(!policy.contains("wasm-unsafe-eval"), "{path}: {policy}");
        let page = answer.text();
        assert!(!page.contains("<script>") && !page.contains(" onclick="), "{path}: {page}");
        assert!(!page.contains(" style=\""), "{path}: {page}");
    }
    let shell = client.get("/terreno/visita");
    let policy = shell.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("'wasm-unsafe-eval'") && !policy.contains("nonce-"), "{policy}");
}

#[test]
fn a_page_of_a_person_is_never_stored() {
    let house = House::start(Engine::Sqlite);
    let mut coordinator = house.staff("coordinator");
    let page = coordinator.get("/cuenta").expect(200);
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

#[test]
fn a_form_from_another_site_changes_nothing() {
    let house = House::start(Engine::Sqlite);
    let mut coordinator = house.staff("coordinator");
    let form = ("content-type", "application/x-www-form-urlencoded");
    for foreign in [
        vec![form, ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        vec![form, ("sec-fetch-site", "same-site")],
        vec![form, ("origin", "https://evil.example")],
        vec![form, ("origin", "null")],
    ] {
        let answer = coordinator.send("POST", "/salir", &foreign, b"").expect(403);
        assert!(answer.text().contains("no vino de una de nuestras"), "{}", answer.text());
    }
    coordinator.get("/cuenta").expect(200);
    let own = format!("http://{}", house.addr);
    coordinator.send("POST", "/salir", &[form, ("origin", &own)], b"").expect(303);
    coordinator.get("/cuenta").expect(303);
}

#[test]
fn every_error_is_told_in_our_words() {
    let house = House::start(Engine::Sqlite);
    let mut client = house.client();
    let missing = client.get("/no-existe").expect(404);
    assert!(missing.text().contains("No encontramos esta página"), "{}", missing.text());
    let method = client.send("POST", "/livez", &[], b"").expect(405);
    assert!(method.text().contains("no se abre así"), "{}", method.text());
    let odd = client.send("BREW", "/ingresar", &[], b"").expect(405);
    assert!(odd.text().contains("no se abre así"), "{}", odd.text());
    let large = vec![b'a'; 100_000];
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = client.send("POST", "/ingresar", &form, &large).expect(413);
    assert!(answer.text().contains("Es más grande de lo que"), "{}", answer.text());
    let english = client.send("GET", "/no-existe", &[("accept-language", "en")], b"").expect(404);
    assert!(english.text().contains("lang=\"en\""), "{}", english.text());
}

#[test]
fn a_flood_from_one_address_is_held_and_said_so() {
    let settings = [("HUELLA_FLOOD_PER_SECOND", "5")];
    let house = House::start_with(Engine::Sqlite, &["serve"], &settings);
    let mut client = house.client();
    let answers: Vec<_> = (0..60).map(|_| client.get("/no-existe")).collect();
    let held = answers.iter().find(|answer| answer.status == 429).expect("the gate closes");
    assert_eq!(held.header("retry-after"), Some("1"));
    assert!(held.text().contains("Demasiadas solicitudes"), "{}", held.text());
    assert_eq!(answers[0].status, 404, "the first ones passed");
}

#[test]
fn nothing_personal_reaches_the_log() {
    let house = House::start(Engine::Sqlite);
    let mut client = house.client();
    client.get("/V/SECRETCERTIFICATE?q=SECRETQUERY");
    client.get("/P/SECRETPROVISIONAL?q=SECRETQUERY");
    client.get("/p/secretprovisional");
    client.get("/e/SECRETTOKEN");
    client.get("/SECRETPATH");
    client.form("/ingresar", &[("email", "ana@secret.cl"), ("password", "SECRETPASSWORD")]);
    let log = house.log();
    assert!(
        ["/V/{text}", "/P/{text}", "/e/{token}"].iter().all(|path| log.contains(path)),
        "{log}"
    );
    assert!(!log.to_lowercase().contains("secret"), "{log}");
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("a line is a JSON object");
    }
}

/// Headers that every answer has, whatever it is.
#[track_caller]
fn protected(answer: &crate::client::Answer, what: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{what}: {name}");
    }
    let policy = answer.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("default-src 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe-inline"), "{what}: {policy}");
}

#[test]
fn documents_lists_and_files_are_protected_like_pages() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, true);
    let reply = outreach.visit(1, 12_345_678, "985121004515220");
    let link = reply["answers"][0]["documents"][0]["link"].as_str().expect("a link").to_owned();
    let asked = serde_json::json!({ "text": link });
    let said = house.client().post_json("/api/v1/verify", &asked).expect(200).json();
    let id = said["document"]["id"].as_str().expect("an id").to_owned();
    let mut coordinator = house.staff("coordinator");

    let document = coordinator.get(&format!("/documentos/{id}")).expect(200);
    protected(&document, "a document");
    assert_eq!(document.header("content-type"), Some("application/pdf"));
    assert_eq!(document.header("cache-control"), Some("no-store"));
    for (path, kind) in [
        ("/coordinacion/rnm.csv", "text/csv"),
        ("/cuenta-publica/datos.csv?year=2026", "text/csv"),
        ("/sw.js", "text/javascript"),
        ("/.well-known/jwks.json", "application/json"),
        ("/api/v1/openapi.json", "application/json"),
    ] {
        let answer = coordinator.get(path).expect(200);
        protected(&answer, path);
        let is = answer.header("content-type").unwrap_or_default();
        assert!(is.starts_with(kind), "{path}: {is}");
    }
    let mut anybody = house.client();
    for file in server::site::files() {
        protected(&anybody.get(&format!("/{}", file.path)).expect(200), file.path);
    }
    // By hand the program may be built without its site.
    if std::env::var_os("HUELLA_TEST_EVERYTHING").is_some() {
        assert!(!server::site::files().is_empty(), "the program holds its files");
    }
}

#[test]
fn a_hydrated_page_runs_only_what_carries_the_nonce_of_its_request() {
    let house = House::start(Engine::Sqlite);
    let mut coordinator = house.staff("coordinator");
    let mut nonces = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let page = coordinator.get("/coordinacion").expect(200);
        let policy = page.header("content-security-policy").unwrap_or_default().to_owned();
        let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
        let (nonce, _) = rest.split_once('\'').expect("its end");
        assert!(nonce.len() >= 22, "128 bits: {nonce}");
        assert!(policy.contains("'wasm-unsafe-eval'") && !policy.contains("'unsafe-eval'"));
        let text = page.text();
        let scripts: Vec<_> = text.split("<script").skip(1).collect();
        assert!(!scripts.is_empty(), "{text}");
        for script in scripts {
            let (tag, _) = script.split_once('>').expect("the end of a tag");
            let carries = tag.contains(&format!("nonce=\"{nonce}\""));
            assert!(carries || tag.contains("src=\"/"), "{tag}");
        }
        // The nonce is for scripts: nowhere else may markup give it away.
        assert!(!text.contains(&format!("crossorigin=\"{nonce}")), "{text}");
        nonces.insert(nonce.to_owned());
    }
    assert_eq!(nonces.len(), 3, "a new one each time");
}

#[test]
fn a_change_with_a_session_says_where_it_comes_from() {
    let house = House::start(Engine::Sqlite);
    let mut coordinator = house.staff("coordinator");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let json = ("content-type", "application/json");
    coordinator.send("POST", "/salir", &[form], b"").expect(403);
    let answer = coordinator.send("POST", "/api/coordinacion/inicio", &[json], b"{}").expect(403);
    assert_eq!(answer.json()["refusal"]["reason"], "foreign_origin");
    coordinator.get("/api/v1/session").expect(200);
    // Programs have no session, and need not say.
    let verify = house.client().send("POST", "/api/v1/verify", &[json], b"{\"text\":\"ABC\"}");
    assert_eq!(verify.expect(200).json()["verdict"], "not_ours");
    let own = format!("http://{}", house.addr);
    coordinator.send("POST", "/salir", &[form, ("origin", &own)], b"").expect(303);
}

#[test]
fn a_log_line_is_json_names_its_request_and_nobody() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, true);
    outreach.visit(1, 12_345_678, "985121004515220");
    crate::verification::mail(&house);
    let mut coordinator = house.staff("coordinator");
    let asked = serde_json::json!({ "text": "12.345.678-5" });
    coordinator.post_json("/api/coordinacion/registro/buscar", &asked).expect(200);
    house.client().form("/certificados", &[("run", "12.345.678-5"), ("chip", "515220")]);
    let number = coordinator.get("/cuenta?RUN=12345678-5").expect(200);
    let number = number.header("x-request-id").expect("a number").to_owned();
    let log = house.log();
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect();
    let own: Vec<_> = lines.iter().filter(|line| line["span"]["id"] == number.as_str()).collect();
    assert!(own.iter().any(|line| line["message"] == "answered"), "{log}");
    assert!(own.iter().all(|line| line["span"]["route"] == "/cuenta"), "{own:?}");
    for personal in [
        "12345678",
        "12.345.678",
        "985121004515220",
        "515220",
        "Núñez",
        "María",
        "Ñato",
        "Prueba",
        "example.cl",
        "correcta",
        "/cuenta?",
    ] {
        assert!(!log.contains(personal), "{personal} is in the log: {log}");
    }
}
