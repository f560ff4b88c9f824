//! `/coordinacion/existencias`: the stock, what an outreach holds of it, and what is done with it.
//! Plain pages and forms: 303 to what was changed, or 422 with all that was typed.

use app::coordination::{foot, ways};
use app::pages::public::form_state::FormState;
use app::pages::public::stock::{
    AGAIN, BoxPage, Deed, DeedFacts, DeedPage, FIELDS, Links, StockPage,
};
use app::routes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use backend::desk::act::fresh;
use backend::error::Error;
use backend::stock;
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::desk::stock::{ChipReceipt, DoseMove, DoseReceipt};
use domain::field_error::{Field, FieldError, Problem as FieldProblem};
use domain::id::{DeviceId, OutreachId, SubmissionId};
use domain::refusal::Refusal;
use domain::role::Role;
use domain::stock::{AllottedLot, ChipRange, LossReason, parse_doses};
use leptos::prelude::*;

use super::outreach;
use super::sheets::{self, Sheet};
use crate::doors::Routes;
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// In the address after something was noted.
const DONE: &str = "hecho";
/// The field that names an act.
const ACT: &str = "act";
/// In the address after a box was counted: how many there were.
const COUNTED: &str = "contado=";

/// The routes of this module.
pub(super) fn router() -> Routes {
    Routes::default()
        .get(routes::STOCK, show)
        .get(routes::STOCK_BOX, sheets::show::<StockBox>)
        .both(routes::STOCK_DEED, ask_for, act)
}

/// What a deed comes to.
enum After {
    /// It is done; the page to see then.
    Done(String),
    /// The numbers are to be looked at first.
    Preview(ChipRange),
}

/// The links round a page of the desk that is served whole.
pub(super) fn links(visitor: &Visitor, ask: &Ask) -> Links {
    let role = visitor.role().unwrap_or(Role::Auditor);
    Links { ways: ways(role, ask.locale), foot: foot(ask.locale) }
}

async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    ask: Ask,
) -> Result<Response, Problem> {
    let sheet = stock::sheet(&state.office, visitor.actor()).await?;
    let (links, is_done) = (links(&visitor, &ask), query.as_deref() == Some(DONE));
    let page = move || view! { <StockPage links=links sheet=sheet is_done=is_done /> };
    Ok(ask.of_coordination().page(page).await)
}

/// What an outreach holds.
struct StockBox;

impl Sheet for StockBox {
    /// That something was done, and how many chips were just counted.
    type Shown = (bool, Option<u32>);

    fn asked(query: &str) -> Self::Shown {
        let counted = query.strip_prefix(COUNTED).and_then(|number| number.parse().ok());
        (query == DONE, counted)
    }

    async fn page(
        state: &AppState,
        (visitor, ask): (&Visitor, Ask),
        outreach: OutreachId,
        (is_done, counted): Self::Shown,
    ) -> Result<Response, Problem> {
        let sheet = stock::box_sheet(&state.office, visitor.actor(), outreach).await?;
        let links = links(visitor, &ask);
        let page = move || {
            view! { <BoxPage links=links sheet=sheet is_done=is_done counted=counted /> }
        };
        Ok(ask.of_coordination().page(page).await)
    }
}

/// The outreach, unless it is the office, and what is done there.
fn place((id, word): &(String, String)) -> Result<(Option<OutreachId>, Deed), Refusal> {
    let outreach = match id.as_str() {
        routes::STOCK_OFFICE => None,
        id => Some(outreach(id)?),
    };
    let deed = Deed::at(outreach.is_none(), word).ok_or(Refusal::OutreachUnknown)?;
    Ok((outreach, deed))
}

async fn ask_for(
    State(state): State<AppState>,
    Path(path): Path<(String, String)>,
    visitor: Visitor,
    ask: Ask,
) -> Result<Response, Problem> {
    let at = place(&path)?;
    page(&state, (&visitor, ask), at, None).await
}

async fn page(
    state: &AppState,
    (visitor, ask): (&Visitor, Ask),
    (outreach, deed): (Option<OutreachId>, Deed),
    preview: Option<ChipRange>,
) -> Result<Response, Problem> {
    let facts = facts(state, visitor, (outreach, deed)).await?;
    let links = links(visitor, &ask);
    let page = move || {
        view! { <DeedPage links=links deed=deed facts=facts preview=preview /> }
    };
    Ok(ask.of_coordination().page(page).await)
}

