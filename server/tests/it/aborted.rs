//! Goal R10: a thousand uploads that the phone gives up before, during and after the work.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;
use uuid::Uuid;

use crate::house::{Engine, House, psql};
use crate::outreach::Outreach;

const UPLOADS: u32 = 1_000;
const PHONES: u32 = 8;
const PATH: &str = "/api/v1/submissions";

/// One upload, and what of it should be found or not found.
struct Upload {
    bytes: Vec<u8>,
    batch: Value,
    submission: Uuid,
    owner: Uuid,
    animal: Uuid,
    service: Uuid,
}

fn uploads(house: &House, outreach: &Outreach) -> Vec<Upload> {
    let cookie: Vec<_> =
        outreach.operative.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let made = (0..UPLOADS).map(|number| {
        let chip = format!("985{:012}", 121_000_000_000_u64 + u64::from(number));
        let batch = outreach.draft(number + 1, 40_000_000 + number, &chip);
        let body = batch.to_string();
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            house.addr,
            cookie.join("; "),
            body.len()
        );
        let of = |path: &str| -> Uuid {
            let value = batch.pointer(path).and_then(Value::as_str).expect(path);
            value.parse().expect("a UUID")
        };
        Upload {
            bytes: [head.as_bytes(), body.as_bytes()].concat(),
            submission: of("/submissions/0/id"),
            owner: of("/submissions/0/commands/0/owner"),
            animal: of("/submissions/0/commands/1/animal"),
            service: of("/submissions/0/commands/2/service"),
            batch,
        }
    });
    made.collect()
}

/// Half of them break off at any byte; the others are sent whole and given up at once, or while the
/// server works, with or without an answer that nobody reads.
fn give_up(addr: SocketAddr, number: usize, upload: &Upload) {
    let mut stream = TcpStream::connect(addr).expect("it listens");
    let whole = upload.bytes.len();
    let end = if number.is_multiple_of(2) { 1 + number * 7_919 % whole } else { whole };
    // A server that has seen enough may have closed.
    let _ = stream.write_all(&upload.bytes[..end]);
    if number % 4 == 3 {
        let ms = u64::try_from(number % 29).expect("a small number");
        std::thread::sleep(Duration::from_millis(ms));
    }
}

#[test]
fn a_thousand_aborted_uploads_leave_nothing_half_and_no_transaction_open() {
    for engine in Engine::all() {
        let house = House::start_with(engine, &["serve"], &[("HUELLA_FLOOD_PER_SECOND", "100000")]);
        let mut outreach = Outreach::in_house(&house, false);
        let uploads = uploads(&house, &outreach);
        std::thread::scope(|scope| {
            for phone in 0..PHONES {
                let mine = uploads.iter().enumerate().skip(phone as usize).step_by(PHONES as usize);
                let addr = house.addr;
                scope.spawn(move || mine.for_each(|(number, one)| give_up(addr, number, one)));
            }
        });
        let began = Instant::now();
        let reply = outreach.visit(UPLOADS + 1, 41_000_000, "985121004515220");
        assert_eq!(reply["answers"][0]["outcome"], "accepted", "{reply}");
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        let kept = settled(&house, &uploads);
        assert!(kept.iter().any(|(_, is_in)| *is_in), "some were sent whole");
        assert!(kept.iter().any(|(_, is_in)| !*is_in), "some were not");
        if engine == Engine::Postgres {
            no_transaction_is_open(house.database());
        }
        // Sent again, each is answered: the kept ones as before, the others now.
        for (upload, is_in) in kept.into_iter().step_by(83) {
            let again = outreach.operative.post_json(PATH, &upload.batch).expect(200).json();
            assert_eq!(again["answers"][0]["outcome"], "accepted", "{is_in} {again}");
        }
    }
}

/// Waits until no upload is worked on any more; answers which are in. None is in by half.
fn settled<'a>(house: &House, uploads: &'a [Upload]) -> Vec<(&'a Upload, bool)> {
    let mut before = 0;
    for _ in 0..40 {
        let found = look(house, uploads);
        let count = found.iter().filter(|is_in| **is_in).count();
        if count == before && count > 0 {
            return uploads.iter().zip(found).collect();
        }
        before = count;
        std::thread::sleep(Duration::from_millis(500));
    }
    panic!("uploads are still worked on");
}

fn look(house: &House, uploads: &[Upload]) -> Vec<bool> {
    let ids: Vec<_> =
        uploads.iter().map(|one| (one.submission, one.owner, one.animal, one.service)).collect();
    let found = house.block_on(async |office| {
        let ids = ids.clone();
        let read = office.store.read(move |tx| {
            Box::pin(async move {
                let mut found = Vec::with_capacity(ids.len());
                for (submission, owner, animal, service) in ids {
                    let answer = tx.submission(submission).await?;
                    let accepted = answer.is_some_and(|row| row.outcome == "accepted");
                    let parts = [
                        tx.owner(owner).await?.is_some(),
                        tx.animal(animal).await?.is_some(),
                        tx.service(service).await?.is_some(),
                    ];
                    found.push((accepted, parts));
                }
                Ok::<_, backend::store::StoreError>(found)
            })
        });
        read.await.expect("a database")
    });
    let judged = found.into_iter().enumerate().map(|(number, (accepted, parts))| {
        assert_eq!(parts, [accepted; 3], "upload {number} is in by half");
        accepted
    });
    judged.collect()
}

/// Others test on the same cluster: what has been open for two seconds is nobody's quick work.
fn no_transaction_is_open(database: &str) {
    let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
        AND state LIKE 'idle in transaction%' AND state_change < now() - INTERVAL '2 seconds'";
    let url = database.split('?').next().unwrap_or(database);
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(psql(url, sql), "0");
}
