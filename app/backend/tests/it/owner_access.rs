//! The doors without an account: codes and own records; found animals and figures below.

mod found_pets;
mod other_ways;

use std::time::{Duration, Instant};

use backend::accounts::session::{self, Begun};
use backend::actor::Actor;
use backend::error::Error;
use backend::owner_access::code::{self, CodeLetter, Entered, MOST_TRIES, Wanted};
use backend::owner_access::found::{self, ChipFound};
use backend::owner_access::own::{self, LookKind};
use backend::store::vocabulary::outbox::MessageRow;
use backend::tasks::{self, TaskBody};
use domain::catalogue::VitalState;
use domain::chip_number::ChipNumber;
use domain::document::DocumentState;
use domain::field_error::{Field as FormField, FieldError, Problem};
use domain::refusal::Refusal;
use domain::submission::Outcome;

use crate::it::databases::Stored;
use crate::it::field::{Field, Guest};

const CHIP: &str = "999000000000017";
const OTHER_CHIP: &str = "999000000000025";

#[track_caller]
fn refusal<T>(answer: Result<T, Error>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        Err(Error::Failed(fault)) => panic!("{fault}"),
        Ok(_) => panic!("it was not refused"),
    }
}

/// A field whose veterinarian has signed, with the guest's dog registered and chipped.
async fn with_guest(field: &Field, guest: &Guest, chip: &str) {
    field.authorise().await;
    let outcome = field.submit(field.visit(guest, chip)).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

fn wanted(guest: &Guest, chip_end: &str) -> Wanted {
    let run = domain::run::Run::from_number(guest.run).unwrap().to_string();
    Wanted { run, chip_end: chip_end.to_owned(), address: "203.0.113.7".to_owned() }
}

/// The letters of a kind, oldest first.
async fn letters(field: &Field, kind: &str) -> Vec<MessageRow> {
    let store = &field.office.store;
    let read = store.read(|tx| Box::pin(async move { tx.messages_in_state("pending", 999).await }));
    let read: Stored<Vec<_>> = read.await;
    read.unwrap().into_iter().filter(|row| row.kind == kind).collect()
}

async fn mailed_code(field: &Field) -> String {
    let letters = letters(field, code::LETTER).await;
    let newest = letters.iter().max_by_key(|row| row.id).expect("a code was mailed");
    let body = backend::outbox::body_of(&field.office.keys, newest).unwrap().unwrap();
    let code = serde_json::from_str::<CodeLetter>(&body).unwrap().code;
    assert!(!newest.body.contains(&code), "the letter is sealed while it waits");
    code
}

async fn enter(field: &Field, handle: &str, code: &str) -> Result<Begun, Error> {
    let entered = Entered {
        handle: handle.to_owned(),
        code: code.to_owned(),
        user_agent: "Navegador".to_owned(),
        address: "203.0.113.7".to_owned(),
    };
    code::enter(&field.office, entered).await
}

/// Who is let in by a code.
async fn whose(field: &Field, handle: &str, code: &str) -> uuid::Uuid {
    let begun = enter(field, handle, code).await.unwrap();
    let found = session::find(&field.office.store, &begun.secret, field.office.clock.now()).await;
    found.unwrap().unwrap().actor.id().unwrap()
}

/// Comes in by the mailed code.
async fn signed_in(field: &Field, guest: &Guest) -> Actor {
    let handle = code::request(&field.office, wanted(guest, "000017")).await.unwrap();
    let begun = enter(field, &handle, &mailed_code(field).await).await.unwrap();
    let now = field.office.clock.now();
    let present = session::find(&field.office.store, &begun.secret, now).await.unwrap();
    present.unwrap().actor
}

/// Another six digits than these.
fn other_than(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

on_both_databases! {
    async fn an_owner_comes_in_by_the_mailed_code(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        with_guest(&field, &guest, CHIP).await;
        let handle = code::request(&field.office, wanted(&guest, "00 00-17")).await.unwrap();
        let letter = letters(&field, code::LETTER).await;
        assert_eq!(letter.len(), 1);
        assert_eq!(letter[0].recipient, "tenedor@example.cl.invalid");
        let code = mailed_code(&field).await;
        let begun =
            enter(&field, &handle, &format!(" {} {} ", &code[..3], &code[3..])).await.unwrap();
        let now = field.office.clock.now();
        let present = session::find(&database.store, &begun.secret, now).await.unwrap().unwrap();
        assert_eq!(present.actor.id(), Some(guest.owner.0));
        assert_eq!(refusal(enter(&field, &handle, &code).await), Refusal::LinkUnusable);
        let short = "SELECT COUNT(*) FROM access_code WHERE LENGTH(code_hash) <> 32";
        assert_eq!(database.number(short).await, 0, "what is kept is a hash");
    }

    async fn a_code_is_over_after_five_tries_and_after_ten_minutes(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        with_guest(&field, &guest, CHIP).await;
        let handle = code::request(&field.office, wanted(&guest, "000017")).await.unwrap();
        let code = mailed_code(&field).await;
        for left in (1..MOST_TRIES).rev() {
            let wrong = refusal(enter(&field, &handle, &other_than(&code)).await);
            let attempts_left = u32::try_from(left).unwrap();
            assert_eq!(wrong, Refusal::WrongCode { attempts_left });
        }
        let last = refusal(enter(&field, &handle, &other_than(&code)).await);
        assert_eq!(last, Refusal::LinkUnusable);
        assert_eq!(refusal(enter(&field, &handle, &code).await), Refusal::LinkUnusable);

        let handle = code::request(&field.office, wanted(&guest, "000017")).await.unwrap();
        let code = mailed_code(&field).await;
        field.office.clock.advance_ms(i64::from(code::MINUTES) * 60_000);
        assert_eq!(refusal(enter(&field, &handle, &code).await), Refusal::LinkUnusable);
    }

    async fn a_code_of_one_browser_is_nothing_to_another(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        with_guest(&field, &guest, CHIP).await;
        let other = code::request(&field.office, wanted(&guest, "000017")).await.unwrap();
        let mine = code::request(&field.office, wanted(&guest, "000017")).await.unwrap();
        let code = mailed_code(&field).await;
        assert!(matches!(refusal(enter(&field, &other, &code).await), Refusal::WrongCode { .. }));
        assert_eq!(refusal(enter(&field, "", &code).await), Refusal::LinkUnusable);
        enter(&field, &mine, &code).await.unwrap();
    }

    async fn nobody_learns_who_is_registered(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        with_guest(&field, &guest, CHIP).await;
        let stranger = Guest::new(41_234_568);
        for asked in
            [wanted(&stranger, "000017"), wanted(&guest, "999999"), wanted(&stranger, "123456")]
        {
            let handle = code::request(&field.office, asked).await.unwrap();
            assert_eq!(letters(&field, code::LETTER).await.len(), 0);
            let left: Vec<_> =
                [4, 3, 2, 1].map(|attempts_left| Refusal::WrongCode { attempts_left }).into();
            for expected in left {
                assert_eq!(refusal(enter(&field, &handle, "123456").await), expected);
            }
            assert_eq!(refusal(enter(&field, &handle, "123456").await), Refusal::LinkUnusable);
        }
        let left_behind = "SELECT COUNT(*) FROM outbox WHERE recipient LIKE 'nobody@%'";
        assert_eq!(database.number(left_behind).await, 0);
        let looks =
            own::records(&field.office, signed_in(&field, &guest).await).await.unwrap().looks;
        let asked = looks.iter().filter(|look| look.kind == LookKind::CodeAsked).count();
        let refused = looks.iter().filter(|look| look.kind == LookKind::CodeRefused).count();
        assert_eq!(refused, 1, "the owner sees that somebody tried another chip");
        assert_eq!(asked, 1, "only what named the owner's own chip brings a code");
    }

    async fn known_and_unknown_take_the_same_time(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let mut guests = Vec::new();
        for place in 0..40_u32 {
            let guest = Guest::new(41_300_000 + place);
            let chip = format!("9990000001{place:05}");
            field.submit(field.visit(&guest, &chip)).await;
            guests.push((guest, format!("1{place:05}")));
        }
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for round in 0..3 {
            for (place, (guest, end)) in guests.iter().enumerate() {
                let address = format!("203.0.{round}.{place}");
                let stranger = Guest::new(42_000_000 + u32::try_from(place).unwrap());
                let turns = [(guest, &mut known), (&stranger, &mut unknown)];
                let mut turns: Vec<_> = turns.into_iter().collect();
                // Neither is always the first, so that caches favour neither.
                if place % 2 == 0 {
                    turns.reverse();
                }
                for (who, times) in turns {
                    let asked = Wanted { address: address.clone(), ..wanted(who, end) };
                    let began = Instant::now();
                    code::request(&field.office, asked).await.unwrap();
                    times.push(began.elapsed());
                }
            }
        }
        let slower = known.iter().zip(&unknown).filter(|(known, unknown)| known > unknown).count();
        let pairs = known.len();
        let (known, unknown) = (middle(&mut known), middle(&mut unknown));
        println!("known {known:?}, unknown {unknown:?}, known slower {slower} of {pairs}");
        assert!((pairs / 5..=pairs * 4 / 5).contains(&slower), "{slower} of {pairs}");
        let apart = known.abs_diff(unknown);
        assert!(apart < known.max(unknown) / 5, "known {known:?}, unknown {unknown:?}");
    }

    async fn codes_are_limited_by_run_and_by_address(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        let other = database.opened_again().await;
        let elsewhere = backend::office::Office { store: other, ..field.office.clone() };
        for turn in 0..code::BY_RUN.most {
            let office = if turn % 2 == 0 { &field.office } else { &elsewhere };
            let address = format!("203.0.113.{turn}");
            code::request(office, Wanted { address, ..wanted(&guest, "123456") }).await.unwrap();
        }
        let limited = refusal(code::request(&field.office, wanted(&guest, "123456")).await);
        assert_eq!(limited, Refusal::TooManyAttempts { retry_after_s: 3_600 });
        let address = "198.51.100.1".to_owned();
        let mut refused = 0;
        for place in 0..u32::try_from(code::BY_ADDRESS.most).unwrap() + 5 {
            let guest = Guest::new(43_000_000 + place);
            let asked = Wanted { address: address.clone(), ..wanted(&guest, "123456") };
            match code::request(&field.office, asked).await {
                Ok(_) => {}
                Err(Error::Refused(Refusal::TooManyAttempts { .. })) => refused += 1,
                Err(other) => panic!("{place}: {other:?}"),
            }
        }
        assert_eq!(refused, 5);
        let clear = "SELECT COUNT(*) FROM counter WHERE CAST(key AS TEXT) LIKE '%41234567%'";
        assert_eq!(database.number(clear).await, 0);
    }

    async fn what_was_typed_wrongly_is_told_field_by_field(database) {
        let field = Field::on(&database).await;
        let asked = |run: &str, end: &str| Wanted {
            run: run.to_owned(),
            chip_end: end.to_owned(),
            address: "203.0.113.7".to_owned(),
        };
        let told = refusal(code::request(&field.office, asked("", "12a456")).await);
        let fields = vec![
            FieldError::new(FormField::Run, Problem::Empty),
            FieldError::new(FormField::Chip, Problem::NotANumber),
        ];
        assert_eq!(told, Refusal::Invalid { fields });
        let told = refusal(code::request(&field.office, asked("12.345.678-9", "123456")).await);
        assert!(
            matches!(told, Refusal::Invalid { fields } if fields[0].code == Problem::RunWrongDigit)
        );
        let told = refusal(enter(&field, "ABC", "12 345").await);
        let wrong = FieldError::new(FormField::Code, Problem::Malformed);
        assert_eq!(told, Refusal::field(wrong));
        assert_eq!(database.number("SELECT COUNT(*) FROM access_code").await, 0);
    }

    async fn an_owner_sees_only_the_own_records(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        with_guest(&field, &guest, CHIP).await;
        let other = Guest::new(41_234_568);
        field.submit(field.visit(&other, OTHER_CHIP)).await;
        backend::registry::lookup::search(&field.office, field.as_operative(), CHIP).await.unwrap();
        let actor = signed_in(&field, &guest).await;
        let records = own::records(&field.office, actor).await.unwrap();
        assert_eq!(records.email.as_deref(), Some("t••••@example.cl.invalid"));
        let [animal] = records.animals.as_slice() else { panic!("{:?}", records.animals) };
        assert_eq!(
            (animal.id, animal.chip.map(|chip| chip.to_string())),
            (guest.dog, Some(CHIP.to_owned()))
        );
        assert_eq!(animal.documents[0].state, DocumentState::Issued);
        assert!(!animal.rnm_lacks.is_empty());
        let kinds: Vec<_> = records.looks.iter().map(|look| look.kind).collect();
        for kind in [LookKind::Search, LookKind::CodeAsked, LookKind::SignIn] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
        let lost = own::report(&field.office, actor, other.dog, VitalState::Lost).await;
        assert_eq!(refusal(lost), Refusal::AnimalUnknown);
        let asked = own::ask_correction(&field.office, actor, Some(other.dog), "Otro nombre").await;
        assert_eq!(refusal(asked), Refusal::AnimalUnknown);
        for outsider in [Actor::Public, field.as_coordinator()] {
            assert!(own::records(&field.office, outsider).await.is_err());
        }
    }

    async fn lost_and_found_again_are_in_the_history(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        with_guest(&field, &guest, CHIP).await;
        let (office, actor) = (&field.office, signed_in(&field, &guest).await);
        let chip = ChipNumber::from_digits(CHIP).unwrap();
        let seen = found::look(office, chip, "198.51.100.9").await.unwrap();
        assert_eq!(seen, ChipFound::Registered);
        own::report(office, actor, guest.dog, VitalState::Lost).await.unwrap();
        let twice = own::report(office, actor, guest.dog, VitalState::Lost).await;
        assert_eq!(refusal(twice), Refusal::NotInThisState { state: VitalState::Lost });
        let seen = found::look(office, chip, "198.51.100.9").await.unwrap();
        assert_eq!(seen, ChipFound::Registered, "whoever asks is not told");
        own::report(office, actor, guest.dog, VitalState::Alive).await.unwrap();
        let dead = own::report(office, actor, guest.dog, VitalState::Deceased).await;
        assert!(matches!(refusal(dead), Refusal::NotInThisState { .. }));
        let told =
            "SELECT COUNT(*) FROM history WHERE kind = 'vital_state_set' AND actor_kind = 'owner'";
        assert_eq!(database.number(told).await, 2);
        let looks = own::records(office, actor).await.unwrap().looks;
        assert_eq!(looks.iter().filter(|look| look.kind == LookKind::Chip).count(), 2);
    }

    async fn requests_become_tasks_of_a_coordinator(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        with_guest(&field, &guest, CHIP).await;
        let (office, actor) = (&field.office, signed_in(&field, &guest).await);
        own::ask_new_address(office, actor, " Otra@Example.cl ").await.unwrap();
        own::ask_correction(office, actor, Some(guest.dog), "Se llama Ñata").await.unwrap();
        let bad = refusal(own::ask_new_address(office, actor, "otra").await);
        assert!(matches!(bad, Refusal::Invalid { fields } if fields[0].field == FormField::Email));
        let blank = refusal(own::ask_correction(office, actor, None, " \n ").await);
        assert_eq!(blank, Refusal::field(FieldError::new(FormField::Correction, Problem::Empty)));
        let open = tasks::list(office, field.as_coordinator(), 99).await.unwrap();
        let bodies: Vec<_> = open.iter().map(|task| task.body.clone()).collect();
        assert_eq!(
            bodies,
            [
                TaskBody::NewAddress { email: "Otra@example.cl".to_owned() },
                TaskBody::CorrectionRequest { text: "Se llama Ñata".to_owned() },
            ]
        );
        assert_eq!(open[1].about.animal, Some(guest.dog));
        assert!(open.iter().all(|task| task.about.owner == Some(guest.owner)));
    }

    async fn old_codes_are_forgotten(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(41_234_567));
        code::request(&field.office, wanted(&guest, "123456")).await.unwrap();
        let now = field.office.clock.now();
        assert_eq!(code::forget(&database.store, now).await.unwrap(), 0);
        assert_eq!(code::forget(&database.store, now.plus_ms(1)).await.unwrap(), 1);
    }
}

fn middle(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
