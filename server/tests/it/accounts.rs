//! Signing in and out, passwords, sessions, links.

use crate::client::Client;
use crate::house::{Engine, House, PASSWORD};

const EMAIL: &str = "coordinator@example.cl.invalid";

/// The newest mail to the folder, decoded enough to find a link in it.
fn link_of_newest_mail(house: &House) -> String {
    let folder = house.folder.join("mail");
    for _ in 0..100 {
        let newest = std::fs::read_dir(&folder).ok().and_then(|entries| {
            entries
                .filter_map(Result::ok)
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
                .max()
        });
        if let Some(path) = newest {
            let text = std::fs::read_to_string(path).expect("a mail");
            let text = text.replace("=\r\n", "").replace("=3D", "=");
            let at = text.find("/e/").expect("a link");
            let token: String =
                text[at + 3..].chars().take_while(char::is_ascii_alphanumeric).collect();
            return format!("/e/{token}");
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("no mail came: {}", house.log())
}

fn sign_in(house: &House, password: &str) -> (Client, u16) {
    let mut client = house.client();
    let answer = client.form("/ingresar", &[("email", EMAIL), ("password", password)]);
    (client, answer.status)
}

#[test]
fn a_person_signs_in_and_out() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut person = house.staff("coordinator");
        let (name, _) = person.cookies.iter().next().expect("a cookie");
        assert!(name.starts_with("__Host-"), "{name}");
        let session = person.get("/api/v1/session").expect(200).json();
        assert_eq!(session["role"], "coordinator");
        let before = person.clone();
        let drops = "src=\"/page/signed-out.js\"";
        assert!(!person.get("/salir").expect(200).text().contains(drops), "not yet");
        person.form("/salir", &[]).expect(303);
        assert!(person.cookies.is_empty());
        assert!(person.get("/salir").expect(200).text().contains(drops));
        person.get("/page/signed-out.js").expect(200);
        before.clone().get("/api/v1/session").expect(401);
    }
}

#[test]
fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let house = House::start(Engine::Sqlite);
    house.staff("coordinator");
    let mut client = house.client();
    let answer = client.form("/ingresar", &[("email", EMAIL), ("password", PASSWORD)]).expect(303);
    let cookie = answer.header("set-cookie").expect("a cookie");
    for part in ["__Host-", "; HttpOnly", "; Secure", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[test]
fn a_session_of_the_field_outlives_the_browser_and_one_of_a_desk_does_not() {
    let house = House::start(Engine::Sqlite);
    let cookie = |role: &str, next: &str| {
        let email = format!("{role}@example.cl.invalid");
        let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", next)];
        let answer = house.client().form("/ingresar", &fields).expect(303);
        answer.header("set-cookie").expect("a cookie").to_owned()
    };
    let mut operative = house.staff("operative");
    house.staff("coordinator");
    let lasts = "; SameSite=Lax; Max-Age=604800";
    assert!(cookie("operative", "").ends_with(lasts));
    assert!(cookie("operative", "/cuenta").ends_with(lasts));
    assert!(cookie("coordinator", "/terreno/visita").ends_with(lasts));
    for next in ["", "/cuenta", "//terreno"] {
        assert!(cookie("coordinator", next).ends_with("; SameSite=Lax"), "{next}");
    }
    // A new password begins the session anew, and it is kept as before.
    let fresh = "otra frase muy distinta";
    let fields = [("current", PASSWORD), ("password", fresh), ("repeated", fresh)];
    let answer = operative.form("/cuenta/clave", &fields).expect(303);
    assert!(answer.header("set-cookie").expect("a cookie").ends_with(lasts));
    let mut now = PASSWORD;
    for (next, new, end) in [
        ("/terreno", "una frase para el campo", lasts),
        ("", "una frase para la oficina", "; SameSite=Lax"),
    ] {
        let mut desk = house.client();
        let signing_in = [("email", EMAIL), ("password", now), ("next", next)];
        desk.form("/ingresar", &signing_in).expect(303);
        for (now, new) in [(now, fresh), (fresh, new)] {
            let fields = [("current", now), ("password", new), ("repeated", new)];
            let answer = desk.form("/cuenta/clave", &fields).expect(303);
            let cookie = answer.header("set-cookie").expect("a cookie");
            assert!(cookie.ends_with(end), "{next}: {cookie}");
        }
        now = new;
    }
}

#[test]
fn a_wrong_password_and_an_unknown_address_are_told_alike() {
    let house = House::start(Engine::Sqlite);
    house.staff("coordinator");
    let mut client = house.client();
    let wrong = client.form("/ingresar", &[("email", EMAIL), ("password", "no es esta frase")]);
    let unknown =
        client.form("/ingresar", &[("email", "x@example.cl"), ("password", "no es esta")]);
    let (wrong, unknown) = (wrong.expect(422).text(), unknown.expect(422).text());
    assert!(wrong.contains("no coinciden"), "{wrong}");
    assert_eq!(wrong.replace(EMAIL, "x@example.cl"), unknown);
    assert!(wrong.contains(EMAIL), "what was typed is kept");
    assert!(!wrong.contains("no es esta frase"), "but never a password");
}

#[test]
fn guessing_is_stopped_by_account_and_even_the_right_password_waits() {
    for engine in Engine::all() {
        let house = House::start(engine);
        house.staff("coordinator");
        let mut statuses = Vec::new();
        for guess in 0..30 {
            statuses.push(sign_in(&house, &format!("intento número {guess}")).1);
        }
        assert!(statuses.starts_with(&[422, 422, 422]), "{statuses:?}");
        assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
        assert_eq!(sign_in(&house, PASSWORD).1, 429);
    }
}

#[test]
fn after_signing_in_one_is_where_one_wanted_to_be_and_never_elsewhere() {
    let house = House::start(Engine::Sqlite);
    house.staff("coordinator");
    let mut client = house.client();
    let answer = client.get("/cuenta").expect(303);
    assert_eq!(answer.header("location"), Some("/ingresar?next=%2Fcuenta"));
    let fields = |next| [("email", EMAIL), ("password", PASSWORD), ("next", next)];
    let answer = client.form("/ingresar", &fields("/cuenta")).expect(303);
    assert_eq!(answer.header("location"), Some("/cuenta"));
    for foreign in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"] {
        let answer = house.client().form("/ingresar", &fields(foreign)).expect(303);
        assert_eq!(answer.header("location"), Some("/coordinacion"), "{foreign}");
    }
}

