//! The rows. A new endpoint starts here.

use app::routes;
use backend::submissions::MAX_FILE_BYTES;
use domain::import::MOST_BYTES;
use domain::picture::MAX_SEALED_PIECE_BYTES;
use domain::role::UseCase;
use domain::submission::MAX_BATCH_BYTES;

use crate::doors::Door;

/// Most bytes of a posted form or of a question as JSON.
const FORM_BYTES: u32 = 64 * 1024;

/// Most bytes of a posted form with the municipality's certificate of up to 2 MiB.
const CERTIFICATE_BYTES: u32 = 2 * 1024 * 1024 + FORM_BYTES;

/// Most bytes of a posted form with the file of a phone's sealed copies.
const HANDOVER_BYTES: u32 = MAX_FILE_BYTES + FORM_BYTES;

/// Most bytes of a posted form with a file of neighbourhood units: a region's boundaries.
const UNIT_FILE_BYTES: u32 = 4 * 1024 * 1024;
/// Most bytes of a posted form with an earlier register.
const IMPORT_BYTES: u32 = MOST_BYTES + FORM_BYTES;

/// Every endpoint but the embedded files, which `site` serves and everybody may read.
pub const DOORS: &[Door] = &[
    // The process.
    get("/livez", UseCase::UsePublicPages),
    get("/readyz", UseCase::UsePublicPages),
    get("/.well-known/jwks.json", UseCase::UsePublicPages),
    get("/.well-known/delegations.json", UseCase::UsePublicPages),
    get("/.well-known/revocations.json", UseCase::UsePublicPages),
    get("/sw.js", UseCase::UsePublicPages),
    // Documents.
    get("/V/{text}", UseCase::UsePublicPages),
    get("/v/{text}", UseCase::UsePublicPages),
    get("/P/{text}", UseCase::UsePublicPages),
    get("/p/{text}", UseCase::UsePublicPages),
    get("/documentos/{id}", UseCase::ReadRegistry),
    get("/papeletas/{id}", UseCase::ReadRegistry),
    post("/papeletas/{id}", UseCase::ReadRegistry),
    get("/mis-animales/documentos/{id}", UseCase::ReadOwnAnimals),
    get("/fotos/{id}", UseCase::SeePictures),
    // Public pages.
    get(routes::HOME, UseCase::UsePublicPages),
    get(routes::VERIFYING, UseCase::UsePublicPages),
    post(routes::VERIFYING, UseCase::UsePublicPages),
    get(routes::PUBLIC_ACCOUNT, UseCase::UsePublicPages),
    get(routes::PUBLIC_ACCOUNT_CSV, UseCase::UsePublicPages),
    get(routes::PRIVACY, UseCase::UsePublicPages),
    get(routes::FOUND_PET, UseCase::UsePublicPages),
    post(routes::FOUND_PET, UseCase::UsePublicPages),
    post(routes::FOUND_MESSAGE, UseCase::UsePublicPages),
    get(routes::FOUND_SENT, UseCase::UsePublicPages),
    // Booking.
    get(routes::OPEN, UseCase::UsePublicPages),
    get(routes::OPEN_OUTREACH, UseCase::UsePublicPages),
    get(routes::BOOK, UseCase::UsePublicPages),
    post(routes::BOOK, UseCase::UsePublicPages),
    get("/T/{code}", UseCase::UsePublicPages),
    get("/t/{code}", UseCase::UsePublicPages),
    get("/T/{code}/{paper}", UseCase::UsePublicPages),
    get(routes::MY_BOOKING, UseCase::UsePublicPages),
    post(routes::MY_BOOKING, UseCase::UsePublicPages),
    get(routes::TURN, UseCase::UsePublicPages),
    // Owners.
    get(routes::CERTIFICATES, UseCase::UsePublicPages),
    post(routes::CERTIFICATES, UseCase::UsePublicPages),
    get(routes::CERTIFICATES_CODE, UseCase::UsePublicPages),
    post(routes::CERTIFICATES_CODE, UseCase::UsePublicPages),
    get(routes::MY_ANIMALS, UseCase::ReadOwnAnimals),
    post(routes::OWN_STATE, UseCase::AskAsOwner),
    get(routes::OWN_ADDRESS, UseCase::AskAsOwner),
    post(routes::OWN_ADDRESS, UseCase::AskAsOwner),
    get(routes::OWN_CORRECTION, UseCase::AskAsOwner),
    post(routes::OWN_CORRECTION, UseCase::AskAsOwner),
    post(routes::OWN_LEAVE, UseCase::ReadOwnAnimals),
    // Links of mails.
    get("/e/{token}", UseCase::UsePublicPages),
    post("/e/{token}", UseCase::UsePublicPages),
    // Accounts.
    get(routes::SIGN_IN, UseCase::UsePublicPages),
    post(routes::SIGN_IN, UseCase::UsePublicPages),
    get(routes::SIGN_OUT, UseCase::UsePublicPages),
    post(routes::SIGN_OUT, UseCase::UsePublicPages),
    get(routes::PASSWORD, UseCase::UsePublicPages),
    post(routes::PASSWORD, UseCase::UsePublicPages),
    get(routes::ACCOUNT, UseCase::ManageOwnAccount),
    post("/cuenta/sesiones", UseCase::ManageOwnAccount),
    post("/cuenta/clave", UseCase::ManageOwnAccount),
    get("/cuenta/confirmar", UseCase::ManageOwnAccount),
    post("/cuenta/confirmar", UseCase::ManageOwnAccount),
    // What a phone kept to be handed in.
    get(routes::HAND_IN, UseCase::Submit),
    post(routes::HAND_IN, UseCase::Submit).holding(HANDOVER_BYTES),
    // The field app: its shell knows nothing of anybody.
    get(routes::FIELD, UseCase::UsePublicPages),
    get("/terreno/{*rest}", UseCase::UsePublicPages),
    // Machines and the field app.
    get("/api/v1/openapi.json", UseCase::UsePublicPages),
    get("/api/v1/session", UseCase::ManageOwnAccount),
    get("/api/v1/field/setup", UseCase::ReadOwnOutreaches),
    get("/api/v1/field/chips", UseCase::ReadOwnOutreaches),
    post("/api/v1/field/search", UseCase::ReadRegistry),
    post("/api/v1/field/chip", UseCase::ReadRegistry),
    get("/api/v1/field/pack/{id}", UseCase::ReadRegistry),
    get("/api/v1/field/pack/{id}/bookings", UseCase::ReadRegistry),
    post("/api/v1/field/pairing", UseCase::PairPhone),
    get("/api/v1/outreaches/{outreach}/stock", UseCase::ReadOwnOutreaches),
    post("/api/v1/field/places", UseCase::Submit),
    post("/api/v1/submissions", UseCase::Submit).holding(MAX_BATCH_BYTES),
    post("/api/v1/sealed", UseCase::Submit).holding(MAX_BATCH_BYTES),
    post("/api/v1/pictures", UseCase::Submit),
    put("/api/v1/pictures/{id}/{from}", UseCase::Submit).holding(MAX_SEALED_PIECE_BYTES),
    get("/api/v1/verify", UseCase::UsePublicPages),
    post("/api/v1/verify", UseCase::UsePublicPages),
    // The demonstration's mails; not routed otherwise.
    get(routes::DEMO_MAIL, UseCase::UsePublicPages),
    get("/correo/{mail}", UseCase::UsePublicPages),
    get("/correo/{mail}/{part}", UseCase::UsePublicPages),
    // The coordination: pages.
    get(routes::COORDINATION, UseCase::ManageOwnAccount),
    get("/coordinacion/firma", UseCase::SignDocuments),
    get("/coordinacion/documentos", UseCase::RevokeOwnDocuments),
    get("/coordinacion/operativos", UseCase::ReadOutreaches),
    get("/coordinacion/operativos/nuevo", UseCase::PlanOutreaches),
    get("/coordinacion/operativos/{id}", UseCase::ReadOutreaches),
    get("/coordinacion/operativos/{id}/cambiar", UseCase::PlanOutreaches),
    get("/coordinacion/programas", UseCase::ReadOutreaches),
    get(routes::STOCK, UseCase::ReadStock),
    get(routes::STOCK_BOX, UseCase::ReadStock),
    get(routes::STOCK_DEED, UseCase::ManageStock),
    post(routes::STOCK_DEED, UseCase::ManageStock),
    get(routes::DAY, UseCase::ReadOwnOutreaches),
    post(routes::DAY, UseCase::Submit),
    get("/coordinacion/registro", UseCase::ReadRegistryMasked),
    get("/coordinacion/registro/persona/{id}", UseCase::ReadRegistryMasked),
    get("/coordinacion/registro/animal/{id}", UseCase::ReadRegistryMasked),
    get("/coordinacion/rnm", UseCase::ReadRegistryMasked),
    get(routes::RNM_CSV, UseCase::Export),
    get("/coordinacion/tareas", UseCase::SolveTasks),
    get("/coordinacion/por-resolver", UseCase::SolveTasks),
    get("/coordinacion/correos", UseCase::ManageMail),
    get("/coordinacion/telefonos", UseCase::ManageDevices),
    get("/coordinacion/telefonos/{id}", UseCase::ManageDevices),
    get("/coordinacion/equipo", UseCase::InviteFieldStaff),
    get("/coordinacion/claves", UseCase::ManageKeys),
    post(routes::RNM_APPROVE, UseCase::DecideRnm).holding(CERTIFICATE_BYTES),
    get(routes::ORGANISATIONS, UseCase::ReadOutreaches),
    get(routes::ORGANISATION, UseCase::PlanOutreaches),
    post(routes::ORGANISATION, UseCase::PlanOutreaches),
    get(routes::UNITS, UseCase::ReadOutreaches),
    get(routes::UNIT, UseCase::PlanOutreaches),
    post(routes::UNIT, UseCase::PlanOutreaches),
    get(routes::UNIT_FILE, UseCase::PlanOutreaches),
    post(routes::UNIT_FILE, UseCase::PlanOutreaches).holding(UNIT_FILE_BYTES),
    get(routes::WHERE_NEXT, UseCase::ReadOutreaches),
    post(routes::WHERE_NEXT, UseCase::PlanOutreaches),
    get(routes::WHERE_NEXT_MAP, UseCase::ReadOutreaches),
    post(routes::WHERE_NEXT_UNIT, UseCase::PlanOutreaches),
    get(routes::CALENDAR, UseCase::ReadOutreaches),
    get(routes::CALENDAR_FEED, UseCase::UsePublicPages),
    get(routes::PLAN, UseCase::ReadOutreaches),
    get(routes::DAY_SHEET, UseCase::ReadOutreaches),
    get(routes::PLAN_DEED, UseCase::PlanOutreaches),
    post(routes::PLAN_DEED, UseCase::PlanOutreaches),
    get(routes::BOOKINGS, UseCase::PlanOutreaches),
    post(routes::BOOKINGS, UseCase::PlanOutreaches),
    // The coordination: the end of an outreach, and its programme.
    get(routes::CLOSING, UseCase::ReadOutreaches),
    post(routes::CLOSING, UseCase::PlanOutreaches),
    get(routes::CLOSING_DAY_SHEET, UseCase::ReadOutreaches),
    get(routes::CLOSING_ACT, UseCase::ReadOutreaches),
    get(routes::CLOSING_XLSX, UseCase::Export),
    get(routes::CLOSING_CSV, UseCase::Export),
    get(routes::OUTREACH_SERVICES, UseCase::ReadOutreaches),
    get(routes::PROGRAMME, UseCase::ReadOutreaches),
    post(routes::PROGRAMME, UseCase::PlanOutreaches),
    get(routes::PROGRAMME_SERVICES, UseCase::ReadOutreaches),
    get(routes::PROGRAMME_CORRECTION, UseCase::PlanOutreaches),
    post(routes::PROGRAMME_CORRECTION, UseCase::PlanOutreaches),
    get(routes::IMPORTS, UseCase::ImportRegisters),
    post(routes::IMPORTS, UseCase::ImportRegisters).holding(IMPORT_BYTES),
    get(routes::IMPORT, UseCase::ImportRegisters),
    post(routes::IMPORT, UseCase::ImportRegisters),
    get(routes::IMPORT_CSV, UseCase::ImportRegisters),
    // The coordination: server functions.
    post("/api/coordinacion/inicio", UseCase::ManageOwnAccount),
    post("/api/coordinacion/tareas/lista", UseCase::SolveTasks),
    post("/api/coordinacion/tareas/cerrar", UseCase::SolveTasks),
    post("/api/coordinacion/por-resolver/lista", UseCase::SolveTasks),
    post("/api/coordinacion/por-resolver/resolver", UseCase::SolveTasks),
    post("/api/coordinacion/por-resolver/registrar", UseCase::SolveTasks),
    post("/api/coordinacion/correos/lista", UseCase::ManageMail),
    post("/api/coordinacion/correos/reenviar", UseCase::ManageMail),
    post("/api/coordinacion/telefonos/lista", UseCase::ManageDevices),
    post("/api/coordinacion/telefonos/ver", UseCase::ManageDevices),
    post("/api/coordinacion/telefonos/invitar", UseCase::ManageDevices),
    post("/api/coordinacion/telefonos/nombrar", UseCase::ManageDevices),
    post("/api/coordinacion/telefonos/revocar", UseCase::ManageDevices),
    post("/api/coordinacion/telefonos/admitir", UseCase::ManageDevices),
    post("/api/coordinacion/rnm/lista", UseCase::ReadRegistryMasked),
    post("/api/coordinacion/rnm/marcar", UseCase::DecideRnm),
    post("/api/coordinacion/registro/buscar", UseCase::ReadRegistryMasked),
    post("/api/coordinacion/registro/persona", UseCase::ReadRegistryMasked),
    post("/api/coordinacion/registro/animal", UseCase::ReadRegistryMasked),
    post("/api/coordinacion/registro/uno", UseCase::MergeRecords),
    post("/api/coordinacion/registro/anotar", UseCase::CorrectAny),
    post("/api/coordinacion/firma/ver", UseCase::SignDocuments),
    post("/api/coordinacion/firma/dibujar", UseCase::SignDocuments),
    post("/api/coordinacion/firma/autorizar", UseCase::SignDocuments),
    post("/api/coordinacion/firma/retirar", UseCase::SignDocuments),
    post("/api/coordinacion/documentos/propios", UseCase::RevokeOwnDocuments),
    post("/api/coordinacion/documentos/revocar", UseCase::RevokeDocuments),
    post("/api/coordinacion/programas/lista", UseCase::ReadOutreaches),
    post("/api/coordinacion/programas/guardar", UseCase::PlanOutreaches),
    post("/api/coordinacion/operativos/lista", UseCase::ReadOutreaches),
    post("/api/coordinacion/operativos/ver", UseCase::ReadOutreaches),
    post("/api/coordinacion/operativos/formulario", UseCase::PlanOutreaches),
    post("/api/coordinacion/operativos/guardar", UseCase::PlanOutreaches),
    post("/api/coordinacion/operativos/equipo", UseCase::PlanOutreaches),
    post("/api/coordinacion/operativos/charla", UseCase::PlanOutreaches),
    post("/api/coordinacion/operativos/charla/corregir", UseCase::PlanOutreaches),
    post("/api/coordinacion/equipo/lista", UseCase::InviteFieldStaff),
    post("/api/coordinacion/equipo/invitar", UseCase::InviteFieldStaff),
    post("/api/coordinacion/equipo/cerrar", UseCase::InviteFieldStaff),
    post("/api/coordinacion/equipo/abrir", UseCase::InviteFieldStaff),
    post("/api/coordinacion/equipo/rol", UseCase::ManageAccounts),
    post("/api/coordinacion/claves/lista", UseCase::ManageKeys),
    post("/api/coordinacion/claves/rotar", UseCase::ManageKeys),
];

const fn get(pattern: &'static str, needs: UseCase) -> Door {
    Door { method: "GET", pattern, needs, body_limit: 0 }
}

const fn post(pattern: &'static str, needs: UseCase) -> Door {
    Door { method: "POST", pattern, needs, body_limit: FORM_BYTES }
}

const fn put(pattern: &'static str, needs: UseCase) -> Door {
    Door { method: "PUT", pattern, needs, body_limit: FORM_BYTES }
}

impl Door {
    const fn holding(self, body_limit: u32) -> Self {
        Self { body_limit, ..self }
    }
}
