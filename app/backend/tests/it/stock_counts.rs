//! What is counted in a box: a phone's chips, and the doses of a lot, which agree or are explained.

use backend::desk::act;
use backend::stock::{self, DosesCounted};
use domain::command::Command;
use domain::desk::stock::{ChipCount, DoseMove, DoseTally};
use domain::field_error::{Field as Asked, FieldError, Problem};
use domain::id::{DeviceId, ProductLotId};
use domain::refusal::Refusal;
use domain::stock::{AllottedLot, CountReason, LossReason};

use crate::it::databases::Database;
use crate::it::desk::refused;
use crate::it::field::{Field, Guest};
use crate::it::pairing::paired;
use crate::it::stock::{allot, doses, move_doses, number, receive};

/// A field with fifty doses of a lot, of which the outreach has twenty and gave one.
async fn supplied(database: &Database) -> (Field, ProductLotId) {
    let field = Field::on(database).await;
    let (office, actor) = (&field.office, field.as_coordinator());
    stock::receive_doses(office, actor, &doses("l 2026", "2027-12-31", "50")).await.unwrap();
    let lot = stock::lots(office, actor).await.unwrap().0[0].lot().id;
    move_doses(&field, lot, "20", false).await.unwrap();
    field.submit(field.visit(&Guest::new(40_000_420), &number(720))).await;
    (field, lot)
}

fn tally(lot: ProductLotId, quantity: &str) -> DoseTally {
    DoseTally {
        act: Some(act::fresh()),
        lot: Some(lot),
        quantity: quantity.to_owned(),
        ..DoseTally::default()
    }
}

/// The same, explained.
fn because(form: &DoseTally, expected: u32, why: CountReason) -> DoseTally {
    DoseTally { expected: Some(expected), why: Some(why), ..form.clone() }
}

async fn count(field: &Field, form: &DoseTally) -> Result<DosesCounted, Refusal> {
    let actor = field.as_coordinator();
    match stock::count_doses(&field.office, actor, field.outreach, form).await {
        Ok(counted) => Ok(counted),
        refusal => Err(refused(refusal)),
    }
}

/// What was counted and what should be there; and whether it was noted.
#[track_caller]
fn figures(counted: Result<DosesCounted, Refusal>) -> (u32, u32, bool) {
    match counted {
        Ok(DosesCounted::Noted(count)) => (count.counted, count.expected(), true),
        Ok(DosesCounted::Differs(count)) => (count.counted, count.expected(), false),
        Err(refusal) => panic!("{refusal:?}"),
    }
}

/// What each box of the outreach holds.
async fn boxes(field: &Field) -> Vec<AllottedLot> {
    let actor = field.as_coordinator();
    let sheet = stock::box_sheet(&field.office, actor, field.outreach).await.unwrap();
    sheet.parts.into_iter().flat_map(|part| part.lots).collect()
}

async fn noted(database: &Database) -> i64 {
    database.number("SELECT COUNT(*) FROM history WHERE kind = 'doses_counted'").await
}

