//! A file of a phone's sealed copies, handed in by somebody else: from a phone whose PIN was
//! forgotten, or whose battery or screen is going. Each record is answered as if the phone had
//! sent the copy itself, once for all, whatever came before or comes later.
//!
//! Who hands in is who speaks: what another person recorded waits in quarantine at the desk.

use domain::id::{DeviceId, SubmissionId};
use domain::role::UseCase;
use domain::submission::{Answer, FilePart, HandedIn, MAX_BATCH, Reply, Unfit};
use serde::Deserialize;
use serde_json::Value;

use super::arrival::Arrival;
use super::sealed::{named, open};
use super::{Brought, Through, take};
use crate::actor::{Actor, authorise};
use crate::error::Error;
use crate::office::Office;

/// What every such file says of itself (`public/handover.js`).
const MARK: &str = "huella sealed 1";
/// What the mark of every version begins with.
const FAMILY: &str = "huella sealed ";
/// Most bytes of a file: some 2,000 visits. A phone makes smaller ones, several where it must.
pub const MAX_FILE_BYTES: u32 = 8 * 1024 * 1024;
/// Most copies in a file: eight batches, which are opened and written in a few seconds.
const MAX_COPIES: usize = 8 * MAX_BATCH as usize;

/// What a file says of itself, whatever else it holds.
#[derive(Deserialize)]
struct Marked {
    huella: String,
}

/// A file as a phone of ours makes it.
#[derive(Deserialize)]
struct File {
    device: DeviceId,
    sealed: Vec<Value>,
    /// Which file it is, from 1, where the phone made several.
    part: Option<u32>,
    /// How many it made.
    parts: Option<u32>,
}

/// Takes a file in; where its records stand then, or why the file is none to be taken in.
///
/// A file of more than [`MAX_BATCH`] records is taken in batch by batch; one that broke off is
/// handed in again.
///
/// # Errors
/// A refusal when the person may not submit; a failed database, or keys that another secret file
/// sealed.
pub async fn hand_in(
    office: &Office,
    actor: Actor,
    file: &[u8],
) -> Result<Result<HandedIn, Unfit>, Error> {
    authorise(&actor, UseCase::Submit).map_err(Error::Refused)?;
    let File { device, mut sealed, part, parts } = match read(file) {
        Ok(file) => file,
        Err(unfit) => return Ok(Err(unfit)),
    };
    let part = part.zip(parts).and_then(|(part, of)| FilePart::new(part, of));
    let mut told = HandedIn { part, ..HandedIn::default() };
    let mut has_foreign = false;
    while !sealed.is_empty() {
        let later = sealed.split_off(sealed.len().min(MAX_BATCH as usize));
        let mut submissions = open(office, device, sealed).await?;
        has_foreign |= leave_foreign(&mut submissions);
        let (answers, mut repeated) = answer(office, actor, (device, submissions)).await?;
        // From the last: of one that comes twice the first is new.
        for answer in answers.iter().rev() {
            let Some(Answer { id, outcome }) = answer else {
                told.count_unopened();
                continue;
            };
            let before = repeated.iter().position(|known| known == id);
            let is_known = before.map(|at| repeated.swap_remove(at)).is_some();
            told.count(outcome, is_known);
        }
        sealed = later;
    }
    let opened = told.total() > u64::from(told.unopened);
    let unfit = if has_foreign { Unfit::OtherVersion } else { Unfit::Unopened };
    Ok(if opened { Ok(told) } else { Err(unfit) })
}

/// What is of a version that this server does not read counts as unopened, for an answer would be
/// final: the file is kept, and handed in again. Whether there was any.
fn leave_foreign(submissions: &mut [Result<Arrival, SubmissionId>]) -> bool {
    let mut is_any = false;
    for submission in submissions {
        let foreign = submission.as_ref().ok().filter(|one| one.foreign_version().is_some());
        if let Some(id) = foreign.map(|one| one.id) {
            *submission = Err(id);
            is_any = true;
        }
    }
    is_any
}

fn read(file: &[u8]) -> Result<File, Unfit> {
    if file.is_empty() {
        return Err(Unfit::Missing);
    }
    let Ok(Marked { huella }) = serde_json::from_slice(file) else { return Err(Unfit::NotOurs) };
    match huella.as_str() {
        MARK => {}
        other if other.starts_with(FAMILY) => return Err(Unfit::OtherVersion),
        _ => return Err(Unfit::NotOurs),
    }
    let file: File = serde_json::from_slice(file).map_err(|_| Unfit::NotOurs)?;
    if file.sealed.is_empty() {
        return Err(Unfit::Empty);
    }
    if file.sealed.len() > MAX_COPIES {
        return Err(Unfit::TooMany);
    }
    // Before the first batch is written: a file is taken in or it is not.
    let is_whole = file.sealed.iter().all(|copy| named(copy).is_ok());
    if is_whole { Ok(file) } else { Err(Unfit::NotOurs) }
}

/// The answers to what some copies hold, none for one that could not be opened, and which of them
/// had been given before.
async fn answer(
    office: &Office,
    actor: Actor,
    (device, submissions): (DeviceId, Vec<Result<Arrival, SubmissionId>>),
) -> Result<(Vec<Option<Answer>>, Vec<SubmissionId>), Error> {
    let is_open: Vec<_> = submissions.iter().map(Result::is_ok).collect();
    if !is_open.contains(&true) {
        // Nothing shows that there is such a phone: it is not listed.
        return Ok((vec![None; is_open.len()], Vec::new()));
    }
    let brought = Brought { device, through: Through::File, report: None, submissions };
    let (Reply { answers, .. }, repeated) = take(office, actor, brought).await?;
    let answers = answers.into_iter().zip(is_open);
    Ok((answers.map(|(answer, is_open)| is_open.then_some(answer)).collect(), repeated))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(file: &Value) -> Option<Unfit> {
        read(file.to_string().as_bytes()).err()
    }

    #[test]
    fn only_a_file_of_ours_is_read() {
        let device = "01900000-0000-7000-8000-0000000000d2";
        let copy = json!({ "id": "01900000-0000-7000-8000-000000000702" });
        let file = |mark, sealed| json!({ "huella": mark, "device": device, "sealed": sealed });
        assert_eq!(told(&file(MARK, json!([copy]))), None);
        assert_eq!(told(&file(MARK, json!([]))), Some(Unfit::Empty));
        assert_eq!(told(&file(MARK, json!(vec![copy.clone(); MAX_COPIES]))), None);
        let more = json!(vec![copy.clone(); MAX_COPIES + 1]);
        assert_eq!(told(&file(MARK, more)), Some(Unfit::TooMany));
        assert_eq!(told(&file("huella sealed 2", json!(7))), Some(Unfit::OtherVersion));
        for odd in [
            file("otra cosa", json!([copy])),
            file(MARK, json!({})),
            file(MARK, json!([copy, {}])),
            file(MARK, json!([copy, { "id": "x" }])),
            json!({ "huella": MARK, "device": 7, "sealed": [copy] }),
            json!({ "huella": MARK, "device": device, "sealed": [copy], "part": "1", "parts": 2 }),
            json!({ "huella": MARK, "sealed": [copy] }),
            json!({ "huella": 7 }),
            json!([]),
            json!(null),
        ] {
            assert_eq!(told(&odd), Some(Unfit::NotOurs), "{odd}");
        }
        assert_eq!(read(b"").err(), Some(Unfit::Missing));
        assert_eq!(read(b"\xff\0").err(), Some(Unfit::NotOurs));
        assert_eq!(read(&b"[".repeat(100_000)).err(), Some(Unfit::NotOurs));
    }
}
