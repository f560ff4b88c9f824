//! `huella demo`: the two programmes of 2020 as the issue counts them, and a start that broke off.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use backend::store::vocabulary::phone::PhonesWantedRow;
use backend::store::vocabulary::plan::OfferingRow;
use backend::store::vocabulary::programme::OutreachRow;
use backend::store::{Store, StoreError, StoreOptions, Tx, Work};
use domain::catalogue::OrganisationKind;
use serde_json::Value;

use crate::demonstration_figures::every_figure_opens_its_services;
use crate::house::{House, fresh_folder, program, run_in};
use crate::outreach::Outreach;

/// Who issues what the demonstration shows, when a name is set.
const ISSUER: &str = "Municipalidad de Prueba";

/// Runs `huella demo` under that name.
fn demo(folder: &Path, database: &str) -> String {
    let mut command = program(folder, database);
    succeeded(command.env("HUELLA_ISSUER_NAME", ISSUER).arg("demo").output().expect("it runs"))
}

/// The programmes of 2020 and those of today bear the name that is set.
fn the_name_that_is_set_issues(database: &str) {
    let issuers = on_store(database, |tx| {
        Box::pin(async move {
            let rows = tx.programmes().await?.into_iter();
            Ok(rows.map(|row| row.issuer).collect::<Vec<_>>())
        })
    });
    assert_eq!(issuers, [ISSUER; 4]);
}

const REPORT: [&str; 5] = ["report", "cuenta-publica", "--year", "2020", "--json"];

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("huella.db").display())
}

fn succeeded(done: Output) -> String {
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// Works on a database without a house.
fn on_store<T: Send + 'static>(
    database: &str,
    work: impl for<'t> Fn(&'t mut Tx) -> Work<'t, T, StoreError> + Send + Sync + 'static,
) -> T {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&StoreOptions::new(database)).await.expect("it opens");
        let done = store.write(work).await;
        store.close().await;
        done.expect("it works")
    })
}

/// Contracts, section 9: nobody of it exists, and nobody's mail box is reached.
fn marked_and_waiting(database: &str) {
    let (animals, owners, mails, states) = on_store(database, |tx| {
        Box::pin(async move {
            let mut animals = Vec::new();
            for state in ["ready", "requested", "observed", "rejected", "approved"] {
                animals.extend(tx.animals_in_rnm_state((state, &["alive"]), 9_999, 0).await?);
            }
            let mut owners = Vec::new();
            for animal in &animals {
                owners.extend(tx.owner(animal.owner_id).await?);
            }
            let mails = tx.messages_in_state("pending", 9_999).await?;
            Ok((animals, owners, mails, tx.count_rnm_states().await?))
        })
    });
    let waiting: Vec<&str> = states.iter().map(|(state, ..)| state.as_str()).collect();
    for state in ["approved", "incomplete", "observed", "ready", "rejected", "requested"] {
        assert!(waiting.contains(&state), "{state}: {states:?}");
    }
    assert!(animals.len() > 600, "{}", animals.len());
    for animal in &animals {
        let chip = animal.chip.as_deref().expect("a chip");
        assert!(chip.starts_with("999"), "{chip} may be an animal's");
    }
    for owner in &owners {
        let run = owner.document_key.as_deref().expect("a RUN");
        let number = run.split('-').next().expect("a part").parse().expect("a number");
        assert!((40_000_000..50_000_000_u32).contains(&number), "{run} may be somebody's");
        let mut addresses = owner.email.iter();
        assert!(addresses.all(|email| email.ends_with(".invalid")), "{:?}", owner.email);
    }
    assert!((1..=10).contains(&mails.len()), "one for each of the last visits: {}", mails.len());
    assert!(mails.iter().all(|mail| mail.recipient.ends_with(".invalid")));
}

