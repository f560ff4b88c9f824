//! An owner's other address, or the first one: what has not left goes there, and so does, once
//! more, what had left to the one before, and what was to be handed over.

use domain::contact::Email;
use domain::id::{DocumentId, OwnerId};
use domain::timestamp::Timestamp;
use std::collections::BTreeSet;
use uuid::Uuid;

use super::{REDIRECTED, addressee};
use crate::error::Error;
use crate::outbox::{self, Letter};
use crate::owner_access::holds;
use crate::records::{OwnerRecord, from_json};
use crate::rnm::{RNM_APPROVED, RnmMail};
use crate::store::vocabulary::document::DocumentRow;
use crate::store::vocabulary::outbox::MessageRow;
use crate::store::{StoreError, Tx};
use crate::submissions::{CERTIFICATE, CORRECTION, VisitMail, papers};
use crate::tasks::HAND_OVER;

/// Why a letter does not leave whose owner has no address any more.
pub const NO_ADDRESS: &str = "no_address";

/// What an owner has, and the letters that may go to another address.
struct Post {
    /// The owner, and those that were merged into this one.
    owners: Vec<Uuid>,
    documents: Vec<DocumentRow>,
    letters: Vec<MessageRow>,
}

impl Post {
    async fn of(tx: &mut Tx, owner: OwnerId) -> Result<Self, Error> {
        let merged = tx.owners_merged_into(owner.0).await?;
        let owners: Vec<Uuid> =
            std::iter::once(owner.0).chain(merged.iter().map(|o| o.id)).collect();
        let documents = tx.documents_of_owners(&owners).await?;
        let animals = tx.animals_of(&owners).await?;
        let visits = documents.iter().filter_map(|row| row.visit_id).map(|visit| ("visit", visit));
        let printed = documents.iter().map(|row| ("animal", row.animal_id));
        let animals = animals.iter().map(|row| ("animal", row.id)).chain(printed);
        let owned = owners.iter().map(|owner| ("owner", *owner));
        let about: BTreeSet<_> = visits.chain(animals).chain(owned).collect();
        let mut letters = Vec::new();
        for (kind, id) in about {
            for row in tx.messages_about(kind, id).await? {
                if !REDIRECTED.contains(&row.kind.as_str()) || row.body.is_empty() {
                    continue;
                }
                let whose = addressee(tx, &row).await?.0;
                if whose.is_some_and(|owner| owners.contains(&owner.0)) {
                    letters.push(row);
                }
            }
        }
        Ok(Self { owners, documents, letters })
    }

    /// Those of the documents that are in force, the latest word on each.
    fn in_force(&self) -> Vec<DocumentId> {
        let in_force = self.documents.iter().filter(|row| row.state == "issued");
        in_force.map(|row| DocumentId(row.id)).collect()
    }
}

/// Has an owner's letters follow them to the address that they have now: what waits, is held or
/// was given up goes there, also what is on its way and fails; what was given up leaves again if
/// it carries what is in force and goes there with nothing else. Documents in force that left for
/// another address, or that no letter ever carried since there was no address, are sent once, and
/// nobody is asked any more to hand them over; answers which. For an owner without an address
/// nothing leaves any more, and somebody is asked to hand the documents over.
///
/// # Errors
/// A failed database.
pub(crate) async fn follow(
    tx: &mut Tx,
    owner: &OwnerRecord,
    now: Timestamp,
) -> Result<Vec<DocumentId>, Error> {
    let post = Post::of(tx, owner.id).await?;
    let Some(email) = &owner.details.email else {
        stop(tx, owner, post, now).await?;
        return Ok(Vec::new());
    };
    let in_force = post.in_force();
    let mut goes = BTreeSet::new();
    let (mut dead, alive): (Vec<_>, Vec<_>) =
        post.letters.iter().partition(|letter| letter.state == "dead");
    for letter in alive {
        if turn(tx, letter, email).await? {
            goes.extend(carried(letter)?);
        }
    }
    // The last word first: what goes there with one letter does not leave with another as well.
    dead.sort_by_key(|letter| std::cmp::Reverse((letter.created_at, letter.id)));
    for letter in dead {
        let mut brings = carried(letter)?;
        brings.retain(|id| in_force.contains(id));
        let revives = !brings.is_empty() && !brings.iter().any(|id| goes.contains(id));
        if revives && tx.revive_message(letter.id, now.0, Some(email.as_str())).await? {
            goes.extend(brings);
        } else {
            turn(tx, letter, email).await?;
        }
    }
    let again: Vec<_> = in_force.into_iter().filter(|id| !goes.contains(id)).collect();
    send(tx, (owner.id, email), again.clone(), now).await?;
    tx.withdraw_tasks_of(HAND_OVER, &post.owners).await?;
    Ok(again)
}

