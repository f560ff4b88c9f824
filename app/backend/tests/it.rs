//! The one integration test binary of the back end. Its modules stand in `it/`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cloned_ref_to_slice_refs,
    reason = "a test fails by panicking, its helpers too, and says what it measured"
)]

mod it {
    #[macro_use]
    mod databases;

    mod accounts;
    mod amending;
    mod backup;
    mod chips;
    mod consent;
    mod demonstration;
    mod desk;
    mod erasure;
    mod field;
    mod foreign;
    mod handover;
    mod history;
    mod import;
    mod import_files;
    mod keys;
    mod lookup;
    mod merging;
    mod outbox;
    mod owner_access;
    mod pack;
    mod pairing;
    mod papers;
    mod parity;
    mod permissions;
    mod phones;
    mod pictures;
    mod planning;
    mod provisional;
    mod rnm;
    mod sealed;
    mod seen_phones;
    mod statements;
    mod stock;
    mod story_access;
    mod story_chips;
    mod story_erasure;
    mod story_foundation;
    mod story_import;
    mod story_pack;
    mod story_phones;
    mod story_pictures;
    mod story_progress;
    mod story_registry;
    mod story_stock;
    mod story_tasks;
    mod submissions;
    mod tidy;
    mod together;
    mod transactions;
}
