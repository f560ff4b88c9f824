//! `/coordinacion/existencias`: the stock, what an outreach holds of it, and what is done with it.
//! Plain pages and forms: 303 to what was changed, or 422 with all that was typed.

mod typed;

use app::coordination::{foot, ways};
use app::pages::public::form_state::FormState;
use app::pages::public::stock::{
    AGAIN, BoxPage, Deed, DeedFacts, DeedPage, FIELDS, Links, Preview, StockPage,
};
use app::routes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use backend::desk::act::fresh;
use backend::error::Error;
use backend::stock::{self, DosesCounted};
use domain::command::Command;
use domain::desk::stock::{BoxSheet, Count, PartSheet};
use domain::id::{DeviceId, OutreachId};
use domain::refusal::Refusal;
use domain::role::Role;
use domain::stock::{AllottedLot, ChipRange};
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
/// In the address after a box was counted: how much there was.
const COUNTED: &str = "contado=";
/// Behind it: how much should have been there.
const EXPECTED: &str = "&debe=";

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
    /// That is to be looked at first.
    Preview(Preview),
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
    /// That something was done, and what was just counted.
    type Shown = (bool, Option<Count>);

    fn asked(query: &str) -> Self::Shown {
        (query == DONE, counted_at(query))
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

/// What an address says of a count, and the address that says it.
fn counted_at(query: &str) -> Option<Count> {
    let (counted, expected) = query.strip_prefix(COUNTED)?.split_once(EXPECTED)?;
    Some(Count { counted: counted.parse().ok()?, expected: expected.parse().ok()? })
}

fn counted(path: &str, Count { counted, expected }: Count) -> After {
    After::Done(format!("{path}?{COUNTED}{counted}{EXPECTED}{expected}"))
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
    preview: Option<Preview>,
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
            boxes: Vec::new(),
            today,
            needed: today,
            act: fresh(),
        });
    };
    let sheet = stock::box_sheet(office, actor, outreach).await?;
    let phones = phones(deed, &sheet);
    // What is allotted is needed on the outreach's own day.
    let needed = match deed {
        Deed::AllotDoses => sheet.today.max(sheet.line.held_on),
        _ => sheet.today,
    };
    // What is allotted comes from the office; what is taken back or written off, from the box.
    let lots = if deed == Deed::AllotDoses {
        DeedFacts::of_office(sheet.lots)
    } else {
        left_in(&sheet.parts)
    };
    Ok(DeedFacts {
        place: outreach.to_string(),
        name: Some(sheet.line.name),
        phones,
        lots,
        free: sheet.free,
        boxes: sheet.parts,
        today: sheet.today,
        needed,
        act: sheet.act,
    })
}

/// The lots of all boxes together, each with the doses that should be left.
fn left_in(parts: &[PartSheet]) -> Vec<(AllottedLot, u32)> {
    let left = |lot: AllottedLot| {
        let left = lot.left();
        (lot, left)
    };
    let mut held: Vec<_> = parts.iter().flat_map(|part| part.lots.clone()).map(left).collect();
    held.sort_by_key(|(lot, _)| (lot.lot.expires_on, lot.lot.id));
    held.dedup_by(|next, kept| {
        let is_same = next.0.lot.id == kept.0.lot.id;
        kept.1 += if is_same { next.1 } else { 0 };
        is_same
    });
    held
}

