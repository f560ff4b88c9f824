//! A PostgreSQL cluster of a test's own, for tests that stop it or follow it: durable, on a free
//! loopback port, owned by a user that is not root, gone afterwards.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::house::{fresh_folder, postgres_program, psql};

const PATIENCE: Duration = Duration::from_secs(30);

pub struct Cluster {
    folder: PathBuf,
    port: u16,
    server: Option<Child>,
}

impl Cluster {
    /// An empty one.
    pub fn fresh() -> Self {
        let mut cluster = Self::unmade();
        let mut initdb = program("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]);
        run(initdb.arg("--pgdata").arg(cluster.folder.join("data")));
        cluster.start();
        cluster
    }

    /// One that follows this one by streaming replication.
    pub fn standby(&self) -> Self {
        let mut standby = Self::unmade();
        let mut basebackup = program("pg_basebackup");
        basebackup.args(["--host=127.0.0.1", "--username=postgres", "--checkpoint=fast"]);
        basebackup.args(["--write-recovery-conf", "--wal-method=stream"]);
        basebackup.arg(format!("--port={}", self.port));
        run(basebackup.arg("--pgdata").arg(standby.folder.join("data")));
        standby.start();
        standby
    }

    fn unmade() -> Self {
        let folder = fresh_folder();
        if let Some((user, group)) = other_user() {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).expect("a folder's owner");
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr());
        Self { folder, port: port.expect("a free port").port(), server: None }
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Runs statements; answers what they print.
    pub fn sql(&self, sql: &str) -> String {
        psql(&self.url(), sql)
    }

    pub fn start(&mut self) {
        let log = std::fs::File::create(self.folder.join("log")).expect("a log");
        let mut server = program("postgres");
        server.arg("-D").arg(self.folder.join("data"));
        for setting in [
            &format!("port={}", self.port),
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "max_connections=200",
        ] {
            server.args(["-c", setting]);
        }
        let errors = log.try_clone().expect("a log");
        server.stdin(Stdio::null()).stdout(log).stderr(errors);
        self.server = Some(server.spawn().expect("the server starts"));
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let mut asked = program("pg_isready");
            asked.args(["--quiet", "--host=127.0.0.1"]).arg(format!("--port={}", self.port));
            if asked.status().expect("pg_isready runs").success() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL does not answer: {log}");
    }

    /// A fast shutdown: connections are ended, not waited for.
    pub fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        let _ = Command::new("kill").args(["-INT", &server.id().to_string()]).status();
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if !matches!(server.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = server.kill();
        let _ = server.wait();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn run(command: &mut Command) {
    let done = command.output().expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A program of PostgreSQL, which refuses to run as root: then as Debian's `postgres`. Where
/// util-linux has `setpriv` it ends with this test, however that ends.
fn program(name: &str) -> Command {
    let path = postgres_program(name);
    let setpriv = std::path::Path::new("/usr/bin/setpriv");
    let mut command = if setpriv.is_file() {
        let mut command = Command::new(setpriv);
        if let Some((user, group)) = other_user() {
            command.args([format!("--reuid={user}"), format!("--regid={group}")]);
            command.arg("--clear-groups");
        }
        command.args(["--pdeathsig", "INT", "--"]).arg(path);
        command
    } else {
        let mut command = Command::new(path);
        if let Some((user, group)) = other_user() {
            command.uid(user).gid(group);
        }
        command
    };
    command.current_dir("/");
    command
}

fn other_user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| -> u32 {
        let done = Command::new("id").args(arguments).output().expect("id runs");
        String::from_utf8_lossy(&done.stdout).trim().parse().expect("a number")
    };
    (id(&["-u"]) == 0).then(|| (id(&["-u", "postgres"]), id(&["-g", "postgres"])))
}
