//! `/coordinacion/operativos/{id}/plan`: the plan of an outreach, its life, and its day sheet.
//! Plain pages and forms: 303 to the plan, or 422 with all that was typed.

use app::pages::public::form_state::FormState;
use app::pages::public::plan::{
    ACT, DaySheetPage, Deed, DeedPage, FIELDS, JustDone, PlanPage, Tried,
};
use app::routes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use backend::closing;
use backend::desk::act::fresh;
use backend::error::Error;
use backend::planning;
use domain::desk::planned::{
    Asked, DayForm, DutyForm, OfferingForm, PlanFault, PlanField, PlanForm, PlanProblem,
};
use domain::id::OutreachId;
use domain::outreach::life::LifeStep;
use domain::refusal::Refusal;
use leptos::prelude::*;

use super::outreach;
use super::sheets::{Sheet, show};
use super::stock::links;
use crate::doors::Routes;
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// In the address after something was noted.
const DONE: &str = "hecho";
/// In the address after people were told: how many bookings.
const TOLD: &str = "avisos=";

/// The routes of this module.
pub(super) fn router() -> Routes {
    Routes::default().get(routes::PLAN, show::<Plan>).get(routes::DAY_SHEET, show_day).both(
        routes::PLAN_DEED,
        ask_for,
        act,
    )
}

/// The plan itself.
struct Plan;

impl Sheet for Plan {
    /// What was just done, and what was tried and could not be.
    type Shown = (JustDone, Tried);

    fn asked(query: &str) -> Self::Shown {
        let told = query.strip_prefix(TOLD).and_then(|number| number.parse::<u32>().ok());
        let done = match told {
            Some(told) => JustDone::Told(told),
            None if query == DONE => JustDone::Noted,
            None => JustDone::Nothing,
        };
        (done, Tried::default())
    }

    async fn page(
        state: &AppState,
        (visitor, ask): (&Visitor, Ask),
        id: OutreachId,
        (done, tried): Self::Shown,
    ) -> Result<Response, Problem> {
        let sheet = planning::plan::sheet(&state.office, visitor.actor(), id).await?;
        let (links, zone) = (links(visitor, &ask), state.office.zone.clone());
        let page = move || {
            view! { <PlanPage links=links sheet=sheet zone=zone tried=tried done=done /> }
        };
        Ok(ask.of_coordination().page(page).await)
    }
}

async fn show_day(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    ask: Ask,
) -> Result<Response, Problem> {
    let (office, actor, id) = (&state.office, visitor.actor(), outreach(&id)?);
    let sheet = planning::plan::sheet(office, actor, id).await?;
    let printed = closing::day_sheet(office, actor, id).await?;
    let (links, zone) = (links(&visitor, &ask), office.zone.clone());
    let taken = (printed.chips, printed.lots);
    let page = move || {
        view! { <DaySheetPage links=links sheet=sheet taken=taken zone=zone /> }
    };
    Ok(ask.of_coordination().page(page).await)
}

/// The outreach, and what is done with its plan.
fn place((id, word): &(String, String)) -> Result<(OutreachId, Deed), Refusal> {
    let deed = Deed::at(word).ok_or(Refusal::OutreachUnknown)?;
    Ok((outreach(id)?, deed))
}

async fn ask_for(
    State(state): State<AppState>,
    Path(path): Path<(String, String)>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    ask: Ask,
) -> Result<Response, Problem> {
    let (id, deed) = place(&path)?;
    // The address names the one thing that the form is about.
    let query = query.unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let about = [PlanField::Offering.code(), PlanField::Member.code()];
    let values = pairs.filter(|(name, _)| about.contains(&name.as_str())).collect();
    let tried = Tried { values, ..Tried::default() };
    form(&state, (&visitor, ask), (id, deed), tried).await
}

async fn form(
    state: &AppState,
    (visitor, ask): (&Visitor, Ask),
    (id, deed): (OutreachId, Deed),
    tried: Tried,
) -> Result<Response, Problem> {
    let sheet = planning::plan::sheet(&state.office, visitor.actor(), id).await?;
    let (links, zone) = (links(visitor, &ask), state.office.zone.clone());
    let act = fresh();
    let page = move || {
        view! { <DeedPage links=links deed=deed sheet=sheet zone=zone tried=tried act=act /> }
    };
    Ok(ask.of_coordination().page(page).await)
}

