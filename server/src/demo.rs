//! Demonstration data: the two programmes of 2020, made from a seed by the same use cases that
//! real data go through, in a database marked as demonstration (contracts, section 9).
//!
//! Figures of 2020: 800 microchips, 1,600 dewormings (800 internal, 800 external), 876
//! sterilisations in 17 outreaches, in the four communes of the province of Antofagasta. Besides,
//! one outreach is open today and two are ahead, with people who booked.

mod accounts;
mod bookings;
mod contacts;
mod draw;
mod phones;
mod plan;
mod registry;
mod stock;
mod units;
mod visits;
pub mod words;

pub use accounts::Account;

use anyhow::{Result, bail};
use backend::clock::Clock;
use backend::demonstration::{self, State};
use backend::keys::Keys;
use backend::office::Office;
use backend::store::Store;
use domain::timestamp::Timestamp;

use draw::Draw;

/// What the demonstration holds once it is made.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The accounts to sign in with.
    pub accounts: Vec<Account>,
    /// Visits that were registered.
    pub visits: u32,
}

/// 2 March 2020, 09:00 in Santiago: the programmes begin.
const BEGINNING: Timestamp = Timestamp(1_583_150_400_000);

/// Fills an empty database with the demonstration, or one in which that was begun and not ended.
/// Its programmes are issued by `issuer`, or by [`words::ISSUER`]. The caller keeps the accounts
/// and then calls [`demonstration::complete`]: until then the next call begins anew.
///
/// # Errors
/// A database that holds data already; a failed database.
pub async fn run(
    (store, keys): (&Store, &Keys),
    public_url: &str,
    issuer: Option<&str>,
    seed: u64,
) -> Result<Summary> {
    match demonstration::state(store).await? {
        State::Empty => {}
        State::Half => demonstration::begin_anew(store).await?,
        State::Complete | State::Real => {
            bail!("the database holds data already; the demonstration needs an empty one")
        }
    }
    demonstration::mark(store).await?;
    let mut draw = Draw::new(seed);
    let clock = Clock::fixed(BEGINNING);
    let mut office = Office::open(store.clone(), keys.clone(), clock, public_url).await?;
    office.quiet = true;
    let team = accounts::make(&office, &mut draw).await?;
    let issuer = issuer.unwrap_or(words::ISSUER);
    let plan = plan::make(&office, &mut draw, &team, issuer).await?;
    let (visits, senders) = visits::all(&mut office, &mut draw, &team, &plan).await?;
    registry::decide(&office, &mut draw, &team).await?;
    let today = Office::open(store.clone(), keys.clone(), Clock::System, public_url).await?;
    let outreach = plan::open_today(&today, &team, issuer).await?;
    let phone = phones::make(&today, &mut draw, &team, (senders, outreach)).await?;
    stock::receive(&today, &team).await?;
    stock::allot(&today, &team, outreach, Some(phone)).await?;
    contacts::add(&today).await?;
    bookings::make(&today, &team, outreach).await?;
    backend::history::seal_now(store, keys, today.clock.now()).await?;
    Ok(Summary { accounts: team.accounts, visits })
}

/// Opens an outreach for today in the demonstration, if it has none yet, and what may be booked
/// ahead: somebody who comes back after a week finds both. `issuer` as for [`run`].
///
/// # Errors
/// A failed database, a demonstration without its accounts.
pub async fn open_today(office: &Office, issuer: Option<&str>) -> Result<()> {
    let team = accounts::known(office).await?;
    let issuer = issuer.unwrap_or(words::ISSUER);
    let outreach = plan::open_today(office, &team, issuer).await?;
    stock::allot(office, &team, outreach, None).await?;
    bookings::make(office, &team, outreach).await
}
