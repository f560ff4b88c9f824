//! Reusable views: values in, callbacks out. They fetch nothing, know no route and no storage,
//! and carry no inline style (the content security policy forbids it). Each works as plain HTML
//! without scripts; where a script adds something, the component says what.
//!
//! Their looks are in `style/components/`, one file for each.

pub mod action;
pub mod card;
pub mod choice;
pub mod dialog;
pub mod empty_state;
pub mod error_summary;
pub mod frame;
pub mod icon;
pub mod live;
pub mod navigation;
pub mod notice;
pub mod qr_code;
pub mod question;
pub mod select;
pub mod status_bar;
pub mod steps;
pub mod summary_list;
pub mod table;
pub mod text_field;
pub mod toast;
pub mod value;
