//! Printed documents as PDF/UA-1 and PDF/A-2a.

mod facts;
mod glyphs;
mod qr;
mod reports;
mod ticket;
mod world;

#[cfg(test)]
mod tests;

pub use facts::SlipFacts;
pub use ticket::TicketFacts;

use std::sync::Arc;

use domain::closing::{AttendanceAct, DaySheet};
use domain::document::{DocumentFacts, PrintedAct};
use serde_json::Value;
use typst::foundations::{Bytes, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use glyphs::Glyphs;
use world::{Page, Press, Template};

/// What the typesetter has worked out is kept for this many documents that do not use it: what all
/// of them use (fonts, templates) stays, and what only one says goes soon.
const CACHE_AGE: usize = 2;

/// Why no document came out. None of them carries a fact of the document.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template, a font or the PDF standards of this binary are broken.
    #[error("the printing material is broken: {0}")]
    Material(String),
    /// The verification address does not fit a QR code.
    #[error("the address does not fit a QR code")]
    Qr,
    /// Typst refused the document: what it said, without the document's facts.
    #[error("typst refused the document: {0}")]
    Typst(String),
    /// The document has this many pages instead of one.
    #[error("the document has {0} pages instead of one")]
    Pages(usize),
}

/// The printing press: fonts and templates, loaded once. Cloning is cheap.
#[derive(Clone)]
pub struct Certificates {
    press: Arc<Press>,
    glyphs: Arc<Glyphs>,
    standards: PdfStandards,
}

impl Certificates {
    /// Loads the embedded fonts and templates (a few milliseconds).
    ///
    /// # Errors
    /// [`RenderError::Material`] when this binary was built from broken material.
    pub fn new() -> Result<Self, RenderError> {
        let press = Press::new()?;
        let glyphs = Glyphs::of(press.fonts());
        let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
            .map_err(|error| RenderError::Material(error.message().to_string()))?;
        Ok(Self { press: Arc::new(press), glyphs: Arc::new(glyphs), standards })
    }

    /// The document's PDF, one page of letter size. The same facts give the same bytes.
    ///
    /// It takes milliseconds of processor: call it in `spawn_blocking`.
    ///
    /// # Errors
    /// See [`RenderError`]. No name, address or breed makes it fail: characters that no embedded
    /// font has are printed as an empty box.
    pub fn render(&self, document: &DocumentFacts) -> Result<Vec<u8>, RenderError> {
        let template = match document.service {
            PrintedAct::Chip { .. } => Template::Voucher,
            PrintedAct::Sterilisation { .. } => Template::Sterilisation,
        };
        self.print(&Order {
            template,
            ident: document.document.to_string(),
            facts: facts::document(document),
            qr: qr::svg(&document.verify_url)?,
            drawing: facts::drawing_svg(&document.veterinarian.drawing),
            length: Length::OnePage,
        })
    }

    /// The slip for an owner without e-mail, one page of A6 across.
    ///
    /// # Errors
    /// As [`Certificates::render`].
    pub fn slip(&self, slip: &SlipFacts) -> Result<Vec<u8>, RenderError> {
        self.print(&Order {
            template: Template::Slip,
            ident: format!("slip {}", slip.code),
            facts: facts::slip(slip),
            qr: qr::svg(&slip.url)?,
            drawing: String::new(),
            length: Length::OnePage,
        })
    }

    /// The ticket of a booked place, one page of letter size.
    ///
    /// # Errors
    /// As [`Certificates::render`].
    pub fn ticket(&self, ticket: &TicketFacts) -> Result<Vec<u8>, RenderError> {
        self.print(&Order {
            template: Template::Ticket,
            ident: format!("ticket {}", ticket.code),
            facts: ticket::facts(ticket),
            qr: qr::svg(&ticket.url)?,
            drawing: String::new(),
            length: Length::OnePage,
        })
    }

    /// The attendance act of an outreach, letter size, as many pages as it takes.
    ///
    /// # Errors
    /// As [`Certificates::render`].
    pub fn attendance(&self, act: &AttendanceAct) -> Result<Vec<u8>, RenderError> {
        let ident = format!("attendance {}", act.heading.outreach);
        self.print(&Order::report(Template::Attendance, ident, reports::attendance(act)))
    }

    /// The day sheet of an outreach, letter size, as many pages as it takes.
    ///
    /// # Errors
    /// As [`Certificates::render`].
    pub fn day_sheet(&self, sheet: &DaySheet) -> Result<Vec<u8>, RenderError> {
        let ident = format!("day sheet {}", sheet.heading.outreach);
        self.print(&Order::report(Template::DaySheet, ident, reports::day_sheet(sheet)))
    }

    fn print(&self, order: &Order) -> Result<Vec<u8>, RenderError> {
        let mut attempt = Attempt { clean: Glyphs::printable, density: "normal" };
        let mut printed = self.attempt(order, &attempt);
        if matches!(printed, Err(RenderError::Typst(_))) {
            attempt.clean = Glyphs::plain;
            printed = self.attempt(order, &attempt);
        }
        if matches!(printed, Err(RenderError::Pages(_))) {
            attempt.density = "tight";
            printed = self.attempt(order, &attempt);
        }
        comemo::evict(CACHE_AGE);
        printed
    }

    fn attempt(&self, order: &Order, attempt: &Attempt) -> Result<Vec<u8>, RenderError> {
        let mut facts = order.facts.clone();
        each_text(&mut facts, &mut |text: &mut String| *text = (attempt.clean)(&self.glyphs, text));
        facts["density"] = Value::from(attempt.density);
        let page = Page {
            press: &self.press,
            template: order.template,
            facts: Bytes::from_string(facts.to_string()),
            qr: Bytes::from_string(order.qr.clone()),
            drawing: Bytes::from_string(order.drawing.clone()),
        };
        let document = typst::compile::<PagedDocument>(&page).output.map_err(refused)?;
        let pages = document.pages().len();
        if order.length == Length::OnePage && pages != 1 {
            return Err(RenderError::Pages(pages));
        }
        let options = PdfOptions {
            ident: Smart::Custom(order.ident.clone()),
            creator: Smart::Custom(Some("Huella".to_owned())),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options).map_err(refused)
    }
}

/// How to print: which characters to keep, and how close to set them.
struct Attempt {
    clean: fn(&Glyphs, &str) -> String,
    density: &'static str,
}

/// How long a paper may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// One page, set closer when need be.
    OnePage,
    /// As many as it takes.
    Any,
}

struct Order {
    template: Template,
    ident: String,
    facts: Value,
    qr: String,
    drawing: String,
    length: Length,
}

impl Order {
    /// A paper of figures: no address to verify, no signature drawn.
    fn report(template: Template, ident: String, facts: Value) -> Self {
        let (qr, drawing) = (String::new(), String::new());
        Self { template, ident, facts, qr, drawing, length: Length::Any }
    }
}

fn each_text(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| each_text(field, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What Typst said, without what it quotes: that may be a name.
fn refused(errors: typst::ecow::EcoVec<typst::diag::SourceDiagnostic>) -> RenderError {
    let messages: Vec<String> = errors
        .iter()
        .map(|error| error.message.split(['"', '`']).step_by(2).collect::<Vec<_>>().join("…"))
        .collect();
    RenderError::Typst(messages.join("; "))
}
