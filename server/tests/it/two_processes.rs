//! Growing: two processes on one PostgreSQL, a streaming replica beside it, and both going away.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use backend::accounts::invitation::{LinkLetter, RESET_LETTER};
use backend::error::Error;
use backend::outbox::{self, Letter};
use domain::timestamp::Timestamp;
use serde_json::json;

use crate::client::Client;
use crate::cluster::Cluster;
use crate::house::{Engine, House, PASSWORD};

const EMAIL: &str = "coordinator@example.cl.invalid";
const MAILS: usize = 60;

/// Whether there is a PostgreSQL to test with.
fn can_be_tried() -> bool {
    Engine::all().contains(&Engine::Postgres)
}

/// Two servers on one database, with one secret and one replica.
fn two(primary: &Cluster, standby: &Cluster) -> (House, House) {
    let (url, replica) = (primary.url(), standby.url());
    let first = House::on(&url, &[("HUELLA_READ_DATABASE_URL", &replica)]);
    let secret = first.folder.join("secret");
    let secret = secret.to_str().expect("a path");
    let both = [("HUELLA_READ_DATABASE_URL", replica.as_str()), ("HUELLA_SECRET_FILE", secret)];
    let second = House::on(&url, &both);
    (first, second)
}

/// The same browser at the other server.
fn at(house: &House, browser: &Client) -> Client {
    Client { addr: house.addr, ..browser.clone() }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(30) {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("never: {what}");
}

fn mails(house: &House) -> BTreeSet<String> {
    let folder = house.folder.join("mail");
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| Path::new(name).extension().is_some_and(|end| end == "eml")).collect()
}

#[test]
fn two_processes_share_sessions_limits_and_outbox() {
    if !can_be_tried() {
        return;
    }
    let primary = Cluster::fresh();
    let standby = primary.standby();
    let (one, other) = two(&primary, &standby);
    let mut browser = one.staff("coordinator");
    let mut elsewhere = at(&other, &browser);
    elsewhere.get("/api/v1/session").expect(200);
    elsewhere.form("/salir", &[]).expect(303);
    browser.get("/api/v1/session").expect(401);

    each_mail_leaves_once(&primary, &one, &other);

    let statuses: Vec<u16> = (0..12)
        .map(|turn| {
            let house = if turn % 2 == 0 { &one } else { &other };
            let fields = [("email", EMAIL), ("password", "no es esta frase")];
            house.client().form("/ingresar", &fields).status
        })
        .collect();
    assert_eq!(statuses[..10], [422; 10], "{statuses:?}");
    assert_eq!(statuses[10..], [429; 2], "{statuses:?}");
    for house in [&one, &other] {
        let fields = [("email", EMAIL), ("password", PASSWORD)];
        house.client().form("/ingresar", &fields).expect(429);
    }
}

fn each_mail_leaves_once(primary: &Cluster, one: &House, other: &House) {
    one.block_on(async |office| {
        let (now, keys) = (office.clock.now(), office.keys.clone());
        let written = office.store.write(move |tx| {
            let keys = keys.clone();
            Box::pin(async move {
                for number in 0..MAILS {
                    write_letter(tx, &keys, number, now).await?;
                }
                Ok::<_, Error>(())
            })
        });
        written.await.expect("the letters are written");
    });
    let left = || primary.sql("SELECT COUNT(*) FROM outbox WHERE state <> 'sent'");
    wait_until("every mail has left", || left() == "0");
    let (first, second) = (mails(one), mails(other));
    assert_eq!(first.intersection(&second).count(), 0, "a mail left twice");
    assert_eq!(first.len() + second.len(), MAILS);
    let once = "SELECT COUNT(*) FROM outbox WHERE state = 'sent' AND attempts = 1";
    assert_eq!(primary.sql(once), MAILS.to_string());
}

async fn write_letter(
    tx: &mut backend::store::Tx,
    keys: &backend::keys::Keys,
    number: usize,
    now: Timestamp,
) -> Result<(), Error> {
    let body = LinkLetter {
        name: "Ana Soto".to_owned(),
        role: "operative".to_owned(),
        inviter: String::new(),
        token: "ABCDEFGHIJKLMNOPQRSTUVWXYZ".to_owned(),
        expires_at: now,
    };
    let recipient = format!("persona{number}@example.cl.invalid");
    let letter =
        Letter { kind: RESET_LETTER, recipient: &recipient, body: &body, about: None, due_at: now };
    outbox::enqueue_sealed(tx, keys, letter, now).await.map(drop)
}

/// Adds a programme behind the program's back.
fn add_programme(primary: &Cluster, number: u32) {
    primary.sql(&format!(
        "INSERT INTO programme VALUES (gen_random_uuid(), {number}, 'Plan {number}', 'Prueba',
         '2026-01-01', '2026-12-31', 1, 1, 1, 1, 1)"
    ));
}

/// How many programmes the coordination sees: a read that may be seconds old.
fn programmes(browser: &mut Client) -> usize {
    let listed = browser.post_json("/api/coordinacion/programas/lista", &json!({})).expect(200);
    listed.json()["rows"].as_array().expect("a list").len()
}

#[test]
fn a_stale_read_comes_from_the_standby_and_from_the_primary_when_that_is_away() {
    if !can_be_tried() {
        return;
    }
    let primary = Cluster::fresh();
    let mut standby = primary.standby();
    let (one, other) = two(&primary, &standby);
    let mut browser = one.staff("coordinator");
    wait_until("the standby has the tables", || programmes(&mut browser) == 0);
    standby.sql("SELECT pg_wal_replay_pause()");
    add_programme(&primary, 1);
    assert_eq!(programmes(&mut browser), 0, "the standby was asked, and knows nothing yet");
    standby.sql("SELECT pg_wal_replay_resume()");
    wait_until("the standby catches up", || programmes(&mut browser) == 1);

    standby.stop();
    add_programme(&primary, 2);
    for house in [&one, &other] {
        let mut browser = at(house, &browser);
        let began = Instant::now();
        assert_eq!(programmes(&mut browser), 2, "the primary answers for it");
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
    let url = standby.url();
    let third = House::on(
        &primary.url(),
        &[
            ("HUELLA_READ_DATABASE_URL", url.as_str()),
            ("HUELLA_SECRET_FILE", one.folder.join("secret").to_str().expect("a path")),
        ],
    );
    assert_eq!(programmes(&mut at(&third, &browser)), 2, "it starts without its replica");

    standby.start();
    add_programme(&primary, 3);
    wait_until("the standby is asked again", || programmes(&mut browser) == 3);
}

#[test]
fn a_database_that_was_away_is_told_at_once_and_forgiven_when_it_is_back() {
    if !can_be_tried() {
        return;
    }
    let mut primary = Cluster::fresh();
    let house = House::on(&primary.url(), &[]);
    let browser = house.staff("coordinator");
    // Many connections, each of which the server will have cut.
    let many = || {
        let asked = (0..24).map(|_| {
            let mut browser = browser.clone();
            std::thread::spawn(move || browser.get("/api/v1/session").status)
        });
        let asked: Vec<_> = asked.collect();
        asked.into_iter().map(|one| one.join().expect("an answer")).collect::<Vec<_>>()
    };
    assert!(many().iter().all(|status| *status == 200));
    primary.stop();
    let began = Instant::now();
    let answer = house.client().get("/readyz").expect(503);
    assert_eq!(answer.json()["database"], "failed");
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    house.client().get("/livez").expect(200);
    primary.start();
    let statuses = many();
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    house.client().get("/readyz").expect(200);
}
