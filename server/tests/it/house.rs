//! A whole server in a folder of its own: the real program on a free port.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use backend::accounts::session::{self, Holder};

use crate::client::Client;

/// The password of every account that a test makes.
pub const PASSWORD: &str = "correcta batería grapa";

/// Which database a house stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Both, or SQLite alone where somebody tries a test by hand without PostgreSQL
    /// (`cargo xtask postgres -- cargo test …` starts one). Where everything is tested, a missing
    /// one is a failure.
    pub fn all() -> Vec<Self> {
        if std::env::var_os("HUELLA_TEST_POSTGRES_URL").is_some() {
            return vec![Self::Sqlite, Self::Postgres];
        }
        for everything in ["CI", "HUELLA_TEST_EVERYTHING"] {
            let told = std::env::var_os(everything);
            assert!(told.is_none(), "{everything} is set and HUELLA_TEST_POSTGRES_URL is not");
        }
        vec![Self::Sqlite]
    }
}

/// A running server with its folder; stopped and removed when dropped.
pub struct House {
    pub addr: SocketAddr,
    pub metrics: SocketAddr,
    pub folder: PathBuf,
    database: String,
    child: Option<Child>,
}

impl House {
    /// Starts a server with an empty database.
    pub fn start(engine: Engine) -> Self {
        Self::start_with(engine, &["serve"], &[])
    }

    pub fn start_with(engine: Engine, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let folder = fresh_folder();
        let database = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.join("huella.db").display()),
            Engine::Postgres => fresh_schema(&folder),
        };
        Self::open(folder, database, arguments, settings)
    }

    /// Starts a server on a database that is there.
    pub fn on(database: &str, settings: &[(&str, &str)]) -> Self {
        Self::open(fresh_folder(), database.to_owned(), &["serve"], settings)
    }

    fn open(
        folder: PathBuf,
        database: String,
        arguments: &[&str],
        settings: &[(&str, &str)],
    ) -> Self {
        let mut command = program(&folder, &database);
        command.args(arguments).stdout(Stdio::piped()).stderr(log_file(&folder));
        for (name, value) in settings {
            command.env(name, value);
        }
        let mut child = command.spawn().expect("the program starts");
        let (addr, metrics) = addresses(&mut child, &folder);
        Self { addr, metrics, folder, database, child: Some(child) }
    }

    pub fn client(&self) -> Client {
        Client::new(self.addr)
    }

    /// Runs another command of the program on the same database.
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        run_in(&self.folder, &self.database, arguments, input)
    }

    /// Makes an account and signs it in.
    pub fn staff(&self, role: &str) -> Client {
        self.staff_at(role, role)
    }

    /// The same, at the address that begins with `local`.
    pub fn staff_at(&self, role: &str, local: &str) -> Client {
        let email = format!("{local}@example.cl.invalid");
        let name = format!("Prueba {role}");
        let mut add = vec!["user", "add", &email, "--name", &name, "--role", role];
        add.push("--password-stdin");
        if role == "veterinarian" {
            add.extend(["--run", "12.345.678-5"]);
        }
        let made = self.run(&add, &format!("{PASSWORD}\n"));
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut client = self.client();
        client.form("/ingresar", &[("email", &email), ("password", PASSWORD)]).expect(303);
        client
    }

    /// A browser with a session of somebody, begun without a sign-in.
    pub fn session_of(&self, holder: Holder) -> Client {
        let begun = self.block_on(async |office| {
            let now = office.clock.now();
            let begun = office
                .store
                .write(move |tx| Box::pin(session::begin(tx, holder, "prueba", now)))
                .await;
            begun.expect("a session")
        });
        let mut client = self.client();
        let name = match holder {
            Holder::Staff(_) => "__Host-huella",
            Holder::Owner(_) => "__Host-huella-owner",
        };
        client.cookies.insert(name.to_owned(), begun.secret);
        client
    }

    /// The address of its database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Works in the house's office, beside its server.
    pub fn block_on<T>(&self, work: impl AsyncFnOnce(&backend::office::Office) -> T) -> T {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let office = crate::outreach::open_office(self).await;
            let done = work(&office).await;
            office.store.close().await;
            done
        })
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Asks the server to stop and waits for its exit status.
    pub fn stop(&mut self) -> i32 {
        let mut child = self.child.take().expect("it runs");
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(told.expect("kill runs").success());
        let ended = child.wait().expect("it ends");
        ended.code().expect("it ends by itself")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let _ = std::io::stderr().write_all(self.log().as_bytes());
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Runs a command of the program in a folder.
pub fn run_in(folder: &Path, database: &str, arguments: &[&str], input: &str) -> Output {
    let mut command = program(folder, database);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input");
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// The program with the settings of a folder and nothing of the environment's.
pub fn program(folder: &Path, database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huella"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HUELLA_") {
            command.env_remove(name);
        }
    }
    command
        .env("HUELLA_DATABASE_URL", database)
        .env("HUELLA_DATA_DIR", folder)
        .env("HUELLA_ADDR", "127.0.0.1:0")
        .env("HUELLA_METRICS_ADDR", "127.0.0.1:0")
        .env("HUELLA_SMTP_URL", format!("folder:{}", folder.join("mail").display()));
    command
}

/// A folder nobody else has.
pub fn fresh_folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("huella-it-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A schema of its own in the cluster that the tests were given.
pub fn fresh_schema(folder: &Path) -> String {
    let url = std::env::var("HUELLA_TEST_POSTGRES_URL").expect("checked before");
    let name = folder.file_name().expect("a name").to_string_lossy().replace('-', "_");
    psql(&url, &format!("CREATE SCHEMA {name}"));
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}options=-csearch_path%3D{name}")
}

/// A program of PostgreSQL, from the folder that the tests were told.
pub fn postgres_program(name: &str) -> PathBuf {
    let folder = std::env::var_os("HUELLA_TEST_POSTGRES_PROGRAMS");
    PathBuf::from(folder.expect("HUELLA_TEST_POSTGRES_PROGRAMS names the folder")).join(name)
}

/// Runs statements behind the program's back; answers what they print.
pub fn psql(url: &str, sql: &str) -> String {
    let mut command = Command::new(postgres_program("psql"));
    let done = command.args([url, "-v", "ON_ERROR_STOP=1", "-qAtc", sql]).output();
    let done = done.expect("psql runs");
    assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

fn log_file(folder: &Path) -> Stdio {
    std::fs::File::create(folder.join("log")).expect("a log").into()
}

/// The addresses that the program prints at its start.
fn addresses(child: &mut Child, folder: &Path) -> (SocketAddr, SocketAddr) {
    let mut pages = None;
    let mut metrics = None;
    let began = Instant::now();
    let reader = BufReader::new(child.stdout.take().expect("its output"));
    for line in reader.lines().map_while(Result::ok) {
        if let Some((_, rest)) = line.split_once("(pages on ") {
            pages = rest.trim_end_matches(')').parse().ok();
        }
        if let Some((_, rest)) = line.split_once("metrics on http://") {
            metrics = rest.trim_end_matches("/metrics").parse().ok();
        }
        if let (Some(pages), Some(metrics)) = (pages, metrics) {
            return (pages, metrics);
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it never said where it listens");
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("the program ended at once: {log}")
}
