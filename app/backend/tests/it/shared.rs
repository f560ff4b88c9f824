//! An outreach for which two programmes pay: each counts what it paid for, and nothing else.

use backend::clock::fresh_id;
use backend::closing::{self, Beneficiary};
use backend::planning::{self, plan};
use backend::registry::field_setup;
use domain::catalogue::SterilisationOutcome;
use domain::closing::{
    Finding, PassedTarget, ProgrammeSheet, ServiceFilter, ServiceLine, ServicePage, ServiceTurn,
    ServicesOf, Target, TargetLine,
};
use domain::command::Command;
use domain::desk::plan::{ProgrammeForm, Progress};
use domain::desk::planned::{
    Asked, Conflict, DayForm, OfferingForm, PlanFault, PlanField, PlanForm, PlanProblem,
};
use domain::document::DocumentFacts;
use domain::id::{OutreachId, ProgrammeId, ServiceId};
use domain::outreach::Targets;
use domain::service::{ServiceDetails, ServiceKind, Sterilisation};
use domain::submission::Outcome;
use domain::territory::Commune;
use std::collections::BTreeSet;

use crate::it::databases::Database;
use crate::it::field::{Field, Guest};
use crate::it::papers::rows_of;

const OWN: &str = "Veterinario en Marcha";
const CHIPS: &str = "Microchips de invierno";

/// The field's outreach, of which another programme pays the chips: it has promised one of them.
async fn mixed(database: &Database) -> (Field, ProgrammeId, ProgrammeId) {
    let field = Field::on(database).await;
    let own = programmes(&field).await[0].programme.id;
    let other = programme(&field, CHIPS, "1").await;
    offer(&field, field.outreach, ("chip", &other.to_string())).await;
    offer(&field, field.outreach, ("sterilisation", "")).await;
    (field, own, other)
}

/// Makes a programme that promises so many chips.
async fn programme(field: &Field, name: &str, chips: &str) -> ProgrammeId {
    let form = ProgrammeForm {
        name: name.to_owned(),
        issuer: "Municipalidad de prueba".to_owned(),
        starts_on: "2026-01-01".to_owned(),
        ends_on: "2026-12-31".to_owned(),
        targets: [chips, "", "", "", ""].map(str::to_owned),
    };
    planning::save_programme(&field.office, field.as_coordinator(), form).await.unwrap()
}

fn form(offering: &str, programme: &str) -> OfferingForm {
    OfferingForm {
        offering: offering.to_owned(),
        capacity: "5".to_owned(),
        minutes: "10".to_owned(),
        stations: "1".to_owned(),
        from_months: "2".to_owned(),
        per_owner: "3".to_owned(),
        programme: programme.to_owned(),
        ..OfferingForm::default()
    }
}

async fn offer(field: &Field, id: OutreachId, (offering, programme): (&str, &str)) {
    let form = form(offering, programme);
    let saved = planning::save_offering(&field.office, field.as_coordinator(), id, &form).await;
    assert_eq!(saved.unwrap(), Asked::Done(()));
}

fn surgery(field: &Field, guest: &Guest) -> Command {
    Command::RecordService {
        service: ServiceId(fresh_id()),
        animal: guest.dog,
        details: Box::new(ServiceDetails::Sterilisation(Sterilisation {
            outcome: SterilisationOutcome::Performed,
            weight: None,
            consent: true,
            consent_signature: None,
            remarks: None,
        })),
        veterinarian: Some(field.veterinarian),
    }
}

