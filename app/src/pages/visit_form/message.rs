//! The message that hands a document over by the owner's own telephone.

use domain::contact::Phone;
use phrases::{Locale, field};

use crate::routes::escape_query;

/// A link that opens the owner's chat with the message typed. A landline of Chile has none; of a
/// foreign number nobody can tell.
#[must_use]
pub fn whatsapp(phone: Phone, name: &str, link: &str, locale: Locale) -> Option<String> {
    if phone.is_chilean() && !phone.is_mobile() {
        return None;
    }
    let message = field::whatsapp_message(locale, link, name);
    Some(format!("https://wa.me/{}?text={}", phone.digits(), escape_query(&message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_escaped_for_its_link() {
        let phone = Phone::parse("912345678").unwrap();
        let link = whatsapp(phone, "Ñato", "HTTPS://H/V/ABC", Locale::default()).unwrap();
        assert!(link.starts_with("https://wa.me/56912345678?text="), "{link}");
        assert!(link.contains("HTTPS%3A%2F%2FH%2FV%2FABC"), "{link}");
    }

    #[test]
    fn who_has_a_landline_gets_no_message() {
        for (number, has_chat) in [
            ("55 212 3456", false),
            ("2 2123 4567", false),
            ("9 1234 5678", true),
            ("+591 71234567", true),
        ] {
            let phone = Phone::parse(number).unwrap();
            let link = whatsapp(phone, "Ñato", "HTTPS://H/V/ABC", Locale::default());
            assert_eq!(link.is_some(), has_chat, "{number}");
        }
    }
}
