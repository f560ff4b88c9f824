//! The phone's side of the work: what it keeps, how it sends, what it knows of the network.
//!
//! Nothing here shows anything; pages read the signals of [`Phone`] and call its acts. Every
//! change is written to IndexedDB before a page says that it is kept.

pub mod aside;
pub mod connectivity;
pub mod held;
pub mod json;
pub mod ledger;
pub mod naming;
pub mod reply;
pub mod stock;
pub mod turns;
pub mod withdrawn;
pub mod writings;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod drafts;
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
pub mod queue;
#[cfg(target_arch = "wasm32")]
pub mod receipts;
#[cfg(target_arch = "wasm32")]
pub mod registry;
#[cfg(target_arch = "wasm32")]
pub mod sync;
#[cfg(target_arch = "wasm32")]
pub mod vault;
