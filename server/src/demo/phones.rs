//! The phones: those of 2020, silent since, and three that were in contact today, one of them
//! paired.

use anyhow::{Context, Result};
use backend::actor::Actor;
use backend::desk::phones::{self, Standing};
use backend::office::Office;
use backend::{pairing, submissions};
use data_encoding::BASE64URL_NOPAD;
use domain::id::{DeviceId, OutreachId};
use domain::pairing::{PairingCode, PairingRequest};
use domain::role::Role;
use domain::submission::{Batch, PhoneReport};
use domain::timestamp::HOUR_MS;
use ed25519_dalek::{Signer, SigningKey};

use super::accounts::Team;
use super::draw::Draw;
use crate::site;

/// What the phones of 2020 are called.
const OF_2020: [&str; 2] = ["Mesa de 2020 (demostración)", "Pabellón de 2020 (demostración)"];

/// What those are called that were in contact today: one in order and paired, one that somebody
/// forgot in a drawer with records, one that was lost and is revoked.
const TODAY: [&str; 3] =
    ["Mesa 1 (demostración)", "Mesa 2 (demostración)", "Teléfono perdido (demostración)"];

/// Names the phones of 2020, and lets others say today how they stand; one is paired for today's
/// outreach, and answered.
pub(super) async fn make(
    office: &Office,
    draw: &mut Draw,
    team: &Team,
    (senders, outreach): ([DeviceId; 2], OutreachId),
) -> Result<DeviceId> {
    let coordinator = Actor::Staff { id: team.coordinator, role: Role::Coordinator };
    for (device, name) in senders.into_iter().zip(OF_2020) {
        phones::rename(office, coordinator, device, name).await?;
    }
    let now = office.clock.now();
    let in_order = PhoneReport {
        build: site::build_id().to_owned(),
        clock: now,
        persisted: Some(true),
        ..PhoneReport::default()
    };
    let forgotten = PhoneReport {
        build: "demo-2020".to_owned(),
        clock: now.plus_ms(14 * 60_000),
        waiting: 4,
        to_mend: 1,
        pictures: 2,
        oldest: Some(now.plus_ms(-30 * HOUR_MS)),
        persisted: Some(false),
        ..PhoneReport::default()
    };
    let lost = PhoneReport { build: "demo-2020".to_owned(), ..in_order.clone() };
    let operative = Actor::Staff { id: team.operative, role: Role::Operative };
    let mut today = Vec::with_capacity(TODAY.len());
    for (name, report) in TODAY.into_iter().zip([in_order, forgotten, lost]) {
        let device = DeviceId(draw.id(now));
        let batch = Batch { device, submissions: Vec::new(), report: Some(report) };
        submissions::receive(office, operative, batch).await?;
        phones::rename(office, coordinator, device, name).await?;
        today.push((device, name));
    }
    if let Some((device, _)) = today.last() {
        let why = (Standing::Revoked, "Se perdió en un operativo (demostración)");
        phones::stand(office, coordinator, *device, why).await?;
    }
    let first = today.first().context("the demonstration has no phone")?;
    let code = pairing::invite(office, coordinator, outreach).await?.code;
    let request = request(&code, SigningKey::from_bytes(&draw.key()), *first)?;
    pairing::pair(office, operative, &request).await?;
    Ok(first.0)
}

/// What a phone with this key sends for a code.
fn request(
    code: &str,
    key: SigningKey,
    (device, name): (DeviceId, &str),
) -> Result<PairingRequest> {
    let code = PairingCode::parse(code).ok().context("a code of the coordination is none")?;
    let public_key = BASE64URL_NOPAD.encode(&key.verifying_key().to_bytes());
    let signature = key.sign(code.proof_text(device, &public_key).as_bytes());
    Ok(PairingRequest {
        code: code.to_string(),
        device,
        name: name.to_owned(),
        public_key,
        signature: BASE64URL_NOPAD.encode(&signature.to_bytes()),
    })
}
