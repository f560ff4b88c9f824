//! What every use case works with: the database, the keys, the clock and a few settings.

use domain::certificate::{self, CertificatePayload};
use domain::chip_number::TestChips;
use domain::timestamp::{CivilDate, Timestamp, Zone};
use std::time::Duration;
use uuid::Uuid;

use crate::accounts::Looks;
use crate::bookings::{BOOKINGS_PER_HOUR, BookingQueue};
use crate::clock::{self, Clock};
use crate::demonstration::Mark;
use crate::error::{Error, Fault};
use crate::keys::{Keys, Purpose};
use crate::registry::chips::KeptChips;
use crate::store::Store;
use crate::submissions::Intake;
use crate::sums::Sums;

/// Name of the setting that marks a database as demonstration.
pub const DEMONSTRATION: &str = "demonstration";

/// What every use case works with. Cloning it is cheap and shares everything.
#[derive(Clone)]
pub struct Office {
    /// The database.
    pub store: Store,
    /// The signing keys.
    pub keys: Keys,
    /// The clock.
    pub clock: Clock,
    /// Where the site is reached, without a slash at the end: `https://huella.example`.
    pub public_url: String,
    /// Who issues documents, when the programme does not say otherwise.
    pub issuer: String,
    /// Changes of `America/Santiago` in these years.
    pub zone: Zone,
    /// Whether the database is marked as demonstration (contracts, section 9).
    pub demonstration: Mark,
    /// Documents are drawn up, and outreaches announced, without a mail: for data that come from
    /// elsewhere.
    pub quiet: bool,
    /// Searches and looks at chips that one account may make in a day.
    pub lookups_per_day: u32,
    /// Sums over very many rows.
    pub sums: Sums,
    /// The list of chips that phones take with them.
    pub chips: KeptChips,
    /// Sessions of requests that wait to be looked for.
    pub looks: Looks,
    /// Submissions that wait for the database.
    pub intake: Intake,
    /// Places that may be asked for from one address in an hour.
    pub bookings_per_hour: u32,
    /// Those who wait for the database to book.
    pub bookings: BookingQueue,
}

/// Who issues documents where nobody says it.
pub const ISSUER: &str = "Huella";

/// Far more than a table in the field needs, far fewer than a register holds.
pub const LOOKUPS_PER_DAY: u32 = 600;

/// Whether the address of every document of a site fits the QR's size, when need be by naming the
/// animal shortly or not at all.
#[must_use]
pub fn fits_qr(public_url: &str) -> bool {
    let before = public_url.trim_end_matches('/').len() + "/V/".len();
    before + certificate::NAMELESS_MAX_CHARS <= certificate::QR_MAX_CHARS
}

impl Office {
    /// An office on an open, migrated database.
    ///
    /// # Errors
    /// A failed database, or a machine without the zone `America/Santiago`.
    pub async fn open(
        store: Store,
        keys: Keys,
        clock: Clock,
        public_url: &str,
    ) -> Result<Self, Error> {
        let zone = clock::zone(clock.now())?;
        let demonstration = Mark::of(&store).await?;
        Ok(Self {
            store,
            keys,
            clock,
            public_url: public_url.trim_end_matches('/').to_owned(),
            issuer: ISSUER.to_owned(),
            zone,
            demonstration,
            quiet: false,
            lookups_per_day: LOOKUPS_PER_DAY,
            sums: Sums::default(),
            chips: KeptChips::default(),
            looks: Looks::default(),
            intake: Intake::default(),
            bookings_per_hour: BOOKINGS_PER_HOUR,
            bookings: BookingQueue::default(),
        })
    }

    /// Waits until nobody waits for the database to register or to book, but no longer than `most`:
    /// what can come later steps back for those at a table or at a screen.
    pub async fn calm(&self, most: Duration) {
        futures_util::future::join(self.intake.calm(most), self.bookings.calm(most)).await;
    }

    /// Whether test chips may be implanted: only in demonstration data.
    #[must_use]
    pub fn test_chips(&self) -> TestChips {
        TestChips::in_demonstration(self.demonstration.is_set())
    }

    /// Who issues the documents of a programme that names this issuer: the installation's own
    /// where it names none.
    #[must_use]
    pub fn issuer_of(&self, of_programme: String) -> String {
        if of_programme.trim().is_empty() { self.issuer.clone() } else { of_programme }
    }

    /// The civil date in `America/Santiago` at a moment.
    #[must_use]
    pub fn day_of(&self, moment: Timestamp) -> CivilDate {
        self.zone.local(moment).0
    }

    /// Where verification addresses start: `HTTPS://HOST`, in capitals, as a QR packs it best.
    #[must_use]
    pub fn link_prefix(&self) -> String {
        self.public_url.to_ascii_uppercase()
    }

    /// The whole verification address of a signed text.
    #[must_use]
    pub fn verify_url(&self, signed_text: &str) -> String {
        format!("{}/V/{signed_text}", self.link_prefix())
    }

    /// Signs a certificate's payload, the name cut so that the address fits the QR; answers the
    /// text of its verification address.
    ///
    /// # Errors
    /// [`Fault`] when a value does not fit, or there is no key.
    pub fn sign_certificate(&self, payload: &CertificatePayload) -> Result<String, Fault> {
        let pen = self.keys.pen(Purpose::Documents)?;
        let room = certificate::QR_MAX_CHARS.saturating_sub(self.verify_url("").len());
        let payload = payload.fitting(room);
        certificate::encode(&payload, pen.kid, |bytes| pen.sign(bytes))
            .map_err(|error| Fault::caused("a certificate could not be signed", error))
    }

    /// The code on a slip: ten base32 characters that follow from the secret file and the slip's
    /// seed, so that only seed and hash are kept. A document's first slip has its own identifier
    /// for a seed; the corrected document inherits it, so that the paper in a drawer still opens.
    #[must_use]
    pub fn slip_code(&self, seed: Uuid) -> String {
        let derived = self.keys.derive(b"slip", seed.as_bytes());
        let code = data_encoding::BASE32_NOPAD.encode(&derived);
        code.chars().take(10).collect()
    }
}
