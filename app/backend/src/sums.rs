//! Sums over very many rows, kept for some seconds: a register of a million animals is not counted
//! again for every look at a list. Sums over fewer rows are never kept, so that what a person
//! just did is always in them.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex as Turn, MutexGuard as TurnGuard};
use uuid::Uuid;

use crate::store::vocabulary::progress::{KindTotalRow, ProgressRow};
use crate::store::vocabulary::service::{OutreachTotalRow, TotalRow};
use crate::store::vocabulary::territory::UnitCountRow;

/// How long a sum over many rows is kept.
const KEPT: Duration = Duration::from_secs(10);
/// Rows from which on a sum is kept.
const MANY_ROWS: i64 = 50_000;

/// The sums of one process. Cloning it is cheap and shares them.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// What counts in a year, by kind and commune.
    pub(crate) years: Kept<i16, TotalRow>,
    /// What counts in a programme, by kind.
    pub(crate) programmes: Kept<Uuid, KindTotalRow>,
    /// The same by place and day; also what counts at an outreach.
    pub(crate) progress: Kept<Uuid, ProgressRow>,
    /// The services of an outreach, by kind: many where a whole register came in at one.
    pub(crate) outreaches: Kept<Uuid, OutreachTotalRow>,
    /// How many animals are in each state of the RNM, and in which vital state.
    pub(crate) rnm: Kept<(), (String, String, i64)>,
    /// How many messages are in each state.
    pub(crate) messages: Kept<(), (String, i64)>,
    /// How many animals a programme has served, by commune.
    pub(crate) covered: Kept<Uuid, (String, i64)>,
    /// How many animals of each neighbourhood unit were served.
    pub(crate) units: Kept<(), UnitCountRow>,
    /// The services of all outreaches of which a cost is known, by kind.
    pub(crate) costed: Kept<(), OutreachTotalRow>,
    /// Who waits in each neighbourhood unit.
    pub(crate) waiting: Kept<(), Waiting>,
}

/// How many animals wait in each neighbourhood unit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    /// By unit.
    pub(crate) units: HashMap<String, i64>,
    /// How many bookings were read for it.
    pub(crate) read: i64,
}

/// Of a booking that waits the details are read, and what was done for whose it is: rows that are
/// counted in the time which that takes.
const ROWS_OF_A_WAIT: i64 = 25;

/// A row of a sum, and over how many rows it goes.
pub(crate) trait Counted {
    /// How many.
    fn counted(&self) -> i64;
}

impl Counted for TotalRow {
    fn counted(&self) -> i64 {
        self.total
    }
}

impl Counted for ProgressRow {
    fn counted(&self) -> i64 {
        self.total
    }
}

impl Counted for KindTotalRow {
    fn counted(&self) -> i64 {
        self.total
    }
}

impl Counted for OutreachTotalRow {
    fn counted(&self) -> i64 {
        self.total
    }
}

impl Counted for UnitCountRow {
    fn counted(&self) -> i64 {
        self.total
    }
}

impl Counted for Waiting {
    fn counted(&self) -> i64 {
        self.read.saturating_mul(ROWS_OF_A_WAIT)
    }
}

impl Counted for (String, i64) {
    fn counted(&self) -> i64 {
        self.1
    }
}

impl Counted for (String, String, i64) {
    fn counted(&self) -> i64 {
        self.2
    }
}

/// Sums by key.
#[derive(Clone, Debug)]
pub(crate) struct Kept<K, R> {
    known: Arc<Mutex<HashMap<K, Sum<R>>>>,
    /// Whose it is to count what was never counted: many who ask at once would each count it all.
    turn: Arc<Turn<()>>,
}

/// The rows of a sum, and since when they are kept.
#[derive(Debug)]
struct Sum<R> {
    since: Instant,
    /// None of a sum over few rows.
    rows: Option<Vec<R>>,
}

/// What is known of a sum.
enum Look<R> {
    /// Its rows.
    Kept(Vec<R>),
    /// That it is counted at once: there is little to count, or it is kept for too long.
    Count,
    /// Nothing: one counts, and the others wait for that.
    Wait,
}

