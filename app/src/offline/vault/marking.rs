//! Outside a browser no text is anybody's, and nothing is encrypted: what is closed is marked, with
//! what it is about, so that the queue goes the ways that it goes on a phone, and what is opened as
//! another thing than it was closed as does not open.

use super::{Door, MARK};
use crate::offline::store::{Value, bytes_of, value_of};

/// It is open, and has no PIN.
pub async fn door() -> Door {
    Door::Open { has_pin: false, takes_pin: false }
}

/// Closes texts, each with what it is about before it, in their order.
pub async fn seal(pairs: Vec<[String; 2]>) -> Vec<String> {
    pairs.into_iter().map(|[about, text]| format!("{MARK}{}{text}", line(&about))).collect()
}

/// Opens closed texts, each given with what it is about before it; those that were never closed are
/// as they are.
pub async fn ask_open(pairs: &[[String; 2]]) -> Option<Vec<Option<String>>> {
    let opened = |[about, text]: &[String; 2]| match text.strip_prefix(MARK) {
        Some(closed) => closed.strip_prefix(line(about).as_str()).map(str::to_owned),
        None => Some(text.clone()),
    };
    Some(pairs.iter().map(opened).collect())
}

/// Closes bytes as one block, of what it is about.
pub async fn seal_block(about: &str, bytes: &[u8]) -> Option<Value> {
    Some(value_of(&[line(about).as_bytes(), bytes].concat()))
}

/// Opens blocks, each given with what it is about before it: `None` for one that does not open, or
/// is not there.
pub async fn open_blocks(blocks: Vec<(String, Value)>) -> Vec<Option<Vec<u8>>> {
    let opened = |(about, block): (String, Value)| {
        bytes_of(&block).strip_prefix(line(&about).as_bytes()).map(<[u8]>::to_vec)
    };
    blocks.into_iter().map(opened).collect()
}

/// What something is about, before what was closed.
fn line(about: &str) -> String {
    format!("{about}\n")
}
