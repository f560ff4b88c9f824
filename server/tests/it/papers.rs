//! What becomes of documents, over HTTP: signed later, approved by the municipality, handed over on
//! paper, revoked and withdrawn.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::documents;
use backend::error::Error;
use backend::outbox::{self, Letter};
use backend::rnm::RNM_APPROVED;
use backend::store::vocabulary::animal::AnimalRow;
use backend::store::vocabulary::programme::OutreachRow;
use backend::store::{StoreError, Tx};
use backend::submissions::{CERTIFICATE, CORRECTION};
use domain::id::{DocumentId, StaffId};
use domain::role::Role;
use domain::timestamp::Timestamp;
use serde_json::json;

use crate::client::{Answer, Client};
use crate::house::{Engine, House};
use crate::outreach::{self, Outreach};
use crate::verification::{attached_pdf, path_of};

const CHIP: &str = "985121004515220";
const OTHER_CHIP: &str = "985121004515221";
const OFFICIAL: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n";

/// Every mail of the folder, oldest first, once there are as many.
pub fn mails(house: &House, count: usize) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = house.folder.join("mail");
    let began = Instant::now();
    loop {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
        let mut paths: Vec<_> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
            .collect();
        paths.sort();
        if paths.len() >= count || began.elapsed() > Duration::from_secs(30) {
            assert!(paths.len() >= count, "{} of {count} mails: {}", paths.len(), house.log());
            let read = |path: PathBuf| (path.clone(), std::fs::read(path).expect("a mail"));
            return paths.into_iter().map(read).collect();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn text_of(mail: &[u8]) -> String {
    let message = mail_parser::MessageParser::default().parse(mail).expect("a mail");
    message.body_text(0).expect("a text").into_owned()
}

/// Posts a form with a file, as a browser does.
fn upload(client: &mut Client, path: &str, fields: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        let file = if *name == "pdf" { "; filename=\"rnm.pdf\"" } else { "" };
        let head =
            format!("--limit\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--limit--\r\n");
    let kind = ("content-type", "multipart/form-data; boundary=limit");
    client.send("POST", path, &[kind, ("sec-fetch-site", "same-origin")], &body)
}

fn rnm_state(coordinator: &mut Client, animal: &str) -> serde_json::Value {
    let asked = serde_json::json!({ "animal": animal });
    let path = "/api/coordinacion/registro/animal";
    coordinator.post_json(path, &asked).expect(200).json()["rnm_state"].clone()
}

#[test]
fn an_approval_reaches_its_owner_and_the_animal_says_so() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, true);
        let reply = outreach.whole_visit(1, 12_345_678, CHIP);
        let animal = reply["answers"][0]["documents"][0]["animal"].as_str().expect("an animal");
        mails(&house, 1);
        let mut coordinator = house.staff("coordinator");
        let path = "/coordinacion/rnm/aprobar";
        let wrong: [(&str, &[u8]); 3] =
            [("animal", animal.as_bytes()), ("numero", b"AB 1"), ("pdf", b"no es un PDF")];
        let refused = upload(&mut coordinator, path, &wrong).expect(303);
        let back = refused.header("location").expect("a way back").to_owned();
        assert!(back.contains(animal) && back.ends_with("#AB%201"), "{back}");
        let page = back.split('#').next().unwrap_or_default();
        let page = coordinator.get(page).expect(200).text();
        assert!(
            page.contains("Hay un dato que no se puede aceptar"),
            "the refusal is told: {page}"
        );
        let right: [(&str, &[u8]); 3] =
            [("animal", animal.as_bytes()), ("numero", b"AB-123"), ("pdf", OFFICIAL)];
        upload(&mut coordinator, path, &right).expect(303);
        let (_, mail) = mails(&house, 2).pop().expect("the second mail");
        assert_eq!(attached_pdf(&mail), OFFICIAL, "as the municipality sent it");
        assert!(text_of(&mail).contains("AB-123"));
        let began = Instant::now();
        while rnm_state(&mut coordinator, animal) != "certificate_mailed" {
            assert!(began.elapsed() < Duration::from_secs(20), "it never became mailed");
            std::thread::sleep(Duration::from_millis(100));
        }
        let file = house.folder.join("rnm.pdf");
        std::fs::write(&file, OFFICIAL).expect("a file");
        let done = house.run(&["verify", file.to_str().expect("a path")], "");
        let said: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
        assert_eq!(said["verdict"], "valid", "{said}");
    }
}

