//! The outbox.

use domain::desk::queue::{MailList, MailState};
use domain::id::MessageId;
use leptos::prelude::server;
use leptos::server_fn::codec::Json;

use crate::api::ApiError;

/// The mails in one state.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskMails, prefix = "/api/coordinacion", endpoint = "correos/lista", input = Json)]
pub async fn mails(state: MailState) -> Result<MailList, ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::mail_desk::list(&asked.office, asked.actor(), state).await;
    asked.told(answer)
}

/// Sends a dead mail again, to another address if one is given.
///
/// # Errors
/// [`ApiError`].
#[server(
    name = AskResendMail,
    prefix = "/api/coordinacion",
    endpoint = "correos/reenviar",
    input = Json
)]
pub async fn resend_mail(message: MessageId, recipient: String) -> Result<(), ApiError> {
    let asked = crate::api::asked::asked()?;
    let answer = backend::mail_desk::resend(&asked.office, asked.actor(), message, recipient).await;
    asked.told(answer)
}
