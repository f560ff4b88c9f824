//! One-time codes: an owner's way in without an account.
//!
//! RUN and the last six digits of a chip ask for a code, which goes to the known address. Whether
//! or not the owner is known, the same statements run and the same answer is given (contracts
//! section 4). The code printed on a slip, fifty random bits, opens by itself: who has no e-mail
//! may have no RUN and no chipped animal either.

use domain::field_error::{Field, FieldError, Problem};
use domain::id::OwnerId;
use domain::identity::{DocumentKind, IdentityDocument, IdentityError, SchoolIdKind};
use domain::refusal::Refusal;
use domain::run::Run;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::accounts::session::{self, Begun, Holder};
use crate::clock;
use crate::counters::{self, Limit};
use crate::error::{Error, Fault};
use crate::keys::Keys;
use crate::office::Office;
use crate::outbox::{self, Letter};
use crate::owner_access::kept;
use crate::store::vocabulary::access::AccessCodeRow;
use crate::store::vocabulary::task::LookupRow;
use crate::store::{Store, Tx};
use crate::submissions::slip_hash;

/// Codes asked for one RUN.
pub const BY_RUN: Limit = Limit { name: "owner_code_run", most: 5, window_ms: HOUR_MS };
/// Codes asked for from one address: a mobile operator's customers share few.
pub const BY_ADDRESS: Limit = Limit { name: "owner_code_address", most: 60, window_ms: HOUR_MS };
/// Codes tried from one address.
pub const TRIES: Limit = Limit { name: "owner_code_tries", most: 120, window_ms: HOUR_MS };

/// How often one code may be tried, and how often one slip.
pub const MOST_TRIES: i64 = 5;
/// Minutes that a code is good for.
pub const MINUTES: u32 = 10;
/// Kind of the letter that carries a code.
pub const LETTER: &str = "owner_code";

const HOUR_MS: i64 = 3_600_000;
const MAILED_DIGITS: usize = 6;
const SLIP_LETTERS: usize = 10;
/// Stands where an address would in the letter that is taken back.
const NOWHERE: &str = "nobody@example.invalid";

/// What somebody asks for a code with.
#[derive(Clone)]
pub struct Wanted {
    /// RUN as typed.
    pub run: String,
    /// Last six digits of a chip, as typed; empty when no animal of theirs has one.
    pub chip_end: String,
    /// Network address the request came from.
    pub address: String,
}

/// What the letter says: the mailroom's own shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeLetter {
    /// Six digits.
    pub code: String,
    /// Minutes it is good for.
    pub valid_minutes: u32,
}

/// Everything that is made before it is known whether the owner is.
struct Draft {
    /// Those of which somebody's document may be.
    kinds: Vec<&'static str>,
    key: String,
    end: String,
    handle_hash: Vec<u8>,
    code_hash: Vec<u8>,
    letter: CodeLetter,
    /// What seals the letter.
    keys: Keys,
    /// The owner whom nobody knows.
    nobody: Uuid,
    now: Timestamp,
}

/// Asks for a code; answers the secret by which the browser comes back to it.
///
/// # Errors
/// [`Refusal::Invalid`] on what was typed; [`Refusal::TooManyAttempts`]; a failed database.
pub async fn request(office: &Office, wanted: Wanted) -> Result<String, Error> {
    let (document, end) = read(&wanted).map_err(Error::Refused)?;
    let key = document.key().unwrap_or_default();
    let now = office.clock.now();
    let store = &office.store;
    counters::attempt(store, BY_ADDRESS, &wanted.address, now).await?;
    counters::attempt(store, BY_RUN, &key, now).await?;
    let handle = data_encoding::BASE32_NOPAD.encode(&clock::random::<16>()?);
    let handle_hash = hash_of(&handle);
    let code = fresh_code()?;
    let draft = Draft {
        kinds: kinds(&document),
        key,
        end,
        code_hash: keyed(office, &handle_hash, &code),
        handle_hash,
        letter: CodeLetter { code, valid_minutes: MINUTES },
        keys: office.keys.clone(),
        nobody: clock::fresh_id(),
        now,
    };
    store.write_with(draft, |tx, draft| Box::pin(async move { keep(tx, draft).await })).await?;
    Ok(handle)
}

