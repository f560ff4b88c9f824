//! Goal R1 in small: one seed of chaos on each database, and phones that were broken on purpose.

use std::process::{Command, Output};

use crate::house::{Engine, fresh_folder, fresh_schema};

/// Lives through one seed.
fn live(engine: Engine, arguments: &[&str]) -> Output {
    let folder = fresh_folder();
    let mut chaos = Command::new(env!("CARGO_BIN_EXE_huella-chaos"));
    chaos.arg("--program").arg(env!("CARGO_BIN_EXE_huella")).arg("--folder").arg(&folder);
    chaos.env_remove("HUELLA_CHAOS_DATABASE").args(arguments);
    if engine == Engine::Postgres {
        chaos.env("HUELLA_CHAOS_DATABASE", fresh_schema(&folder));
    }
    let output = chaos.output().expect("it runs");
    let _ = std::fs::remove_dir_all(folder);
    output
}

#[test]
fn a_seed_of_chaos_loses_doubles_and_hides_nothing() {
    for engine in Engine::all() {
        let output = live(engine, &["--seed", "7", "--operations", "200"]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{engine:?}: {told}");
        let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a verdict");
        for what in ["lost", "doubled", "hidden", "pending"] {
            assert_eq!(verdict[what], 0, "{verdict}");
        }
        let accepted = verdict["outcomes"]["accepted"].as_u64().expect("some are accepted");
        assert!(accepted > 50, "{verdict}");
        assert!(verdict["met"]["dropped_after_commit"].as_u64().is_some(), "{verdict}");
        assert!(verdict["met"]["copies_answered"].as_u64() > Some(0), "{verdict}");
        assert!(verdict["withdrawn"].as_u64() > Some(0), "{verdict}");
        for deaths in ["server_kills", "phone_kills"] {
            assert!(verdict[deaths].as_u64() > Some(0), "{verdict}");
        }
    }
}

#[test]
fn broken_phones_are_found_out() {
    let sabotage = [
        ("clear-early", "lost", "80"),
        ("send-anew", "doubled", "80"),
        ("break-copies", "hidden", "200"),
        ("keep-silent", "hidden", "200"),
    ];
    for (how, what, operations) in sabotage {
        let arguments = ["--seed", "7", "--operations", operations, "--sabotage", how];
        let output = live(Engine::Sqlite, &arguments);
        assert_eq!(output.status.code(), Some(1), "{how}");
        let told = String::from_utf8_lossy(&output.stderr);
        let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a verdict");
        assert!(verdict[what].as_u64().is_some_and(|count| count > 0), "{how}: {told}");
        assert!(told.starts_with("seed 7: "), "{how}: {told}");
        assert!(told.contains("its last events:"), "{told}");
    }
}
