//! Every use case is called by everybody: who may is not told `Forbidden`, who may not is, and
//! nobody known is asked to sign in.

use backend::accounts::{self, NewStaff, invitation};
use backend::actor::Actor;
use backend::bookings::desk;
use backend::clock::fresh_id;
use backend::day::{self, WalkIn};
use backend::desk::phones::Standing;
use backend::desk::{home, people, phones, register, signature, talks, unresolved, waiting};
use backend::error::Error;
use backend::keys::Purpose;
use backend::owner_access::own;
use backend::pictures::Piece;
use backend::registry::pack::Asked;
use backend::rnm::{self, Approval};
use backend::{closing, documents, erasure, import, mail_desk, pairing, pictures, planning};
use backend::{registry, stock, submissions, tasks, territory};
use domain::animal::Drawing;
use domain::booking::{Offering, PlacesAsked, TurnAwayReason};
use domain::catalogue::VitalState;
use domain::chip_number::ChipNumber;
use domain::closing::ServicesOf;
use domain::command::{Command, CorrectionReason};
use domain::contact::Email;
use domain::desk::bookings::{BookingAnswer, BookingsShown};
use domain::desk::people::InvitationForm;
use domain::desk::phones::PhoneFilter;
use domain::desk::plan::{OutreachFilter, OutreachForm, TalkCorrection, TalkForm};
use domain::desk::planned::{DayForm, DutyForm, OfferingForm, PlanForm};
use domain::desk::queue::{MailState, Resolution, RnmStep, TaskEnding};
use domain::desk::stock::LotCorrection;
use domain::desk::stock::{ChipCount, ChipMove, ChipReceipt, DoseMove, DoseReceipt, DoseTally};
use domain::desk::territory::{AreaForm, OrganisationForm, UnitFile, WeightsForm};
use domain::desk::unresolved::{AtOnce, Place, UnresolvedFilter, UnresolvedView};
use domain::id::{DeviceId, ImportId, OrganisationId, OwnerId, SessionId, StaffId};
use domain::import::Step;
use domain::outreach::life::LifeStep;
use domain::pairing::PairingRequest;
use domain::picture::{PictureKind, PictureNotice};
use domain::refusal::Refusal;
use domain::role::{Caller, Role, UseCase, allows};
use domain::run::Run;
use domain::stock::LossReason;
use domain::submission::{Batch, SealedBatch};
use domain::territory::area::Area;
use domain::territory::{Commune, UnitKey};
use uuid::Uuid;

use crate::it::desk::at_browser;
use crate::it::field::{Field, NOW};
use crate::it::offered::table;

/// Somebody of every kind.
fn everybody(field: &Field) -> Vec<Actor> {
    let mut all = vec![
        Actor::Public,
        Actor::Owner { owner: OwnerId(fresh_id()), session: SessionId(fresh_id()) },
        Actor::Device { device: DeviceId(fresh_id()), staff: StaffId(fresh_id()) },
    ];
    all.extend(Role::ALL.iter().map(|&role| match role {
        // Whoever signs must have an account to keep the signature in, and who writes something
        // off one whose record it is.
        Role::Veterinarian => field.as_veterinarian(),
        Role::Coordinator => field.as_coordinator(),
        role => Actor::Staff { id: StaffId(fresh_id()), role },
    }));
    let callers: Vec<_> = all.iter().filter_map(Actor::caller).collect();
    assert!(Caller::ALL.iter().all(|caller| callers.contains(caller)));
    all
}

/// What is wrong with an answer, if anything.
fn fault<T>(name: &str, actor: Actor, needs: UseCase, answer: Result<T, Error>) -> Option<String> {
    let caller = actor.caller().unwrap_or(Caller::Public);
    let stopped = match &answer {
        Err(Error::Refused(Refusal::SignedOut)) => caller == Caller::Public,
        Err(Error::Refused(Refusal::Forbidden { use_case })) => {
            caller != Caller::Public && *use_case == needs
        }
        _ => false,
    };
    let failed = matches!(&answer, Err(Error::Failed(_)));
    (stopped == allows(caller, needs) || failed).then(|| {
        let told = answer.err().map_or("done".to_owned(), |error| format!("{error:?}"));
        format!("{name} by {caller}: {told}")
    })
}