/// The same statements for who is known and who is not: three looks, and one more for a school
/// number, one code, one letter written and one taken back. Only which letter is taken back
/// differs.
async fn keep(tx: &mut Tx, draft: &Draft) -> Result<(), Error> {
    let mut holder = None;
    for kind in &draft.kinds {
        let found = tx.owner_by_document(kind, &draft.key).await?;
        holder = holder.or(found);
    }
    // Of a merged record, the one that stands for it.
    let looked_at = holder.map_or(draft.nobody, |row| row.merged_into.unwrap_or(row.id));
    let known = tx.owner(looked_at).await?;
    // Who has no chipped animal has none to name.
    let names_own = tx.has_chip_end(looked_at, &draft.end).await? != draft.end.is_empty();
    let fits = known.is_some() && names_own;
    // With another chip the row is the owner's to see, and opens nothing.
    let (owner, email) = match known {
        Some(row) => (row.id, row.email.filter(|_| fits)),
        None => (draft.nobody, None),
    };
    let row = AccessCodeRow {
        handle_hash: draft.handle_hash.clone(),
        owner_id: owner,
        fits,
        code_hash: draft.code_hash.clone(),
        created_at: draft.now.0,
        expires_at: draft.now.plus_ms(i64::from(MINUTES) * 60_000).0,
        attempts: 0,
        used_at: None,
    };
    tx.insert_access_code(&row).await?;
    let letter = Letter {
        kind: LETTER,
        recipient: email.as_deref().unwrap_or(NOWHERE),
        body: &draft.letter,
        about: Some(("owner", owner)),
        due_at: draft.now,
    };
    let written = outbox::enqueue_sealed(tx, &draft.keys, letter, draft.now).await?;
    let taken_back = if email.is_some() { draft.nobody } else { written.0 };
    tx.withdraw_message(taken_back).await?;
    Ok(())
}

fn read(wanted: &Wanted) -> Result<(IdentityDocument, String), Refusal> {
    let document = if wanted.run.trim().is_empty() {
        Err(FieldError::new(Field::Run, Problem::Empty))
    } else {
        document_of(&wanted.run).map_err(|error| match error {
            IdentityError::Run(error) => FieldError::new(Field::Run, error),
            _ => FieldError::new(Field::Run, Problem::RunMalformed),
        })
    };
    let end = chip_end(&wanted.chip_end);
    match (document, end) {
        (Ok(document), Ok(end)) => Ok((document, end)),
        (document, end) => {
            let fields = document.err().into_iter().chain(end.err()).collect();
            Err(Refusal::Invalid { fields })
        }
    }
}

/// The kinds of document that are known by the key of one: a school number does not say whether it
/// is the pupil's or the parent's.
fn kinds(document: &IdentityDocument) -> Vec<&'static str> {
    let all = match document {
        IdentityDocument::SchoolId { .. } => vec![DocumentKind::Ipe, DocumentKind::Ipa],
        other => vec![other.kind()],
    };
    all.into_iter().map(DocumentKind::code).collect()
}

/// A RUN, a school number, or the country and the number of a passport as documents print them.
fn document_of(text: &str) -> Result<IdentityDocument, IdentityError> {
    let run = match Run::parse_any(text) {
        Ok(run) if run.is_school_id() => {
            Ok(IdentityDocument::SchoolId { kind: SchoolIdKind::Ipe, run })
        }
        _ => IdentityDocument::parse_run(text),
    };
    let passport = text.trim().rsplit_once(' ');
    match (run, passport.map(|(country, number)| IdentityDocument::parse_passport(country, number)))
    {
        (Err(_), Some(Ok(passport))) => Ok(passport),
        (run, _) => run,
    }
}

