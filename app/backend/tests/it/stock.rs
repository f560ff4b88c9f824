//! Stock: what is received and allotted, what the services use of it, and what is odd.

use backend::clock::fresh_id;
use backend::desk::phones::{self, Standing};
use backend::desk::{act, register};
use backend::stock;
use backend::store::vocabulary::submission::DeviceRow;
use domain::chip_number::{ChipNumber, Slip};
use domain::command::Command;
use domain::desk::stock::{
    ChipCount, ChipMove, ChipReceipt, DoseMove, DoseReceipt, OddChip, Oddity,
};
use domain::field_error::{Field as Asked, FieldError, Problem};
use domain::id::{DeviceId, ProductLotId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::stock::{Balance, ChipRange, LossReason, PackStock};
use domain::submission::Outcome;

use crate::it::desk::{at_browser, refused};
use crate::it::field::{Field, Guest, refusal};
use crate::it::pairing::paired;

pub fn number(last: u64) -> String {
    format!("{:015}", 999_000_000_300_000 + last)
}

pub fn chip(last: u64) -> ChipNumber {
    ChipNumber::from_digits(&number(last)).unwrap()
}

pub fn range(first: u64, last: u64) -> ChipRange {
    ChipRange::new(chip(first), chip(last)).unwrap()
}

pub fn delivery(first: u64, last: u64) -> ChipReceipt {
    ChipReceipt {
        act: None,
        first: number(first),
        last: number(last),
        supplier: "Proveedor de prueba".to_owned(),
        paper: "Guía 12".to_owned(),
        date: "2026-11-20".to_owned(),
    }
}

pub async fn receive(field: &Field, first: u64, last: u64) -> Result<ChipRange, Refusal> {
    let form = delivery(first, last);
    match stock::receive_chips(&field.office, field.as_coordinator(), &form, true).await {
        Ok(range) => Ok(range),
        refusal => Err(refused(refusal)),
    }
}

pub async fn allot(
    field: &Field,
    device: Option<DeviceId>,
    first: u64,
    last: u64,
) -> Result<ChipRange, Refusal> {
    let form = ChipMove { act: None, first: number(first), last: number(last), device };
    let actor = field.as_coordinator();
    match stock::allot(&field.office, actor, field.outreach, &form, true).await {
        Ok(range) => Ok(range),
        refusal => Err(refused(refusal)),
    }
}

pub async fn pack(field: &Field, device: Option<DeviceId>) -> PackStock {
    stock::pack(&field.office, field.as_operative(), field.outreach, device).await.unwrap()
}

async fn balance(field: &Field) -> Balance {
    let actor = field.as_coordinator();
    stock::box_sheet(&field.office, actor, field.outreach).await.unwrap().line.balance
}

pub fn lost(last: u64) -> Command {
    Command::WriteOffChip { chip: chip(last), reason: LossReason::Spoilt }
}

fn accepted(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

/// A dose receipt of a batch.
pub fn doses(batch: &str, expiry: &str, quantity: &str) -> DoseReceipt {
    DoseReceipt {
        act: Some(fresh_id().into()),
        product: "Producto de prueba".to_owned(),
        kind: "internal".to_owned(),
        batch: batch.to_owned(),
        expiry: expiry.to_owned(),
        quantity: quantity.to_owned(),
        ..DoseReceipt::default()
    }
}

/// Moves doses to the outreach of a field, or back.
pub async fn move_doses(
    field: &Field,
    lot: ProductLotId,
    quantity: &str,
    is_return: bool,
) -> Result<(), Refusal> {
    let (act, lot) = (Some(fresh_id().into()), Some(lot));
    let form = DoseMove { act, lot, quantity: quantity.to_owned(), device: None, is_return };
    let actor = field.as_coordinator();
    match stock::allot_doses(&field.office, actor, field.outreach, &form).await {
        Ok(()) => Ok(()),
        refusal => Err(refused(refusal)),
    }
}

on_both_databases! {
    async fn a_box_tells_what_was_used_lost_and_odd(database) {
        let field = Field::on(&database).await;
        assert_eq!(receive(&field, 1, 40).await, Ok(range(1, 40)));
        assert_eq!(allot(&field, None, 1, 10).await, Ok(range(1, 10)));
        let guest = Guest::new(40_000_400);
        accepted(&field.submit(field.visit(&guest, &number(3))).await);
        accepted(&field.submit(vec![lost(4)]).await);
        let taken = pack(&field, None).await;
        let whole = PackStock {
            is_own: false,
            ranges: vec![range(1, 10)],
            implanted: vec![chip(3)],
            lost: vec![chip(4)],
            lots: Vec::new(),
        };
        assert_eq!(taken, whole);
        let expected = Balance { received: 10, implanted: 1, lost: 1, in_box: 8 };
        assert_eq!(balance(&field).await, expected);

        // Nobody allotted it: it is in the animal all the same, and is named with its slip.
        accepted(&field.submit(field.visit(&Guest::new(40_000_401), &number(11))).await);
        let actor = field.as_coordinator();
        let sheet = stock::box_sheet(&field.office, actor, field.outreach).await.unwrap();
        let slip = Some((Slip::Neighbour, chip(10)));
        let odd = OddChip { chip: chip(11), oddity: Oddity::NotAllotted, slip };
        assert_eq!((sheet.odd, sheet.line.balance), (vec![odd], expected));

        // What is annulled comes back by itself.
        let present = at_browser(actor);
        let record = register::animal(&field.office, actor, guest.dog).await.unwrap();
        let chipped = record.services.iter().find(|one| one.kind.code() == "implantation");
        let reason = ShortText::parse("En otro animal").unwrap();
        let command = Command::AnnulService { service: chipped.unwrap().id, reason };
        act::record(&field.office, &present, record.act, vec![command]).await.unwrap();
        let expected = Balance { received: 10, implanted: 0, lost: 1, in_box: 9 };
        assert_eq!(balance(&field).await, expected);

        let form = ChipCount { quantity: "8".to_owned(), ..ChipCount::default() };
        let count = stock::count(&field.office, actor, field.outreach, &form).await.unwrap();
        assert_eq!((count.counted, count.expected), (8, 9));
        let back = stock::take_back(&field.office, actor, field.outreach, (None, None)).await;
        assert_eq!(back.unwrap(), 9);
        let expected = Balance { received: 1, implanted: 0, lost: 1, in_box: 0 };
        assert_eq!(balance(&field).await, expected);
        let sheet = stock::sheet(&field.office, actor).await.unwrap();
        assert_eq!(sheet.free, [range(1, 3), range(5, 10), range(12, 40)]);
        let all = Balance { received: 40, implanted: 1, lost: 1, in_box: 38 };
        assert_eq!(sheet.deliveries[0].balance, all);
        let again = stock::take_back(&field.office, actor, field.outreach, (None, None)).await;
        assert_eq!(again.unwrap(), 0);
    }

    async fn no_number_is_received_or_allotted_twice(database) {
        let field = Field::on(&database).await;
        let (one, other) = tokio::join!(receive(&field, 1, 100), receive(&field, 100, 200));
        let is_taken = |done: &&Result<_, _>| **done == Err(Refusal::StockTaken);
        let taken = [&one, &other].into_iter().filter(is_taken).count();
        assert_eq!((taken, one.is_ok() || other.is_ok()), (1, true), "{one:?} {other:?}");
        assert_eq!(receive(&field, 100, 100).await, Err(Refusal::StockTaken));
        let (first, last) = if one.is_ok() { (1, 100) } else { (100, 200) };
        let actor = field.as_coordinator();
        let form = delivery(first + 1_000, last + 1_000);
        stock::receive_chips(&field.office, actor, &form, false).await.unwrap();
        let sheet = stock::sheet(&field.office, actor).await.unwrap();
        assert_eq!(sheet.free, [range(first, last)], "what was only looked at is not kept");

        let (one, other) = tokio::join!(
            allot(&field, None, first, first + 20),
            allot(&field, None, first + 20, first + 40),
        );
        let refused = [&one, &other].iter().filter(|done| done.is_err()).count();
        assert_eq!(refused, 1, "{one:?} {other:?}");
        for (from, to) in [(first + 20, first + 20), (last, last + 1), (5_000, 5_001)] {
            assert_eq!(allot(&field, None, from, to).await, Err(Refusal::StockNotFree));
        }
        let unknown = DeviceId(fresh_id());
        let held = allot(&field, Some(unknown), first + 60, first + 61).await;
        assert_eq!(held, Err(Refusal::PhoneUnknown));
    }

    async fn what_is_typed_wrong_is_named_field_by_field(database) {
        let field = Field::on(&database).await;
        let form = ChipReceipt { date: "2026-12-01".to_owned(), ..ChipReceipt::default() };
        let answer = stock::receive_chips(&field.office, field.as_coordinator(), &form, true);
        let wrong = |field, problem| FieldError { field, code: problem };
        let fields = vec![
            wrong(Asked::FirstChip, Problem::Empty),
            wrong(Asked::Supplier, Problem::Empty),
            wrong(Asked::Date, Problem::InFuture),
        ];
        assert_eq!(refused(answer.await), Refusal::Invalid { fields });
        let form = DoseReceipt { kind: "internal".to_owned(), ..DoseReceipt::default() };
        let answer = stock::receive_doses(&field.office, field.as_coordinator(), &form);
        let fields = [Asked::Product, Asked::Batch, Asked::Expiry, Asked::Quantity];
        let fields = fields.map(|field| wrong(field, Problem::Empty)).to_vec();
        assert_eq!(refused(answer.await), Refusal::Invalid { fields });
    }

    async fn a_loss_is_recorded_once_and_never_out_of_an_animal(database) {
        let field = Field::on(&database).await;
        receive(&field, 1, 10).await.unwrap();
        allot(&field, None, 1, 10).await.unwrap();
        let submission = field.submission(field.as_operative(), vec![lost(2), lost(2)]);
        for _ in 0..2 {
            let reply = field.send(field.as_operative(), &[submission.clone()]).await;
            accepted(&reply.answers[0].outcome);
        }
        accepted(&field.submit(vec![lost(2)]).await);
        assert_eq!(database.number("SELECT COUNT(*) FROM chip_write_off").await, 1);
        accepted(&field.submit(field.visit(&Guest::new(40_000_402), &number(5))).await);
        let outcome = field.submit(vec![lost(5)]).await;
        assert_eq!(refusal(&outcome), &Refusal::ChipImplanted);
        // Found again and put in: it counts once, and is odd.
        accepted(&field.submit(field.visit(&Guest::new(40_000_403), &number(2))).await);
        let actor = field.as_coordinator();
        let sheet = stock::box_sheet(&field.office, actor, field.outreach).await.unwrap();
        let expected = Balance { received: 10, implanted: 2, lost: 0, in_box: 8 };
        assert_eq!(sheet.line.balance, expected);
        let odd: Vec<_> = sheet.odd.iter().map(|odd| (odd.chip, odd.oddity)).collect();
        assert_eq!(odd, [(chip(2), Oddity::Twice)]);
        // One that nobody holds is gone, whatever the lists say.
        let present = at_browser(actor);
        let strange = (fresh_id().into(), lost(900));
        stock::write_off(&field.office, &present, None, strange).await.unwrap();
        assert_eq!(database.number("SELECT COUNT(*) FROM chip_write_off").await, 2);
    }

    async fn a_paired_phone_takes_its_own_along(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_404), &number(700))).await;
        paired(&field, 7).await;
        receive(&field, 1, 40).await.unwrap();
        assert_eq!(pack(&field, None).await, PackStock::default(), "no stock is kept here yet");
        allot(&field, None, 1, 10).await.unwrap();
        assert_eq!(pack(&field, Some(field.device)).await.ranges, [range(1, 10)]);
        allot(&field, Some(field.device), 21, 30).await.unwrap();
        let own = pack(&field, Some(field.device)).await;
        assert_eq!((own.is_own, own.ranges), (true, vec![range(21, 30)]));
        assert_eq!(own.implanted, [chip(700)], "this phone implanted it out of another box");
        let common = pack(&field, Some(DeviceId(fresh_id()))).await;
        assert_eq!((common.is_own, common.ranges), (false, vec![range(1, 10)]));
        assert_eq!(common.implanted, []);
        let actor = field.as_coordinator();
        let sheet = stock::box_sheet(&field.office, actor, field.outreach).await.unwrap();
        let parts: Vec<_> = sheet.parts.iter().map(|part| part.balance.in_box).collect();
        assert_eq!((sheet.line.balance.in_box, parts), (20, vec![10, 10]));
        assert_eq!(sheet.phones.len(), 1);
        let device = Some(field.device);
        let back = stock::take_back(&field.office, actor, field.outreach, (None, device)).await;
        assert_eq!(back.unwrap(), 10);
        assert!(!pack(&field, Some(field.device)).await.is_own);
    }

    async fn a_phone_gets_stock_however_many_others_were_seen_since(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_408), &number(704))).await;
        paired(&field, 7).await;
        let last_seen_at = field.office.clock.now().0 + 1;
        let other = DeviceRow { staff_id: field.operative.0, last_seen_at, ..DeviceRow::default() };
        let others: Vec<_> =
            (0..300).map(|_| DeviceRow { id: fresh_id(), ..other.clone() }).collect();
        let written = field.office.store.write_with(others, |tx, others| {
            Box::pin(async move { tx.write_devices(others).await })
        });
        written.await.unwrap();
        let actor = field.as_coordinator();
        let sheet = stock::box_sheet(&field.office, actor, field.outreach).await.unwrap();
        assert_eq!(sheet.phones, [(field.device, "Mesa 1".to_owned())]);
    }

    async fn what_was_used_without_being_allotted_is_not_free(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        stock::receive_doses(office, actor, &doses("l 2026", "2027-12-31", "50")).await.unwrap();
        accepted(&field.submit(field.visit(&Guest::new(40_000_407), &number(703))).await);
        let (lines, _) = stock::lots(office, actor).await.unwrap();
        assert_eq!((lines[0].all.left(), lines[0].free), (49, 49));
        let lot = lines[0].lot().id;
        assert_eq!(move_doses(&field, lot, "50", false).await, Err(Refusal::StockNotFree));
        assert_eq!(move_doses(&field, lot, "10", false).await, Ok(()));
        let (lines, _) = stock::lots(office, actor).await.unwrap();
        assert_eq!((lines[0].all.left(), lines[0].free), (49, 40), "it was one of the ten");
    }

    async fn a_revoked_phone_gives_back_and_gets_no_more(database) {
        let field = Field::on(&database).await;
        field.submit(field.visit(&Guest::new(40_000_406), &number(702))).await;
        paired(&field, 7).await;
        receive(&field, 1, 40).await.unwrap();
        let device = Some(field.device);
        allot(&field, device, 1, 10).await.unwrap();
        let actor = field.as_coordinator();
        let lost = (Standing::Revoked, "Se perdió");
        phones::stand(&field.office, actor, field.device, lost).await.unwrap();
        assert_eq!(allot(&field, device, 11, 12).await, Err(Refusal::PhoneUnknown));
        let sheet = stock::box_sheet(&field.office, actor, field.outreach).await.unwrap();
        let holders: Vec<_> = sheet.holders().into_iter().map(|(id, _)| id).collect();
        assert_eq!((sheet.phones.len(), holders), (0, vec![field.device]));
        let back = stock::take_back(&field.office, actor, field.outreach, (None, device)).await;
        assert_eq!(back.unwrap(), 10);
    }

    async fn doses_are_counted_by_lot(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let came = doses("l 2026", "2027-12-31", "50");
        stock::receive_doses(office, actor, &came).await.unwrap();
        stock::receive_doses(office, actor, &came).await.unwrap();
        stock::receive_doses(office, actor, &doses("OLD-1", "2026-10-31", "5")).await.unwrap();
        let other = doses("L-2026", "2027-11-30", "5");
        let other = stock::receive_doses(office, actor, &other);
        let differs = FieldError::new(Asked::Expiry, Problem::Differs);
        assert_eq!(refused(other.await), Refusal::field(differs));
        let product = "Otro producto".to_owned();
        let other = DoseReceipt { product, ..doses("l 2026", "2027-12-31", "7") };
        let other = stock::receive_doses(office, actor, &other).await;
        let product = came.product;
        assert_eq!(refused(other), Refusal::LotOfAnotherProduct { product });
        let lines = stock::sheet(office, actor).await.unwrap().lots;
        let told: Vec<_> = lines.iter().map(|line| (line.lot().doses, line.free)).collect();
        assert_eq!(told, [(5, 5), (50, 50)], "sent twice is once, and what expires first is first");
        let lot = lines[1].lot().id;
        assert_eq!(move_doses(&field, lot, "51", false).await, Err(Refusal::StockNotFree));
        assert_eq!(move_doses(&field, lot, "20", false).await, Ok(()));
        let unknown = move_doses(&field, ProductLotId(fresh_id()), "1", false).await;
        assert_eq!(unknown, Err(Refusal::LotUnknown));

        let guest = Guest::new(40_000_405);
        accepted(&field.submit(field.visit(&guest, &number(701))).await);
        let reason = LossReason::Lost;
        accepted(&field.submit(vec![Command::WriteOffDoses { lot, doses: 3, reason }]).await);
        let many = Command::WriteOffDoses { lot, doses: 51, reason };
        let too_large = FieldError::new(Asked::Quantity, Problem::TooLarge);
        assert_eq!(refusal(&field.submit(vec![many]).await), &Refusal::field(too_large));
        let taken = pack(&field, None).await;
        // The dose of external parasites has the same batch and is another product's.
        let told: Vec<_> = taken.lots.iter().map(|one| (one.given, one.lost, one.left())).collect();
        assert_eq!(told, [(1, 3, 16)]);
        assert_eq!(move_doses(&field, lot, "17", true).await, Err(Refusal::StockNotFree));
        assert_eq!(move_doses(&field, lot, "16", true).await, Ok(()));
        let line = stock::sheet(office, actor).await.unwrap().lots.remove(1);
        assert_eq!((line.free, line.all.left()), (46, 46));
    }
}
