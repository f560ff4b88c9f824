//! Animals and their chips.

use uuid::Uuid;

/// An animal, as stored: `details` is the whole of `domain::animal::AnimalDetails` as JSON.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AnimalRow {
    /// The animal.
    pub id: Uuid,
    /// Whose it is.
    pub owner_id: Uuid,
    /// Code of the species.
    pub species: String,
    /// Code of the sex.
    pub sex: String,
    /// Its name, lower case and without accents.
    pub search_key: String,
    /// Its chip: fifteen digits, on no other animal.
    pub chip: Option<String>,
    /// Code of the vital state.
    pub vital_state: String,
    /// Since when, ISO.
    pub vital_since: Option<String>,
    /// Code of the state of its request in the RNM.
    pub rnm_state: String,
    /// The number the RNM gave it.
    pub rnm_number: Option<String>,
    /// Why the municipality observed or rejected it.
    pub rnm_reason: Option<String>,
    /// When the RNM state last changed.
    pub rnm_changed_at: i64,
    /// Everything, as JSON.
    pub details: String,
    /// Who recorded the present data.
    pub recorded_by: Option<Uuid>,
    /// On which local day, ISO.
    pub recorded_on: String,
    /// When it was registered.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// The animal that stands for it, if it was merged.
    pub merged_into: Option<Uuid>,
    /// The animal it was put to; another one when that was merged on.
    pub merged_to: Option<Uuid>,
    /// What it says itself where it stands for others (`domain::standing::Standing`), as JSON.
    pub own_state: Option<String>,
}

/// An animal that was merged into another, as far as the other inherits from it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MergedAnimalRow {
    /// The merged animal.
    pub id: Uuid,
    /// The kept one.
    pub merged_into: Uuid,
    /// Its chip.
    pub chip: Option<String>,
}

vocabulary! {
    /// Adds animals that were never merged.
    insert_animals = animal::insert(animals: &[AnimalRow]) -> ();
    /// Writes an animal over; who registered it and when stay.
    update_animal = animal::update(animal: &AnimalRow) -> ();
    /// Takes the chip off an animal.
    release_chip = animal::release_chip(id: Uuid) -> ();
    /// One animal, merged or not.
    animal = animal::find(id: Uuid) -> Option<AnimalRow>;
    /// These animals, merged or not, in no order.
    animals_with_ids = animal::with_ids(ids: &[Uuid]) -> Vec<AnimalRow>;
    /// The animal that carries a chip.
    animal_by_chip = animal::by_chip(chip: &str) -> Option<AnimalRow>;
    /// The chips of all animals, merged or not, in their order: those after one.
    chips_after = animal::chips_after(last: &str, limit: i64) -> Vec<String>;
    /// The animals of some owners, merged ones apart.
    animals_of = animal::of(owners: &[Uuid]) -> Vec<AnimalRow>;
    /// Animals that one stands for, through however many merges.
    animals_merged_into = animal::merged_into(id: Uuid) -> Vec<AnimalRow>;
    /// The animals that were merged into any of these, with their chips.
    merged_chips = animal::merged_chips(kept: &[Uuid]) -> Vec<MergedAnimalRow>;
    /// Animals in one RNM state and some vital states, oldest change first, from an offset.
    animals_in_rnm_state = animal::in_rnm_state(states: (&str, &[&str]), limit: i64, offset: i64)
        -> Vec<AnimalRow>;
    /// How many animals are in each RNM state, and in which vital state.
    count_rnm_states = animal::count_rnm_states() -> Vec<(String, String, i64)>;
    /// How many animals there are, merged ones apart.
    count_animals = animal::count() -> i64;
}