/// Two dogs get a chip and both doses, and one of them is operated on; answers whose that is.
async fn served(field: &Field) -> Guest {
    let [one, other] = [40_000_701, 40_000_702].map(Guest::new);
    for (guest, chip) in [(&one, "999000000000701"), (&other, "999000000000702")] {
        let outcome = field.submit(field.visit(guest, chip)).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    let operated = vec![surgery(field, &one)];
    let outcome = field.submit_as(field.as_veterinarian(), operated).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    one
}

async fn programmes(field: &Field) -> Vec<Progress> {
    planning::programmes(&field.office, field.as_coordinator()).await.unwrap().rows
}

/// What was done in each programme, by number.
async fn done(field: &Field) -> Vec<Targets> {
    programmes(field).await.into_iter().map(|row| row.done).collect()
}

async fn sheet(field: &Field, id: ProgrammeId) -> ProgrammeSheet {
    let sheet = closing::programme(&field.office, field.as_coordinator(), id).await;
    sheet.unwrap().unwrap()
}

/// All pages of the services that a figure counts.
pub async fn opened(field: &Field, of: ServicesOf, filter: &ServiceFilter) -> Vec<ServiceLine> {
    let (office, actor) = (&field.office, field.as_coordinator());
    let (mut lines, mut page) = (Vec::new(), ServicePage::default());
    loop {
        let asked = (filter.clone(), page);
        let list = closing::services(office, actor, of, asked).await.unwrap().unwrap();
        let (next, total) = (list.next(), list.total);
        lines.extend(list.lines);
        let Some(next) = next else {
            assert_eq!(u32::try_from(lines.len()).unwrap(), total, "{filter:?}");
            return lines;
        };
        page = next;
    }
}

/// What a line of a table opens, by its key.
type By = fn(String) -> ServiceFilter;

/// Every figure of a programme's page, with what it opens.
fn figures(sheet: &ProgrammeSheet) -> Vec<(ServiceFilter, u32)> {
    let all = ServiceFilter::default;
    let by: [(_, By); 4] = [
        (&sheet.communes, |key| ServiceFilter { commune: Some(key), ..ServiceFilter::default() }),
        (&sheet.residences, |key| ServiceFilter {
            residence: Some(key),
            ..ServiceFilter::default()
        }),
        (&sheet.units, |key| ServiceFilter { unit: Some(key), ..ServiceFilter::default() }),
        (&sheet.months, |key| ServiceFilter { month: Some(key), ..ServiceFilter::default() }),
    ];
    let mut figures = Vec::new();
    for (lines, filter) in by {
        for line in lines {
            for kind in ServiceKind::ALL {
                let filter = ServiceFilter { kinds: vec![*kind], ..filter(line.key.clone()) };
                figures.push((filter, line.counts.of(*kind)));
            }
        }
    }
    for line in &sheet.targets {
        if let Some(kind) = line.target.kind() {
            figures.push((ServiceFilter { kinds: vec![kind], ..all() }, line.done));
        }
    }
    let verified = ServiceFilter { kinds: vec![ServiceKind::Verification], ..all() };
    figures.push((verified, sheet.verifications));
    for line in &sheet.costs {
        let there = ServiceFilter { outreach: Some(line.outreach), ..all() };
        figures.push((there, line.cost.services));
    }
    figures
}

/// The implantations of a programme.
async fn chips(field: &Field, id: ProgrammeId) -> TargetLine {
    let targets = sheet(field, id).await.targets;
    targets.into_iter().find(|line| line.target == Target::Implantations).unwrap()
}

on_both_databases! {
    async fn each_programme_counts_only_what_it_paid_for(database) {
        let (field, ..) = mixed(&database).await;
        served(&field).await;
        let surgeries = Targets { sterilisations: 1, outreaches: 1, ..Targets::default() };
        let chips = Targets {
            implantations: 2,
            dewormings_internal: 2,
            dewormings_external: 2,
            outreaches: 1,
            ..Targets::default()
        };
        assert_eq!(done(&field).await, [surgeries, chips]);
    }

    async fn every_figure_opens_as_many_services_as_it_says(database) {
        let (field, own, other) = mixed(&database).await;
        served(&field).await;
        let cost = PlanForm { cost: "1000".to_owned(), ..PlanForm::default() };
        let (office, actor) = (&field.office, field.as_coordinator());
        plan::save(office, actor, field.outreach, &cost).await.unwrap();
        let mut seen = 0;
        for programme in [own, other] {
            for (filter, count) in figures(&sheet(&field, programme).await) {
                let lines = opened(&field, ServicesOf::Programme(programme), &filter).await;
                assert_eq!(lines.len(), usize::try_from(count).unwrap(), "{filter:?}");
                assert!(lines.iter().all(|line| line.animal_name == "Ñato"), "{lines:?}");
                seen += count;
            }
        }
        assert!(seen > 30, "there are figures: {seen}");
        let counts = planning::outreach(office, actor, field.outreach).await.unwrap().view.counts;
        assert_eq!(counts.len(), 4, "{counts:?}");
        for one in counts {
            let filter = ServiceFilter { kinds: vec![one.kind], ..Default::default() };
            let lines = opened(&field, ServicesOf::Outreach(field.outreach), &filter).await;
            assert_eq!(lines.len(), usize::try_from(one.count).unwrap(), "{filter:?}");
        }
        let nobody = ServiceFilter { month: Some("2019-01".to_owned()), ..Default::default() };
        assert_eq!(opened(&field, ServicesOf::Programme(own), &nobody).await, []);
        // PostgreSQL takes no such text, and is not asked.
        let strange = ServiceFilter { reached: Some("\0".to_owned()), ..Default::default() };
        assert_eq!(opened(&field, ServicesOf::Programme(own), &strange).await, []);
        let asked = (ServiceFilter::default(), ServicePage::default());
        let nobodys = ServicesOf::Programme(fresh_id().into());
        let unknown = closing::services(office, actor, nobodys, asked).await;
        assert_eq!(unknown.unwrap(), None);
    }

    async fn a_long_list_has_pages_and_every_service_once(database) {
        let (field, _, other) = mixed(&database).await;
        let actor = field.as_operative();
        let visit = |number: u32| {
            let chip = format!("{:015}", 999_000_000_001_000 + u64::from(number));
            field.submission(actor, field.visit(&Guest::new(46_000_000 + number), &chip))
        };
        let batch: Vec<_> = (0..53).map(visit).collect();
        field.send(actor, &batch).await;
        let all = ServiceFilter { kinds: vec![ServiceKind::Implantation], ..Default::default() };
        let here = Some(Commune::ANTOFAGASTA.code());
        let reached = ServiceFilter { reached: here, ..Default::default() };
        let of = ServicesOf::Programme(other);
        for filter in [all.clone(), reached.clone()] {
            let page = async |page: ServicePage| {
                let asked = (filter.clone(), page);
                let list = closing::services(&field.office, field.as_coordinator(), of, asked);
                list.await.unwrap().unwrap()
            };
            let first = page(ServicePage::default()).await;
            assert_eq!((first.total, first.pages, first.page), (53, 2, 1));
            assert_eq!((first.lines.len(), first.previous()), (50, None));
            let last = page(first.next().unwrap()).await;
            assert_eq!((last.lines.len(), last.pages, last.page), (3, 2, 2));
            assert_eq!(last.next(), None, "there is no later one");
            assert_eq!(page(last.previous().unwrap()).await, first);
            let at = |turn| ServicePage { number: 2, turn: Some(turn) };
            let before = page(at(ServiceTurn::Before(last.lines[1].service))).await;
            assert_eq!(before.lines, [&first.lines[1..], &last.lines[..1]].concat());
            assert_eq!((before.page, before.pages), (2, 3), "something comes behind it");
            // Where it has grown too short, or is none any more, it is the first one.
            for turn in [
                ServiceTurn::Before(first.lines[1].service),
                ServiceTurn::After(last.lines[2].service),
                ServiceTurn::After(fresh_id().into()),
            ] {
                assert_eq!(page(at(turn)).await, first, "{turn:?}");
            }
        }
        let lines = opened(&field, of, &all).await;
        let animals: BTreeSet<_> = lines.iter().map(|line| line.animal).collect();
        assert_eq!(animals.len(), 53);
        assert!(lines.iter().all(|line| line.chip.is_some()), "{lines:?}");
        let lines = opened(&field, of, &reached).await;
        assert_eq!(lines.iter().map(|line| line.animal).collect::<BTreeSet<_>>(), animals);
    }

    async fn what_an_outreach_cost_is_shared_by_what_was_done(database) {
        let (field, own, other) = mixed(&database).await;
        served(&field).await;
        let cost = PlanForm { cost: "1000".to_owned(), ..PlanForm::default() };
        plan::save(&field.office, field.as_coordinator(), field.outreach, &cost).await.unwrap();
        let (one, two) = (sheet(&field, own).await.costs, sheet(&field, other).await.costs);
        let told = [&one[0], &two[0]].map(|line| (line.cost.pesos, line.cost.services));
        assert_eq!(told, [(142, 1), (858, 6)]);
        assert!(one[0].is_shared && two[0].is_shared);
    }

    async fn papers_and_lists_name_who_paid(database) {
        let (field, ..) = mixed(&database).await;
        served(&field).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        let act = closing::attendance_act(office, actor, id).await.unwrap();
        assert_eq!(act.heading.programme, format!("{OWN}, {CHIPS}"));
        assert_eq!(act.heading.issuer, "Gobernación de prueba");
        let names = [CHIPS, CHIPS, CHIPS, CHIPS, OWN].map(str::to_owned);
        let paid: Vec<_> = ServiceKind::ALL.iter().copied().zip(names).collect();
        assert_eq!(act.payers, paid);
        let list = closing::beneficiaries(office, actor, id).await.unwrap();
        let sorted = |one: &Beneficiary| {
            let mut names = one.programmes.clone();
            names.sort();
            names.join(", ")
        };
        let told: BTreeSet<_> = list.iter().map(sorted).collect();
        assert_eq!(told, BTreeSet::from([CHIPS.to_owned(), format!("{CHIPS}, {OWN}")]));
        let setup = field_setup(office, field.as_operative(), "Operativa".to_owned()).await;
        let setup = setup.unwrap();
        let view = &setup.outreaches[0];
        let numbers = (view.programme_number, view.surgery_programme_number);
        assert_eq!((view.programme.as_str(), numbers), (&*act.heading.programme, (2, Some(1))));
    }

    async fn a_certificate_is_issued_for_the_programme_that_paid(database) {
        let (field, ..) = mixed(&database).await;
        field.authorise().await;
        let guest = served(&field).await;
        let rows = rows_of(&field, &guest).await.into_iter();
        let facts = rows.map(|row| row.facts.unwrap());
        let mut told: Vec<_> = facts
            .map(|facts| serde_json::from_str::<DocumentFacts>(&facts).unwrap())
            .map(|facts| (facts.programme, facts.issuer))
            .collect();
        told.sort();
        let both = [(CHIPS, "Municipalidad de prueba"), (OWN, "Gobernación de prueba")];
        assert_eq!(told, both.map(|(name, issuer)| (name.to_owned(), issuer.to_owned())));
    }

    async fn the_close_asks_about_the_targets_of_all_who_paid(database) {
        let (field, _, other) = mixed(&database).await;
        served(&field).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        let findings = closing::sheet(office, actor, id).await.unwrap().verdict.findings;
        let line = chips(&field, other).await;
        let passed = PassedTarget { programme: other, name: Some(CHIPS.to_owned()), line };
        assert!(findings.contains(&Finding::TargetPassed(passed)), "{findings:?}");
        closing::close(office, actor, id, ("close", "Más fondos")).await.unwrap();
        assert_eq!(chips(&field, other).await.reason.unwrap().reason, "Más fondos");
    }

    async fn a_plan_warns_of_the_targets_of_who_pays(database) {
        let (field, _, other) = mixed(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let day = DayForm { day: "2026-12-06".to_owned(), starts: "10:00".to_owned() };
        let copied = planning::copy(office, actor, field.outreach, (&day, None)).await.unwrap();
        let Asked::Done(copy) = copied else { panic!("{copied:?}") };
        let plan = plan::sheet(office, actor, copy).await.unwrap();
        assert!(plan.is_shared(), "it was copied: {:?}", plan.offerings);
        assert_eq!(plan.programmes.len(), 2);
        let passed = Conflict::TargetPassed {
            programme: Some(CHIPS.to_owned()),
            target: Target::Implantations,
            planned: 5,
            promised: 1,
        };
        assert!(plan.conflicts.contains(&passed), "{:?}", plan.conflicts);
        assert_eq!(chips(&field, other).await.coming, 0, "a draft is not announced");
        offer(&field, copy, ("chip", "")).await;
        let plan = plan::sheet(office, actor, copy).await.unwrap();
        assert!(!plan.is_shared() && !plan.conflicts.contains(&passed));
    }

    async fn who_pays_is_a_programme_and_the_outreachs_own_is_not_pinned(database) {
        let (field, own, other) = mixed(&database).await;
        let (office, actor, id) = (&field.office, field.as_coordinator(), field.outreach);
        served(&field).await;
        let unknown = form("chip", &fresh_id().to_string());
        for unfit in [unknown, form("chip", "x")] {
            let saved = planning::save_offering(office, actor, id, &unfit).await.unwrap();
            let fault = PlanFault::new(PlanField::Programme, PlanProblem::Unknown);
            assert_eq!(saved, Asked::Faults(vec![fault]));
        }
        offer(&field, id, ("sterilisation", &own.to_string())).await;
        let pinned = "SELECT COUNT(*) FROM outreach_offering WHERE programme_id IS NOT NULL";
        assert_eq!(database.number(pinned).await, 1, "the chips'");
        let third = programme(&field, "Esterilizaciones de otoño", "0").await;
        let mut changed = planning::choices(office, actor, Some(id)).await.unwrap().form;
        changed.programme = third.to_string();
        planning::save(office, actor, Some(id), changed).await.unwrap();
        let done = done(&field).await;
        let told = done.iter().map(|done| (done.implantations, done.sterilisations));
        assert_eq!(told.collect::<Vec<_>>(), [(0, 0), (2, 0), (0, 1)]);
        // Who puts the plan right puts right what is counted.
        offer(&field, id, ("chip", "")).await;
        assert_eq!(chips(&field, other).await.done, 0);
        assert_eq!(chips(&field, third).await.done, 2);
    }
}
