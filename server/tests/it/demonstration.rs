//! `/correo` exists in a demonstration on loopback and nowhere else; and what becomes one says so.

use std::path::Path;
use std::time::{Duration, Instant};

use backend::demonstration;
use domain::id::DocumentId;

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
fn a_process_learns_that_its_database_became_a_demonstrations() {
    const RIBBON: &str = "Demostración: los datos son inventados";
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut anyone = house.client();
        let mut is_told = || anyone.get("/").expect(200).text().contains(RIBBON);
        assert!(!is_told());
        house.block_on(async |office| {
            demonstration::mark(&office.store).await.expect("it is marked");
        });
        let began = Instant::now();
        while !is_told() {
            assert!(began.elapsed() < Duration::from_secs(20), "it never learns of it");
            std::thread::sleep(Duration::from_millis(200));
        }
        let reply = Outreach::in_house(&house, true).visit(1, 41_000_001, "999000000000001");
        let document = reply["answers"][0]["documents"][0]["id"].as_str().expect("a document");
        let id: DocumentId = document.parse().expect("a UUID");
        let row = house.block_on(async |office| {
            let read =
                office.store.glance(move |tx| Box::pin(async move { tx.document(id.0).await }));
            read.await.expect("rows").expect("a document")
        });
        let facts = row.facts.expect("it is issued");
        assert!(facts.contains("\"demonstration\":true"), "{facts}");
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
