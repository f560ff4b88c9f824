//! `/correo` exists in a demonstration on loopback and nowhere else.

use std::path::Path;

use crate::client::Client;
use crate::house::{Engine, House};
use crate::outreach::Outreach;
use crate::verification::mail;

#[test]
fn the_mails_are_shown_with_their_documents_in_a_demonstration_only() {
    let house = House::start_with(Engine::Sqlite, &["serve", "--demo"], &[]);
    let mut client = house.client();
    let empty = client.get("/correo").expect(200).text();
    assert!(empty.contains("Todavía no hay correos"), "{empty}");
    Outreach::in_house(&house, true).visit(1, 12_345_678, "985121004515220");
    let (path, _) = mail(&house);
    let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
    let list = client.get("/correo").expect(200).text();
    assert!(list.contains("tenedora@example.cl.invalid") && list.contains(stem), "{list}");
    let page = client.get(&format!("/correo/{stem}")).expect(200).text();
    // The renderer marks where one piece of text ends and the next begins.
    assert!(page.replace("<!>", "").contains("María José"), "{page}");
    let pdf = client.get(&format!("/correo/{stem}/0")).expect(200);
    assert_eq!(pdf.header("content-type"), Some("application/pdf"));
    assert!(pdf.body.starts_with(b"%PDF-"));
    for hostile in ["/correo/..%2Fsecret", "/correo/x", "/correo/%00", "/correo/x/0"] {
        client.get(hostile).expect(404);
    }
    client.get(&format!("/correo/{stem}/99")).expect(404);
    attachments_are_what_they_say(&mut client, &path);

    let plain = House::start(Engine::Sqlite);
    plain.client().get("/correo").expect(404);
}

/// A calendar opens as one; what no mail of ours carries is a file, whatever it calls itself.
fn attachments_are_what_they_say(client: &mut Client, beside: &Path) {
    let stem = "01890000-0000-7000-8000-000000000001";
    let part = |kind: &str, name: &str| {
        format!(
            "--b\r\nContent-Type: {kind}\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\r\nx\r\n"
        )
    };
    let [calendar, page] = [part("text/calendar; charset=utf-8", "a.ics"), part("text/html", "a")];
    let mail = format!(
        "Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         {calendar}{page}--b--\r\n"
    );
    std::fs::write(beside.with_file_name(format!("{stem}.eml")), mail).expect("it writes");
    for (place, kind) in [(0, "text/calendar; charset=utf-8"), (1, "application/octet-stream")] {
        let answer = client.get(&format!("/correo/{stem}/{place}")).expect(200);
        assert_eq!(answer.header("content-type"), Some(kind));
    }
}

#[test]
fn the_mails_are_for_this_machine_only() {
    for setting in [("HUELLA_TRUSTED_HOPS", "1"), ("HUELLA_PUBLIC_URL", "https://huella.example")] {
        let house = House::start_with(Engine::Sqlite, &["serve", "--demo"], &[setting]);
        house.client().get("/correo").expect(404);
    }
    let house = House::start_with(Engine::Sqlite, &["serve", "--demo"], &[]);
    for (host, status) in [
        ("127.0.0.1:3000", 200),
        ("localhost", 200),
        ("[::1]:3000", 200),
        ("evil.example", 404),
        ("127.0.0.1.evil.example", 404),
    ] {
        let head = format!("GET /correo HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let raw = crate::client::exchange(house.addr, head.as_bytes(), b"");
        let text = String::from_utf8_lossy(&raw);
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{host}: {text}");
    }
}
