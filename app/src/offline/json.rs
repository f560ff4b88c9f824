//! Reading JSON with little code: the text becomes a tree first, and every type is read from that.
//!
//! What serde derives is compiled once for each type and reader. Read straight from the text, each
//! type would bring a parser of its own, for objects and for arrays; read from the tree, it brings
//! its fields in their order, looked up by name here.

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Error;
use std::fmt;

/// Reads a value.
///
/// # Errors
/// When the text is no JSON, or not of this shape.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let tree: Tree = serde_json::from_str(text)?;
    T::deserialize(&tree)
}

/// A value of JSON. Objects keep the order of their text.
enum Tree {
    /// No value at all.
    Absent,
    Null,
    Bool(bool),
    Natural(u64),
    Negative(i64),
    Real(f64),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

struct TreeVisitor;

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Natural(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Negative(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Real(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Tree::Object(object))
    }
}

impl<'de> IntoDeserializer<'de, Error> for &'de Tree {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn unexpected() -> Error {
    Error::custom("not of the shape that was expected")
}

impl<'de> Deserializer<'de> for &'de Tree {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Tree::Null => visitor.visit_unit(),
            Tree::Absent => Err(unexpected()),
            Tree::Bool(value) => visitor.visit_bool(*value),
            Tree::Natural(value) => visitor.visit_u64(*value),
            Tree::Negative(value) => visitor.visit_i64(*value),
            Tree::Real(value) => visitor.visit_f64(*value),
            Tree::Text(value) => visitor.visit_borrowed_str(value),
            Tree::List(_) => self.deserialize_seq(visitor),
            Tree::Object(_) => self.deserialize_map(visitor),
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
            _ => Err(unexpected()),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Tree::List(items) => visitor.visit_seq(SeqDeserializer::new(items.iter())),
            _ => Err(unexpected()),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Tree::Object(entries) = self else { return Err(unexpected()) };
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
        let Tree::Object(entries) = self else { return Err(unexpected()) };
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
            _ => Err(unexpected()),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        tuple tuple_struct identifier
    }
}

/// The fields of an object in the order of a struct's. Of those that are not there an `Option` is
/// none, and what has a default has it.
struct Fields<'de> {
    entries: &'de [(String, Tree)],
    names: std::slice::Iter<'static, &'static str>,
}

impl<'de> SeqAccess<'de> for Fields<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        match self.entries.iter().find(|entry| entry.0 == *name) {
            Some((_, value)) => seed.deserialize(value).map(Some),
            None => Ok(seed.deserialize(&Tree::Absent).ok()),
        }
    }
}

const fn as_entry(entry: &(String, Tree)) -> (&str, &Tree) {
    (entry.0.as_str(), &entry.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::visit_form::draft::VisitDraft;
    use domain::field_error::{Field, FieldError, Problem};
    use domain::id::SubmissionId;
    use domain::refusal::Refusal;
    use domain::submission::{Answer, Outcome};
    use serde::Serialize;
    use uuid::Uuid;

    fn comes_back<T: Serialize + DeserializeOwned + PartialEq + fmt::Debug>(value: &T) {
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(&read::<T>(&text).unwrap(), value, "{text}");
        assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value);
    }

    #[test]
    fn what_is_written_comes_back() {
        comes_back(&vec![Some(1_u64), None, Some(u64::MAX)]);
        comes_back(&(vec![-1_i64, i64::MIN], 0.5_f64, true, "ñ \"\u{1F436}\"".to_owned()));
        comes_back(&VisitDraft::default());
        let fields = vec![FieldError { field: Field::Run, code: Problem::Empty }];
        for refusal in [Refusal::Invalid { fields }, Refusal::SignedOut] {
            let outcome = Outcome::Refused { command: Some(3), refusal };
            comes_back(&Answer { id: SubmissionId(Uuid::from_u128(7)), outcome });
        }
    }

    /// As what is kept on a phone looks to a newer version of the app.
    #[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
    struct Grown {
        first: String,
        second: Option<u8>,
        #[serde(default)]
        third: Vec<u8>,
        last: bool,
    }

    #[test]
    fn what_is_absent_has_its_default_and_order_does_not_matter() {
        let read = |text| read::<Grown>(text).ok();
        let plain = Grown { first: "a".to_owned(), second: None, third: vec![], last: true };
        assert_eq!(read("{\"last\":true,\"unknown\":{\"x\":[1]},\"first\":\"a\"}"), Some(plain));
        let full = Grown { first: "a".to_owned(), second: Some(2), third: vec![3], last: false };
        let text = "{\"third\":[3],\"second\":2,\"first\":\"a\",\"last\":false}";
        assert_eq!(read(text), Some(full));
        for text in ["{\"last\":true}", "{\"first\":\"a\"}", "[\"a\",null,[],true]", "{}"] {
            assert_eq!(read(text), None, "{text}");
        }
        let wrong = "{\"first\":\"a\",\"last\":true,\"second\":\"x\"}";
        assert_eq!(read(wrong), None);
    }

    #[test]
    fn another_shape_is_an_error() {
        for text in ["", "[", "{}x", "[1]", "null", "{\"step\":3}", "{\"step\":{\"find\":1}}"] {
            assert!(read::<VisitDraft>(text).is_err(), "{text}");
        }
        assert!(read::<Vec<u8>>("[256]").is_err());
        assert!(read::<String>("1").is_err());
    }
}
