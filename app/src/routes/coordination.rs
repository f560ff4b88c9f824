//! The paths of the coordination.

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
/// Below [`UNITS`]: the form of one, or of the figures of a whole commune.
pub const UNIT: &str = "/coordinacion/unidades/{unit}";
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
/// The plan of an outreach; served whole, as what is below it.
pub const PLAN: &str = "/coordinacion/operativos/{id}/plan";
/// Below [`PLAN`]: something that is done with it.
pub const PLAN_DEED: &str = "/coordinacion/operativos/{id}/plan/{deed}";
/// The day sheet of an outreach; served whole.
pub const DAY_SHEET: &str = "/coordinacion/operativos/{id}/hoja";
/// Below one outreach: its day, with what is done at the door; served whole.
pub const DAY: &str = "/coordinacion/operativos/{id}/dia";
/// Below one outreach: who booked, and what they say by telephone; served whole.
pub const BOOKINGS: &str = "/coordinacion/operativos/{id}/reservas";
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
/// Below one outreach: the services behind its figures; served whole.
pub const OUTREACH_SERVICES: &str = "/coordinacion/operativos/{id}/atenciones";
/// In the address of services: of which kind; there may be several.
pub const SERVICE_KIND: &str = "servicio";
/// One programme, whole; served whole.
pub const PROGRAMME: &str = "/coordinacion/programas/{id}";
/// Below that: the services behind its figures; served whole.
pub const PROGRAMME_SERVICES: &str = "/coordinacion/programas/{id}/servicios";
/// Below that too: the form that puts it right; served whole.
pub const PROGRAMME_CORRECTION: &str = "/coordinacion/programas/{id}/corregir";
/// Earlier registers and lists that are taken in; served whole.
pub const IMPORTS: &str = "/coordinacion/importar";
/// Below [`IMPORTS`]: one of them.
pub const IMPORT: &str = "/coordinacion/importar/{id}";
/// Below that: every row with what became of it, as a file.
pub const IMPORT_CSV: &str = "/coordinacion/importar/{id}/resultado.csv";
/// Below [`COORDINATION`]: accounts.
pub const STAFF: &str = "equipo";
/// Below [`COORDINATION`]: signing keys.
pub const KEYS: &str = "claves";

/// Below the coordination: pages that are served whole and need no script, and files.
pub const WHOLE: &[&str] = &[
    RNM_CSV,
    STOCK,
    STOCK_BOX,
    STOCK_DEED,
    ORGANISATIONS,
    ORGANISATION,
    UNITS,
    UNIT,
    UNIT_FILE,
    WHERE_NEXT,
    WHERE_NEXT_MAP,
    WHERE_NEXT_UNIT,
    CALENDAR,
    PLAN,
    PLAN_DEED,
    DAY_SHEET,
    DAY,
    BOOKINGS,
    CLOSING,
    CLOSING_DAY_SHEET,
    CLOSING_ACT,
    CLOSING_XLSX,
    CLOSING_CSV,
    OUTREACH_SERVICES,
    PROGRAMME,
    PROGRAMME_SERVICES,
    PROGRAMME_CORRECTION,
    IMPORTS,
    IMPORT,
    IMPORT_CSV,
];

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

/// The form of a unit, or of a commune's figures.
#[must_use]
pub fn unit(area: impl std::fmt::Display) -> String {
    format!("{UNITS}/{area}")
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

/// The bookings of an outreach.
#[must_use]
pub fn desk_bookings(outreach: impl std::fmt::Display) -> String {
    format!("{}/reservas", desk_outreach(outreach))
}

/// The end of an outreach.
#[must_use]
pub fn desk_closing(outreach: impl std::fmt::Display) -> String {
    format!("{}/cierre", desk_outreach(outreach))
}

/// The services behind the figures of an outreach.
#[must_use]
pub fn desk_outreach_services(outreach: impl std::fmt::Display) -> String {
    format!("{}/atenciones", desk_outreach(outreach))
}

/// A programme's page.
#[must_use]
pub fn desk_programme(programme: impl std::fmt::Display) -> String {
    format!("{COORDINATION}/{PROGRAMMES}/{programme}")
}

/// The services behind the figures of a programme.
#[must_use]
pub fn desk_programme_services(programme: impl std::fmt::Display) -> String {
    format!("{}/servicios", desk_programme(programme))
}

/// The form that puts a programme right.
#[must_use]
pub fn desk_programme_correction(programme: impl std::fmt::Display) -> String {
    format!("{}/corregir", desk_programme(programme))
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
