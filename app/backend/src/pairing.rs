//! Pairing: a coordinator invites a phone to an outreach by a code, the phone shows that it holds
//! a key of its own, and the server certifies that key (contracts, sections 3 and 7).
//!
//! Nothing is decided by it but provisional certificates: what a phone without a key records is
//! taken like any other's.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER};
use domain::desk::phones::PhonePairing;
use domain::field_error::{Field, FieldError};
use domain::id::{DeviceId, OutreachId, StaffId};
use domain::name::ShortText;
use domain::outreach::Outreach;
use domain::pairing::{
    CODE_LASTS_MS, Delegation, Invitation, LONGEST_NAME, Paired, PairingCode, PairingRequest,
};
use domain::refusal::Refusal;
use domain::role::{UseCase, allows};
use domain::timestamp::{HOUR_MS, Timestamp, Zone};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::clock;
use crate::counters::{self, Limit};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::keys::{Keys, Purpose};
use crate::office::Office;
use crate::records;
use crate::store::vocabulary::people::TokenRow;
use crate::store::vocabulary::phone::{DelegationRow, KeyHolderRow};
use crate::store::vocabulary::submission::DeviceRow;
use crate::store::{StoreError, Tx};

/// Codes tried by one account.
pub const TRIES: Limit = Limit { name: "pairing_tries", most: 20, window_ms: HOUR_MS };

/// What a code is among the tokens.
const CODE: &str = "pairing";

/// Makes a code by which one phone can be paired for an outreach, within a quarter of an hour. The
/// one that the same person made for it before, and nobody has used, is void: what a screen showed
/// a moment ago opens nothing any more.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`];
/// [`Refusal::OutreachNotOpen`] for one that is over or takes no services.
pub async fn invite(office: &Office, actor: Actor, id: OutreachId) -> Result<Invitation, Error> {
    authorise(&actor, UseCase::ManageDevices).map_err(Error::Refused)?;
    let now = office.clock.now();
    let code = PairingCode::from_bytes(clock::random::<5>()?);
    let until = now.plus_ms(CODE_LASTS_MS);
    let by = StaffId(actor.id().unwrap_or_default());
    let row = TokenRow {
        hash: hash_of(&office.keys, &code),
        purpose: CODE.to_owned(),
        subject: format!("{id} {by}"),
        data: "null".to_owned(),
        created_at: now.0,
        expires_at: until.0,
        used_at: None,
    };
    office
        .store
        .write_with((row, office.zone.clone()), move |tx, (row, zone)| {
            Box::pin(async move {
                open_outreach(tx, id, zone, now).await?;
                tx.void_tokens(CODE, &row.subject, now.0).await?;
                tx.insert_token(row).await?;
                let said = json!({ "minutes": CODE_LASTS_MS / 60_000 });
                let entry = Entry::new(Subject::Outreach(id), "phone_invited", actor, now, &said)?;
                history::append(tx, &entry).await
            })
        })
        .await?;
    Ok(Invitation { code: code.to_string(), qr: code.qr_text(), until })
}

/// What is pairing a phone, read and proved.
struct Wanted {
    code_hash: Vec<u8>,
    device: DeviceId,
    name: String,
    key: [u8; 32],
    actor: Actor,
    staff: StaffId,
    keys: Keys,
    zone: Zone,
    now: Timestamp,
}

