use super::*;
use crate::offline::held::NewRecord;
use domain::catalogue::product::Route;
use domain::catalogue::{DewormingKind, ImplantSite, Procedure, ProfessionalKind};
use domain::chip_number::{ChipNumber, Slip};
use domain::command::Command;
use domain::id::{AnimalId, DeviceId, ProductLotId, ServiceId, StaffId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::service::{Deworming, Microchip, ServiceDetails};
use domain::stock::{Balance, ChipRange, LossReason, Place, ProductLot};
use domain::submission::Outcome;
use std::sync::Arc;
use uuid::Uuid;

const ASKED_AT: Timestamp = Timestamp(1_700_000_000_000);
const LOT: ProductLotId = ProductLotId(Uuid::from_u128(70));

fn here() -> OutreachId {
    OutreachId(Uuid::from_u128(4))
}

fn chip(last: u64) -> ChipNumber {
    ChipNumber::from_parts(999, 100_000_000_000 + last).unwrap()
}

/// Ten chips, of which the first is in an animal, and twenty doses, of which two were given.
fn told() -> Told {
    let lot = ProductLot {
        id: LOT,
        product: ShortText::parse("Drontal").unwrap(),
        kind: DewormingKind::Internal,
        lot: ShortText::parse("a-12 3").unwrap(),
        expires_on: "2031-08-31".parse().unwrap(),
        doses: 20,
    };
    let stock = PackStock {
        is_own: false,
        ranges: vec![ChipRange::new(chip(10), chip(19)).unwrap()],
        implanted: vec![chip(10)],
        lost: Vec::new(),
        lots: vec![AllottedLot { lot, given: 2, lost: 0 }],
    };
    Told { outreach: here(), asked_at: ASKED_AT, last: 1, waiting: Vec::new(), stock }
}

fn implants(service: u128, chip: ChipNumber, procedure: Procedure) -> Command {
    let details = ServiceDetails::Microchip(Microchip {
        procedure,
        chip,
        second_reading: chip,
        site: ImplantSite::LeftNeck,
        professional_kind: ProfessionalKind::Technician,
    });
    record_service(service, details)
}

fn doses(service: u128, batch: &str) -> Command {
    record_service(
        service,
        ServiceDetails::Deworming(Deworming {
            kind: DewormingKind::Internal,
            product: ShortText::parse("Drontal").unwrap(),
            ingredients: Vec::new(),
            route: Route::Oral,
            batch: ShortText::parse(batch).unwrap(),
            expires_on: "2031-08-31".parse().unwrap(),
            weight: None,
            dose: None,
        }),
    )
}

fn record_service(service: u128, details: ServiceDetails) -> Command {
    Command::RecordService {
        service: ServiceId(Uuid::from_u128(service)),
        animal: AnimalId(Uuid::from_u128(3)),
        details: Box::new(details),
        veterinarian: None,
    }
}

/// A record of so many milliseconds after the server was asked: its number is 1 when it was made
/// before, else 2.
fn record(id: u128, after_ms: i64, command: Command) -> Record {
    let new = NewRecord {
        id: SubmissionId(Uuid::from_u128(id)),
        actor: StaffId(Uuid::from_u128(2)),
        outreach: Some(here()),
        visit: None,
        behind: None,
        recorded_at: Timestamp(ASKED_AT.0 + after_ms),
        utc_offset_minutes: -180,
        replaces: None,
        commands: vec![command],
        form: String::new(),
    };
    let sequence = if after_ms < 0 { 1 } else { 2 };
    let held = new.numbered(DeviceId(Uuid::from_u128(9)), sequence);
    Record { held: Arc::new(held), outcome: None }
}

/// The record with the server's answer, accepted.
fn sent(record: &Record) -> Record {
    let outcome = Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() };
    let held = (*record.held).clone().answered(&outcome);
    Record { held: Arc::new(held), outcome: Some(outcome) }
}

fn contents(records: Vec<Record>) -> Contents {
    told().contents(&Kept { records, ..Kept::default() }, None)
}

