//! An outreach's form: read from a record, and into one.

use domain::catalogue::{OrganisationKind, SanitaryPhase};
use domain::desk::plan::OutreachForm;
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{OrganisationId, OutreachId, ProgrammeId, SubmissionId};
use domain::name::ShortText;
use domain::outreach::{Organisation, Outreach, OutreachKind, OutreachStatus};
use domain::refusal::Refusal;
use domain::territory::{Commune, UnitKey};
use domain::timestamp::{CivilDate, DAY_MS, Timestamp, Zone, ms_of_day};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{iso, text_of};
use crate::clock;
use crate::store::StoreError;
use crate::store::vocabulary::programme::{OrganisationRow, ProgrammeRow};

/// A host of the list.
pub(super) fn organisation(row: OrganisationRow) -> Result<Organisation, StoreError> {
    let wrong = || StoreError::Inconsistent("a host organisation cannot be read");
    let unit = row.unit.as_deref().map(UnitKey::parse).transpose().map_err(|_| wrong())?;
    let address = row.address.as_deref().map(ShortText::parse).transpose();
    Ok(Organisation {
        id: OrganisationId(row.id),
        kind: OrganisationKind::from_code(&row.kind).ok_or_else(wrong)?,
        name: ShortText::parse(&row.name).map_err(|_| wrong())?,
        commune: Commune::parse(&row.commune).map_err(|_| wrong())?,
        unit,
        address: address.map_err(|_| wrong())?,
    })
}

/// The form of a new outreach: the newest programme, today, a usual day.
pub(super) fn fresh_form(programme: Option<&ProgrammeRow>, today: CivilDate) -> OutreachForm {
    OutreachForm {
        programme: programme.map(|row| text_of(row.id)).unwrap_or_default(),
        kind: OutreachKind::ChipAndDeworming.code().to_owned(),
        status: OutreachStatus::Draft.code().to_owned(),
        held_on: iso(today),
        starts: "10:00".to_owned(),
        ends: "14:00".to_owned(),
        commune: Commune::ANTOFAGASTA.code(),
        ..OutreachForm::default()
    }
}

