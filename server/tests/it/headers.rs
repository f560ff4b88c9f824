//! What every answer carries, and where a request must come from.

use crate::house::{Engine, House};

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
    client.get("/e/SECRETTOKEN");
    client.get("/SECRETPATH");
    client.form("/ingresar", &[("email", "ana@secret.cl"), ("password", "SECRETPASSWORD")]);
    let log = house.log();
    assert!(log.contains("/V/{text}") && log.contains("/e/{token}"), "{log}");
    assert!(!log.to_lowercase().contains("secret"), "{log}");
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("a line is a JSON object");
    }
}
