//! A letter becomes a message: text and HTML parts, documents attached.

mod subject;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use domain::certificate::DocumentKind;
use domain::id::MessageId;
use domain::timestamp::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use minijinja::{Environment, Value, context};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::letter::Letter;

/// Longest name in a file name, bytes of ASCII.
const FILE_NAME_MAX_BYTES: usize = 40;

/// The parts that more than one mail uses.
const SHARED: [(&str, &str); 8] = [
    ("layout.html", include_str!("../templates/layout.html")),
    ("layout.txt", include_str!("../templates/layout.txt")),
    ("words.txt", include_str!("../templates/words.txt")),
    ("file_name.txt", include_str!("../templates/file_name.txt")),
    ("booking_facts.html", include_str!("../templates/booking_facts.html")),
    ("booking_facts.txt", include_str!("../templates/booking_facts.txt")),
    ("booking_unfit.html", include_str!("../templates/booking_unfit.html")),
    ("booking_unfit.txt", include_str!("../templates/booking_unfit.txt")),
];

macro_rules! mails {
    ($($folder:literal),* $(,)?) => {
        [$(
            (concat!($folder, "/subject.txt"),
                include_str!(concat!("../templates/", $folder, "/subject.txt"))),
            (concat!($folder, "/body.txt"),
                include_str!(concat!("../templates/", $folder, "/body.txt"))),
            (concat!($folder, "/body.html"),
                include_str!(concat!("../templates/", $folder, "/body.html"))),
        )*]
    };
}

/// Name and text of every mail's templates.
const MAILS: [(&str, &str); 54] = mails![
    "certificate",
    "correction",
    "rnm_approved",
    "invitation",
    "password_reset",
    "owner_code",
    "found_pet",
    "booked",
    "waiting",
    "place_offered",
    "booking_moved",
    "booking_cancelled",
    "booking_reminder",
    "outreach_moved",
    "outreach_suspended",
    "outreach_relocated",
    "outreach_ended",
    "outreach_news",
];

/// Why a message was not composed. None of them carries an address, a name or a text.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The recipient's or the answer's address is none: the message will never leave.
    #[error("the recipient's address cannot be used")]
    Recipient,
    /// The configured sender's address is none.
    #[error("the sender's address cannot be used")]
    Sender,
    /// A template of this binary is broken.
    #[error("the template {name} is broken: {kind}")]
    Template {
        /// Which one.
        name: String,
        /// What kind of fault.
        kind: String,
    },
    /// The parts could not be put together.
    #[error("the message could not be put together")]
    Parts,
}

/// Who sends, for all messages of this installation.
#[derive(Clone, Debug)]
pub struct Sender {
    /// `Huella <huella@example.cl>` or a bare address (`HUELLA_MAIL_FROM`).
    pub from: String,
    /// Host name at the end of every `Message-ID`.
    pub host: String,
    /// Name of the issuing body, in every footer.
    pub issuer: String,
}

/// One message to compose.
pub struct MailMessage {
    /// Its identifier in the outbox, and so its `Message-ID` for ever.
    pub id: MessageId,
    /// Its `Date`.
    pub at: Timestamp,
    /// The recipient's name, if known.
    pub to_name: Option<String>,
    /// The recipient's address.
    pub to_address: String,
    /// What it says.
    pub letter: Letter,
    /// The files to attach, in order.
    pub attachments: Vec<AttachedFile>,
}

/// What kind of file is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A document or a ticket.
    Pdf,
    /// An appointment for a calendar (RFC 5545).
    Calendar,
    /// What takes an appointment back.
    Cancellation,
}

impl FileKind {
    /// The media type; that of an appointment says what is to be done with it (RFC 6047).
    const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Calendar => "text/calendar; charset=utf-8; method=PUBLISH",
            Self::Cancellation => "text/calendar; charset=utf-8; method=CANCEL",
        }
    }
}

/// A file to attach.
pub struct AttachedFile {
    /// What the file is called: see [`Composer::file_name`].
    pub file_name: String,
    /// What it is.
    pub kind: FileKind,
    /// Its bytes; those of a document as stored at issue.
    pub bytes: Vec<u8>,
}

/// Composes messages; the templates are read once. Cloning is cheap.
#[derive(Clone)]
pub struct Composer {
    templates: Arc<Environment<'static>>,
    from: Mailbox,
    host: String,
    issuer: String,
}

