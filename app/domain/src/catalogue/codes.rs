//! Enumerations whose values have a stable code.

/// Makes an enumeration whose values have a stable code: `code()`, `from_code()`, `ALL`, `Display`
/// and serde as that code.
macro_rules! coded {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $code:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
        pub enum $name {
            $(
                $(#[$variant_meta])*
                #[cfg_attr(not(target_arch = "wasm32"), schema(rename = $code))]
                $variant,
            )+
        }

        impl $name {
            /// Every value, in the order a list shows them.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The codes, in the same order.
            const CODES: &'static [&'static str] = &[ $( $code, )+ ];

            /// The stable code, as stored and sent.
            pub const fn code(self) -> &'static str {
                Self::CODES[self as usize]
            }

            /// The value of a code; `None` when there is none.
            pub fn from_code(code: &str) -> Option<Self> {
                let at = $crate::catalogue::codes::place(Self::CODES, code)?;
                Self::ALL.get(at).copied()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        // By hand: what serde derives for an enumeration weighs ten times as much in the wasm.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let at = $crate::catalogue::codes::read_code(deserializer, Self::CODES)?;
                Self::ALL.get(at).copied().ok_or_else($crate::catalogue::codes::no_code)
            }
        }
    };
}
pub(crate) use coded;

/// Where a code stands in a list. One search for all of them: one for each enumeration, as `match`
/// would be, weighs more in the phone's program.
#[inline(never)]
pub(crate) fn place(codes: &[&str], code: &str) -> Option<usize> {
    codes.iter().position(|one| *one == code)
}

/// Reads a code, as its place in the list.
#[inline(never)]
pub(crate) fn read_code<'de, D>(deserializer: D, codes: &[&str]) -> Result<usize, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let code = <String as serde::Deserialize>::deserialize(deserializer)?;
    place(codes, &code).ok_or_else(no_code)
}

/// What is said of a code that is in no list.
pub(crate) fn no_code<E: serde::de::Error>() -> E {
    E::custom("no such code in the list")
}