/// A phone that shows nothing.
static PAIRING: PairingRequest = PairingRequest {
    code: String::new(),
    device: DeviceId(Uuid::nil()),
    name: String::new(),
    public_key: String::new(),
    signature: String::new(),
};

/// Calls each use case as one actor; answers what is wrong.
macro_rules! calls {
    ($actor:expr; $( $needs:ident: $call:expr, )+) => {
        [$( fault(stringify!($call), $actor, UseCase::$needs, $call.await) ),+]
            .into_iter().flatten().collect::<Vec<_>>()
    };
}

fn person(role: Role) -> NewStaff {
    NewStaff {
        email: Email::parse(&format!("{}@example.cl", fresh_id().simple())).unwrap(),
        name: "Ana".to_owned(),
        role,
        run: (role == Role::Veterinarian).then(|| Run::from_number(12_345_678)).flatten(),
        professional_kind: None,
        professional_registration: None,
        demonstration: false,
    }
}

async fn of_accounts(field: &Field, actor: Actor) -> Vec<String> {
    let (office, store, present) = (&field.office, &field.office.store, at_browser(actor));
    let hash = || "$argon2id$v=19$".to_owned();
    let invited = InvitationForm {
        email: format!("{}@example.cl", fresh_id().simple()),
        name: "Ana".to_owned(),
        role: "operative".to_owned(),
        ..InvitationForm::default()
    };
    let (operative, coordinator) = (field.operative, field.coordinator);
    calls! { actor;
        InviteFieldStaff: accounts::list(store, &actor),
        InviteFieldStaff: people::list(office, actor),
        InviteFieldStaff: people::invite(office, actor, invited),
        InviteFieldStaff: invitation::invite(office, actor, person(Role::Veterinarian)),
        InviteFieldStaff: accounts::enable(store, actor, operative, NOW),
        ManageAccounts: invitation::invite(office, actor, person(Role::Auditor)),
        ManageAccounts: accounts::add(store, actor, person(Role::Operative), hash(), NOW),
        ManageAccounts: accounts::enable(store, actor, coordinator, NOW),
        ManageAccounts: people::change_role(office, actor, operative, (Role::Operative, "")),
        ManageKeys: office.keys.rotate(store, &actor, Purpose::Receipts, NOW),
        ManageKeys: people::keys(office, &present),
        ManageKeys: people::rotate_key(office, &present, "delegation"),
        ManageOwnAccount: home(office, actor),
        // Last, for they close what the others look at.
        InviteFieldStaff: accounts::disable(store, actor, operative, NOW),
        ManageAccounts: accounts::disable(store, actor, coordinator, NOW),
    }
}

async fn of_papers(field: &Field, actor: Actor) -> Vec<String> {
    let (office, present) = (&field.office, at_browser(actor));
    let drawing = || Drawing::parse("M10 100L200 40L400 160L590 90").unwrap();
    let approval = Approval { animal: fresh_id().into(), number: "1".into(), pdf: Vec::new() };
    let (document, outreach) = (fresh_id().into(), field.outreach);
    calls! { actor;
        RevokeDocuments: documents::revoke(office, actor, document, "Error".to_owned()),
        RevokeOwnDocuments: signature::own_documents(office, actor, 1),
        SignDocuments: signature::desk(office, &present),
        SignDocuments: signature::authorise(office, &present, outreach),
        SignDocuments: documents::draw_signature(office, actor, drawing()),
        SignDocuments: documents::authorise_outreach(office, actor, outreach),
        SignDocuments: documents::withdraw_authorisation(office, actor, outreach),
        DecideRnm: rnm::mark(office, actor, vec![fresh_id().into()], RnmStep::Requested),
        DecideRnm: rnm::approve(office, actor, approval),
        Export: rnm::ready(office, actor),
        ReadRegistryMasked: rnm::list(office, actor, domain::rnm::RnmState::Ready, 1),
    }
}

/// A picture of nothing that is known.
fn picture() -> PictureNotice {
    PictureNotice {
        id: fresh_id().into(),
        submission: fresh_id().into(),
        animal: fresh_id().into(),
        kind: PictureKind::Paper,
        bytes: 1,
        sha256: "0".repeat(64),
        taken_at: NOW,
    }
}

