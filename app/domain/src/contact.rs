//! How to reach somebody: telephone and e-mail.

mod email;
mod phone;
#[cfg(test)]
mod tests;
mod typos;

pub use email::{Email, EmailError};
pub use phone::{Phone, PhoneError};
