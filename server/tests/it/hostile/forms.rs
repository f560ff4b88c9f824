//! The fields of forms that have many.

use super::{Takes, assaults, at};
use crate::house::{Engine, House};
use crate::outreach::Outreach;

/// The fields of what is done with the stock.
pub const STOCK: [&str; 16] = [
    "act",
    "chip",
    "confirmed",
    "first_chip",
    "last_chip",
    "supplier",
    "paper",
    "date",
    "product",
    "kind",
    "batch",
    "expiry",
    "quantity",
    "device",
    "lot",
    "reason",
];

/// The fields of what is done with the plan of an outreach.
pub const PLAN: [&str; 28] = [
    "offering",
    "capacity",
    "minutes",
    "stations",
    "species",
    "from_months",
    "to_months",
    "flat_faced",
    "per_owner",
    "part_of",
    "phase",
    "phase_on",
    "max_people",
    "opens_on",
    "opens_at",
    "bring",
    "way",
    "cost",
    "latitude",
    "longitude",
    "units",
    "day",
    "starts",
    "ends",
    "reason",
    "member",
    "duty",
    "step",
];

/// Each thing that can be done with the plan of an outreach.
#[test]
fn nothing_that_is_typed_at_a_plan_is_a_fault_of_ours() {
    let settings = [("HUELLA_FLOOD_PER_SECOND", "100000")];
    let deeds =
        ["datos", "servicio", "quitar", "etapa", "equipo", "copiar", "reprogramar", "suspender"];
    for engine in Engine::all() {
        let house = House::start_with(engine, &["serve"], &settings);
        let outreach = Outreach::in_house(&house, true);
        let mut coordinator = house.staff("coordinator");
        for deed in deeds {
            let path = format!("/coordinacion/operativos/{}/plan/{deed}", outreach.id);
            coordinator.get(&path).expect(200);
            for sent in assaults(&Takes::Form(&PLAN)) {
                let answer = at(&mut coordinator, &path, &sent);
                // Nothing of the plan has to be told, and a text that can be kept is a reason.
                let is_kept = ["datos", "suspender"].contains(&deed) && answer.status == 303;
                let told = answer.status < 500 && answer.text().contains("<html lang=\"es");
                assert!(is_kept || told, "{path} <- {}: {}", sent.what, answer.status);
                assert!(is_kept || answer.status >= 400, "{path} <- {}", sent.what);
            }
        }
        let plan = format!("/coordinacion/operativos/{}/plan", outreach.id);
        coordinator.get(&plan).expect(200);
    }
}
