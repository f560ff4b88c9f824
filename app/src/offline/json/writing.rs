//! Writing JSON, letter for letter as `serde_json` does. What can be is done by functions that
//! know no types, so that a type brings calls of them and little else.

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt::{self, Display};

/// Writes a value.
#[must_use]
pub fn write<T: Serialize + ?Sized>(value: &T) -> String {
    let mut writer = Writer { text: String::new() };
    let Ok(()) = value.serialize(&mut writer);
    writer.text
}

/// What has been written so far.
struct Writer {
    text: String,
}

/// Writing does not fail, and so nothing asks after each field whether it has: this has no values.
#[derive(Debug)]
enum Never {}

impl Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    /// Asked for by what cannot be said in any format, as a lock that is poisoned; of what we write
    /// nothing does.
    fn custom<T: Display>(message: T) -> Self {
        unreachable!("{message}")
    }
}

impl Writer {
    #[inline(never)]
    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    #[inline(never)]
    fn string(&mut self, text: &str) {
        self.text.push('"');
        for letter in text.chars() {
            let short = match letter {
                '"' | '\\' => letter,
                '\u{8}' => 'b',
                '\u{c}' => 'f',
                '\n' => 'n',
                '\r' => 'r',
                '\t' => 't',
                '\0'..' ' => {
                    let code = u32::from(letter);
                    self.text.push_str(if code < 16 { "\\u000" } else { "\\u001" });
                    self.text.extend(char::from_digit(code % 16, 16));
                    continue;
                }
                _ => {
                    self.text.push(letter);
                    continue;
                }
            };
            self.text.push('\\');
            self.text.push(short);
        }
        self.text.push('"');
    }

    #[inline(never)]
    fn natural(&mut self, value: u64) {
        self.text.push_str(&value.to_string());
    }

    #[inline(never)]
    fn integer(&mut self, value: i64) {
        if value < 0 {
            self.text.push('-');
        }
        self.natural(value.unsigned_abs());
    }

    /// What parts an item from the one before. No value ends with such a sign, for a text ends
    /// with its mark.
    #[inline(never)]
    fn part(&mut self) {
        if !matches!(self.text.as_bytes().last(), Some(b'[' | b'{')) {
            self.text.push(',');
        }
    }

    #[inline(never)]
    fn key(&mut self, name: &str) {
        self.part();
        self.string(name);
        self.text.push(':');
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.part();
        value.serialize(self)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Never> {
        self.key(name);
        value.serialize(self)
    }

    /// What an enumeration has beside its word stands in an object of this one entry.
    fn variant(&mut self, word: &str, begins: &str) {
        self.raw("{");
        self.key(word);
        self.raw(begins);
    }

    fn ends(&mut self, with: &str) -> Result<(), Never> {
        self.raw(with);
        Ok(())
    }
}

macro_rules! numbers {
    ($($method:ident $kind:ty => $how:ident,)+) => {
        $(fn $method(self, value: $kind) -> Result<(), Never> {
            self.$how(value.into());
            Ok(())
        })+
    };
}

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_bool(self, value: bool) -> Result<(), Never> {
        self.ends(if value { "true" } else { "false" })
    }

    numbers! {
        serialize_i8 i8 => integer, serialize_i16 i16 => integer, serialize_i32 i32 => integer,
        serialize_u8 u8 => natural, serialize_u16 u16 => natural, serialize_u32 u32 => natural,
    }

    fn serialize_i64(self, value: i64) -> Result<(), Never> {
        self.integer(value);
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Never> {
        self.natural(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Never> {
        self.serialize_f64(f64::from(value))
    }

    /// The one thing that looks otherwise than in `serde_json`: a whole number has no `.0`, and
    /// none has an exponent.
    fn serialize_f64(self, value: f64) -> Result<(), Never> {
        if !value.is_finite() {
            return self.serialize_unit();
        }
        self.ends(&value.to_string())
    }

    fn serialize_char(self, value: char) -> Result<(), Never> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Never> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Never> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        self.ends("null")
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        word: &'static str,
    ) -> Result<(), Never> {
        self.serialize_str(word)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        word: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.variant(word, "");
        value.serialize(&mut *self)?;
        self.ends("}")
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Self, Never> {
        self.raw("[");
        Ok(self)
    }

    fn serialize_tuple(self, _length: usize) -> Result<Self, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Self, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        word: &'static str,
        _length: usize,
    ) -> Result<Self, Never> {
        self.variant(word, "[");
        Ok(self)
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Self, Never> {
        self.raw("{");
        Ok(self)
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Self, Never> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        word: &'static str,
        _length: usize,
    ) -> Result<Self, Never> {
        self.variant(word, "{");
        Ok(self)
    }
}

impl SerializeSeq for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.item(value)
    }

    fn end(self) -> Result<(), Never> {
        self.ends("]")
    }
}

impl SerializeTuple for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.item(value)
    }

    fn end(self) -> Result<(), Never> {
        self.ends("]")
    }
}

impl SerializeTupleStruct for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.item(value)
    }

    fn end(self) -> Result<(), Never> {
        self.ends("]")
    }
}

impl SerializeTupleVariant for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.item(value)
    }

    fn end(self) -> Result<(), Never> {
        self.ends("]}")
    }
}

impl SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        self.part();
        let from = self.text.len();
        key.serialize(&mut **self)?;
        // One that is no text, as a number, becomes one.
        if !self.text.split_at(from).1.starts_with('"') {
            self.text.insert(from, '"');
            self.text.push('"');
        }
        self.ends(":")
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Never> {
        self.ends("}")
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), Never> {
        self.ends("}")
    }
}

impl SerializeStructVariant for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), Never> {
        self.ends("}}")
    }
}
