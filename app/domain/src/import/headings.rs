//! The words by which lists in use call their columns and values, as data: each in the form of
//! [`search_key`](crate::name::search_key), lower case and without accents.

use crate::catalogue::coat::Colour;
use crate::catalogue::{ReproductiveState, Sex, Species};
use crate::field_error::Field;

/// Headings and the field that each means. One heading stands here once.
pub(super) static HEADINGS: &[(Field, &[&str])] = &[
    (
        Field::Chip,
        &[
            "chip",
            "microchip",
            "micro chip",
            "n chip",
            "no chip",
            "num chip",
            "nro chip",
            "numero chip",
            "numero de chip",
            "n microchip",
            "no microchip",
            "n de microchip",
            "no de microchip",
            "nro microchip",
            "numero microchip",
            "numero de microchip",
            "codigo microchip",
            "codigo chip",
        ],
    ),
    (
        Field::Run,
        &[
            "run",
            "rut",
            "run rut",
            "rut run",
            "run propietario",
            "rut propietario",
            "run tutor",
            "rut tutor",
            "rut dueno",
            "run dueno",
            "run tenedor",
            "rut tenedor",
            "cedula",
            "cedula de identidad",
        ],
    ),
    (
        Field::PersonName,
        &[
            "nombre propietario",
            "nombre del propietario",
            "propietario",
            "nombre tutor",
            "nombre del tutor",
            "tutor",
            "nombre dueno",
            "dueno",
            "tenedor",
            "nombre tenedor",
            "tenedor responsable",
            "nombre completo",
            "nombre propietario tutor",
            "propietario tutor",
            "beneficiario",
            "nombre beneficiario",
        ],
    ),
    (
        Field::Given,
        &["nombres", "nombres propietario", "nombres tutor", "nombres dueno", "nombres tenedor"],
    ),
    (
        Field::Surnames,
        &["apellidos", "apellido", "apellidos propietario", "apellidos tutor", "apellidos dueno"],
    ),
    (
        Field::Phone,
        &["telefono", "fono", "celular", "telefono contacto", "telefono de contacto", "contacto"],
    ),
    (Field::Email, &["correo", "email", "e mail", "mail", "correo electronico"]),
    (Field::Address, &["direccion", "domicilio", "calle", "direccion propietario"]),
    (Field::Commune, &["comuna", "comuna de residencia"]),
    (
        Field::NeighbourhoodUnit,
        &["unidad vecinal", "uv", "u v", "n unidad vecinal", "no unidad vecinal"],
    ),
    (
        Field::PetName,
        &[
            "nombre mascota",
            "nombre de la mascota",
            "mascota",
            "nombre animal",
            "nombre del animal",
            "nombre paciente",
            "paciente",
        ],
    ),
    (Field::Species, &["especie", "tipo de mascota", "tipo mascota"]),
    (Field::Sex, &["sexo", "genero"]),
    (
        Field::ReproductiveState,
        &["esterilizado", "esterilizada", "esterilizacion", "estado reproductivo", "castrado"],
    ),
    (Field::Breed, &["raza"]),
    (Field::Coat, &["color", "colores", "color pelaje", "pelaje", "color de pelaje"]),
    (
        Field::BirthDate,
        &[
            "fecha nacimiento",
            "fecha de nacimiento",
            "nacimiento",
            "edad",
            "fecha nacimiento edad",
            "f nacimiento",
            "fecha nac",
        ],
    ),
    (
        Field::Date,
        &[
            "fecha",
            "fecha implantacion",
            "fecha de implantacion",
            "fecha chip",
            "fecha microchip",
            "fecha registro",
            "fecha atencion",
            "fecha operativo",
        ],
    ),
];

/// What lists write where there is nothing.
pub(super) const BLANKS: [&str; 13] = [
    "",
    "s i",
    "si info",
    "n a",
    "na",
    "nn",
    "no tiene",
    "no aplica",
    "sin informacion",
    "sin dato",
    "sin datos",
    "no informa",
    "desconocido",
];

/// Words for a species.
pub(super) static SPECIES: &[(Species, &[&str])] = &[
    (Species::Dog, &["perro", "perra", "canino", "canina", "can", "dog", "k9"]),
    (Species::Cat, &["gato", "gata", "felino", "felina", "cat"]),
];

/// Words for a sex.
pub(super) static SEXES: &[(Sex, &[&str])] = &[
    (Sex::Male, &["macho", "m", "masculino", "male"]),
    (Sex::Female, &["hembra", "h", "f", "femenino", "femenina", "female"]),
];

/// Words for a reproductive state; a plain yes or no answers whether it is sterilised.
pub(super) static REPRODUCTIVE_STATES: &[(ReproductiveState, &[&str])] = &[
    (
        ReproductiveState::Sterilised,
        &["si", "s", "x", "esterilizado", "esterilizada", "castrado", "castrada"],
    ),
    (
        ReproductiveState::Intact,
        &["no", "n", "entero", "entera", "intacto", "intacta", "fertil", "no esterilizado"],
    ),
    (ReproductiveState::Pregnant, &["prenada", "gestante"]),
    (ReproductiveState::Nursing, &["lactante", "lactando"]),
];

/// Words for a colour of a coat.
pub(super) static COLOURS: &[(Colour, &[&str])] = &[
    (Colour::Yellow, &["amarillo", "amarilla", "dorado", "dorada", "rubio", "rubia"]),
    (Colour::Blue, &["azul"]),
    (Colour::White, &["blanco", "blanca", "albo"]),
    (Colour::Brown, &["cafe", "marron", "chocolate", "castano", "castana"]),
    (Colour::Cream, &["crema", "beige", "champana"]),
    (Colour::Grey, &["gris", "plomo", "ploma"]),
    (Colour::Orange, &["naranja", "naranjo"]),
    (Colour::Black, &["negro", "negra"]),
    (Colour::Red, &["rojo", "roja", "colorado", "colorada"]),
];

/// Words for an animal of no breed, beside the list's own name for it.
pub(super) const MIXED: [&str; 8] =
    ["mestiza", "mixto", "mixta", "quiltro", "quiltra", "criollo", "criolla", "sin raza"];
/// The list's own name for it.
pub(super) const MIXED_NAME: &str = "Mestizo";

/// How words for months begin; the others are years.
pub(super) const MONTHS: &str = "m";
/// How words for weeks and days begin: too young to have been chipped, so nearly no months.
pub(super) const SHORTER: [&str; 2] = ["s", "d"];

/// The value whose words hold this one, in the form of a search key.
pub(super) fn meant<T: Copy>(list: &[(T, &[&str])], key: &str) -> Option<T> {
    list.iter().find(|(_, words)| words.contains(&key)).map(|(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use super::{COLOURS, HEADINGS, REPRODUCTIVE_STATES, SEXES, SPECIES};
    use crate::name::search_key;
    use std::collections::HashSet;

    fn all<T>(list: &[(T, &[&'static str])]) -> Vec<&'static str> {
        list.iter().flat_map(|(_, words)| words.iter().copied()).collect()
    }

    #[test]
    fn every_word_is_a_key_and_means_one_thing() {
        let lists =
            [all(HEADINGS), all(SPECIES), all(SEXES), all(REPRODUCTIVE_STATES), all(COLOURS)];
        for words in lists {
            let mut seen = HashSet::new();
            for word in words {
                assert_eq!(search_key(word), word);
                assert!(seen.insert(word), "{word} means two things");
            }
        }
    }
}
