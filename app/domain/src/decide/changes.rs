//! What a person's form changes who had filled it in before: where it says what it said then, the
//! register keeps what others have said meanwhile.

use crate::animal::AnimalDetails;
use crate::owner::OwnerDetails;

fn changed<T: Clone + PartialEq>(known: T, before: &T, said: &T) -> T {
    if before == said { known } else { said.clone() }
}

/// An animal with what `said` says otherwise than `before`, the same person's form of before. A
/// proof of holding and the signature under it are one word.
#[must_use]
pub fn of_animal(
    known: &AnimalDetails,
    before: &AnimalDetails,
    said: &AnimalDetails,
) -> AnimalDetails {
    let known = known.clone();
    let proof = |of: &AnimalDetails| (of.holding_proof, of.declaration.clone());
    let (holding_proof, declaration) = changed(proof(&known), &proof(before), &proof(said));
    AnimalDetails {
        name: changed(known.name, &before.name, &said.name),
        species: changed(known.species, &before.species, &said.species),
        sex: changed(known.sex, &before.sex, &said.sex),
        reproductive_state: changed(
            known.reproductive_state,
            &before.reproductive_state,
            &said.reproductive_state,
        ),
        breed: changed(known.breed, &before.breed, &said.breed),
        coat: changed(known.coat, &before.coat, &said.coat),
        pattern: changed(known.pattern, &before.pattern, &said.pattern),
        birth: changed(known.birth, &before.birth, &said.birth),
        acquisition: changed(known.acquisition, &before.acquisition, &said.acquisition),
        acquired_on: changed(known.acquired_on, &before.acquired_on, &said.acquired_on),
        keeping_reason: changed(known.keeping_reason, &before.keeping_reason, &said.keeping_reason),
        holding_proof,
        qualified_dangerous: changed(
            known.qualified_dangerous,
            &before.qualified_dangerous,
            &said.qualified_dangerous,
        ),
        declaration,
    }
}

/// An owner with what `said` says otherwise than `before`, the same person's form of before. Where
/// somebody lives is one word. A consent that was withdrawn meanwhile stays so.
#[must_use]
pub fn of_owner(known: &OwnerDetails, before: &OwnerDetails, said: &OwnerDetails) -> OwnerDetails {
    let known = known.clone();
    let home = |of: &OwnerDetails| (of.commune, of.unit, of.elsewhere.clone());
    let (commune, unit, elsewhere) = changed(home(&known), &home(before), &home(said));
    OwnerDetails {
        document: changed(known.document, &before.document, &said.document),
        name: changed(known.name, &before.name, &said.name),
        phone: changed(known.phone, &before.phone, &said.phone),
        email: changed(known.email, &before.email, &said.email),
        address: changed(known.address, &before.address, &said.address),
        commune,
        unit,
        elsewhere,
        is_adult: changed(known.is_adult, &before.is_adult, &said.is_adult),
        no_disqualification: changed(
            known.no_disqualification,
            &before.no_disqualification,
            &said.no_disqualification,
        ),
        consents_to_photos: changed(
            known.consents_to_photos,
            &before.consents_to_photos,
            &said.consents_to_photos,
        ),
        consents_to_news: changed(
            known.consents_to_news,
            &before.consents_to_news,
            &said.consents_to_news,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{
        DangerQualification, HoldingProof, Pattern, ReproductiveState, Sex, Species,
    };
    use crate::identity::IdentityDocument;
    use crate::name::{PersonName, PetName, ShortText};
    use crate::territory::Commune;

    fn dog(name: &str) -> AnimalDetails {
        let name = PetName::parse(name).unwrap();
        AnimalDetails::least(name, Species::Dog, Sex::Male, ReproductiveState::Intact)
    }

    fn person(given: &str) -> OwnerDetails {
        let document = IdentityDocument::parse_run("12.345.678-5").unwrap();
        OwnerDetails::adult(document, PersonName::parse(given, "Soto").unwrap())
    }

    #[test]
    fn a_form_changes_of_an_animal_what_it_says_anew_and_nothing_else() {
        let known = AnimalDetails {
            qualified_dangerous: DangerQualification::ALL.first().copied(),
            reproductive_state: ReproductiveState::Sterilised,
            pattern: Some(Pattern::Bands),
            ..dog("Ñato")
        };
        let said = AnimalDetails { sex: Sex::Female, ..dog("Ñata") };
        let after = of_animal(&known, &dog("Ñato"), &said);
        let expected = AnimalDetails { sex: Sex::Female, name: said.name.clone(), ..known.clone() };
        assert_eq!(after, expected);
        assert_eq!(of_animal(&after, &said, &dog("Ñato")), known, "what it had said it takes back");
        let declared = AnimalDetails {
            holding_proof: Some(HoldingProof::SimpleDeclaration),
            declaration: crate::animal::Drawing::parse("M1 1L2 2").ok(),
            ..dog("Ñato")
        };
        assert_eq!(of_animal(&declared, &dog("Ñato"), &dog("Ñato")), declared);
        assert_eq!(of_animal(&dog("Ñato"), &dog("Ñato"), &declared), declared);
    }

    #[test]
    fn a_form_gives_no_consent_again_and_no_home_back() {
        let consenting = OwnerDetails {
            consents_to_photos: true,
            consents_to_news: true,
            commune: Some(Commune::ANTOFAGASTA),
            ..person("Ana")
        };
        let known = OwnerDetails {
            elsewhere: ShortText::parse("La Serena, Coquimbo").ok(),
            ..person("Ana")
        };
        let said = OwnerDetails { name: person("Eva").name, ..consenting.clone() };
        assert_eq!(
            of_owner(&known, &consenting, &said),
            OwnerDetails { name: said.name.clone(), ..known.clone() }
        );
        assert_eq!(of_owner(&known, &person("Ana"), &consenting), consenting, "that is new");
        assert_eq!(of_owner(&consenting, &consenting, &person("Ana")), person("Ana"));
    }
}
