//! A visit as it is filled in and as it is read: without a screen, so that it is tested without a
//! browser. The screens are in `pages::field`.

pub mod arriving;
pub mod beginning;
pub mod beside;
pub mod breeds;
pub mod brief;
pub mod commands;
pub mod commune;
pub mod completing;
pub mod correcting;
pub mod dates;
pub mod draft;
pub mod flow;
pub mod mailed;
pub mod message;
pub mod moving;
pub mod own;
pub mod reading;
pub mod surgery;
pub mod usual;
