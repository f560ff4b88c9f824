//! Animals: registered, corrected, merged and unmerged, moved to another owner, lost, found, dead.

use super::{Context, Recorded, correction};
use crate::animal::AnimalDetails;
use crate::catalogue::VitalState;
use crate::field_error::{Field, FieldError, Problem};
use crate::id::{AnimalId, OwnerId};
use crate::refusal::Refusal;
use crate::role::{Caller, UseCase, allows};
use crate::timestamp::CivilDate;

/// The parts of a record that contradict one another or the calendar.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that cannot be taken.
pub fn consistent(details: &AnimalDetails, today: CivilDate) -> Result<(), Refusal> {
    unless_any(faults(details, today).collect())
}

fn unless_any(fields: Vec<FieldError>) -> Result<(), Refusal> {
    if fields.is_empty() { Ok(()) } else { Err(Refusal::Invalid { fields }) }
}

fn faults(details: &AnimalDetails, today: CivilDate) -> impl Iterator<Item = FieldError> {
    let species = details.species;
    let in_future = |date: CivilDate| date > today;
    let problems = [
        (
            details.breed.as_ref().is_some_and(|breed| !breed.suits(species)),
            Field::Breed,
            Problem::WrongSpecies,
        ),
        (
            !details.reproductive_state.suits(details.sex),
            Field::ReproductiveState,
            Problem::Differs,
        ),
        (
            details.birth.is_some_and(|birth| in_future(birth.on)),
            Field::BirthDate,
            Problem::InFuture,
        ),
        (
            details.birth.is_some_and(|birth| birth.on.years_until(today) > MAX_AGE_YEARS),
            Field::BirthDate,
            Problem::TooLongAgo,
        ),
        (details.acquired_on.is_some_and(in_future), Field::Date, Problem::InFuture),
    ];
    let wrong = problems.into_iter().filter(|(is_wrong, ..)| *is_wrong);
    wrong.map(|(_, field, problem)| FieldError::new(field, problem))
}

/// No dog or cat is known to have lived longer; an older one is a slip of the pen.
pub(super) const MAX_AGE_YEARS: i32 = 40;

/// What bears on registering an animal.
#[derive(Clone, Copy, Debug)]
pub struct NewAnimalFacts {
    /// The identifier is in use already.
    pub id_taken: bool,
    /// The owner is eighteen or older.
    pub owner_is_adult: bool,
}

/// Whether an animal may be registered.
///
/// # Errors
/// [`Refusal::IdentifierTaken`]; those of [`consistent`]; [`Refusal::AdultKeeperNeeded`] for a dog
/// of a dangerous breed whose keeper is a minor (Ley 21.020 art. 6 and its Reglamento).
pub fn register(
    context: &Context,
    details: &AnimalDetails,
    facts: NewAnimalFacts,
) -> Result<(), Refusal> {
    if facts.id_taken {
        return Err(Refusal::IdentifierTaken);
    }
    adult_keeper(details, facts.owner_is_adult)?;
    consistent(details, context.recorded_on)
}

fn adult_keeper(details: &AnimalDetails, owner_is_adult: bool) -> Result<(), Refusal> {
    if details.is_dangerous() && !owner_is_adult { Err(Refusal::AdultKeeperNeeded) } else { Ok(()) }
}

/// Whether an animal's data may be replaced by others.
///
/// # Errors
/// Those of [`correction`] and [`register`].
pub fn correct(
    context: &Context,
    details: &AnimalDetails,
    recorded: Recorded,
    owner_is_adult: bool,
) -> Result<(), Refusal> {
    correction(context, recorded)?;
    adult_keeper(details, owner_is_adult)?;
    consistent(details, context.recorded_on)
}

/// Whether what was missing of an animal may be said: by who may register one there, of whichever
/// animal is on the table, for nothing that somebody else has said is changed by it
/// ([`crate::rnm::completed`]). `details` are what `known` comes to by it. It comes with the
/// services of a visit, which are not to fail over what was wrong before: only what it adds is
/// weighed.
///
/// # Errors
/// [`Refusal::NotYourRecord`] away from an outreach, but to who may correct anything; those of
/// [`register`].
pub fn complete(
    context: &Context,
    (known, details): (&AnimalDetails, &AnimalDetails),
    owner_is_adult: bool,
) -> Result<(), Refusal> {
    if context.outreach.is_none() && !allows(context.caller, UseCase::CorrectAny) {
        return Err(Refusal::NotYourRecord);
    }
    if !known.is_dangerous() {
        adult_keeper(details, owner_is_adult)?;
    }
    let before: Vec<_> = faults(known, context.recorded_on).collect();
    let added = faults(details, context.recorded_on).filter(|fault| !before.contains(fault));
    unless_any(added.collect())
}

