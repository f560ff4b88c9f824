//! Accounts: signing in, invitations, forgotten passwords, roles.

use backend::accounts::invitation::{self, Choice, LinkLetter};
use backend::accounts::password::{Cost, Passwords};
use backend::accounts::session::{self, Begun, FRESH_MS, Holder, IDLE_MS, SignIn};
use backend::accounts::{self, NewRole, NewStaff};
use backend::actor::Actor;
use backend::clock::Clock;
use backend::error::Error;
use backend::keys::{Keys, Secret};
use backend::office::Office;
use backend::outbox;
use backend::store::Store;
use backend::tokens::{INVITATION, PASSWORD_RESET, Purpose};
use domain::contact::Email;
use domain::field_error::{Field, FieldError, Problem};
use domain::id::StaffId;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::run::Run;
use domain::timestamp::Timestamp;

use crate::it::databases::{Database, Stored};

const NOW: Timestamp = Timestamp(1_700_000_000_000);
const PASSWORD: &str = "tres perros negros";

fn passwords() -> Passwords {
    Passwords::new(Cost::Least).unwrap()
}

fn person(name: &str, role: Role) -> NewStaff {
    NewStaff {
        email: Email::parse(&format!("{name}@example.cl")).unwrap(),
        name: name.to_owned(),
        role,
        run: (role == Role::Veterinarian).then(|| Run::from_number(12_345_678)).flatten(),
        professional_kind: None,
        professional_registration: None,
        demonstration: false,
    }
}

async fn added(store: &Store, name: &str, role: Role) -> Actor {
    let hash = passwords().hash(PASSWORD).await.unwrap();
    let id = accounts::add(store, Actor::System, person(name, role), hash, NOW).await.unwrap();
    Actor::Staff { id, role }
}

fn id_of(actor: Actor) -> StaffId {
    StaffId(actor.id().unwrap())
}

async fn sign_in(
    store: &Store,
    name: &str,
    password: &str,
    now: Timestamp,
) -> Result<Begun, Error> {
    let by = SignIn {
        email: format!(" {}@EXAMPLE.cl ", name.to_uppercase()),
        password: password.to_owned(),
        address: "203.0.113.7".to_owned(),
        user_agent: "Navegador\n de prueba".to_owned(),
    };
    session::sign_in(store, &passwords(), by, now).await
}

/// The token in the last letter of a kind.
async fn mailed(office: &Office, kind: &'static str) -> String {
    let store = &office.store;
    let read = store.read(|tx| Box::pin(async move { tx.messages_in_state("pending", 99).await }));
    let read: Stored<Vec<_>> = read.await;
    let rows = read.unwrap();
    let row = rows.iter().rev().find(|row| row.kind == kind).unwrap();
    let body = outbox::body_of(&office.keys, row).unwrap().unwrap();
    let letter: LinkLetter = serde_json::from_str(&body).unwrap();
    assert!(!row.body.contains(&letter.token), "the letter is sealed while it waits");
    letter.token
}

/// The office of a database, at a moment that stands still.
async fn office(database: &Database) -> Office {
    let secret = Secret::read_or_make(&database.folder.join("secret")).unwrap();
    let keys = Keys::open(&database.store, secret, NOW).await.unwrap();
    let (store, clock) = (database.store.clone(), Clock::fixed(NOW));
    Office::open(store, keys, clock, "https://huella.example").await.unwrap()
}

async fn choose(
    store: &Store,
    purpose: Purpose,
    token: &str,
    password: &str,
) -> Result<StaffId, Error> {
    let choice = Choice { purpose, token: token.to_owned(), password: password.to_owned() };
    invitation::choose_password(store, &passwords(), choice, NOW).await
}

#[track_caller]
fn refusal<T>(answer: Result<T, Error>) -> Refusal {
    let Err(Error::Refused(refusal)) = answer else { unreachable!("it was not refused") };
    refusal
}