/// The form of an outreach as it is.
pub(super) fn form_of(outreach: &Outreach, zone: &Zone) -> OutreachForm {
    let hour = |at: Timestamp| {
        let (_, minute) = zone.local(at);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    let unit = outreach.unit.map(|unit| unit.to_string());
    let number = unit.as_deref().and_then(|unit| unit.split_once('-')).map(|(_, n)| n.to_owned());
    OutreachForm {
        programme: text_of(outreach.programme.0),
        name: outreach.name.to_string(),
        kind: outreach.kind.code().to_owned(),
        status: outreach.status.code().to_owned(),
        held_on: iso(outreach.held_on),
        starts: hour(outreach.starts_at),
        ends: hour(outreach.ends_at),
        place: outreach.place.to_string(),
        commune: outreach.commune.code(),
        unit: number.unwrap_or_default(),
        host: outreach.host.map(|host| text_of(host.0)).unwrap_or_default(),
        new_host: String::new(),
        new_host_kind: String::new(),
        phase: outreach.phase.map(|phase| phase.code().to_owned()).unwrap_or_default(),
        max_people: outreach.max_people.map(|most| most.to_string()).unwrap_or_default(),
        seen: seen(outreach),
        act: None,
    }
}

/// What of an outreach nobody may have changed between the filling of its form and the saving.
pub(super) fn seen(outreach: &Outreach) -> String {
    format!("{} {} {}", outreach.status, outreach.starts_at.0, outreach.ends_at.0)
}

/// The outreach that a form describes, and the new host it names.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that cannot be taken.
pub(super) fn read(
    id: OutreachId,
    form: &OutreachForm,
    zone: &Zone,
) -> Result<(Outreach, Option<OrganisationRow>), Refusal> {
    let mut read = Reading::default();
    let programme: Option<ProgrammeId> = read.given(Field::Programme, form.programme.parse().ok());
    let name = read.text(Field::Name, &form.name);
    let kind = read.given(Field::Outreach, OutreachKind::from_code(&form.kind));
    let status = OutreachStatus::from_code(&form.status).unwrap_or(OutreachStatus::Draft);
    let held_on = read.given(Field::Date, form.held_on.parse::<CivilDate>().ok());
    let hours = hours(form).map(|(from, to)| (from, if to <= from { to + DAY_MS } else { to }));
    let hours = read.given(Field::Time, hours);
    let place = read.text(Field::Address, &form.place);
    let commune = read.given(Field::Commune, Commune::parse(&form.commune).ok());
    let unit = read.unit(commune, &form.unit);
    let max_people = read.number(Field::Quantity, &form.max_people);
    let new_host = read.host(form, commune);
    let host = match &new_host {
        Some(row) => Some(OrganisationId(row.id)),
        None => form.host.parse().ok(),
    };
    let fields = read.fields;
    let (Some(programme), Some(name), Some(kind), Some(held_on)) = (programme, name, kind, held_on)
    else {
        return Err(Refusal::Invalid { fields });
    };
    let (Some((from, to)), Some(place), Some(commune), true) =
        (hours, place, commune, fields.is_empty())
    else {
        return Err(Refusal::Invalid { fields });
    };
    let (starts_at, ends_at) = (zone.moment(held_on, from), zone.moment(held_on, to));
    if ends_at <= starts_at {
        return Err(Refusal::field(FieldError::new(Field::Time, Problem::ClocksChange)));
    }
    let outreach = Outreach {
        id,
        programme,
        name,
        kind,
        status,
        held_on,
        starts_at,
        ends_at,
        place,
        commune,
        unit,
        host,
        phase: SanitaryPhase::from_code(&form.phase),
        max_people,
    };
    Ok((outreach, new_host))
}

/// The new host of an outreach that a sheet makes: the same for the same sheet, so that neither is
/// made twice.
fn host_of(act: SubmissionId) -> Uuid {
    let hash = Sha256::new().chain_update("huella-host\n").chain_update(act.0.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Start and end in milliseconds of the local day.
fn hours(form: &OutreachForm) -> Option<(i64, i64)> {
    Some((ms_of_day(&form.starts)?, ms_of_day(&form.ends)?))
}

#[derive(Default)]
struct Reading {
    fields: Vec<FieldError>,
}

impl Reading {
    fn given<T>(&mut self, field: Field, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.fields.push(FieldError::new(field, Problem::Empty));
        }
        value
    }

    fn text(&mut self, field: Field, text: &str) -> Option<ShortText<120>> {
        let read = ShortText::parse(text);
        read.map_err(|error| self.fields.push(FieldError::new(field, error))).ok()
    }

    fn number(&mut self, field: Field, text: &str) -> Option<u32> {
        if text.trim().is_empty() {
            return None;
        }
        let number = text.trim().parse().ok().filter(|number| (1..100_000).contains(number));
        if number.is_none() {
            self.fields.push(FieldError::new(field, Problem::NotANumber));
        }
        number
    }

    fn unit(&mut self, commune: Option<Commune>, text: &str) -> Option<UnitKey> {
        let number = self.number(Field::NeighbourhoodUnit, text)?;
        let number = u16::try_from(number).ok();
        let unit = number.and_then(|number| UnitKey::new(commune?, number).ok());
        if unit.is_none() && commune.is_some() {
            self.fields.push(FieldError::new(Field::NeighbourhoodUnit, Problem::Unknown));
        }
        unit
    }

    fn host(&mut self, form: &OutreachForm, commune: Option<Commune>) -> Option<OrganisationRow> {
        if form.new_host.trim().is_empty() {
            return None;
        }
        let name = self.text(Field::Organisation, &form.new_host)?;
        let kind = OrganisationKind::from_code(&form.new_host_kind);
        let kind = kind.unwrap_or(OrganisationKind::Other);
        Some(OrganisationRow {
            id: form.act.map_or_else(clock::fresh_id, host_of),
            kind: kind.code().to_owned(),
            name: name.to_string(),
            commune: commune?.code(),
            unit: None,
            address: None,
            contact_name: None,
            phone: None,
            email: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        let text = r#"[{"at":0,"offset_minutes":-240},{"at":1788667200000,"offset_minutes":-180}]"#;
        serde_json::from_str(text).unwrap()
    }

    fn form() -> OutreachForm {
        OutreachForm {
            programme: clock::fresh_id().to_string(),
            name: "Bonilla".to_owned(),
            place: "Sede".to_owned(),
            ..fresh_form(None, "2026-11-22".parse().unwrap())
        }
    }

    #[test]
    fn a_form_is_read_and_given_back_the_same() {
        let mut form = form();
        form.starts = "20:30".to_owned();
        form.ends = "02:00".to_owned();
        form.unit = "54".to_owned();
        let (outreach, host) = read(OutreachId(clock::fresh_id()), &form, &zone()).unwrap();
        assert_eq!(host, None);
        assert_eq!(outreach.ends_at.since_ms(outreach.starts_at), 5 * 3_600_000 + 1_800_000);
        // What it was filled with is said besides.
        form.seen = seen(&outreach);
        assert_eq!(form_of(&outreach, &zone()), form);
    }

    #[test]
    fn nothing_ends_before_it_starts_in_the_night_of_the_lost_hour() {
        let at = |starts: &str, ends: &str| {
            let held_on = "2026-09-06".to_owned();
            let form = OutreachForm {
                held_on,
                starts: starts.to_owned(),
                ends: ends.to_owned(),
                ..form()
            };
            read(OutreachId(clock::fresh_id()), &form, &zone())
        };
        let refused = Refusal::field(FieldError::new(Field::Time, Problem::ClocksChange));
        assert_eq!(at("00:30", "01:00").unwrap_err(), refused);
        assert_eq!(at("00:00", "01:00").unwrap_err(), refused);
        let (outreach, _) = at("00:30", "02:00").unwrap();
        assert_eq!(outreach.ends_at.since_ms(outreach.starts_at), 1_800_000);
    }

    #[test]
    fn every_field_that_cannot_be_taken_is_named() {
        let form = OutreachForm {
            starts: "25:00".to_owned(),
            max_people: "muchas".to_owned(),
            ..OutreachForm::default()
        };
        let Err(Refusal::Invalid { fields }) = read(OutreachId(clock::fresh_id()), &form, &zone())
        else {
            panic!("it was read");
        };
        let named: Vec<_> = fields.iter().map(|error| error.field).collect();
        let all = [
            Field::Programme,
            Field::Name,
            Field::Outreach,
            Field::Date,
            Field::Time,
            Field::Address,
            Field::Commune,
            Field::Quantity,
        ];
        assert_eq!(named, all);
    }
}