/// The phones to choose from: stock goes to those that are in use, and comes back from whoever
/// holds it; chips are counted where some are held.
fn phones(deed: Deed, sheet: &BoxSheet) -> Vec<(DeviceId, String)> {
    match deed {
        Deed::TakeBack | Deed::ReturnDoses => sheet.holders(),
        Deed::Count => {
            let held = sheet.parts.iter().filter(|part| !part.ranges.is_empty());
            held.filter_map(|part| part.phone.clone()).collect()
        }
        Deed::ReceiveChips
        | Deed::ReceiveDoses
        | Deed::WriteOffChip
        | Deed::WriteOffDoses
        | Deed::CorrectLot
        | Deed::Allot
        | Deed::CountDoses
        | Deed::AllotDoses => sheet.phones.clone(),
    }
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
        Ok(After::Preview(preview)) => {
            let form = FormState { values: kept(), ..FormState::default() };
            let ask = ask.refused(form).status(StatusCode::OK);
            page(&state, (&visitor, ask), at, Some(preview)).await
        }
        Err(Error::Refused(refusal)) => {
            let mut typed = kept();
            // The answer to an act is final: what is put right is another act.
            typed.retain(|(name, _)| name != typed::ACT);
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
            let (form, is_final) = (typed::chip_receipt(fields), typed::is_confirmed(fields));
            let range = stock::receive_chips(office, actor, &form, is_final).await?;
            return Ok(seen(range, is_final, routes::STOCK));
        }
        Deed::ReceiveDoses => {
            stock::receive_doses(office, actor, &typed::dose_receipt(fields)).await?;
        }
        Deed::WriteOffChip => {
            let command = typed::lost_chip(state, fields).map_err(Error::Refused)?;
            write_off(state, visitor, (None, command), fields).await?;
        }
        Deed::WriteOffDoses => {
            let command = typed::lost_doses(fields).map_err(Error::Refused)?;
            write_off(state, visitor, (None, command), fields).await?;
        }
        Deed::CorrectLot => {
            stock::correct_lot(office, actor, &typed::lot_correction(fields)).await?;
        }
        // Not of the office: `place` knows no such address.
        Deed::Allot
        | Deed::TakeBack
        | Deed::Count
        | Deed::CountDoses
        | Deed::AllotDoses
        | Deed::ReturnDoses => {
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
            let (form, is_final) = (typed::chip_move(fields)?, typed::is_confirmed(fields));
            let range = stock::allot(office, actor, outreach, &form, is_final).await?;
            return Ok(seen(range, is_final, &path));
        }
        Deed::TakeBack => {
            let act = (typed::act_of(fields), typed::device(fields)?);
            stock::take_back(office, actor, outreach, act).await?;
        }
        Deed::Count => {
            let form = typed::chip_count(fields)?;
            return Ok(counted(&path, stock::count(office, actor, outreach, &form).await?));
        }
        Deed::CountDoses => {
            let form = typed::tally(fields);
            return Ok(match stock::count_doses(office, actor, outreach, &form).await? {
                DosesCounted::Differs(count) => After::Preview(Preview::Doses(count)),
                DosesCounted::Noted(count) => {
                    let expected = count.expected();
                    counted(&path, Count { counted: count.counted, expected })
                }
            });
        }
        Deed::AllotDoses | Deed::ReturnDoses => {
            let form = typed::dose_move(fields, deed == Deed::ReturnDoses)?;
            stock::allot_doses(office, actor, outreach, &form).await?;
        }
        Deed::WriteOffDoses => {
            let command = typed::lost_doses(fields).map_err(Error::Refused)?;
            write_off(state, visitor, (Some(outreach), command), fields).await?;
        }
        // Not of a box: `place` knows no such address.
        Deed::ReceiveChips | Deed::ReceiveDoses | Deed::WriteOffChip | Deed::CorrectLot => {
            return Err(Error::Refused(Refusal::OutreachUnknown));
        }
    }
    Ok(After::Done(done(&path)))
}

/// A range that was kept is seen in its place, one that was only looked at on the page.
fn seen(range: ChipRange, is_final: bool, path: &str) -> After {
    if is_final { After::Done(done(path)) } else { After::Preview(Preview::Chips(range)) }
}

fn done(path: &str) -> String {
    format!("{path}?{DONE}")
}

async fn write_off(
    state: &AppState,
    visitor: &Visitor,
    (outreach, command): (Option<OutreachId>, Command),
    fields: &Fields,
) -> Result<(), Error> {
    let present = visitor.present().map_err(|_| Error::Refused(Refusal::SignedOut))?;
    let id = typed::act_of(fields).unwrap_or_else(fresh);
    stock::write_off(&state.office, present, outreach, (id, command)).await
}
