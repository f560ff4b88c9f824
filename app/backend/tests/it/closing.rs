//! The end of an outreach, and what a programme makes of it.

use backend::clock::fresh_id;
use backend::closing::{self, Closed};
use backend::planning::{self, plan};
use backend::store::vocabulary::plan::{OfferingRow, OutreachPlanRow, PlaceChange};
use backend::store::vocabulary::programme::OutreachRow;
use backend::store::vocabulary::service::ServiceRow;
use domain::booking::Offering;
use domain::catalogue::SterilisationOutcome;
use domain::closing::{ClosingSheet, Cost, Finding, Severity, Target, TargetLine};
use domain::command::Command;
use domain::desk::plan::OutreachFilter;
use domain::desk::planned::Conflict;
use domain::field_error::{Field as FormField, FieldError, Problem};
use domain::id::ProgrammeId;
use domain::outreach::OutreachStatus;
use domain::outreach::life::LifeStep;
use domain::refusal::Refusal;
use domain::service::{ServiceDetails, ServiceKind, Sterilisation};
use domain::submission::Outcome;
use domain::timestamp::HOUR_MS;
use uuid::Uuid;

use crate::it::databases::{Database, Stored};
use crate::it::desk::refused;
use crate::it::field::{Field, Guest, outreach_row};
use crate::it::story_closing::lend;
use crate::it::story_registry::service_row;

/// What an offering takes, as it is stored.
const EVERY_ANIMAL: &str = r#"{
    "species": null, "from_months": 2, "to_months": null, "takes_flat_faced": true, "per_owner": 3
}"#;

/// An outreach at which a dog was registered, chipped and given its doses.
async fn after_a_visit(database: &Database) -> Field {
    let field = Field::on(database).await;
    field.submit(field.visit(&Guest::new(40_000_501), "999000000000501")).await;
    field
}

/// Offers places for chips at an outreach, of which some are lent.
async fn offer(database: &Database, outreach: Uuid, (capacity, shared): (i64, i64)) {
    let offering = OfferingRow {
        outreach_id: outreach,
        offering: "chip".to_owned(),
        capacity,
        minutes: 8,
        stations: 2,
        eligibility: EVERY_ANIMAL.to_owned(),
        booked: 0,
        used: 0,
        shared: 0,
        programme_id: None,
    };
    let lent = PlaceChange { shared, ..PlaceChange::default() };
    let done: Stored<()> = database
        .store
        .write_with(offering, move |tx, offering| {
            Box::pin(async move {
                assert!(tx.put_offering(offering).await?);
                assert!(tx.move_places(offering.outreach_id, "chip", lent).await?);
                Ok(())
            })
        })
        .await;
    done.unwrap();
}

/// Announces another outreach of a programme, with so many places for chips.
async fn announce(database: &Database, programme: ProgrammeId, capacity: i64) {
    let outreach = OutreachRow { status: "open".to_owned(), ..outreach_row(programme.0) };
    add(database, outreach, capacity).await;
}

/// Adds an outreach with so many places for chips.
async fn add(database: &Database, outreach: OutreachRow, capacity: i64) -> Uuid {
    let id = outreach.id;
    let done: Stored<()> = database
        .store
        .write_with(outreach, |tx, outreach| {
            Box::pin(async move { tx.insert_outreach(outreach).await })
        })
        .await;
    done.unwrap();
    offer(database, id, (capacity, 0)).await;
    id
}

