//! Who leaves the team of an outreach: what was recorded before comes home as it was, also from
//! phones that heard of it hours later; and who comes back was not there while they were away.

use std::slice;

use backend::clock::fresh_id;
use backend::closing;
use backend::desk::{register, unresolved};
use backend::planning;
use domain::desk::queue::Resolution;
use domain::id::StaffId;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::submission::{CLOCK_TOLERANCE_MS, Outcome, PhoneReport, Reply, Submission};
use domain::timestamp::HOUR_MS;

use crate::it::amending::colleague_of;
use crate::it::correcting::commands::{answered_by, corrected};
use crate::it::desk::{at_browser, refused};
use crate::it::field::{Field, Guest, NOW, refusal};

const CHIPS: [&str; 3] = ["999000000001701", "999000000001702", "999000000001703"];

/// Minutes after they were first put in the team, and whether it holds as of then that somebody was
/// of it who leaves it after 60, comes back after 120 and leaves it again after 180.
const MOMENTS: [(i64, bool); 9] = [
    (-30, true),
    (30, true),
    (62, true),
    (63, false),
    (117, false),
    (118, true),
    (150, true),
    (182, true),
    (183, false),
];

/// A visit that the operative records now; it names the veterinarian.
fn visit(field: &Field, run: u32, chip: &str) -> Submission {
    field.submission(field.as_operative(), field.visit(&Guest::new(run), chip))
}

/// The coordinator has somebody in the team, or not; answers on how many phones of who left records
/// wait.
async fn set(field: &Field, member: StaffId, joins: bool) -> u32 {
    let (office, actor) = (&field.office, field.as_coordinator());
    planning::set_member(office, actor, field.outreach, (member, joins)).await.unwrap()
}

/// Somebody comes and goes; what was recorded at each of the moments comes home afterwards, and is
/// refused for this when they were away.
async fn comes_and_goes(field: &Field, member: StaffId, why: &Refusal) {
    for joins in [false, true, false] {
        field.office.clock.advance_ms(HOUR_MS);
        set(field, member, joins).await;
    }
    field.office.clock.advance_ms(HOUR_MS);
    let recorded = |((minutes, _), run): ((i64, bool), u32)| Submission {
        recorded_at: NOW.plus_ms(minutes * 60_000),
        ..visit(field, run, &format!("9990000{run}"))
    };
    let visits: Vec<_> = MOMENTS.into_iter().zip(40_001_731..).map(recorded).collect();
    let reply = field.send(field.as_operative(), &visits).await;
    assert_eq!(reply.answers.len(), MOMENTS.len());
    for (answer, (minutes, is_of_team)) in reply.answers.iter().zip(MOMENTS) {
        let word = if is_of_team { "accepted" } else { "refused" };
        assert_eq!(answer.outcome.word(), word, "after {minutes} minutes: {answer:?}");
        if !is_of_team {
            assert_eq!(refusal(&answer.outcome), why);
        }
    }
}

/// A visit that the operative records an hour after somebody left, an hour before it is sent.
fn between(field: &Field, run: u32, chip: &str) -> Submission {
    field.office.clock.advance_ms(HOUR_MS);
    let meanwhile = visit(field, run, chip);
    field.office.clock.advance_ms(HOUR_MS);
    meanwhile
}

/// Who was in the team before, as the coordinator reads.
async fn left(field: &Field) -> Vec<StaffId> {
    let (office, actor) = (&field.office, field.as_coordinator());
    planning::outreach(office, actor, field.outreach).await.unwrap().left
}

/// One visit of the morning, one as late as a clock may be wrong, and one after that.
async fn around(field: &Field, left: StaffId) -> [Submission; 3] {
    let morning = visit(field, 40_001_701, CHIPS[0]);
    field.office.clock.advance_ms(HOUR_MS);
    set(field, left, false).await;
    field.office.clock.advance_ms(CLOCK_TOLERANCE_MS);
    let noon = visit(field, 40_001_702, CHIPS[1]);
    field.office.clock.advance_ms(1);
    let late = visit(field, 40_001_703, CHIPS[2]);
    field.office.clock.advance_ms(HOUR_MS);
    [morning, noon, late]
}