/// One of its phones is paired, for the outreach of the day.
fn one_phone_is_paired(database: &str) {
    let (phones, delegations, open) = on_store(database, |tx| {
        Box::pin(async move {
            let wanted = PhonesWantedRow { least: 0, seen_before: i64::MAX, worrying_before: None };
            let phones = tx.list_phones(&wanted, 99, 0).await?;
            let ids: Vec<_> = phones.iter().map(|phone| phone.id).collect();
            let mut open = tx.outreaches_between("2021-01-01", "2999-12-31", 9).await?;
            open.retain(|row| row.status == "under_way");
            Ok((phones, tx.delegations_of(&ids).await?, open))
        })
    });
    let [delegation] = &delegations[..] else { panic!("{delegations:?}") };
    let phone = phones.iter().find(|phone| phone.id == delegation.device_id).expect("a phone");
    assert_eq!(phone.name, "Mesa 1 (demostración)");
    assert_eq!(delegation.outreach_id, open[0].id);
    assert_eq!((delegation.public_key.len(), delegation.signature.len()), (32, 64));
    assert!(delegation.ends_at > delegation.paired_at, "{delegation:?}");
}

/// The programmes worked in the halls of every kind of organisation.
fn every_kind_of_host_stands_in_it(database: &str) {
    let hosts = on_store(database, |tx| Box::pin(tx.organisations()));
    for kind in OrganisationKind::ALL {
        assert!(hosts.iter().any(|host| host.kind == kind.code()), "{kind:?}");
    }
}

/// The outreach of the day holds chips and doses, and its paired phone chips of its own.
fn the_day_has_stock(database: &str) {
    let (held, sums) = on_store(database, |tx| {
        Box::pin(async move { Ok((tx.chip_allotments().await?, tx.product_sums().await?)) })
    });
    let phones: Vec<_> = held.iter().map(|held| held.device_id.is_some()).collect();
    assert_eq!(phones, [false, true], "{held:?}");
    assert!(held.iter().all(|held| held.first.starts_with("999")), "{held:?}");
    let allotted = sums.iter().filter(|sum| sum.kind == "allotted").map(|sum| sum.doses);
    assert_eq!(allotted.collect::<Vec<_>>(), [60, 60]);
}

/// The stock of the day before went to the new one: no day uses it up.
fn what_was_left_came_back(database: &str) {
    let (held, sums) = on_store(database, |tx| {
        Box::pin(async move { Ok((tx.chip_allotments().await?, tx.product_sums().await?)) })
    });
    assert_eq!(held.len(), 1, "{held:?}");
    let at = |outreach| {
        let own = sums.iter().filter(move |sum| sum.kind == "allotted");
        own.filter(move |sum| sum.outreach_id == Some(outreach)).map(|sum| sum.doses).sum::<i64>()
    };
    let all: i64 = sums.iter().filter(|sum| sum.kind == "allotted").map(|sum| sum.doses).sum();
    assert_eq!((at(held[0].outreach_id), all), (120, 120), "{sums:?}");
}

/// People booked for today, for a day with free places, and for one that is full, where some wait.
fn people_booked(database: &str) {
    let days = on_store(database, |tx| {
        Box::pin(async move {
            let mut days = Vec::new();
            let mut found = tx.outreaches_between("2021-01-01", "2999-12-31", 9).await?;
            found.sort_by_key(|row| row.starts_at);
            for row in found {
                let mut waiting = 0;
                let offered = tx.offerings_of(row.id).await?;
                for one in &offered {
                    let line = tx.waiting_counts(row.id, &one.offering).await?;
                    waiting += line.iter().map(|(_, count)| count).sum::<i64>();
                }
                let sum = |part: fn(&OfferingRow) -> i64| offered.iter().map(part).sum::<i64>();
                let (places, booked) = (sum(|one| one.capacity), sum(|one| one.booked));
                days.push((row.status, offered.len(), places, booked, waiting));
            }
            Ok(days)
        })
    });
    let [(today, of_today, places, booked, line), free, full] = &days[..] else {
        panic!("{days:?}")
    };
    assert_eq!((today.as_str(), *of_today, *places, *line), ("under_way", 3, 68, 0), "{days:?}");
    assert!((21..=38).contains(booked), "21 people with one or two animals: {days:?}");
    assert_eq!((free.0.as_str(), free.2, free.4), ("open", 60, 0), "{days:?}");
    assert!((8..=16).contains(&free.3), "{days:?}");
    assert_eq!(*full, ("open".to_owned(), 1, 6, 6, 3), "{days:?}");
}

