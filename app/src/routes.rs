//! Every path of the site, once. Paths are Spanish, for they are read by people.

use domain::id::SubmissionId;

/// Home.
pub const HOME: &str = "/";
/// Look up one's own certificates.
pub const CERTIFICATES: &str = "/certificados";
/// Where the one-time code of a look-up is entered.
pub const CERTIFICATES_CODE: &str = "/certificados/codigo";
/// An owner's own animals, after the code.
pub const MY_ANIMALS: &str = "/mis-animales";
/// Reports an own animal lost, or found again.
pub const OWN_STATE: &str = "/mis-animales/estado";
/// Asks for the documents at another address.
pub const OWN_ADDRESS: &str = "/mis-animales/correo";
/// Asks for a correction; `animal=` says of which animal.
pub const OWN_CORRECTION: &str = "/mis-animales/correccion";
/// Ends an owner's session.
pub const OWN_LEAVE: &str = "/mis-animales/salir";
/// Found a pet.
pub const FOUND_PET: &str = "/encontre";
/// Sends a message to the family of a found pet.
pub const FOUND_MESSAGE: &str = "/encontre/mensaje";
/// The message is on its way.
pub const FOUND_SENT: &str = "/encontre/enviado";
/// How to verify a document.
pub const VERIFYING: &str = "/verificar";
/// The public account of the programmes.
pub const PUBLIC_ACCOUNT: &str = "/cuenta-publica";
/// The same figures as a file.
pub const PUBLIC_ACCOUNT_CSV: &str = "/cuenta-publica/datos.csv";
/// What is done with personal data.
pub const PRIVACY: &str = "/privacidad";
/// Verification of a document; the signed text follows.
pub const VERIFY: &str = "/V";
/// Verification of a provisional certificate; the signed text follows.
pub const PROVISIONAL: &str = "/P";
/// Single-purpose links; the token follows.
pub const LINK: &str = "/e";
/// Staff sign in.
pub const SIGN_IN: &str = "/ingresar";
/// Staff sign out.
pub const SIGN_OUT: &str = "/salir";
/// Ask for a new password.
pub const PASSWORD: &str = "/clave";
/// One's own account: sessions, password.
pub const ACCOUNT: &str = "/cuenta";
/// Ends one's own sessions.
pub const SESSIONS: &str = "/cuenta/sesiones";
/// Changes one's own password.
pub const CHANGE_PASSWORD: &str = "/cuenta/clave";
/// Gives one's password again, before an act that asks for it.
pub const CONFIRM: &str = "/cuenta/confirmar";
/// The demonstration's mail folder.
pub const DEMO_MAIL: &str = "/correo";

/// The announced outreaches.
pub const OPEN: &str = "/operativos";
/// One of them.
pub const OPEN_OUTREACH: &str = "/operativos/{id}";
/// Books a place there; `servicio=` says for what.
pub const BOOK: &str = "/operativos/{id}/reservar";
/// The ticket of a booking; its code follows.
pub const TICKET: &str = "/T";
/// One's own booking, by its code and the end of one's document.
pub const MY_BOOKING: &str = "/mi-hora";

/// The page of the public menu to whose part of the site a path belongs; itself when it is of none.
#[must_use]
pub fn part_of(path: &str) -> &str {
    let is_below = |base: &str| path.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'));
    match path {
        _ if is_below(FOUND_PET) => FOUND_PET,
        MY_ANIMALS => CERTIFICATES,
        MY_BOOKING => OPEN,
        _ if [OPEN, TICKET, "/t"].into_iter().any(is_below) => OPEN,
        _ if is_below(CERTIFICATES) || is_below(MY_ANIMALS) => CERTIFICATES,
        _ if [VERIFY, "/v", PROVISIONAL, "/p"].into_iter().any(is_below) => VERIFYING,
        _ => path,
    }
}

