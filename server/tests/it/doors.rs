//! The permission matrix over HTTP: everybody × every endpoint, nobody included.

mod table;

use std::collections::BTreeMap;

use backend::accounts::session::Holder;
use backend::clock::fresh_id;
use backend::store::StoreError;
use backend::store::vocabulary::people::SessionRow;
use domain::id::OwnerId;
use domain::role::{Caller, Role, UseCase};
use server::doors::{DOORS, Door};
use sha2::Digest;

use crate::client::{Answer, Client};
use crate::described::Described;
use crate::house::{Engine, House};
use crate::outreach::Outreach;
use table::TABLE;

/// The columns of [`TABLE`].
const CALLERS: [Caller; 8] = [
    Caller::Public,
    Caller::Owner,
    Caller::Device,
    Caller::Operative,
    Caller::Veterinarian,
    Caller::Coordinator,
    Caller::Auditor,
    Caller::Admin,
];

/// What the table says of a door: who passes.
fn row(door: &Door) -> &'static str {
    let written = format!("{} {}", door.method, door.pattern);
    let mut rows = TABLE.iter();
    let row = rows.find(|row| row[CALLERS.len()..].trim_start() == written);
    row.unwrap_or_else(|| panic!("{written} has no row in this test"))
}

/// Whether the table lets somebody pass.
fn passes(door: &Door, caller: Caller) -> bool {
    let column = CALLERS.iter().position(|known| *known == caller).expect("a column");
    row(door).as_bytes()[column] == b'x'
}

/// A path that fits the pattern, with identifiers of nothing.
fn path_of(pattern: &str) -> String {
    pattern
        .replace("{id}", "01900000-0000-7000-8000-000000000000")
        .replace("{from}", "0")
        .replace("{outreach}", "01900000-0000-7000-8000-000000000000")
        .replace("{deed}", "entregar")
        .replace("{unit}", "02101-54")
        .replace("{text}", "ABC")
        .replace("{token}", "abc")
        .replace("{*rest}", "algo")
        .replace("{mail}", "x")
        .replace("{part}", "0")
}

fn knock(client: &mut Client, door: &Door) -> Answer {
    let path = path_of(door.pattern);
    let ours = ("sec-fetch-site", "same-origin");
    if path.starts_with("/api/") {
        let json = ("content-type", "application/json");
        return client.send(door.method, &path, &[json, ours], b"{}");
    }
    let form = ("content-type", "application/x-www-form-urlencoded");
    client.send(door.method, &path, &[form, ours], b"")
}

/// Whether the guard stopped the request: the door's own refusal, or the way to the sign-in.
fn stopped(answer: &Answer) -> bool {
    let to = answer.header("location").unwrap_or_default();
    answer.status == 401
        || answer.status == 403
        || (answer.status == 303 && to.starts_with("/ingresar?next="))
        || (answer.status == 303 && to == "/certificados")
}

/// Doors whose act ends the session that knocks: they get a session of their own.
fn ends_the_session(door: &Door) -> bool {
    let ends = ["/salir", "/cuenta/sesiones", "/cuenta/clave", "/mis-animales/salir"];
    door.method == "POST" && ends.contains(&door.pattern)
}

#[test]
fn every_door_is_in_the_written_table_and_no_other() {
    for door in DOORS {
        let own: String = CALLERS
            .iter()
            .map(|&caller| if domain::role::allows(caller, door.needs) { 'x' } else { '-' })
            .collect();
        assert_eq!(&row(door)[..CALLERS.len()], own, "{door:?}");
    }
    assert_eq!(TABLE.len(), DOORS.len());
}

/// Everybody with a browser that knows them. An owner has a record, so that their pages open.
fn everybody(house: &House) -> BTreeMap<Caller, (Client, Option<Holder>)> {
    let mut outreach = Outreach::in_house(house, false);
    outreach.visit(1, 12_345_678, "985121004515220");
    let owner = house.block_on(async |office| {
        let run = domain::run::Run::from_number(12_345_678).expect("a RUN").compact();
        let found = office
            .store
            .glance(move |tx| Box::pin(async move { tx.owner_by_document("run", &run).await }))
            .await;
        OwnerId(found.expect("a database").expect("the owner of the visit").id)
    });
    let holder = Holder::Owner(owner);
    let mut all = BTreeMap::from([
        (Caller::Public, (house.client(), None)),
        (Caller::Owner, (house.session_of(holder), Some(holder))),
        (Caller::Device, (phone_alone(house), None)),
    ]);
    for role in Role::ALL {
        let mut browser = match role {
            Role::Operative => outreach.operative.clone(),
            Role::Veterinarian => house.session_of(Holder::Staff(outreach.veterinarian)),
            other => house.staff(other.code()),
        };
        let session = browser.get("/api/v1/session").expect(200).json();
        let id = session["id"].as_str().expect("an id").parse().expect("a UUID");
        all.insert(Caller::from(*role), (browser, Some(Holder::Staff(id))));
    }
    assert_eq!(all.len(), CALLERS.len());
    all
}