/// Sends every document in force of an owner to an address, in one mail, and gives the owner's
/// letters that have not left that address too.
///
/// # Errors
/// A failed database.
pub(crate) async fn send_everything(
    tx: &mut Tx,
    owner: OwnerId,
    email: &Email,
    now: Timestamp,
) -> Result<(), Error> {
    let post = Post::of(tx, owner).await?;
    for letter in &post.letters {
        turn(tx, letter, email).await?;
    }
    send(tx, (owner, email), post.in_force(), now).await?;
    tx.withdraw_tasks_of(HAND_OVER, &post.owners).await?;
    Ok(())
}

/// Gives a letter that has not left another address; `false` when it has left for one. Whoever has
/// it in hand loses it, so that another try does not go where the first one did.
async fn turn(tx: &mut Tx, letter: &MessageRow, email: &Email) -> Result<bool, StoreError> {
    if letter.recipient == email.as_str() {
        return Ok(true);
    }
    match letter.state.as_str() {
        "leased" => tx.recall_message(letter.id, email.as_str()).await,
        _ => tx.redirect_message(letter.id, email.as_str()).await,
    }
}

async fn send(
    tx: &mut Tx,
    (owner, email): (OwnerId, &Email),
    documents: Vec<DocumentId>,
    now: Timestamp,
) -> Result<(), Error> {
    if documents.is_empty() {
        return Ok(());
    }
    let body = VisitMail { owner, documents, corrected: Vec::new(), again: true };
    let letter = Letter {
        kind: CERTIFICATE,
        recipient: email.as_str(),
        body: &body,
        about: Some(("owner", owner.0)),
        due_at: now,
    };
    outbox::enqueue(tx, letter, now).await.map(drop)
}

/// Keeps the letters of an owner who has no address from leaving for the one before; of what they
/// carry, what is in force is handed over.
async fn stop(tx: &mut Tx, owner: &OwnerRecord, post: Post, now: Timestamp) -> Result<(), Error> {
    let mut stopped = BTreeSet::new();
    for letter in &post.letters {
        if tx.stop_message(letter.id, NO_ADDRESS).await? {
            stopped.extend(carried(letter)?);
        }
    }
    let in_force = post.in_force();
    stopped.retain(|id| in_force.contains(id));
    let documents = post.documents.iter().filter(|row| stopped.contains(&DocumentId(row.id)));
    let documents: Vec<_> = documents.collect();
    if documents.is_empty() {
        return Ok(());
    }
    papers::hand_over(tx, owner, &documents, now).await
}

/// Whether a letter still has something to bring: one with documents as long as one of them is in
/// force and its owner's, another one always.
///
/// # Errors
/// A failed database.
pub(super) async fn brings_something(tx: &mut Tx, letter: &MessageRow) -> Result<bool, Error> {
    let documents = carried(letter)?;
    if documents.is_empty() {
        return Ok(true);
    }
    let Some(owner) = addressee(tx, letter).await?.0 else { return Ok(false) };
    for id in documents {
        if let Some(row) = tx.document(id.0).await?
            && row.state == "issued"
            && holds(tx, owner, &row).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The documents that a letter brings.
///
/// # Errors
/// A body that is none of its letter.
pub(crate) fn carried(letter: &MessageRow) -> Result<Vec<DocumentId>, StoreError> {
    match letter.kind.as_str() {
        CERTIFICATE | CORRECTION => {
            let VisitMail { documents, corrected, .. } = from_json(&letter.body)?;
            Ok([documents, corrected].concat())
        }
        RNM_APPROVED => Ok(vec![from_json::<RnmMail>(&letter.body)?.document]),
        _ => Ok(Vec::new()),
    }
}
