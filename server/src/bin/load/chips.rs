//! The list of chips that every phone takes with it: what it weighs, and what it says.

use anyhow::{Result, ensure};
use clap::Args;
use domain::chip_filter::ChipFilter;
use domain::chip_number::ChipNumber;
use serde::Serialize;
use std::time::Instant;

use crate::client::{Account, Client};
use crate::guests;

#[derive(Args)]
pub(crate) struct Chips {
    #[command(flatten)]
    account: Account,
    /// Visits of an earlier run, whose chips must all be in it
    #[arg(long)]
    held: usize,
    /// The number of the first of them
    #[arg(long)]
    first: usize,
}

/// What was fetched.
#[derive(Serialize)]
pub(crate) struct Carried {
    /// Chips in the list.
    chips: u32,
    /// Its size.
    kilobytes: f64,
    /// Milliseconds from asking for it until it was here.
    fetched_ms: f64,
    /// Of a million strange chips, those that it takes for known.
    mistaken: usize,
}

/// A maker whose chips no visit has.
const STRANGE_PREFIX: u16 = 985;
const STRANGE: u64 = 1_000_000;

impl Chips {
    pub(crate) async fn run(&self, client: &Client) -> Result<Carried> {
        self.account.sign_in(client).await?;
        let begun = Instant::now();
        let (status, bytes) = client.get("/api/v1/field/chips").await?;
        let fetched_ms = begun.elapsed().as_secs_f64() * 1_000.0;
        ensure!(status == 200, "the list was answered {status}");
        let list = ChipFilter::read(&bytes)?;
        for number in self.first..self.first + self.held {
            let chip = guests::chip(number)?;
            ensure!(list.may_know(chip), "{chip} is registered and not in the list");
        }
        let strange = (0..STRANGE).filter_map(|body| ChipNumber::from_parts(STRANGE_PREFIX, body));
        let mistaken = strange.filter(|chip| list.may_know(*chip)).count();
        let kilobytes = bytes.len() as f64 / 1_000.0;
        Ok(Carried { chips: list.chips, kilobytes, fetched_ms, mistaken })
    }
}
