//! The list in the phone's store.

use super::{changed, read};
use crate::offline::browser::tabs::with_lock;
use crate::offline::queue::{META, Queue};
use domain::id::SubmissionId;
use domain::submission::{Answer, Withdrawn};

/// Its key in the store `meta`.
const WITHDRAWN: &str = "withdrawn";
/// It is changed by one at a time, of all tabs.
const LOCK: &str = "huella-withdrawn";

/// What the server is to hear of.
pub async fn untold(queue: &Queue) -> Vec<Withdrawn> {
    read(&queue.text(META, WITHDRAWN).await.unwrap_or_default())
}

/// Notes one.
pub async fn note(queue: &Queue, new: Withdrawn) {
    change(queue, Some(new), Vec::new()).await;
}

/// Drops those that were told and that the server names among what is resolved.
pub async fn hear(queue: &Queue, told: &[Withdrawn], resolved: &[Answer]) {
    let told = told.iter().map(|one| one.id);
    let heard: Vec<_> = told.filter(|id| resolved.iter().any(|answer| answer.id == *id)).collect();
    if !heard.is_empty() {
        change(queue, None, heard).await;
    }
}

async fn change(queue: &Queue, new: Option<Withdrawn>, heard: Vec<SubmissionId>) {
    let queue = queue.clone();
    let change = Box::pin(async move {
        let text = queue.text(META, WITHDRAWN).await.unwrap_or_default();
        // Not written means that the desk goes on asking for it, or hears of it once more.
        let _ = queue.put_text(META, WITHDRAWN, &changed(&text, new, &heard)).await;
    });
    with_lock(LOCK, change).await;
}