/// Pairs a phone: its key is certified for the outreach of the code, which is used up by that. A
/// phone that asks again with the same code and key, as after a lost answer, is answered again.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`]; [`Refusal::Invalid`] on code or name;
/// [`Refusal::TooManyAttempts`]; [`Refusal::PairingProofWrong`]; [`Refusal::PairingCodeUnknown`],
/// [`Refusal::PairingCodeUsed`], [`Refusal::PairingCodeExpired`]; [`Refusal::NotYourOutreach`],
/// [`Refusal::OutreachNotOpen`]; [`Refusal::PhoneRevoked`], also for the key of a revoked phone;
/// [`Refusal::PhoneUnknown`] for a browser of the coordination.
pub async fn pair(
    office: &Office,
    actor: Actor,
    request: &PairingRequest,
) -> Result<Paired, Error> {
    authorise(&actor, UseCase::PairPhone).map_err(Error::Refused)?;
    let (code, name) = read(request).map_err(Error::Refused)?;
    let now = office.clock.now();
    let staff = StaffId(actor.id().unwrap_or_default());
    counters::attempt(&office.store, TRIES, &staff.to_string(), now).await?;
    let key = proved(request, &code).ok_or(Error::Refused(Refusal::PairingProofWrong))?;
    let wanted = Wanted {
        code_hash: hash_of(&office.keys, &code),
        device: request.device,
        name,
        key,
        actor,
        staff,
        keys: office.keys.clone(),
        zone: office.zone.clone(),
        now,
    };
    let paired = office
        .store
        .write_with(wanted, |tx, wanted| Box::pin(async move { weigh(tx, wanted).await }))
        .await?;
    // The limit is for codes that are guessed, not for a box of phones.
    counters::clear(&office.store, TRIES, &staff.to_string()).await?;
    Ok(paired)
}

/// Code and name, or everything that is wrong with them.
fn read(request: &PairingRequest) -> Result<(PairingCode, String), Refusal> {
    let code = PairingCode::parse(&request.code);
    let code = code.map_err(|problem| FieldError::new(Field::Code, problem));
    let name = ShortText::<LONGEST_NAME>::parse(&request.name);
    let name = name.map_err(|problem| FieldError::new(Field::Name, problem));
    match (code, name) {
        (Ok(code), Ok(name)) => Ok((code, name.to_string())),
        (code, name) => {
            let fields = code.err().into_iter().chain(name.err()).collect();
            Err(Refusal::Invalid { fields })
        }
    }
}

/// The phone's key, if the request was signed by its private half.
fn proved(request: &PairingRequest, code: &PairingCode) -> Option<[u8; 32]> {
    let decoded = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok();
    let key: [u8; 32] = decoded(&request.public_key)?.try_into().ok()?;
    let signature = Signature::from_slice(&decoded(&request.signature)?).ok()?;
    let text = code.proof_text(request.device, &request.public_key);
    let verifying = VerifyingKey::from_bytes(&key).ok()?;
    verifying.verify_strict(text.as_bytes(), &signature).ok()?;
    Some(key)
}

/// Of a code nothing is stored but what the secret file makes of it: forty bits could be guessed
/// from a bare hash.
fn hash_of(keys: &Keys, code: &PairingCode) -> Vec<u8> {
    keys.derive(b"pairing-code", code.letters().as_bytes()).to_vec()
}

async fn weigh(tx: &mut Tx, wanted: &Wanted) -> Result<Paired, Error> {
    let token = tx.token(&wanted.code_hash).await?;
    let token = token.ok_or(Error::Refused(Refusal::PairingCodeUnknown))?;
    let known = tx.devices(&[wanted.device.0]).await?.pop();
    match &known {
        Some(row) if row.is_desk => return Err(Error::Refused(Refusal::PhoneUnknown)),
        Some(row) if row.revoked_at.is_some() => return Err(Error::Refused(Refusal::PhoneRevoked)),
        _ => {}
    }
    // A revoked phone does not come back with its key under another identifier.
    let holders = tx.key_holders(&[wanted.key.to_vec()]).await?;
    if holders.iter().any(|phone| phone.revoked_at.is_some()) {
        return Err(Error::Refused(Refusal::PhoneRevoked));
    }
    let subject = token.subject.split(' ').next().map(str::parse::<OutreachId>);
    let id = subject.and_then(Result::ok);
    let id = id.ok_or(StoreError::Inconsistent("a pairing code is for no outreach"))?;
    let before = tx.delegations_of(&[wanted.device.0]).await?;
    if let Some(used_at) = token.used_at {
        let is_that = |row: &&DelegationRow| {
            row.outreach_id == id.0 && row.paired_at == used_at && row.public_key == wanted.key
        };
        let row = before.iter().find(is_that);
        let row = row.ok_or(Error::Refused(Refusal::PairingCodeUsed))?;
        let outreach = known_outreach(tx, id).await?;
        let name = known.map_or_else(|| wanted.name.clone(), |phone| phone.name);
        return Ok(told(row, name, &outreach));
    }
    if token.expires_at <= wanted.now.0 {
        return Err(Error::Refused(Refusal::PairingCodeExpired));
    }
    works_there(tx, wanted.actor, id).await?;
    let (outreach, until) = open_outreach(tx, id, &wanted.zone, wanted.now).await?;
    let used = tx.use_token(&wanted.code_hash, wanted.now.0).await?;
    used.ok_or(Error::Refused(Refusal::PairingCodeUsed))?;
    let row = signed(wanted, id, until, before.first())?;
    name_phone(tx, wanted, known).await?;
    tx.keep_delegation(&row).await?;
    note(tx, wanted, &outreach, (until, before.first())).await?;
    Ok(told(&row, wanted.name.clone(), &outreach))
}