/// Registers somebody with a dog that was found unfit for its surgery, and that had nothing else.
async fn found_unfit(field: &Field, guest: &Guest) {
    let surgery = Sterilisation {
        outcome: SterilisationOutcome::Rejected,
        weight: None,
        consent: true,
        consent_signature: None,
        remarks: None,
    };
    let command = Command::RecordService {
        service: fresh_id().into(),
        animal: guest.dog,
        details: Box::new(ServiceDetails::Sterilisation(surgery)),
        veterinarian: Some(field.veterinarian),
    };
    let visit = vec![guest.registered(), guest.dog_registered("Luna"), command];
    let outcome = field.submit_as(field.as_veterinarian(), visit).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

async fn programme_of(field: &Field) -> ProgrammeId {
    let known = planning::programmes(&field.office, field.as_coordinator()).await.unwrap().rows;
    known[0].programme.id
}

/// How far a programme is with its implantations.
async fn implantations(field: &Field, programme: ProgrammeId) -> TargetLine {
    let sheet = closing::programme(&field.office, field.as_coordinator(), programme).await;
    let targets = sheet.unwrap().unwrap().targets;
    targets.into_iter().find(|line| line.target == Target::Implantations).unwrap()
}

on_both_databases! {
    async fn an_outreach_is_closed_for_a_reason_and_accounted_for(database) {
        let field = after_a_visit(&database).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        let sheet = closing::sheet(office, actor, id).await.unwrap();
        assert_eq!((sheet.step, sheet.ending), (Some(LifeStep::Close), None));
        assert!(sheet.verdict.findings.contains(&Finding::NotOver));
        let counts = sheet.counts;
        assert_eq!((counts.implantations, counts.dewormings_internal), (1, 1));
        assert!(sheet.may_close && sheet.may_export);

        let close = async |step: &str, reason: &str| {
            closing::close(office, actor, id, (step, reason)).await
        };
        let missing = FieldError::new(FormField::Reason, Problem::Empty);
        assert_eq!(refused(close("close", " ").await), Refusal::field(missing));
        let long = "x".repeat(401);
        assert!(matches!(refused(close("close", &long).await), Refusal::Invalid { .. }));
        for step in ["report", "publish", "", "x"] {
            assert_eq!(refused(close(step, "Llovió").await), Refusal::ChangedMeanwhile, "{step}");
        }
        let done = close("close", "Llovió").await.unwrap();
        assert_eq!(done, Closed::Done(OutreachStatus::Closed));
        assert_eq!(refused(close("close", "Llovió").await), Refusal::ChangedMeanwhile);
        let sheet = closing::sheet(office, actor, id).await.unwrap();
        assert_eq!((sheet.status, sheet.step), (OutreachStatus::Closed, Some(LifeStep::Report)));
        let ending = sheet.ending.unwrap();
        assert!(ending.by.is_some() && ending.open > 0, "{ending:?}");
        assert_eq!(ending.reason.as_deref(), Some("Llovió"));

        let done = close("report", "Todo rendido").await.unwrap();
        assert_eq!(done, Closed::Done(OutreachStatus::Reported));
        let act = closing::attendance_act(office, actor, id).await.unwrap();
        assert_eq!(act.ending, Some(ending), "the report changes nothing of it");
        let told = planning::outreach(office, actor, id).await.unwrap().history;
        let kinds: Vec<_> = told.iter().map(|line| line.kind.as_str()).collect();
        assert_eq!(&kinds[..2], ["outreach_reported", "outreach_closed"]);
        let said = format!("{:?}", told[1].said);
        assert!(said.contains("Llovió") && said.contains("not_over"), "{said}");
    }

    async fn places_that_a_phone_still_holds_come_back_at_the_close(database) {
        let field = after_a_visit(&database).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        offer(&database, id.0, (10, 3)).await;
        lend(&database, (id.0, field.device.0), "NULL").await;
        let sheet = closing::sheet(office, actor, id).await.unwrap();
        let is_share = |one: &Finding| matches!(one, Finding::ShareOut(out) if out.places == 3);
        assert!(sheet.verdict.findings.iter().any(is_share), "{:?}", sheet.verdict);
        let of_chips = |sheet: ClosingSheet| {
            let (offering, is) = sheet.offerings[0];
            assert_eq!((offering, is.capacity, is.places()), (Offering::Chip, 10, 10));
            (is.lent, is.unused())
        };
        assert_eq!(of_chips(sheet), (3, 7));
        let done = closing::close(office, actor, id, ("close", "Se perdió")).await.unwrap();
        assert_eq!(done, Closed::Done(OutreachStatus::Closed));
        let out = "SELECT COUNT(*) FROM capacity_share WHERE returned_at IS NULL";
        assert_eq!(database.number(out).await, 0);
        assert_eq!(database.number("SELECT shared FROM outreach_offering").await, 0);
        let sheet = closing::sheet(office, actor, id).await.unwrap();
        assert_eq!(of_chips(sheet), (0, 10), "every place is told, also those that came back");
    }

    async fn a_surgery_without_consent_stands_in_the_way(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_502);
        field.submit(field.visit(&guest, "999000000000502")).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        let surgery = Sterilisation {
            outcome: SterilisationOutcome::Performed,
            weight: None,
            consent: false,
            consent_signature: None,
            remarks: None,
        };
        let details = serde_json::to_string(&ServiceDetails::Sterilisation(surgery)).unwrap();
        let row = ServiceRow { details, ..service_row(guest.dog.0, id.0, "sterilisation") };
        let done: Stored<()> = database
            .store
            .write_with(row, |tx, row| {
                Box::pin(async move { tx.insert_services(std::slice::from_ref(row)).await })
            })
            .await;
        done.unwrap();
        let sheet = closing::sheet(office, actor, id).await.unwrap();
        let first = sheet.verdict.findings.first().unwrap();
        assert_eq!((first, first.severity()), (&Finding::WithoutConsent(1), Severity::Blocks));
        assert!(sheet.verdict.findings.contains(&Finding::WithoutLeave(1)));
        let blocked = closing::close(office, actor, id, ("close", "Igual")).await.unwrap();
        assert_eq!(blocked, Closed::Blocked);
        let sheet = closing::sheet(office, actor, id).await.unwrap();
        assert_eq!(sheet.status, OutreachStatus::UnderWay);
    }

    async fn the_papers_say_what_the_rows_say(database) {
        let field = after_a_visit(&database).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        let act = closing::attendance_act(office, actor, id).await.unwrap();
        assert_eq!((act.counts.implantations, act.counts.verifications), (1, 0));
        assert_eq!(act.heading.issuer, "Gobernación de prueba");
        assert!(!act.team.is_empty() && act.ending.is_none());
        let sheet = closing::day_sheet(office, actor, id).await.unwrap();
        assert_eq!(sheet.team, act.team);
        assert_eq!((sheet.times, sheet.chips), (Vec::new(), 0));
    }

    async fn who_was_served_is_listed_once_and_noted(database) {
        let field = after_a_visit(&database).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        let looks = "SELECT COUNT(*) FROM lookup WHERE kind = 'export'";
        assert_eq!(database.number(looks).await, 0);
        let list = closing::beneficiaries(office, actor, id).await.unwrap();
        assert_eq!(list.len(), 1);
        let kinds: Vec<_> = list[0].services.iter().map(|service| service.kind).collect();
        assert_eq!(kinds.len(), 3);
        assert!(kinds.contains(&ServiceKind::Implantation));
        assert_eq!(list[0].animal.chip.unwrap().to_string(), "999000000000501");
        assert_eq!(database.number(looks).await, 1);
        let unknown = closing::beneficiaries(office, actor, Uuid::nil().into()).await;
        assert_eq!(refused(unknown), Refusal::OutreachUnknown);
    }

    async fn a_surgery_that_was_not_performed_counts_nowhere(database) {
        let field = after_a_visit(&database).await;
        found_unfit(&field, &Guest::new(40_000_504)).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        let plan =
            OutreachPlanRow { outreach_id: id.0, cost: Some(90_000), ..Default::default() };
        let done: Stored<()> = database
            .store
            .write_with(plan, |tx, plan| {
                Box::pin(async move { tx.put_outreach_plan(plan).await })
            })
            .await;
        done.unwrap();
        let told = planning::outreach(office, actor, id).await.unwrap();
        assert_eq!(told.services.len(), 4, "it was recorded");

        let programme = closing::programme(office, actor, programme_of(&field).await).await;
        let cost = programme.unwrap().unwrap().costs[0].cost;
        assert_eq!(cost, Cost { pesos: 90_000, services: 3 });
        let list = planning::outreaches(office, actor, OutreachFilter::default()).await.unwrap();
        let counts = &list.rows[0].counts;
        assert_eq!(counts.iter().map(|count| count.count).sum::<u32>(), 3, "{counts:?}");
        assert!(counts.iter().all(|count| count.kind != ServiceKind::Sterilisation));
        let served = closing::beneficiaries(office, actor, id).await.unwrap();
        assert_eq!(served.len(), 1, "who had nothing was not served");
        let act = closing::attendance_act(office, actor, id).await.unwrap();
        assert_eq!((act.counts.sterilisations, act.surgeries_not_performed), (0, 1));
    }

    async fn the_reason_of_the_close_explains_a_passed_target(database) {
        let field = after_a_visit(&database).await;
        field.submit(field.visit(&Guest::new(40_000_503), "999000000000503")).await;
        database.raw("UPDATE programme SET target_implantations = 1").await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        let passed = async || {
            let sheet = closing::sheet(office, actor, id).await.unwrap();
            let passed = sheet.verdict.findings.into_iter().filter_map(|one| match one {
                Finding::TargetPassed(passed) => Some((passed.line.target, passed.line.done)),
                _ => None,
            });
            passed.collect::<Vec<_>>()
        };
        assert_eq!(passed().await, [(Target::Implantations, 2)]);
        closing::close(office, actor, id, ("close", "Más fondos")).await.unwrap();
        assert_eq!(passed().await, []);
        let line = implantations(&field, programme_of(&field).await).await;
        assert_eq!(line.reason.unwrap().reason, "Más fondos");
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'target_passed'";
        assert_eq!(database.number(noted).await, 1);
    }

    /// Five places for chips, of which one animal had one; a draft has one more.
    async fn what_was_done_at_an_open_outreach_is_not_still_to_come(database) {
        let field = after_a_visit(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let programme = programme_of(&field).await;
        offer(&database, field.outreach.0, (5, 0)).await;
        database.raw("UPDATE outreach SET status = 'open'").await;
        database.raw("UPDATE programme SET target_implantations = 6").await;
        let draft = OutreachRow { status: "draft".to_owned(), ..outreach_row(programme.0) };
        let id = add(&database, draft, 1).await;
        let told = async || {
            let sheet = closing::programme(office, actor, programme).await.unwrap().unwrap();
            let of = |target: Target| {
                let line = sheet.targets.iter().find(|line| line.target == target).unwrap();
                (line.done, line.coming)
            };
            let figures =
                [Target::Implantations, Target::DewormingsInternal, Target::Outreaches].map(of);
            let plan = plan::sheet(office, actor, id.into()).await.unwrap();
            let passed = |one: &Conflict| {
                let target = Target::Implantations;
                matches!(one, Conflict::TargetPassed { target: of, .. } if *of == target)
            };
            (figures, plan.conflicts.iter().any(passed))
        };
        assert_eq!(told().await, ([(1, 4), (1, 4), (1, 0)], false), "six in all");
        database.raw("UPDATE programme SET target_implantations = 5").await;
        assert_eq!(told().await, ([(1, 4), (1, 4), (1, 0)], true));
        // Nobody closed it, and nobody comes to it any more.
        office.clock.advance_ms(2 * HOUR_MS);
        assert_eq!(told().await, ([(1, 0), (1, 0), (1, 0)], false));
    }

    async fn passing_a_target_asks_for_a_reason(database) {
        let field = after_a_visit(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let programme = programme_of(&field).await;
        let explain = async |target: &str, reason: &str| {
            closing::explain(office, actor, programme, (target, reason)).await
        };
        announce(&database, programme, 799).await;
        let line = implantations(&field, programme).await;
        assert_eq!((line.done, line.coming, line.passed_by()), (1, 799, 0));
        let early = refused(explain("implantations", "Más fondos").await);
        assert_eq!(early, Refusal::ChangedMeanwhile, "it is not passed");

        announce(&database, programme, 20).await;
        let line = implantations(&field, programme).await;
        assert!(line.passed_by() == 20 && line.needs_reason(), "{line:?}");
        for (target, reason) in [("implantations", ""), ("nothing", "Más fondos")] {
            let refusal = refused(explain(target, reason).await);
            assert!(matches!(refusal, Refusal::Invalid { .. }), "{target}: {refusal:?}");
        }
        explain("implantations", "Más fondos").await.unwrap();
        let line = implantations(&field, programme).await;
        assert!(!line.needs_reason());
        assert_eq!(line.reason.unwrap().reason, "Más fondos");
        announce(&database, programme, 1).await;
        assert!(implantations(&field, programme).await.needs_reason(), "it explains no more");
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'target_passed'";
        assert_eq!(database.number(noted).await, 1);
        let unknown = closing::programme(office, actor, Uuid::nil().into()).await.unwrap();
        assert_eq!(unknown, None);
    }
}