/// Has another record of an animal, without a chip, stand for it; answers that one.
fn united(house: &House, animal: &str) -> String {
    let merged: uuid::Uuid = animal.parse().expect("a UUID");
    let kept = house.block_on(async |office| {
        let united = office.store.write(move |tx| {
            Box::pin(async move {
                let row = tx.animal(merged).await?.expect("an animal");
                let id = fresh_id();
                let kept = AnimalRow { id, chip: None, ..row.clone() };
                tx.insert_animals(std::slice::from_ref(&kept)).await?;
                let behind = AnimalRow { merged_into: Some(id), merged_to: Some(id), ..row };
                tx.update_animal(&behind).await?;
                Ok::<_, StoreError>(id)
            })
        });
        united.await.expect("two records")
    });
    kept.to_string()
}

#[test]
fn the_chip_of_an_animal_of_two_records_is_listed_and_mailed() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, true);
        let reply = outreach.whole_visit(1, 12_345_678, CHIP);
        let animal = reply["answers"][0]["documents"][0]["animal"].as_str().expect("an animal");
        let kept = united(&house, animal);
        mails(&house, 1);
        let mut coordinator = house.staff("coordinator");
        let file = coordinator.get("/coordinacion/rnm.csv").expect(200).text();
        assert!(file.lines().count() == 2 && file.contains(CHIP), "{file}");
        let approval: [(&str, &[u8]); 3] =
            [("animal", kept.as_bytes()), ("numero", b"AB-123"), ("pdf", OFFICIAL)];
        upload(&mut coordinator, "/coordinacion/rnm/aprobar", &approval).expect(303);
        let (_, mail) = mails(&house, 2).pop().expect("the second mail");
        let said = text_of(&mail).replace(char::is_whitespace, "");
        assert!(said.contains("AB-123") && said.contains(CHIP), "{said}");
    }
}

#[test]
fn what_is_ready_for_the_rnm_is_a_file_with_every_column() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, true);
    outreach.whole_visit(1, 12_345_678, CHIP);
    let file = house.staff("coordinator").get("/coordinacion/rnm.csv").expect(200).text();
    let lines: Vec<_> = file.lines().collect();
    assert_eq!(lines.len(), 2, "{file}");
    let (heads, cells): (Vec<_>, Vec<_>) =
        (lines[0].split(';').collect(), lines[1].split(';').collect());
    assert_eq!((heads.len(), cells.len()), (22, 22), "{file}");
    let asked = "RUN;Nombres;Apellidos;Dirección;Comuna;Teléfono;Correo electrónico;\
        Tipo de identificación;Microchip;Nombre;Especie;Sexo;Raza;Patrón;Color;Esterilizado;\
        Nacimiento;Nacimiento estimado;Forma de obtención;Razón de tenencia;Prueba de tenencia;\
        Potencialmente peligroso";
    assert_eq!(lines[0].trim_start_matches('\u{FEFF}'), asked);
    assert_eq!((cells[15], cells[17], cells[21]), ("NO", "SÍ", "NO"), "as the form asks: {file}");
    assert!(!cells[20].is_empty() && cells[8].contains(CHIP), "{file}");
}

#[test]
fn what_is_authorised_later_leaves_as_one_mail_with_all_its_documents() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, false);
        outreach.visit(1, 12_345_678, CHIP);
        std::thread::sleep(Duration::from_secs(1));
        assert!(!house.folder.join("mail").exists() || mails(&house, 0).is_empty());
        let (veterinarian, id) = (outreach.veterinarian, outreach.id);
        house.block_on(async |office| outreach::authorise(office, veterinarian, id).await);
        let (_, mail) = mails(&house, 1).remove(0);
        assert!(attached_pdf(&mail).starts_with(b"%PDF-"));
        assert!(text_of(&mail).contains("Ñato"));
        std::thread::sleep(Duration::from_secs(1));
        assert_eq!(mails(&house, 1).len(), 1);
    }
}

