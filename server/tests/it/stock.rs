//! The stock over HTTP: the desk's forms, and what a phone takes along.

use crate::house::{Engine, House};
use crate::outreach::Outreach;

const STOCK: &str = "/coordinacion/existencias";

/// The fields of a delivery from `first` to `last`.
fn delivery<'f>(first: &'f str, last: &'f str, confirmed: &'f str) -> [(&'f str, &'f str); 5] {
    [
        ("first_chip", first),
        ("last_chip", last),
        ("supplier", "Proveedor <b>Ñandú</b>"),
        ("date", "2020-01-02"),
        ("confirmed", confirmed),
    ]
}

#[test]
fn chips_go_from_the_storeroom_to_the_phone() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut outreach = Outreach::in_house(&house, true);
        let mut desk = house.staff("coordinator");
        let receive = format!("{STOCK}/oficina/recibir");
        let (first, last) = ("985121004515200", "985121004515249");
        let looked = desk.form(&receive, &delivery(first, last, "")).expect(200).text();
        assert!(looked.contains("Son 50 microchips"), "{looked}");
        assert!(!desk.get(STOCK).expect(200).text().contains("Ñandú"), "it was looked at only");
        let [first_chip, .., confirmed] = delivery(first, last, "1");
        let again = desk.form(&receive, &[first_chip, confirmed, ("again", "1")]);
        let again = again.expect(200).text();
        assert!(again.contains(first) && again.contains("Primer microchip"), "{again}");
        let done = desk.form(&receive, &delivery(first, last, "1")).expect(303);
        assert_eq!(done.header("location"), Some("/coordinacion/existencias?hecho"));
        let page = desk.get(STOCK).expect(200).text();
        assert!(page.contains("Ñandú") && !page.contains("<b>Ñandú"), "{page}");
        let again = desk.form(&receive, &delivery(last, last, "1")).expect(422).text();
        assert!(again.contains("ya figura recibida") && again.contains(last), "{again}");

        let held = format!("{STOCK}/{}", outreach.id);
        let fields = [("first_chip", first), ("last_chip", "985121004515209"), ("confirmed", "1")];
        desk.form(&format!("{held}/entregar"), &fields).expect(303);
        desk.form(&format!("{held}/entregar"), &fields).expect(422);
        outreach.visit(1, 12_345_678, "985121004515204");
        outreach.visit(2, 9_876_543, "985121004515210");
        let stock = format!("/api/v1/outreaches/{}/stock", outreach.id);
        let told = outreach.operative.get(&stock).expect(200).json();
        assert_eq!(told["ranges"], serde_json::json!(["985121004515200-985121004515209"]));
        let implanted = told["implanted"].as_array().expect("a list");
        assert!(implanted.contains(&"985121004515204".into()), "{told}");
        let page = desk.get(&held).expect(200).text();
        assert!(page.contains("etiqueta vecina"), "{page}");
        let done = desk.form(&format!("{held}/contar"), &[("quantity", "9")]).expect(303);
        let counted = desk.get(done.header("location").expect("a page")).expect(200).text();
        assert!(counted.contains("eso es lo que debe quedar"), "{counted}");

        let mut auditor = house.staff("auditor");
        let seen = auditor.get(&held).expect(200).text();
        assert!(!seen.contains("/contar"), "{seen}");
    }
}

#[test]
fn what_was_refused_is_put_right_by_another_act() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, true);
    outreach.visit(1, 12_345_678, "985121004515204");
    let mut desk = house.staff("coordinator");
    let path = format!("{STOCK}/oficina/baja");
    let act = "01900000-0000-7000-8000-0000000000a1";
    let fields = |chip| [("act", act), ("chip", chip), ("reason", "lost")];
    let refused = desk.form(&path, &fields("985121004515204")).expect(422).text();
    assert!(refused.contains("985121004515204"), "what was typed is there: {refused}");
    assert!(!refused.contains(act), "{refused}");
    // Whoever goes back in the browser sends the same act with something else.
    let used = desk.form(&path, &fields("985121004515205")).expect(409).text();
    assert!(used.contains("Esta hoja ya se había enviado"), "{used}");
    assert!(used.contains("985121004515205") && !used.contains(act), "{used}");
    let next = "01900000-0000-7000-8000-0000000000a3";
    for _ in 0..2 {
        let fields = [("act", next), ("chip", "985121004515205"), ("reason", "lost")];
        desk.form(&path, &fields).expect(303);
    }
    let mut auditor = house.staff("auditor");
    auditor.form(&path, &fields("985121004515207")).expect(403);
    let lost = house.block_on(async |office| {
        let ends = [("985121004515200".to_owned(), "985121004515209".to_owned())];
        let read = office
            .store
            .write_with(ends, |tx, ends| Box::pin(async move { tx.chips_lost(ends).await }));
        read.await.expect("the store")
    });
    let lost: Vec<_> = lost.into_iter().map(|row| row.chip).collect();
    assert_eq!(lost, ["985121004515205"]);
}