on_both_databases! {
    async fn doses_that_agree_are_noted_and_others_are_looked_at_first(database) {
        let (field, lot) = supplied(&database).await;
        let right = tally(lot, "19");
        for _ in 0..2 {
            assert_eq!(figures(count(&field, &right).await), (19, 19, true));
        }
        assert_eq!(noted(&database).await, 1);
        let other = DoseTally { quantity: "18".to_owned(), ..right };
        assert_eq!(count(&field, &other).await, Err(Refusal::SheetUsed));

        let short = tally(lot, "17");
        assert_eq!(figures(count(&field, &short).await), (17, 19, false));
        // A reason for another difference than the one that was read explains nothing.
        let stale = because(&short, 18, CountReason::Lost);
        assert_eq!(figures(count(&field, &stale).await), (17, 19, false));
        let unfit = FieldError::new(Asked::Reason, Problem::Unknown);
        let found = because(&short, 19, CountReason::Found);
        assert_eq!(count(&field, &found).await, Err(Refusal::field(unfit)));
        assert_eq!((noted(&database).await, boxes(&field).await[0].left()), (1, 19));

        let open = because(&short, 19, CountReason::Unknown);
        assert_eq!(figures(count(&field, &open).await), (17, 19, true));
        assert_eq!((noted(&database).await, boxes(&field).await[0].left()), (2, 19));
        let explained = because(&tally(lot, "17"), 19, CountReason::Spoilt);
        for _ in 0..2 {
            assert_eq!(figures(count(&field, &explained).await), (17, 19, true));
        }
        let held = boxes(&field).await.remove(0);
        assert_eq!((held.lot.doses, held.given, held.lost, held.left()), (20, 1, 2, 17));
        assert_eq!(figures(count(&field, &tally(lot, "17")).await), (17, 17, true));
        let none = because(&tally(lot, "0"), 17, CountReason::Moved);
        assert_eq!(figures(count(&field, &none).await), (0, 17, true));
        let line = stock::lots(&field.office, field.as_coordinator()).await.unwrap().0.remove(0);
        assert_eq!((line.free, line.all.left()), (47, 47), "they are at the office again");
    }

    async fn more_than_there_should_be_came_from_somewhere(database) {
        let (field, lot) = supplied(&database).await;
        let lost = Command::WriteOffDoses { lot, doses: 3, reason: LossReason::Lost };
        field.submit(vec![lost]).await;
        let over = tally(lot, "18");
        assert_eq!(figures(count(&field, &over).await), (18, 16, false));
        let found = because(&over, 16, CountReason::Found);
        assert_eq!(figures(count(&field, &found).await), (18, 16, true));
        let held = boxes(&field).await.remove(0);
        assert_eq!((held.lost, held.left()), (1, 18));

        let moved = because(&tally(lot, "20"), 18, CountReason::Moved);
        assert_eq!(figures(count(&field, &moved).await), (20, 18, true));
        let held = boxes(&field).await.remove(0);
        assert_eq!((held.lot.doses, held.left()), (22, 20));
        let line = stock::lots(&field.office, field.as_coordinator()).await.unwrap().0.remove(0);
        assert_eq!(line.free, 28);
        let many = because(&tally(lot, "49"), 20, CountReason::Moved);
        assert_eq!(count(&field, &many).await, Err(Refusal::StockNotFree));
        let none = DoseTally { lot: None, ..tally(lot, "1") };
        assert_eq!(count(&field, &none).await, Err(Refusal::LotUnknown));
    }

    async fn each_box_is_counted_by_itself(database) {
        let (field, lot) = supplied(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        paired(&field, 7).await;
        let device = Some(field.device);
        let none = DoseTally { device, ..tally(lot, "5") };
        assert_eq!(count(&field, &none).await, Err(Refusal::LotUnknown), "it holds none yet");
        let form = DoseMove {
            act: None, lot: Some(lot), quantity: "5".to_owned(), device, is_return: false,
        };
        stock::allot_doses(office, actor, here, &form).await.unwrap();
        // What this phone has given comes out of its own box now.
        let own = DoseTally { device, ..tally(lot, "3") };
        assert_eq!(figures(count(&field, &own).await), (3, 4, false));
        let lost = because(&own, 4, CountReason::Lost);
        assert_eq!(figures(count(&field, &lost).await), (3, 4, true));
        let left: Vec<_> = boxes(&field).await.iter().map(AllottedLot::left).collect();
        assert_eq!(left, [20, 3]);

        receive(&field, 1, 40).await.unwrap();
        allot(&field, None, 1, 10).await.unwrap();
        allot(&field, device, 21, 24).await.unwrap();
        let chips = |device| ChipCount { device, quantity: "4".to_owned(), act: None };
        for (device, expected) in [(device, 4), (None, 14)] {
            let counted = stock::count(office, actor, here, &chips(device)).await.unwrap();
            assert_eq!((counted.counted, counted.expected), (4, expected));
        }
        let stranger = Some(DeviceId(backend::clock::fresh_id()));
        let counted = stock::count(office, actor, here, &chips(stranger)).await;
        assert_eq!(refused(counted), Refusal::PhoneUnknown);
    }
}
