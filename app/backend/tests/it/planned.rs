//! Plans: what is promised is kept, whoever booked is told, and what does not fit is shown.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::closing;
use backend::error::Error;
use backend::planning::{self, plan};
use backend::store::StoreError;
use backend::store::vocabulary::plan::PlaceChange;
use domain::booking::Offering;
use domain::closing::Target;
use domain::desk::plan::OutreachForm;
use domain::desk::planned::{
    Asked, Conflict, DayForm, Duty, DutyForm, OfferingForm, PartOf, PlanField, PlanForm,
    PlanProblem, PlanSheet, StockKind,
};
use domain::id::{OutreachId, SubmissionId};
use domain::outreach::OutreachStatus;
use domain::outreach::life::{Hindrance, LifeStep};
use domain::refusal::Refusal;
use domain::timestamp::HOUR_MS;

use crate::it::databases::Database;
use crate::it::desk::refused;
use crate::it::field::{Field, NOW};

/// A draft on Sunday 6 December, from ten to two.
async fn draft(field: &Field) -> OutreachId {
    let (office, actor) = (&field.office, field.as_coordinator());
    let mut form = planning::choices(office, actor, None).await.unwrap().form;
    form.name = "Bonilla".to_owned();
    form.place = "Av. Bonilla 9820".to_owned();
    form.held_on = "2026-12-06".to_owned();
    planning::save(office, actor, None, form).await.unwrap()
}

fn chips(capacity: u32) -> OfferingForm {
    OfferingForm {
        offering: "chip".to_owned(),
        capacity: capacity.to_string(),
        minutes: "10".to_owned(),
        stations: "2".to_owned(),
        from_months: "2".to_owned(),
        flat_faced: "on".to_owned(),
        per_owner: "3".to_owned(),
        ..OfferingForm::default()
    }
}

async fn sheet(field: &Field, id: OutreachId) -> PlanSheet {
    plan::sheet(&field.office, field.as_coordinator(), id).await.unwrap()
}

/// Promises places of the slot that begins so many milliseconds after the outreach.
async fn promise(field: &Field, id: OutreachId, (after, places): (i64, i64)) {
    let done: Result<(), StoreError> = field
        .office
        .store
        .write(move |tx| {
            Box::pin(async move {
                let slots = tx.slots_of(id.0, "chip").await?;
                let at = slots.first().map_or(0, |slot| slot.starts_at) + after;
                let change = PlaceChange { booked: places, ..PlaceChange::default() };
                assert!(tx.move_places(id.0, "chip", change).await?);
                assert!(tx.move_slot(id.0, "chip", at, places).await?);
                Ok(())
            })
        })
        .await;
    done.unwrap();
}

fn day(day: &str, starts: &str) -> DayForm {
    DayForm { day: day.to_owned(), starts: starts.to_owned() }
}

async fn live(field: &Field, id: OutreachId, steps: &[LifeStep]) {
    for step in steps {
        let done = planning::step(&field.office, field.as_coordinator(), id, *step).await;
        assert!(matches!(done.unwrap(), Asked::Done(_)), "{step}");
    }
}

fn faults<T: std::fmt::Debug>(asked: Result<Asked<T>, Error>) -> Vec<(PlanField, PlanProblem)> {
    match asked.unwrap() {
        Asked::Faults(faults) => faults.iter().map(|one| (one.field, one.problem)).collect(),
        other => panic!("{other:?}"),
    }
}

fn promised(sheet: &PlanSheet) -> Vec<(i64, u32, u32)> {
    let begins = sheet.outreach.starts_at;
    let line = |(_, one): &(Offering, domain::outreach::times::Promised)| {
        (one.slot.starts_at.since_ms(begins), one.slot.capacity, one.booked)
    };
    sheet.times.iter().map(line).collect()
}