/// The field app.
pub const FIELD: &str = "/terreno";
/// Below [`FIELD`]: the visit being recorded.
pub const FIELD_VISIT: &str = "visita";
/// Below [`FIELD`]: what was just kept; the record's identifier follows.
pub const FIELD_SAVED: &str = "guardado";
/// Below [`FIELD`]: the records of this phone, and one of them when its identifier follows.
pub const FIELD_RECORDS: &str = "registros";
/// Below [`FIELD`]: the chips and doses that the team has taken along.
pub const FIELD_BOX: &str = "caja";

/// The visit being recorded.
#[must_use]
pub fn field_visit() -> String {
    format!("{FIELD}/{FIELD_VISIT}")
}

/// What was just kept.
#[must_use]
pub fn field_saved(record: impl std::fmt::Display) -> String {
    format!("{FIELD}/{FIELD_SAVED}/{record}")
}

/// The records of this phone.
#[must_use]
pub fn field_records() -> String {
    format!("{FIELD}/{FIELD_RECORDS}")
}

/// One record of this phone.
#[must_use]
pub fn field_record(record: impl std::fmt::Display) -> String {
    format!("{FIELD}/{FIELD_RECORDS}/{record}")
}

/// The chips and doses that the team has taken along.
#[must_use]
pub fn field_box() -> String {
    format!("{FIELD}/{FIELD_BOX}")
}

/// A page of the field app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldPage {
    /// The start.
    Start,
    /// The visit being recorded.
    Visit,
    /// What was just kept.
    Saved(SubmissionId),
    /// The records of this phone.
    Records,
    /// One of them.
    Record(SubmissionId),
    /// The chips and doses that the team has taken along.
    Box,
    /// None that there is.
    Unknown,
}

impl FieldPage {
    /// The page at a path.
    #[must_use]
    pub fn at(path: &str) -> Self {
        let Some(below) = path.strip_prefix(FIELD) else { return Self::Unknown };
        let mut parts = below.split('/').filter(|part| !part.is_empty());
        let (page, id) = (parts.next(), parts.next());
        let id = id.map(str::parse::<SubmissionId>);
        match (page, id, parts.next()) {
            (None, ..) => Self::Start,
            (Some(FIELD_VISIT), None, _) => Self::Visit,
            (Some(FIELD_RECORDS), None, _) => Self::Records,
            (Some(FIELD_BOX), None, _) => Self::Box,
            (Some(FIELD_RECORDS), Some(Ok(id)), None) => Self::Record(id),
            (Some(FIELD_SAVED), Some(Ok(id)), None) => Self::Saved(id),
            _ => Self::Unknown,
        }
    }
}

