//! Booking a place at an outreach: what is announced, one outreach, the form, the ticket. Static
//! pages of plain values; every act is a form.

pub mod asking;
pub mod asking_animals;
mod asking_hour;
mod asking_people;
pub mod listing;
pub mod mine;
pub mod outreach;
pub mod reminder;
pub mod ticket;
pub mod unfit;

use domain::booking::{
    Eligibility, FASTING_HOURS, FASTING_HOURS_YOUNG, FASTING_YOUNG_MONTHS, Offering, Priority,
    Slot, home_until, room,
};
use domain::catalogue::Species;
use domain::id::OutreachId;
use domain::territory::Commune;
use domain::timestamp::{CivilDate, Timestamp, Zone};
use phrases::{Locale, booking as say, format};

/// An outreach that was announced, as everybody sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Announced {
    /// Which.
    pub id: OutreachId,
    /// What it is called.
    pub name: String,
    /// The hall, square or street.
    pub place: String,
    /// The commune.
    pub commune: Commune,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// When booking begins, when that is set.
    pub booking_opens_at: Option<Timestamp>,
    /// Whether places may be booked, or waited for, now.
    pub is_bookable: bool,
    /// The team comes to the homes of those who book.
    pub comes_home: bool,
    /// The team is there now: there is a board of whose turn it is.
    pub is_under_way: bool,
    /// Who is served first.
    pub priority: Priority,
    /// What to bring.
    pub bring: Option<String>,
    /// How to get there.
    pub way: Option<String>,
    /// Latitude and longitude in degrees.
    pub position: Option<(f64, f64)>,
    /// What one may book there.
    pub offered: Vec<Offered>,
}

/// What one may book at an outreach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// What.
    pub offering: Offering,
    /// How many places may still be promised.
    pub free: u32,
    /// Which animals are taken.
    pub eligibility: Eligibility,
    /// How many bookings wait in line.
    pub waiting: u32,
    /// The slots that have not begun, each with what is free in it.
    pub slots: Vec<Slot>,
}

impl Offered {
    /// Whether there is room at some hour for so many animals of one family.
    #[must_use]
    pub fn has_room(&self, animals: usize) -> bool {
        let places = u32::try_from(animals).unwrap_or(u32::MAX);
        self.free >= places && room(&self.slots, None, places).is_some()
    }
}

impl Announced {
    /// The local day on which it begins.
    #[must_use]
    pub fn day(&self, zone: &Zone) -> CivilDate {
        zone.local(self.starts_at).0
    }

    /// `09:00 a 13:00`.
    #[must_use]
    pub fn hours(&self, zone: &Zone, locale: Locale) -> String {
        let hour = |at| format::hour(at, zone, locale);
        say::hours_from_to(locale, hour(self.starts_at), hour(self.ends_at))
    }

    /// When it ends, of one whose team comes to the homes of those who book: it bounds the hours
    /// between which the team is waited for.
    #[must_use]
    pub fn home_ends(&self) -> Option<Timestamp> {
        self.comes_home.then_some(self.ends_at)
    }

    /// Where it is, in a list: the hall, or where the homes are.
    #[must_use]
    pub fn place_words(&self, locale: Locale) -> String {
        match self.comes_home {
            true => say::place_homes(locale, &self.place, self.commune),
            false => say::place_and_commune(locale, &self.place, self.commune),
        }
    }
}

/// What is booked, in words, small letters.
#[must_use]
pub fn offering_words(offering: Offering, locale: Locale) -> &'static str {
    match offering {
        Offering::Chip => say::offering_chip(locale),
        Offering::Deworming => say::offering_deworming(locale),
        Offering::Sterilisation => say::offering_sterilisation(locale),
    }
}

