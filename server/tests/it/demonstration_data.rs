//! `huella demo`: the two programmes of 2020 as the issue counts them, and a start that broke off.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::house::{House, fresh_folder, program, run_in};

const REPORT: [&str; 5] = ["report", "cuenta-publica", "--year", "2020", "--json"];

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("huella.db").display())
}

fn succeeded(done: Output) -> String {
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// The lines with an account: role, address, password.
fn accounts(told: &str) -> Vec<String> {
    told.lines().filter(|line| line.contains("@example.cl.invalid")).map(str::to_owned).collect()
}

#[test]
fn a_demonstration_that_broke_off_is_filled_anew_and_holds_the_figures_of_2020() {
    let folder = fresh_folder();
    // Its folder is made, as at a first start.
    let data = folder.join("data");
    let database = database(&data);
    let mut broken_off = program(&data, &database);
    let mut broken_off = broken_off
        .arg("demo")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    std::thread::sleep(Duration::from_secs(1));
    let ended = broken_off.try_wait().expect("it runs");
    assert!(ended.is_none(), "it takes longer than a second, so it is broken off in the middle");
    broken_off.kill().expect("it ends");
    broken_off.wait().expect("it ends");
    assert!(data.join("huella.db").exists(), "it had begun");

    let first = succeeded(run_in(&data, &database, &["demo"], ""));
    assert_eq!(accounts(&first).len(), 5, "{first}");
    let again = succeeded(run_in(&data, &database, &["demo"], ""));
    assert_eq!(accounts(&again), accounts(&first), "the same accounts, kept on the disk");

    let report: Value =
        serde_json::from_str(&succeeded(run_in(&data, &database, &REPORT, ""))).expect("JSON");
    let total = &report["total"];
    let figure = |name: &str| total[name].as_u64().unwrap_or_else(|| panic!("{name}: {report}"));
    assert_eq!(figure("implantations"), 800);
    assert_eq!(figure("dewormings_internal"), 800);
    assert_eq!(figure("dewormings_external"), 800);
    assert_eq!(figure("sterilisations"), 876);
    assert_eq!(figure("sterilisation_outreaches"), 17);
    assert_eq!(report["communes"].as_object().expect("communes").len(), 4, "{report}");
    let table = succeeded(run_in(&data, &database, &REPORT[..4], ""));
    let last = table.lines().last().expect("a line");
    assert!(last.starts_with("total\t800\t") && last.ends_with("\t800\t800\t876\t17"), "{last}");

    let whole = succeeded(run_in(&data, &database, &["audit", "verify"], ""));
    assert!(whole.contains("\"whole\": true"), "{whole}");
    let secret = data.join("secret");
    let house = House::on(&database, &[("HUELLA_SECRET_FILE", secret.to_str().expect("a path"))]);
    for line in accounts(&first) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let fields = [("email", words[1]), ("password", words[2])];
        house.client().form("/ingresar", &fields).expect(303);
    }
    drop(house);
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn what_somebody_works_with_is_never_marked_as_demonstration() {
    let folder = fresh_folder();
    let database = database(&folder);
    let add = ["user", "add", "ana@example.cl", "--name", "Ana Soto", "--role", "admin"];
    succeeded(run_in(&folder, &database, &add, ""));
    let done = run_in(&folder, &database, &["demo"], "");
    assert_eq!(done.status.code(), Some(1));
    let complaint = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(complaint.contains("holds data already"), "{complaint}");
    let listed = succeeded(run_in(&folder, &database, &["user", "list"], ""));
    assert_eq!(listed.lines().count(), 1, "{listed}");
    let _ = std::fs::remove_dir_all(folder);
}
