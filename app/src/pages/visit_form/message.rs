//! The message that hands a document over by the owner's own telephone.

use domain::contact::Phone;
use phrases::{Locale, field};

/// A link that opens the owner's chat with the message typed.
#[must_use]
pub fn whatsapp(phone: Phone, name: &str, link: &str, locale: Locale) -> String {
    let message = field::whatsapp_message(locale, link, name);
    format!("https://wa.me/{}?text={}", phone.digits(), escaped(&message))
}

/// Percent-encoded for a query (RFC 3986).
fn escaped(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_escaped_for_its_link() {
        assert_eq!(escaped("Ñato & co"), "%C3%91ato%20%26%20co");
        let phone = Phone::parse("912345678").unwrap();
        let link = whatsapp(phone, "Ñato", "HTTPS://H/V/ABC", Locale::default());
        assert!(link.starts_with("https://wa.me/56912345678?text="), "{link}");
        assert!(link.contains("HTTPS%3A%2F%2FH%2FV%2FABC"), "{link}");
    }
}
