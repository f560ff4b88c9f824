//! Programmes, outreaches, teams.

use domain::desk::plan::{
    OutreachFilter, OutreachForm, OutreachList, OutreachSheet, PlanChoices, ProgrammeForm,
    ProgrammeList, TalkCorrection, TalkForm,
};
use domain::id::{OutreachId, ProgrammeId, ServiceId, StaffId, SubmissionId};
use leptos::prelude::server;
use leptos::server_fn::codec::Json;

use crate::api::ApiError;

/// Every programme and how far it is.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskProgrammes,
    prefix = "/api/coordinacion",
    endpoint = "programas/lista",
    input = Json
)]
pub async fn programmes() -> Result<ProgrammeList, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::planning::programmes(&asked.office, asked.actor()).await;
    asked.told(answer)
}

/// Makes a programme.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskSaveProgramme,
    prefix = "/api/coordinacion",
    endpoint = "programas/guardar",
    input = Json
)]
pub async fn save_programme(form: ProgrammeForm) -> Result<ProgrammeId, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::planning::save_programme(&asked.office, asked.actor(), form).await;
    asked.told(answer)
}

/// The outreaches of a year.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskOutreaches,
    prefix = "/api/coordinacion",
    endpoint = "operativos/lista",
    input = Json
)]
pub async fn outreaches(filter: OutreachFilter) -> Result<OutreachList, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::planning::outreaches(&asked.office, asked.actor(), filter).await;
    asked.told(answer)
}

/// One outreach.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskOutreach,
    prefix = "/api/coordinacion",
    endpoint = "operativos/ver",
    input = Json
)]
pub async fn outreach(outreach: OutreachId) -> Result<OutreachSheet, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::planning::outreach(&asked.office, asked.actor(), outreach).await;
    asked.told(answer)
}

/// What an outreach's form chooses from.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskPlanChoices,
    prefix = "/api/coordinacion",
    endpoint = "operativos/formulario",
    input = Json
)]
pub async fn plan_choices(outreach: Option<OutreachId>) -> Result<PlanChoices, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::planning::choices(&asked.office, asked.actor(), outreach).await;
    asked.told(answer)
}

/// Makes an outreach, or changes one.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskSaveOutreach,
    prefix = "/api/coordinacion",
    endpoint = "operativos/guardar",
    input = Json
)]
pub async fn save_outreach(
    outreach: Option<OutreachId>,
    form: OutreachForm,
) -> Result<OutreachId, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::planning::save(&asked.office, asked.actor(), outreach, form).await;
    asked.told(answer)
}

/// Puts somebody in a team, as if they had not left it where they `stayed`, or takes them out;
/// answers on how many of their phones records wait then, nothing where on none: so a page from
/// before there were such numbers understands it, too.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskSetMember,
    prefix = "/api/coordinacion",
    endpoint = "operativos/equipo",
    input = Json
)]
pub async fn set_member(
    outreach: OutreachId,
    staff: StaffId,
    joins: bool,
    stayed: Option<bool>,
) -> Result<Option<u32>, ApiError> {
    let asked = crate::api::asked::asked()?;
    let (office, actor) = (&asked.office, asked.actor());
    let phones = match joins && stayed.unwrap_or_default() {
        true => backend::planning::put_back(office, actor, outreach, staff).await,
        false => backend::planning::set_member(office, actor, outreach, (staff, joins)).await,
    };
    asked.told(phones.map(|phones| (phones > 0).then_some(phones)))
}

/// Records a teaching session at an outreach.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskRecordTalk,
    prefix = "/api/coordinacion",
    endpoint = "operativos/charla",
    input = Json
)]
pub async fn record_talk(
    outreach: OutreachId,
    id: SubmissionId,
    form: TalkForm,
) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let talk = (id, form);
    asked.told(backend::desk::talks::record(&asked.office, &asked.present, outreach, talk).await)
}

/// Corrects a teaching session, and the list of who listened to it.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskCorrectTalk,
    prefix = "/api/coordinacion",
    endpoint = "operativos/charla/corregir",
    input = Json
)]
pub async fn correct_talk(
    talk: ServiceId,
    id: SubmissionId,
    form: TalkCorrection,
) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let (office, present) = (&asked.office, &asked.present);
    asked.told(backend::desk::talks::correct(office, present, talk, (id, form)).await)
}
