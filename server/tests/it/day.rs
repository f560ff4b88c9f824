//! The day of an outreach over HTTP: the door, the queue, the numbers on the wall, and what a phone
//! is lent.

use backend::clock::{Clock, fresh_id};
use backend::day;
use backend::store::StoreError;
use backend::store::vocabulary::phone::DelegationRow;
use backend::store::vocabulary::plan::OfferingRow;
use backend::store::vocabulary::submission::DeviceRow;
use domain::booking::{Eligibility, Offering};
use domain::id::{DeviceId, StaffId};
use serde_json::json;

use crate::client::{Answer, Client};
use crate::house::{Engine, House};
use crate::outreach::Outreach;

/// An outreach that offers so many chips, and the address of its board.
fn offered(house: &House, capacity: i64) -> (Outreach, String) {
    let outreach = Outreach::in_house(house, true);
    let row = OfferingRow {
        outreach_id: outreach.id.0,
        offering: "chip".to_owned(),
        capacity,
        minutes: 10,
        stations: 2,
        eligibility: serde_json::to_string(&Eligibility::usual(Offering::Chip)).expect("JSON"),
        booked: 0,
        used: 0,
        shared: 0,
        programme_id: None,
    };
    house.block_on(async |office| {
        let write = office
            .store
            .write_with(row, |tx, row| Box::pin(async move { tx.put_offering(row).await }));
        let written: Result<bool, StoreError> = write.await;
        assert!(written.expect("a database"));
    });
    let path = format!("/coordinacion/operativos/{}/dia", outreach.id);
    (outreach, path)
}

/// The second table for chips calls.
const CALL: [(&str, &str); 3] = [("act", "call"), ("offering", "chip"), ("station", "2")];

/// Somebody with a dog and without a booking.
fn guest<'f>(given: &'f str, run: &'f str, animals: &'f str) -> [(&'f str, &'f str); 5] {
    [
        ("act", "walk_in"),
        ("offering", "chip"),
        ("given", given),
        ("run", run),
        ("quantity", animals),
    ]
}

/// Follows what an act answers.
fn seen(client: &mut Client, answer: Answer) -> String {
    let answer = answer.expect(303);
    client.get(answer.header("location").expect("a page")).expect(200).text()
}

#[test]
fn who_comes_gets_a_number_is_called_and_served_by_the_record_of_the_visit() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let (mut outreach, path) = offered(&house, 3);
        let turns = format!("/turno/{}", outreach.id);
        let mut anybody = house.client();
        let quiet = anybody.get(&turns).expect(200);
        assert!(quiet.text().contains("Todavía no se llama a nadie"), "{}", quiet.text());
        assert_eq!(quiet.header("refresh"), Some("15"));

        let mut team = outreach.operative.clone();
        let empty = team.get(&path).expect(200).text();
        assert!(empty.contains("La Chimba") && empty.contains("/desk-day.js"), "{empty}");
        let wrong = team.form(&path, &guest("María José", "12.345.678-4", "1")).expect(422);
        assert!(wrong.text().contains("María José"), "what was typed is there: {}", wrong.text());
        let done = team.form(&path, &guest("María", "12.345.678-5", "1"));
        assert!(seen(&mut team, done).contains("Número 1"));
        // The same person again comes with the booking that there is.
        let again = team.form(&path, &guest("María", "12.345.678-5", "1")).expect(422).text();
        assert!(again.contains("ya tiene reserva aquí"), "{again}");
        let full = team.form(&path, &guest("Pedro", "", "3")).expect(422).text();
        assert!(full.contains("Quedan 2 cupos libres"), "{full}");
        let done = team.form(&path, &guest("Pedro", "", "2"));
        assert!(seen(&mut team, done).contains("Número 2"));

        let done = team.form(&path, &CALL);
        assert!(seen(&mut team, done).contains("Se llama al número 1"));
        let wall = anybody.get(&turns).expect(200);
        assert!(wall.body.len() < 50_000 && !wall.text().contains("<script"));
        assert!(!wall.text().contains("María") && !wall.text().contains("Pedro"));
        assert!(wall.text().contains("Espera 1 familia"), "{}", wall.text());
        assert!(wall.text().contains("Microchip, puesto 2"), "{}", wall.text());

        outreach.visit(1, 12_345_678, "985121004515204");
        let settled = house.block_on(async |office| day::tick(office).await.expect("a database"));
        // The worker of the house may have been first.
        assert!(settled <= 1);
        let page = team.get(&path).expect(200).text();
        assert!(!page.contains("María"), "she was served: {page}");
        let done = team.form(&path, &CALL);
        assert!(seen(&mut team, done).contains("Se llama al número 2"));
        let done = team.form(&path, &CALL);
        assert!(seen(&mut team, done).contains("No queda nadie por llamar"));
        let call =
            |offering, station| [("act", "call"), ("offering", offering), ("station", station)];
        team.form(&path, &call("chip", "3")).expect(409);
        team.form(&path, &call("sterilisation", "1")).expect(409);
        for wrong in [call("chip", ""), call("chip", "-1"), call("cura", "1")] {
            team.form(&path, &wrong).expect(400);
        }
    }
}

