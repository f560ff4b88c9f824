//! How a message leaves: SMTP, a folder, or memory.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::response::Severity;
use lettre::transport::smtp::{AsyncSmtpTransportBuilder, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::io::AsyncWriteExt;

/// Longest wait for one answer of the SMTP server.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// A pooled connection that was idle this long is closed by us, before the server does.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// Open connections at most.
const CONNECTIONS_MAX: u32 = 4;

/// Why a message did not leave. The reason is the server's code or the system's error, without
/// the address.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SendError {
    /// Try again later: the network, a 4yz answer, a lost connection, a refused sign-in (which is
    /// cured by configuration, not by another message).
    #[error("temporary: {0}")]
    Temporary(String),
    /// Never try this message again: a 5yz answer to it.
    #[error("permanent: {0}")]
    Permanent(String),
}

/// An address of [`Transport::from_url`] that is none. It is not repeated: it may hold a password.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an address of the form smtp://…, smtps://… or folder:PATH")]
pub struct TransportUrlError;

/// Where messages go. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub enum Transport {
    /// An SMTP relay.
    Smtp(Smtp),
    /// A folder that gets one `<outbox id>.eml` a message.
    Folder(PathBuf),
    /// A list, for tests.
    Memory(Memory),
}

/// An SMTP relay and its connections. They are made at the first message: lettre's pool starts a
/// task, and an address may be read where there is no runtime yet.
#[derive(Clone)]
pub struct Smtp {
    builder: AsyncSmtpTransportBuilder,
    pool: Arc<OnceLock<AsyncSmtpTransport<Tokio1Executor>>>,
}

/// What a [`Transport::Memory`] was given: file stem and bytes of each message.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Kept>>);

/// File stem and bytes of each message.
type Kept = Vec<(String, Vec<u8>)>;

impl Memory {
    /// The messages so far, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<(String, Vec<u8>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Transport {
    /// Reads `smtp://[user:password@]host:port[?tls=required|opportunistic]`,
    /// `smtps://[user:password@]host:port` or `folder:PATH`. Nothing is connected yet.
    ///
    /// # Errors
    /// [`TransportUrlError`] for any other text.
    pub fn from_url(url: &str) -> Result<Self, TransportUrlError> {
        if let Some(path) = url.strip_prefix("folder:") {
            return if path.is_empty() {
                Err(TransportUrlError)
            } else {
                Ok(Self::Folder(PathBuf::from(path)))
            };
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| TransportUrlError)?
            .timeout(Some(ANSWER_TIMEOUT))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS_MAX).idle_timeout(IDLE_TIMEOUT));
        Ok(Self::Smtp(Smtp { builder, pool: Arc::default() }))
    }

    /// Hands one message over. `id` is its outbox identifier, the stem of a file name.
    ///
    /// # Errors
    /// [`SendError`]; after a temporary one the message may have arrived all the same (a server
    /// that drops after DATA): its `Message-ID` makes the repetition recognisable.
    pub async fn send(
        &self,
        id: domain::id::MessageId,
        message: &Message,
    ) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => {
                let pool = smtp.pool.get_or_init(|| smtp.builder.clone().build());
                pool.send(message.clone()).await.map(drop).map_err(|error| classed(&error))
            }
            Self::Folder(folder) => write_file(folder, &id.to_string(), &message.formatted())
                .await
                .map_err(|error| SendError::Temporary(error.kind().to_string())),
            Self::Memory(memory) => {
                let mut messages = memory.0.lock().unwrap_or_else(PoisonError::into_inner);
                messages.push((id.to_string(), message.formatted()));
                Ok(())
            }
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smtp(_) => "Transport::Smtp",
            Self::Folder(_) => "Transport::Folder",
            Self::Memory(_) => "Transport::Memory",
        })
    }
}

/// Only a 5yz answer to the message itself is permanent. Codes 530 to 538 answer the sign-in
/// (RFC 4954), 421 and 521 the connection. lettre's pool may hand out a connection that the
/// server closed meanwhile (its issue 743): that is a client error, and temporary.
fn classed(error: &lettre::transport::smtp::Error) -> SendError {
    let Some(code) = error.status() else {
        let reason = if error.is_timeout() { "timeout" } else { "connection" };
        return SendError::Temporary(reason.to_owned());
    };
    let number = code.to_string();
    let sign_in = matches!(number.as_str(), "521" | "530" | "534" | "535" | "538");
    if code.severity == Severity::PermanentNegativeCompletion && !sign_in {
        SendError::Permanent(number)
    } else {
        SendError::Temporary(number)
    }
}

/// Writes the file beside its place and renames it, so that no reader sees half a message.
async fn write_file(folder: &Path, stem: &str, bytes: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let unfinished = folder.join(format!(".{stem}.part"));
    let mut file = tokio::fs::File::create(&unfinished).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    drop(file);
    tokio::fs::rename(&unfinished, folder.join(format!("{stem}.eml"))).await
}

#[cfg(test)]
mod tests;
