//! Seeded draws: the same seed makes the same people, animals and identifiers.

use domain::animal::{AnimalDetails, Birth, Drawing};
use domain::catalogue::breed::Breed;
use domain::catalogue::coat::{Coat, Colour};
use domain::catalogue::{
    Acquisition, HoldingProof, KeepingReason, Pattern, ReproductiveState, Sex, Species,
};
use domain::contact::{Email, Phone};
use domain::identity::IdentityDocument;
use domain::name::{PersonName, PetName, ShortText, search_key};
use domain::owner::OwnerDetails;
use domain::run::Run;
use domain::territory::{Commune, UnitKey};
use domain::timestamp::{CivilDate, Timestamp};
use domain::weight::Weight;
use std::collections::HashSet;
use uuid::Uuid;

use super::accounts::SIGNATURE;
use super::words;

/// Draws people, animals and numbers from a seed.
pub(super) struct Draw {
    random: fastrand::Rng,
    runs: HashSet<u32>,
    next_chip: u64,
    people: u32,
}

/// First chip of the demonstration: prefix 999, which nobody implants (ICAR: test use).
const FIRST_CHIP: u64 = 999_000_000_100_000;

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        Self { random, runs: HashSet::new(), next_chip: FIRST_CHIP, people: 0 }
    }

    /// An identifier of version 7 made at `at`.
    pub(super) fn id(&mut self, at: Timestamp) -> Uuid {
        let mut bytes = [0; 10];
        self.random.fill(&mut bytes);
        let ms = u64::try_from(at.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
    }

    /// The private half of a phone's key: nobody's but the demonstration's.
    pub(super) fn key(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.random.fill(&mut bytes);
        bytes
    }

    /// One of a list.
    pub(super) fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let index = self.random.usize(..list.len().max(1));
        &list[index]
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, of_hundred: u32) -> bool {
        self.random.u32(..100) < of_hundred
    }

    /// A number from a range.
    pub(super) fn number(&mut self, range: std::ops::Range<i64>) -> i64 {
        self.random.i64(range)
    }

    /// The next chip, as the boxes are numbered.
    pub(super) fn chip(&mut self) -> String {
        self.next_chip += 1;
        self.next_chip.to_string()
    }

    /// Somebody who lives in or near a commune. RUNs between 40 and 49 million (contracts,
    /// section 9).
    pub(super) fn owner(
        &mut self,
        commune: Commune,
        unit: Option<UnitKey>,
    ) -> Option<OwnerDetails> {
        let number = loop {
            let number = self.random.u32(40_000_000..49_000_000);
            if self.runs.insert(number) {
                break number;
            }
        };
        let given = *self.one(words::GIVEN);
        let mut surnames = (*self.one(words::SURNAMES)).to_owned();
        if !self.percent(4) {
            surnames = format!("{surnames} {}", self.one(words::SURNAMES));
        }
        self.people += 1;
        let has_mail = self.percent(82);
        let email = has_mail.then(|| mail_of(given, &surnames, self.people)).flatten();
        let phone = format!("9{:08}", self.random.u32(20_000_000..99_999_999));
        let street = *self.one(words::STREETS);
        let house = self.random.u32(100..9_900);
        let is_known = !self.percent(7);
        Some(OwnerDetails {
            document: IdentityDocument::of_run(Run::from_number(number)?).ok()?,
            name: PersonName::parse(given, &surnames).ok()?,
            phone: Phone::parse(&phone).ok(),
            email,
            address: ShortText::parse(&format!("{street} {house}")).ok().filter(|_| is_known),
            commune: Some(commune),
            unit,
            elsewhere: None,
            is_adult: true,
            no_disqualification: !self.percent(5),
            consents_to_photos: self.percent(60),
            consents_to_news: self.percent(35),
        })
    }

    /// A dog or a cat that is old enough on a day.
    pub(super) fn animal(&mut self, today: CivilDate) -> Option<AnimalDetails> {
        let species = if self.percent(68) { Species::Dog } else { Species::Cat };
        let breeds: Vec<_> = Breed::of(species).filter(|entry| !entry.dangerous).collect();
        // Most animals of the programmes are of no breed: the first of the list.
        let breed = if self.percent(70) { breeds.first() } else { Some(self.one(&breeds)) };
        let age_days = self.random.i64(70..4_000);
        let is_complete = !self.percent(12);
        let name = *self.one::<&str>(words::PETS);
        Some(AnimalDetails {
            name: PetName::parse(name).ok()?,
            species,
            sex: if self.percent(50) { Sex::Female } else { Sex::Male },
            reproductive_state: ReproductiveState::Intact,
            breed: breed.copied().map(Breed::Listed),
            coat: self.coat(),
            pattern: Some(*self.one(Pattern::ALL)),
            birth: Some(Birth {
                on: CivilDate::from_days(today.days() - age_days),
                estimated: self.percent(75),
            }),
            acquisition: Some(*self.one(Acquisition::ALL)),
            acquired_on: None,
            keeping_reason: Some(KeepingReason::Companion).filter(|_| is_complete),
            holding_proof: Some(HoldingProof::SimpleDeclaration).filter(|_| is_complete),
            qualified_dangerous: None,
            declaration: Drawing::parse(SIGNATURE).ok().filter(|_| is_complete),
        })
    }

    /// A weight that fits the species.
    pub(super) fn weight(&mut self, species: Species) -> Option<Weight> {
        let grams = match species {
            Species::Dog => self.random.u32(30..320) * 100,
            Species::Cat => self.random.u32(18..62) * 100,
        };
        Weight::from_grams(grams).ok()
    }

    fn coat(&mut self) -> Option<Coat> {
        let mut colours: Vec<Colour> = Vec::new();
        let count = 1 + self.random.usize(..3);
        while colours.len() < count {
            let colour = *self.one(Colour::ALL);
            if !colours.contains(&colour) {
                colours.push(colour);
            }
        }
        Coat::new(colours).ok()
    }
}

/// An address nobody has: the domain `.invalid` never resolves (RFC 2606).
fn mail_of(given: &str, surnames: &str, number: u32) -> Option<Email> {
    let word = |text: &str| search_key(text).split(' ').next().unwrap_or("x").to_owned();
    let local = format!("{}.{}{number}", word(given), word(surnames));
    Email::parse(&format!("{local}@example.cl.invalid")).ok()
}
