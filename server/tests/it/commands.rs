//! The subcommands, through the real program: what they print, what they leave, how they end.

use std::io::Write;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};

use crate::house::{Engine, House, fresh_folder, program, run_in};
use crate::outreach::Outreach;
use crate::verification::mail;

const CHIP: &str = "985121004515220";

fn told(done: &Output) -> String {
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn status(done: &Output) -> Option<i32> {
    done.status.code()
}

#[track_caller]
fn succeeded(done: Output) -> Output {
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    done
}

fn json_of(done: &Output) -> Value {
    serde_json::from_slice(&done.stdout).expect("JSON")
}

fn sqlite_in(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("huella.db").display())
}

#[test]
fn what_only_looks_makes_no_database() {
    let folder = fresh_folder();
    let nowhere = folder.join("nowhere");
    let database = sqlite_in(&nowhere);
    for arguments in [
        &["audit", "verify"][..],
        &["report", "cuenta-publica", "--year", "2020", "--json"],
        &["outbox", "list"],
        &["user", "list"],
        &["keys", "list"],
        &["verify", "ABC"],
        &["backup", "copy"],
    ] {
        let done = run_in(&folder, &database, arguments, "");
        assert_eq!(status(&done), Some(1), "{arguments:?}: {}", told(&done));
        assert_eq!(told(&done), "", "{arguments:?}");
        let complaint = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(complaint.contains("nowhere"), "{arguments:?}: {complaint}");
    }
    assert!(!nowhere.exists());
    assert!(!folder.join("secret").exists());
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn settings_that_cannot_be_right_end_with_two_and_leave_nothing() {
    let folder = fresh_folder();
    let database = sqlite_in(&folder);
    let too_long = format!("https://{}.example", "h".repeat(80));
    for (name, value) in [
        ("HUELLA_ADDR", "0.0.0.0:0"),
        ("HUELLA_PUBLIC_URL", "http://huella.example"),
        ("HUELLA_PUBLIC_URL", too_long.as_str()),
        ("HUELLA_TRUSTED_HOPS", "1"),
        ("HUELLA_SMTP_URL", "smtp://user:pw@relay.example"),
        ("HUELLA_SMTP_URL", "smtps://user:pw@relay.example"),
        ("HUELLA_DATABASE_URL", "mysql://user:pw@h/db"),
        ("HUELLA_DATABASE_URL", "./huella.db"),
        ("HUELLA_READ_DATABASE_URL", "postgres://127.0.0.1:1/x"),
        ("HUELLA_READ_DATABASE_URL", "sqlite:x"),
        ("HUELLA_SMTP_URL", "smtp//nowhere"),
        ("HUELLA_SMTP_URL", "folder:"),
        ("HUELLA_MAIL_FROM", "nobody in particular"),
        ("HUELLA_ISSUER_NAME", " "),
    ] {
        let mut command = program(&folder, &database);
        let done = command.env(name, value).arg("serve").output().expect("it runs");
        let complaint = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(status(&done), Some(2), "{name}={value}: {complaint}");
        assert!(!complaint.contains("pw"), "{complaint}");
    }
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0);
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn a_copy_is_put_back_and_its_history_is_whole_once_the_secret_is_there() {
    let house = House::start(Engine::Sqlite);
    Outreach::in_house(&house, true).visit(1, 12_345_678, CHIP);
    mail(&house);
    let copy = house.folder.join("copy");
    let copy = copy.to_str().expect("a path");
    let made = succeeded(house.run(&["backup", copy], ""));
    assert!(String::from_utf8_lossy(&made.stderr).contains("secret"), "it says what is left out");
    let rows = &json_of(&made)["rows"];
    assert_eq!((&rows["animal"], &rows["service"]), (&json!(1), &json!(1)), "{rows}");
    assert_eq!(status(&house.run(&["backup", copy], "")), Some(1), "no copy is written over");

    let folder = fresh_folder();
    let database = sqlite_in(&folder);
    let restored = succeeded(run_in(&folder, &database, &["restore", copy], ""));
    assert_eq!(&json_of(&restored)["rows"], rows);
    assert_eq!(status(&run_in(&folder, &database, &["restore", copy], "")), Some(1));
    // Without the secret nothing could be signed: it is named, and none is made in its place.
    let refused = run_in(&folder, &database, &["audit", "verify"], "");
    let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(status(&refused), Some(1));
    assert!(complaint.contains(folder.join("secret").to_str().expect("a path")), "{complaint}");
    assert!(!folder.join("secret").exists());
    std::fs::copy(house.folder.join("secret"), folder.join("secret")).expect("a copy");
    let whole = json_of(&succeeded(run_in(&folder, &database, &["audit", "verify"], "")));
    assert_eq!(whole["whole"], true, "{whole}");
    assert!(whole["links"].as_u64().expect("a number") > 3, "{whole}");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn a_copy_of_an_earlier_version_is_told_from_a_broken_one_and_makes_no_database() {
    let folder = fresh_folder();
    let copy = folder.join("copy");
    let header = json!({
        "format": "huella-backup", "version": 1, "program": "0.0.9", "migration": 1, "at": 0,
        "engine": "SQLite", "left_out": "",
    });
    let file = std::fs::File::create(&copy).expect("a file");
    let mut zipped = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    writeln!(zipped, "{header}").and_then(|()| zipped.finish().map(drop)).expect("it writes");
    let copy = copy.to_str().expect("a path");
    let done = run_in(&folder, &sqlite_in(&folder), &["restore", copy], "");
    let complaint = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(status(&done), Some(1), "{complaint}");
    assert!(complaint.contains("huella 0.0.9;"), "{complaint}");
    assert!(!folder.join("huella.db").exists(), "0.0.9 would find tables that are not its own");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn a_database_of_an_earlier_version_is_migrated_by_who_is_told_to() {
    for engine in Engine::all() {
        let house = House::start(engine);
        house.block_on(async |office| {
            let forgotten = office
                .store
                .write(|tx| Box::pin(async move { tx.empty_table("_sqlx_migrations").await }));
            assert!(forgotten.await.expect("a database") > 0);
        });
        for arguments in [
            &["user", "list"][..],
            &["user", "add", "a@example.cl", "--name", "A", "--role", "admin"],
            &["keys", "list"],
            &["outbox", "list"],
            &["audit", "verify"],
            &["report", "cuenta-publica", "--year", "2020"],
            &["verify", "ABC"],
            &["backup", "copy"],
        ] {
            let done = house.run(arguments, "");
            let complaint = String::from_utf8_lossy(&done.stderr).into_owned();
            assert_eq!((status(&done), told(&done)), (Some(1), String::new()), "{arguments:?}");
            assert_eq!(complaint.lines().count(), 1, "{arguments:?}: {complaint}");
            assert!(complaint.contains("run `huella migrate`"), "{arguments:?}: {complaint}");
        }
    }
}

#[test]
fn a_broken_chain_is_a_negative_answer() {
    for engine in Engine::all() {
        let house = House::start(engine);
        Outreach::in_house(&house, false).visit(1, 12_345_678, CHIP);
        assert_eq!(status(&house.run(&["audit", "verify"], "")), Some(0));
        house.block_on(async |office| {
            let torn = office
                .store
                .write(|tx| Box::pin(async move { tx.empty_table("history_body").await }));
            assert!(torn.await.expect("a database") > 0);
        });
        let done = house.run(&["audit", "verify"], "");
        let said = json_of(&done);
        assert_eq!((status(&done), &said["whole"]), (Some(1), &json!(false)), "{said}");
        assert_eq!(said["findings"][0]["problem"], "body_missing", "{said}");
    }
}

#[test]
fn mail_that_did_not_leave_is_listed_with_its_state_and_sent_again() {
    let house = House::start(Engine::Sqlite);
    let id = house.block_on(async |office| {
        let (now, keys) = (office.clock.now(), office.keys.clone());
        let written = office.store.write(move |tx| {
            let keys = keys.clone();
            Box::pin(async move {
                let letter = backend::outbox::Letter {
                    kind: "password_reset",
                    recipient: "no address at all",
                    body: &json!({
                        "name": "Ana", "role": "operative", "inviter": "", "token": "ABC",
                        "expires_at": now,
                    }),
                    about: None,
                    due_at: now,
                };
                backend::outbox::enqueue_sealed(tx, &keys, letter, now).await
            })
        });
        written.await.map_err(|error| error.to_string()).expect("a letter").to_string()
    });
    let dead = || {
        let line = told(&house.run(&["outbox", "list", "--state", "dead"], ""));
        line.contains(&id).then_some(line)
    };
    let line = (0..100).find_map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        dead()
    });
    let line = line.expect("it dies");
    assert_eq!(line.trim(), format!("{id}\tdead\tpassword_reset\t1\tbad_address"));
    assert!(told(&house.run(&["outbox", "list"], "")).contains(&id), "all that was not sent");
    assert_eq!(told(&house.run(&["outbox", "list", "--state", "held"], "")), "");
    assert_eq!(status(&house.run(&["outbox", "list", "--state", "lost"], "")), Some(2));
    let ready = house.client().get("/readyz").expect(200).json();
    assert_eq!(ready["outbox_dead"], 1, "{ready}");
    succeeded(house.run(&["outbox", "resend", &id], ""));
    let unknown = "01900000-0000-7000-8000-000000000000";
    assert_eq!(status(&house.run(&["outbox", "resend", unknown], "")), Some(1));
    assert_eq!(status(&house.run(&["outbox", "resend", "x"], "")), Some(2));
}

#[test]
fn a_file_that_cannot_be_read_is_wrong_use_and_no_verdict() {
    let house = House::start(Engine::Sqlite);
    let reply = Outreach::in_house(&house, true).visit(1, 12_345_678, CHIP);
    let link = reply["answers"][0]["documents"][0]["link"].as_str().expect("a link");
    let at = |name: &str| house.folder.join(name).to_str().expect("a path").to_owned();
    let jwks = house.client().get("/.well-known/jwks.json").expect(200).body;
    std::fs::write(at("jwks.json"), jwks).expect("a file");
    std::fs::write(at("list.json"), "{}").expect("a file");
    let (keys, broken, missing) = (at("jwks.json"), at("list.json"), at("nothing.json"));
    for arguments in [
        &["verify", "missing.pdf"][..],
        &["verify", &missing],
        &["verify", link, "--keys", &missing],
        &["verify", link, "--keys", &broken],
        &["verify", link, "--keys", &keys, "--revocations", &missing],
        &["verify", link, "--keys", &keys, "--revocations", &broken],
        &["verify", link, "--revocations", &keys],
        &["verify"],
    ] {
        let done = house.run(arguments, "");
        assert_eq!(status(&done), Some(2), "{arguments:?}: {}", told(&done));
        assert_eq!(told(&done), "", "{arguments:?}");
    }
    let said = json_of(&house.run(&["verify", link], ""));
    let id = &said["document"]["id"];
    let list = json!({ "as_of": "2026-01-01", "revoked": [id] }).to_string();
    std::fs::write(&broken, list).expect("a file");
    let done = house.run(&["verify", link, "--keys", &keys, "--revocations", &broken], "");
    let said = json_of(&done);
    assert_eq!((status(&done), &said["verdict"]), (Some(1), &json!("revoked")), "{said}");
    let unknown = house.run(&["verify", "ABC"], "");
    assert_eq!((status(&unknown), &json_of(&unknown)["verdict"]), (Some(1), &json!("not_ours")));
}

#[test]
fn keys_are_rotated_for_documents_unless_told_otherwise() {
    let house = House::start(Engine::Sqlite);
    let documents = || {
        let listed = told(&succeeded(house.run(&["keys", "list"], "")));
        listed.lines().filter(|line| line.contains("\tdocuments\t")).count()
    };
    assert_eq!(documents(), 1);
    let rotated = succeeded(house.run(&["keys", "rotate"], ""));
    assert_eq!(told(&rotated).trim().len(), 16);
    assert_eq!(documents(), 2);
    succeeded(house.run(&["keys", "rotate", "receipts"], ""));
    assert_eq!(documents(), 2);
    assert_eq!(status(&house.run(&["keys", "rotate", "doors"], "")), Some(2));
}

#[test]
fn a_closed_account_is_opened_again_by_command() {
    let house = House::start(Engine::Sqlite);
    let email = "operative@example.cl.invalid";
    house.staff("operative");
    let state = || {
        let listed = told(&succeeded(house.run(&["user", "list"], "")));
        let line =
            listed.lines().find(|line| line.starts_with(email)).expect("its line").to_owned();
        line.split('\t').nth(2).expect("its state").to_owned()
    };
    assert_eq!(state(), "active");
    succeeded(house.run(&["user", "disable", email], ""));
    assert_eq!(state(), "disabled");
    succeeded(house.run(&["user", "enable", email], ""));
    assert_eq!(state(), "active");
    assert_eq!(status(&house.run(&["user", "enable", "nadie@example.cl"], "")), Some(1));
    let twice = ["user", "add", email, "--name", "Ana", "--role", "operative", "--password-stdin"];
    assert_eq!(status(&house.run(&twice, "correcta batería grapa\n")), Some(1));
    let weak =
        ["user", "add", "a@example.cl", "--name", "A", "--role", "admin", "--password-stdin"];
    assert_eq!(status(&house.run(&weak, "contraseña2024\n")), Some(1));
}