#[test]
fn a_phone_is_lent_places_and_a_coordinator_writes_them_off() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let (mut outreach, path) = offered(&house, 5);
        let device = DeviceId(fresh_id());
        let ask = |share: &str| {
            json!({
                "outreach": outreach.id, "device": device,
                "grant": [{ "id": share, "offering": "chip", "places": 3 }],
            })
        };
        let (first, other) = (ask(&fresh_id().to_string()), ask("x"));
        let places = "/api/v1/field/places";
        let unknown = outreach.operative.post_json(places, &first).expect(404).json();
        assert_eq!(unknown["refusal"]["reason"], "phone_unknown", "{unknown}");
        outreach.operative.post_json(places, &other).expect(400);
        pair(&house, &mut outreach, device);
        for _ in 0..2 {
            let held = outreach.operative.post_json(places, &first).expect(200).json();
            assert_eq!(held["shares"][0]["granted"], 3, "{held}");
            assert_eq!(held["shares"].as_array().map(Vec::len), Some(1), "{held}");
        }
        let mut stranger = house.staff_at("operative", "otra");
        stranger.post_json(places, &first).expect(403);

        let mut team = outreach.operative.clone();
        let full = team.form(&path, &guest("Pedro", "", "3")).expect(422).text();
        assert!(full.contains("Quedan 2 cupos libres"), "{full}");
        let share = first["grant"][0]["id"].as_str().expect("an id").to_owned();
        let write_off = [("act", "write_off"), ("share", share.as_str())];
        // Who works there sees the phone, and does not decide that it is lost.
        assert!(team.get(&path).expect(200).text().contains("Mesa 1"));
        team.form(&path, &write_off).expect(403);
        let mut coordinator = house.staff("coordinator");
        let done = coordinator.form(&path, &write_off);
        let page = seen(&mut coordinator, done);
        assert!(page.contains("3 cupos dados de baja"), "{page}");
        coordinator.form(&path, &write_off).expect(409);
        let sheet = json!({ "outreach": outreach.id });
        let sheet = coordinator.post_json("/api/coordinacion/operativos/ver", &sheet).expect(200);
        assert!(sheet.text().contains("places_written_off"), "{}", sheet.text());
    }
}

/// The server is in trouble, or too many ask at once: the screen of the hall comes back by itself.
#[test]
fn the_screen_of_a_hall_outlives_an_error() {
    let settings = [("HUELLA_FLOOD_PER_SECOND", "5")];
    let house = House::start_with(Engine::Sqlite, &["serve"], &settings);
    let mut screen = house.client();
    let page = "/turno/01900000-0000-7000-8000-000000000000";
    let answers: Vec<_> = (0..60).map(|_| screen.get(page)).collect();
    let held = answers.iter().find(|answer| answer.status == 429).expect("the gate closes");
    assert_eq!(held.header("refresh"), Some("60"));
    assert!(held.text().contains("<html"), "in words: {}", held.text());
}

