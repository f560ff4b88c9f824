//! The lawful removal of what is known of a person. Patterns are those of `LIKE`.

use uuid::Uuid;

use super::animal::AnimalRow;
use super::submission::SubmissionRow;

vocabulary! {
    /// Every animal of some owners, merged ones too.
    animals_ever_of = erasure::animals_ever_of(owners: &[Uuid]) -> Vec<AnimalRow>;
    /// Deletes the bytes of the documents that were made out to some owners, of those of some
    /// animals, and of those whose facts match.
    erase_files = erasure::files(owners: &[Uuid], animals: &[Uuid], pattern: &str) -> u64;
    /// Empties the facts of such documents.
    erase_facts = erasure::facts(owners: &[Uuid], animals: &[Uuid], pattern: &str) -> u64;
    /// Deletes the pictures of some owners and of some animals; answers how many.
    erase_pictures = picture::erase(owners: &[Uuid], animals: &[Uuid]) -> u64;
    /// Deletes the messages to an address, but for those about bookings, which may be those of
    /// somebody else at that address; and the messages whose body matches.
    erase_messages = erasure::messages(recipient: &str, pattern: &str) -> u64;
    /// Deletes the messages about some owners or animals.
    erase_messages_about = erasure::messages_about(owners: &[Uuid], animals: &[Uuid]) -> u64;
    /// Whether another owner than these has an address.
    shares_email = erasure::shares_email(email: &str, owners: &[Uuid]) -> bool;
    /// The submissions whose kept bodies match, with them.
    kept_submissions = erasure::kept_submissions(pattern: &str) -> Vec<SubmissionRow>;
    /// Empties the kept bodies of some submissions.
    erase_bodies_of = erasure::bodies_of(submissions: &[Uuid]) -> u64;
    /// Deletes the tasks about some owners or animals.
    erase_tasks = erasure::tasks(owners: &[Uuid], animals: &[Uuid]) -> u64;
    /// Forgets who looked at an owner's records.
    erase_looks = erasure::looks(owner: Uuid) -> u64;
    /// Forgets the one-time codes of an owner.
    erase_codes = erasure::codes(owner: Uuid) -> u64;
}