/// Six digits; of a whole chip that was typed, its last six; nothing for nothing.
fn chip_end(text: &str) -> Result<String, FieldError> {
    let wrong = |problem| FieldError::new(Field::Chip, problem);
    let typed: String = text.chars().filter(|sign| !" .-".contains(*sign)).collect();
    let digits = typed.chars().all(|digit| digit.is_ascii_digit());
    match typed.len() {
        0 => Ok(String::new()),
        6 | 15 if digits => Ok(typed.get(typed.len() - 6..).unwrap_or_default().to_owned()),
        _ if !digits => Err(wrong(Problem::NotANumber)),
        _ => Err(wrong(Problem::Malformed)),
    }
}

/// A code that somebody typed.
#[derive(Clone)]
pub struct Entered {
    /// What the browser kept from asking; empty when it did not.
    pub handle: String,
    /// The code of the mail, or that of a slip.
    pub code: String,
    /// What the browser calls itself.
    pub user_agent: String,
    /// Network address the request came from.
    pub address: String,
}

enum Typed {
    Mailed(Vec<u8>),
    Slip(Vec<u8>),
}

/// What a try came to; committed in any case, so that wrong ones count.
enum Outcome {
    Opened(Begun),
    Wrong { left: u32 },
    Over,
}

/// Opens an owner's session with a code.
///
/// # Errors
/// [`Refusal::Invalid`] on what was typed; [`Refusal::WrongCode`]; [`Refusal::LinkUnusable`] for a
/// code that was used, tried too often, is over or was never asked for;
/// [`Refusal::TooManyAttempts`]; a failed database.
pub async fn enter(office: &Office, entered: Entered) -> Result<Begun, Error> {
    let now = office.clock.now();
    let handle = hash_of(&entered.handle);
    let typed = typed(office, &handle, &entered.code).map_err(Error::Refused)?;
    counters::attempt(&office.store, TRIES, &entered.address, now).await?;
    let facts = (handle, typed, entered.user_agent);
    let outcome = office
        .store
        .write_with(facts, move |tx, (handle, typed, agent)| {
            Box::pin(async move { weigh(tx, handle, typed, (agent, now)).await })
        })
        .await?;
    match outcome {
        Outcome::Opened(begun) => Ok(begun),
        Outcome::Wrong { left } if left > 0 => {
            Err(Error::Refused(Refusal::WrongCode { attempts_left: left }))
        }
        Outcome::Wrong { .. } | Outcome::Over => Err(Error::Refused(Refusal::LinkUnusable)),
    }
}

fn typed(office: &Office, handle: &[u8], text: &str) -> Result<Typed, Refusal> {
    let code: String = text.chars().filter(|sign| sign.is_alphanumeric()).collect();
    let code = code.to_ascii_uppercase();
    let is_base32 = |letter: char| matches!(letter, 'A'..='Z' | '2'..='7');
    if code.len() == MAILED_DIGITS && code.bytes().all(|digit| digit.is_ascii_digit()) {
        Ok(Typed::Mailed(keyed(office, handle, &code)))
    } else if code.len() == SLIP_LETTERS && code.chars().all(is_base32) {
        Ok(Typed::Slip(slip_hash(&code)))
    } else {
        let problem = if code.is_empty() { Problem::Empty } else { Problem::Malformed };
        Err(Refusal::field(FieldError::new(Field::Code, problem)))
    }
}