on_both_databases! {
    async fn an_outreach_opens_with_places_and_keeps_what_it_promised(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = draft(&field).await;
        live(&field, id, &[LifeStep::Publish]).await;
        let empty = planning::step(office, actor, id, LifeStep::Open).await.unwrap();
        assert_eq!(empty, Asked::Hindered(Hindrance::NoOfferings));
        let saved = planning::save_offering(office, actor, id, &chips(16)).await.unwrap();
        assert_eq!(saved, Asked::Done(()));
        live(&field, id, &[LifeStep::Open]).await;
        let early = planning::step(office, actor, id, LifeStep::Begin).await.unwrap();
        assert_eq!(early, Asked::Hindered(Hindrance::TooEarly));

        promise(&field, id, (7 * HOUR_MS / 2, 2)).await;
        promise(&field, id, (0, 2)).await;
        let fewer = planning::save_offering(office, actor, id, &chips(3)).await;
        assert_eq!(faults(fewer), [(PlanField::Capacity, PlanProblem::BelowPromised)]);
        let kept = planning::drop_offering(office, actor, id, "chip").await.unwrap();
        assert_eq!(kept, Asked::Hindered(Hindrance::NoOfferings));
        let saved = planning::save_offering(office, actor, id, &chips(8)).await.unwrap();
        assert_eq!(saved, Asked::Done(()));
        let sheet = sheet(&field, id).await;
        let times = promised(&sheet);
        assert_eq!((times[0], times[7]), ((0, 2, 2), (7 * HOUR_MS / 2, 2, 2)));
        assert_eq!(times.iter().map(|(_, capacity, _)| capacity).sum::<u32>(), 8);
        assert_eq!(sheet.offerings[0].places.free(), 4);
        assert_eq!(sheet.outreach.status, OutreachStatus::Open);
    }

    async fn an_outreach_that_is_put_off_takes_everything_along(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = draft(&field).await;
        planning::save_offering(office, actor, id, &chips(16)).await.unwrap();
        planning::set_member(office, actor, id, (field.veterinarian, true)).await.unwrap();
        let duty = DutyForm {
            member: field.veterinarian.to_string(),
            duty: "chipping".to_owned(),
            starts: "11:00".to_owned(),
            ends: String::new(),
        };
        assert_eq!(planning::set_duty(office, actor, id, &duty).await.unwrap(), Asked::Done(()));
        live(&field, id, &[LifeStep::Publish, LifeStep::Open]).await;
        promise(&field, id, (HOUR_MS, 2)).await;
        let before = sheet(&field, id).await;
        let past = planning::reschedule(office, actor, id, &day("2026-11-22", "13:00")).await;
        assert_eq!(faults(past), [(PlanField::Day, PlanProblem::IsPast)]);
        let nothing = planning::reschedule(office, actor, id, &day("", "25:00")).await;
        let all = [
            (PlanField::Day, PlanProblem::Missing),
            (PlanField::Starts, PlanProblem::NotATime),
        ];
        assert_eq!(faults(nothing), all);
        let moved = planning::reschedule(office, actor, id, &day("2026-12-13", "09:30")).await;
        assert_eq!(moved.unwrap(), Asked::Done(0));
        let after = sheet(&field, id).await;
        let by = 7 * 24 * HOUR_MS - HOUR_MS / 2;
        assert_eq!(after.outreach.starts_at.since_ms(before.outreach.starts_at), by);
        assert_eq!(after.outreach.ends_at.since_ms(before.outreach.ends_at), by);
        assert_eq!(after.outreach.held_on.to_string(), "2026-12-13");
        assert_eq!(after.moved_from, Some(before.outreach.starts_at));
        assert_eq!(promised(&after), promised(&before));
        let from = |sheet: &PlanSheet| sheet.crew[0].starts_at.unwrap();
        assert_eq!(from(&after).since_ms(from(&before)), by);
        assert_eq!(after.crew[0].duty, Some(Duty::Chipping));
        assert_eq!(after.outreach.status, OutreachStatus::Open);
    }

    async fn what_is_called_off_can_be_announced_anew(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = draft(&field).await;
        live(&field, id, &[LifeStep::Publish]).await;
        let why = planning::suspend(office, actor, id, " ").await;
        assert_eq!(faults(why), [(PlanField::Reason, PlanProblem::Missing)]);
        let done = planning::suspend(office, actor, id, "Lluvia").await.unwrap();
        assert_eq!(done, Asked::Done(0));
        let again = planning::suspend(office, actor, id, "Lluvia").await.unwrap();
        assert_eq!(again, Asked::Hindered(Hindrance::NotFromHere));
        assert_eq!(sheet(&field, id).await.suspended_reason.as_deref(), Some("Lluvia"));
        assert_eq!(sheet(&field, id).await.steps, [LifeStep::Reschedule], "there is no day of it");
        let closed = closing::close(office, actor, id, ("close", "Lluvia")).await;
        assert_eq!(refused(closed), Refusal::ChangedMeanwhile);
        let moved = planning::reschedule(office, actor, id, &day("2026-12-13", "10:00")).await;
        assert_eq!(moved.unwrap(), Asked::Done(0));
        let sheet = sheet(&field, id).await;
        assert_eq!(sheet.outreach.status, OutreachStatus::Published);
        assert_eq!(sheet.suspended_reason, None);
        let history = planning::outreach(office, actor, id).await.unwrap().history;
        let kinds: Vec<_> = history.iter().take(2).map(|line| line.kind.as_str()).collect();
        assert_eq!(kinds, ["outreach_moved", "outreach_suspended"]);
    }

    async fn a_copy_is_a_draft_of_another_day(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = draft(&field).await;
        planning::save_offering(office, actor, id, &chips(16)).await.unwrap();
        planning::set_member(office, actor, id, (field.operative, true)).await.unwrap();
        let facts = PlanForm {
            part_of: "feria_mascotas".to_owned(),
            phase: "transition".to_owned(),
            units: "54, 7".to_owned(),
            bring: "Correa".to_owned(),
            cost: "450000".to_owned(),
            ..PlanForm::default()
        };
        assert_eq!(plan::save(office, actor, id, &facts).await.unwrap(), Asked::Done(()));
        live(&field, id, &[LifeStep::Publish, LifeStep::Open]).await;
        promise(&field, id, (0, 2)).await;
        let Asked::Done(copy) =
            planning::copy(office, actor, id, (&day("2026-12-20", "10:00"), None)).await.unwrap()
        else {
            panic!("it was not copied");
        };
        let sheet = sheet(&field, copy).await;
        assert_eq!(sheet.outreach.status, OutreachStatus::Draft);
        assert_eq!((sheet.phase, sheet.cost), (None, None));
        assert_eq!(sheet.part_of, Some(PartOf::PetFair));
        assert_eq!(sheet.bring.as_deref(), Some("Correa"));
        assert_eq!((sheet.units.len(), sheet.crew.len(), sheet.times.len()), (2, 1, 8));
        assert_eq!(sheet.offerings[0].places.booked, 0);
        let is_fresh = |(_, capacity, booked): &(i64, u32, u32)| (*capacity, *booked) == (2, 0);
        assert!(promised(&sheet).iter().all(is_fresh));
    }

    async fn a_copy_is_made_once_however_often_its_sheet_is_sent(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = draft(&field).await;
        let (later, act) = (day("2026-12-20", "10:00"), SubmissionId(fresh_id()));
        let copy = || planning::copy(office, actor, id, (&later, Some(act)));
        let (one, other, third) = tokio::join!(copy(), copy(), copy());
        let Asked::Done(made) = one.unwrap() else { panic!("it was not copied") };
        assert_eq!(made.0, act.0);
        assert_eq!((other.unwrap(), third.unwrap()), (Asked::Done(made), Asked::Done(made)));
        // Whatever became of it meanwhile, the same sheet made that one.
        live(&field, made, &[LifeStep::Publish]).await;
        assert_eq!(copy().await.unwrap(), Asked::Done(made));
        assert_eq!(sheet(&field, made).await.outreach.status, OutreachStatus::Published);
        let planned = "SELECT COUNT(*) FROM history WHERE kind = 'outreach_planned'";
        assert_eq!(database.number(planned).await, 2, "the one that is like it, and the copy");
        // Another day or hour under the same identifier is nothing of it; a new sheet is another.
        for other in [day("2026-12-27", "10:00"), day("2026-12-20", "11:00")] {
            let asked = planning::copy(office, actor, id, (&other, Some(act))).await;
            assert_eq!(refused(asked), Refusal::SheetUsed, "{other:?}");
        }
        let next = Some(SubmissionId(fresh_id()));
        let another = planning::copy(office, actor, id, (&later, next)).await.unwrap();
        assert_ne!(another, Asked::Done(made));
        assert_eq!(database.number(planned).await, 3);
    }

    async fn the_phase_is_that_of_the_day_on_which_it_was_looked_up(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = draft(&field).await;
        let phase = |code: &str, on: &str| PlanForm {
            phase: code.to_owned(), phase_on: on.to_owned(), ..PlanForm::default()
        };
        let on = async |id| sheet(&field, id).await.phase.unwrap().1.unwrap().to_string();
        plan::save(office, actor, id, &phase("transition", "")).await.unwrap();
        assert_eq!(on(id).await, "2026-11-22");
        plan::save(office, actor, id, &phase("preparation", "2026-11-20")).await.unwrap();
        assert_eq!(on(id).await, "2026-11-20");
        // On the eve the phase goes back; the sheet of the outreach says so.
        office.clock.advance_ms(13 * 24 * HOUR_MS);
        let mut form: OutreachForm = planning::choices(office, actor, Some(id)).await.unwrap().form;
        form.phase = "quarantine".to_owned();
        planning::save(office, actor, Some(id), form).await.unwrap();
        assert_eq!(on(id).await, "2026-12-05");
        plan::save(office, actor, id, &PlanForm::default()).await.unwrap();
        assert_eq!(sheet(&field, id).await.phase, None);
    }

    async fn what_does_not_fit_is_shown(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = draft(&field).await;
        assert_eq!(sheet(&field, id).await.conflicts, []);
        // Two tables, ten minutes, four hours: forty-eight.
        planning::save_offering(office, actor, id, &chips(900)).await.unwrap();
        let conflicts = sheet(&field, id).await.conflicts;
        let too_long =
            Conflict::TooLong { offering: Offering::Chip, fits: 48, capacity: 900 };
        assert!(conflicts.contains(&too_long), "{conflicts:?}");
        assert!(conflicts.contains(&Conflict::NoVeterinarian));
        let short =
            Conflict::StockShort { kind: StockKind::Chips, allotted: 0, needed: 900 };
        assert!(conflicts.contains(&short));
        // A place for a chip may bring a dose of each kind.
        let doses = [Target::DewormingsInternal, Target::DewormingsExternal];
        for target in [Target::Implantations, doses[0], doses[1]] {
            let (planned, promised, programme) = (900, 800, None);
            let passed = Conflict::TargetPassed { programme, target, planned, promised };
            assert!(conflicts.contains(&passed), "{conflicts:?}");
        }
        planning::save_offering(office, actor, id, &chips(2)).await.unwrap();
        let few = Conflict::FewerThanOwner { offering: Offering::Chip, capacity: 2, per_owner: 3 };
        assert!(sheet(&field, id).await.conflicts.contains(&few));
        planning::save_offering(office, actor, id, &chips(900)).await.unwrap();
        assert!(!sheet(&field, id).await.conflicts.contains(&few));
        let second = draft(&field).await;
        for outreach in [id, second] {
            let member = (field.veterinarian, true);
            planning::set_member(office, actor, outreach, member).await.unwrap();
        }
        let twice = |one: &Conflict| matches!(
            one, Conflict::TwoPlaces { outreach, .. } if *outreach == second
        );
        let conflicts = sheet(&field, id).await.conflicts;
        assert!(conflicts.iter().any(twice), "{conflicts:?}");
        assert!(!conflicts.contains(&Conflict::NoVeterinarian));
        // Two tables to operate at and one veterinarian; and nine hundred who come in four hours.
        let surgery = OfferingForm { offering: "sterilisation".to_owned(), ..chips(8) };
        planning::save_offering(office, actor, id, &surgery).await.unwrap();
        let form = PlanForm { max_people: "20".to_owned(), ..PlanForm::default() };
        plan::save(office, actor, id, &form).await.unwrap();
        let conflicts = sheet(&field, id).await.conflicts;
        let few = Conflict::FewVeterinarians { veterinarians: 1, tables: 2 };
        assert!(conflicts.contains(&few), "{conflicts:?}");
        let crowded = |one: &Conflict| matches!(one, Conflict::TooManyPeople { most: 20, .. });
        assert!(conflicts.iter().any(crowded), "{conflicts:?}");
    }

    async fn the_form_of_an_outreach_follows_the_same_life(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = draft(&field).await;
        let form = async |status: &str| {
            let form = planning::choices(office, actor, Some(id)).await.unwrap().form;
            OutreachForm { status: status.to_owned(), ..form }
        };
        for status in ["open", "closed", "suspended"] {
            let saved = planning::save(office, actor, Some(id), form(status).await).await;
            assert!(matches!(refused(saved), Refusal::Invalid { .. }), "{status}");
        }
        planning::save(office, actor, Some(id), form("published").await).await.unwrap();
        let none = planning::save(office, actor, Some(id), form("open").await).await;
        assert!(matches!(refused(none), Refusal::Invalid { .. }));
        planning::save_offering(office, actor, id, &chips(16)).await.unwrap();
        promise(&field, id, (0, 2)).await;
        // Another hour in the form puts everything off, too.
        let mut later = form("open").await;
        later.starts = "11:00".to_owned();
        later.ends = "15:00".to_owned();
        planning::save(office, actor, Some(id), later).await.unwrap();
        let sheet = sheet(&field, id).await;
        assert_eq!(promised(&sheet)[0], (0, 2, 2));
        assert_eq!(sheet.moved_from, Some(sheet.outreach.starts_at.plus_ms(-HOUR_MS)));
        let fresh = OutreachForm { status: "open".to_owned(), ..form("open").await };
        let new = planning::save(office, actor, None, fresh).await;
        assert!(matches!(refused(new), Refusal::Invalid { .. }));
    }

    async fn a_plan_of_nothing_is_unknown(database) {
        let field = Field::on(&database).await;
        let id = OutreachId(fresh_id());
        let actor: Actor = field.as_coordinator();
        let unknown = refused(plan::sheet(&field.office, actor, id).await);
        assert_eq!(unknown, Refusal::OutreachUnknown);
        let step = planning::step(&field.office, actor, id, LifeStep::Publish).await;
        assert_eq!(refused(step), Refusal::OutreachUnknown);
    }

    async fn a_day_that_is_over_is_closed_and_accounted_for(database) {
        let field = Field::on(&database).await;
        let id = field.outreach;
        let (office, actor) = (&field.office, field.as_coordinator());
        let by_hand = planning::step(office, actor, id, LifeStep::Close).await.unwrap();
        assert_eq!(by_hand, Asked::Hindered(Hindrance::NotFromHere), "what is open is looked at");
        for step in [LifeStep::Close, LifeStep::Report] {
            let closed = closing::close(office, actor, id, (step.code(), "Fin del día")).await;
            assert!(matches!(closed.unwrap(), closing::Closed::Done(_)));
        }
        let late = planning::save_offering(office, actor, id, &chips(3)).await.unwrap();
        assert_eq!(late, Asked::Hindered(Hindrance::NotFromHere));
        let row = plan_row(&database, id).await;
        assert_eq!(row, (Some(NOW.0), actor.id(), Some(NOW.0)));
    }
}

async fn plan_row(
    database: &Database,
    id: OutreachId,
) -> (Option<i64>, Option<uuid::Uuid>, Option<i64>) {
    let row = database
        .store
        .read(move |tx| Box::pin(async move { tx.outreach_plan(id.0).await }))
        .await
        .unwrap()
        .unwrap();
    (row.closed_at, row.closed_by, row.reported_at)
}
