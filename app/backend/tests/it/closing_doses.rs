//! The end of an outreach tells every dose: what came, was given, was lost, is left, fits nowhere.

use backend::{closing, stock};
use domain::catalogue::DewormingKind;
use domain::closing::Finding;
use domain::command::Command;
use domain::desk::stock::DoseReceipt;
use domain::stock::{DoseBalance, LossReason};

use crate::it::databases::Database;
use crate::it::field::{Field, Guest};
use crate::it::stock::{doses, move_doses};

/// What the act and the closing page say of the doses; both say the same.
async fn told(field: &Field) -> (Vec<DoseBalance>, Vec<Finding>) {
    let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
    let sheet = closing::sheet(office, actor, id).await.unwrap();
    let act = closing::attendance_act(office, actor, id).await.unwrap();
    assert_eq!(act.doses, sheet.doses);
    let is_of_doses = |one: &Finding| matches!(one, Finding::DosesLeft(_) | Finding::DosesOdd(_));
    let findings = sheet.verdict.findings.into_iter().filter(is_of_doses);
    (sheet.doses, findings.collect())
}

async fn visited(database: &Database) -> Field {
    let field = Field::on(database).await;
    field.submit(field.visit(&Guest::new(40_000_511), "999000000000511")).await;
    field
}

on_both_databases! {
    async fn every_dose_of_an_outreach_is_accounted_for(database) {
        let field = visited(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        assert_eq!(told(&field).await, (Vec::new(), Vec::new()), "no box is kept");

        let internal = doses("l 2026", "2027-12-31", "50");
        let external = DoseReceipt {
            kind: "external".to_owned(),
            product: "Pipeta de prueba".to_owned(),
            ..doses("PIP-9", "2027-06-30", "30")
        };
        for came in [&internal, &external] {
            stock::receive_doses(office, actor, came).await.unwrap();
        }
        let (lines, _) = stock::lots(office, actor).await.unwrap();
        let [pipette, tablet] = [0, 1].map(|at: usize| lines[at].lot().id);
        move_doses(&field, tablet, "20", false).await.unwrap();
        move_doses(&field, pipette, "5", false).await.unwrap();
        let reason = LossReason::Spoilt;
        field.submit(vec![Command::WriteOffDoses { lot: tablet, doses: 3, reason }]).await;

        let (balances, findings) = told(&field).await;
        let lines = balances.iter().map(|one| {
            let named = one.product.as_ref().map(|(product, _)| product.as_str());
            (named, one.batch.as_str(), [one.received, one.given, one.lost, one.left, one.odd])
        });
        assert_eq!(lines.collect::<Vec<_>>(), [
            (Some("Pipeta de prueba"), "PIP-9", [5, 0, 0, 5, 0]),
            (Some("Producto de prueba"), "l 2026", [20, 1, 3, 16, 0]),
            // The dose against external parasites was of a lot that nobody received.
            (None, "L2026", [0, 1, 0, 0, 1]),
        ]);
        let odd = balances.into_iter().find(|one| one.product.is_none()).unwrap();
        assert_eq!(odd.kind, DewormingKind::External);
        assert_eq!(findings, [Finding::DosesLeft(21), Finding::DosesOdd(odd.clone())]);

        move_doses(&field, tablet, "16", true).await.unwrap();
        move_doses(&field, pipette, "5", true).await.unwrap();
        let (balances, findings) = told(&field).await;
        assert_eq!(findings, [Finding::DosesOdd(odd)], "all went back but what fits nowhere");
        assert_eq!((balances[0].received, balances[0].left), (4, 0));
    }
}
