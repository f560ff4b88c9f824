//! The programme under which those who test the whole server register, the server's own tests too.

use backend::clock::fresh_id;
use backend::store::vocabulary::programme::ProgrammeRow;

/// A programme as in 2020, open whenever the tests run.
pub(crate) fn programme() -> ProgrammeRow {
    ProgrammeRow {
        id: fresh_id(),
        number: 1,
        name: "Veterinario en Marcha".to_owned(),
        issuer: "Huella".to_owned(),
        starts_on: "2020-01-01".to_owned(),
        ends_on: "2099-12-31".to_owned(),
        target_implantations: 800,
        target_dewormings_internal: 800,
        target_dewormings_external: 800,
        target_sterilisations: 0,
        target_outreaches: 0,
    }
}
