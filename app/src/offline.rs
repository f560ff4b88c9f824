//! The phone's side of the work: what it keeps, how it sends, what it knows of the network.
//!
//! Nothing here shows anything; pages read the signals of [`Phone`] and call its acts. Every
//! change is written to IndexedDB before a page says that it is kept.
//!
//! What needs no browser is compiled for the server's target too: the queue ([`queue`]), whose
//! store is in memory there, and what a tab does with it and the machine of sending
//! ([`carrying`]). So both are tested without a browser, and `huella-chaos` has them live through
//! chaos.

pub mod aside;
pub mod carrying;
pub mod connectivity;
pub mod drafts;
pub mod held;
pub mod json;
pub mod ledger;
pub mod naming;
#[cfg(test)]
mod polled;
pub mod queue;
pub mod reply;
pub mod stock;
pub mod store;
pub mod turns;
pub mod vault;
pub mod windows;
pub mod withdrawn;
pub mod writings;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod insurance;
#[cfg(target_arch = "wasm32")]
pub mod pack;
#[cfg(target_arch = "wasm32")]
pub mod pairing;
#[cfg(target_arch = "wasm32")]
pub mod phone;
#[cfg(target_arch = "wasm32")]
pub mod pictures;
#[cfg(target_arch = "wasm32")]
pub mod provisional;
#[cfg(target_arch = "wasm32")]
pub mod receipts;
#[cfg(target_arch = "wasm32")]
pub mod registry;
#[cfg(target_arch = "wasm32")]
pub mod sync;