/// One of two animals to be merged.
#[derive(Clone, Copy, Debug)]
pub struct MergeSide<'a> {
    /// Which.
    pub id: AnimalId,
    /// What is known.
    pub details: &'a AnimalDetails,
    /// It carries a chip.
    pub has_chip: bool,
    /// It is an alias already.
    pub is_merged: bool,
}

/// Whether two records may become one animal.
///
/// # Errors
/// [`Refusal::MergeWithItself`], [`Refusal::AlreadyMerged`], [`Refusal::MergeDiffers`] (species or
/// sex), [`Refusal::AnimalHasOtherChip`] when both carry one.
pub fn merge(kept: MergeSide<'_>, merged: MergeSide<'_>) -> Result<(), Refusal> {
    let same_kind = |a: &AnimalDetails, b: &AnimalDetails| a.species == b.species && a.sex == b.sex;
    if kept.id == merged.id {
        Err(Refusal::MergeWithItself)
    } else if kept.is_merged || merged.is_merged {
        Err(Refusal::AlreadyMerged)
    } else if !same_kind(kept.details, merged.details) {
        Err(Refusal::MergeDiffers)
    } else if kept.has_chip && merged.has_chip {
        Err(Refusal::AnimalHasOtherChip)
    } else {
        Ok(())
    }
}

/// Whether an animal stands alone again: `into` is the record that it was merged into.
///
/// # Errors
/// [`Refusal::NotMerged`].
pub fn unmerge(into: Option<AnimalId>) -> Result<AnimalId, Refusal> {
    into.ok_or(Refusal::NotMerged)
}

/// Whether an animal may move to another owner; answers its vital state from then on. One that had
/// gone to somebody whom the register did not know is with somebody it knows, and lives there.
///
/// # Errors
/// [`Refusal::NotInThisState`] for a dead one, [`Refusal::SameOwner`],
/// [`Refusal::AdultKeeperNeeded`].
pub fn transfer(
    details: &AnimalDetails,
    state: VitalState,
    from: OwnerId,
    to: (OwnerId, bool),
) -> Result<VitalState, Refusal> {
    let (to, is_adult) = to;
    if state == VitalState::Deceased {
        return Err(Refusal::NotInThisState { state });
    }
    if from == to {
        return Err(Refusal::SameOwner);
    }
    adult_keeper(details, is_adult)?;
    Ok(if state == VitalState::Transferred { VitalState::Alive } else { state })
}

/// A change of an animal's vital state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VitalChange {
    /// What it was.
    pub from: VitalState,
    /// What it is now.
    pub to: VitalState,
    /// Since when, as the owner says.
    pub since: CivilDate,
    /// It was served at the outreach where this is recorded.
    pub served_here: bool,
}

/// Whether an animal's vital state may change: lost and found again; dead. A death, and that the
/// animal went to somebody whom the register does not know (`Transferred`; a new owner who is in
/// the register gets it by a transfer), are undone only as a correction, by whoever may correct
/// anything. At an outreach only an animal that was served there is recorded as dead; its owner,
/// and a coordinator, may say it of any.
///
/// # Errors
/// [`Refusal::NotInThisState`] for no change, for a state that only a correction leaves or enters;
/// [`Refusal::NotYourRecord`] for a death elsewhere; [`Refusal::Invalid`] for a day that has not
/// come.
pub fn set_vital_state(
    caller: Caller,
    change: VitalChange,
    today: CivilDate,
) -> Result<(), Refusal> {
    use VitalState::{Deceased, Transferred};
    let VitalChange { from, to, since, served_here } = change;
    let corrects = allows(caller, UseCase::CorrectAny);
    let is_final = matches!(from, Deceased | Transferred) || to == Transferred;
    let speaks_for_it = corrects || served_here || caller == Caller::Owner;
    if from == to || (is_final && !corrects) {
        Err(Refusal::NotInThisState { state: from })
    } else if to == Deceased && !speaks_for_it {
        Err(Refusal::NotYourRecord)
    } else if since > today {
        Err(Refusal::field(FieldError::new(Field::Date, Problem::InFuture)))
    } else {
        Ok(())
    }
}