/// A session that belongs to no person, under both cookies: it opens nothing.
fn phone_alone(house: &House) -> Client {
    let secret = "a".repeat(64);
    let id_hash = sha2::Sha256::digest(secret.as_bytes()).to_vec();
    house.block_on(async |office| {
        let now = office.clock.now().0;
        let row = SessionRow {
            id: fresh_id(),
            id_hash: id_hash.clone(),
            kind: "device".to_owned(),
            subject_id: fresh_id(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + 3_600_000,
            reauthenticated_at: Some(now),
            user_agent: String::new(),
            revoked_at: None,
        };
        let kept = office
            .store
            .write_with(row, |tx, row| Box::pin(async move { tx.insert_session(row).await }));
        kept.await.expect("a session");
    });
    let mut client = house.client();
    for name in ["__Host-huella", "__Host-huella-owner"] {
        client.cookies.insert(name.to_owned(), secret.clone());
    }
    client
}

#[test]
fn everybody_passes_exactly_their_doors() {
    for engine in Engine::all() {
        // The demonstration's mails are doors too.
        // All knock at all of them within seconds.
        let calm = [("HUELLA_FLOOD_PER_SECOND", "100000")];
        let house = House::start_with(engine, &["serve", "--demo"], &calm);
        let callers = everybody(&house);
        let described = Described::by(&house);
        let mut wrong = Vec::new();
        for door in DOORS {
            for (caller, (client, holder)) in &callers {
                let mut client = match holder {
                    Some(holder) if ends_the_session(door) => house.session_of(*holder),
                    _ => client.clone(),
                };
                let answer = knock(&mut client, door);
                // A phone has no way of its own to say who it is: to the doors it is nobody.
                let as_whom = if *caller == Caller::Device { Caller::Public } else { *caller };
                if stopped(&answer) == passes(door, as_whom) || answer.status >= 500 {
                    wrong.push(format!("{caller} {door:?}: {}", answer.status));
                }
                let fault = described.fault(door, &answer);
                wrong.extend(fault.map(|fault| format!("{caller} {door:?}: {fault}")));
            }
        }
        assert!(wrong.is_empty(), "{engine:?}\n{}", wrong.join("\n"));
    }
}

/// Every row of every table but those that say who is here and what was looked at, as text. A
/// document's bytes are made when it is first opened, and an outreach's recovery key when a phone
/// is first told of it: they are no change either.
fn everything_kept(house: &House) -> Vec<String> {
    const PASSING: [&str; 6] =
        ["session", "counter", "lookup", "document", "document_file", "recovery_key"];
    house.block_on(async |office| {
        let read: Result<_, StoreError> = office
            .store
            .read(|tx| {
                Box::pin(async move {
                    let columns = tx.catalogue().await?;
                    let mut rows = Vec::new();
                    for table in columns.chunk_by(|one, next| one.table_name == next.table_name) {
                        let name = table.first().map_or("", |column| &column.table_name);
                        if PASSING.contains(&name) {
                            continue;
                        }
                        let name = name.to_owned();
                        tx.dump_table(table, &mut |row| {
                            rows.push(format!("{name} {row:?}"));
                            Ok(())
                        })
                        .await?;
                    }
                    rows.sort();
                    Ok(rows)
                })
            })
            .await;
        read.expect("a database")
    })
}

#[test]
fn a_get_changes_nothing() {
    let house = House::start_with(Engine::Sqlite, &["serve", "--demo"], &[]);
    let callers = everybody(&house);
    let before = everything_kept(&house);
    assert!(before.iter().any(|row| row.contains("985121004515220")), "the visit is among it");
    // What is taken out of the register as a file is noted: that is what it changes.
    let is_plain = |door: &&Door| door.method == "GET" && door.pattern != app::routes::RNM_CSV;
    for door in DOORS.iter().filter(is_plain) {
        for (client, _) in callers.values() {
            knock(&mut client.clone(), door);
        }
        assert_eq!(everything_kept(&house), before, "{door:?}");
    }
}

#[test]
fn an_address_without_a_row_is_not_there() {
    let house = House::start(Engine::Sqlite);
    let mut coordinator = house.staff("coordinator");
    coordinator.get("/api/v1/everything").expect(404);
    coordinator.post_json("/api/coordinacion/everything", &serde_json::json!({})).expect(404);
    let refused = coordinator.post_json("/api/v1/session", &serde_json::json!({})).expect(405);
    assert_eq!(refused.json()["refusal"]["reason"], "unreadable");
}

#[test]
fn who_may_not_is_told_why_in_the_words_of_the_api() {
    let house = House::start(Engine::Sqlite);
    let nobody = house.client().get("/api/v1/field/setup").expect(401).json();
    assert_eq!(nobody["refusal"]["reason"], "signed_out");
    let auditor = house.staff("auditor").get("/api/v1/field/setup").expect(403).json();
    assert_eq!(auditor["refusal"]["reason"], "forbidden");
    assert_eq!(auditor["refusal"]["use_case"], UseCase::ReadOwnOutreaches.code());
}
