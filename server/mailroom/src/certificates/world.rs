//! What Typst sees of the world: the embedded fonts, our templates, and one document's facts.
//! No file system, no packages, no clock.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::RenderError;

include!(concat!(env!("OUT_DIR"), "/fonts.rs"));

/// Font family of Latin Extended letters, a separate face of the same design.
const EXTENDED_FAMILY: &str = "Atkinson Hyperlegible Next Extended";

/// Position of the first extended face in [`FONTS`].
const EXTENDED: std::ops::Range<usize> = 2..4;

/// A document's template.
#[derive(Clone, Copy)]
pub(super) enum Template {
    Voucher,
    Sterilisation,
    Slip,
    Ticket,
    Attendance,
    DaySheet,
}

/// Fonts and templates, shared by all documents.
pub(super) struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    voucher: Source,
    sterilisation: Source,
    slip: Source,
    ticket: Source,
    attendance: Source,
    day_sheet: Source,
    parts: [Source; 3],
    facts: FileId,
    qr: FileId,
    drawing: FileId,
}

impl Press {
    pub(super) fn new() -> Result<Self, RenderError> {
        let fonts: Vec<Font> =
            FONTS.iter().filter_map(|data| Font::new(Bytes::new(*data), 0)).collect();
        if fonts.len() != FONTS.len() {
            return Err(RenderError::Material("an embedded font cannot be read".to_owned()));
        }
        let infos = fonts.iter().enumerate().map(|(index, font)| {
            let mut info = font.info().clone();
            if EXTENDED.contains(&index) {
                info.family = EXTENDED_FAMILY.to_owned();
            }
            info
        });
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_infos(infos)),
            voucher: source("voucher.typ", include_str!("../../certificates/voucher.typ"))?,
            sterilisation: source(
                "sterilisation.typ",
                include_str!("../../certificates/sterilisation.typ"),
            )?,
            slip: source("slip.typ", include_str!("../../certificates/slip.typ"))?,
            ticket: source("ticket.typ", include_str!("../../certificates/ticket.typ"))?,
            attendance: source(
                "attendance.typ",
                include_str!("../../certificates/attendance.typ"),
            )?,
            day_sheet: source("day_sheet.typ", include_str!("../../certificates/day_sheet.typ"))?,
            parts: [
                source("report.typ", include_str!("../../certificates/report.typ"))?,
                source("sheet.typ", include_str!("../../certificates/sheet.typ"))?,
                source("words.typ", include_str!("../../certificates/words.typ"))?,
            ],
            facts: file("facts.json")?,
            qr: file("qr.svg")?,
            drawing: file("drawing.svg")?,
            fonts,
        })
    }

    pub(super) fn fonts(&self) -> &[Font] {
        &self.fonts
    }

    fn template(&self, template: Template) -> &Source {
        match template {
            Template::Voucher => &self.voucher,
            Template::Sterilisation => &self.sterilisation,
            Template::Slip => &self.slip,
            Template::Ticket => &self.ticket,
            Template::Attendance => &self.attendance,
            Template::DaySheet => &self.day_sheet,
        }
    }
}

/// One document on the press.
pub(super) struct Page<'a> {
    pub(super) press: &'a Press,
    pub(super) template: Template,
    pub(super) facts: Bytes,
    pub(super) qr: Bytes,
    pub(super) drawing: Bytes,
}

impl World for Page<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.press.template(self.template).id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        std::iter::once(self.press.template(self.template))
            .chain(&self.press.parts)
            .find(|source| source.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id {
            id if id == self.press.facts => Ok(self.facts.clone()),
            id if id == self.press.qr => Ok(self.qr.clone()),
            id if id == self.press.drawing => Ok(self.drawing.clone()),
            id => self.source(id).map(|source| Bytes::from_string(source.text().to_owned())),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn source(name: &str, text: &str) -> Result<Source, RenderError> {
    Ok(Source::new(file(name)?, text.to_owned()))
}

fn file(name: &str) -> Result<FileId, RenderError> {
    let path = VirtualPath::new(name).map_err(|_| RenderError::Material(name.to_owned()))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}
