//! Closed lists: every enumeration of the national registry's form, of the programmes and of the
//! field work, each value with a stable snake_case code.
//!
//! The codes are what is stored and sent; they never change. The words a person sees live in the
//! `phrases` crate, keyed by these codes; only names of breeds and products, which are data and
//! not sentences, are kept here.
//!
//! Sources: obtaining, reason for keeping, pattern and colour follow two public applications that
//! appear to have copied the form of the Registro Nacional de Mascotas (RNM), and were not checked
//! against the RNM itself; what stands in Ley 21.020 or its Reglamento (Decreto 1007) says so.

pub mod breed;
pub mod coat;
pub(crate) mod communes;
pub mod product;

/// Makes an enumeration whose values have a stable code: `code()`, `from_code()`, `ALL`, `Display`
/// and serde as that code.
macro_rules! coded {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $code:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
        pub enum $name {
            $( $(#[$variant_meta])* #[serde(rename = $code)] $variant, )+
        }

        impl $name {
            /// Every value, in the order a list shows them.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The stable code, as stored and sent.
            pub const fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            /// The value of a code; `None` when there is none.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $( $code => Some(Self::$variant), )+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// Species the programmes and the RNM know (Ley 21.020 art. 10: dogs and cats).
    pub enum Species {
        /// PERRO.
        Dog = "dog",
        /// GATO.
        Cat = "cat",
    }
}

coded! {
    /// Sex of an animal.
    pub enum Sex {
        /// MACHO.
        Male = "male",
        /// HEMBRA.
        Female = "female",
    }
}

coded! {
    /// Reproductive state. The RNM asks only whether the animal is sterilised; the finer states
    /// are for the clinical side and all mean *no* there.
    pub enum ReproductiveState {
        /// ENTERO: able to reproduce.
        Intact = "intact",
        /// ESTERILIZADO.
        Sterilised = "sterilised",
        /// EN GESTACIÓN.
        Pregnant = "pregnant",
        /// LACTANCIA.
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
    /// How the animal was obtained (RNM: modo de obtención).
    pub enum Acquisition {
        /// COMPRA.
        Purchase = "purchase",
        /// REGALO.
        Gift = "gift",
        /// NACIDO EN CASA.
        BornAtHome = "born_at_home",
        /// ADOPCIÓN O REUBICACIÓN.
        Adoption = "adoption",
        /// RECOGIDO.
        PickedUp = "picked_up",
    }
}

coded! {
    /// Why the animal is kept (RNM: razón de tenencia).
    pub enum KeepingReason {
        /// COMPAÑÍA.
        Companion = "companion",
        /// ASISTENCIA.
        Assistance = "assistance",
        /// CAZA.
        Hunting = "hunting",
        /// DEPORTE.
        Sport = "sport",
        /// EXPOSICIÓN.
        Show = "show",
        /// REPRODUCCIÓN.
        Breeding = "breeding",
        /// SEGURIDAD.
        Guard = "guard",
        /// TERAPIA.
        Therapy = "therapy",
        /// TRABAJO.
        Work = "work",
        /// OTRO.
        Other = "other",
    }
}

coded! {
    /// Pattern of the coat (RNM: patrón).
    pub enum Pattern {
        /// NINGUNO.
        None = "none",
        /// BANDAS O FRANJAS.
        Bands = "bands",
        /// JASPEADO: brindle, ticked.
        Brindle = "brindle",
        /// MANCHAS O PARCHES.
        Patches = "patches",
        /// PUNTAS DE OTRO COLOR.
        Points = "points",
        /// RAYAS, ATIGRADO.
        Tabby = "tabby",
        /// SOMBREADO, LEONADO.
        Shaded = "shaded",
        /// NO SE SEÑALA.
        NotStated = "not_stated",
    }
}

coded! {
    /// Who put or checked the chip (tick-boxes MV / TV of the official comprobante).
    pub enum ProfessionalKind {
        /// MÉDICO VETERINARIO.
        Veterinarian = "veterinarian",
        /// TÉCNICO VETERINARIO.
        Technician = "technician",
    }
}

coded! {
    /// What was done about the chip (tick-boxes of the official comprobante). A verification uses
    /// no chip of the stock and does not count towards a programme's chips.
    pub enum Procedure {
        /// IMPLANTACIÓN.
        Implantation = "implantation",
        /// VERIFICACIÓN: the animal already had a chip.
        Verification = "verification",
    }
}

coded! {
    /// How an animal is identified (Decreto 1007 art. 6 permits a permanent external device).
    pub enum IdentificationKind {
        /// MICROCHIP: fifteen digits.
        Microchip = "microchip",
        /// EXTERNO: six letters and digits given by the RNM.
        External = "external",
    }
}

coded! {
    /// Where the animal is in life, as the register keeps it.
    pub enum VitalState {
        /// VIVO, with its owner.
        Alive = "alive",
        /// PERDIDO.
        Lost = "lost",
        /// FALLECIDO.
        Deceased = "deceased",
        /// TRANSFERIDO to somebody outside this register.
        Transferred = "transferred",
    }
}

coded! {
    /// Size of an adult animal.
    pub enum Size {
        /// PEQUEÑO: under 10 kg.
        Small = "small",
        /// MEDIANO: 10 to 25 kg.
        Medium = "medium",
        /// GRANDE: over 25 kg.
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
        /// JUNTA DE VECINOS.
        NeighbourhoodCouncil = "neighbourhood_council",
        /// UNIÓN COMUNAL.
        CommunalUnion = "communal_union",
        /// CENTRO DE MADRES.
        MothersCentre = "mothers_centre",
        /// CLUB DE ADULTO MAYOR.
        SeniorsClub = "seniors_club",
        /// CLUB DEPORTIVO.
        SportsClub = "sports_club",
        /// AGRUPACIÓN ANIMALISTA.
        AnimalWelfareGroup = "animal_welfare_group",
        /// COMITÉ DE VIVIENDA.
        HousingCommittee = "housing_committee",
        /// COMITÉ DE ADELANTO.
        ImprovementCommittee = "improvement_committee",
        /// CAMPAMENTO.
        InformalSettlement = "informal_settlement",
        /// OTRA.
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
        /// Declaración simple, which may be signed with a finger.
        SimpleDeclaration = "simple_declaration",
        /// Declaración jurada, before a notary.
        SwornDeclaration = "sworn_declaration",
        /// Boleta or factura of a purchase.
        Receipt = "receipt",
        /// Transferencia de animal de compañía.
        TransferForm = "transfer_form",
        /// Contract or act of adoption.
        AdoptionRecord = "adoption_record",
        /// Pedigree.
        Pedigree = "pedigree",
    }
}

coded! {
    /// Phase of the plan Paso a Paso at an event's date (2020 names; phase 1 became Restricción,
    /// without quarantine, on 1 October 2021). A snapshot: no rule hangs on it.
    pub enum SanitaryPhase {
        /// Phase 1, CUARENTENA.
        Quarantine = "quarantine",
        /// Phase 2, TRANSICIÓN.
        Transition = "transition",
        /// Phase 3, PREPARACIÓN.
        Preparation = "preparation",
        /// Phase 4, APERTURA INICIAL.
        InitialOpening = "initial_opening",
        /// Phase 5, APERTURA AVANZADA.
        AdvancedOpening = "advanced_opening",
    }
}

coded! {
    /// How a sterilisation ended. Only the performed ones count towards a programme.
    pub enum SterilisationOutcome {
        /// REALIZADA.
        Performed = "performed",
        /// RECHAZADA: found unfit before it began.
        Rejected = "rejected",
        /// SUSPENDIDA: stopped or put off.
        Suspended = "suspended",
        /// COMPLICACIÓN: performed, with a complication.
        Complication = "complication",
        /// FALLECIDO: the animal died.
        Deceased = "deceased",
    }
}

impl SterilisationOutcome {
    /// Whether the operation was completed on an animal that lives, so that it counts towards a
    /// quota and is certified.
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
        /// INTERNA.
        Internal = "internal",
        /// EXTERNA.
        External = "external",
    }
}