#[test]
fn the_box_is_less_what_this_phone_has_put_in_and_lost() {
    let lost = Command::WriteOffChip { chip: chip(12), reason: LossReason::Lost };
    let mut records = vec![
        record(1, 5, implants(21, chip(11), Procedure::Implantation)),
        record(2, 6, implants(22, chip(13), Procedure::Verification)),
        record(3, 7, lost),
        // The sticker of the neighbour's box.
        record(4, 8, implants(23, chip(20), Procedure::Implantation)),
    ];
    let expected = Balance { received: 10, implanted: 2, lost: 1, in_box: 7 };
    let now = contents(records.clone()).chips;
    assert_eq!(now.balance(), expected);
    assert_eq!(now.odd(), [chip(20)]);
    assert_eq!(now.place(chip(12)), Place::Gone);
    assert_eq!(now.slip(chip(20)), Some((Slip::Neighbour, chip(19))));
    // Sending them changes nothing, nor that the server knows them then.
    for one in &mut records {
        *one = sent(one);
    }
    assert_eq!(contents(records.clone()).chips.balance(), expected);
    let mut later = told();
    later.stock.implanted.push(chip(11));
    later.stock.lost.push(chip(12));
    let chips = later.contents(&Kept { records, ..Kept::default() }, None).chips;
    assert_eq!(chips.balance(), expected);
    assert_eq!(chips.odd(), [chip(20)]);
}

#[test]
fn what_was_annulled_is_in_the_box_again() {
    let service = ServiceId(Uuid::from_u128(21));
    let annul = Command::AnnulService { service, reason: ShortText::parse("Twice").unwrap() };
    let put_in = sent(&record(1, -5, implants(21, chip(10), Procedure::Implantation)));
    assert_eq!(contents(vec![put_in.clone()]).chips.balance().in_box, 9);
    assert_eq!(contents(vec![put_in, record(2, 5, annul)]).chips.balance().in_box, 10);
}

#[test]
fn of_what_the_server_had_its_word_holds_alone() {
    let in_box = |records: Vec<Record>| contents(records).chips.balance().in_box;
    let put_in = |after_ms| record(1, after_ms, implants(21, chip(11), Procedure::Implantation));
    // The desk has annulled it since, or put its number right.
    assert_eq!(in_box(vec![sent(&put_in(-5))]), 9);
    assert_eq!(in_box(vec![put_in(-5)]), 8, "it waits");
    let asked = Told { waiting: vec![1], ..told() };
    let kept = Kept { records: vec![sent(&put_in(-5))], ..Kept::default() };
    let now = asked.contents(&kept, None).chips.balance().in_box;
    assert_eq!(now, 8, "it waited when the server was asked");
    assert_eq!(in_box(vec![sent(&put_in(5))]), 8, "it came after the server was asked");
    let refused = Outcome::Refused { command: None, refusal: Refusal::ChipTaken };
    let held = (*put_in(-5).held).clone().answered(&refused);
    let refused = Record { held: Arc::new(held), outcome: Some(refused) };
    assert_eq!(in_box(vec![refused]), 8, "the server has nothing of it");
    // Annulled here, and put in at another table since.
    let service = ServiceId(Uuid::from_u128(22));
    let annul = Command::AnnulService { service, reason: ShortText::parse("Twice").unwrap() };
    let before = record(1, -5, implants(22, chip(10), Procedure::Implantation));
    let records = vec![sent(&before), sent(&record(2, -4, annul))];
    assert_eq!(contents(records).chips.place(chip(10)), Place::Gone);
}

