//! What opens a booking, and by what its owner is known again: all of it follows from the secret
//! file, so that the database alone opens nothing and names nobody.

use data_encoding::BASE32_NOPAD;
use domain::booking::BookingDetails;
use domain::identity::IdentityDocument;
use domain::name::search_key;
use uuid::Uuid;

use crate::keys::Keys;

/// Letters of a ticket's code: fifty bits.
pub const CODE_LETTERS: usize = 10;
/// Letters of a mail link's token: the code, and eighty bits more.
const TOKEN_LETTERS: usize = 26;
/// Characters of the document that go with a code.
const END_LETTERS: usize = 4;

/// The code on a booking's ticket.
pub(crate) fn code(keys: &Keys, booking: Uuid) -> String {
    letters(&keys.derive(b"booking-code", booking.as_bytes()), CODE_LETTERS)
}

/// By what a code is found.
pub(crate) fn code_hash(keys: &Keys, code: &str) -> Vec<u8> {
    keys.derive(b"booking-code-hash", code.as_bytes()).to_vec()
}

/// The identifier of the booking that a form makes for a document: the same for the same form, so
/// that it is made once and its code can be told again, and nobody who knows the identifier knows
/// the form.
pub(super) fn booking_of(keys: &Keys, form: &str, (at, owner_key): (&str, &[u8])) -> Uuid {
    let about = [form.as_bytes(), at.as_bytes(), owner_key].map(|part| {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        [length.to_be_bytes().as_slice(), part].concat()
    });
    let drawn = keys.derive(b"booking-form", &about.concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&drawn[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The token of the link in a booking's mails. It begins with the code, by which the booking is
/// found; it is not stored.
pub(crate) fn token(keys: &Keys, booking: Uuid) -> String {
    let seal = keys.derive(b"booking-link", booking.as_bytes());
    format!("{}{}", code(keys, booking), letters(&seal, TOKEN_LETTERS - CODE_LETTERS))
}

/// Whether a token is that of a booking's link. What is compared are hashes of both: how long it
/// takes tells nothing of the letters.
pub(crate) fn is_token(keys: &Keys, booking: Uuid, typed: &str) -> bool {
    let hash = |token: &str| keys.derive(b"booking-link-hash", token.as_bytes());
    hash(&token(keys, booking)) == hash(typed)
}

/// A code as it was printed: what somebody typed in whatever case, with hyphens and spaces.
/// Nothing when it cannot be one.
pub(crate) fn typed_code(text: &str) -> Option<String> {
    typed(text, CODE_LETTERS)
}

/// The same for a token; its first letters are the code.
pub(crate) fn typed_token(text: &str) -> Option<String> {
    typed(text, TOKEN_LETTERS)
}

fn typed(text: &str, length: usize) -> Option<String> {
    let kept = text.chars().filter(|sign| !sign.is_whitespace() && *sign != '-');
    let text: String = kept.map(|sign| sign.to_ascii_uppercase()).collect();
    let is_base32 = text.bytes().all(|sign| matches!(sign, b'A'..=b'Z' | b'2'..=b'7'));
    (text.len() == length && is_base32).then_some(text)
}

/// By what a document is known again; nothing for no document.
pub(crate) fn owner_key(keys: &Keys, document: &IdentityDocument) -> Option<Vec<u8>> {
    let about = format!("{}:{}", document.kind().code(), document.key()?);
    Some(keys.derive(b"booking-owner", about.as_bytes()).to_vec())
}

/// By what a domicile is known again, however it is spelled; nothing without street and commune.
pub(crate) fn household_key(keys: &Keys, details: &BookingDetails) -> Option<Vec<u8>> {
    let street = search_key(details.address.as_ref()?.as_str());
    let about = format!("{}:{street}", details.commune?.code());
    Some(keys.derive(b"booking-household", about.as_bytes()).to_vec())
}

/// By what an address for mail is known again, in whatever case it is written.
pub(super) fn email_key(keys: &Keys, details: &BookingDetails) -> Option<Vec<u8>> {
    let email = details.email.as_ref()?.key();
    Some(keys.derive(b"booking-email", email.as_bytes()).to_vec())
}

/// By what a telephone is known again.
pub(super) fn phone_key(keys: &Keys, details: &BookingDetails) -> Option<Vec<u8>> {
    let phone = details.phone?.e164();
    Some(keys.derive(b"booking-phone", phone.as_bytes()).to_vec())
}

/// Whether what was typed are the last four letters and digits of a document.
pub(crate) fn is_end_of(document: &IdentityDocument, typed: &str) -> bool {
    let plain = |text: &str| {
        let kept = text.chars().filter(|sign| sign.is_alphanumeric());
        kept.map(|sign| sign.to_ascii_uppercase()).collect::<String>()
    };
    let (whole, typed) = (document.key().map(|key| plain(&key)), plain(typed));
    typed.chars().count() == END_LETTERS && whole.is_some_and(|whole| whole.ends_with(&typed))
}

fn letters(bytes: &[u8], count: usize) -> String {
    BASE32_NOPAD.encode(bytes).chars().take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_written_down() {
        assert_eq!(typed_code("abcde-fgh 27").as_deref(), Some("ABCDEFGH27"));
        for wrong in ["", "ABCDEFGH2", "ABCDEFGH277", "ABCDEFGH10", "ÁBCDEFGH27"] {
            assert_eq!(typed_code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_end_of_a_document_is_its_last_four_signs() {
        let run = IdentityDocument::parse_run("12.345.678-5").unwrap();
        for right in ["6785", "678-5", " 678 - 5"] {
            assert!(is_end_of(&run, right), "{right}");
        }
        for wrong in ["", "785", "6784", "56785", "12345678-5"] {
            assert!(!is_end_of(&run, wrong), "{wrong}");
        }
        let passport = IdentityDocument::parse_passport("ARG", "AAB123k").unwrap();
        assert!(is_end_of(&passport, "123K") && is_end_of(&passport, "123k"));
        assert!(!is_end_of(&IdentityDocument::None, ""));
    }
}
