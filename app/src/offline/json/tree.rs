//! A value of JSON in memory, and how types are read from it.

use super::{Error, text, write};
use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde::ser::{Serialize, Serializer};
use std::slice;

/// A value of JSON. Objects keep the order of their text.
pub enum Tree {
    /// No value at all.
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Natural(u64),
    /// One below zero.
    Negative(i64),
    /// A number that is none of these.
    Real,
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Self>),
    /// An object.
    Object(Vec<(String, Self)>),
}

impl Tree {
    /// A text taken apart, to be read piece by piece.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn parse(text: &str) -> Result<Self, Error> {
        text::parse(text)
    }

    /// It as a type.
    ///
    /// # Errors
    /// When it is not of this shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(self)
    }

    /// What an object has under a name.
    #[must_use]
    #[inline(never)]
    pub fn field(&self, name: &str) -> &Self {
        let Self::Object(entries) = self else { return &Self::Absent };
        entries.iter().find(|entry| entry.0 == name).map_or(&Self::Absent, |entry| &entry.1)
    }

    /// What an array holds; of anything else nothing.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// It as JSON again. Of a number that fits no type `null` is left.
    #[must_use]
    pub fn text(&self) -> String {
        write(self)
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null | Self::Real => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Natural(value) => serializer.serialize_u64(*value),
            Self::Negative(value) => serializer.serialize_i64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(entries) => {
                serializer.collect_map(entries.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

impl<'de> IntoDeserializer<'de, Error> for &'de Tree {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! whole_numbers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self {
                Tree::Natural(value) => visitor.visit_u64(*value),
                Tree::Negative(value) => visitor.visit_i64(*value),
                _ => Err(Error),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for &'de Tree {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Tree::Null => visitor.visit_unit(),
            Tree::Absent | Tree::Real => Err(Error),
            Tree::Bool(value) => visitor.visit_bool(*value),
            Tree::Natural(value) => visitor.visit_u64(*value),
            Tree::Negative(value) => visitor.visit_i64(*value),
            Tree::Text(value) => visitor.visit_borrowed_str(value),
            Tree::List(_) => self.deserialize_seq(visitor),
            Tree::Object(_) => self.deserialize_map(visitor),
        }
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Tree::Bool(value) => visitor.visit_bool(*value),
            _ => Err(Error),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Tree::Null | Tree::Absent => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Tree::Text(value) => visitor.visit_borrowed_str(value),
            _ => Err(Error),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Tree::List(items) => visitor.visit_seq(Items(items.iter())),
            _ => Err(Error),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Tree::Object(entries) = self else { return Err(Error) };
        visitor.visit_map(MapDeserializer::new(entries.iter().map(as_entry)))
    }

    /// A struct is an object, and never an array of its fields. It is given as if it were the
    /// array of them, for which serde derives half the code.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Tree::Object(entries) = self else { return Err(Error) };
        visitor.visit_seq(Fields { entries, names: fields.iter() })
    }

    /// Enumerations are words here; those with data carry a tag and are read by it.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Tree::Text(value) => visitor.visit_enum(StrDeserializer::new(value)),
            _ => Err(Error),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

/// The items of a list.
struct Items<'de>(slice::Iter<'de, Tree>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }
}

/// The fields of an object in the order of a struct's. Of those that are not there an `Option` is
/// none, and what has a default has it.
struct Fields<'de> {
    entries: &'de [(String, Tree)],
    names: slice::Iter<'static, &'static str>,
}

impl<'de> Fields<'de> {
    /// The value of the next field.
    // Not within the reading of each type: it would be there as often as there are types.
    #[inline(never)]
    fn step(&mut self) -> &'de Tree {
        let name = self.names.next();
        let named = |entry: &&(String, Tree)| name.is_some_and(|name| entry.0 == *name);
        self.entries.iter().find(named).map_or(&Tree::Absent, |entry| &entry.1)
    }
}

impl<'de> SeqAccess<'de> for Fields<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let value = self.step();
        match seed.deserialize(value) {
            Ok(read) => Ok(Some(read)),
            Err(Error) if matches!(value, Tree::Absent) => Ok(None),
            Err(Error) => Err(Error),
        }
    }
}

const fn as_entry(entry: &(String, Tree)) -> (&str, &Tree) {
    (entry.0.as_str(), &entry.1)
}