/// The coordination's first page.
pub const COORDINATION: &str = "/coordinacion";
/// Below [`COORDINATION`]: outreaches; `nuevo`, or an outreach's identifier, follows.
pub const OUTREACHES: &str = "operativos";
/// Below [`OUTREACHES`]: a new one.
pub const NEW_OUTREACH: &str = "nuevo";
/// Below one outreach: its form.
pub const CHANGE: &str = "cambiar";
/// Below [`COORDINATION`]: programmes and how far they are.
pub const PROGRAMMES: &str = "programas";
/// Below [`COORDINATION`]: the register.
pub const REGISTER: &str = "registro";
/// Below [`REGISTER`]: an owner, the identifier follows.
pub const REGISTER_OWNER: &str = "persona";
/// Below [`REGISTER`]: an animal, the identifier follows.
pub const REGISTER_ANIMAL: &str = "animal";
/// Below [`COORDINATION`]: the desk of the RNM.
pub const RNM: &str = "rnm";
/// What is ready for the RNM, as a file.
pub const RNM_CSV: &str = "/coordinacion/rnm.csv";
/// Takes the official certificate of an approved animal.
pub const RNM_APPROVE: &str = "/coordinacion/rnm/aprobar";
/// In the address of an animal's sheet: why an approval was refused, as JSON.
pub const REFUSED: &str = "rechazo";
/// Below [`COORDINATION`]: tasks.
pub const TASKS: &str = "tareas";
/// Below [`COORDINATION`]: submissions in conflict or in quarantine.
pub const UNRESOLVED: &str = "por-resolver";
/// Below [`COORDINATION`]: the outbox.
pub const MAIL: &str = "correos";
/// Below [`COORDINATION`]: one's own signature.
pub const SIGNATURE: &str = "firma";
/// Below [`COORDINATION`]: the documents in one's own name.
pub const OWN_DOCUMENTS: &str = "documentos";
/// Below [`COORDINATION`]: the phones of the field; one of them when its identifier follows.
pub const PHONES: &str = "telefonos";
/// The stock of chips and doses, and who holds it; served whole.
pub const STOCK: &str = "/coordinacion/existencias";
/// Below [`STOCK`]: what one outreach holds.
pub const STOCK_BOX: &str = "/coordinacion/existencias/{id}";
/// Below that, or below [`STOCK_OFFICE`]: something that is done with the stock.
pub const STOCK_DEED: &str = "/coordinacion/existencias/{id}/{deed}";
/// Below [`STOCK`], in the place of an outreach: the office.
pub const STOCK_OFFICE: &str = "oficina";
/// Organisations and whom to ask for; served whole, as all of the territory is.
pub const ORGANISATIONS: &str = "/coordinacion/organizaciones";
/// Below [`ORGANISATIONS`]: the form of one, or of a [`NEW`] one.
pub const ORGANISATION: &str = "/coordinacion/organizaciones/{id}";
/// In the place of an identifier: a new one.
pub const NEW: &str = "nueva";
/// Neighbourhood units.
pub const UNITS: &str = "/coordinacion/unidades";
/// Takes in a file of them.
pub const UNIT_FILE: &str = "/coordinacion/unidades/importar";
/// Where the next outreach does most good.
pub const WHERE_NEXT: &str = "/coordinacion/donde-sigue";
/// The same for a map, as `GeoJSON`.
pub const WHERE_NEXT_MAP: &str = "/coordinacion/donde-sigue/mapa.json";
/// Takes the suggestion of a unit.
pub const WHERE_NEXT_UNIT: &str = "/coordinacion/donde-sigue/{unit}";
/// Outreaches by month, or one after the other.
pub const CALENDAR: &str = "/coordinacion/calendario";
/// The pages of the territory that are whole without a script, and their acts.
pub const TERRITORY: [&str; 8] = [
    ORGANISATIONS,
    ORGANISATION,
    UNITS,
    UNIT_FILE,
    WHERE_NEXT,
    WHERE_NEXT_MAP,
    WHERE_NEXT_UNIT,
    CALENDAR,
];
/// What is announced to everybody, for calendar programs.
pub const CALENDAR_FEED: &str = "/operativos.ics";
/// The plan of an outreach; served whole, as what is below it.
pub const PLAN: &str = "/coordinacion/operativos/{id}/plan";
/// Below [`PLAN`]: something that is done with it.
pub const PLAN_DEED: &str = "/coordinacion/operativos/{id}/plan/{deed}";
/// The day sheet of an outreach; served whole.
pub const DAY_SHEET: &str = "/coordinacion/operativos/{id}/hoja";
/// Below one outreach: its day, with what is done at the door; served whole.
pub const DAY: &str = "/coordinacion/operativos/{id}/dia";
/// The numbers being served at an outreach, for everybody.
pub const TURN: &str = "/turno/{id}";
/// The end of an outreach: what is open, and the step that closes it; served whole.
pub const CLOSING: &str = "/coordinacion/operativos/{id}/cierre";
/// The day sheet of an outreach, as a file.
pub const CLOSING_DAY_SHEET: &str = "/coordinacion/operativos/{id}/hoja.pdf";
/// Below one outreach: that file.
pub const DAY_SHEET_FILE: &str = "hoja.pdf";
/// The attendance act of an outreach, as a file.
pub const CLOSING_ACT: &str = "/coordinacion/operativos/{id}/acta.pdf";
/// Below one outreach: that file.
pub const ACT_FILE: &str = "acta.pdf";
/// Who was served at an outreach, as a file.
pub const CLOSING_XLSX: &str = "/coordinacion/operativos/{id}/beneficiarios.xlsx";
/// Below one outreach: that file.
pub const LIST_XLSX_FILE: &str = "beneficiarios.xlsx";
/// The same as plain text.
pub const CLOSING_CSV: &str = "/coordinacion/operativos/{id}/beneficiarios.csv";
/// Below one outreach: that file.
pub const LIST_CSV_FILE: &str = "beneficiarios.csv";
/// One programme, whole; served whole.
pub const PROGRAMME: &str = "/coordinacion/programas/{id}";
/// Earlier registers and lists that are taken in; served whole.
pub const IMPORTS: &str = "/coordinacion/importar";
/// Below [`IMPORTS`]: one of them.
pub const IMPORT: &str = "/coordinacion/importar/{id}";
/// Below that: every row with what became of it, as a file.
pub const IMPORT_CSV: &str = "/coordinacion/importar/{id}/resultado.csv";
/// Hands in what another phone kept for it: a page and its form.
pub const HAND_IN: &str = "/entregar";
/// Below [`COORDINATION`]: accounts.
pub const STAFF: &str = "equipo";
/// Below [`COORDINATION`]: signing keys.
pub const KEYS: &str = "claves";

