//! Commands that need no server.

use crate::house::{fresh_folder, run_in};

fn explain(arguments: &[&str]) -> serde_json::Value {
    let folder = fresh_folder();
    let all = [&["explain"], arguments].concat();
    let done = run_in(&folder, "sqlite:unused.db", &all, "");
    let _ = std::fs::remove_dir_all(folder);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("JSON")
}

#[test]
fn a_chip_is_explained_as_json() {
    let good = explain(&["chip", "985 121 004 515 220"]);
    assert_eq!(good["verdict"], "accepted", "{good}");
    assert_eq!(good["canonical"], "985121004515220", "{good}");
    assert_eq!(good["reasons"], serde_json::json!([]), "{good}");
    let chile = explain(&["chip", "098.16D7373501"]);
    assert_eq!(chile["verdict"], "warning", "{chile}");
    assert_eq!(chile["canonical"], "152098100000001", "{chile}");
    let nothing = explain(&["chip", "-"]);
    assert_eq!(nothing["verdict"], "rejected", "{nothing}");
    assert_eq!(nothing["canonical"], serde_json::Value::Null, "{nothing}");
}

#[test]
fn a_run_is_explained_as_json() {
    assert_eq!(explain(&["run", "12.345.678-5"])["verdict"], "accepted");
    assert_eq!(explain(&["run", "12.345.678-6"])["verdict"], "rejected");
    let company = explain(&["run", "76.000.000-0"]);
    assert_eq!(company["verdict"], "warning", "{company}");
    assert_eq!(company["reasons"], serde_json::json!(["rut_company"]), "{company}");
}

#[test]
fn wrong_use_ends_with_two() {
    let folder = fresh_folder();
    for arguments in [&["explain"][..], &["dance"], &["explain", "cat", "x"], &["user", "add"]] {
        let done = run_in(&folder, "sqlite:unused.db", arguments, "");
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
    }
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn an_account_that_is_refused_names_what_is_wrong() {
    let folder = fresh_folder();
    let database = format!("sqlite:{}/huella.db", folder.display());
    let refused = |role: &str, password: &str| {
        let who = ["user", "add", "ana@example.cl.invalid", "--name", "Ana", "--role", role];
        let done =
            run_in(&folder, &database, &[&who[..], &["--password-stdin"]].concat(), password);
        assert_eq!(done.status.code(), Some(1), "{role}");
        String::from_utf8_lossy(&done.stderr).into_owned()
    };
    assert_eq!(refused("operative", "short\n"), "huella: Password: It is too short.\n");
    let unsigned = refused("veterinarian", "una clave bastante larga 9\n");
    assert!(unsigned.contains("RUN") && !unsigned.contains("screen"), "{unsigned}");
    let _ = std::fs::remove_dir_all(folder);
}
