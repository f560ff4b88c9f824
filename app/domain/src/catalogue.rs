//! Closed lists: every enumeration of the national registry's form, of the programmes and of the
//! field work, each value with a stable snake_case code.
//!
//! The codes are what is stored and sent; they never change. The words a person sees live in the
//! `phrases` crate, keyed by these codes; only names that are data, as of breeds, are kept here.
//!
//! Sources: obtaining, reason for keeping, pattern and colour follow two public applications that
//! appear to have copied the form of the Registro Nacional de Mascotas (RNM), and were not checked
//! against the RNM itself; what stands in Ley 21.020 or its Reglamento (Decreto 1007) says so.

pub mod breed;
pub mod coat;
pub(crate) mod codes;
pub(crate) mod communes;
pub mod product;
pub mod unit_columns;

pub(crate) use codes::coded;

coded! {
    /// Species the programmes and the RNM know (Ley 21.020 art. 10: dogs and cats).
    pub enum Species {
        /// Dog.
        Dog = "dog",
        /// Cat.
        Cat = "cat",
    }
}

coded! {
    /// Sex of an animal.
    pub enum Sex {
        /// Male.
        Male = "male",
        /// Female.
        Female = "female",
    }
}

coded! {
    /// Reproductive state. The RNM asks only whether the animal is sterilised; the finer states
    /// are for the clinical side and all mean *no* there.
    pub enum ReproductiveState {
        /// Able to reproduce.
        Intact = "intact",
        /// Sterilised.
        Sterilised = "sterilised",
        /// Carrying young (RNM: not sterilised).
        Pregnant = "pregnant",
        /// Nursing.
        Nursing = "nursing",
    }
}

impl ReproductiveState {
    /// The RNM's yes or no.
    pub const fn is_sterilised(self) -> bool {
        matches!(self, Self::Sterilised)
    }

    /// Whether the state can hold for an animal of this sex: males neither carry nor nurse.
    pub const fn suits(self, sex: Sex) -> bool {
        !matches!((self, sex), (Self::Pregnant | Self::Nursing, Sex::Male))
    }
}

coded! {
    /// Who qualified a single dog as potentially dangerous, whatever its breed (Decreto 1007,
    /// Reglamento of Ley 21.020).
    pub enum DangerQualification {
        /// The regional health authority (*SEREMI de Salud*).
        HealthAuthority = "health_authority",
        /// A judge (*juez de policía local*).
        Judge = "judge",
    }
}

coded! {
    /// How the animal was obtained.
    pub enum Acquisition {
        /// Bought.
        Purchase = "purchase",
        /// Given.
        Gift = "gift",
        /// Born at home.
        BornAtHome = "born_at_home",
        /// Adopted or rehomed.
        Adoption = "adoption",
        /// Picked up in the street.
        PickedUp = "picked_up",
    }
}

coded! {
    /// Why the animal is kept.
    pub enum KeepingReason {
        /// As a companion.
        Companion = "companion",
        /// Assistance.
        Assistance = "assistance",
        /// Hunting.
        Hunting = "hunting",
        /// Sport.
        Sport = "sport",
        /// For shows.
        Show = "show",
        /// For breeding.
        Breeding = "breeding",
        /// Guarding.
        Guard = "guard",
        /// Therapy.
        Therapy = "therapy",
        /// Work.
        Work = "work",
        /// Other.
        Other = "other",
    }
}

coded! {
    /// Pattern of the coat.
    pub enum Pattern {
        /// None.
        None = "none",
        /// Bands.
        Bands = "bands",
        /// Brindle, ticked.
        Brindle = "brindle",
        /// Patches.
        Patches = "patches",
        /// Points of another colour.
        Points = "points",
        /// Stripes, tabby.
        Tabby = "tabby",
        /// Shaded, fawn.
        Shaded = "shaded",
        /// Not stated.
        NotStated = "not_stated",
    }
}

coded! {
    /// Who put or checked the chip (tick-boxes MV / TV of the official comprobante).
    pub enum ProfessionalKind {
        /// Veterinarian (MV).
        Veterinarian = "veterinarian",
        /// Veterinary technician (TV).
        Technician = "technician",
    }
}

coded! {
    /// What was done about the chip (tick-boxes of the official comprobante). A verification uses
    /// no chip of the stock and does not count towards a programme's chips.
    pub enum Procedure {
        /// A new chip was put in.
        Implantation = "implantation",
        /// The animal already had a chip, which was read.
        Verification = "verification",
    }
}

coded! {
    /// How an animal is identified (Decreto 1007 art. 6 permits a permanent external device).
    pub enum IdentificationKind {
        /// A microchip: fifteen digits.
        Microchip = "microchip",
        /// A device outside the body: six letters and digits given by the RNM.
        External = "external",
    }
}

