//! What a database itself can promise: single rows, each committed durably, with nothing of ours
//! around them but the pool (the limit beside goal P8).

use anyhow::Result;
use backend::store::{Engine, Isolation, Store, StoreError, StoreOptions};
use clap::Args;
use std::time::{Duration, Instant};

use crate::Measured;

#[derive(Args)]
pub(crate) struct Commits {
    /// `sqlite:PATH` or `postgres://…`; a `setting` row is written with each commit.
    #[arg(long)]
    database: String,
    /// Commits that wait at once.
    #[arg(long, default_value_t = 32)]
    clients: u32,
    /// For how long, in seconds.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
}

#[derive(Args)]
pub(crate) struct Settle {
    /// `sqlite:PATH` or `postgres://…`, of a server that may be running.
    #[arg(long)]
    database: String,
}

impl Settle {
    pub(crate) async fn run(&self) -> Result<Measured> {
        let store = Store::open(&StoreOptions::new(self.database.as_str())).await?;
        let asked = Instant::now();
        store.settle().await?;
        Ok(Measured::of(vec![asked.elapsed()], 1, 0, asked.elapsed()))
    }
}

impl Commits {
    pub(crate) async fn run(&self) -> Result<Measured> {
        let connections = self.clients;
        let options = StoreOptions { connections, ..StoreOptions::new(self.database.as_str()) };
        let store = Store::open(&options).await?;
        if store.engine() == Engine::Sqlite {
            store.migrate().await?;
        }
        let (begin, whole) = (Instant::now(), Duration::from_secs(self.seconds));
        let mut tasks = Vec::new();
        for client in 0..self.clients {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                let mut times = Vec::new();
                while begin.elapsed() < whole {
                    let key = format!("limit-{client}-{}", times.len());
                    let asked = Instant::now();
                    let kept = store.write_at(Isolation::Single, key, |tx, key| {
                        Box::pin(async move { tx.put_setting(key, "1").await })
                    });
                    kept.await.map_err(|error: StoreError| error)?;
                    times.push(asked.elapsed());
                }
                Ok::<_, StoreError>(times)
            }));
        }
        let mut times = Vec::new();
        for task in tasks {
            times.extend(task.await??);
        }
        Ok(Measured::of(times, 1, 0, begin.elapsed()))
    }
}