impl<K, R> Default for Kept<K, R> {
    fn default() -> Self {
        Self { known: Arc::default(), turn: Arc::default() }
    }
}

impl<K: Eq + Hash, R: Counted + Clone> Kept<K, R> {
    /// The sum as it is kept, or else as `asked` answers.
    pub(crate) async fn or<E>(
        &self,
        key: K,
        asked: impl Future<Output = Result<Vec<R>, E>>,
    ) -> Result<Vec<R>, E> {
        let mut look = self.look(&key);
        let turn = self.turn_of(matches!(look, Look::Wait)).await;
        if turn.is_some() {
            look = self.look(&key);
        }
        if let Look::Kept(rows) = look {
            return Ok(rows);
        }
        let rows = asked.await?;
        self.keep(key, &rows);
        Ok(rows)
    }

    async fn turn_of(&self, waits: bool) -> Option<TurnGuard<'_, ()>> {
        match waits {
            true => Some(self.turn.lock().await),
            false => None,
        }
    }

    fn keep(&self, key: K, rows: &[R]) {
        let is_many = rows.iter().map(Counted::counted).sum::<i64>() >= MANY_ROWS;
        let sum = Sum { since: Instant::now(), rows: is_many.then(|| rows.to_vec()) };
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, sum);
    }

    /// What is kept. When it is too old the first who asks is sent to count again, and whoever
    /// asks meanwhile gets the old.
    fn look(&self, key: &K) -> Look<R> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sum) = known.get_mut(key) else { return Look::Wait };
        let Some(rows) = &sum.rows else { return Look::Count };
        if sum.since.elapsed() < KEPT {
            return Look::Kept(rows.clone());
        }
        sum.since = Instant::now();
        Look::Count
    }
}

