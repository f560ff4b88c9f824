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

    mod accounted;
    mod accounts;
    mod acts;
    mod addresses;
    mod again;
    mod amending;
    mod at_once;
    mod backup;
    mod booking_again;
    mod booking_ages;
    mod booking_data;
    mod booking_desk;
    mod booking_line;
    mod booking_races;
    mod bookings;
    mod bounced;
    mod carried;
    mod chips;
    mod closing;
    mod closing_doses;
    mod closing_nights;
    mod completing;
    mod consent;
    mod correcting;
    mod day;
    mod day_escrow;
    mod demonstration;
    mod desk;
    mod elsewhere;
    mod erasure;
    mod fair;
    mod field;
    mod foreign;
    mod handover;
    mod held_back;
    mod history;
    mod home_visits;
    mod hours_cut;
    mod import;
    mod import_files;
    mod in_turns;
    mod keys;
    mod late_home;
    mod left_team;
    mod lent;
    mod lookup;
    mod masked;
    mod merging;
    mod moments;
    mod named;
    mod news;
    mod news_back;
    mod nights;
    mod offered;
    mod outbox;
    mod owner_access;
    mod pack;
    mod pack_full;
    mod pairing;
    mod papers;
    mod parity;
    mod permissions;
    mod phones;
    mod pictures;
    mod pictures_sealed;
    mod plan_hours;
    mod planned;
    mod planning;
    mod preference;
    mod provisional;
    mod public_places;
    mod put_off;
    mod quarantine;
    mod refused;
    mod rnm;
    mod sealed;
    mod seen_phones;
    mod sent_on;
    mod shared;
    mod statements;
    mod stations;
    mod stock;
    mod stock_acts;
    mod stock_counts;
    mod stock_days;
    mod storm;
    mod storm_told;
    mod story_access;
    mod story_booking;
    mod story_booking_desk;
    mod story_chips;
    mod story_closing;
    mod story_correcting;
    mod story_day;
    mod story_erasure;
    mod story_foundation;
    mod story_import;
    mod story_listed;
    mod story_pack;
    mod story_phones;
    mod story_pictures;
    mod story_plan;
    mod story_progress;
    mod story_registry;
    mod story_stock;
    mod story_talks;
    mod story_tasks;
    mod story_tenure;
    mod story_territory;
    mod story_unresolved;
    mod straight;
    mod submissions;
    mod talks;
    mod territory;
    mod territory_areas;
    mod territory_waiting;
    mod tickets;
    mod tidy;
    mod together;
    mod transactions;
    mod uniting;
    mod unresolved;
    mod withdrawn;
}