async fn facts(
    state: &AppState,
    visitor: &Visitor,
    (outreach, deed): (Option<OutreachId>, Deed),
) -> Result<DeedFacts, Error> {
    let (office, actor) = (&state.office, visitor.actor());
    let Some(outreach) = outreach else {
        let (lots, today) = stock::lots(office, actor).await?;
        return Ok(DeedFacts {
            place: routes::STOCK_OFFICE.to_owned(),
            name: None,
            phones: Vec::new(),
            lots: DeedFacts::of_office(lots),
            free: Vec::new(),
            today,
            act: fresh(),
        });
    };
    let sheet = stock::box_sheet(office, actor, outreach).await?;
    let holders = sheet.holders();
    // What is allotted comes from the office; what is taken back or written off, from the box.
    let lots = if deed == Deed::AllotDoses {
        DeedFacts::of_office(sheet.lots)
    } else {
        let held = sheet.parts.iter().flat_map(|part| part.lots.clone());
        let left = |lot: AllottedLot| {
            let left = lot.left();
            (lot, left)
        };
        let mut held: Vec<_> = held.map(left).collect();
        held.sort_by_key(|(lot, _)| (lot.lot.expires_on, lot.lot.id));
        held.dedup_by(|next, kept| {
            let is_same = next.0.lot.id == kept.0.lot.id;
            kept.1 += if is_same { next.1 } else { 0 };
            is_same
        });
        held
    };
    // Stock goes to phones that are in use, and comes back from whoever holds it.
    let phones = match deed {
        Deed::TakeBack | Deed::ReturnDoses => holders,
        Deed::ReceiveChips
        | Deed::ReceiveDoses
        | Deed::WriteOffChip
        | Deed::WriteOffDoses
        | Deed::Allot
        | Deed::Count
        | Deed::AllotDoses => sheet.phones,
    };
    Ok(DeedFacts {
        place: outreach.to_string(),
        name: Some(sheet.line.name),
        phones,
        lots,
        free: sheet.free,
        today: sheet.today,
        act: sheet.act,
    })
}

async fn act(
    State(state): State<AppState>,
    Path(path): Path<(String, String)>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let (outreach, deed) = place(&path)?;
    if !fields.text(AGAIN).is_empty() {
        // What was read back is not right: the same form, with all that was typed.
        let form = FormState { values: fields.keep(&FIELDS), ..FormState::default() };
        let ask = ask.refused(form).status(StatusCode::OK);
        return page(&state, (&visitor, ask), (outreach, deed), None).await;
    }
    let done = match outreach {
        None => at_office(&state, &visitor, deed, &fields).await,
        Some(outreach) => at_outreach(&state, &visitor, (outreach, deed), &fields).await,
    };
    let kept = || fields.keep(&FIELDS);
    let at = (outreach, deed);
    match done {
        Ok(After::Done(path)) => Ok(see(&path)),
        Ok(After::Preview(range)) => {
            let form = FormState { values: kept(), ..FormState::default() };
            let ask = ask.refused(form).status(StatusCode::OK);
            page(&state, (&visitor, ask), at, Some(range)).await
        }
        Err(Error::Refused(refusal)) => {
            let mut typed = kept();
            // The answer to an act is final: what is put right is another act.
            typed.retain(|(name, _)| name != ACT);
            let ask = ask.refused(FormState::refused(refusal, typed));
            page(&state, (&visitor, ask), at, None).await
        }
        Err(failed) => Err(failed.into()),
    }
}

async fn at_office(
    state: &AppState,
    visitor: &Visitor,
    deed: Deed,
    fields: &Fields,
) -> Result<After, Error> {
    let (office, actor) = (&state.office, visitor.actor());
    match deed {
        Deed::ReceiveChips => {
            let form = ChipReceipt {
                first: fields.text("first_chip").to_owned(),
                last: fields.text("last_chip").to_owned(),
                supplier: fields.text("supplier").to_owned(),
                paper: fields.text("paper").to_owned(),
                date: fields.text("date").to_owned(),
            };
            let is_final = is_confirmed(fields);
            let range = stock::receive_chips(office, actor, &form, is_final).await?;
            return Ok(seen(range, is_final, routes::STOCK));
        }
        Deed::ReceiveDoses => {
            let form = DoseReceipt {
                act: act_of(fields),
                product: fields.text("product").to_owned(),
                kind: fields.text("kind").to_owned(),
                batch: fields.text("batch").to_owned(),
                expiry: fields.text("expiry").to_owned(),
                quantity: fields.text("quantity").to_owned(),
                supplier: fields.text("supplier").to_owned(),
                paper: fields.text("paper").to_owned(),
            };
            stock::receive_doses(office, actor, &form).await?;
        }
        Deed::WriteOffChip => {
            let command = lost_chip(state, fields).map_err(Error::Refused)?;
            write_off(state, visitor, (None, command), fields).await?;
        }
        Deed::WriteOffDoses => {
            let command = lost_doses(fields).map_err(Error::Refused)?;
            write_off(state, visitor, (None, command), fields).await?;
        }
        // Not of the office: `place` knows no such address.
        Deed::Allot | Deed::TakeBack | Deed::Count | Deed::AllotDoses | Deed::ReturnDoses => {
            return Err(Error::Refused(Refusal::OutreachUnknown));
        }
    }
    Ok(After::Done(done(routes::STOCK)))
}

