//! The road of a document: recorded, mailed, verified by page, machine and command line.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::house::{Engine, House};
use crate::outreach::Outreach;

const CHIP: &str = "985121004515220";
/// A page with nothing on it, of somebody else.
const STRANGE: &[u8] = b"%PDF-1.4\n\
    1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n\
    2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n\
    3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>> endobj\n\
    xref\n0 4\n0000000000 65535 f \n\
    0000000009 00000 n \n\
    0000000054 00000 n \n\
    0000000105 00000 n \n\
    trailer <</Root 1 0 R/Size 4>>\n\
    startxref\n166\n%%EOF\n";

/// The one mail of the folder, once it is there.
pub fn mail(house: &House) -> (PathBuf, Vec<u8>) {
    let folder = house.folder.join("mail");
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(20) {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
        let mut mails: Vec<_> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
            .collect();
        if let Some(path) = mails.pop() {
            let bytes = std::fs::read(&path).expect("a mail");
            return (path, bytes);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("no mail came: {}", house.log())
}

pub fn attached_pdf(mail: &[u8]) -> Vec<u8> {
    let message = mail_parser::MessageParser::default().parse(mail).expect("a mail");
    message.attachment(0).expect("an attachment").contents().to_vec()
}

/// The path of a verification address.
pub fn path_of(link: &str) -> String {
    let at = link.find("/V/").expect("a verification address");
    link[at..].to_owned()
}

#[test]
fn a_visit_becomes_a_mail_with_a_document_that_verifies() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, true);
        let reply = outreach.visit(1, 12_345_678, CHIP);
        assert_eq!(reply["answers"][0]["outcome"], "accepted", "{reply}");
        let link = reply["answers"][0]["documents"][0]["link"].as_str().expect("a link");
        let pdf = attached_pdf(&mail(&house).1);
        assert!(pdf.starts_with(b"%PDF-"));

        let mut anyone = house.client();
        let page = anyone.get(&path_of(link)).expect(200).text();
        assert!(page.contains("Vigente") && page.contains("Ñato"), "{page}");
        assert!(!page.contains("Núñez"), "the owner is nobody's business: {page}");
        assert!(page.contains("/verify.js") && page.contains("data-verify="), "{page}");
        anyone.get(&path_of(link).to_lowercase()).expect(200);

        let query = format!("/api/v1/verify?text={}", crate::client::percent(link));
        assert_eq!(anyone.get(&query).expect(200).json()["verdict"], "valid");
        let asked = serde_json::json!({ "text": link });
        let said = anyone.post_json("/api/v1/verify", &asked).expect(200).json();
        assert_eq!(said["document"]["chip"], CHIP, "{said}");

        verifies_with_something_behind_it(&house, link);
        verifies_on_the_command_line(&house, link, &pdf);
        let id = said["document"]["id"].as_str().expect("an id");
        staff_see_it(&house, &mut outreach, id, &pdf);
    }
}

/// What a network puts behind an address that is passed on, and what a sentence does.
fn verifies_with_something_behind_it(house: &House, link: &str) {
    let mut anyone = house.client();
    for behind in ["?fbclid=x", "#top", "/", "."] {
        let longer = format!("{link}{behind}");
        let asked = serde_json::json!({ "text": longer });
        let said = anyone.post_json("/api/v1/verify", &asked).expect(200).json();
        assert_eq!(said["verdict"], "valid", "{longer}");
        let went = anyone.form("/verificar", &[("link", &longer)]).expect(303);
        assert_eq!(went.header("location"), Some(path_of(link).as_str()), "{longer}");
        assert_eq!(house.run(&["verify", &longer], "").status.code(), Some(0), "{longer}");
    }
}

