//! That what is many is asked for with few statements. They are counted where sqlx tells them, on
//! PostgreSQL, whose statements run on the test's own thread; the statements are the same on both.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use backend::planning;
use backend::registry::field_setup;
use domain::desk::plan::OutreachFilter;
use tracing::field::{Field as FieldName, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::it::databases::Database;
use crate::it::field::{Field, Guest};

/// Counts the statements that are told while it listens.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicU64>);

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut told = Told::default();
        event.record(&mut told);
        // What a new connection is told is of no work: the pool opens one when it likes.
        if !told.summary.starts_with("SET ") {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// What is told of a statement.
#[derive(Default)]
struct Told {
    summary: String,
}

impl Visit for Told {
    fn record_debug(&mut self, field: &FieldName, value: &dyn Debug) {
        if field.name() == "summary" {
            self.summary = format!("{value:?}").trim_start_matches('"').to_owned();
        }
    }
}

/// What `work` takes; at least one statement, or nothing was counted.
async fn statements(work: impl Future<Output = ()>) -> u64 {
    let counter = Counter::default();
    let listening = tracing::subscriber::set_default(counter.clone());
    work.await;
    drop(listening);
    let count = counter.0.load(Ordering::Relaxed);
    assert!(count > 0, "nothing was counted");
    count
}

async fn visits(field: &Field, people: std::ops::Range<u32>) -> u64 {
    let actor = field.as_operative();
    let visit = |number: u32| {
        let chip = format!("{:015}", 999_000_000_000_000 + u64::from(number));
        field.submission(actor, field.visit(&Guest::new(number), &chip))
    };
    let batch: Vec<_> = people.map(visit).collect();
    statements(async { drop(field.send(actor, &batch).await) }).await
}

#[tokio::test(flavor = "current_thread")]
async fn sixteen_visits_of_strangers_take_no_more_statements_than_four() {
    let database = Database::postgres().await;
    let field = Field::on(&database).await;
    field.authorise().await;
    // The first batch also makes itself at home: the phone's row, the outreach, the team.
    visits(&field, 46_000_000..46_000_001).await;
    let four = visits(&field, 46_000_010..46_000_014).await;
    let sixteen = visits(&field, 46_000_100..46_000_116).await;
    assert_eq!(sixteen, four);
    let services = "SELECT COUNT(*) FROM service";
    assert_eq!(database.number(services).await, 21 * 3);
}

#[tokio::test(flavor = "current_thread")]
async fn ten_outreaches_take_hardly_more_statements_than_two() {
    let database = Database::postgres().await;
    let field = Field::on(&database).await;
    let (office, actor) = (&field.office, field.as_coordinator());
    let listed = async || {
        let list = planning::outreaches(office, actor, OutreachFilter::default()).await.unwrap();
        drop(list);
        drop(field_setup(office, actor, "Coordinadora".to_owned()).await.unwrap());
    };
    let plan = async |number: u32| {
        let mut form = planning::choices(office, actor, None).await.unwrap().form;
        form.name = format!("Operativo {number}");
        form.place = "Av. Bonilla 9820".to_owned();
        form.new_host = format!("JJVV {number}");
        form.status = "published".to_owned();
        planning::save(office, actor, None, form).await.unwrap();
    };
    plan(1).await;
    let two = statements(listed()).await;
    for number in 2..10 {
        plan(number).await;
    }
    let rows = planning::outreaches(office, actor, OutreachFilter::default()).await.unwrap().rows;
    assert_eq!(rows.len(), 10);
    // A longer list of identifiers may be asked for in two parts.
    let ten = statements(listed()).await;
    assert!(ten <= two + 2, "{ten} statements for ten, {two} for two");
}