async fn at_outreach(
    state: &AppState,
    visitor: &Visitor,
    (outreach, deed): (OutreachId, Deed),
    fields: &Fields,
) -> Result<After, Error> {
    let (office, actor) = (&state.office, visitor.actor());
    let path = routes::desk_box(outreach);
    match deed {
        Deed::Allot => {
            let ends = (fields.text("first_chip"), fields.text("last_chip"));
            let (holder, is_final) = ((outreach, device(fields)?), is_confirmed(fields));
            let range = stock::allot(office, actor, holder, ends, is_final).await?;
            return Ok(seen(range, is_final, &path));
        }
        Deed::TakeBack => {
            stock::take_back(office, actor, outreach, device(fields)?).await?;
        }
        Deed::Count => {
            let count = stock::count(office, actor, outreach, fields.text("quantity")).await?;
            return Ok(After::Done(format!("{path}?{COUNTED}{}", count.counted)));
        }
        Deed::AllotDoses | Deed::ReturnDoses => {
            let form = DoseMove {
                act: act_of(fields),
                lot: fields.text("lot").parse().ok(),
                quantity: fields.text("quantity").to_owned(),
                device: device(fields)?,
                is_return: deed == Deed::ReturnDoses,
            };
            stock::allot_doses(office, actor, outreach, &form).await?;
        }
        Deed::WriteOffDoses => {
            let command = lost_doses(fields).map_err(Error::Refused)?;
            write_off(state, visitor, (Some(outreach), command), fields).await?;
        }
        // Not of a box: `place` knows no such address.
        Deed::ReceiveChips | Deed::ReceiveDoses | Deed::WriteOffChip => {
            return Err(Error::Refused(Refusal::OutreachUnknown));
        }
    }
    Ok(After::Done(done(&path)))
}

fn is_confirmed(fields: &Fields) -> bool {
    !fields.text("confirmed").is_empty()
}

/// A range that was kept is seen in its place, one that was only looked at on the page.
fn seen(range: ChipRange, is_final: bool, path: &str) -> After {
    if is_final { After::Done(done(path)) } else { After::Preview(range) }
}

fn done(path: &str) -> String {
    format!("{path}?{DONE}")
}

fn act_of(fields: &Fields) -> Option<SubmissionId> {
    fields.text(ACT).parse().ok()
}

/// The phone that was chosen; none is the common box.
fn device(fields: &Fields) -> Result<Option<DeviceId>, Error> {
    match fields.text("device") {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| Error::Refused(Refusal::PhoneUnknown)),
    }
}

fn reason(fields: &Fields) -> Result<LossReason, FieldError> {
    let reason = LossReason::from_code(fields.text("reason"));
    reason.ok_or(FieldError::new(Field::Reason, FieldProblem::Unknown))
}

fn lost_chip(state: &AppState, fields: &Fields) -> Result<Command, Refusal> {
    let chip = ChipNumber::parse_in(fields.text("chip"), state.office.test_chips());
    let chip = chip.map_err(|error| FieldError::new(Field::Chip, error));
    match (chip, reason(fields)) {
        (Ok(chip), Ok(reason)) => Ok(Command::WriteOffChip { chip, reason }),
        (chip, reason) => {
            let fields = [chip.err(), reason.err()].into_iter().flatten().collect();
            Err(Refusal::Invalid { fields })
        }
    }
}

fn lost_doses(fields: &Fields) -> Result<Command, Refusal> {
    let lot = fields.text("lot").parse().map_err(|_| Refusal::LotUnknown)?;
    match (parse_doses(fields.text("quantity")), reason(fields)) {
        (Ok(doses), Ok(reason)) => Ok(Command::WriteOffDoses { lot, doses, reason }),
        (doses, reason) => {
            let fields = [doses.err(), reason.err()].into_iter().flatten().collect();
            Err(Refusal::Invalid { fields })
        }
    }
}

async fn write_off(
    state: &AppState,
    visitor: &Visitor,
    (outreach, command): (Option<OutreachId>, Command),
    fields: &Fields,
) -> Result<(), Error> {
    let present = visitor.present().map_err(|_| Error::Refused(Refusal::SignedOut))?;
    let id = act_of(fields).unwrap_or_else(fresh);
    stock::write_off(&state.office, present, outreach, (id, command)).await
}