#[test]
fn what_the_server_does_not_have_is_noted_when_it_is_asked() {
    let numbered = |sequence: u32, is_sent: bool| {
        let mut one = record(u128::from(sequence), 5, doses(31, "A1"));
        Arc::make_mut(&mut one.held).head.sequence = sequence;
        if is_sent { sent(&one) } else { one }
    };
    let mut held_back = numbered(7, false);
    held_back.held = Arc::new((*held_back.held).clone().answered(&Outcome::Quarantined));
    let records = vec![numbered(4, true), numbered(5, false), numbered(6, true), held_back];
    assert_eq!(
        numbers(&Kept { records, ..Kept::default() }),
        (7, vec![5, 7]),
        "the desk decides later"
    );
    assert_eq!(numbers(&Kept::default()), (0, vec![]));
    // What an older app kept does not say: nothing of it is left out.
    let mut kept = serde_json::to_value(told()).unwrap();
    for field in ["last", "waiting"] {
        kept.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(serde_json::from_value::<Told>(kept).unwrap(), Told { last: 0, ..told() });
}

#[test]
fn one_batch_of_two_kinds_is_two_lots() {
    let mut told = told();
    let mut other = told.stock.lots[0].clone();
    other.lot.kind = DewormingKind::External;
    told.stock.lots.insert(0, other);
    let records = vec![record(1, 5, doses(31, "A-123"))];
    let lots = told.contents(&Kept { records, ..Kept::default() }, None).lots;
    assert_eq!(lots.iter().map(AllottedLot::left).collect::<Vec<_>>(), [18, 17]);
}

#[test]
fn a_record_that_is_being_mended_has_taken_nothing() {
    let one = record(1, 5, implants(21, chip(11), Procedure::Implantation));
    let mended = Some(one.held.head.id);
    let kept = Kept { records: vec![one.clone()], ..Kept::default() };
    assert_eq!(told().contents(&kept, None).chips.place(chip(11)), Place::Gone);
    assert_eq!(told().contents(&kept, mended).chips.place(chip(11)), Place::InBox);
    let mut corrected = one;
    Arc::make_mut(&mut corrected.held).replaced_by = Some(SubmissionId(Uuid::from_u128(2)));
    assert_eq!(contents(vec![corrected]).chips.place(chip(11)), Place::InBox);
}

#[test]
fn another_outreach_has_another_box() {
    let mut there = record(1, 5, implants(21, chip(11), Procedure::Implantation));
    Arc::make_mut(&mut there.held).head.outreach = None;
    assert_eq!(contents(vec![there]).chips.balance().in_box, 9);
}

#[test]
fn a_dose_is_taken_from_its_lot_once() {
    let left =
        |records: Vec<Record>| contents(records).lots.iter().map(AllottedLot::left).sum::<u32>();
    assert_eq!(left(Vec::new()), 18);
    let before = record(1, -5, doses(31, "A123"));
    assert_eq!(left(vec![before.clone()]), 17, "it waits");
    assert_eq!(left(vec![sent(&before)]), 18, "the server has counted it");
    let after = record(2, 5, doses(32, "A 123"));
    assert_eq!(left(vec![after.clone()]), 17);
    assert_eq!(left(vec![sent(&after)]), 17, "the server was asked before it came");
    assert_eq!(left(vec![record(3, 5, doses(33, "B9"))]), 18, "another lot");
    let lost = Command::WriteOffDoses { lot: LOT, doses: 4, reason: LossReason::Spoilt };
    let lost = record(4, 5, lost);
    assert!(lost.held.is_loss() && !after.held.is_loss());
    assert_eq!(left(vec![after, lost]), 13);
}

#[test]
fn a_loss_is_recorded_once_everything_is_said() {
    let lots = told().stock.lots;
    let said = |lot: &str, number: &str, reason: &str| {
        let [lot, number, reason] = [lot, number, reason].map(str::to_owned);
        LossDraft { lot, number, reason, ..LossDraft::default() }.command(&lots)
    };
    let (own, reason) = (LOT.to_string(), LossReason::Spoilt);
    let expected = Command::WriteOffChip { chip: chip(12), reason };
    assert_eq!(said("", "999 1000 0000 0012", "spoilt"), Some(expected));
    let expected = Command::WriteOffDoses { lot: LOT, doses: 3, reason };
    assert_eq!(said(&own, " 3 ", "spoilt"), Some(expected));
    let other = ProductLotId(Uuid::from_u128(71)).to_string();
    for (lot, number, reason) in [
        ("", "", "spoilt"),
        ("", "12", "spoilt"),
        ("", "999100000000012", ""),
        (own.as_str(), "0", "spoilt"),
        (own.as_str(), "-1", "spoilt"),
        (own.as_str(), "999100000000012", "spoilt"),
        (other.as_str(), "3", "spoilt"),
    ] {
        assert_eq!(said(lot, number, reason), None, "{lot} {number} {reason}");
    }
}

#[test]
fn a_correction_that_was_left_is_of_its_record_alone() {
    let of = |replaces: Option<u128>, number: &str| LossDraft {
        number: number.to_owned(),
        replaces: replaces.map(Uuid::from_u128).map(SubmissionId),
        ..LossDraft::default()
    };
    let (new, left) = (of(None, ""), of(Some(1), "11"));
    assert_ne!(new.draft(), left.draft());
    assert_eq!(new.clone().going_on(Some(left.clone())), new, "the next loss mends nothing");
    assert_eq!(of(Some(2), "20").going_on(Some(left.clone())), of(Some(2), "20"));
    assert_eq!(left.clone().going_on(Some(of(None, "12"))), left);
    assert_eq!(of(Some(1), "10").going_on(Some(left.clone())), left, "it goes on");
    assert_eq!(new.going_on(Some(of(None, "12"))), of(None, "12"));
    assert_eq!(left.clone().going_on(None), left);
}

#[test]
fn nothing_allotted_is_no_box() {
    assert!(told().is_any());
    assert!(!Told { stock: PackStock::default(), ..told() }.is_any());
}
