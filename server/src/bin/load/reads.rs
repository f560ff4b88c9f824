//! Reads: verifications of one document, and look-ups in a filled register.

use anyhow::{Context, Result, bail};
use clap::Args;
use domain::submission::{Outcome, Reply};
use domain::view::{SearchRequest, SearchResult};
use std::time::Instant;

use crate::client::{Account, Client};
use crate::guests;
use crate::visits::{Hall, Phone};
use crate::{Measured, pages};

#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    account: Account,
    /// The `page` for people, or the `api` for machines.
    #[arg(long, default_value = "page")]
    way: String,
    /// Requests in all.
    #[arg(long, default_value_t = 10_000)]
    count: usize,
}

/// Visits of this program that no other run numbers alike.
const OWN: usize = 900_000;

impl Verify {
    pub(crate) async fn run(&self, client: &Client) -> Result<Measured> {
        self.account.sign_in(client).await?;
        let first = if self.way == "api" { OWN } else { OWN + 1 };
        let mut phone = Phone::new(Hall::find(client).await?, first);
        let (_, body) = client.post_json("/api/v1/submissions", phone.batch(1)?).await?;
        let reply: Reply = serde_json::from_slice(&body)?;
        let Some(Outcome::Accepted { documents, .. }) =
            reply.answers.first().map(|answer| &answer.outcome)
        else {
            bail!("the document's visit was not accepted");
        };
        let link = documents.first().and_then(|document| document.link.as_deref());
        let text = link.and_then(|link| link.rsplit('/').next()).context("no document")?;
        let path = match self.way.as_str() {
            "api" => format!("/api/v1/verify?text={text}"),
            _ => format!("/V/{text}"),
        };
        pages(client, vec![path], 8, self.count).await
    }
}

#[derive(Args)]
pub(crate) struct Search {
    #[command(flatten)]
    account: Account,
    /// Visits of an earlier run that are looked for
    #[arg(long)]
    held: usize,
    /// The number of the first of them
    #[arg(long)]
    first: usize,
    /// Look-ups in all
    #[arg(long, default_value_t = 2_000)]
    count: usize,
}

impl Search {
    pub(crate) async fn run(&self, client: &Client) -> Result<Measured> {
        self.account.sign_in(client).await?;
        let mut random = fastrand::Rng::with_seed(9);
        let (begin, mut times, mut failed) = (Instant::now(), Vec::new(), 0);
        for number in 0..self.count {
            let text = asked(number, self.first + random.usize(..self.held))?;
            let body = serde_json::to_vec(&SearchRequest { text })?;
            let asked = Instant::now();
            let (status, body) = client.post_json("/api/v1/field/search", body).await?;
            let taken = asked.elapsed();
            let found: Option<SearchResult> = serde_json::from_slice(&body).ok();
            if status == 200 && found.is_some_and(|found| !found.owners.is_empty()) {
                times.push(taken);
            } else {
                failed += 1;
            }
        }
        Ok(Measured::of(times, 1, failed, begin.elapsed()))
    }
}

/// What somebody types who looks for the owner of a visit: one of five ways in turn.
fn asked(number: usize, visit: usize) -> Result<String> {
    let (given, surnames) = guests::names(visit);
    let surname = surnames.split(' ').next().unwrap_or_default();
    Ok(match number % 5 {
        0 => guests::chip(visit)?.to_string(),
        1 => guests::run(visit)?.to_string(),
        2 => guests::telephone(visit),
        // Common names, as far as they are typed.
        3 => format!("{surname} {}", given.chars().take(3).collect::<String>()),
        _ => format!("{given} {surnames}"),
    })
}
