//! Start, health, figures and stop of the process.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::house::{Engine, House, fresh_folder, program, run_in};

#[test]
fn it_refuses_to_start_where_every_mail_would_vanish() {
    let folder = fresh_folder();
    let database = format!("sqlite:{}", folder.join("huella.db").display());
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_huella"));
    let ended = command
        .args(["serve"])
        .env_remove("HUELLA_SMTP_URL")
        .env("HUELLA_DATABASE_URL", database)
        .env("HUELLA_DATA_DIR", &folder)
        .output()
        .expect("it runs");
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("HUELLA_SMTP_URL"));
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn a_second_process_is_told_which_setting_gives_it_another_port() {
    let house = House::start(Engine::Sqlite);
    let folder = fresh_folder();
    let database = format!("sqlite:{}", folder.join("huella.db").display());
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    for (addr, metrics, setting) in [
        (free, house.metrics, "HUELLA_METRICS_ADDR"),
        (house.addr, free, "HUELLA_ADDR"),
        (house.addr, house.metrics, "HUELLA_METRICS_ADDR"),
    ] {
        let mut command = program(&folder, &database);
        command.env("HUELLA_ADDR", addr.to_string());
        command.env("HUELLA_METRICS_ADDR", metrics.to_string());
        let ended = command.arg("serve").output().expect("it runs");
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{told}");
        let taken = if setting == "HUELLA_ADDR" { addr } else { metrics };
        assert!(told.contains(setting) && told.contains(&taken.to_string()), "{told}");
    }
    assert!(!folder.join("huella.db").exists(), "nothing was begun");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn it_lives_is_ready_and_tells_its_figures() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut client = house.client();
        client.get("/livez").expect(200);
        let ready = client.get("/readyz").expect(200).json();
        assert_eq!(ready["database"], "ok", "{ready}");
        assert_eq!(ready["outbox_oldest_s"], 0, "{ready}");
        let figures = Client::new(house.metrics).get("/metrics").expect(200).text();
        assert!(figures.contains("huella_requests_total{"), "{figures}");
        assert!(figures.contains("route=\"/readyz\""), "{figures}");
        client.get("/metrics").expect(404);
    }
}

#[test]
fn a_request_in_flight_is_answered_before_the_process_ends() {
    let mut house = House::start(Engine::Sqlite);
    let mut stream = TcpStream::connect(house.addr).expect("it listens");
    let body = b"email=a%40example.cl&password=x";
    let head = format!(
        "POST /ingresar HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        house.addr,
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("the head is sent");
    std::thread::sleep(Duration::from_millis(200));
    let rest = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(400));
        stream.write_all(body).expect("the body is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    });
    let began = Instant::now();
    assert_eq!(house.stop(), 0);
    assert!(began.elapsed() < Duration::from_secs(20));
    let answer = rest.join().expect("the client ends");
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
}

#[test]
fn whoever_never_ends_a_request_s_head_is_hung_up_on() {
    let house = House::start(Engine::Sqlite);
    let mut stream = TcpStream::connect(house.addr).expect("it listens");
    stream.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n").expect("some bytes are sent");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(18) {
        // A letter now and then does not keep it open.
        if stream.write_all(b"x").is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(500));
        stream.set_nonblocking(true).expect("a socket");
        let ended = matches!(stream.read(&mut [0; 1024]), Ok(0));
        stream.set_nonblocking(false).expect("a socket");
        if ended {
            break;
        }
    }
    let took = began.elapsed();
    assert!(took > Duration::from_secs(5) && took < Duration::from_secs(15), "{took:?}");
    house.client().get("/livez").expect(200);
}

#[test]
fn a_proxy_that_no_setting_names_is_told_of_once() {
    let warnings = |hops: &str| {
        let settings = [("HUELLA_TRUSTED_HOPS", hops), ("HUELLA_PUBLIC_URL", "https://h.example")];
        let house = House::start_with(Engine::Sqlite, &["serve"], &settings);
        for address in ["203.0.113.7", "203.0.113.8"] {
            let forwarded = [("x-forwarded-for", address)];
            house.client().send("GET", "/livez", &forwarded, b"").expect(200);
        }
        let log = house.log();
        assert!(!log.contains("203.0.113"), "nobody's address is logged: {log}");
        log.matches("HUELLA_TRUSTED_HOPS").count()
    };
    assert_eq!((warnings("0"), warnings("1")), (1, 0));
}

#[test]
fn the_service_worker_keeps_the_shell_and_never_the_api() {
    let house = House::start(Engine::Sqlite);
    let answer = house.client().get("/sw.js").expect(200);
    assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    let shell = house.client().get("/terreno").expect(200);
    assert_eq!(shell.header("cache-control"), Some("no-store"));
    let text = answer.text();
    for name in ["@BUILD@", "@SHELL@", "@FILES@", "@DECODER@"] {
        assert!(!text.contains(name), "{text}");
    }
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    // Of the interface it knows the two doors to which it brings copies, and answers for none.
    assert!(!line("const FILES ").contains("/api"), "{text}");
    let doors = text.split("\"/api").skip(1).filter_map(|rest| rest.split('"').next());
    let doors: std::collections::BTreeSet<_> = doors.collect();
    assert_eq!(doors, ["/v1/pictures", "/v1/sealed"].into(), "{text}");
    // The decoder comes with the preparation, not with the app.
    assert!(!line("const FILES ").contains("zxing"), "{text}");
    assert!(line("const DECODER ").contains("/reader/zxing_reader.wasm\""), "{text}");
}

#[test]
fn a_database_is_migrated_by_command() {
    let folder = fresh_folder();
    let database = format!("sqlite:{}", folder.join("huella.db").display());
    for _ in 0..2 {
        let done = run_in(&folder, &database, &["migrate"], "");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let _ = std::fs::remove_dir_all(folder);
}