coded! {
    /// Where the animal is in life, as the register keeps it.
    pub enum VitalState {
        /// Alive, with its owner.
        Alive = "alive",
        /// Lost.
        Lost = "lost",
        /// Dead.
        Deceased = "deceased",
        /// Handed over to somebody outside this register.
        Transferred = "transferred",
    }
}

coded! {
    /// Size of an adult animal.
    pub enum Size {
        /// Under 10 kg.
        Small = "small",
        /// 10 to 25 kg.
        Medium = "medium",
        /// Over 25 kg.
        Large = "large",
    }
}

impl Size {
    /// The size a weight means for an adult animal.
    pub fn of(weight: crate::weight::Weight) -> Self {
        match weight.grams() {
            ..10_000 => Self::Small,
            10_000..=25_000 => Self::Medium,
            _ => Self::Large,
        }
    }
}

coded! {
    /// Kinds of host organisation.
    pub enum OrganisationKind {
        /// Council of neighbours.
        NeighbourhoodCouncil = "neighbourhood_council",
        /// Union of the councils of a commune.
        CommunalUnion = "communal_union",
        /// Mothers' centre.
        MothersCentre = "mothers_centre",
        /// Club of older people.
        SeniorsClub = "seniors_club",
        /// Sports club.
        SportsClub = "sports_club",
        /// Group for the welfare of animals.
        AnimalWelfareGroup = "animal_welfare_group",
        /// Housing committee.
        HousingCommittee = "housing_committee",
        /// Committee for improvements.
        ImprovementCommittee = "improvement_committee",
        /// Informal settlement.
        InformalSettlement = "informal_settlement",
        /// Another.
        Other = "other",
    }
}

coded! {
    /// Where the chip sits; the manufacturer says which.
    pub enum ImplantSite {
        /// Left side of the neck, at its middle.
        LeftNeck = "left_neck",
        /// Between the shoulder blades (cruz).
        BetweenScapulae = "between_scapulae",
        /// Somewhere else, where a reader found it.
        Elsewhere = "elsewhere",
    }
}

coded! {
    /// What shows that somebody holds the animal (asked for at the registration in the RNM).
    pub enum HoldingProof {
        /// A simple declaration, which may be signed with a finger.
        SimpleDeclaration = "simple_declaration",
        /// A sworn declaration, before a notary.
        SwornDeclaration = "sworn_declaration",
        /// Boleta or factura of a purchase.
        Receipt = "receipt",
        /// The form by which an animal changes hands.
        TransferForm = "transfer_form",
        /// Contract or act of adoption.
        AdoptionRecord = "adoption_record",
        /// Pedigree.
        Pedigree = "pedigree",
    }
}

coded! {
    /// Phase of the plan Paso a Paso at an event's date (2020 names; phase 1 became a restriction,
    /// without quarantine, on 1 October 2021). A snapshot: no rule hangs on it.
    pub enum SanitaryPhase {
        /// Phase 1, quarantine.
        Quarantine = "quarantine",
        /// Phase 2, transition.
        Transition = "transition",
        /// Phase 3, preparation.
        Preparation = "preparation",
        /// Phase 4, initial opening.
        InitialOpening = "initial_opening",
        /// Phase 5, advanced opening.
        AdvancedOpening = "advanced_opening",
    }
}

coded! {
    /// How a sterilisation ended. Only the performed ones count towards a programme.
    pub enum SterilisationOutcome {
        /// Performed.
        Performed = "performed",
        /// Found unfit before it began.
        Rejected = "rejected",
        /// Stopped or put off.
        Suspended = "suspended",
        /// Performed, with a complication.
        Complication = "complication",
        /// The animal died.
        Deceased = "deceased",
    }
}

impl SterilisationOutcome {
    /// Whether something was done to the animal, so that its owner must have agreed.
    pub const fn needs_consent(self) -> bool {
        !matches!(self, Self::Rejected)
    }

    /// Whether it was completed on an animal that lives: it counts and is certified.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Performed | Self::Complication)
    }
}

coded! {
    /// What an education session is about.
    pub enum EducationTopic {
        /// Tenencia responsable and Ley 21.020.
        ResponsibleOwnership = "responsible_ownership",
        /// Identification and the national registry.
        Identification = "identification",
        /// Sterilisation.
        Sterilisation = "sterilisation",
        /// Parasites and diseases shared with people.
        Zoonoses = "zoonoses",
        /// Vaccines and sanitary control.
        PreventiveCare = "preventive_care",
        /// Welfare, behaviour and the prevention of bites.
        WelfareAndBehaviour = "welfare_and_behaviour",
        /// Dogs of potentially dangerous breeds.
        DangerousBreeds = "dangerous_breeds",
        /// Another subject.
        Other = "other",
    }
}

coded! {
    /// Internal or external; each application counts as one.
    pub enum DewormingKind {
        /// Against worms.
        Internal = "internal",
        /// Against fleas and ticks.
        External = "external",
    }
}

#[cfg(test)]
mod tests;