async fn of_records(field: &Field, actor: Actor) -> Vec<String> {
    let office = &field.office;
    let chip = ChipNumber::from_digits("999000000000001").unwrap();
    let piece = || Piece { picture: fresh_id().into(), from: 0, bytes: vec![0] };
    let submissions = || vec![serde_json::Value::Null; 251];
    let too_many = || Batch { device: field.device, submissions: submissions(), report: None };
    let too_many_sealed =
        || SealedBatch { device: field.device, sealed: submissions(), report: None };
    calls! { actor;
        Submit: submissions::receive(office, actor, too_many()),
        Submit: submissions::receive_sealed(office, actor, too_many_sealed()),
        Submit: submissions::hand_in(office, actor, b"{}"),
        Submit: pictures::announce(office, actor, picture()),
        Submit: pictures::add_piece(office, actor, piece()),
        SeePictures: pictures::show(office, actor, fresh_id().into()),
        ReadOwnOutreaches: registry::field_setup(office, actor, String::new()),
        ReadOwnOutreaches: registry::chips::list(office, actor),
        ReadRegistry: registry::lookup::search(office, actor, "Ana"),
        ReadRegistry: registry::lookup::chip_status(office, actor, chip),
        ReadRegistry: registry::pack::page(office, actor, field.outreach, Asked::default()),
        ReadRegistry: backend::day::expected(office, actor, field.outreach),
        ReadOutreaches: registry::outreach(office, actor, field.outreach),
        ReadRegistryMasked: register::search(office, actor, "Ana"),
        ReadRegistryMasked: register::owner(office, actor, fresh_id().into()),
        ReadRegistryMasked: register::animal(office, actor, fresh_id().into()),
        MergeRecords: register::one_owner(office, actor, "Ana"),
        EraseOwner: erasure::erase_owner(office, actor, fresh_id().into(), "Lo pidió"),
        ReadOwnAnimals: own::records(office, actor),
        AskAsOwner: own::report(office, actor, fresh_id().into(), VitalState::Lost),
        AskAsOwner: own::ask_new_address(office, actor, "ana@example.cl"),
        AskAsOwner: own::ask_correction(office, actor, None, "Es café"),
    }
}

async fn of_plans_and_waiting(field: &Field, actor: Actor) -> Vec<String> {
    let (office, present) = (&field.office, at_browser(actor));
    let put_away = || Resolution::Dismiss { words: "Repetido".to_owned() };
    let (outreach, member) = (field.outreach, (field.operative, true));
    let talk = (fresh_id().into(), TalkForm::default());
    let (form, was, reason) = (TalkForm::default(), String::new(), CorrectionReason::Mistyped);
    let correction = (fresh_id().into(), TalkCorrection { form, was, reason, at: None });
    let revoked = (Standing::Revoked, "Se perdió");
    let (act, phone) = (fresh_id().into(), fresh_id().into());
    let through = Place { sequence: 1, submission: act };
    let at_once = AtOnce { act, phone, until: NOW, after: None, through, count: 1, stayed: 0 };
    calls! { actor;
        ReadOutreaches: planning::programmes(office, actor),
        ReadOutreaches: planning::outreaches(office, actor, OutreachFilter::default()),
        ReadOutreaches: planning::outreach(office, actor, outreach),
        PlanOutreaches: planning::choices(office, actor, None),
        PlanOutreaches: planning::save(office, actor, None, OutreachForm::default()),
        PlanOutreaches: planning::set_member(office, actor, outreach, member),
        PlanOutreaches: planning::put_back(office, actor, outreach, member.0),
        PlanOutreaches: talks::record(office, &present, outreach, talk),
        PlanOutreaches: talks::correct(office, &present, fresh_id().into(), correction),
        SolveTasks: tasks::list(office, actor, 9),
        SolveTasks: tasks::solve(office, &present, fresh_id().into(), TaskEnding::default()),
        SolveTasks: waiting::list(office, actor),
        SolveTasks: unresolved::list(office, actor, UnresolvedFilter::of(UnresolvedView::Waiting)),
        SolveTasks: unresolved::resolve(office, &present, fresh_id().into(), put_away()),
        SolveTasks: unresolved::record_at_once(office, &present, at_once),
        ManageDevices: phones::list(office, actor, PhoneFilter::default(), ""),
        ManageDevices: phones::sheet(office, actor, fresh_id().into(), ""),
        ManageDevices: phones::rename(office, actor, fresh_id().into(), "Mesa 1"),
        ManageDevices: phones::stand(office, actor, fresh_id().into(), revoked),
        ManageDevices: pairing::invite(office, actor, outreach),
        PairPhone: pairing::pair(office, actor, &PAIRING),
        ManageMail: mail_desk::list(office, actor, MailState::Dead, (String::new(), 1)),
        ManageMail: mail_desk::resend(office, actor, fresh_id().into(), String::new()),
    }
}