impl Kept<Uuid, OutreachTotalRow> {
    /// The sums of several outreaches: those that are kept, the others asked for at once.
    pub(crate) async fn or_each<E>(
        &self,
        outreaches: &[Uuid],
        asked: impl AsyncFnOnce(Vec<Uuid>) -> Result<Vec<OutreachTotalRow>, E>,
    ) -> Result<HashMap<Uuid, Vec<OutreachTotalRow>>, E> {
        let mut sums = HashMap::new();
        let (mut waiting, mut unknown) = (Vec::new(), Vec::new());
        for id in outreaches {
            match self.look(id) {
                Look::Kept(rows) => drop(sums.insert(*id, rows)),
                Look::Count => unknown.push(*id),
                Look::Wait => waiting.push(*id),
            }
        }
        let _turn = self.turn_of(!waiting.is_empty()).await;
        for id in waiting {
            match self.look(&id) {
                Look::Kept(rows) => drop(sums.insert(id, rows)),
                Look::Count | Look::Wait => unknown.push(id),
            }
        }
        if unknown.is_empty() {
            return Ok(sums);
        }
        for row in asked(unknown.clone()).await? {
            sums.entry(row.outreach_id).or_default().push(row);
        }
        for id in unknown {
            self.keep(id, sums.get(&id).map_or(&[], Vec::as_slice));
        }
        Ok(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::service::ServiceKind;
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicI64, Ordering};

    fn rows(count: i64) -> Vec<(String, i64)> {
        vec![("ready".to_owned(), count - 1), ("sent".to_owned(), 1)]
    }

    async fn asked(kept: &Kept<(), (String, i64)>, count: i64) -> Vec<(String, i64)> {
        let answer = async { Ok::<_, Infallible>(rows(count)) };
        kept.or((), answer).await.unwrap()
    }

    #[tokio::test]
    async fn a_sum_over_few_rows_is_never_kept() {
        let kept = Kept::default();
        assert_eq!(asked(&kept, 9).await, rows(9));
        assert_eq!(asked(&kept, 10).await, rows(10));
    }

    #[tokio::test]
    async fn who_waits_is_kept_from_fewer_on_since_each_is_read() {
        let asked = async |kept: &Kept<(), Waiting>, read| {
            let answer =
                async { Ok::<_, Infallible>(vec![Waiting { read, ..Waiting::default() }]) };
            let rows = kept.or((), answer).await.unwrap();
            rows.iter().map(|row| row.read).sum::<i64>()
        };
        let (few, many) = (Kept::default(), Kept::default());
        assert_eq!((asked(&few, 1_999).await, asked(&few, 1).await), (1_999, 1));
        assert_eq!((asked(&many, 2_000).await, asked(&many, 1).await), (2_000, 2_000));
    }

    #[tokio::test]
    async fn a_sum_over_many_rows_is_kept_until_it_is_old() {
        let kept = Kept::default();
        assert_eq!(asked(&kept, MANY_ROWS).await, rows(MANY_ROWS));
        assert_eq!(asked(&kept, MANY_ROWS + 1).await, rows(MANY_ROWS));
        let long_ago = Instant::now().checked_sub(KEPT).unwrap();
        kept.known.lock().unwrap().get_mut(&()).unwrap().since = long_ago;
        assert_eq!(asked(&kept, MANY_ROWS + 2).await, rows(MANY_ROWS + 2));
    }

    #[tokio::test]
    async fn whoever_asks_while_it_is_counted_again_gets_the_old() {
        let kept = Kept::default();
        asked(&kept, MANY_ROWS).await;
        let long_ago = Instant::now().checked_sub(KEPT).unwrap();
        kept.known.lock().unwrap().get_mut(&()).unwrap().since = long_ago;
        let meanwhile = async {
            assert_eq!(asked(&kept, MANY_ROWS + 1).await, rows(MANY_ROWS));
            Ok::<_, Infallible>(rows(MANY_ROWS + 2))
        };
        assert_eq!(kept.or((), meanwhile).await.unwrap(), rows(MANY_ROWS + 2));
    }

    #[tokio::test]
    async fn of_many_who_ask_at_once_for_what_was_never_counted_one_counts() {
        let (kept, counted) = (Kept::default(), AtomicI64::new(0));
        let one = || async {
            let answer = async {
                tokio::task::yield_now().await;
                let before = counted.fetch_add(1, Ordering::Relaxed);
                Ok::<_, Infallible>(rows(MANY_ROWS + before))
            };
            kept.or((), answer).await.unwrap()
        };
        let told = tokio::join!(one(), one(), one());
        assert_eq!(told, (rows(MANY_ROWS), rows(MANY_ROWS), rows(MANY_ROWS)));
        assert_eq!(counted.into_inner(), 1);
    }

    #[tokio::test]
    async fn of_many_who_ask_at_once_for_little_each_counts_what_is_there_then() {
        let kept = Kept::default();
        assert_eq!(tokio::join!(asked(&kept, 9), asked(&kept, 10)), (rows(9), rows(10)));
        let meanwhile = async {
            assert_eq!(asked(&kept, 11).await, rows(11), "nobody waits for this one");
            Ok::<_, Infallible>(rows(12))
        };
        assert_eq!(kept.or((), meanwhile).await.unwrap(), rows(12));
    }

    #[tokio::test]
    async fn an_outreach_that_nobody_counted_is_counted_once_for_all_who_ask() {
        let (kept, many, few) = (Kept::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        let one = |ids: [Uuid; 2]| {
            let kept = &kept;
            async move {
                let asked = async |ids: Vec<Uuid>| {
                    tokio::task::yield_now().await;
                    let row = |id| OutreachTotalRow {
                        outreach_id: id,
                        kind: ServiceKind::Implantation.code().to_owned(),
                        total: if id == many { MANY_ROWS } else { 7 },
                    };
                    Ok::<_, Infallible>(ids.into_iter().map(row).collect())
                };
                let sums = kept.or_each(&ids, asked).await.unwrap();
                ids.map(|id| sums.get(&id).map_or(0, |rows| rows.iter().map(|row| row.total).sum()))
            }
        };
        let told: ([i64; 2], [i64; 2]) = tokio::join!(one([many, few]), one([few, many]));
        assert_eq!(told, ([MANY_ROWS, 7], [7, MANY_ROWS]));
        assert!(matches!(kept.look(&many), Look::Kept(_)));
        assert!(matches!(kept.look(&few), Look::Count), "little is counted each time");
    }
}
