//! Services that were recorded wrong and are corrected: stock, sums, documents and animal follow.

pub mod commands;

use backend::desk::{act, register};
use backend::documents;
use backend::history;
use backend::reports::{Totals, public_account};
use backend::stock;
use domain::catalogue::{
    DewormingKind, ImplantSite, ProfessionalKind, ReproductiveState, SterilisationOutcome,
    VitalState,
};
use domain::command::Command;
use domain::desk::sheet::AnimalSheet;
use domain::desk::stock::DoseReceipt;
use domain::document::{DocumentFacts, PrintedAct, Verification};
use domain::id::StaffId;
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::stock::batch_key;
use domain::submission::{IssuedDocument, Outcome};
use domain::timestamp::DAY_MS;
use domain::weight::Weight;

use commands::{
    answered_by, between_as_recorded, between_shoulders, chip, corrected, dose, ended, operated,
    service_of, surgery,
};

use crate::it::amending::colleague_of;
use crate::it::databases::{Database, Stored};
use crate::it::desk::at_browser;
use crate::it::field::{Field, Guest, refusal};
use crate::it::keys::keys;

const CHIP: &str = "999000000000601";
const OTHER_CHIP: &str = "999000000000602";

#[track_caller]
fn documents_of(outcome: &Outcome) -> &[IssuedDocument] {
    let Outcome::Accepted { documents, .. } = outcome else { panic!("{outcome:?}") };
    documents
}

fn text_of(document: &IssuedDocument) -> String {
    document.link.as_deref().unwrap().rsplit('/').next().unwrap().to_owned()
}

async fn said(field: &Field, document: &IssuedDocument) -> Verification {
    documents::verify(&field.office, &text_of(document)).await.unwrap()
}

async fn sheet(field: &Field, guest: &Guest) -> AnimalSheet {
    register::animal(&field.office, field.as_coordinator(), guest.dog).await.unwrap()
}

async fn sums(field: &Field) -> Totals {
    public_account(&field.office, 2026).await.unwrap().total
}

async fn count(database: &Database, what: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {what}")).await
}

/// What the newest of an animal's documents prints.
async fn printed(field: &Field, guest: &Guest) -> DocumentFacts {
    let dog = guest.dog.0;
    let store = &field.office.store;
    let read: Stored<Vec<_>> =
        store.read(move |tx| Box::pin(async move { tx.documents_of(&[dog]).await })).await;
    let row = read.unwrap().into_iter().find(|row| row.state == "issued").unwrap();
    serde_json::from_str(row.facts.as_deref().unwrap()).unwrap()
}

/// What is noted in an animal's history.
async fn history_bodies(field: &Field, guest: &Guest) -> Vec<String> {
    let subject = history::Subject::Animal(guest.dog);
    let store = &field.office.store;
    let read: Stored<Vec<_>> = store
        .read(move |tx| {
            Box::pin(async move { tx.history_bodies_of(subject.kind(), subject.id()).await })
        })
        .await;
    let bodies = read.unwrap().into_iter();
    bodies.map(|body| String::from_utf8(body.body).unwrap()).collect()
}

/// How many doses of each lot were given, by batch.
async fn given(field: &Field) -> Vec<(String, u32)> {
    let (lines, _) = stock::lots(&field.office, field.as_coordinator()).await.unwrap();
    let mut given: Vec<_> =
        lines.iter().map(|line| (batch_key(line.lot().lot.as_str()), line.all.given)).collect();
    given.sort();
    given
}

async fn received(field: &Field, batch: &str, kind: &str) {
    let form = DoseReceipt {
        act: Some(backend::clock::fresh_id().into()),
        product: "Producto de prueba".to_owned(),
        kind: kind.to_owned(),
        batch: batch.to_owned(),
        expiry: "2027-12-31".to_owned(),
        quantity: "10".to_owned(),
        ..DoseReceipt::default()
    };
    stock::receive_doses(&field.office, field.as_coordinator(), &form).await.unwrap();
}

