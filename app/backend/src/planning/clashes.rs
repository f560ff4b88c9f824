//! What does not fit in the plan of an outreach. It is shown and keeps nobody from anything.

use domain::booking::Offering;
use domain::closing::Target;
use domain::desk::planned::{Conflict, CrewLine, StockKind, fitting, most_at_once, operating};
use domain::id::OutreachId;
use domain::outreach::times::Promised;
use domain::outreach::{Outreach, OutreachStatus};
use domain::role::Role;
use domain::timestamp::Timestamp;

use super::plan::PlanRecord;
use super::programmes;
use crate::closing;
use crate::error::Error;
use crate::stock;
use crate::store::Tx;
use crate::sums::Sums;

/// Everything that does not fit: people first, then hours, stock and targets.
///
/// # Errors
/// A failed database.
pub(super) async fn conflicts(
    tx: &mut Tx,
    (sums, now): (&Sums, Timestamp),
    record: &PlanRecord,
    (crew, times): (&[CrewLine], &[(Offering, Promised)]),
) -> Result<Vec<Conflict>, Error> {
    let outreach = &record.outreach;
    let id = outreach.id.0;
    if !outreach.status.is_ahead() {
        return Ok(Vec::new());
    }
    let mut found: Vec<_> = tx
        .elsewhere(id)
        .await?
        .into_iter()
        .map(|row| Conflict::TwoPlaces {
            name: row.name,
            outreach: OutreachId(row.outreach_id),
            outreach_name: row.outreach_name,
        })
        .collect();
    let capacity = |wanted: Offering| {
        let own = record.offerings.iter().find(|one| one.offering == wanted);
        own.map_or(0, |one| one.places.capacity)
    };
    let (chips, doses, surgeries) = (
        capacity(Offering::Chip),
        capacity(Offering::Deworming),
        capacity(Offering::Sterilisation),
    );
    // A chip and a surgery have a veterinarian who answers for them.
    let needs_one = chips > 0 || surgeries > 0;
    if needs_one && !crew.iter().any(|member| member.role == Role::Veterinarian) {
        found.push(Conflict::NoVeterinarian);
    } else {
        let own = record.offerings.iter().find(|one| one.offering == Offering::Sterilisation);
        let tables = own.filter(|_| surgeries > 0).map_or(0, |one| u32::from(one.stations));
        let veterinarians = operating((outreach.starts_at, outreach.ends_at), crew);
        if veterinarians < tables {
            found.push(Conflict::FewVeterinarians { veterinarians, tables });
        }
    }
    let people = most_at_once(times, crew.len());
    if let Some(most) = outreach.max_people.filter(|most| people > *most) {
        found.push(Conflict::TooManyPeople { people, most });
    }
    for one in &record.offerings {
        let fits = fitting(outreach, one.minutes, one.stations);
        if one.places.capacity > fits {
            let capacity = one.places.capacity;
            found.push(Conflict::TooLong { offering: one.offering, fits, capacity });
        }
        let (capacity, per_owner) = (one.places.capacity, one.eligibility.per_owner);
        if (1..u32::from(per_owner)).contains(&capacity) {
            let offering = one.offering;
            found.push(Conflict::FewerThanOwner { offering, capacity, per_owner });
        }
    }
    found.extend(stock_of(tx, outreach, (chips, doses)).await?);
    found.extend(targets(tx, (sums, now), record).await?);
    Ok(found)
}

/// What of the stock does not suffice on the day, and the lots that are past theirs by then.
async fn stock_of(
    tx: &mut Tx,
    outreach: &Outreach,
    (chips, doses): (u32, u32),
) -> Result<Vec<Conflict>, Error> {
    let allotted = stock::allotted(tx, outreach.id.0, outreach.held_on).await?;
    // Whoever comes for a chip gets both doses as well.
    let both = chips.saturating_add(doses);
    let needs = [
        (StockKind::Chips, allotted.chips, chips),
        (StockKind::InternalDoses, allotted.internal, both),
        (StockKind::ExternalDoses, allotted.external, both),
    ];
    let short = needs.into_iter().filter(|(_, allotted, needed)| allotted < needed);
    let short =
        short.map(|(kind, allotted, needed)| Conflict::StockShort { kind, allotted, needed });
    let expired = allotted.expired.into_iter().map(|lot| Conflict::LotExpires {
        product: lot.product,
        batch: lot.batch,
        expires_on: lot.expires_on,
        doses: lot.doses,
    });
    Ok(short.chain(expired).collect())
}

/// The targets of its programmes that would be passed if every place that is left of what is
/// announced were taken, and of this outreach with it. What has begun is in what was done.
async fn targets(
    tx: &mut Tx,
    (sums, now): (&Sums, Timestamp),
    record: &PlanRecord,
) -> Result<Vec<Conflict>, Error> {
    use OutreachStatus::{Draft, Open, Published};
    let outreach = &record.outreach;
    if !matches!(outreach.status, Draft | Published | Open) {
        return Ok(Vec::new());
    }
    let funding = record.funding();
    let payers = funding.programmes();
    let mut passed = Vec::new();
    for id in &payers {
        let Some(row) = tx.programme(id.0).await? else { continue };
        let promised = programmes::promised(&row);
        let (done, _) = programmes::done(tx, sums, id.0).await?;
        let coming = closing::coming(tx, sums, (*id, outreach.id.0), now).await?;
        // What this outreach brings nothing to is no matter of its plan.
        let is_own = |target: Target| {
            let mut offered = record.offerings.iter().map(|one| one.offering);
            match target {
                Target::Outreaches => funding.is_of(*id),
                target => offered.any(|offering| funding.feeds(offering, (*id, target))),
            }
        };
        let programme = (payers.len() > 1).then_some(row.name);
        for (&target, coming) in Target::ALL.iter().zip(coming) {
            let planned = target.of(&done).saturating_add(coming);
            let promised = target.of(&promised);
            if promised > 0 && planned > promised && is_own(target) {
                let programme = programme.clone();
                passed.push(Conflict::TargetPassed { programme, target, planned, promised });
            }
        }
    }
    Ok(passed)
}
