//! The server's reply to a batch, read answer by answer: a newer server may say something that this
//! version does not know, and one such word must not hold what stands beside it.

use super::json::{Error, Tree};
use domain::id::SubmissionId;
use domain::refusal::Refusal;
use domain::submission::{Answer, Outcome, Reply};

/// Reads a reply. An answer that this version does not know waits for a person, with what was told
/// kept as it came; what was accepted is accepted whatever else is said of it.
///
/// # Errors
/// When it is none, or an answer does not name its submission: then nothing of it counts.
pub fn read(text: &str) -> Result<Reply, Error> {
    let tree = Tree::parse(text)?;
    let answers = |name| tree.field(name).items().iter().map(answer).collect::<Result<Vec<_>, _>>();
    Ok(Reply {
        answers: answers("answers")?,
        resolved: answers("resolved")?,
        receipt: tree.field("receipt").read()?,
    })
}

fn answer(tree: &Tree) -> Result<Answer, Error> {
    tree.read().or_else(|Error| {
        let id: SubmissionId = tree.field("id").read()?;
        Ok(Answer { id, outcome: unheard(tree) })
    })
}

/// What is known of an answer that cannot be read whole.
fn unheard(tree: &Tree) -> Outcome {
    let command = tree.field("command").read().unwrap_or_default();
    let reason =
        |about: &Tree| about.read().unwrap_or_else(|Error| Refusal::Unheard { told: about.text() });
    let refused = |about: &Tree| Outcome::Refused { command, refusal: reason(about) };
    let word: String = tree.field("outcome").read().unwrap_or_default();
    match word.as_str() {
        "accepted" => Outcome::Accepted {
            aliases: tree.field("aliases").read().unwrap_or_default(),
            documents: tree.field("documents").read().unwrap_or_default(),
        },
        "conflict" => match tree.field("other").read() {
            Ok(other) => {
                Outcome::Conflict { command, refusal: reason(tree.field("refusal")), other }
            }
            Err(Error) => refused(tree.field("refusal")),
        },
        "refused" => refused(tree.field("refusal")),
        // Of an outcome that is not known all that was told is kept.
        _ => refused(tree),
    }
}

#[cfg(test)]
mod tests;
