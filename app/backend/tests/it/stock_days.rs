//! Doses are good on the day of their outreach or count for nothing; and what a plan would pass.

use backend::clock::fresh_id;
use backend::day;
use backend::planning::{self, plan};
use backend::stock;
use backend::store::vocabulary::programme::OutreachRow;
use domain::closing::Target;
use domain::desk::day::StockLeft;
use domain::desk::plan::{OutreachForm, ProgrammeForm};
use domain::desk::planned::{Asked, Conflict, OfferingForm, StockKind};
use domain::desk::stock::{DoseMove, DoseReceipt, LotCorrection};
use domain::id::{OutreachId, ProductLotId};
use domain::outreach::life::LifeStep;
use domain::refusal::Refusal;

use crate::it::databases::Stored;
use crate::it::desk::refused;
use crate::it::field::{Field, Guest};
use crate::it::stock::{doses, move_doses};

/// A draft on a day, in a programme or in the first one.
async fn draft(field: &Field, held_on: &str, programme: Option<&str>) -> OutreachId {
    let (office, actor) = (&field.office, field.as_coordinator());
    let mut form = planning::choices(office, actor, None).await.unwrap().form;
    form.name = "Bonilla".to_owned();
    form.place = "Av. Bonilla 9820".to_owned();
    form.held_on = held_on.to_owned();
    if let Some(programme) = programme {
        form.programme = programme.to_owned();
    }
    planning::save(office, actor, None, form).await.unwrap()
}

/// Offers so many places for doses.
async fn offer(field: &Field, id: OutreachId, capacity: &str) {
    let form = OfferingForm {
        offering: "deworming".to_owned(),
        capacity: capacity.to_owned(),
        minutes: "5".to_owned(),
        stations: "2".to_owned(),
        from_months: "2".to_owned(),
        flat_faced: "on".to_owned(),
        per_owner: "3".to_owned(),
        ..OfferingForm::default()
    };
    let saved = planning::save_offering(&field.office, field.as_coordinator(), id, &form).await;
    assert_eq!(saved.unwrap(), Asked::Done(()));
}

async fn conflicts(field: &Field, id: OutreachId) -> Vec<Conflict> {
    plan::sheet(&field.office, field.as_coordinator(), id).await.unwrap().conflicts
}

/// The targets that would be passed, and by what.
async fn passed(field: &Field, id: OutreachId) -> Vec<(Target, u32, u32)> {
    let told = |one| match one {
        Conflict::TargetPassed { target, planned, promised, .. } => {
            Some((target, planned, promised))
        }
        _ => None,
    };
    conflicts(field, id).await.into_iter().filter_map(told).collect()
}

/// Moves doses to an outreach.
async fn give(field: &Field, id: OutreachId, lot: ProductLotId) -> Result<(), Refusal> {
    let form = DoseMove {
        act: Some(fresh_id().into()),
        lot: Some(lot),
        quantity: "10".to_owned(),
        device: None,
        is_return: false,
    };
    match stock::allot_doses(&field.office, field.as_coordinator(), id, &form).await {
        Ok(()) => Ok(()),
        refusal => Err(refused(refusal)),
    }
}

