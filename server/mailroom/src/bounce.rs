//! Bounces: delivery status reports (RFC 3464) that a relay put into a Maildir.

use mail_parser::{MessageParser, MimeHeaders, PartType};

/// Longest value taken out of a report, characters.
const VALUE_MAX_CHARS: usize = 400;

/// A message that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// `Message-ID` of the message that bounced, without angle brackets; `None` when the report
    /// returned no headers.
    pub message_id: Option<String>,
    /// The address that refused it.
    pub recipient: String,
    /// The status of RFC 3463, `5.1.1`.
    pub status: String,
    /// What the refusing server said, if it is reported.
    pub diagnostic: Option<String>,
}

/// Reads one file of a Maildir. `None` for everything that is no report of a failed delivery:
/// other mail, delays, confirmations. It never panics, whatever it is given.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Bounce> {
    let message = MessageParser::default().parse(bytes)?;
    let mut bounce = None;
    let mut message_id = None;
    for part in &message.parts {
        match part_type(part).as_str() {
            "message/delivery-status" | "message/global-delivery-status" => {
                bounce =
                    bounce.or_else(|| failed_recipient(&String::from_utf8_lossy(part.contents())));
            }
            "message/rfc822"
            | "text/rfc822-headers"
            | "message/global"
            | "message/global-headers" => {
                message_id = message_id.or_else(|| original_id(part));
            }
            _ => {}
        }
    }
    bounce.map(|bounce| Bounce { message_id, ..bounce })
}

fn part_type(part: &mail_parser::MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else { return String::new() };
    format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_lowercase()
}

fn original_id(part: &mail_parser::MessagePart<'_>) -> Option<String> {
    let id = match &part.body {
        PartType::Message(original) => original.message_id().map(str::to_owned),
        _ => MessageParser::default()
            .parse(part.contents())
            .and_then(|original| original.message_id().map(str::to_owned)),
    };
    id.map(|id| limited(&id))
}

/// The first block of fields that reports a failure.
fn failed_recipient(report: &str) -> Option<Bounce> {
    let unfolded = report.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    unfolded.split("\n\n").find_map(|block| {
        let action = field(block, "action")?;
        let recipient =
            field(block, "final-recipient").or_else(|| field(block, "original-recipient"))?;
        if !action.eq_ignore_ascii_case("failed") {
            return None;
        }
        Some(Bounce {
            message_id: None,
            recipient: untyped(&recipient),
            status: field(block, "status")
                .and_then(|status| status.split_whitespace().next().map(limited))
                .unwrap_or_else(|| "5.0.0".to_owned()),
            diagnostic: field(block, "diagnostic-code").map(|code| untyped(&code)),
        })
    })
}

fn field(block: &str, name: &str) -> Option<String> {
    block.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| limited(value))
    })
}

/// The value without its type: `rfc822; ana@example.cl` is `ana@example.cl`.
fn untyped(value: &str) -> String {
    value.split_once(';').map_or(value, |(_, rest)| rest).trim().to_owned()
}

fn limited(value: &str) -> String {
    value.trim().chars().filter(|c| !c.is_control()).take(VALUE_MAX_CHARS).collect()
}

#[cfg(test)]
mod tests;
