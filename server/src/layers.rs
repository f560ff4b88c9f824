//! What every request passes through, outermost first: a number and a log line, security headers,
//! our own error pages, a time limit, the flood gate, the origin check, and the session.

pub mod error_pages;
pub mod flood;
pub mod headers;
pub mod origin;
pub mod patience;
pub mod requests;
