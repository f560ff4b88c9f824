//! Colours of a coat.

use std::fmt;

use crate::catalogue::coded;
use crate::field_error::{Problem, text_value};

coded! {
    /// Base colours of the RNM's list.
    pub enum Colour {
        /// AMARILLO.
        Yellow = "yellow",
        /// AZUL.
        Blue = "blue",
        /// BLANCO.
        White = "white",
        /// CAFÉ.
        Brown = "brown",
        /// CREMA.
        Cream = "cream",
        /// GRIS.
        Grey = "grey",
        /// NARANJA.
        Orange = "orange",
        /// NEGRO.
        Black = "black",
        /// ROJO.
        Red = "red",
    }
}

impl Colour {
    /// The name in the RNM's list, upper case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yellow => "AMARILLO",
            Self::Blue => "AZUL",
            Self::White => "BLANCO",
            Self::Brown => "CAFÉ",
            Self::Cream => "CREMA",
            Self::Grey => "GRIS",
            Self::Orange => "NARANJA",
            Self::Black => "NEGRO",
            Self::Red => "ROJO",
        }
    }
}

/// One to three distinct colours, the dominant first: the order matters in the RNM's list.
/// Canonical text joins the codes with hyphens: `white-black-brown`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Coat(Vec<Colour>);

text_value!(Coat, Coat::parse, |coat| coat.to_string(), "white-black-brown");

impl Coat {
    /// The largest number of colours.
    pub const MOST: usize = 3;

    /// A coat of these colours, in this order.
    pub fn new(colours: impl IntoIterator<Item = Colour>) -> Result<Self, CoatError> {
        let mut kept = Vec::with_capacity(Self::MOST);
        for colour in colours {
            if kept.contains(&colour) {
                return Err(CoatError::Repeated);
            }
            if kept.len() == Self::MOST {
                return Err(CoatError::TooMany);
            }
            kept.push(colour);
        }
        if kept.is_empty() { Err(CoatError::Empty) } else { Ok(Self(kept)) }
    }

    /// Reads the canonical text.
    pub fn parse(text: &str) -> Result<Self, CoatError> {
        if text.is_empty() {
            return Err(CoatError::Empty);
        }
        let colours: Option<Vec<Colour>> = text.split('-').map(Colour::from_code).collect();
        Self::new(colours.ok_or(CoatError::Unknown)?)
    }

    /// The colours, dominant first.
    pub fn colours(&self) -> &[Colour] {
        &self.0
    }

    /// As the RNM writes it: `BLANCO-NEGRO-CAFÉ`.
    pub fn name(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|colour| colour.name()).collect();
        names.join("-")
    }
}

impl fmt::Display for Coat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, colour) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { "-" };
            write!(f, "{separator}{}", colour.code())?;
        }
        Ok(())
    }
}

coded! {
    /// Why colours make no coat.
    pub enum CoatError {
        /// No colour.
        Empty = "empty",
        /// A code that is not a colour's.
        Unknown = "unknown",
        /// A colour twice.
        Repeated = "repeated",
        /// More than three.
        TooMany = "too_many",
    }
}

impl std::error::Error for CoatError {}

impl From<CoatError> for Problem {
    fn from(error: CoatError) -> Self {
        match error {
            CoatError::Empty => Self::Empty,
            CoatError::Unknown => Self::Unknown,
            CoatError::Repeated => Self::Repeated,
            CoatError::TooMany => Self::TooMany,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Coat, CoatError, Colour};

    #[test]
    fn a_coat_keeps_the_order_of_its_colours() {
        let coat = Coat::new([Colour::White, Colour::Black, Colour::Brown]).unwrap();
        assert_eq!(coat.name(), "BLANCO-NEGRO-CAFÉ");
        assert_eq!(coat.to_string(), "white-black-brown");
        assert_eq!(Coat::parse("white-black-brown"), Ok(coat.clone()));
        assert_ne!(Coat::parse("black-white-brown"), Ok(coat));
    }

    #[test]
    fn one_to_three_distinct_colours_make_a_coat() {
        assert_eq!(Coat::new([]), Err(CoatError::Empty));
        assert_eq!(Coat::parse(""), Err(CoatError::Empty));
        assert_eq!(Coat::parse("white-white"), Err(CoatError::Repeated));
        assert_eq!(Coat::parse("white-black-brown-red"), Err(CoatError::TooMany));
        assert_eq!(Coat::parse("white-"), Err(CoatError::Unknown));
        assert_eq!(Coat::parse("WHITE"), Err(CoatError::Unknown));
    }
}