/// The delegation, signed. When the phone showed another key at its pairing before, that is noted
/// beside it, until it shows the same for another outreach.
fn signed(
    wanted: &Wanted,
    outreach: OutreachId,
    until: Timestamp,
    before: Option<&DelegationRow>,
) -> Result<DelegationRow, Error> {
    let pen = wanted.keys.pen(Purpose::Delegation)?;
    let rekeyed_at = match before {
        Some(before) if before.public_key != wanted.key => Some(wanted.now.0),
        Some(before) if before.outreach_id == outreach.0 => before.rekeyed_at,
        _ => None,
    };
    let mut row = DelegationRow {
        device_id: wanted.device.0,
        outreach_id: outreach.0,
        public_key: wanted.key.to_vec(),
        paired_by: wanted.staff.0,
        paired_at: wanted.now.0,
        ends_at: until.0,
        kid: pen.kid.to_vec(),
        signature: Vec::new(),
        rekeyed_at,
    };
    row.signature = pen.sign(delegation(&row).signed_text().as_bytes()).to_vec();
    Ok(row)
}

/// A delegation as it travels.
fn delegation(row: &DelegationRow) -> Delegation {
    Delegation {
        device: DeviceId(row.device_id),
        public_key: BASE64URL_NOPAD.encode(&row.public_key),
        outreach: OutreachId(row.outreach_id),
        from: Timestamp(row.paired_at),
        until: Timestamp(row.ends_at),
        kid: HEXLOWER.encode(&row.kid),
        signature: BASE64_NOPAD.encode(&row.signature),
    }
}

fn told(row: &DelegationRow, name: String, outreach: &Outreach) -> Paired {
    let (outreach, until) = (outreach.name.to_string(), Timestamp(row.ends_at));
    Paired { name, outreach, until, delegation: delegation(row) }
}

async fn known_outreach(tx: &mut Tx, id: OutreachId) -> Result<Outreach, Error> {
    let row = tx.outreach(id.0).await?;
    Ok(records::outreach(row.ok_or(Error::Refused(Refusal::OutreachUnknown))?)?)
}

/// The outreach, while phones can be paired for it, and when a delegation for it ends.
async fn open_outreach(
    tx: &mut Tx,
    id: OutreachId,
    zone: &Zone,
    now: Timestamp,
) -> Result<(Outreach, Timestamp), Error> {
    let outreach = known_outreach(tx, id).await?;
    let until = domain::pairing::delegated_until(&outreach, zone);
    if !outreach.status.takes_services() || until <= now {
        return Err(Error::Refused(Refusal::OutreachNotOpen));
    }
    Ok((outreach, until))
}

