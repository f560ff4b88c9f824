//! Pairing: a phone shows that it holds a key of its own, and the server certifies that key for
//! one outreach (contracts, sections 3 and 7).

use crate::field_error::Problem;
use crate::id::{DeviceId, OutreachId};
use crate::outreach::Outreach;
use crate::timestamp::{DAY_MS, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long a code can be used, in milliseconds: a quarter of an hour, once.
pub const CODE_LASTS_MS: i64 = 15 * 60_000;
/// Most characters of a phone's name.
pub const LONGEST_NAME: usize = 60;

/// The letters of a code: digits and capitals without I, L, O and U (Crockford's base32).
const LETTERS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code.
const LENGTH: usize = 8;
/// What stands before the code in its QR: no address, so that no browser opens by itself.
const QR_HEAD: &str = "HUELLA:";

/// What a coordinator shows and a phone reads: 40 random bits, `7K2M-0QXZ`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairingCode(String);

impl PairingCode {
    /// The code of 40 bits.
    #[must_use]
    pub fn from_bytes([a, b, c, d, e]: [u8; 5]) -> Self {
        let bits = u64::from_be_bytes([0, 0, 0, a, b, c, d, e]);
        let letter = |place: u32| {
            let number = usize::try_from((bits >> (35 - 5 * place)) & 31).unwrap_or(0);
            LETTERS.chars().nth(number)
        };
        Self((0..8).filter_map(letter).collect())
    }

    /// Reads what was typed or what a QR said: either case, with or without hyphens and spaces,
    /// the letters that look like digits as those digits.
    ///
    /// # Errors
    /// [`Problem::Empty`], or [`Problem::Malformed`] for what is no code.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let text = match text.split_at_checked(QR_HEAD.len()) {
            Some((head, code)) if head.eq_ignore_ascii_case(QR_HEAD) => code,
            _ => text,
        };
        let signs = text.chars().filter(|sign| *sign != '-' && !sign.is_whitespace());
        // One more than a code has tells a longer text from one.
        let letters: Option<String> = signs.take(LENGTH + 1).map(letter).collect();
        match letters {
            Some(letters) if letters.is_empty() => Err(Problem::Empty),
            Some(letters) if letters.len() == LENGTH => Ok(Self(letters)),
            _ => Err(Problem::Malformed),
        }
    }

    /// Its eight letters, without a hyphen.
    #[must_use]
    pub fn letters(&self) -> &str {
        &self.0
    }

    /// What its QR says.
    #[must_use]
    pub fn qr_text(&self) -> String {
        format!("{QR_HEAD}{}", self.0)
    }

    /// What a phone signs to show that it holds the private half of `public_key`.
    #[must_use]
    pub fn proof_text(&self, device: DeviceId, public_key: &str) -> String {
        format!("huella-pairing-1\n{}\n{device}\n{public_key}", self.0)
    }
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = self.0.split_at_checked(LENGTH / 2).unwrap_or((self.letters(), ""));
        write!(f, "{head}-{tail}")
    }
}

fn letter(sign: char) -> Option<char> {
    match sign.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        sign => LETTERS.contains(sign).then_some(sign),
    }
}

/// A code as the coordination shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// In two groups of four.
    pub code: String,
    /// What its QR says.
    pub qr: String,
    /// Until when it can be used, once.
    pub until: Timestamp,
}

/// A phone asks to be paired (`POST /api/v1/field/pairing`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct PairingRequest {
    /// The code as it was typed or read.
    pub code: String,
    /// The phone, as its submissions name it.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// Its Ed25519 key, 32 bytes in base64url without padding.
    pub public_key: String,
    /// Ed25519 by that key over [`PairingCode::proof_text`], base64url without padding.
    pub signature: String,
}

/// The server's word that a key is that of a phone, for one outreach and some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Delegation {
    /// The phone.
    pub device: DeviceId,
    /// Its key, 32 bytes in base64url without padding.
    pub public_key: String,
    /// The outreach for which it counts.
    pub outreach: OutreachId,
    /// From when.
    pub from: Timestamp,
    /// Until when; afterwards provisional certificates end, and nothing else.
    pub until: Timestamp,
    /// The key that signed, in hexadecimal.
    pub kid: String,
    /// Ed25519 over [`Delegation::signed_text`], base64 without padding.
    pub signature: String,
}