/// A slot with its hour and what is free in it; where the team comes home, with the hours between
/// which it may be there, of an outreach that ends at `home_ends`.
#[must_use]
pub fn slot_words(slot: Slot, home_ends: Option<Timestamp>, zone: &Zone, locale: Locale) -> String {
    let hour = |at| format::hour(at, zone, locale);
    let starts = hour(slot.starts_at);
    let hours = match home_ends {
        Some(ends) => say::hours_from_to(locale, starts, hour(home_until(slot.starts_at, ends))),
        None => starts,
    };
    say::slot_with_free(locale, hours, say::places(locale, slot.capacity.into()))
}

/// When somebody is asked to come, or between which hours the team may be at their home.
#[must_use]
pub fn hour_words(
    at: Timestamp,
    home_until: Option<Timestamp>,
    zone: &Zone,
    locale: Locale,
) -> String {
    let Some(until) = home_until else { return moment_words(at, zone, locale) };
    let day = format::date_long(zone.local(at).0, locale);
    let hour = |at| format::hour(at, zone, locale);
    say::home_hours(locale, day, hour(at), hour(until))
}

/// A moment as `sábado 5 de diciembre de 2026, 09:30`.
#[must_use]
pub fn moment_words(at: Timestamp, zone: &Zone, locale: Locale) -> String {
    let day = format::date_long(zone.local(at).0, locale);
    say::day_and_hour(locale, day, format::hour(at, zone, locale))
}

/// How old, in words: whole years as years.
#[must_use]
pub fn age_words(months: u16, locale: Locale) -> String {
    if months >= 12 && months.is_multiple_of(12) {
        phrases::common::age_years(locale, u64::from(months / 12))
    } else {
        phrases::common::age_months(locale, u64::from(months))
    }
}

/// Which animals are taken for what is booked, a sentence each.
#[must_use]
pub fn eligibility_words(taken: &Eligibility, offering: Offering, locale: Locale) -> Vec<String> {
    let species = match taken.species {
        Some(Species::Dog) => say::taken_dogs(locale),
        Some(Species::Cat) => say::taken_cats(locale),
        None => say::taken_both(locale),
    };
    let youngest = age_words(taken.from_months, locale);
    let ages = match taken.to_months {
        Some(most) => say::taken_between(locale, youngest, age_words(most, locale)),
        None => say::taken_from(locale, youngest),
    };
    let mut words = vec![species.to_owned(), ages];
    if !taken.takes_flat_faced {
        let none = match offering {
            Offering::Sterilisation => say::taken_no_flat_faces(locale),
            Offering::Chip | Offering::Deworming => say::taken_no_flat_faces_here(locale),
        };
        words.push(none.to_owned());
    }
    words.push(say::taken_per_owner(locale, taken.per_owner.into()));
    words.push(say::taken_per_household(locale, taken.most_of_household().into()));
    words
}

/// What who is served first says of themselves; nothing where nobody is.
#[must_use]
pub const fn priority_words(priority: Priority, locale: Locale) -> Option<&'static str> {
    match priority {
        Priority::Both => Some(say::priority_label(locale)),
        Priority::Elderly => Some(say::priority_elderly(locale)),
        Priority::FarAway => Some(say::priority_far_away(locale)),
        Priority::Nobody => None,
    }
}

/// What everybody has to do and to bring who comes for this, or to whose home the team comes, a
/// sentence each: also where the coordination has said nothing.
#[must_use]
pub fn preparation(offering: Offering, comes_home: bool, locale: Locale) -> Vec<String> {
    let fasting = offering.needs_fasting().then(|| {
        let (hours, young) = (FASTING_HOURS, FASTING_HOURS_YOUNG);
        match comes_home {
            true => say::prepare_home_fasting(locale, hours, FASTING_YOUNG_MONTHS, young),
            false => say::prepare_fasting(locale, hours, FASTING_YOUNG_MONTHS, young),
        }
    });
    let (first, held) = match comes_home {
        true => (Some(say::prepare_home(locale)), say::prepare_home_keep(locale)),
        false => (None, say::prepare_carrier(locale)),
    };
    let first = first.map(str::to_owned).into_iter().chain(fasting);
    first.chain([held, say::prepare_papers(locale)].map(str::to_owned)).collect()
}

