//! The hours of an outreach and of its team: nobody moves them back unawares, and what is after
//! midnight is the next day's.

use backend::closing::{self, Closed};
use backend::planning::{self, plan};
use domain::desk::plan::OutreachForm;
use domain::desk::planned::{Asked, DutyForm, PlanSheet};
use domain::field_error::{Field as Named, FieldError, Problem};
use domain::id::OutreachId;
use domain::outreach::life::LifeStep;
use domain::refusal::Refusal;
use domain::timestamp::HOUR_MS;

use crate::it::desk::refused;
use crate::it::field::Field;

/// A draft on Sunday 6 December.
async fn draft(field: &Field, (starts, ends): (&str, &str)) -> OutreachId {
    let (office, actor) = (&field.office, field.as_coordinator());
    let form = planning::choices(office, actor, None).await.unwrap().form;
    let form = OutreachForm {
        name: "Bonilla".to_owned(),
        place: "Av. Bonilla 9820".to_owned(),
        held_on: "2026-12-06".to_owned(),
        starts: starts.to_owned(),
        ends: ends.to_owned(),
        ..form
    };
    planning::save(office, actor, None, form).await.unwrap()
}

async fn form(field: &Field, id: OutreachId) -> OutreachForm {
    planning::choices(&field.office, field.as_coordinator(), Some(id)).await.unwrap().form
}

async fn sheet(field: &Field, id: OutreachId) -> PlanSheet {
    plan::sheet(&field.office, field.as_coordinator(), id).await.unwrap()
}

on_both_databases! {
    async fn a_form_filled_before_the_hours_changed_changes_nothing(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = draft(&field, ("10:00", "14:00")).await;
        let early = form(&field, id).await;
        let later = OutreachForm { starts: "11:00".to_owned(), ..form(&field, id).await };
        planning::save(office, actor, Some(id), later).await.unwrap();
        let kept = sheet(&field, id).await.outreach;
        let stale = OutreachForm { place: "Otra sede".to_owned(), ..early };
        let answer = planning::save(office, actor, Some(id), stale).await;
        assert_eq!(refused(answer), Refusal::ChangedMeanwhile);
        assert_eq!(sheet(&field, id).await.outreach, kept);
        // Filled anew, it is taken.
        let anew = OutreachForm { place: "Otra sede".to_owned(), ..form(&field, id).await };
        planning::save(office, actor, Some(id), anew).await.unwrap();
        let after = sheet(&field, id).await.outreach;
        assert_eq!(after.place.to_string(), "Otra sede");
        assert_eq!(after.starts_at, kept.starts_at);
    }

    async fn the_hours_of_what_is_closed_stay(database) {
        let field = Field::on(&database).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        let close = (LifeStep::Close.code(), "Fin del día");
        let closed = closing::close(office, actor, id, close).await.unwrap();
        assert!(matches!(closed, Closed::Done(_)), "{closed:?}");
        let kept = sheet(&field, id).await.outreach;
        let later = OutreachForm { ends: "18:00".to_owned(), ..form(&field, id).await };
        let answer = planning::save(office, actor, Some(id), later).await;
        let unfit = FieldError::new(Named::Time, Problem::WrongHour);
        assert_eq!(refused(answer), Refusal::field(unfit));
        assert_eq!(sheet(&field, id).await.outreach, kept);
        // What is no hour may still be put right.
        let place = OutreachForm { place: "Otra sede".to_owned(), ..form(&field, id).await };
        planning::save(office, actor, Some(id), place).await.unwrap();
        assert_eq!(sheet(&field, id).await.outreach.place.to_string(), "Otra sede");
    }

    async fn hours_of_the_team_after_midnight_are_the_next_days(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = draft(&field, ("22:00", "02:00")).await;
        planning::set_member(office, actor, id, (field.veterinarian, true)).await.unwrap();
        // From and to, and the hours that are meant after the outreach's start.
        for (starts, ends, from, to) in [
            ("00:30", "02:00", Some(5), Some(8)),
            ("23:00", "01:00", Some(2), Some(6)),
            ("", "01:00", None, Some(6)),
            ("01:30", "", Some(7), None),
        ] {
            let duty = DutyForm {
                member: field.veterinarian.to_string(),
                duty: "chipping".to_owned(),
                starts: starts.to_owned(),
                ends: ends.to_owned(),
            };
            let set = planning::set_duty(office, actor, id, &duty).await.unwrap();
            assert_eq!(set, Asked::Done(()));
            let sheet = sheet(&field, id).await;
            let begins = sheet.outreach.starts_at;
            let member = sheet.crew.first().unwrap();
            let after = |half_hours: Option<i64>| {
                half_hours.map(|half| begins.plus_ms(half * HOUR_MS / 2))
            };
            let hours = (member.starts_at, member.ends_at);
            assert_eq!(hours, (after(from), after(to)), "{starts}-{ends}");
        }
    }
}