#[test]
fn what_is_sent_twice_is_done_once_and_another_thing_is_refused_with_what_was_typed() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let outreach = Outreach::in_house(&house, true);
        let mut desk = house.staff("coordinator");
        let receive = format!("{STOCK}/oficina/recibir");
        let (first, last) = ("985121004515200", "985121004515249");
        let act = ("act", "01900000-0000-7000-8000-0000000000a4");
        let looked = [&delivery(first, last, "")[..], &[act]].concat();
        let page = desk.form(&receive, &looked).expect(200).text();
        assert!(page.contains(act.1), "what was read back is the same act: {page}");
        let fields = [&delivery(first, last, "1")[..], &[act]].concat();
        for _ in 0..2 {
            desk.form(&receive, &fields).expect(303);
        }
        let other = [&delivery("985121004515250", "985121004515259", "1")[..], &[act]].concat();
        let page = desk.form(&receive, &other).expect(409).text();
        assert!(page.contains("Esta hoja ya se había enviado"), "{page}");
        assert!(page.contains("985121004515250") && !page.contains(act.1), "{page}");

        let held = format!("{STOCK}/{}", outreach.id);
        let act = ("act", "01900000-0000-7000-8000-0000000000a5");
        let ends = [("first_chip", first), ("last_chip", "985121004515209"), ("confirmed", "1")];
        for _ in 0..2 {
            desk.form(&format!("{held}/entregar"), &[&ends[..], &[act]].concat()).expect(303);
        }
        // Under the identifier of another deed it is another thing, too.
        let page = desk.form(&format!("{held}/contar"), &[("quantity", "10"), act]).expect(409);
        assert!(page.text().contains("Esta hoja ya se había enviado"));
        let act = ("act", "01900000-0000-7000-8000-0000000000a6");
        for _ in 0..2 {
            let done = desk.form(&format!("{held}/contar"), &[("quantity", "9"), act]).expect(303);
            let counted = desk.get(done.header("location").expect("a page")).expect(200).text();
            assert!(counted.contains("Contó 9: falta 1."), "{counted}");
        }
        let act = ("act", "01900000-0000-7000-8000-0000000000a7");
        for _ in 0..2 {
            desk.form(&format!("{held}/devolver"), &[act]).expect(303);
        }
    }
}

#[test]
fn doses_that_are_lost_are_read_as_those_that_come() {
    let house = House::start(Engine::Sqlite);
    let mut desk = house.staff("coordinator");
    let lot = "01900000-0000-7000-8000-0000000000a2";
    for (quantity, said) in [
        ("", "Falta este dato"),
        ("0", "El número es demasiado bajo."),
        ("100001", "El número es demasiado alto."),
        ("diez", "Escriba solo números."),
    ] {
        let fields = [("lot", lot), ("quantity", quantity), ("reason", "lost")];
        let page = desk.form(&format!("{STOCK}/oficina/baja-dosis"), &fields).expect(422).text();
        assert!(page.contains(said), "{quantity}: {page}");
    }
}

#[test]
fn hostile_questions_of_a_phone_are_refused_in_words() {
    let house = House::start(Engine::Sqlite);
    let mut outreach = Outreach::in_house(&house, false);
    let path = format!("/api/v1/outreaches/{}/stock", outreach.id);
    for query in ["device=x", "device=", "device=%00", "a=b", "device"] {
        let answer = outreach.operative.get(&format!("{path}?{query}")).expect(400);
        assert_eq!(answer.json()["refusal"]["reason"], "unreadable", "{query}");
    }
    for id in ["x", "%00", "01900000-0000-7000-8000-000000000000"] {
        let answer = outreach.operative.get(&format!("/api/v1/outreaches/{id}/stock"));
        assert_eq!(answer.expect(404).json()["refusal"]["reason"], "outreach_unknown", "{id}");
    }
    let mut stranger = house.staff_at("operative", "otra");
    let answer = stranger.get(&path).expect(403).json();
    assert_eq!(answer["refusal"]["reason"], "not_your_outreach");
}