/// Over what is to be done before.
#[must_use]
pub const fn preparation_title(comes_home: bool, locale: Locale) -> &'static str {
    if comes_home { say::prepare_home_label(locale) } else { say::prepare_label(locale) }
}

/// Over what the coordination asks them to bring, or to have at hand at home.
#[must_use]
pub const fn bring_title(comes_home: bool, locale: Locale) -> &'static str {
    if comes_home { say::bring_home_label(locale) } else { say::bring_label(locale) }
}

/// Where an hour is kept: in the hall, or at the home of who booked.
#[must_use]
pub fn place_words(place: &str, commune: Commune, comes_home: bool, locale: Locale) -> String {
    if comes_home {
        return say::place_home(locale).to_owned();
    }
    say::place_and_commune(locale, place, commune)
}

#[cfg(test)]
mod tests {
    use super::asking::{FlatFace, Place};
    use super::*;
    use domain::booking::AnimalAsked;
    use domain::catalogue::Sex;
    use domain::chip_number::ChipNumber;
    use domain::name::PetName;

    fn announced() -> Announced {
        Announced {
            id: OutreachId(uuid::Uuid::nil()),
            name: "Villa El Salto".to_owned(),
            place: "Sicilia 1516".to_owned(),
            commune: Commune::ANTOFAGASTA,
            starts_at: Timestamp(0),
            ends_at: Timestamp(1),
            booking_opens_at: None,
            is_bookable: true,
            comes_home: false,
            is_under_way: false,
            priority: Priority::Nobody,
            bring: None,
            way: None,
            position: None,
            offered: Vec::new(),
        }
    }

    #[test]
    fn who_comes_for_a_surgery_is_always_told_to_fast() {
        for offering in Offering::ALL {
            let words = preparation(*offering, false, Locale::Es);
            let fasts = words.iter().any(|line| line.contains("8 horas"));
            assert_eq!(fasts, *offering == Offering::Sterilisation, "{words:?}");
            let all = words.join(" ");
            assert!(all.contains("correa") && all.contains("jaula"), "{all}");
            assert!(all.contains("carné"), "{all}");
        }
    }

    #[test]
    fn only_where_animals_are_operated_is_it_said_that_some_are_not() {
        for offering in Offering::ALL {
            let taken = Eligibility { takes_flat_faced: false, ..Eligibility::usual(*offering) };
            let all = eligibility_words(&taken, *offering, Locale::Es).join(" ");
            assert_eq!(all.contains("No se operan"), *offering == Offering::Sterilisation, "{all}");
            assert!(all.contains("cara chata"), "{all}");
            let taken = Eligibility { takes_flat_faced: true, ..taken };
            let all = eligibility_words(&taken, *offering, Locale::Es).join(" ");
            assert!(!all.contains("cara chata"), "{all}");
        }
    }

    #[test]
    fn a_flat_face_is_promised_a_chip_only_where_it_is_given_one() {
        let offered = |offering, takes_flat_faced| Offered {
            offering,
            free: 1,
            eligibility: Eligibility { takes_flat_faced, ..Eligibility::usual(offering) },
            waiting: 0,
            slots: Vec::new(),
        };
        let surgery = offered(Offering::Sterilisation, false);
        let pug = AnimalAsked {
            name: PetName::parse("Ñato").unwrap(),
            species: Species::Dog,
            sex: Sex::Male,
            age_months: Some(24),
            is_flat_faced: true,
            chip: None,
        };
        let chipped = ChipNumber::from_digits("985121004515220").ok();
        let told = |asked: &Offered, offered: Vec<Offered>, animal: &AnimalAsked| {
            let place = Place {
                outreach: Announced { offered, ..announced() },
                offered: asked.clone(),
                zone: Zone::default(),
            };
            place.flat_face(animal)
        };
        let chips = |takes| vec![offered(Offering::Chip, takes), surgery.clone()];
        assert_eq!(told(&surgery, chips(true), &pug), FlatFace::ChipThere);
        assert_eq!(told(&surgery, chips(false), &pug), FlatFace::NotOperated);
        assert_eq!(told(&surgery, vec![surgery.clone()], &pug), FlatFace::NotOperated);
        let chipped = AnimalAsked { chip: chipped, ..pug.clone() };
        assert_eq!(told(&surgery, chips(true), &chipped), FlatFace::NotOperated);
        let chip = offered(Offering::Chip, false);
        assert_eq!(told(&chip, chips(false), &pug), FlatFace::NotTaken);
    }

