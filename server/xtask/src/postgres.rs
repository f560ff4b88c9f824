//! A PostgreSQL cluster for one run: fresh, in a temporary folder, on a free loopback port, owned
//! by a user that is not root, durable like a real one (`fsync` on), gone afterwards.

use anyhow::{Context, Result, bail, ensure};
use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    checkout::Checkout,
    console::{run_quietly, say},
    tools,
};

/// The variable in which a command finds the superuser's URL.
pub(crate) const URL: &str = "HUELLA_TEST_POSTGRES_URL";
/// The variable with the folder of PostgreSQL's programs, for tests that need a replica.
pub(crate) const PROGRAMS: &str = "HUELLA_TEST_POSTGRES_PROGRAMS";

const PATIENCE: Duration = Duration::from_secs(30);
const TRIES: u32 = 3;

/// A running cluster. Dropping it stops the server and deletes its folder.
pub(crate) struct Cluster {
    folder: PathBuf,
    port: u16,
    programs: PathBuf,
    server: Child,
}

impl Cluster {
    /// Makes and starts a cluster, installing PostgreSQL when it is absent.
    ///
    /// # Errors
    /// When PostgreSQL cannot be had, or does not answer within 30 s.
    pub(crate) fn start() -> Result<Self> {
        let programs = tools::postgres_programs()?;
        let user = cluster_user()?;
        let folder = env::temp_dir().join(format!("huella-postgres-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid))?;
        }
        let data = folder.join("data");
        let mut initdb = as_user(&programs.join("initdb"), user);
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8"]);
        initdb.args(["--locale=C.UTF-8", "--pgdata"]).arg(&data).current_dir(&folder);
        run_quietly(&mut initdb)?;
        // Another process may take the free port before the server does.
        let mut tries = 1;
        loop {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let server = launch(&programs, user, &folder, port)?;
            let mut cluster =
                Self { folder: folder.clone(), port, programs: programs.clone(), server };
            match cluster.wait_until_ready() {
                Ok(()) => return Ok(cluster),
                Err(error) if tries == TRIES => return Err(error),
                Err(_) => {
                    cluster.stop();
                    tries += 1;
                    // The folder is needed again: only the server of this try ends here.
                    std::mem::forget(cluster);
                }
            }
        }
    }

    /// The superuser's URL; tests create their own databases beside `postgres`.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Makes a database that nobody has used; answers its URL.
    ///
    /// # Errors
    /// When there is one of this name, or the cluster does not answer.
    pub(crate) fn fresh_database(&self, name: &str) -> Result<String> {
        let mut created = Command::new(self.programs.join("createdb"));
        created.args(["--host=127.0.0.1", "--username=postgres"]);
        run_quietly(created.arg(format!("--port={}", self.port)).arg(name))?;
        Ok(format!("postgres://postgres@127.0.0.1:{}/{name}", self.port))
    }

    /// Tells a command where the cluster is.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.env(URL, self.url()).env(PROGRAMS, &self.programs);
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended with {status}:\n{}", self.log());
            }
            let mut asked = Command::new(self.programs.join("pg_isready"));
            asked.args(["--quiet", "--host=127.0.0.1"]).arg(format!("--port={}", self.port));
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() && asked.status()?.success() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL did not answer within {} s:\n{}", PATIENCE.as_secs(), self.log())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Fast shutdown; a server that does not end within the time is killed.
    fn stop(&mut self) {
        let pid = self.server.id().to_string();
        let _ = Command::new("kill").args(["-INT", &pid]).stderr(Stdio::null()).status();
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if !matches!(self.server.try_wait(), Ok(None)) {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Runs a command with the cluster's URL in its environment and ends with its status.
///
/// # Errors
/// When the cluster does not start or the command fails.
pub(crate) fn run_beside(checkout: &Checkout, words: &[String]) -> Result<()> {
    let (program, rest) = words.split_first().context("no command given")?;
    let cluster = Cluster::start()?;
    say(&format!("PostgreSQL at {}", cluster.url()));
    let mut command = Command::new(program);
    command.args(rest).env("HUELLA_TARGET_DIR", &checkout.target);
    cluster.tell(&mut command);
    let status = command.status().with_context(|| format!("cannot run {program}"))?;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}

fn launch(programs: &Path, user: Option<(u32, u32)>, folder: &Path, port: u16) -> Result<Child> {
    let log = fs::File::create(folder.join("log"))?;
    let mut server = as_user(&programs.join("postgres"), user);
    server.arg("-D").arg(folder.join("data")).current_dir(folder);
    for setting in [
        &format!("port={port}"),
        "listen_addresses=127.0.0.1",
        // A socket's path may have 107 bytes; a temporary folder's can be longer.
        "unix_socket_directories=",
        "fsync=on",
        "synchronous_commit=on",
        "max_connections=300",
        "max_wal_senders=10",
        "wal_level=replica",
    ] {
        server.args(["-c", setting]);
    }
    server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    server.spawn().context("cannot start postgres")
}

/// A command that runs as the given user and, where util-linux has `setpriv`, ends with this
/// process however that ends.
fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    let setpriv = Path::new("/usr/bin/setpriv");
    let mut command = if setpriv.is_file() {
        let mut command = Command::new(setpriv);
        if let Some((uid, gid)) = user {
            command.args([format!("--reuid={uid}"), format!("--regid={gid}")]);
            command.arg("--clear-groups");
        }
        command.args(["--pdeathsig", "INT", "--"]).arg(program);
        command
    } else {
        let mut command = Command::new(program);
        if let Some((uid, gid)) = user {
            command.uid(uid).gid(gid);
        }
        command
    };
    // A group of its own: Ctrl-C reaches the tests first, the server is stopped after them.
    command.process_group(0);
    command
}

/// PostgreSQL refuses to run as root: then it runs as Debian's `postgres`.
fn cluster_user() -> Result<Option<(u32, u32)>> {
    if !tools::is_root()? {
        return Ok(None);
    }
    let number = |option| -> Result<u32> {
        let text = run_quietly(Command::new("id").args([option, "postgres"]))?;
        text.trim().parse().context("id printed no number")
    };
    Ok(Some((number("-u")?, number("-g")?)))
}
