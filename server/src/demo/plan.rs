//! The programmes, hosts and outreaches of 2020, and one outreach open today.

use anyhow::Result;
use backend::clock::fresh_id;
use backend::documents;
use backend::office::Office;
use backend::records::outreach_row;
use backend::store::StoreError;
use backend::store::vocabulary::programme::{OrganisationRow, ProgrammeRow};
use domain::catalogue::SanitaryPhase;
use domain::id::{OrganisationId, OutreachId, ProgrammeId};
use domain::name::ShortText;
use domain::outreach::{Outreach, OutreachKind, OutreachStatus};
use domain::role::Role;
use domain::territory::{Commune, UnitKey};
use domain::timestamp::{CivilDate, Timestamp};

use super::accounts::Team;
use super::draw::Draw;
use super::{units, words};

/// An outreach with what is done there.
pub(super) struct Planned {
    pub(super) outreach: Outreach,
    /// Chips with both doses.
    pub(super) chips: u32,
    /// Surgeries that are performed.
    pub(super) surgeries: u32,
}

/// Outreaches of *Veterinario en Marcha*; each gets 800 / 20 = 40 chips.
const MARCHA_OUTREACHES: u32 = 20;
/// Chips of each of them.
const CHIPS_EACH: u32 = 40;
/// Outreaches of *Esterilización*.
const STERILISATION_OUTREACHES: u32 = 17;
/// Surgeries: 876 = 9 × 52 + 8 × 51.
const STERILISATIONS: u32 = 876;

pub(super) async fn make(
    office: &Office,
    draw: &mut Draw,
    team: &Team,
    issuer: &str,
) -> Result<Vec<Planned>> {
    let now = office.clock.now();
    let name = (issuer, "Plan Veterinario en Marcha 2020");
    let marcha = programme_row(draw.id(now), 1, name, [800, 0, 0]);
    let name = (issuer, "Esterilización en gobernación 2020");
    let sterilisation = programme_row(draw.id(now), 2, name, [0, 876, 17]);
    let hosts = hosts(draw, office);
    let programmes = vec![marcha.clone(), sterilisation.clone()];
    let mut planned = Vec::new();
    for number in 0..MARCHA_OUTREACHES {
        let outreach = outreach(draw, &hosts, (marcha.id, number, OutreachKind::ChipAndDeworming))?;
        planned.push(Planned { outreach, chips: CHIPS_EACH, surgeries: 0 });
    }
    for number in 0..STERILISATION_OUTREACHES {
        let kind = OutreachKind::Sterilisation;
        let outreach = outreach(draw, &hosts, (sterilisation.id, number, kind))?;
        let extra = u32::from(number < STERILISATIONS % STERILISATION_OUTREACHES);
        let surgeries = STERILISATIONS / STERILISATION_OUTREACHES + extra;
        planned.push(Planned { outreach, chips: 0, surgeries });
    }
    planned.sort_by_key(|planned| planned.outreach.starts_at);
    let outreaches: Vec<_> = planned.iter().map(|one| one.outreach.clone()).collect();
    store(office, team, programmes, hosts, outreaches).await?;
    let units = units::rows(office.clock.now());
    let kept: Result<(), StoreError> = office
        .store
        .write_with(units, |tx, units| Box::pin(async move { tx.put_units(units).await }))
        .await;
    kept?;
    Ok(planned)
}

/// One outreach open today with no services, to register in, or the one that there is already.
pub(super) async fn open_today(office: &Office, team: &Team, issuer: &str) -> Result<OutreachId> {
    let today = office.day_of(office.clock.now());
    let known: Result<_, StoreError> = office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let day = today.to_string();
                Ok((tx.programmes().await?, tx.outreaches_between(&day, &day, 1).await?))
            })
        })
        .await;
    let (programmes, outreaches) = known?;
    if let Some(known) = outreaches.first() {
        return Ok(OutreachId(known.id));
    }
    let last = programmes.iter().map(|known| known.number).max().unwrap_or(0);
    let year = today.year().to_string();
    let known = programmes.into_iter().rfind(|known| known.starts_on.starts_with(&year));
    let made = match known {
        Some(_) => Vec::new(),
        None => of_the_year(issuer, last, &year),
    };
    let programme = known.as_ref().or(made.last()).map(|programme| programme.id);
    let outreach = outreach_of(office, today, programme.unwrap_or_default())?;
    let outreach_id = outreach.id;
    store(office, team, made, Vec::new(), vec![outreach]).await?;
    authorise(office, team, outreach_id).await?;
    Ok(outreach_id)
}

/// The programmes of a year, after so many: that of the surgeries, and that of all else, of which
/// an outreach is where nothing else is said.
fn of_the_year(issuer: &str, last: i64, year: &str) -> Vec<ProgrammeRow> {
    let row = |number, name, targets| ProgrammeRow {
        starts_on: format!("{year}-01-01"),
        ends_on: format!("{year}-12-31"),
        ..programme_row(fresh_id(), number, (issuer, name), targets)
    };
    vec![
        row(last + 1, "Esterilización en gobernación", [0, 60, 2]),
        row(last + 2, "Veterinario en Marcha", [200, 0, 0]),
    ]
}

