//! What a sheet of the desk asks under its identifier: the same again is one act and has one
//! answer, something else is refused, and nothing of it is done.

use backend::accounts::session::Present;
use backend::day::{self, WalkIn, WalkedIn};
use backend::desk::{act, register};
use backend::error::Error;
use domain::command::{Command, CorrectionReason};
use domain::id::{BookingId, ServiceId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::Role;
use futures_util::future::join_all;

use crate::it::amending::colleague_of;
use crate::it::databases::Database;
use crate::it::day::{guest, lay_out};
use crate::it::day_escrow::Draw;
use crate::it::desk::{at_browser, refused};
use crate::it::field::{Field, Guest, dog};
use crate::it::offered::booker;

const CHIP: &str = "999000000000801";
const NAMES: [&str; 3] = ["Uno", "Dos", "Tres"];

/// The act that calls a dog otherwise.
fn named(guest: &Guest, name: &str) -> Vec<Command> {
    let (details, reason) = (Box::new(dog(name)), CorrectionReason::Mistyped);
    vec![Command::CorrectAnimal { animal: guest.dog, details, reason }]
}

async fn name_of(field: &Field, guest: &Guest) -> String {
    let sheet = register::animal(&field.office, field.as_coordinator(), guest.dog).await;
    sheet.unwrap().details.name.to_string()
}

async fn count(database: &Database, what: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {what}")).await
}

/// Sends acts in an order that follows from a seed, under few identifiers, and compares what comes
/// of them with the rule: the first content of an identifier is its only one.
async fn any_order(database: &Database, seed: u64) {
    let (field, guest, mut draw) = (Field::on(database).await, Guest::new(40_000_802), Draw(seed));
    field.submit(field.visit(&guest, CHIP)).await;
    let ids = [act::fresh(), act::fresh(), act::fresh()];
    let (mut first, mut stands) = ([None; 3], "Ñato");
    let mut at = at_browser(field.as_coordinator());
    for step in 0..30 {
        let [id, name] = [3, 3].map(|most| usize::try_from(draw.below(most)).unwrap());
        field.office.clock.advance_ms(i64::from(draw.below(2_000)));
        if draw.below(3) == 0 {
            at = at_browser(field.as_coordinator());
        }
        let answer = act::record(&field.office, &at, ids[id], named(&guest, NAMES[name])).await;
        match first[id] {
            None => {
                answer.unwrap();
                (first[id], stands) = (Some(name), NAMES[name]);
            }
            Some(known) if known == name => assert!(answer.is_ok(), "seed {seed}, {step}"),
            Some(_) => assert_eq!(refused(answer), Refusal::SheetUsed, "seed {seed}, {step}"),
        }
        assert_eq!(name_of(&field, &guest).await, stands, "seed {seed}, {step}");
    }
    let used = i64::try_from(first.iter().flatten().count()).unwrap();
    assert!(used > 1, "seed {seed} tried too little");
    assert_eq!(count(database, "submission").await, 1 + used, "seed {seed}: and the visit");
}

on_both_databases! {
    async fn something_else_from_a_used_sheet_is_refused_and_the_same_is_answered_alike(database) {
        let field = Field::on(&database).await;
        field.authorise().await;
        let guest = Guest::new(40_000_801);
        field.submit(field.visit(&guest, CHIP)).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let sheet = register::animal(office, present.actor, guest.dog).await.unwrap();
        let ask = async |by: &Present, name: &str| {
            act::record(office, by, sheet.act, named(&guest, name)).await
        };
        assert_eq!(ask(&present, "Uno").await.unwrap(), 1, "a document was made anew");
        office.clock.advance_ms(60_000);
        for _ in 0..2 {
            assert_eq!(refused(ask(&present, "Dos").await), Refusal::SheetUsed);
        }
        assert_eq!(name_of(&field, &guest).await, "Uno");
        // The same from where somebody signed in anew, and from a colleague who tries it again.
        let colleague = colleague_of(&field, Role::Coordinator).await;
        for by in [&present, &at_browser(present.actor), &at_browser(colleague)] {
            assert_eq!(ask(by, "Uno").await.unwrap(), 1);
        }
        assert_eq!(count(&database, "document").await, 2);
        assert_eq!(count(&database, "submission").await, 2);
        let fresh = register::animal(office, present.actor, guest.dog).await.unwrap().act;
        act::record(office, &present, fresh, named(&guest, "Dos")).await.unwrap();
        assert_eq!(name_of(&field, &guest).await, "Dos");
        // An older one that comes again does not bring the past back.
        assert_eq!(ask(&present, "Uno").await.unwrap(), 1);
        assert_eq!(name_of(&field, &guest).await, "Dos");
    }

    async fn what_was_refused_has_used_its_identifier_too(database) {
        let field = Field::on(&database).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let id = act::fresh();
        let annul = |reason: &str| {
            let service = ServiceId(backend::clock::fresh_id());
            let reason = ShortText::parse(reason).unwrap();
            vec![Command::AnnulService { service, reason }]
        };
        let wrong = annul("No fue");
        for _ in 0..2 {
            let answer = act::record(office, &present, id, wrong.clone()).await;
            assert_eq!(refused(answer), Refusal::ServiceUnknown);
        }
        let answer = act::record(office, &present, id, annul("No fue así")).await;
        assert_eq!(refused(answer), Refusal::SheetUsed);
        assert_eq!(count(&database, "submission").await, 1);
    }

    async fn in_whatever_order_each_identifier_does_one_thing_once(database) {
        for seed in [1, 20_201] {
            let fresh = Database::fresh(database.store.engine()).await;
            any_order(&fresh, seed).await;
        }
    }

    async fn of_acts_at_the_same_moment_one_content_is_done_once(database) {
        let field = Field::on(&database).await;
        let guest = Guest::new(40_000_803);
        field.submit(field.visit(&guest, CHIP)).await;
        let id = act::fresh();
        let acts = (0..8).map(|number| {
            let (office, present) = (field.office.clone(), at_browser(field.as_coordinator()));
            let commands = named(&guest, NAMES[number % 2]);
            async move { act::record(&office, &present, id, commands).await }
        });
        let answers = join_all(acts).await;
        let won = name_of(&field, &guest).await;
        for (number, answer) in answers.into_iter().enumerate() {
            match answer {
                Ok(_) => assert_eq!(NAMES[number % 2], won, "{number}"),
                Err(Error::Refused(refusal)) => {
                    assert_eq!(refusal, Refusal::SheetUsed, "{number}");
                    assert_ne!(NAMES[number % 2], won, "{number}");
                }
                Err(failed) => panic!("{number}: {failed}"),
            }
        }
        assert_eq!(count(&database, "history WHERE kind = 'animal_corrected'").await, 1);
    }

    async fn a_number_given_at_the_door_is_of_those_it_was_given_to(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        lay_out(&field, 4, &[]).await;
        let one = guest(&field, 1, Some(booker(12_345_678, "María", false)));
        let welcome = async |guest: &WalkIn| day::welcome(office, actor, guest.clone()).await;
        for _ in 0..2 {
            assert_eq!(welcome(&one).await.unwrap(), WalkedIn::Arrived { number: 1 });
        }
        let other = WalkIn { details: Some(booker(8_765_432, "Pedro", false)), ..one.clone() };
        let more = WalkIn { places: 2, ..one.clone() };
        for changed in [&other, &more] {
            assert_eq!(refused(welcome(changed).await), Refusal::SheetUsed);
        }
        assert_eq!(count(&database, "booking").await, 1);
        let fresh = WalkIn { id: BookingId(backend::clock::fresh_id()), ..other };
        assert_eq!(welcome(&fresh).await.unwrap(), WalkedIn::Arrived { number: 2 });
        assert_eq!(welcome(&one).await.unwrap(), WalkedIn::Arrived { number: 1 });
    }
}