/// What was said of each; the last one refused for this.
#[track_caller]
fn only_the_last(reply: &Reply, why: &Refusal) {
    let words: Vec<_> = reply.answers.iter().map(|answer| answer.outcome.word()).collect();
    assert_eq!(words, ["accepted", "accepted", "refused"]);
    assert_eq!(refusal(&reply.answers[2].outcome), why);
}

on_both_databases! {
    async fn what_a_veterinarian_answered_for_before_they_left_is_taken(database) {
        let field = Field::on(&database).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let visits = around(&field, field.veterinarian).await;
        let reply = field.send(field.as_operative(), &visits).await;
        only_the_last(&reply, &Refusal::VeterinarianUnknown);
        // The desk judges likewise, also once the veterinarian is of the team again.
        let id = visits[2].id;
        let again = || unresolved::resolve(office, &present, id, Resolution::Accept { chip: None });
        assert_eq!(refused(again().await), Refusal::VeterinarianUnknown);
        let sheet = planning::outreach(office, present.actor, field.outreach).await.unwrap();
        let of_team = |id: StaffId| sheet.team.iter().any(|member| member.person.id == id);
        assert_eq!([field.veterinarian, field.operative].map(of_team), [false, true]);
        assert!(sheet.view.veterinarians.is_empty(), "nor does a phone offer them");
        set(&field, field.veterinarian, true).await;
        assert_eq!(refused(again().await), Refusal::VeterinarianUnknown);
        assert_eq!(database.number("SELECT COUNT(*) FROM service").await, 6);
        field.submit(field.visit(&Guest::new(40_001_704), "999000000001704")).await;
        assert_eq!(database.number("SELECT COUNT(*) FROM service").await, 9);
    }

    async fn what_an_operative_recorded_while_away_is_refused(database) {
        let field = Field::on(&database).await;
        comes_and_goes(&field, field.operative, &Refusal::NotYourOutreach).await;
    }

    async fn nobody_answered_for_anything_while_away(database) {
        let field = Field::on(&database).await;
        comes_and_goes(&field, field.veterinarian, &Refusal::VeterinarianUnknown).await;
    }

    async fn who_was_taken_out_by_mistake_is_put_back_without_a_break(database) {
        let field = Field::on(&database).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let (actor, outreach) = (present.actor, field.outreach);
        let back = |staff| planning::put_back(office, actor, outreach, staff);
        // The operative, whose phone sends again what was refused.
        set(&field, field.operative, false).await;
        let meanwhile = between(&field, 40_001_751, CHIPS[0]);
        let reply = field.send(field.as_operative(), slice::from_ref(&meanwhile)).await;
        assert_eq!(refusal(&reply.answers[0].outcome), &Refusal::NotYourOutreach);
        assert_eq!(left(&field).await, [field.operative]);
        assert_eq!(back(field.operative).await.unwrap(), 0);
        back(field.operative).await.unwrap();
        assert!(left(&field).await.is_empty());
        let again =
            Submission { id: fresh_id().into(), replaces: Some(meanwhile.id), ..meanwhile };
        let reply = field.send(field.as_operative(), &[again]).await;
        assert_eq!(reply.answers[0].outcome.word(), "accepted", "{reply:?}");
        // The veterinarian, of whom the desk records it.
        set(&field, field.veterinarian, false).await;
        let meanwhile = between(&field, 40_001_752, CHIPS[1]);
        let id = meanwhile.id;
        let reply = field.send(field.as_operative(), &[meanwhile]).await;
        assert_eq!(refusal(&reply.answers[0].outcome), &Refusal::VeterinarianUnknown);
        let as_it_is = || Resolution::Accept { chip: None };
        let accept = || unresolved::resolve(office, &present, id, as_it_is());
        assert_eq!(refused(accept().await), Refusal::VeterinarianUnknown);
        back(field.veterinarian).await.unwrap();
        accept().await.unwrap();
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'member_put_back'";
        assert_eq!(database.number(noted).await, 2, "once of each");
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'member_joined'";
        assert_eq!(database.number(noted).await, 0);
    }

    async fn who_came_back_at_once_is_offered_once(database) {
        let field = Field::on(&database).await;
        for joins in [false, true] {
            set(&field, field.veterinarian, joins).await;
        }
        let guest = Guest::new(40_001_705);
        field.submit(field.visit(&guest, CHIPS[0])).await;
        let actor = field.as_coordinator();
        let sheet = register::animal(&field.office, actor, guest.dog).await.unwrap();
        let offered = sheet.services.iter().map(|one| one.veterinarians.len());
        assert_eq!(offered.collect::<Vec<_>>(), [1; 3]);
    }

    async fn the_act_names_who_was_there_whoever_is_in_the_team_when_it_is_printed(database) {
        let field = Field::on(&database).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        set(&field, field.veterinarian, false).await;
        let of = |role: Role| move |hand: &domain::closing::Hand| hand.role == role;
        let act = closing::attendance_act(office, actor, id).await.unwrap();
        assert_eq!((act.team.len(), act.team.iter().any(of(Role::Veterinarian))), (3, true));
        let sheet = closing::day_sheet(office, actor, id).await.unwrap();
        assert_eq!((sheet.team.len(), sheet.team.iter().any(of(Role::Veterinarian))), (2, false));
    }

    async fn it_is_told_that_phones_of_who_leaves_still_hold_records(database) {
        let field = Field::on(&database).await;
        let report = PhoneReport { clock: NOW, waiting: 2, ..PhoneReport::default() };
        field.send_saying(field.as_operative(), &[], report).await;
        assert_eq!(set(&field, field.operative, false).await, 1);
        assert_eq!(set(&field, field.operative, false).await, 1, "told again where it came twice");
        assert_eq!(set(&field, field.operative, true).await, 0);
        assert_eq!(set(&field, field.veterinarian, false).await, 0, "it is not theirs");
    }

    async fn the_desk_records_what_was_in_conflict_before_somebody_left(database) {
        let field = Field::on(&database).await;
        let clash = [visit(&field, 40_001_711, CHIPS[0]), visit(&field, 40_001_712, CHIPS[0])];
        let reply = field.send(field.as_operative(), &clash).await;
        assert!(matches!(reply.answers[1].outcome, Outcome::Conflict { .. }), "{reply:?}");
        field.office.clock.advance_ms(HOUR_MS);
        set(&field, field.veterinarian, false).await;
        field.office.clock.advance_ms(HOUR_MS);
        let present = at_browser(field.as_coordinator());
        let right = Resolution::Accept { chip: Some(CHIPS[1].to_owned()) };
        unresolved::resolve(&field.office, &present, clash[1].id, right).await.unwrap();
    }

    async fn what_an_operative_recorded_before_they_left_is_taken(database) {
        let field = Field::on(&database).await;
        let visits = around(&field, field.operative).await;
        let reply = field.send(field.as_operative(), &visits).await;
        only_the_last(&reply, &Refusal::NotYourOutreach);
    }

    async fn who_answered_is_corrected_to_somebody_who_was_there_then(database) {
        let field = Field::on(&database).await;
        let left = StaffId(colleague_of(&field, Role::Veterinarian).await.id().unwrap());
        let (early, late) = (Guest::new(40_001_721), Guest::new(40_001_722));
        let before = field.visit(&early, CHIPS[0]);
        field.submit(before.clone()).await;
        field.office.clock.advance_ms(HOUR_MS);
        set(&field, left, false).await;
        field.office.clock.advance_ms(HOUR_MS);
        let after = field.visit(&late, CHIPS[1]);
        field.submit(after.clone()).await;
        let coordinator = field.as_coordinator();
        for (guest, visit, was_there) in [(&early, &before, true), (&late, &after, false)] {
            let sheet = register::animal(&field.office, coordinator, guest.dog).await.unwrap();
            let may = |service: &[(StaffId, String)]| service.iter().any(|(id, _)| *id == left);
            let told: Vec<_> = sheet.services.iter().map(|one| may(&one.veterinarians)).collect();
            assert_eq!(told, [was_there; 3]);
            let named = vec![answered_by(corrected(&visit[2], |_| {}), left)];
            let outcome = field.submit_as(coordinator, named).await;
            let word = if was_there { "accepted" } else { "refused" };
            assert_eq!(outcome.word(), word, "{outcome:?}");
        }
    }
}
