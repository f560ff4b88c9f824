//! The one integration test binary of the back end. Its modules stand in `it/`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod it {
    #[macro_use]
    mod databases;

    mod accounts;
    mod backup;
    mod desk;
    mod field;
    mod history;
    mod keys;
    mod outbox;
    mod owner_access;
    mod parity;
    mod planning;
    mod rnm;
    mod story_access;
    mod story_foundation;
    mod story_progress;
    mod story_registry;
    mod story_tasks;
    mod submissions;
    mod tidy;
    mod transactions;
}