impl Delegation {
    /// What the signature covers.
    #[must_use]
    pub fn signed_text(&self) -> String {
        format!(
            "huella-delegation-1\n{}\n{}\n{}\n{}\n{}\n{}",
            self.device, self.public_key, self.outreach, self.from.0, self.until.0, self.kid
        )
    }
}

/// When a delegation for an outreach ends: a whole local day after its last one.
#[must_use]
pub fn delegated_until(outreach: &Outreach, zone: &Zone) -> Timestamp {
    let last = zone.local(outreach.ends_at).0.max(outreach.held_on);
    let midnight = Timestamp((last.days() + 2) * DAY_MS);
    // Read at that hour of UTC, some hours before: on the night of a change it may be an hour off.
    midnight.plus_ms(-i64::from(zone.offset_minutes(midnight)) * 60_000)
}

/// The answer to a phone that was paired; it keeps it as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Paired {
    /// What the phone is called now.
    pub name: String,
    /// The name of the outreach.
    pub outreach: String,
    /// Until when, as the delegation says.
    pub until: Timestamp,
    /// The server's word.
    pub delegation: Delegation,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    #[test]
    fn known_bits_make_a_known_code() {
        assert_eq!(PairingCode::from_bytes([0; 5]).to_string(), "0000-0000");
        assert_eq!(PairingCode::from_bytes([0xff; 5]).to_string(), "ZZZZ-ZZZZ");
        assert_eq!(PairingCode::from_bytes([0, 68, 50, 20, 199]).to_string(), "0123-4567");
    }

    #[test]
    fn what_looks_alike_is_read_as_what_was_meant() {
        let code = PairingCode::parse("0123-4567").unwrap();
        for typed in ["o123 4567", "OI23-4567", "ol2345 67", " 0-1-2-3-4-5-6-7 ", "HUELLA:01234567"]
        {
            assert_eq!(PairingCode::parse(typed), Ok(code.clone()), "{typed}");
        }
        assert_eq!(PairingCode::parse("huella:0123-4567"), Ok(code));
        for (typed, problem) in [
            ("", Problem::Empty),
            (" - ", Problem::Empty),
            ("HUELLA:", Problem::Empty),
            ("0123-456", Problem::Malformed),
            ("0123-45678", Problem::Malformed),
            ("0123-456U", Problem::Malformed),
            ("0123-456ñ", Problem::Malformed),
            ("HTTPS://HUELLA.CL/V/ABC", Problem::Malformed),
        ] {
            assert_eq!(PairingCode::parse(typed), Err(problem), "{typed}");
        }
    }

    #[test]
    fn what_is_signed_names_everything_that_it_vouches_for() {
        let device = DeviceId(Uuid::from_u128(7));
        let code = PairingCode::parse("7K2M0QXZ").unwrap();
        assert_eq!(
            code.proof_text(device, "key"),
            "huella-pairing-1\n7K2M0QXZ\n00000000-0000-0000-0000-000000000007\nkey"
        );
        let delegation = Delegation {
            device,
            public_key: "key".to_owned(),
            outreach: OutreachId(Uuid::from_u128(9)),
            from: Timestamp(1),
            until: Timestamp(2),
            kid: "ab".to_owned(),
            signature: String::new(),
        };
        assert_eq!(
            delegation.signed_text(),
            "huella-delegation-1\n00000000-0000-0000-0000-000000000007\nkey\n\
             00000000-0000-0000-0000-000000000009\n1\n2\nab"
        );
    }

    proptest! {
        #[test]
        fn a_code_is_read_back_however_it_is_written(
            bytes in any::<[u8; 5]>(),
            lower in any::<bool>(),
            cut in 0..=LENGTH,
        ) {
            let code = PairingCode::from_bytes(bytes);
            prop_assert_eq!(code.letters().len(), LENGTH);
            prop_assert_eq!(&PairingCode::parse(&code.to_string()).unwrap(), &code);
            prop_assert_eq!(&PairingCode::parse(&code.qr_text()).unwrap(), &code);
            let mut typed = code.letters().replace('0', "o").replace('1', "l");
            typed.insert(cut, ' ');
            let typed = if lower { typed.to_lowercase() } else { typed };
            prop_assert_eq!(PairingCode::parse(&typed).unwrap(), code);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,24}") {
            if let Ok(code) = PairingCode::parse(&text) {
                prop_assert_eq!(code.letters().len(), LENGTH);
                prop_assert_eq!(PairingCode::parse(code.letters()), Ok(code));
            }
        }
    }
}