    #[test]
    fn to_whose_home_the_team_comes_is_not_told_to_go_anywhere() {
        for offering in Offering::ALL {
            let words = preparation(*offering, true, Locale::Es);
            assert!(words[0].contains("El equipo va a su casa"), "{words:?}");
            let fasts = words.iter().any(|line| line.contains("hasta que llegue el equipo"));
            assert_eq!(fasts, *offering == Offering::Sterilisation, "{words:?}");
            let all = words.join(" ");
            assert!(!all.contains("salir de casa") && !all.contains("transportadora"), "{all}");
            assert!(all.contains("dentro de la casa") && all.contains("carné"), "{all}");
        }
        let commune = Commune::parse("02101").unwrap();
        assert_eq!(place_words("Sede", commune, true, Locale::Es), "En su casa");
        assert_eq!(place_words("Sede", commune, false, Locale::Es), "Sede, Antofagasta");
    }

    #[test]
    fn whose_home_is_visited_reads_between_which_hours() {
        let zone: Zone = serde_json::from_str(r#"[{"at":0,"offset_minutes":-180}]"#).unwrap();
        // Saturday 5 December 2026, 10:00.
        let at = Timestamp(1_796_475_600_000);
        let ends = at.plus_ms(45 * 60_000);
        let slot = Slot { starts_at: at, capacity: 2 };
        let words = |home_ends| slot_words(slot, home_ends, &zone, Locale::Es);
        assert_eq!(words(None), "10:00 · 2 cupos");
        assert_eq!(words(Some(ends)), "10:00 a 10:45 · 2 cupos");
        let words = |until| hour_words(at, until, &zone, Locale::Es);
        assert_eq!(words(None), "sábado 5 de diciembre de 2026, 10:00");
        let between = "sábado 5 de diciembre de 2026, entre las 10:00 y las 10:45";
        assert_eq!(words(Some(ends)), between);
    }

    #[test]
    fn the_two_hours_of_a_night_in_april_do_not_look_alike() {
        let zone = r#"[{"at":0,"offset_minutes":-180},{"at":1775358000000,"offset_minutes":-240}]"#;
        let zone: Zone = serde_json::from_str(zone).unwrap();
        let first = Timestamp(1_775_358_000_000 - 30 * 60_000);
        let second = first.plus_ms(60 * 60_000);
        let slot = |starts_at| slot_words(Slot { starts_at, capacity: 2 }, None, &zone, Locale::Es);
        assert_eq!(slot(first), "23:30 (antes del cambio de hora) · 2 cupos");
        assert_eq!(slot(second), "23:30 (después del cambio de hora) · 2 cupos");
        let (one, other) = (
            hour_words(first, Some(second), &zone, Locale::Es),
            moment_words(second, &zone, Locale::Es),
        );
        assert!(one.ends_with("23:30 (después del cambio de hora)"), "{one}");
        assert!(one.contains("las 23:30 (antes del cambio de hora) y"), "{one}");
        assert!(other.ends_with("23:30 (después del cambio de hora)"), "{other}");
    }
}
