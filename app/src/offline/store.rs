//! The store in which the queue keeps everything: values under texts as keys, and transactions on
//! them. In a browser it is IndexedDB (`offline::browser::store`); elsewhere it is in memory, where
//! the queue is tested and where `huella-chaos` has it live through what goes wrong. Both have the
//! same few pieces, so that the queue is the same text for both.

#[cfg(not(target_arch = "wasm32"))]
mod memory;

#[cfg(target_arch = "wasm32")]
pub use crate::offline::browser::store::{
    Asked, Database, Fault, Place, Transaction, Value, bytes_of, value_of,
};
#[cfg(not(target_arch = "wasm32"))]
pub use memory::{Asked, Database, Ending, Fault, Place, Transaction, Value, bytes_of, value_of};
