#![doc = include_str!("../README.md")]

pub mod bounce;
pub mod certificates;
pub mod compose;
pub mod letter;
pub mod transport;