/// Writes every letter that carries a document.
async fn carried(tx: &mut Tx, id: DocumentId, now: Timestamp) -> Result<(), Error> {
    let row = tx.document(id.0).await?.expect("a document");
    let (owner, animal) = (row.owner_id, row.animal_id);
    let letters = [
        (CERTIFICATE, json!({ "owner": owner, "documents": [id] })),
        (CORRECTION, json!({ "owner": owner, "documents": [], "corrected": [id] })),
        (RNM_APPROVED, json!({ "owner": owner, "animal": animal, "document": id })),
    ];
    for (kind, body) in letters {
        let recipient = "tenedora@example.cl.invalid";
        let letter = Letter { kind, recipient, body: &body, about: None, due_at: now };
        outbox::enqueue(tx, letter, now).await?;
    }
    Ok(())
}

#[test]
fn a_letter_whose_documents_were_all_revoked_before_it_left_is_no_dead_one() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let reply = Outreach::in_house(&house, true).visit(1, 12_345_678, CHIP);
        let document = reply["answers"][0]["documents"][0]["id"].as_str().expect("an id");
        let id: DocumentId = document.parse().expect("a UUID");
        mails(&house, 1);
        let coordinator = Actor::Staff { id: StaffId(fresh_id()), role: Role::Coordinator };
        house.block_on(async |office| {
            let revoked = documents::revoke(office, coordinator, id, "prueba".to_owned());
            revoked.await.expect("it is revoked");
            let now = office.clock.now();
            let written =
                office.store.write(move |tx| Box::pin(async move { carried(tx, id, now).await }));
            written.await.expect("three letters");
        });
        let began = Instant::now();
        loop {
            let unsent = house.run(&["outbox", "list"], "").stdout;
            if unsent.is_empty() {
                break;
            }
            let late = began.elapsed() > Duration::from_secs(40);
            assert!(!late, "{}: {}", String::from_utf8_lossy(&unsent), house.log());
            std::thread::sleep(Duration::from_millis(200));
        }
        assert_eq!(mails(&house, 1).len(), 1, "nothing more has left");
    }
}

/// What a paper says to a reader.
fn printed(house: &House, pdf: &[u8]) -> String {
    let file = house.folder.join("paper.pdf");
    std::fs::write(&file, pdf).expect("a file");
    let read = Command::new("pdftotext").arg(&file).arg("-").output();
    let read = read.expect("pdftotext of poppler-utils");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    String::from_utf8_lossy(&read.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_name_that_the_installation_was_given_stands_on_what_it_issues() {
    const NAME: &str = "Municipalidad de Prueba";
    for engine in Engine::all() {
        let house = House::start_with(engine, &["serve"], &[("HUELLA_ISSUER_NAME", NAME)]);
        let mut outreach = Outreach::in_house(&house, true);
        let mut coordinator = house.staff("coordinator");
        let form = json!({
            "name": "Plan de prueba", "issuer": "", "starts_on": "2020-01-01",
            "ends_on": "2099-12-31", "targets": ["", "", "", "", ""],
        });
        let path = "/api/coordinacion/programas/guardar";
        let made = coordinator.post_json(path, &json!({ "form": form })).expect(200).json();
        let listed = coordinator.post_json("/api/coordinacion/programas/lista", &json!({}));
        let listed = listed.expect(200).json();
        assert_eq!(listed["issuer"], NAME, "what the form begins with: {listed}");
        assert_eq!(listed["rows"][1]["programme"]["issuer"], NAME, "{listed}");
        let programme: uuid::Uuid = made.as_str().expect("an id").parse().expect("a UUID");
        let id = outreach.id;
        house.block_on(async |office| {
            let moved = office.store.write(move |tx| {
                Box::pin(async move {
                    let row = tx.outreach(id.0).await?.expect("an outreach");
                    tx.update_outreach(&OutreachRow { programme_id: programme, ..row }).await
                })
            });
            let moved: Result<(), StoreError> = moved.await;
            moved.expect("a database");
        });
        outreach.visit(1, 12_345_678, CHIP);
        let (_, mail) = mails(&house, 1).remove(0);
        let paper = printed(&house, &attached_pdf(&mail));
        assert!(paper.contains(NAME) && paper.contains("Ñato"), "{paper}");
        assert!(text_of(&mail).contains(NAME), "the letter is signed by it");
    }
}

#[test]
fn the_slip_is_printed_by_the_team_and_given_another_code() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, false);
    let reply = outreach.visit_without_mail(1, 12_345_678, CHIP);
    let document = &reply["answers"][0]["documents"][0];
    assert!(document["link"].is_null() && document["slip_code"].is_string(), "{reply}");
    let path = format!("/papeletas/{}", document["id"].as_str().expect("an id"));
    let slip = outreach.operative.get(&path).expect(200);
    assert_eq!(slip.header("content-type"), Some("application/pdf"));
    assert!(slip.body.starts_with(b"%PDF-"));
    let other = outreach.operative.form(&path, &[]).expect(303);
    assert_eq!(other.header("location"), Some(path.as_str()));
    let renewed = outreach.operative.get(&path).expect(200);
    assert_ne!(renewed.body, slip.body, "it has another code");
    house.staff("auditor").get(&path).expect(403);
    house.client().get(&path).expect(303);
}

