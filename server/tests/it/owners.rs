//! An owner's pages over HTTP, without a script: in by a code, own documents and nobody else's,
//! lost and found again, requests, a finder's message.

use crate::client::Client;
use crate::house::{Engine, House};
use crate::outreach::Outreach;
use crate::papers::mails;

const CHIP: &str = "985121004515220";
const OTHER_CHIP: &str = "985121004515221";

/// Asks for a code; answers the browser that did.
fn asked(house: &House, run: &str, chip_end: &str) -> Client {
    let mut owner = house.client();
    owner.form("/certificados", &[("run", run), ("chip", chip_end)]).expect(303);
    owner
}

/// Comes in by the code of the newest mail.
fn signed_in(house: &House, mails_before: usize, run: &str, chip_end: &str) -> Client {
    let mut owner = asked(house, run, chip_end);
    let (_, mail) = mails(house, mails_before + 1).pop().expect("the code's mail");
    let message = mail_parser::MessageParser::default().parse(&mail).expect("a mail");
    let text = message.body_text(0).expect("a text").into_owned();
    let code = text
        .split(|sign: char| !sign.is_ascii_digit())
        .find(|word| word.len() == 6)
        .unwrap_or_else(|| panic!("no code: {text}"))
        .to_owned();
    owner.form("/certificados/codigo", &[("code", &code)]).expect(303);
    owner
}

#[test]
fn an_owner_comes_in_and_sees_only_the_own_documents() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, true);
        let own = outreach.visit(1, 12_345_678, CHIP);
        let other = outreach.visit(2, 11_111_111, OTHER_CHIP);
        let id = |reply: &serde_json::Value| {
            let id = reply["answers"][0]["documents"][0]["id"].as_str().expect("an id");
            format!("/mis-animales/documentos/{id}")
        };
        mails(&house, 2);
        let mut owner = signed_in(&house, 2, "12.345.678-5", "515220");
        let page = owner.get("/mis-animales").expect(200).text();
        assert!(page.contains("Ñato"), "{page}");
        assert!(owner.get(&id(&own)).expect(200).body.starts_with(b"%PDF-"));
        owner.get(&id(&other)).expect(404);
        house.client().get(&id(&own)).expect(303);
        // The letter is forgotten once it left.
        let blank = house.block_on(async |office| {
            let rows = office
                .store
                .glance(|tx| Box::pin(async move { tx.messages_in_state("sent", 99).await }));
            let rows = rows.await.expect("rows");
            rows.iter().filter(|row| row.kind == "owner_code").all(|row| row.body.is_empty())
        });
        assert!(blank, "a code stays readable in the outbox");
    }
}

#[test]
fn a_slips_code_opens_the_records_of_an_owner_without_mail() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, true);
    let reply = outreach.visit_without_mail(1, 12_345_678, CHIP);
    let document = &reply["answers"][0]["documents"][0];
    let code = document["slip_code"].as_str().expect("a code");
    let mut stranger = asked(&house, "11.111.111-1", "515220");
    let refused = stranger.form("/certificados/codigo", &[("code", "AAAAAAAAAA")]).expect(422);
    assert!(refused.text().contains("value=\"AAAAAAAAAA\""), "what was typed stays");
    house.client().form("/certificados/codigo", &[("code", "AAAAAAAAAA")]).expect(410);
    // The slip says whose it is: no RUN and no chip is asked for.
    let mut owner = house.client();
    owner.form("/certificados/codigo", &[("code", code)]).expect(303);
    let id = document["id"].as_str().expect("an id");
    let pdf = owner.get(&format!("/mis-animales/documentos/{id}")).expect(200);
    assert!(pdf.body.starts_with(b"%PDF-"));
}

#[test]
fn an_owner_reports_and_asks_and_a_finder_writes() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, true);
    let reply = outreach.visit(1, 12_345_678, CHIP);
    let animal = reply["answers"][0]["documents"][0]["animal"].as_str().expect("an animal");
    mails(&house, 1);
    let mut owner = signed_in(&house, 1, "12.345.678-5", "515220");
    let lost = [("animal", animal), ("state", "lost")];
    owner.form("/mis-animales/estado", &lost).expect(303);
    owner.form("/mis-animales/estado", &lost).expect(422);
    let mut finder = house.client();
    let page = finder.form("/encontre", &[("chip", CHIP)]).expect(200).text();
    assert!(!page.contains("Núñez") && !page.contains("tenedora@"), "{page}");
    for (contact, says) in [("", "Falta este dato: teléfono o correo."), ("hola", "o un correo")] {
        let told = [("chip", CHIP), ("message", "La tengo yo"), ("contact", contact)];
        let page = finder.form("/encontre/mensaje", &told).expect(422).text();
        assert!(page.contains(says), "{page}");
    }
    let told = [("chip", CHIP), ("message", "La tengo yo"), ("contact", "+56 9 1234 5678")];
    let sent = finder.form("/encontre/mensaje", &told).expect(303);
    assert_eq!(sent.header("location"), Some("/encontre/enviado"));
    let (_, mail) = mails(&house, 3).pop().expect("the finder's message");
    let message = mail_parser::MessageParser::default().parse(&mail).expect("a mail");
    assert!(message.body_text(0).expect("a text").contains("La tengo yo"));
    let found = [("animal", animal), ("state", "alive")];
    owner.form("/mis-animales/estado", &found).expect(303);

    owner.form("/mis-animales/correo", &[("email", "sin arroba")]).expect(422);
    owner.form("/mis-animales/correo", &[("email", "otra@example.cl.invalid")]).expect(303);
    let words = [("animal", animal), ("correction", "Se llama Ñata")];
    owner.form("/mis-animales/correccion", &words).expect(303);
    let mut coordinator = house.staff("coordinator");
    let none = serde_json::json!({});
    let tasks = coordinator.post_json("/api/coordinacion/tareas/lista", &none).expect(200).json();
    let asks: Vec<_> = tasks.as_array().expect("tasks").iter().map(|t| &t["ask"]["asks"]).collect();
    assert_eq!(asks, ["new_address", "correction_request"], "{tasks}");
    let ending = serde_json::json!({
        "task": tasks[0]["id"],
        "ending": { "accepted": true, "words": "", "email": "" },
    });
    coordinator.post_json("/api/coordinacion/tareas/cerrar", &ending).expect(200);
    let (_, mail) = mails(&house, 4).pop().expect("everything again");
    let message = mail_parser::MessageParser::default().parse(&mail).expect("a mail");
    let to = message.to().and_then(|to| to.first()).and_then(|to| to.address());
    assert_eq!(to, Some("otra@example.cl.invalid"));
    assert_eq!(message.attachment_count(), 1);
}