/// A page of the coordination.
#[must_use]
pub fn desk(page: impl std::fmt::Display) -> String {
    format!("{COORDINATION}/{page}")
}

/// An owner's sheet.
#[must_use]
pub fn desk_owner(owner: impl std::fmt::Display) -> String {
    format!("{COORDINATION}/{REGISTER}/{REGISTER_OWNER}/{owner}")
}

/// An animal's sheet.
#[must_use]
pub fn desk_animal(animal: impl std::fmt::Display) -> String {
    format!("{COORDINATION}/{REGISTER}/{REGISTER_ANIMAL}/{animal}")
}

/// What an outreach holds of the stock.
#[must_use]
pub fn desk_box(outreach: impl std::fmt::Display) -> String {
    format!("{STOCK}/{outreach}")
}

/// An organisation's form; of a new one with [`NEW`].
#[must_use]
pub fn organisation(organisation: impl std::fmt::Display) -> String {
    format!("{ORGANISATIONS}/{organisation}")
}

/// The suggestion of a unit.
#[must_use]
pub fn where_next_unit(unit: impl std::fmt::Display) -> String {
    format!("{WHERE_NEXT}/{unit}")
}

/// An outreach's sheet.
#[must_use]
pub fn desk_outreach(outreach: impl std::fmt::Display) -> String {
    format!("{COORDINATION}/{OUTREACHES}/{outreach}")
}

/// An outreach's plan.
#[must_use]
pub fn desk_plan(outreach: impl std::fmt::Display) -> String {
    format!("{}/plan", desk_outreach(outreach))
}

/// An outreach's day sheet.
#[must_use]
pub fn desk_day_sheet(outreach: impl std::fmt::Display) -> String {
    format!("{}/hoja", desk_outreach(outreach))
}

/// The day of an outreach.
#[must_use]
pub fn desk_day(outreach: impl std::fmt::Display) -> String {
    format!("{}/dia", desk_outreach(outreach))
}

/// The end of an outreach.
#[must_use]
pub fn desk_closing(outreach: impl std::fmt::Display) -> String {
    format!("{}/cierre", desk_outreach(outreach))
}

/// A programme's page.
#[must_use]
pub fn desk_programme(programme: impl std::fmt::Display) -> String {
    format!("{COORDINATION}/{PROGRAMMES}/{programme}")
}

/// One import.
#[must_use]
pub fn desk_import(import: impl std::fmt::Display) -> String {
    format!("{IMPORTS}/{import}")
}

