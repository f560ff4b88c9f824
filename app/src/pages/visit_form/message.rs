//! The message that hands a document over by the owner's own telephone.

use domain::contact::Phone;
use phrases::{Locale, field};

use crate::routes::escape_query;

/// A link that opens the owner's chat with the message typed.
#[must_use]
pub fn whatsapp(phone: Phone, name: &str, link: &str, locale: Locale) -> String {
    let message = field::whatsapp_message(locale, link, name);
    format!("https://wa.me/{}?text={}", phone.digits(), escape_query(&message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_escaped_for_its_link() {
        let phone = Phone::parse("912345678").unwrap();
        let link = whatsapp(phone, "Ñato", "HTTPS://H/V/ABC", Locale::default());
        assert!(link.starts_with("https://wa.me/56912345678?text="), "{link}");
        assert!(link.contains("HTTPS%3A%2F%2FH%2FV%2FABC"), "{link}");
    }
}
