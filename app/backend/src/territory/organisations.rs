//! Organisations that lend a hall or help: the list, and one of them with whom to ask for.

use domain::catalogue::OrganisationKind;
use domain::contact::{Email, Phone};
use domain::desk::territory::{OrganisationForm, OrganisationLine, OrganisationList};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::OrganisationId;
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase, allows};
use domain::territory::{Commune, UnitKey};

use super::unknown;
use crate::actor::Actor;
use crate::desk::may;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{code, territory, unit};
use crate::store::StoreError;
use crate::store::vocabulary::programme::OrganisationRow;

/// Every organisation, by name.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(office: &Office, actor: Actor) -> Result<OrganisationList, Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    let may_plan = allows(actor.caller().unwrap_or(Caller::Public), UseCase::PlanOutreaches);
    let rows = office.store.read(|tx| Box::pin(async move { tx.organisations().await })).await?;
    let mut rows = rows.into_iter().map(line).collect::<Result<Vec<_>, _>>()?;
    if !may_plan {
        // An auditor sees no personal data (contracts, section 4).
        for row in &mut rows {
            (row.contact_name, row.phone, row.email) = (None, None, None);
        }
    }
    Ok(OrganisationList { rows, may_plan })
}

/// One organisation as its form shows it.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] on the organisation when there is none.
pub async fn sheet(
    office: &Office,
    actor: Actor,
    id: OrganisationId,
) -> Result<OrganisationForm, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let row =
        office.store.read(move |tx| Box::pin(async move { tx.organisation(id.0).await })).await?;
    let line = line(row.ok_or_else(|| unknown(Field::Organisation))?)?;
    let number = line.unit.map(|unit| unit.number.to_string());
    Ok(OrganisationForm {
        name: line.name,
        kind: line.kind.code().to_owned(),
        commune: line.commune.code(),
        unit: number.unwrap_or_default(),
        address: line.address.unwrap_or_default(),
        contact_name: line.contact_name.unwrap_or_default(),
        phone: line.phone.unwrap_or_default(),
        email: line.email.unwrap_or_default(),
    })
}

/// Keeps an organisation under its identifier: a new one, or a known one as it is from now on. Sent
/// twice it is the same one.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] with every field that cannot be taken.
pub async fn save(
    office: &Office,
    actor: Actor,
    id: OrganisationId,
    form: &OrganisationForm,
) -> Result<(), Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let now = office.clock.now();
    let row = read(id, form).map_err(|fields| Error::Refused(Refusal::Invalid { fields }))?;
    office
        .store
        .write_with(row, move |tx, row| {
            Box::pin(async move {
                let before = tx.organisation(row.id).await?;
                if !tx.update_organisation(row).await? {
                    tx.insert_organisation(row).await?;
                }
                let said = serde_json::json!({
                    "organisation": row.id, "name": row.name,
                    "changed": changed(before.as_ref(), row),
                });
                let subject = Subject::acting(&actor);
                let entry = Entry::new(subject, "organisation_saved", actor, now, &said)?;
                history::append(tx, &entry).await
            })
        })
        .await
}

/// Which fields are not as they were, by name alone, for a contact is a person; of a new one those
/// that say something.
fn changed(before: Option<&OrganisationRow>, after: &OrganisationRow) -> Vec<&'static str> {
    let fields = |row: &OrganisationRow| {
        [
            ("kind", Some(row.kind.clone())),
            ("name", Some(row.name.clone())),
            ("commune", Some(row.commune.clone())),
            ("unit", row.unit.clone()),
            ("address", row.address.clone()),
            ("contact_name", row.contact_name.clone()),
            ("phone", row.phone.clone()),
            ("email", row.email.clone()),
        ]
    };
    let before = before.map(fields);
    let was = |at: usize| before.as_ref().and_then(|all| all.get(at)?.1.clone());
    let after = fields(after).into_iter().enumerate();
    after.filter(|(at, (_, value))| was(*at) != *value).map(|(_, (name, _))| name).collect()
}

fn line(row: OrganisationRow) -> Result<OrganisationLine, StoreError> {
    Ok(OrganisationLine {
        id: OrganisationId(row.id),
        kind: code(&row.kind, OrganisationKind::from_code)?,
        name: row.name,
        commune: territory(&row.commune)?,
        unit: row.unit.as_deref().map(unit).transpose()?,
        address: row.address,
        contact_name: row.contact_name,
        phone: row.phone,
        email: row.email,
    })
}

fn read(id: OrganisationId, form: &OrganisationForm) -> Result<OrganisationRow, Vec<FieldError>> {
    let mut read = Reading::default();
    let name = read.took(Field::Name, ShortText::<120>::parse(&form.name));
    let kind = OrganisationKind::from_code(&form.kind).ok_or(Problem::Empty);
    let kind = read.took(Field::Organisation, kind);
    let commune = read.took(Field::Commune, Commune::parse(&form.commune));
    let unit = read.unit(commune, &form.unit);
    let address = read.took(Field::Address, ShortText::<120>::parse_optional(&form.address));
    let contact =
        read.took(Field::PersonName, ShortText::<120>::parse_optional(&form.contact_name));
    let phone = match form.phone.trim() {
        "" => None,
        text => read.took(Field::Phone, Phone::parse(text)),
    };
    let email = match form.email.trim() {
        "" => None,
        text => read.took(Field::Email, Email::parse(text)),
    };
    match (name, kind, commune, read.fields) {
        (Some(name), Some(kind), Some(commune), fields) if fields.is_empty() => {
            Ok(OrganisationRow {
                id: id.0,
                kind: kind.code().to_owned(),
                name: name.to_string(),
                commune: commune.code(),
                unit: unit.map(|unit| unit.to_string()),
                address: address.flatten().map(|text| text.to_string()),
                contact_name: contact.flatten().map(|text| text.to_string()),
                phone: phone.map(Phone::e164),
                email: email.map(|email| email.to_string()),
            })
        }
        (.., fields) => Err(fields),
    }
}

/// What was read so far cannot be taken in these fields.
#[derive(Default)]
struct Reading {
    fields: Vec<FieldError>,
}

impl Reading {
    fn took<T>(&mut self, field: Field, read: Result<T, impl Into<Problem>>) -> Option<T> {
        read.map_err(|error| self.fields.push(FieldError::new(field, error))).ok()
    }

    fn unit(&mut self, commune: Option<Commune>, text: &str) -> Option<UnitKey> {
        if text.trim().is_empty() {
            return None;
        }
        let number = text.trim().parse::<u16>().map_err(|_| Problem::NotANumber);
        let number = self.took(Field::NeighbourhoodUnit, number)?;
        self.took(Field::NeighbourhoodUnit, UnitKey::new(commune?, number))
    }
}