fn outreach_of(office: &Office, today: CivilDate, programme: uuid::Uuid) -> Result<Outreach> {
    let offset_minutes = i64::from(office.zone.offset_minutes(office.clock.now()));
    let midnight = Timestamp(today.days() * domain::timestamp::DAY_MS - offset_minutes * 60_000);
    Ok(Outreach {
        id: OutreachId(fresh_id()),
        programme: ProgrammeId(programme),
        name: ShortText::parse(words::TODAY.name)?,
        kind: OutreachKind::Mixed,
        status: OutreachStatus::UnderWay,
        held_on: today,
        starts_at: midnight.plus_ms(9 * HOUR_MS),
        ends_at: midnight.plus_ms(18 * HOUR_MS),
        place: ShortText::parse("Sede vecinal, Sicilia 1516")?,
        commune: Commune::ANTOFAGASTA,
        unit: None,
        host: None,
        phase: None,
        max_people: Some(40),
    })
}

/// The veterinarian lets the documents of an outreach carry the signature.
pub(super) async fn authorise(office: &Office, team: &Team, outreach: OutreachId) -> Result<()> {
    let actor = backend::actor::Actor::Staff { id: team.veterinarian, role: Role::Veterinarian };
    documents::authorise_outreach(office, actor, outreach).await?;
    Ok(())
}

const HOUR_MS: i64 = 3_600_000;

/// `targets`: chips (as many doses of each kind), surgeries, outreaches with surgeries.
fn programme_row(
    id: uuid::Uuid,
    number: i64,
    (issuer, name): (&str, &str),
    targets: [i64; 3],
) -> ProgrammeRow {
    let [chips, surgeries, outreaches] = targets;
    ProgrammeRow {
        id,
        number,
        name: name.to_owned(),
        issuer: issuer.to_owned(),
        starts_on: "2020-01-01".to_owned(),
        ends_on: "2020-12-31".to_owned(),
        target_implantations: chips,
        target_dewormings_internal: chips,
        target_dewormings_external: chips,
        target_sterilisations: surgeries,
        target_outreaches: outreaches,
    }
}

fn hosts(draw: &mut Draw, office: &Office) -> Vec<OrganisationRow> {
    let now = office.clock.now();
    let row =
        |&(kind, name, commune, unit, address): &(&str, &str, &str, u16, &str)| OrganisationRow {
            id: draw.id(now),
            kind: kind.to_owned(),
            name: name.to_owned(),
            commune: commune.to_owned(),
            unit: Some(format!("{commune}-{unit}")),
            address: Some(address.to_owned()),
            contact_name: None,
            phone: None,
            email: None,
        };
    words::HOSTS.iter().map(row).collect()
}

fn outreach(
    draw: &mut Draw,
    hosts: &[OrganisationRow],
    (programme, number, kind): (uuid::Uuid, u32, OutreachKind),
) -> Result<Outreach> {
    let host = &hosts[number as usize % hosts.len()];
    let commune = Commune::parse(&host.commune)?;
    // From 9 March 2020, every other week: surgeries on Thursdays, the others on Tuesdays.
    let weekday = if kind == OutreachKind::Sterilisation { 3 } else { 1 };
    let first = "2020-03-09".parse::<CivilDate>().map(CivilDate::days)?;
    let held_on = CivilDate::from_days(first + i64::from(number) * 14 + weekday);
    // 12:00 UTC is 08:00 or 09:00 in Santiago, winter or summer.
    let starts_at = Timestamp(held_on.days() * domain::timestamp::DAY_MS + 12 * HOUR_MS);
    let phase = *draw.one(SanitaryPhase::ALL);
    let unit = host.unit.as_deref().map(UnitKey::parse).transpose()?;
    Ok(Outreach {
        id: OutreachId(draw.id(starts_at)),
        programme: ProgrammeId(programme),
        name: ShortText::parse(&host.name)?,
        kind,
        status: OutreachStatus::Reported,
        held_on,
        starts_at,
        ends_at: starts_at.plus_ms(8 * HOUR_MS),
        place: ShortText::parse(host.address.as_deref().unwrap_or(&host.name))?,
        commune,
        unit,
        host: Some(OrganisationId(host.id)),
        phase: Some(phase),
        max_people: Some(30),
    })
}

/// Writes programmes, hosts, and outreaches with their team.
pub(super) async fn store(
    office: &Office,
    team: &Team,
    programmes: Vec<ProgrammeRow>,
    hosts: Vec<OrganisationRow>,
    outreaches: Vec<Outreach>,
) -> Result<()> {
    let staff = [team.operative, team.veterinarian, team.coordinator];
    let inside = (programmes, hosts, outreaches, staff);
    let now = office.clock.now().0;
    let stored: Result<(), StoreError> = office
        .store
        .write_with(inside, move |tx, (programmes, hosts, outreaches, staff)| {
            Box::pin(async move {
                for programme in programmes {
                    tx.insert_programme(programme).await?;
                }
                for host in hosts {
                    tx.insert_organisation(host).await?;
                }
                for outreach in outreaches {
                    tx.insert_outreach(&outreach_row(outreach)).await?;
                    for member in staff {
                        tx.join_team(outreach.id.0, member.0, now).await?;
                    }
                }
                Ok(())
            })
        })
        .await;
    Ok(stored?)
}