on_both_databases! {
    async fn a_corrected_site_replaces_the_voucher_once(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_601));
        field.authorise().await;
        let visit = field.visit(&guest, CHIP);
        let outcome = field.submit(visit.clone()).await;
        let old = documents_of(&outcome)[0].clone();
        let (present, seen) = (at_browser(field.as_coordinator()), sheet(&field, &guest).await);
        for _ in 0..2 {
            let commands = vec![between_shoulders(&visit[2])];
            let made = act::record(&field.office, &present, seen.act, commands).await.unwrap();
            assert_eq!(made, 1, "sent twice it is done once, and told alike");
        }
        assert_eq!(count(&database, "document").await, 2);
        assert_eq!(count(&database, "outbox WHERE kind = 'correction'").await, 1);
        assert_eq!(count(&database, "history WHERE kind = 'service_corrected'").await, 1);
        let verdict = said(&field, &old).await;
        assert!(matches!(verdict, Verification::Replaced { .. }), "{verdict:?}");
        let now = sheet(&field, &guest).await;
        assert_eq!(now.chip, seen.chip);
        let facts = printed(&field, &guest).await;
        let PrintedAct::Chip { site, .. } = facts.service else { panic!("{:?}", facts.service) };
        assert_eq!((site, facts.replaces), (ImplantSite::BetweenScapulae, Some(old.id)));
        let kinds: Vec<_> = now.history.iter().map(|line| line.kind.as_str()).collect();
        assert!(kinds.contains(&"service_corrected"), "{kinds:?}");
        let report = history::verify(&database.store, &keys(&database).await).await.unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        assert_eq!(sums(&field).await.implantations, 1);

        // Whose hand it was is printed, too; a word that is not printed makes no document.
        let by = chip(|chip| chip.professional_kind = ProfessionalKind::Veterinarian);
        let by = corrected(&between_as_recorded(&visit[2]), by);
        let outcome = field.submit_as(field.as_coordinator(), vec![by.clone()]).await;
        assert_eq!(documents_of(&outcome).len(), 1);
        let hand = printed(&field, &guest).await.performer.kind;
        assert_eq!(hand, ProfessionalKind::Veterinarian);
        let outcome = field.submit_as(field.as_coordinator(), vec![by]).await;
        assert_eq!(documents_of(&outcome).len(), 0);
    }

    async fn who_may_correct_a_service_and_what_of_it(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_602));
        let visit = field.visit(&guest, CHIP);
        let right = || vec![between_shoulders(&visit[2])];
        assert_eq!(refusal(&field.submit(right()).await), &Refusal::ServiceUnknown);
        field.submit(visit.clone()).await;
        let outcome = field.submit_as(field.as_veterinarian(), right()).await;
        assert_eq!(refusal(&outcome), &Refusal::NotYourRecord);
        let other = domain::chip_number::ChipNumber::from_digits(OTHER_CHIP).unwrap();
        let renumbered = corrected(
            &visit[2],
            chip(|chip| (chip.chip, chip.second_reading) = (other, other)),
        );
        let Command::CorrectService { service, .. } = &renumbered else { panic!() };
        let mut another = corrected(&visit[3], |_| {});
        if let Command::CorrectService { service: id, .. } = &mut another {
            *id = *service;
        }
        for command in [renumbered, another] {
            let outcome = field.submit_as(field.as_coordinator(), vec![command]).await;
            assert_eq!(refusal(&outcome), &Refusal::ServiceDiffers);
        }
        assert_eq!(count(&database, "history WHERE kind = 'service_corrected'").await, 0);
        // Without signal the answer may not come: what is sent again is done once.
        let submission = field.submission(field.as_operative(), right());
        for _ in 0..2 {
            let reply = field.send(field.as_operative(), &[submission.clone()]).await;
            documents_of(&reply.answers[0].outcome);
        }
        assert_eq!(count(&database, "history WHERE kind = 'service_corrected'").await, 1);
        field.office.clock.advance_ms(2 * DAY_MS);
        let outcome = field.submit(right()).await;
        assert_eq!(refusal(&outcome), &Refusal::CorrectionTooLate);
        documents_of(&field.submit_as(field.as_coordinator(), right()).await);
        let (service, reason) = (*service_of(&visit[2]), ShortText::parse("No fue").unwrap());
        let annul = Command::AnnulService { service, reason };
        documents_of(&field.submit_as(field.as_coordinator(), vec![annul]).await);
        let outcome = field.submit_as(field.as_coordinator(), right()).await;
        assert_eq!(refusal(&outcome), &Refusal::AlreadyAnnulled);
    }

    async fn a_visit_and_its_correction_come_home_in_one_batch(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_603));
        field.authorise().await;
        let operative = field.as_operative();
        let visit = field.visit(&guest, CHIP);
        let right = vec![between_shoulders(&visit[2])];
        let batch = [visit, right].map(|commands| field.submission(operative, commands));
        let reply = field.send(operative, &batch).await;
        for answer in &reply.answers {
            assert_eq!(documents_of(&answer.outcome).len(), 1, "{answer:?}");
        }
        let act = printed(&field, &guest).await.service;
        assert!(matches!(act, PrintedAct::Chip { site: ImplantSite::BetweenScapulae, .. }));
    }

    async fn a_corrected_lot_gives_the_dose_back_and_a_corrected_kind_counts_as_it_was(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_604));
        received(&field, "l 2026", "internal").await;
        received(&field, "b 7", "internal").await;
        received(&field, "c 9", "external").await;
        let visit = field.visit(&guest, CHIP);
        field.submit(visit.clone()).await;
        let told = |l2026, b7, c9| {
            [("B7", b7), ("C9", c9), ("L2026", l2026)].map(|(lot, n)| (lot.to_owned(), n)).to_vec()
        };
        assert_eq!(given(&field).await, told(1, 0, 0));
        let of = |lot: &'static str| dose(move |dose| dose.batch = ShortText::parse(lot).unwrap());
        documents_of(&field.submit(vec![corrected(&visit[3], of("B-7"))]).await);
        assert_eq!(given(&field).await, told(0, 1, 0));
        let totals = sums(&field).await;
        assert_eq!((totals.dewormings_internal, totals.dewormings_external), (1, 1));
        let outside = dose(|dose| {
            dose.kind = DewormingKind::External;
            dose.batch = ShortText::parse("C-9").unwrap();
        });
        documents_of(&field.submit(vec![corrected(&visit[3], outside)]).await);
        assert_eq!(given(&field).await, told(0, 0, 1));
        let totals = sums(&field).await;
        assert_eq!((totals.dewormings_internal, totals.dewormings_external), (0, 2));
        let expired = dose(|dose| dose.expires_on = "2026-11-21".parse().unwrap());
        let outcome = field.submit(vec![corrected(&visit[3], expired)]).await;
        assert_eq!(refusal(&outcome), &Refusal::BatchExpired);
        assert_eq!(given(&field).await, told(0, 0, 1));
    }

    async fn a_surgery_that_ended_otherwise_changes_animal_sums_and_certificate(database) {
        use SterilisationOutcome::{Deceased, Performed, Suspended};
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_605));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        let veterinarian = field.as_veterinarian();
        let recorded = operated(&field, &guest, Performed);
        let outcome = field.submit_as(veterinarian, vec![recorded.clone()]).await;
        let first = documents_of(&outcome)[0].clone();
        let states = async || {
            let sheet = sheet(&field, &guest).await;
            (sheet.vital_state, sheet.details.reproductive_state)
        };
        let put = async |outcome| {
            let outcome = field.submit_as(veterinarian, vec![ended(&recorded, outcome)]).await;
            documents_of(&outcome).len()
        };
        let (intact, sterilised) = (ReproductiveState::Intact, ReproductiveState::Sterilised);
        assert_eq!(put(Suspended).await, 0);
        let verdict = said(&field, &first).await;
        assert!(matches!(verdict, Verification::Withdrawn { .. }), "{verdict:?}");
        assert_eq!(states().await, (VitalState::Alive, intact));
        assert_eq!(sums(&field).await.sterilisations, 0);
        assert_eq!(put(Deceased).await, 0);
        assert_eq!(states().await, (VitalState::Deceased, intact));
        assert_eq!(put(Performed).await, 1, "a certificate of what was done after all");
        assert_eq!(states().await, (VitalState::Alive, sterilised));
        assert_eq!(sums(&field).await.sterilisations, 1);
        // The voucher of the chip says what was so when it was put in.
        let voucher = "document WHERE state = 'issued' AND kind = 'implantation_voucher' \
                       AND facts LIKE '%\"reproductive_state\":\"intact\"%'";
        assert_eq!(count(&database, voucher).await, 1);

        // A weight is printed, and leaves the animal as it is; the owner's signature stays.
        let weighed = surgery(|surgery| {
            surgery.weight = Weight::parse("21,5").ok();
            surgery.consent_signature = domain::animal::Drawing::parse("M2 2L70 70").ok();
        });
        let outcome = field.submit_as(veterinarian, vec![corrected(&recorded, weighed)]).await;
        assert_eq!(documents_of(&outcome).len(), 1);
        let act = printed(&field, &guest).await.service;
        assert_eq!(act, PrintedAct::Sterilisation { weight: Weight::parse("21,5").ok() });
        assert_eq!(states().await, (VitalState::Alive, sterilised));
        let signed = "service WHERE details LIKE '%M1 1L60 60%'";
        assert_eq!(count(&database, signed).await, 1);
        let told = history_bodies(&field, &guest).await;
        let strokes = told.iter().filter(|body| body.contains("\"consent_signature\":\""));
        assert_eq!(strokes.count(), 1, "it is told where it was given, and nowhere else");
        // What it had changed is still known, and annulled with it.
        let (service, reason) = (*service_of(&recorded), ShortText::parse("No fue").unwrap());
        let annul = Command::AnnulService { service, reason };
        documents_of(&field.submit_as(veterinarian, vec![annul]).await);
        assert_eq!(states().await, (VitalState::Alive, intact));
    }

    async fn what_a_submission_corrects_twice_is_certified_as_it_ends(database) {
        use SterilisationOutcome::{Performed, Suspended};
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_607));
        field.authorise().await;
        field.submit(field.visit(&guest, CHIP)).await;
        let veterinarian = field.as_veterinarian();
        let recorded = operated(&field, &guest, Suspended);
        field.submit_as(veterinarian, vec![recorded.clone()]).await;
        let acts = async |acts: Vec<Command>| {
            let outcome = field.submit_as(veterinarian, acts).await;
            documents_of(&outcome).len()
        };
        let [performed, suspended] = [Performed, Suspended].map(|end| ended(&recorded, end));
        assert_eq!(acts(vec![performed.clone(), suspended.clone()]).await, 0);
        let weighed = corrected(
            &recorded,
            surgery(|surgery| {
                surgery.outcome = Performed;
                surgery.weight = Weight::parse("21,5").ok();
            }),
        );
        let many = vec![performed.clone(), suspended.clone(), performed.clone(), weighed];
        assert_eq!(acts(many).await, 1, "one, and of how it ended");
        let act = printed(&field, &guest).await.service;
        assert_eq!(act, PrintedAct::Sterilisation { weight: Weight::parse("21,5").ok() });
        assert_eq!(acts(vec![suspended]).await, 0);
        let (service, reason) = (*service_of(&recorded), ShortText::parse("No fue").unwrap());
        let annul = Command::AnnulService { service, reason };
        assert_eq!(acts(vec![performed, annul]).await, 0);
        let certificates = "document WHERE kind = 'sterilisation'";
        assert_eq!(count(&database, certificates).await, 1);
        let in_force = format!("{certificates} AND state IN ('issued', 'waiting')");
        assert_eq!(count(&database, &in_force).await, 0);
    }

    async fn a_surgery_of_a_merged_record_is_corrected_on_that_record(database) {
        use SterilisationOutcome::{Deceased, Performed, Suspended};
        let field = Field::on(&database).await;
        let (kept, merged) = (Guest::new(40_000_608), Guest::new(40_000_609));
        field.submit(field.visit(&kept, CHIP)).await;
        let recorded = operated(&field, &merged, Performed);
        let visit = vec![merged.registered(), merged.dog_registered("Ñato"), recorded.clone()];
        documents_of(&field.submit_as(field.as_veterinarian(), visit).await);
        let coordinator = field.as_coordinator();
        let merge = Command::MergeAnimals { kept: kept.dog, merged: merged.dog };
        documents_of(&field.submit_as(coordinator, vec![merge]).await);
        for outcome in [Suspended, Performed, Deceased] {
            let outcome = field.submit_as(coordinator, vec![ended(&recorded, outcome)]).await;
            documents_of(&outcome);
        }
        let apart = Command::UnmergeAnimal { merged: merged.dog };
        documents_of(&field.submit_as(coordinator, vec![apart]).await);
        for (guest, state) in [(&kept, VitalState::Alive), (&merged, VitalState::Deceased)] {
            let seen = sheet(&field, guest).await;
            let states = (seen.vital_state, seen.details.reproductive_state);
            assert_eq!(states, (state, ReproductiveState::Intact));
        }
    }

    async fn a_document_is_in_the_name_of_who_answers_for_it(database) {
        let (field, guest) = (Field::on(&database).await, Guest::new(40_000_606));
        let second = colleague_of(&field, Role::Veterinarian).await;
        let named = StaffId(second.id().unwrap());
        let visit = field.visit(&guest, CHIP);
        field.submit(visit.clone()).await;
        assert_eq!(count(&database, "outbox WHERE state = 'held'").await, 1);
        let to = |named| vec![answered_by(corrected(&visit[2], |_| {}), named)];
        let stranger = StaffId(backend::clock::fresh_id());
        let outcome = field.submit(to(stranger)).await;
        assert_eq!(refusal(&outcome), &Refusal::VeterinarianUnknown);
        documents_of(&field.submit(to(named)).await);
        assert_eq!(field.authorise().await, 0, "it waits for somebody else");
        // Back to who has authorised the outreach: it is issued and its mail leaves.
        documents_of(&field.submit(to(field.veterinarian)).await);
        assert_eq!(count(&database, "document WHERE state = 'issued'").await, 1);
        assert_eq!(count(&database, "outbox WHERE state = 'held'").await, 0);
        assert_eq!(count(&database, "outbox WHERE state = 'pending'").await, 1);
        // An issued one is replaced, and the new one waits for its own hand.
        let outcome = field.submit(to(named)).await;
        assert!(documents_of(&outcome)[0].link.is_none());
        let states = "document WHERE state IN ('waiting', 'replaced')";
        assert_eq!(count(&database, states).await, 2);
        let drawing = domain::animal::Drawing::parse("M10 100L200 40L400 160L590 90").unwrap();
        documents::draw_signature(&field.office, second, drawing).await.unwrap();
        let outreach = field.outreach;
        let issued = documents::authorise_outreach(&field.office, second, outreach).await;
        assert_eq!(issued.unwrap(), 1);
    }
}
