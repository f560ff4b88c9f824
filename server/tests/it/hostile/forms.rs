//! What is typed at the plan of an outreach.

use std::sync::LazyLock;

use domain::desk::planned::PlanField;

use super::{Takes, assaults, at};
use crate::house::{Engine, House};
use crate::outreach::Outreach;

/// The fields of what is done with it.
pub static PLAN: LazyLock<Vec<&str>> =
    LazyLock::new(|| PlanField::ALL.iter().map(|field| field.code()).chain(["act"]).collect());

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