#[test]
fn what_is_typed_at_the_door_is_answered_in_words() {
    let house = House::start(Engine::Sqlite);
    let (outreach, path) = offered(&house, 4);
    let mut team = outreach.operative.clone();
    for (typed, told) in [
        ("", "tablero"),
        ("ABCDEFGH27", "No se encontró ninguna reserva"),
        ("Ximena", "No se encontró ninguna reserva"),
        ("a\0b", "No se encontró ninguna reserva"),
        ("%", "No se encontró ninguna reserva"),
    ] {
        let page = team.form(&path, &[("act", "arrive"), ("code", typed)]).expect(422).text();
        assert!(page.contains(told), "{typed:?}: {page}");
        assert!(page.contains("tablero"), "{typed:?}: the page is whole");
    }
    let page = team.form(&path, &guest("", "12.345.678-4", "9")).expect(422).text();
    assert!(page.contains("El dígito verificador no corresponde"), "{page}");
    for (act, status) in [("served", 400), ("away", 400), ("x", 400), ("", 400)] {
        team.form(&path, &[("act", act), ("booking", "x"), ("reason", "left")]).expect(status);
    }
    let nobody = "01900000-0000-7000-8000-000000000000";
    team.form(&path, &[("act", "served"), ("booking", nobody)]).expect(409);
    let fields = [("act", "away"), ("booking", nobody), ("reason", "because")];
    team.form(&path, &fields).expect(422);
    for id in ["x", "%00", nobody] {
        team.get(&format!("/coordinacion/operativos/{id}/dia")).expect(404);
        // Nobody stands at the screen of a hall: it asks again by itself, less often.
        let lost = team.get(&format!("/turno/{id}")).expect(404);
        assert_eq!(lost.header("refresh"), Some("60"), "{id}");
    }
    let elsewhere = team.get("/turnos").expect(404);
    assert_eq!(elsewhere.header("refresh"), None);
    let mut auditor = house.staff("auditor");
    auditor.get(&path).expect(403);
    let mut stranger = house.staff_at("operative", "otra");
    stranger.get(&path).expect(403);
}

/// Pairs a phone for the outreach.
fn pair(house: &House, outreach: &mut Outreach, device: DeviceId) {
    let session = outreach.operative.get("/api/v1/session").expect(200).json();
    let staff: StaffId = session["id"].as_str().expect("an id").parse().expect("a UUID");
    let here = outreach.id;
    house.block_on(async |office| {
        let now = Clock::System.now();
        let write = office.store.write(move |tx| {
            Box::pin(async move {
                let phone = DeviceRow {
                    id: device.0,
                    staff_id: staff.0,
                    name: "Mesa 1".to_owned(),
                    is_desk: false,
                    created_at: now.0,
                    last_seen_at: now.0,
                    revoked_at: None,
                    stored_total: 0,
                    complete_to_sequence: 0,
                    reported_at: None,
                    build: None,
                    waiting: None,
                    to_mend: None,
                    at_desk: None,
                    oldest_at: None,
                    persisted: None,
                    skew_ms: None,
                    aside: None,
                    pictures: None,
                };
                tx.write_devices(&[phone]).await?;
                tx.keep_delegation(&DelegationRow {
                    device_id: device.0,
                    outreach_id: here.0,
                    public_key: vec![7; 32],
                    paired_by: staff.0,
                    paired_at: now.0,
                    ends_at: now.0 + 3_600_000,
                    kid: vec![8; 8],
                    signature: vec![9; 64],
                    rekeyed_at: None,
                })
                .await
            })
        });
        let written: Result<(), StoreError> = write.await;
        written.expect("a database");
    });
}
