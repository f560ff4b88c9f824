//! The outbox.

use domain::desk::queue::{MailList, MailState};
use domain::id::MessageId;
use leptos::prelude::server;
use leptos::server_fn::codec::Json;

use crate::api::ApiError;

/// A page of the mails in one state, newest first; of addresses that contain a text.
///
/// # Errors
/// [`ApiError`].
#[server(name = AskMails, prefix = "/api/coordinacion", endpoint = "correos/lista", input = Json)]
pub async fn mails(state: MailState, address: String, page: u32) -> Result<MailList, ApiError> {
    let asked = crate::api::asked::asked()?;
    let wanted = (address, page);
    let answer = backend::mail_desk::list(&asked.office, asked.actor(), state, wanted).await;
    asked.told(answer)
}

/// Sends a dead or bounced mail again, to another address if one is given.
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