/// The outreaches under way after the demonstration's year, each put back by so many years.
fn put_back(database: &str, years: i32) -> Vec<OutreachRow> {
    on_store(database, move |tx| {
        Box::pin(async move {
            let mut found = tx.outreaches_between("2021-01-01", "2999-12-31", 9).await?;
            found.retain(|row| row.status == "under_way");
            for row in &found {
                let year: i32 = row.held_on[..4].parse().expect("a year");
                let held_on = format!("{}{}", year - years, &row.held_on[4..]);
                tx.update_outreach(&OutreachRow { held_on, ..row.clone() }).await?;
            }
            Ok(found)
        })
    })
}

/// Once there is a chip of this year too, the account of 2020 is shown to who asks for it alone.
fn the_year_that_is_asked_for_is_shown(house: &House, secret: &Path) {
    std::fs::copy(secret, house.folder.join("secret")).expect("a copy");
    Outreach::in_house(house, false).visit(1, 12_345_678, "985121004515220");
    let shown = |path: &str| {
        let page = house.client().get(path).expect(200).text().replace("<!>", "");
        ["800", "876", "17"].map(|figure| page.contains(&format!(">{figure}<")))
    };
    assert_eq!(shown("/cuenta-publica?year=2020"), [true; 3]);
    assert_eq!(shown("/cuenta-publica"), [false; 3], "the latest year is another");
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

    let first = demo(&data, &database);
    assert_eq!(accounts(&first).len(), 5, "{first}");
    one_phone_is_paired(&database);
    the_day_has_stock(&database);
    people_booked(&database);
    every_kind_of_host_stands_in_it(&database);
    the_name_that_is_set_issues(&database);
    let again = demo(&data, &database);
    assert_eq!(accounts(&again), accounts(&first), "the same accounts, kept on the disk");
    // Whoever comes back when today's outreach is long over finds one of that day.
    assert_eq!(put_back(&database, 1).len(), 1, "one is open, and stays the only one of its day");
    demo(&data, &database);
    what_was_left_came_back(&database);
    let open = put_back(&database, 0);
    assert_eq!(open.len(), 2, "{open:?}");
    assert_eq!(open[0].programme_id, open[1].programme_id, "of the same programme, by its year");

    let report: Value =
        serde_json::from_str(&succeeded(run_in(&data, &database, &REPORT, ""))).expect("JSON");
    let figure = |name: &str| report[name].as_u64().unwrap_or_else(|| panic!("{name}: {report}"));
    assert_eq!(figure("implantations"), 800);
    assert_eq!(figure("dewormings_internal"), 800);
    assert_eq!(figure("dewormings_external"), 800);
    assert_eq!(figure("sterilisations"), 876);
    assert_eq!(figure("sterilisation_outreaches"), 17);
    let communes = report["communes"].as_object().expect("communes");
    assert_eq!(communes.len(), 4, "{report}");
    let chips = communes.values().filter_map(|commune| commune["implantations"].as_u64());
    assert_eq!(chips.sum::<u64>(), 800, "{report}");
    let lived = report["residences"].as_object().expect("residences").values();
    let chips = lived.filter_map(|commune| commune["implantations"].as_u64());
    assert_eq!(chips.sum::<u64>(), 800, "whoever they are, all are told: {report}");
    let table = succeeded(run_in(&data, &database, &REPORT[..4], ""));
    let last = table.lines().last().expect("a line");
    let verified = figure("verifications");
    assert_eq!(last, format!("total\t800\t{verified}\t800\t800\t876\t17"));

    let whole = succeeded(run_in(&data, &database, &["audit", "verify"], ""));
    assert!(whole.contains("\"whole\": true"), "{whole}");
    marked_and_waiting(&database);
    let secret = data.join("secret");
    let house = House::on(&database, &[("HUELLA_SECRET_FILE", secret.to_str().expect("a path"))]);
    the_year_that_is_asked_for_is_shown(&house, &secret);
    every_figure_opens_its_services(&house);
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
