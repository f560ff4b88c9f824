//! What does not fit in the plan of an outreach. It is shown and keeps nobody from anything.

use domain::booking::Offering;
use domain::desk::planned::{
    Conflict, CrewLine, StockKind, TargetKind, fitting, most_at_once, operating,
};
use domain::id::OutreachId;
use domain::outreach::OutreachStatus;
use domain::outreach::times::Promised;
use domain::role::Role;
use domain::service::ServiceKind;

use super::plan::PlanRecord;
use crate::desk::number;
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
    sums: &Sums,
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
    let allotted = stock::allotted(tx, id).await?;
    // Whoever comes for a chip gets both doses as well.
    let both = chips.saturating_add(doses);
    for (kind, allotted, needed) in [
        (StockKind::Chips, allotted.chips, chips),
        (StockKind::InternalDoses, allotted.internal, both),
        (StockKind::ExternalDoses, allotted.external, both),
    ] {
        if allotted < needed {
            found.push(Conflict::StockShort { kind, allotted, needed });
        }
    }
    found.extend(targets(tx, sums, record).await?);
    Ok(found)
}

/// The targets of the programme that would be passed if every place of what is announced were
/// taken. What has begun is in what was done.
async fn targets(tx: &mut Tx, sums: &Sums, record: &PlanRecord) -> Result<Vec<Conflict>, Error> {
    use OutreachStatus::{Draft, Open, Published};
    let outreach = &record.outreach;
    if !matches!(outreach.status, Draft | Published | Open) {
        return Ok(Vec::new());
    }
    let programme = outreach.programme.0;
    let Some(row) = tx.programme(programme).await? else { return Ok(Vec::new()) };
    let done = sums.programmes.or(programme, tx.programme_totals(programme)).await?;
    let places = tx.planned_places(programme, outreach.id.0).await?;
    let mut found = Vec::new();
    for (kind, service, offering, target) in [
        (
            TargetKind::Implantations,
            ServiceKind::Implantation,
            Offering::Chip,
            row.target_implantations,
        ),
        (
            TargetKind::Sterilisations,
            ServiceKind::Sterilisation,
            Offering::Sterilisation,
            row.target_sterilisations,
        ),
    ] {
        let done = done.iter().find(|total| total.kind == service.code());
        let places = places.iter().find(|(known, _)| known == offering.code());
        let planned = places.map_or(0, |(_, places)| *places);
        let all = planned.saturating_add(done.map_or(0, |total| total.total));
        let is_own = record.offerings.iter().any(|one| one.offering == offering);
        if is_own && target > 0 && all > target {
            let (planned, target) = (number(all), number(target));
            found.push(Conflict::TargetPassed { kind, planned, target });
        }
    }
    Ok(found)
}