#[test]
fn revoked_replaced_and_withdrawn_documents_are_told_and_listed() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, true);
    let links: Vec<String> = [(1, 12_345_678, CHIP), (2, 11_111_111, OTHER_CHIP)]
        .into_iter()
        .map(|(sequence, run, chip)| {
            let reply = outreach.visit(sequence, run, chip);
            let link = reply["answers"][0]["documents"][0]["link"].as_str().expect("a link");
            link.to_owned()
        })
        .collect();
    let veterinarian = Actor::Staff { id: outreach.veterinarian, role: Role::Veterinarian };
    let revoked = links[0].clone();
    house.block_on(async |office| {
        let text = path_of(&revoked).replace("/V/", "");
        let id = domain::certificate::decode(&text).expect("ours").payload.document;
        let done = documents::revoke(office, veterinarian, id, "prueba".to_owned());
        done.await.expect("it is revoked");
    });
    withdraw(&house, &links[1]);
    let mut anyone = house.client();
    for (link, verdict, words) in
        [(&links[0], "revoked", "Anulado"), (&links[1], "withdrawn", "Retirado")]
    {
        let page = anyone.get(&path_of(link)).expect(200).text();
        assert!(page.contains(words), "{verdict}: {page}");
        let said = anyone.post_json("/api/v1/verify", &serde_json::json!({ "text": link }));
        assert_eq!(said.expect(200).json()["verdict"], verdict);
    }
    let list = anyone.get("/.well-known/revocations.json").expect(200);
    let said = list.json();
    for name in ["revoked", "withdrawn"] {
        assert_eq!(said[name].as_array().map(Vec::len), Some(1), "{said}");
    }
    offline(&house, &links[1], &list.body);
}

/// Annuls the one service of a document's animal, at the desk.
fn withdraw(house: &House, link: &str) {
    let text = path_of(link).replace("/V/", "");
    let document = domain::certificate::decode(&text).expect("ours").payload.document;
    let mut coordinator = house.staff("coordinator");
    let service = house.block_on(async |office| {
        let read =
            office.store.glance(move |tx| Box::pin(async move { tx.document(document.0).await }));
        read.await.expect("rows").expect("a document").service_id.expect("a service")
    });
    let command =
        serde_json::json!({ "command": "annul_service", "service": service, "reason": "Error" });
    let act = serde_json::json!({
        "id": fresh_id(),
        "commands": [command],
    });
    coordinator.post_json("/api/coordinacion/registro/anotar", &act).expect(200);
}

fn offline(house: &House, link: &str, list: &[u8]) {
    let (keys, revoked) = (house.folder.join("jwks.json"), house.folder.join("revocations.json"));
    let jwks = house.client().get("/.well-known/jwks.json").expect(200);
    assert_eq!(jwks.header("cache-control"), Some("public, max-age=60"));
    std::fs::write(&keys, jwks.body).expect("a file");
    std::fs::write(&revoked, list).expect("a file");
    let (keys, revoked) = (keys.to_str().expect("a path"), revoked.to_str().expect("a path"));
    let done = house.run(&["verify", link, "--keys", keys, "--revocations", revoked], "");
    let said: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!((done.status.code(), &said["verdict"]), (Some(1), &"withdrawn".into()), "{said}");
}
