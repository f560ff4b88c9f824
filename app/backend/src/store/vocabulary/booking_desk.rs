//! Bookings as the desk of the coordination lists and answers them.

use uuid::Uuid;

use super::booking::BookingRow;

/// Which bookings of an outreach are listed.
#[derive(Clone, Copy, Debug)]
pub struct ListedRow<'a> {
    /// The outreach.
    pub outreach: Uuid,
    /// Codes of the states.
    pub states: &'a [&'a str],
    /// Only those whose new date nobody has accepted.
    pub is_unanswered: bool,
    /// Only those with an open task.
    pub is_to_call: bool,
    /// Whether some are served first.
    pub gives_priority: bool,
    /// So many are passed over.
    pub from: i64,
    /// At most so many.
    pub limit: i64,
}

/// Which bookings have a new date without an answer.
#[derive(Clone, Copy, Debug)]
pub struct UnansweredRow {
    /// The present moment: nobody is asked about what has begun.
    pub now: i64,
    /// Told before it, they had the time to answer; else half of what was left to their hour.
    pub told_before: i64,
    /// At most so many.
    pub limit: i64,
}

vocabulary! {
    /// Bookings of an outreach by their hour, who has none last.
    bookings_listed = booking_desk::listed(ask: &ListedRow<'_>) -> Vec<BookingRow>;
    /// The codes of the open tasks about some bookings, the oldest first.
    open_calls_of = booking_desk::open_calls(bookings: &[Uuid]) -> Vec<(Uuid, String)>;
    /// Ends the open tasks about a booking, by whom and with which words; answers how many.
    solve_calls = booking_desk::solve_calls(booking: Uuid, ending: (Uuid, &str), at: i64) -> u64;
    /// Bookings whose people have not said whether a new date suits, though they had the time, and
    /// whom nobody was asked to telephone about it; the soonest first.
    bookings_unanswered = booking_desk::unanswered(due: UnansweredRow) -> Vec<BookingRow>;
}