/// A phone's sheet.
#[must_use]
pub fn desk_phone(phone: impl std::fmt::Display) -> String {
    format!("{COORDINATION}/{PHONES}/{phone}")
}

/// An announced outreach.
#[must_use]
pub fn open_outreach(outreach: impl std::fmt::Display) -> String {
    format!("{OPEN}/{outreach}")
}

/// Books a place at an outreach.
#[must_use]
pub fn book(outreach: impl std::fmt::Display, offering: &str) -> String {
    format!("{OPEN}/{outreach}/reservar?servicio={offering}")
}

/// Whose turn it is at an outreach.
#[must_use]
pub fn turns(outreach: impl std::fmt::Display) -> String {
    format!("/turno/{outreach}")
}

/// The ticket of a booking.
#[must_use]
pub fn ticket(code: &str) -> String {
    format!("{TICKET}/{code}")
}

/// The bytes of a document, for its owner.
#[must_use]
pub fn own_document(document: impl std::fmt::Display) -> String {
    format!("{MY_ANIMALS}/documentos/{document}")
}

/// The slip of a document, for the team.
#[must_use]
pub fn slip(document: impl std::fmt::Display) -> String {
    format!("/papeletas/{document}")
}

/// The bytes of a document, for the team.
#[must_use]
pub fn staff_document(document: impl std::fmt::Display) -> String {
    format!("/documentos/{document}")
}

/// A picture of an animal or of a paper, for the team.
#[must_use]
pub fn picture(picture: impl std::fmt::Display) -> String {
    format!("/fotos/{picture}")
}

/// Text for a query's value (RFC 3986, section 2.3): everything but the unreserved is encoded.
#[must_use]
pub fn escape_query(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_belongs_to_its_part_of_the_menu() {
        for (path, part) in [
            ("/encontre/mensaje", FOUND_PET),
            ("/mis-animales", CERTIFICATES),
            ("/mis-animales/correo", CERTIFICATES),
            ("/certificados/codigo", CERTIFICATES),
            ("/V/ABC", VERIFYING),
            ("/v/abc", VERIFYING),
            ("/P/ABC", VERIFYING),
            ("/p/abc", VERIFYING),
            ("/cuenta-publica", PUBLIC_ACCOUNT),
            ("/operativos/x/reservar", OPEN),
            ("/T/ABC", OPEN),
            ("/t/abc", OPEN),
            ("/mi-hora", OPEN),
            ("/encontremos", "/encontremos"),
            ("/", HOME),
        ] {
            assert_eq!(part_of(path), part, "{path}");
        }
    }

    #[test]
    fn the_field_app_knows_its_pages() {
        let id = SubmissionId(uuid::Uuid::from_u128(7));
        for (path, page) in [
            ("/terreno".to_owned(), FieldPage::Start),
            ("/terreno/".to_owned(), FieldPage::Start),
            (field_visit(), FieldPage::Visit),
            (field_records(), FieldPage::Records),
            (field_box(), FieldPage::Box),
            (format!("{}/x", field_box()), FieldPage::Unknown),
            (field_record(id), FieldPage::Record(id)),
            (field_saved(id), FieldPage::Saved(id)),
            (format!("{}/", field_saved(id)), FieldPage::Saved(id)),
            (format!("{}/x", field_saved(id)), FieldPage::Unknown),
            ("/terreno/guardado".to_owned(), FieldPage::Unknown),
            ("/terreno/registros/x".to_owned(), FieldPage::Unknown),
            ("/terreno/visita/x".to_owned(), FieldPage::Unknown),
            ("/terrenos".to_owned(), FieldPage::Unknown),
            (HOME.to_owned(), FieldPage::Unknown),
        ] {
            assert_eq!(FieldPage::at(&path), page, "{path}");
        }
    }

    #[test]
    fn a_path_in_a_query_is_encoded() {
        assert_eq!(escape_query("/a b&c=ñ"), "%2Fa%20b%26c%3D%C3%B1");
        assert_eq!(escape_query("aZ0-._~"), "aZ0-._~");
    }
}