on_both_databases! {
    async fn a_lot_is_put_right_unless_services_bear_its_number(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        for batch in ["L-2062", "B-7"] {
            stock::receive_doses(office, actor, &doses(batch, "2026-12-06", "50")).await.unwrap();
        }
        // What is known of a lot of this number.
        let known = async |batch: &str| {
            let (lines, _) = stock::lots(office, actor).await.unwrap();
            let line = lines.iter().find(|line| line.lot().lot.as_str() == batch);
            line.map(|line| (line.lot().id, line.lot().expires_on.to_string()))
        };
        let lot = known("L-2062").await.map(|(id, _)| id);
        let correct = async |batch: &str, expiry: &str, reason: &str| {
            let [batch, expiry, reason] = [batch, expiry, reason].map(str::to_owned);
            let form = LotCorrection { act: Some(fresh_id().into()), lot, batch, expiry, reason };
            stock::correct_lot(office, actor, &form).await
        };
        let wrong = async |batch: &str, expiry: &str, reason: &str| {
            let Refusal::Invalid { fields } = refused(correct(batch, expiry, reason).await) else {
                panic!("another refusal")
            };
            fields.iter().map(|error| error.field.code()).collect::<Vec<_>>()
        };
        assert_eq!(wrong("", "", "").await, ["expiry", "reason"]);
        assert_eq!(wrong("-", "mañana", "Mal escrito").await, ["batch", "expiry"]);
        assert_eq!(wrong("b 7", "", "Mal escrito").await, ["batch"], "another lot has it");

        correct("", "2027-12-06", "Mal escrito").await.unwrap();
        assert_eq!(known("L-2062").await.map(|(_, day)| day).as_deref(), Some("2027-12-06"));
        let more = doses("L-2062", "2027-12-06", "10");
        stock::receive_doses(office, actor, &more).await.unwrap();
        correct("L-2026", "", "Cifras cambiadas").await.unwrap();
        assert_eq!(known("L-2026").await.map(|(id, _)| id), lot);

        let guest = Guest::new(40_000_901);
        field.submit(field.visit(&guest, "999000000000901")).await;
        let given = refused(correct("L-2027", "", "Otra vez").await);
        assert_eq!(given, Refusal::LotGiven);
        for _ in 0..2 {
            // The second time it is as it should be, and nothing is noted.
            correct("L 2026", "2027-12-31", "Como está impreso").await.unwrap();
        }
        assert_eq!(known("L 2026").await.map(|(id, _)| id), lot);
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'lot_corrected'";
        assert_eq!(database.number(noted).await, 3);
        let told = stock::sheet(office, actor).await.unwrap().corrections.rows;
        let reasons: Vec<_> = told.iter().map(|one| one.reason.as_str()).collect();
        assert_eq!(reasons, ["Como está impreso", "Cifras cambiadas", "Mal escrito"]);
        for one in &told {
            assert_eq!(one.by.as_deref(), Some("Prueba coordinator"));
            let is_called_so = one.of.as_deref().is_some_and(|of| of.ends_with(" L 2026"));
            assert!(is_called_so, "as it is called now: {one:?}");
        }
        let changed = told.iter().map(|one| {
            let facts = one.changed.iter();
            facts.map(|fact| (fact.fact, &*fact.before, &*fact.after)).collect::<Vec<_>>()
        });
        let expected = [
            vec![("batch", "L-2026", "L 2026"), ("expires_on", "2027-12-06", "2027-12-31")],
            vec![("batch", "L-2062", "L-2026")],
            vec![("expires_on", "2026-12-06", "2027-12-06")],
        ];
        assert_eq!(changed.collect::<Vec<_>>(), expected);
    }

    async fn a_lot_that_expires_before_the_day_is_not_allotted_and_does_not_count(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        for (batch, expiry) in [("PRONTO", "2026-12-06"), ("TARDE", "2027-12-31")] {
            stock::receive_doses(office, actor, &doses(batch, expiry, "50")).await.unwrap();
        }
        let (lines, _) = stock::lots(office, actor).await.unwrap();
        let [soon, late] = [0, 1].map(|at: usize| lines[at].lot().id);
        let after = draft(&field, "2026-12-07", None).await;
        assert_eq!(give(&field, after, soon).await, Err(Refusal::LotExpiresBefore));
        assert_eq!(give(&field, after, late).await, Ok(()));

        // On its last day it is good; when the outreach is put off it counts no more.
        let on = draft(&field, "2026-12-06", None).await;
        offer(&field, on, "10").await;
        assert_eq!(give(&field, on, soon).await, Ok(()));
        let internal = |allotted, needed| Conflict::StockShort {
            kind: StockKind::InternalDoses, allotted, needed,
        };
        let is_told = |all: &[Conflict]| {
            let expires = |one: &Conflict| matches!(one, Conflict::LotExpires { .. });
            (all.contains(&internal(0, 10)), all.iter().any(expires))
        };
        assert_eq!(is_told(&conflicts(&field, on).await), (false, false));
        let form: OutreachForm = planning::choices(office, actor, Some(on)).await.unwrap().form;
        let later = OutreachForm { held_on: "2026-12-07".to_owned(), ..form };
        planning::save(office, actor, Some(on), later).await.unwrap();
        let all = conflicts(&field, on).await;
        assert_eq!(is_told(&all), (true, true), "{all:?}");
        let expires = Conflict::LotExpires {
            product: "Producto de prueba".to_owned(),
            batch: "PRONTO".to_owned(),
            expires_on: "2026-12-06".parse().unwrap(),
            doses: 10,
        };
        assert!(all.contains(&expires), "{all:?}");
        // It goes back as any other.
        let back = DoseMove {
            act: None, lot: Some(soon), quantity: "10".to_owned(), device: None, is_return: true,
        };
        stock::allot_doses(office, actor, on, &back).await.unwrap();
        assert_eq!(is_told(&conflicts(&field, on).await), (true, false));
    }

    async fn every_target_that_a_plan_would_pass_is_told(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let form = ProgrammeForm {
            name: "Plan de invierno".to_owned(),
            issuer: "Gobernación de prueba".to_owned(),
            starts_on: "2026-01-01".to_owned(),
            ends_on: "2026-12-31".to_owned(),
            targets: ["1", "20", "30", "", "1"].map(str::to_owned),
        };
        let programme = planning::save_programme(office, actor, form).await.unwrap().to_string();
        let first = draft(&field, "2026-12-06", Some(&programme)).await;
        offer(&field, first, "20").await;
        assert_eq!(passed(&field, first).await, [], "a draft's own places fill it");
        planning::step(office, actor, first, LifeStep::Publish).await.unwrap();
        assert_eq!(passed(&field, first).await, []);

        let second = draft(&field, "2026-12-13", Some(&programme)).await;
        let outreaches = (Target::Outreaches, 2, 1);
        assert_eq!(passed(&field, second).await, [outreaches]);
        offer(&field, second, "10").await;
        let internal = (Target::DewormingsInternal, 30, 20);
        assert_eq!(passed(&field, second).await, [internal, outreaches]);
        assert_eq!(passed(&field, first).await, [], "a draft of somebody else is no promise");
    }

    async fn the_board_tells_the_doses_of_each_kind_that_are_good(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let external = DoseReceipt {
            kind: "external".to_owned(), ..doses("PIP", "2027-06-30", "30")
        };
        for came in [&doses("HOY", "2026-11-22", "8"), &external] {
            stock::receive_doses(office, actor, came).await.unwrap();
        }
        let (lines, _) = stock::lots(office, actor).await.unwrap();
        for (line, quantity) in lines.iter().zip(["8", "5"]) {
            move_doses(&field, line.lot().id, quantity, false).await.unwrap();
        }
        let left = async || {
            day::board(office, actor, field.outreach).await.unwrap().stock.unwrap()
        };
        assert_eq!(left().await, StockLeft { chips: 0, internal: 8, external: 5 });
        // A day later the one that was good until today is no more.
        let id = field.outreach.0;
        let moved: Stored<()> = office.store.write(move |tx| Box::pin(async move {
            let row = tx.outreach(id).await?.unwrap();
            let row = OutreachRow { held_on: "2026-11-23".to_owned(), ..row };
            tx.update_outreach(&row).await
        })).await;
        moved.unwrap();
        assert_eq!(left().await, StockLeft { chips: 0, internal: 0, external: 5 });
    }
}