on_both_databases! {
    async fn a_person_signs_in_is_found_and_signs_out(database) {
        let (store, ana) = (&database.store, added(&database.store, "ana", Role::Operative).await);
        assert_eq!(
            refusal(sign_in(store, "ana", "otra clave", NOW).await),
            Refusal::WrongCredentials
        );
        assert_eq!(refusal(sign_in(store, "eva", PASSWORD, NOW).await), Refusal::WrongCredentials);
        let begun = sign_in(store, "ana", PASSWORD, NOW).await.unwrap();
        let present = session::find(store, &begun.secret, NOW).await.unwrap().unwrap();
        assert_eq!((present.actor, present.name.as_str()), (ana, "ana"));
        assert!(session::find(store, "something else", NOW).await.unwrap().is_none());
        let holder = Holder::Staff(id_of(ana));
        let listed = session::list(store, holder, NOW).await.unwrap();
        assert_eq!((listed.len(), listed[0].user_agent.as_str()), (1, "Navegador de prueba"));
        assert!(session::revoke(store, holder, begun.session, NOW).await.unwrap());
        assert!(session::find(store, &begun.secret, NOW).await.unwrap().is_none());
    }

    async fn a_session_lasts_while_it_is_used_and_no_longer_than_a_week(database) {
        let store = &database.store;
        added(store, "ana", Role::Operative).await;
        let begun = sign_in(store, "ana", PASSWORD, NOW).await.unwrap();
        let mut now = NOW;
        let mut uses = 0;
        while session::find(store, &begun.secret, now).await.unwrap().is_some() {
            now = now.plus_ms(IDLE_MS - 1);
            uses += 1;
        }
        assert_eq!(uses, 15);
        let other = sign_in(store, "ana", PASSWORD, NOW).await.unwrap();
        assert!(session::find(store, &other.secret, NOW.plus_ms(IDLE_MS)).await.unwrap().is_none());
    }

    async fn signing_in_is_limited_by_account_across_processes(database) {
        let (store, other) = (&database.store, database.opened_again().await);
        added(store, "ana", Role::Operative).await;
        for turn in 0..10 {
            let store = if turn % 2 == 0 { store } else { &other };
            assert_eq!(
                refusal(sign_in(store, "ana", "mala", NOW).await),
                Refusal::WrongCredentials
            );
        }
        let limited = refusal(sign_in(store, "ana", PASSWORD, NOW).await);
        assert_eq!(limited, Refusal::TooManyAttempts { retry_after_s: 900 });
        let later = NOW.plus_ms(900_001);
        sign_in(store, "ana", PASSWORD, later).await.unwrap();
        let clear = "SELECT COUNT(*) FROM counter WHERE CAST(key AS TEXT) LIKE '%ana%'";
        assert_eq!(database.number(clear).await, 0);
    }

    async fn signing_in_is_limited_by_address_whoever_is_tried(database) {
        let store = &database.store;
        added(store, "ana", Role::Operative).await;
        for turn in 0..session::BY_ADDRESS.most {
            let tried = sign_in(store, &format!("nadie{turn}"), "mala", NOW).await;
            assert_eq!(refusal(tried), Refusal::WrongCredentials, "{turn}");
        }
        let limited = refusal(sign_in(store, "ana", PASSWORD, NOW).await);
        assert_eq!(limited, Refusal::TooManyAttempts { retry_after_s: 900 });
        // Elsewhere she comes in: the account itself was not tried.
        let elsewhere = SignIn {
            email: "ana@example.cl".to_owned(),
            password: PASSWORD.to_owned(),
            address: "203.0.113.8".to_owned(),
            user_agent: String::new(),
        };
        session::sign_in(store, &passwords(), elsewhere, NOW).await.unwrap();
    }

    async fn fresh_acts_ask_for_the_password_again(database) {
        let store = &database.store;
        added(store, "ana", Role::Veterinarian).await;
        let begun = sign_in(store, "ana", PASSWORD, NOW).await.unwrap();
        let later = NOW.plus_ms(FRESH_MS);
        let present = session::find(store, &begun.secret, later).await.unwrap().unwrap();
        assert_eq!(present.must_be_fresh(NOW), Ok(()));
        assert_eq!(present.must_be_fresh(later), Err(Refusal::SignInAgain));
        let wrong = session::sign_in_again(store, &passwords(), &present, "mala", later).await;
        assert_eq!(refusal(wrong), Refusal::WrongPassword);
        session::sign_in_again(store, &passwords(), &present, PASSWORD, later).await.unwrap();
        let present = session::find(store, &begun.secret, later).await.unwrap().unwrap();
        assert_eq!(present.must_be_fresh(later), Ok(()));
    }

    async fn an_invitation_is_accepted_once(database) {
        let (store, office) = (&database.store, office(&database).await);
        let eva = added(store, "eva", Role::Coordinator).await;
        let invited =
            invitation::invite(&office, eva, person("ana", Role::Operative)).await.unwrap();
        let old = mailed(&office, invitation::INVITATION_LETTER).await;
        invitation::invite(&office, eva, person("ana", Role::Operative)).await.unwrap();
        let token = mailed(&office, invitation::INVITATION_LETTER).await;
        assert_eq!(refusal(choose(store, INVITATION, &old, PASSWORD).await), Refusal::LinkUnusable);
        assert_eq!(
            refusal(choose(store, PASSWORD_RESET, &token, PASSWORD).await),
            Refusal::LinkUnusable
        );
        let looked = invitation::look(store, INVITATION, token.to_lowercase(), NOW).await.unwrap();
        assert_eq!((looked.staff, looked.email.as_str()), (invited, "ana@example.cl"));
        assert!(matches!(
            refusal(choose(store, INVITATION, &token, "corta").await),
            Refusal::Invalid { .. }
        ));
        assert_eq!(refusal(sign_in(store, "ana", PASSWORD, NOW).await), Refusal::WrongCredentials);
        assert_eq!(choose(store, INVITATION, &token, PASSWORD).await.unwrap(), invited);
        assert_eq!(
            refusal(choose(store, INVITATION, &token, PASSWORD).await),
            Refusal::LinkUnusable
        );
        sign_in(store, "ana", PASSWORD, NOW).await.unwrap();
        let again = invitation::invite(&office, eva, person("ANA", Role::Operative)).await;
        assert_eq!(refusal(again), Refusal::AccountExists);
    }

    async fn a_late_invitation_is_unusable(database) {
        let (store, office) = (&database.store, office(&database).await);
        invitation::invite(&office, Actor::System, person("ana", Role::Admin)).await.unwrap();
        let token = mailed(&office, invitation::INVITATION_LETTER).await;
        let late = NOW.plus_ms(INVITATION.lasts_ms);
        assert_eq!(
            refusal(invitation::look(store, INVITATION, token, late).await),
            Refusal::LinkUnusable
        );
    }

    async fn a_text_that_is_no_address_is_told_like_an_unknown_one(database) {
        let store = &database.store;
        for email in ["a\0b", "a\0b@example.cl", "", "\u{202e}", "' OR 1=1"] {
            let by = SignIn {
                email: email.to_owned(),
                password: PASSWORD.to_owned(),
                address: "203.0.113.7".to_owned(),
                user_agent: String::new(),
            };
            let answer = session::sign_in(store, &passwords(), by, NOW).await;
            assert_eq!(refusal(answer), Refusal::WrongCredentials, "{email:?}");
            let office = office(&database).await;
            invitation::request_reset(&office, email, "203.0.113.7").await.unwrap();
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM outbox").await, 0);
    }

    async fn a_reset_does_the_same_work_for_an_address_that_nobody_has(database) {
        let store = &database.store;
        added(store, "ana", Role::Operative).await;
        for (email, letters) in [("nadie@example.cl", 0), ("ana@example.cl", 1)] {
            let office = office(&database).await;
            invitation::request_reset(&office, email, "203.0.113.7").await.unwrap();
            assert_eq!(database.number("SELECT COUNT(*) FROM outbox").await, letters);
        }
        let tokens = "SELECT COUNT(*) FROM link_token WHERE purpose = 'password_reset'";
        assert_eq!(database.number(tokens).await, 2);
    }

    async fn guessing_an_account_from_outside_does_not_keep_its_owner_from_signing(database) {
        let store = &database.store;
        added(store, "ana", Role::Veterinarian).await;
        let begun = sign_in(store, "ana", PASSWORD, NOW).await.unwrap();
        let present = session::find(store, &begun.secret, NOW).await.unwrap().unwrap();
        for _ in 0..11 {
            let _ = sign_in(store, "ana", "mala", NOW).await;
        }
        let limited = refusal(sign_in(store, "ana", PASSWORD, NOW).await);
        assert!(matches!(limited, Refusal::TooManyAttempts { .. }));
        session::sign_in_again(store, &passwords(), &present, PASSWORD, NOW).await.unwrap();
        for _ in 0..10 {
            let _ = session::sign_in_again(store, &passwords(), &present, "mala", NOW).await;
        }
        let limited = session::sign_in_again(store, &passwords(), &present, PASSWORD, NOW).await;
        assert!(matches!(refusal(limited), Refusal::TooManyAttempts { .. }));
    }

    async fn an_invited_administrator_is_not_made_an_operative_by_inviting_again(database) {
        let (store, office) = (&database.store, office(&database).await);
        let eva = added(store, "eva", Role::Coordinator).await;
        invitation::invite(&office, Actor::System, person("ana", Role::Admin)).await.unwrap();
        let again = invitation::invite(&office, eva, person("ana", Role::Operative)).await;
        assert!(matches!(refusal(again), Refusal::Forbidden { .. }));
        let admins = "SELECT COUNT(*) FROM staff WHERE role = 'admin'";
        assert_eq!(database.number(admins).await, 1);
    }

    async fn a_closed_account_is_opened_again_without_its_sessions(database) {
        let (store, ana) = (&database.store, added(&database.store, "ana", Role::Operative).await);
        let eva = added(store, "eva", Role::Coordinator).await;
        let begun = sign_in(store, "ana", PASSWORD, NOW).await.unwrap();
        accounts::disable(store, eva, id_of(ana), NOW).await.unwrap();
        let forbidden = accounts::enable(store, ana, id_of(eva), NOW).await;
        assert!(matches!(refusal(forbidden), Refusal::Forbidden { .. }));
        for _ in 0..2 {
            accounts::enable(store, eva, id_of(ana), NOW).await.unwrap();
        }
        assert!(session::find(store, &begun.secret, NOW).await.unwrap().is_none());
        sign_in(store, "ana", PASSWORD, NOW).await.unwrap();
        let told = "SELECT COUNT(*) FROM history WHERE kind = 'account_enabled'";
        assert_eq!(database.number(told).await, 1);
        let office = office(&database).await;
        let waits = invitation::invite(&office, eva, person("luz", Role::Operative)).await;
        let luz = waits.unwrap();
        accounts::disable(store, eva, luz, NOW).await.unwrap();
        accounts::enable(store, eva, luz, NOW).await.unwrap();
        let invited = "SELECT COUNT(*) FROM staff WHERE state = 'invited'";
        assert_eq!(database.number(invited).await, 1);
    }

    async fn a_new_password_ends_every_session(database) {
        let (store, office) = (&database.store, office(&database).await);
        added(store, "ana", Role::Operative).await;
        let begun = sign_in(store, "ana", PASSWORD, NOW).await.unwrap();
        invitation::request_reset(&office, "nadie@example.cl", "203.0.113.7").await.unwrap();
        assert_eq!(database.number("SELECT COUNT(*) FROM outbox").await, 0);
        invitation::request_reset(&office, "Ana@example.cl", "203.0.113.7").await.unwrap();
        let token = mailed(&office, invitation::RESET_LETTER).await;
        choose(store, PASSWORD_RESET, &token, "gaviotas en la caleta").await.unwrap();
        assert!(session::find(store, &begun.secret, NOW).await.unwrap().is_none());
        assert_eq!(refusal(sign_in(store, "ana", PASSWORD, NOW).await), Refusal::WrongCredentials);
        sign_in(store, "ana", "gaviotas en la caleta", NOW).await.unwrap();
    }

    async fn a_disabled_account_is_out_at_once(database) {
        let (store, ana) = (&database.store, added(&database.store, "ana", Role::Operative).await);
        let eva = added(store, "eva", Role::Coordinator).await;
        let begun = sign_in(store, "ana", PASSWORD, NOW).await.unwrap();
        let forbidden = accounts::disable(store, ana, id_of(eva), NOW).await;
        assert!(matches!(refusal(forbidden), Refusal::Forbidden { .. }));
        accounts::disable(store, eva, id_of(ana), NOW).await.unwrap();
        assert!(session::find(store, &begun.secret, NOW).await.unwrap().is_none());
        assert_eq!(refusal(sign_in(store, "ana", PASSWORD, NOW).await), Refusal::WrongCredentials);
        let told = "SELECT COUNT(*) FROM history WHERE kind = 'account_disabled'";
        assert_eq!(database.number(told).await, 1);
    }

    async fn two_administrators_cannot_both_disable_each_other(database) {
        let (one, other) = (database.store.clone(), database.opened_again().await);
        let ana = added(&one, "ana", Role::Admin).await;
        let eva = added(&one, "eva", Role::Admin).await;
        let auditor = NewRole { role: Role::Auditor, run: None };
        let (first, second) = tokio::join!(
            accounts::disable(&one, ana, id_of(eva), NOW),
            accounts::change_role(&other, eva, id_of(ana), auditor, NOW),
        );
        assert_eq!(first.is_ok(), second.is_err(), "{first:?} {second:?}");
        let left = "SELECT COUNT(*) FROM staff WHERE role = 'admin' AND state = 'active'";
        assert_eq!(database.number(left).await, 1);
    }

    async fn a_veterinarian_has_a_run(database) {
        let store = &database.store;
        let eva = added(store, "eva", Role::Admin).await;
        let ana = added(store, "ana", Role::Operative).await;
        let missing = Refusal::field(FieldError::new(Field::Run, Problem::Empty));
        let nameless = NewStaff { run: None, ..person("zoe", Role::Veterinarian) };
        let made = accounts::add(store, eva, nameless, "$argon2id$v=19$".to_owned(), NOW).await;
        assert!(matches!(made, Err(Error::Refused(refusal)) if refusal == missing));
        let become_one = async |run| {
            let new = NewRole { role: Role::Veterinarian, run };
            accounts::change_role(store, eva, id_of(ana), new, NOW).await
        };
        let changed = become_one(None).await;
        assert!(matches!(changed, Err(Error::Refused(refusal)) if refusal == missing));
        let veterinarians = "SELECT COUNT(*) FROM staff WHERE role = 'veterinarian'";
        assert_eq!(database.number(veterinarians).await, 0);
        become_one(Run::parse_person("12.345.678-5").ok()).await.unwrap();
        let named = format!("{veterinarians} AND run = '12.345.678-5'");
        assert_eq!(database.number(&named).await, 1);
    }

    async fn a_coordinator_invites_for_the_field_only(database) {
        let office = office(&database).await;
        let eva = added(&database.store, "eva", Role::Coordinator).await;
        for (role, may) in [
            (Role::Operative, true),
            (Role::Veterinarian, true),
            (Role::Coordinator, false),
            (Role::Auditor, false),
            (Role::Admin, false),
        ] {
            let invited =
                invitation::invite(&office, eva, person(role.code(), role)).await;
            assert_eq!(invited.is_ok(), may, "{role}");
        }
    }
}