/// A coordinator works at every outreach, field staff at those of their teams.
async fn works_there(tx: &mut Tx, actor: Actor, outreach: OutreachId) -> Result<(), Error> {
    if actor.caller().is_some_and(|caller| allows(caller, UseCase::ReadOutreaches)) {
        return Ok(());
    }
    let team = tx.team(&[outreach.0]).await?;
    match team.iter().any(|member| Some(member.staff_id) == actor.id()) {
        true => Ok(()),
        false => Err(Error::Refused(Refusal::NotYourOutreach)),
    }
}

/// The phone gets its name; one that never sent anything gets its row too.
async fn name_phone(
    tx: &mut Tx,
    wanted: &Wanted,
    known: Option<DeviceRow>,
) -> Result<(), StoreError> {
    let Some(known) = known else {
        let phone = DeviceRow {
            id: wanted.device.0,
            staff_id: wanted.staff.0,
            name: wanted.name.clone(),
            created_at: wanted.now.0,
            last_seen_at: wanted.now.0,
            ..DeviceRow::default()
        };
        return tx.write_devices(&[phone]).await;
    };
    if known.name == wanted.name {
        return Ok(());
    }
    tx.rename_phone(known.id, &wanted.name).await
}

/// The link in the phone's chain; another key than before is named.
async fn note(
    tx: &mut Tx,
    wanted: &Wanted,
    outreach: &Outreach,
    (until, before): (Timestamp, Option<&DelegationRow>),
) -> Result<(), Error> {
    let other = before.filter(|row| row.public_key != wanted.key);
    // The delegation ends when a day begins: the last whole one is the day before.
    let last_day = wanted.zone.local(until.plus_ms(-1)).0;
    let said = json!({
        "name": wanted.name,
        "outreach": outreach.name.to_string(),
        "until": last_day.to_string(),
        "key": fingerprint(&wanted.key),
        "key_before": other.map(|row| fingerprint(&row.public_key)),
    });
    let subject = Subject::Device(wanted.device);
    let entry = Entry::new(subject, "phone_paired", wanted.actor, wanted.now, &said)?;
    history::append(tx, &entry).await
}

/// Short enough to be compared by eye: the first 8 bytes of the key's SHA-256, in hexadecimal.
fn fingerprint(key: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(key)[..8])
}

/// For what some phones were paired last, by phone.
///
/// # Errors
/// A failed database.
pub(crate) async fn of(
    tx: &mut Tx,
    devices: &[Uuid],
    names: &BTreeMap<Uuid, String>,
    now: Timestamp,
) -> Result<BTreeMap<Uuid, PhonePairing>, StoreError> {
    let mut rows = BTreeMap::new();
    // The latest first: of each phone the first is kept.
    for row in tx.delegations_of(devices).await? {
        rows.entry(row.device_id).or_insert(row);
    }
    let outreaches: Vec<Uuid> = rows.values().map(|row| row.outreach_id).collect();
    let outreaches: BTreeMap<_, _> = tx.outreach_names(&outreaches).await?.into_iter().collect();
    let keys: Vec<Vec<u8>> = rows.values().map(|row| row.public_key.clone()).collect();
    let holders = tx.key_holders(&keys).await?;
    let twins = |row: &DelegationRow| {
        let is_twin =
            |other: &&KeyHolderRow| other.public_key == row.public_key && other.id != row.device_id;
        holders.iter().filter(is_twin).map(|other| other.name.clone()).collect()
    };
    let told = |row: DelegationRow| PhonePairing {
        outreach: OutreachId(row.outreach_id),
        name: outreaches.get(&row.outreach_id).cloned().unwrap_or_default(),
        by: names.get(&row.paired_by).cloned().unwrap_or_default(),
        at: Timestamp(row.paired_at),
        until: Timestamp(row.ends_at),
        is_over: row.ends_at <= now.0,
        key: fingerprint(&row.public_key),
        rekeyed: row.rekeyed_at.map(Timestamp),
        twins: twins(&row),
    };
    Ok(rows.into_iter().map(|(device, row)| (device, told(row))).collect())
}