impl Composer {
    /// Reads the templates and the sender's address.
    ///
    /// # Errors
    /// [`ComposeError::Sender`] when the address or the host is none; [`ComposeError::Template`]
    /// when this binary was built from a broken template.
    pub fn new(sender: Sender) -> Result<Self, ComposeError> {
        let mut templates = Environment::new();
        templates.set_trim_blocks(true);
        templates.set_lstrip_blocks(true);
        templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        for (name, text) in SHARED.into_iter().chain(MAILS) {
            templates.add_template(name, text).map_err(|error| broken(name, &error))?;
        }
        let host_is_plain = !sender.host.is_empty()
            && sender.host.bytes().all(|b| b.is_ascii_graphic() && b != b'>');
        if !host_is_plain {
            return Err(ComposeError::Sender);
        }
        let from: Mailbox = sender.from.parse().map_err(|_| ComposeError::Sender)?;
        Ok(Self { templates: Arc::new(templates), from, host: sender.host, issuer: sender.issuer })
    }

    /// The whole message, ready for a [`crate::transport::Transport`]. The same input gives the
    /// same bytes.
    ///
    /// # Errors
    /// [`ComposeError::Recipient`] when the address is none, which no repetition will cure; the
    /// others are faults of this binary.
    pub fn compose(&self, message: &MailMessage) -> Result<Message, ComposeError> {
        let address: Address = message.to_address.parse().map_err(|_| ComposeError::Recipient)?;
        let to_name = message.to_name.as_deref().map(one_line).filter(|name| !name.is_empty());
        let folder = message.letter.folder();
        let facts = Value::from_serialize(&message.letter);
        let subject = subject::fitting(&message.letter, |facts| {
            self.render(folder, "subject.txt", &context! { issuer => self.issuer, ..facts })
        })?;
        let facts = context! { issuer => self.issuer, subject => subject, ..facts };
        let text = self.render(folder, "body.txt", &facts)?;
        let html = self.render(folder, "body.html", &facts)?;

        let mut body = MultiPart::mixed().boundary(format!("mixed-{}", message.id)).multipart(
            MultiPart::alternative()
                .boundary(format!("alternative-{}", message.id))
                .singlepart(SinglePart::plain(text))
                .singlepart(SinglePart::html(html)),
        );
        for attachment in &message.attachments {
            // A PDF of plain letters would go as text, whose line ends a mail server changes.
            let bytes = attachment.bytes.clone();
            let bytes = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64);
            let bytes = bytes.map_err(|_| ComposeError::Parts)?;
            let kind = ContentType::parse(attachment.kind.media_type());
            let kind = kind.map_err(|_| ComposeError::Parts)?;
            body = body.singlepart(Attachment::new(attachment.file_name.clone()).body(bytes, kind));
        }
        let since_epoch = Duration::from_millis(u64::try_from(message.at.0).unwrap_or(0));
        Message::builder()
            .message_id(Some(format!("<{}@{}>", message.id, self.host)))
            .date(UNIX_EPOCH + since_epoch)
            .from(self.from.clone())
            .to(Mailbox::new(to_name, address))
            .subject(subject)
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(body)
            .map_err(|_| ComposeError::Parts)
    }

    /// What an attached document is called: ASCII, lower case, `.pdf`; `None` is the slip.
    ///
    /// # Errors
    /// [`ComposeError::Template`] when this binary was built from a broken template.
    pub fn file_name(
        &self,
        kind: Option<DocumentKind>,
        pet_name: &str,
    ) -> Result<String, ComposeError> {
        let name = ascii(pet_name);
        let facts = context! { kind => kind.map_or("slip", DocumentKind::code), name };
        let stem = self.render("", "file_name.txt", &facts)?;
        Ok(format!("{}.pdf", stem.trim().trim_end_matches('-')))
    }

    fn render(&self, folder: &str, file: &str, facts: &Value) -> Result<String, ComposeError> {
        let name = if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
        self.templates
            .get_template(&name)
            .and_then(|template| template.render(facts))
            .map_err(|error| broken(&name, &error))
    }
}

impl fmt::Debug for Composer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composer").field("host", &self.host).finish_non_exhaustive()
    }
}

fn broken(name: &str, error: &minijinja::Error) -> ComposeError {
    ComposeError::Template { name: name.to_owned(), kind: error.kind().to_string() }
}

/// NFC, control characters and runs of white space as one space each: fit for a header.
fn one_line(text: &str) -> String {
    let spaced: String = text.nfc().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lower-case ASCII letters and digits without accents; everything else is a hyphen.
fn ascii(name: &str) -> String {
    let letters = name.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let mut plain = String::new();
    for c in letters {
        if c.is_ascii_alphanumeric() {
            plain.push(c);
        } else if !plain.ends_with('-') && !plain.is_empty() {
            plain.push('-');
        }
    }
    plain.truncate(FILE_NAME_MAX_BYTES);
    plain.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests;