async fn of_imports(field: &Field, actor: Actor) -> Vec<String> {
    let (office, id) = (&field.office, ImportId(fresh_id()));
    calls! { actor;
        ImportRegisters: import::list(office, actor),
        ImportRegisters: import::sheet(office, actor, id),
        ImportRegisters: import::result(office, actor, id),
        ImportRegisters: import::upload(office, actor, "lista.csv", Vec::new()),
        ImportRegisters: import::set_columns(office, actor, id, Vec::new()),
        ImportRegisters: import::act(office, actor, id, Step::Start),
    }
}

async fn of_stock(field: &Field, actor: Actor) -> Vec<String> {
    let (office, present, outreach) = (&field.office, at_browser(actor), field.outreach);
    let (chips, doses) = (ChipReceipt::default(), DoseReceipt::default());
    let moved =
        DoseMove { act: None, lot: None, quantity: "1".into(), device: None, is_return: false };
    let chip = ChipNumber::from_digits("999000000000009").unwrap();
    let lost = Command::WriteOffChip { chip, reason: LossReason::Lost };
    calls! { actor;
        ReadStock: stock::sheet(office, actor),
        ReadStock: stock::lots(office, actor),
        ReadStock: stock::box_sheet(office, actor, outreach),
        ReadOwnOutreaches: stock::pack(office, actor, outreach, None),
        ManageStock: stock::receive_chips(office, actor, &chips, true),
        ManageStock: stock::receive_doses(office, actor, &doses),
        ManageStock: stock::correct_lot(office, actor, &LotCorrection::default()),
        ManageStock: stock::allot(office, actor, outreach, &ChipMove::default(), true),
        ManageStock: stock::take_back(office, actor, outreach, (None, None)),
        ManageStock: stock::count(office, actor, outreach, &ChipCount::default()),
        ManageStock: stock::count_doses(office, actor, outreach, &DoseTally::default()),
        ManageStock: stock::allot_doses(office, actor, outreach, &moved),
        ManageStock: stock::write_off(office, &present, None, (fresh_id().into(), lost)),
    }
}

async fn of_territory(field: &Field, actor: Actor) -> Vec<String> {
    let (office, today) = (&field.office, field.office.day_of(NOW));
    let (form, file, id) =
        (OrganisationForm::default(), UnitFile::default(), OrganisationId(fresh_id()));
    let unit = UnitKey::new(Commune::ANTOFAGASTA, 54).unwrap();
    let (words, area) = (|| ("Bonilla".to_owned(), "Sede".to_owned()), Area::Unit(unit));
    calls! { actor;
        ReadOutreaches: territory::organisations(office, actor),
        ReadOutreaches: territory::units(office, actor),
        ReadOutreaches: territory::where_next(office, actor),
        ReadOutreaches: territory::map(office, actor),
        ReadOutreaches: territory::between(office, actor, today, today),
        PlanOutreaches: territory::organisation(office, actor, id),
        PlanOutreaches: territory::save_organisation(office, actor, id, &form),
        PlanOutreaches: territory::look_at_units(office, actor, &file),
        PlanOutreaches: territory::take_units(office, actor, &file),
        PlanOutreaches: territory::area(office, actor, area),
        PlanOutreaches: territory::keep_area(office, actor, area, &AreaForm::default()),
        PlanOutreaches: territory::take_area_out(office, actor, area),
        PlanOutreaches: territory::set_weights(office, actor, &WeightsForm::default()),
        PlanOutreaches: territory::accept(office, actor, unit, words()),
    }
}