#[test]
fn a_forgotten_password_is_replaced_by_a_link_that_works_once() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut before = house.staff("coordinator");
        let mut client = house.client();
        let known = client.form("/clave", &[("email", EMAIL)]).expect(303);
        let unknown = client.form("/clave", &[("email", "nadie@example.cl")]).expect(303);
        assert_eq!(known.header("location"), unknown.header("location"));
        let link = link_of_newest_mail(&house);
        client.get(&link).expect(200);
        client.get(&link).expect(200);
        let new = "otra frase muy distinta";
        let fields = [("password", new), ("repeated", "otra frase muy distante")];
        client.form(&link, &fields).expect(422);
        client.form(&link, &[("password", "corta"), ("repeated", "corta")]).expect(422);
        client.form(&link, &[("password", new), ("repeated", new)]).expect(303);
        client.form(&link, &[("password", new), ("repeated", new)]).expect(410);
        client.get(&link).expect(410);
        before.get("/api/v1/session").expect(401);
        assert_eq!(sign_in(&house, PASSWORD).1, 422);
        assert_eq!(sign_in(&house, new).1, 303);
    }
}

#[test]
fn an_invited_person_chooses_a_password_and_gets_in() {
    let house = House::start(Engine::Sqlite);
    let arguments = ["user", "add", EMAIL, "--name", "Ana Soto", "--role", "coordinator"];
    let made = house.run(&arguments, "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let printed = String::from_utf8_lossy(&made.stdout).into_owned();
    let at = printed.find("/e/").unwrap_or_else(|| panic!("no link: {printed}"));
    let link = printed[at..].trim().to_owned();
    let mut client = house.client();
    client.get(&link).expect(200);
    client.form(&link, &[("password", PASSWORD), ("repeated", PASSWORD)]).expect(303);
    assert_eq!(sign_in(&house, PASSWORD).1, 303);
}

#[test]
fn one_sees_ones_sessions_and_ends_them() {
    let house = House::start(Engine::Sqlite);
    let mut phone = house.staff("coordinator");
    let (mut desk, _) = sign_in(&house, PASSWORD);
    let page = desk.get("/cuenta").expect(200).text();
    assert!(page.contains("Este dispositivo"), "{page}");
    desk.form("/cuenta/sesiones", &[("session", "others")]).expect(303);
    phone.get("/api/v1/session").expect(401);
    desk.get("/api/v1/session").expect(200);
}

#[test]
fn a_changed_password_ends_the_other_sessions() {
    let house = House::start(Engine::Sqlite);
    let mut phone = house.staff("coordinator");
    let (mut desk, _) = sign_in(&house, PASSWORD);
    let new = "otra frase muy distinta";
    let fields = |current| [("current", current), ("password", new), ("repeated", new)];
    desk.form("/cuenta/clave", &fields("no es esta clave")).expect(422);
    desk.form("/cuenta/clave", &fields(PASSWORD)).expect(303);
    desk.get("/api/v1/session").expect(200);
    phone.get("/api/v1/session").expect(401);
    assert_eq!(sign_in(&house, new).1, 303);
}

#[test]
fn a_disabled_account_is_out_at_once() {
    let house = House::start(Engine::Sqlite);
    let mut person = house.staff("coordinator");
    let done = house.run(&["user", "disable", EMAIL], "");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    person.get("/api/v1/session").expect(401);
    assert_eq!(sign_in(&house, PASSWORD).1, 422);
    let listed = house.run(&["user", "list"], "");
    assert!(String::from_utf8_lossy(&listed.stdout).contains(EMAIL));
}

#[test]
fn hostile_values_in_forms_are_refused_in_words() {
    let house = House::start(Engine::Sqlite);
    house.staff("coordinator");
    let long = "a".repeat(20_000);
    for value in ["", "\0", "' OR 1=1 --", "<script>alert(1)</script>", "\u{202e}ab", long.as_str()]
    {
        for fields in
            [[("email", value), ("password", "x")], [("email", EMAIL), ("password", value)]]
        {
            let answer = house.client().form("/ingresar", &fields);
            assert!([422, 429].contains(&answer.status), "{}", answer.status);
            assert!(!answer.text().contains("<script>alert"), "{}", answer.text());
        }
        let answer = house.client().form("/clave", &[("email", value)]);
        assert!([303, 422, 429].contains(&answer.status), "{}", answer.status);
    }
    let mut client = house.client();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for body in [&b"%"[..], b"email=%ff%fe&password=%00", b"&&&&", b"email"] {
        let answer = client.send("POST", "/ingresar", &form, body);
        assert!((400..500).contains(&answer.status), "{}", answer.status);
    }
}
