//! `/correo`: the mails of the demonstration's folder. Routed only with `--demo` on loopback, for
//! it shows every mail to whoever asks.

use std::path::{Path, PathBuf};

use app::pages::public::account::demo_mail::{DemoMail, DemoMailPage, DemoMailsPage, MailLine};
use app::routes;
use axum::extract::{Path as Captures, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use domain::refusal::Refusal;
use leptos::prelude::*;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};

use crate::config::is_loopback;
use crate::doors::Routes;
use crate::layers::headers::Policy;
use crate::pages::Ask;
use crate::refused::Refused;
use crate::state::AppState;

/// Mails listed at most, the newest.
const LISTED: usize = 200;

/// The routes of this module.
pub fn router() -> Routes {
    Routes::default()
        .get(routes::DEMO_MAIL, list)
        .get("/correo/{mail}", one)
        .get("/correo/{mail}/{part}", part)
        .layer(from_fn(asked_by_name_of_this_machine))
}

/// Answers only who asks for this machine by its own name: a page elsewhere whose name was made to
/// lead here (DNS rebinding) would otherwise read every mail.
async fn asked_by_name_of_this_machine(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(is_loopback) {
        next.run(request).await
    } else {
        Refused(Refusal::DocumentUnknown).into_response()
    }
}

async fn list(State(state): State<AppState>, ask: Ask) -> Result<Response, Refused> {
    let mut mails = Vec::new();
    for stem in newest(&folder(&state)?).await {
        if let Some(bytes) = read(&state, &stem).await
            && let Some(mail) = MessageParser::default().parse(&bytes)
        {
            mails.push(line(&stem, &mail));
        }
    }
    Ok(ask.page(move || view! { <DemoMailsPage mails=mails /> }).await)
}

async fn one(
    State(state): State<AppState>,
    Captures(stem): Captures<String>,
    ask: Ask,
) -> Result<Response, Refused> {
    let bytes = read(&state, &stem).await.ok_or(Refused(Refusal::DocumentUnknown))?;
    let mail = MessageParser::default().parse(&bytes);
    let mail = mail.ok_or(Refused(Refusal::DocumentUnknown))?;
    let text = mail.body_text(0).map(|text| text.into_owned()).unwrap_or_default();
    let attachments = mail
        .attachments()
        .enumerate()
        .map(|(place, part)| {
            let name = part.attachment_name().unwrap_or("adjunto").to_owned();
            (format!("{}/{stem}/{place}", routes::DEMO_MAIL), name)
        })
        .collect();
    let mail = DemoMail { line: line(&stem, &mail), text, attachments };
    Ok(ask.page(move || view! { <DemoMailPage mail=mail /> }).await)
}

async fn part(
    State(state): State<AppState>,
    Captures((stem, place)): Captures<(String, u32)>,
) -> Result<Response, Refused> {
    let bytes = read(&state, &stem).await.ok_or(Refused(Refusal::DocumentUnknown))?;
    let mail = MessageParser::default().parse(&bytes);
    let mail = mail.ok_or(Refused(Refusal::DocumentUnknown))?;
    let part = mail.attachment(place).ok_or(Refused(Refusal::DocumentUnknown))?;
    let kind = HeaderValue::from_static(kind(part));
    let mut response = ([(header::CONTENT_TYPE, kind)], part.contents().to_vec()).into_response();
    response.extensions_mut().insert(Policy::File);
    Ok(response)
}

/// As what an attachment is shown: of the two kinds that our mails carry, else as a file.
fn kind(part: &MessagePart<'_>) -> &'static str {
    if part.is_content_type("application", "pdf") {
        "application/pdf"
    } else if part.is_content_type("text", "calendar") {
        "text/calendar; charset=utf-8"
    } else {
        "application/octet-stream"
    }
}

fn line(stem: &str, mail: &Message<'_>) -> MailLine {
    let to = mail.to().and_then(|to| to.first()).and_then(|to| to.address());
    MailLine {
        href: format!("{}/{stem}", routes::DEMO_MAIL),
        subject: mail.subject().unwrap_or_default().to_owned(),
        recipient: to.unwrap_or_default().to_owned(),
    }
}

fn folder(state: &AppState) -> Result<PathBuf, Refused> {
    state.config.mail_folder().ok_or(Refused(Refusal::DocumentUnknown))
}

/// The stems of the newest mails; they are named by UUIDs of version 7, which sort by time.
async fn newest(folder: &Path) -> Vec<String> {
    let mut stems = Vec::new();
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else { return stems };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let path = PathBuf::from(entry.file_name());
        if path.extension().is_some_and(|kind| kind == "eml")
            && let Some(stem) = path.file_stem().and_then(|stem| stem.to_str())
        {
            stems.push(stem.to_owned());
        }
    }
    stems.sort_unstable_by(|a, b| b.cmp(a));
    stems.truncate(LISTED);
    stems
}

/// A mail of the folder. Only a UUID names one: no path leads out of it.
async fn read(state: &AppState, stem: &str) -> Option<Vec<u8>> {
    let id: uuid::Uuid = stem.parse().ok()?;
    let folder = state.config.mail_folder()?;
    tokio::fs::read(folder.join(format!("{id}.eml"))).await.ok()
}