fn verifies_on_the_command_line(house: &House, link: &str, pdf: &[u8]) {
    let file = house.folder.join("document.pdf");
    std::fs::write(&file, pdf).expect("a file");
    let verify = |what: &[&str]| {
        let done = house.run(&[&["verify"], what].concat(), "");
        let said: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
        (done.status.code(), said)
    };
    let path = file.to_str().expect("a path");
    let (status, said) = verify(&[path]);
    assert_eq!((status, &said["verdict"]), (Some(0), &"valid".into()), "{said}");
    assert_eq!(said["checked"], serde_json::json!(["signature", "status", "file"]));
    assert_eq!(verify(&[link]).0, Some(0));

    let keys = house.folder.join("jwks.json");
    let jwks = house.client().get("/.well-known/jwks.json").expect(200).body;
    std::fs::write(&keys, jwks).expect("a file");
    let (status, said) = verify(&[path, "--keys", keys.to_str().expect("a path")]);
    assert_eq!((status, &said["verdict"]), (Some(0), &"unknown".into()), "{said}");
    assert_eq!(said["not_checked"], serde_json::json!(["status", "file"]));

    let mut altered = pdf.to_vec();
    altered.extend_from_slice(b"\n% added\n");
    std::fs::write(&file, altered).expect("a file");
    let (status, said) = verify(&[path]);
    assert_eq!((status, &said["verdict"]), (Some(1), &"altered".into()), "{said}");
    assert_eq!(said["file"], "other_bytes", "{said}");

    // A PDF of somebody else, and what is none.
    for (bytes, fault) in [(STRANGE, "no_signature"), (&b"no es un PDF"[..], "no_pdf")] {
        std::fs::write(&file, bytes).expect("a file");
        let (status, said) = verify(&[path]);
        assert_eq!((status, &said["verdict"]), (Some(1), &"not_ours".into()), "{said}");
        assert_eq!(said["file"], fault, "{said}");
    }
}

fn staff_see_it(house: &House, outreach: &mut Outreach, id: &str, pdf: &[u8]) {
    let path = format!("/documentos/{id}");
    let seen = outreach.operative.get(&path).expect(200);
    assert_eq!(seen.body, pdf, "the very bytes that were mailed");
    let policy = seen.header("content-security-policy").unwrap_or_default();
    assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
    house.staff("coordinator").get(&path).expect(200);
    house.staff("auditor").get(&path).expect(403);
    house.client().get(&path).expect(303);
}

#[test]
fn a_key_that_another_process_made_is_told_at_once() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let rotated = house.run(&["keys", "rotate"], "");
        assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
        let told = house.client().get("/.well-known/jwks.json").expect(200).json();
        assert_eq!(told["keys"].as_array().map(Vec::len), Some(2), "{told}");
    }
}

#[test]
fn a_text_that_is_not_ours_or_was_altered_is_told_so() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, true);
    let reply = outreach.visit(1, 12_345_678, CHIP);
    let link = reply["answers"][0]["documents"][0]["link"].as_str().expect("a link");
    let text = path_of(link);
    let mut anyone = house.client();
    // Another letter in the middle, where the payload is.
    let middle = text.len() / 2;
    let other = if text.as_bytes()[middle] == b'A' { "B" } else { "A" };
    let altered = format!("{}{other}{}", &text[..middle], &text[middle + 1..]);
    let page = anyone.get(&altered).text();
    assert!(!page.contains("La firma es nuestra"), "{page}");
    for foreign in ["/V/ABC", "/V/%F0%9F%90%B6", "/V/1", "/v/%00"] {
        let page = anyone.get(foreign).expect(404).text();
        assert!(page.contains("No lo emitimos nosotros"), "{foreign}: {page}");
    }
    let long = format!("/V/{}", "A".repeat(5_000));
    anyone.get(&long).expect(404);
    // The last letters are the signature's: our key, and no signature of it.
    let mut forged = text.clone();
    let last = forged.pop().expect("a letter");
    let before = forged.pop().expect("a letter");
    forged.push(if before == 'A' { 'B' } else { 'A' });
    forged.push(last);
    let page = anyone.get(&forged).expect(200).text();
    assert!(page.contains("Alterado"), "{page}");
    let asked = serde_json::json!({ "text": forged });
    let said = anyone.post_json("/api/v1/verify", &asked).expect(200).json();
    assert_eq!(said["verdict"], "altered");
    anyone.get("/api/v1/verify").expect(400);
    assert_eq!(anyone.get("/api/v1/verify?text=%00").expect(200).json()["verdict"], "not_ours");
}

#[test]
fn without_an_authorisation_no_mail_leaves() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, false);
    let reply = outreach.visit(1, 12_345_678, CHIP);
    assert_eq!(reply["answers"][0]["outcome"], "accepted", "{reply}");
    std::thread::sleep(Duration::from_secs(2));
    let mails = std::fs::read_dir(house.folder.join("mail"));
    assert_eq!(mails.map_or(0, Iterator::count), 0);
}

#[test]
fn the_key_set_names_only_the_keys_of_documents() {
    let house = House::start(Engine::Sqlite);
    let answer = house.client().get("/.well-known/jwks.json").expect(200);
    let keys = answer.json()["keys"].as_array().cloned().expect("keys");
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0]["crv"], "Ed25519");
    let rotated = house.run(&["keys", "rotate", "documents"], "");
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    let listed = house.run(&["keys", "list"], "");
    assert_eq!(String::from_utf8_lossy(&listed.stdout).lines().count(), 5);
}
