//! Codes of why a booking ended. Of an outreach that was called off, the words of the coordination
//! stand in their place.

/// Its owner gave it back.
pub const OWNER: &str = "owner";
/// Its owner did not want the place that was offered.
pub const DECLINED: &str = "declined";
/// The place that was offered was not taken in time.
pub const LAPSED: &str = "lapsed";
/// Nobody came.
pub const NO_SHOW: &str = "no_show";
/// The outreach ended before their turn came.
pub const ENDED: &str = "outreach_ended";
/// The owner was erased from the register.
pub const ERASED: &str = "owner_erased";

/// All of them. They are codes and no words: a letter of its own says so, or nobody need be told.
const CODES: [&str; 6] = [OWNER, DECLINED, LAPSED, NO_SHOW, ENDED, ERASED];

/// The words of the coordination, if a reason is not one of these codes.
#[must_use]
pub fn words(reason: Option<String>) -> Option<String> {
    reason.filter(|reason| !CODES.contains(&reason.as_str()))
}