async fn weigh(
    tx: &mut Tx,
    handle: &[u8],
    typed: &Typed,
    (agent, now): (&str, Timestamp),
) -> Result<Outcome, Error> {
    let asked = tx.try_access_code(handle, MOST_TRIES, now.0).await?;
    // Looked at in any case: the time of an answer says nothing of the owner.
    let (known, has_chip) = match &asked {
        Some(row) => (tx.owner(row.owner_id).await?, tx.has_chip_end(row.owner_id, "").await?),
        None => (None, false),
    };
    let owner = match (typed, &asked) {
        (Typed::Slip(hash), _) => slip_holder(tx, hash).await?,
        (Typed::Mailed(hash), Some(row)) => {
            let is_right = row.fits && *hash == row.code_hash;
            known.filter(|_| is_right).map(|owner| owner.id)
        }
        (Typed::Mailed(_), None) => None,
    };
    let Some(owner) = owner else {
        let Some(row) = asked else { return Ok(Outcome::Over) };
        // Who does not know the chip must not be able to void a slip.
        if row.fits && has_chip && matches!(typed, Typed::Slip(_)) {
            tx.count_slip_attempts(row.owner_id).await?;
        }
        let left = u32::try_from(MOST_TRIES - row.attempts).unwrap_or(0);
        return Ok(Outcome::Wrong { left });
    };
    tx.use_access_code(handle, now.0).await?;
    let look = LookupRow {
        id: clock::fresh_id(),
        owner_id: owner,
        at: now.0,
        kind: "sign_in".to_owned(),
        by_kind: "owner".to_owned(),
        by_id: Some(owner),
        outreach_id: None,
    };
    tx.insert_lookups(&[look]).await?;
    let begun = session::begin(tx, Holder::Owner(OwnerId(owner)), agent, now).await?;
    Ok(Outcome::Opened(begun))
}

/// Whose slip it is, while its code is good.
async fn slip_holder(tx: &mut Tx, hash: &[u8]) -> Result<Option<Uuid>, Error> {
    let document = tx.document_by_slip(hash).await?;
    let Some(document) = document.filter(|row| row.slip_attempts < MOST_TRIES) else {
        return Ok(None);
    };
    Ok(Some(kept(tx, document.owner_id).await?.id.0))
}

/// Forgets codes asked for before a moment; answers how many. An owner sees those that are kept.
///
/// # Errors
/// A failed database.
pub async fn forget(store: &Store, before: Timestamp) -> Result<u64, Error> {
    store
        .write(move |tx| Box::pin(async move { tx.forget_access_codes(before.0).await }))
        .await
        .map_err(Error::from)
}

fn fresh_code() -> Result<String, Fault> {
    // 2³² is 4,294 × 10⁶ and a rest: no code is more likely than another by a millionth of itself
    // that anybody could use within five tries.
    let number = u32::from_le_bytes(clock::random::<4>()?) % 1_000_000;
    Ok(format!("{number:06}"))
}

fn hash_of(handle: &str) -> Vec<u8> {
    Sha256::digest(format!("huella-access\n{}", handle.trim())).to_vec()
}

/// Of a million codes none can be found from its hash alone: the key is in the secret file.
fn keyed(office: &Office, handle: &[u8], code: &str) -> Vec<u8> {
    let about = [handle, code.as_bytes()].concat();
    office.keys.derive(b"owner-code", &about).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_chip_may_be_typed_as_the_whole_of_it() {
        assert_eq!(chip_end("00 00-01").as_deref(), Ok("000001"));
        assert_eq!(chip_end("152 0981 0012 3456").as_deref(), Ok("123456"));
        assert_eq!(chip_end(" ").as_deref(), Ok(""), "none of theirs has one");
        for (wrong, problem) in [
            ("12345", Problem::Malformed),
            ("1234567", Problem::Malformed),
            ("12345a", Problem::NotANumber),
            ("%%%%%%", Problem::NotANumber),
            ("ñandú", Problem::NotANumber),
        ] {
            assert_eq!(chip_end(wrong), Err(FieldError::new(Field::Chip, problem)), "{wrong}");
        }
    }

    #[test]
    fn a_mailed_code_has_six_digits() {
        for _ in 0..1_000 {
            let code = fresh_code().unwrap();
            assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        }
    }
}
