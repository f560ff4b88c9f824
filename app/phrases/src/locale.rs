//! The languages a person can read this product in.

/// A language with a complete set of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// Spanish of Chile, the language the product is written in.
    #[default]
    Es,
    /// English.
    En,
}

impl Locale {
    /// Every language, in the order a chooser shows them.
    pub const ALL: [Self; 2] = [Self::Es, Self::En];

    /// BCP 47 tag for `<html lang>`, stored rows and cookies: `es-CL` or `en`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Es => "es-CL",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `es`, `es-CL`, `en_GB`; `None` for one we do not have.
    #[must_use]
    pub fn from_code(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("es") {
            Some(Self::Es)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The best language for an `Accept-Language` header (RFC 9110, section 12.5.4): highest
    /// weight first, then order; Spanish when nothing fits. Malformed parts are passed over.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0, Self::Es);
        for part in header.split(',') {
            let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
            let Some(locale) = Self::from_code(tag) else { continue };
            let weight = thousandths(weight);
            if weight > best.0 {
                best = (weight, locale);
            }
        }
        best.1
    }
}

/// `q=0.8` as 800; a missing weight is 1000, an unreadable one 0.
fn thousandths(weight: &str) -> u32 {
    let weight = weight.trim();
    if weight.is_empty() {
        return 1000;
    }
    let digits = weight.strip_prefix("q=").unwrap_or_default();
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    match whole {
        "1" => 1000,
        "0" if fraction.len() <= 3 => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn the_heaviest_known_language_wins() {
        assert_eq!(Locale::from_accept_language("fr, en;q=0.4, es-CL;q=0.8"), Locale::Es);
        assert_eq!(Locale::from_accept_language("en-GB,en;q=0.9"), Locale::En);
        assert_eq!(Locale::from_accept_language("es;q=0.1, en;q=0.25"), Locale::En);
    }

    #[test]
    fn senseless_headers_mean_spanish() {
        for header in ["", "*", "fr", "en;q=zero", "en;q=0", ";;;,,,", "ünïcode;q=9"] {
            assert_eq!(Locale::from_accept_language(header), Locale::Es, "{header}");
        }
    }

    #[test]
    fn a_code_reads_back_as_its_language() {
        for locale in Locale::ALL {
            assert_eq!(Locale::from_code(locale.code()), Some(locale));
        }
    }
}
