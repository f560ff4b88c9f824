//! An act of the stock's desk is done once, whatever comes again under its identifier.

use backend::clock::fresh_id;
use backend::desk::act;
use backend::stock;
use domain::desk::stock::{ChipCount, ChipMove, ChipReceipt, DoseMove, DoseReceipt};
use domain::refusal::Refusal;
use domain::stock::without;

use crate::it::databases::Database;
use crate::it::desk::{at_browser, refused};
use crate::it::field::Field;
use crate::it::stock::{delivery, doses, lost, number, pack, range, receive};

/// How often the history tells of something.
async fn told(database: &Database, kind: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM history WHERE kind = '{kind}'")).await
}

on_both_databases! {
    async fn a_delivery_comes_once(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let form = ChipReceipt { act: Some(act::fresh()), ..delivery(1, 40) };
        let looked = stock::receive_chips(office, actor, &form, false).await.unwrap();
        assert_eq!(looked, range(1, 40));
        let (one, other) = tokio::join!(
            stock::receive_chips(office, actor, &form, true),
            stock::receive_chips(office, actor, &form, true),
        );
        assert_eq!((one.unwrap(), other.unwrap()), (range(1, 40), range(1, 40)));
        // Who goes back to what was read back, and on from there, is answered alike.
        for is_final in [false, true] {
            let again = stock::receive_chips(office, actor, &form, is_final).await.unwrap();
            assert_eq!(again, range(1, 40));
        }
        let other = ChipReceipt { act: form.act, ..delivery(41, 80) };
        for is_final in [false, true] {
            let answer = stock::receive_chips(office, actor, &other, is_final).await;
            assert_eq!(refused(answer), Refusal::SheetUsed);
        }
        assert_eq!(stock::sheet(office, actor).await.unwrap().free, [range(1, 40)]);
        assert_eq!(told(&database, "chips_received").await, 1);
        let new = ChipReceipt { act: Some(act::fresh()), ..other };
        stock::receive_chips(office, actor, &new, true).await.unwrap();
        assert_eq!(told(&database, "chips_received").await, 2);
    }

    async fn chips_go_out_are_counted_and_come_back_once(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        receive(&field, 1, 40).await.unwrap();
        let form = ChipMove {
            act: Some(act::fresh()),
            first: number(1),
            last: number(10),
            device: None,
        };
        for _ in 0..2 {
            let moved = stock::allot(office, actor, here, &form, true).await.unwrap();
            assert_eq!(moved, range(1, 10));
        }
        let other = ChipMove { last: number(12), ..form.clone() };
        let answer = stock::allot(office, actor, here, &other, true).await;
        assert_eq!(refused(answer), Refusal::SheetUsed);
        assert_eq!(pack(&field, None).await.ranges, [range(1, 10)]);
        // What was refused was not done: put right, it is the same act.
        let free = act::fresh();
        let taken = ChipMove { act: Some(free), ..form.clone() };
        let answer = stock::allot(office, actor, here, &taken, true).await;
        assert_eq!(refused(answer), Refusal::StockNotFree);
        let right = ChipMove { first: number(11), last: number(12), ..taken };
        stock::allot(office, actor, here, &right, true).await.unwrap();
        assert_eq!(told(&database, "chips_allotted").await, 2);

        let count = |quantity: &str| ChipCount {
            act: Some(act::fresh()),
            quantity: quantity.to_owned(),
            ..ChipCount::default()
        };
        let counted = count("11");
        for _ in 0..2 {
            let answer = stock::count(office, actor, here, &counted).await.unwrap();
            assert_eq!((answer.counted, answer.expected), (11, 12));
        }
        let other = ChipCount { quantity: "12".to_owned(), ..counted };
        assert_eq!(refused(stock::count(office, actor, here, &other).await), Refusal::SheetUsed);
        assert_eq!(told(&database, "chips_counted").await, 1);

        let back = (Some(act::fresh()), None);
        for _ in 0..2 {
            assert_eq!(stock::take_back(office, actor, here, back).await.unwrap(), 12);
            // What went out meanwhile stays there when the answer was lost.
            let next = ChipMove { act: None, ..form.clone() };
            let _ = stock::allot(office, actor, here, &next, true).await;
        }
        assert_eq!(told(&database, "chips_taken_back").await, 1);
        let free = stock::sheet(office, actor).await.unwrap().free;
        assert_eq!(free, without(&[range(1, 40)], &[range(1, 10)]));
    }

    async fn doses_move_once(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let came = doses("A-1", "2027-12-31", "50");
        for _ in 0..2 {
            stock::receive_doses(office, actor, &came).await.unwrap();
        }
        let other = DoseReceipt { quantity: "5".to_owned(), ..came };
        assert_eq!(refused(stock::receive_doses(office, actor, &other).await), Refusal::SheetUsed);
        assert_eq!(told(&database, "doses_received").await, 1);
        let (lines, _) = stock::lots(office, actor).await.unwrap();
        assert_eq!((lines.len(), lines[0].free), (1, 50));

        // All that there is, and the same said twice: the second time nothing is short.
        let (act, lot) = (Some(fresh_id().into()), Some(lines[0].lot().id));
        let form = |quantity: &str, is_return| {
            DoseMove { act, lot, quantity: quantity.to_owned(), device: None, is_return }
        };
        for _ in 0..2 {
            stock::allot_doses(office, actor, here, &form("50", false)).await.unwrap();
        }
        for other in [form("5", false), form("50", true)] {
            let answer = stock::allot_doses(office, actor, here, &other).await;
            assert_eq!(refused(answer), Refusal::SheetUsed);
        }
        assert_eq!(pack(&field, None).await.lots[0].left(), 50);
    }

    async fn a_write_off_is_one_act_too(database) {
        let field = Field::on(&database).await;
        let (office, present) = (&field.office, at_browser(field.as_coordinator()));
        let id = act::fresh();
        for _ in 0..2 {
            stock::write_off(office, &present, None, (id, lost(1))).await.unwrap();
        }
        let other = stock::write_off(office, &present, None, (id, lost(2))).await;
        assert_eq!(refused(other), Refusal::SheetUsed);
        assert_eq!(database.number("SELECT COUNT(*) FROM chip_write_off").await, 1);
    }
}
