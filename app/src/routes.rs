//! Every path of the site, once. Paths are Spanish, for they are read by people.

mod coordination;

pub use coordination::*;

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
/// What the link of a reminder says besides, behind the token.
pub const REMINDED: &str = "?aviso=1";
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
/// Below [`FIELD`]: who comes, with a booking or without.
pub const FIELD_ARRIVALS: &str = "llegadas";

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

/// Who comes, with a booking or without.
#[must_use]
pub fn field_arrivals() -> String {
    format!("{FIELD}/{FIELD_ARRIVALS}")
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
    /// Who comes, with a booking or without.
    Arrivals,
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
            (Some(FIELD_ARRIVALS), None, _) => Self::Arrivals,
            (Some(FIELD_RECORDS), Some(Ok(id)), None) => Self::Record(id),
            (Some(FIELD_SAVED), Some(Ok(id)), None) => Self::Saved(id),
            _ => Self::Unknown,
        }
    }
}

/// What is announced to everybody, for calendar programs.
pub const CALENDAR_FEED: &str = "/operativos.ics";
/// The numbers being served at an outreach, for everybody.
pub const TURN: &str = "/turno/{id}";
/// Hands in what another phone kept for it: a page and its form.
pub const HAND_IN: &str = "/entregar";

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
            (field_arrivals(), FieldPage::Arrivals),
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
