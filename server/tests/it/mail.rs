//! Mail when the world outside does not cooperate.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use backend::store::vocabulary::task::TaskRow;

use crate::house::{Engine, House, fresh_folder};
use crate::outreach::Outreach;
use crate::verification::mail;

const CHIP: &str = "985121004515220";

fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(40) {
        if let Some(found) = found() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("{what} never came")
}

#[test]
fn a_mail_server_that_is_away_delays_mail_and_nothing_else() {
    // A port that was just free: nobody listens there.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr());
    let url = format!("smtp://{}", closed.expect("a free port"));
    let house = House::start_with(Engine::Sqlite, &["serve"], &[("HUELLA_SMTP_URL", &url)]);
    let mut outreach = Outreach::in_house(&house, true);
    let began = Instant::now();
    let reply = outreach.visit(1, 12_345_678, CHIP);
    assert_eq!(reply["answers"][0]["outcome"], "accepted", "{reply}");
    assert!(began.elapsed() < Duration::from_secs(5));
    let line = wait_for("the first attempt", || {
        let listed = house.run(&["outbox", "list"], "");
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        text.lines().find(|line| line.contains("\tpending\tcertificate\t1\t")).map(str::to_owned)
    });
    assert!(line.ends_with("connection"), "{line}");
    assert!(!line.contains('@'), "no address is listed: {line}");
    // Every message waits for its next try, and the outbox grows old all the same.
    let ready = wait_for("the outbox's age", || {
        let ready = house.client().get("/readyz").expect(200).json();
        (ready["outbox_oldest_s"].as_i64()? > 0).then_some(ready)
    });
    assert_eq!(ready["outbox_dead"], 0, "{ready}");
    let log = house.log();
    assert!(!log.contains("tenedora"), "no address is logged: {log}");
}

/// A Maildir of its own, as a relay makes one.
fn maildir() -> PathBuf {
    let maildir = fresh_folder();
    for part in ["new", "cur"] {
        std::fs::create_dir_all(maildir.join(part)).expect("a folder");
    }
    maildir
}

/// A relay's report that a message did not arrive.
fn report(id: &str) -> String {
    format!(
        "From: mailer-daemon@example.cl\r\nTo: huella@example.cl\r\nSubject: failed\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n \
         boundary=\"b\"\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; example.cl\r\n\r\nFinal-Recipient: rfc822; tenedora@example.cl\r\n\
         Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Message-ID: <{id}@127.0.0.1>\r\nSubject: x\r\n\r\n--b--\r\n"
    )
}

/// The identifier of the one mail of a house.
fn mailed(house: &House) -> String {
    let (path, _) = mail(house);
    path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned()
}

/// The open tasks about mail that came back.
fn bounced(house: &House) -> Vec<TaskRow> {
    house.block_on(async |office| {
        let open = office
            .store
            .glance(|tx| Box::pin(async move { tx.open_tasks(Some("bounce"), 10).await }));
        open.await.expect("tasks")
    })
}

#[test]
fn a_bounce_becomes_one_task_for_a_coordinator() {
    let maildir = maildir();
    let setting = maildir.to_str().expect("a path");
    let house =
        House::start_with(Engine::Sqlite, &["serve"], &[("HUELLA_BOUNCE_MAILDIR", setting)]);
    Outreach::in_house(&house, true).visit(1, 12_345_678, CHIP);
    let id = mailed(&house);
    let strange = backend::clock::fresh_id().to_string();
    for (name, id) in [("1.report", &id), ("2.report", &id), ("3.report", &strange)] {
        std::fs::write(maildir.join("new").join(name), report(id)).expect("a report");
    }
    std::fs::write(maildir.join("new/4.other"), b"Subject: hola\r\n\r\nhola").expect("a mail");
    let seen = ["1.report:2,S", "2.report:2,S", "3.report:2,S", "4.other:2,S"];
    wait_for("the Maildir's tidying", || {
        seen.iter().all(|name| maildir.join("cur").join(name).exists()).then_some(())
    });
    let tasks = bounced(&house);
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!(tasks[0].message_id.map(|known| known.to_string()), Some(id));
    assert!(tasks[0].owner_id.is_some() && tasks[0].animal_id.is_some(), "{tasks:?}");
    let _ = std::fs::remove_dir_all(maildir);
}

#[test]
fn a_bounce_that_a_process_had_in_hand_when_it_was_killed_is_taken_in_by_the_next() {
    let maildir = maildir();
    let mut first = House::start(Engine::Sqlite);
    Outreach::in_house(&first, true).visit(1, 12_345_678, CHIP);
    let id = mailed(&first);
    first.stop();
    std::fs::write(maildir.join("cur/1.report:2,"), report(&id)).expect("a report");
    let secret = first.folder.join("secret");
    let settings = [
        ("HUELLA_SECRET_FILE", secret.to_str().expect("a path")),
        ("HUELLA_BOUNCE_MAILDIR", maildir.to_str().expect("a path")),
    ];
    let next = House::on(first.database(), &settings);
    wait_for("the report", || maildir.join("cur/1.report:2,S").exists().then_some(()));
    let tasks = bounced(&first);
    assert_eq!(tasks.len(), 1, "{}", next.log());
    assert_eq!(tasks[0].message_id.map(|known| known.to_string()), Some(id));
    let _ = std::fs::remove_dir_all(maildir);
}