async fn act(
    State(state): State<AppState>,
    Path(path): Path<(String, String)>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let (id, deed) = place(&path)?;
    let names: Vec<_> = FIELDS.iter().map(|field| field.code()).collect();
    let mut tried = Tried { values: fields.keep(&names), ..Tried::default() };
    match done(&state, &visitor, (id, deed), &fields).await {
        Ok(Asked::Done(address)) => {
            // Letters to whoever booked leave at once.
            state.wake.notify_one();
            return Ok(see(&address));
        }
        Ok(Asked::Faults(faults)) => tried.faults = faults,
        Ok(Asked::Hindered(hindrance)) => tried.hindrance = Some(hindrance),
        Err(Error::Refused(Refusal::SheetUsed)) => {
            // What was typed is another copy, under another name.
            let ask = ask.refused(FormState::refused(Refusal::SheetUsed, Vec::new()));
            return form(&state, (&visitor, ask), (id, deed), tried).await;
        }
        Err(error) => return Err(error.into()),
    }
    let ask = ask.status(StatusCode::UNPROCESSABLE_ENTITY);
    if deed == Deed::Step {
        return Plan::page(&state, (&visitor, ask), id, (JustDone::Nothing, tried)).await;
    }
    form(&state, (&visitor, ask), (id, deed), tried).await
}

/// Does it; answers the address to see then.
async fn done(
    state: &AppState,
    visitor: &Visitor,
    (id, deed): (OutreachId, Deed),
    fields: &Fields,
) -> Result<Asked<String>, Error> {
    let (office, actor) = (&state.office, visitor.actor());
    let plan = routes::desk_plan(id);
    let noted = || format!("{plan}?{DONE}");
    let told = |bookings: u32| format!("{plan}?{TOLD}{bookings}");
    let asked = match deed {
        Deed::Facts => {
            let form = facts(fields);
            then(planning::plan::save(office, actor, id, &form).await?, |()| noted())
        }
        Deed::Offering => {
            let form = offering(fields);
            then(planning::save_offering(office, actor, id, &form).await?, |()| noted())
        }
        Deed::Drop => {
            let what = typed(fields, PlanField::Offering);
            then(planning::drop_offering(office, actor, id, &what).await?, |()| noted())
        }
        Deed::Step => {
            let Some(step) = LifeStep::from_code(&typed(fields, PlanField::Step)) else {
                let fault = PlanFault::new(PlanField::Step, PlanProblem::Unknown);
                return Ok(Asked::Faults(vec![fault]));
            };
            then(planning::step(office, actor, id, step).await?, |_| noted())
        }
        Deed::Suspend => {
            let reason = typed(fields, PlanField::Reason);
            then(planning::suspend(office, actor, id, &reason).await?, told)
        }
        Deed::Reschedule => {
            then(planning::reschedule(office, actor, id, &day(fields)).await?, told)
        }
        Deed::Copy => {
            let act = fields.text(ACT).parse().ok();
            let copied = planning::copy(office, actor, id, (&day(fields), act)).await?;
            then(copied, |copied| format!("{}?{DONE}", routes::desk_plan(copied)))
        }
        Deed::Duty => {
            let form = DutyForm {
                member: typed(fields, PlanField::Member),
                duty: typed(fields, PlanField::Duty),
                starts: typed(fields, PlanField::Starts),
                ends: typed(fields, PlanField::Ends),
            };
            then(planning::set_duty(office, actor, id, &form).await?, |()| noted())
        }
    };
    Ok(asked)
}

/// The same outcome with where it leads.
fn then<T>(asked: Asked<T>, leads: impl FnOnce(T) -> String) -> Asked<String> {
    match asked {
        Asked::Done(done) => Asked::Done(leads(done)),
        Asked::Faults(faults) => Asked::Faults(faults),
        Asked::Hindered(hindrance) => Asked::Hindered(hindrance),
    }
}

fn typed(fields: &Fields, field: PlanField) -> String {
    fields.text(field.code()).to_owned()
}

fn day(fields: &Fields) -> DayForm {
    DayForm { day: typed(fields, PlanField::Day), starts: typed(fields, PlanField::Starts) }
}

fn offering(fields: &Fields) -> OfferingForm {
    OfferingForm {
        offering: typed(fields, PlanField::Offering),
        capacity: typed(fields, PlanField::Capacity),
        minutes: typed(fields, PlanField::Minutes),
        stations: typed(fields, PlanField::Stations),
        species: typed(fields, PlanField::Species),
        from_months: typed(fields, PlanField::FromMonths),
        to_months: typed(fields, PlanField::ToMonths),
        flat_faced: typed(fields, PlanField::FlatFaced),
        per_owner: typed(fields, PlanField::PerOwner),
        per_household: typed(fields, PlanField::PerHousehold),
        programme: typed(fields, PlanField::Programme),
    }
}

fn facts(fields: &Fields) -> PlanForm {
    PlanForm {
        part_of: typed(fields, PlanField::PartOf),
        phase: typed(fields, PlanField::Phase),
        phase_on: typed(fields, PlanField::PhaseOn),
        max_people: typed(fields, PlanField::MaxPeople),
        opens_on: typed(fields, PlanField::OpensOn),
        opens_at: typed(fields, PlanField::OpensAt),
        priority: typed(fields, PlanField::Priority),
        bring: typed(fields, PlanField::Bring),
        way: typed(fields, PlanField::Way),
        cost: typed(fields, PlanField::Cost),
        latitude: typed(fields, PlanField::Latitude),
        longitude: typed(fields, PlanField::Longitude),
        units: typed(fields, PlanField::Units),
    }
}