async fn of_outreaches(field: &Field, actor: Actor) -> Vec<String> {
    let (office, id) = (&field.office, field.outreach);
    let (day, step) = (DayForm::default(), LifeStep::Report);
    calls! { actor;
        ReadOutreaches: planning::plan::sheet(office, actor, id),
        PlanOutreaches: planning::plan::save(office, actor, id, &PlanForm::default()),
        PlanOutreaches: planning::save_offering(office, actor, id, &OfferingForm::default()),
        PlanOutreaches: planning::drop_offering(office, actor, id, ""),
        PlanOutreaches: planning::step(office, actor, id, step),
        PlanOutreaches: planning::suspend(office, actor, id, ""),
        PlanOutreaches: planning::reschedule(office, actor, id, &day),
        PlanOutreaches: planning::copy(office, actor, id, (&day, None)),
        PlanOutreaches: planning::set_duty(office, actor, id, &DutyForm::default()),
    }
}

async fn of_days(field: &Field, actor: Actor) -> Vec<String> {
    let (office, here) = (&field.office, field.outreach);
    let booking = || fresh_id().into();
    let away = (booking(), TurnAwayReason::Left);
    let guest = WalkIn {
        id: booking(),
        here,
        offering: Offering::Chip,
        places: 1,
        details: None,
        at: NOW,
        phone: None,
        share: None,
        number: None,
    };
    let (outreach, device) = (here, field.device);
    let (give_back, grant) = (Vec::new(), Vec::new());
    let asked = PlacesAsked { outreach, device, give_back, grant, numbers: 0 };
    calls! { actor;
        ReadOwnOutreaches: day::board(office, actor, here),
        UsePublicPages: day::turn(office, here),
        Submit: day::seek(office, actor, here, "Ana"),
        Submit: day::check_in(office, actor, here, booking()),
        Submit: day::welcome(office, actor, guest),
        Submit: day::call_next(office, actor, here, table(1)),
        Submit: day::serve(office, actor, here, booking()),
        Submit: day::turn_away(office, actor, here, away),
        Submit: day::release_no_shows(office, actor, here),
        Submit: day::places(office, actor, asked),
        ManageDevices: day::write_off(office, actor, here, fresh_id()),
        PlanOutreaches: desk::sheet(office, actor, here, (BookingsShown::All, 1)),
        PlanOutreaches: desk::answer(office, actor, here, (booking(), BookingAnswer::Cancel)),
    }
}

async fn of_closing(field: &Field, actor: Actor) -> Vec<String> {
    let (office, outreach, all) = (&field.office, field.outreach, Default::default());
    let right = domain::desk::plan::ProgrammeCorrection::default();
    calls! { actor;
        ReadOutreaches: closing::sheet(office, actor, outreach),
        ReadOutreaches: closing::attendance_act(office, actor, outreach),
        ReadOutreaches: closing::day_sheet(office, actor, outreach),
        ReadOutreaches: closing::programme(office, actor, fresh_id().into()),
        ReadOutreaches: closing::services(office, actor, ServicesOf::Outreach(outreach), all),
        Export: closing::beneficiaries(office, actor, outreach),
        PlanOutreaches: closing::close(office, actor, outreach, ("close", "")),
        PlanOutreaches: planning::programme_form(office, actor, fresh_id().into()),
        PlanOutreaches: planning::correct_programme(office, actor, fresh_id().into(), right),
        PlanOutreaches: closing::explain(office, actor, fresh_id().into(), ("outreaches", "x")),
    }
}

on_both_databases! {
    async fn every_use_case_stops_exactly_those_who_may_not(database) {
        let field = Field::on(&database).await;
        let mut faults = Vec::new();
        for actor in everybody(&field) {
            faults.extend(of_papers(&field, actor).await);
            faults.extend(of_records(&field, actor).await);
            faults.extend(of_plans_and_waiting(&field, actor).await);
            faults.extend(of_stock(&field, actor).await);
            faults.extend(of_territory(&field, actor).await);
            faults.extend(of_outreaches(&field, actor).await);
            faults.extend(of_days(&field, actor).await);
            faults.extend(of_closing(&field, actor).await);
            faults.extend(of_imports(&field, actor).await);
            faults.extend(of_accounts(&field, actor).await);
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}
