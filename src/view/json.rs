//! Reads JSON into plain data with little code.
//!
//! `serde_json::from_str` compiles every type's reader against a deserialiser that can do everything: structs that come as lists, keys that come
//! as numbers or bytes. The page knows its messages. Readers were two fifths of the page's program; with this deserialiser, and enums tagged
//! from outside (which are read without a copy), it is 27 kB smaller (gzip).

use std::fmt;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::Value;

/// Why a text could not be read.
#[derive(Debug)]
pub struct Error(String);

/// Reads a text.
///
/// # Errors
/// It is no JSON, or not of this type.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    from_value(serde_json::from_str(text).map_err(|error| Error(error.to_string()))?)
}

/// Reads a value.
///
/// # Errors
/// It is not of this type.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Json(value))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// A value that is read once.
struct Json(Value);

#[inline(never)]
fn unexpected(wanted: &str, value: &Value) -> Error {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Error(format!("expected {wanted}, found {found}"))
}

impl Json {
    #[inline(never)]
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Number(number) = &self.0 else { return Err(unexpected("a number", &self.0)) };
        match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => visitor.visit_u64(number),
            (None, Some(number)) => visitor.visit_i64(number),
            (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
        }
    }

    #[inline(never)]
    fn object(self) -> Result<Fields, Error> {
        match self.0 {
            Value::Object(fields) => Ok(Fields { fields: fields.into_iter(), value: None }),
            other => Err(unexpected("an object", &other)),
        }
    }

    #[inline(never)]
    fn list(self) -> Result<Items, Error> {
        match self.0 {
            Value::Array(items) => Ok(Items(items.into_iter())),
            other => Err(unexpected("a list", &other)),
        }
    }

    #[inline(never)]
    fn text(self) -> Result<String, Error> {
        match self.0 {
            Value::String(text) => Ok(text),
            other => Err(unexpected("a text", &other)),
        }
    }
}

macro_rules! numbers {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> { self.number(visitor) }
    )* };
}

impl<'de> Deserializer<'de> for Json {
    type Error = Error;

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(_) => self.number(visitor),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(_) => visitor.visit_seq(self.list()?),
            Value::Object(_) => visitor.visit_map(self.object()?),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            other => Err(unexpected("true or false", &other)),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(unexpected("bytes", &self.0))
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(unexpected("bytes", &self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self.object()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(self.object()?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.variant()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

impl Json {
    /// A bare name, or an object of one field, whose name is the variant's.
    #[inline(never)]
    fn variant(self) -> Result<Variant, Error> {
        match self.0 {
            Value::String(name) => Ok(Variant { name, value: Value::Null }),
            Value::Object(fields) if fields.len() == 1 => match fields.into_iter().next() {
                Some((name, value)) => Ok(Variant { name, value }),
                None => Err(Error(String::new())),
            },
            other => Err(unexpected("a name", &other)),
        }
    }
}

struct Variant {
    name: String,
    value: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Json;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Json), Error> {
        Ok((seed.deserialize(Json(Value::String(self.name)))?, Json(self.value)))
    }
}

impl<'de> VariantAccess<'de> for Json {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self.list()?)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self.object()?)
    }
}

struct Fields {
    fields: serde_json::map::IntoIter,
    value: Option<Value>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((name, value)) = self.fields.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Json(Value::String(name))).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(Json(self.value.take().unwrap_or_default()))
    }
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.0.next().map(|item| seed.deserialize(Json(item))).transpose()
    }
}

#[cfg(all(test, feature = "teach"))]
mod tests {
    use super::read;
    use crate::error::{Error, ErrorKind};
    use crate::project::{HeadKind, Project, TrainSettings};
    use crate::protocol::{DeviceKind, EpochRow, Event, SampleFacts, TeachEvent};

    fn comes_back(event: &Event) {
        let text = serde_json::to_string(event).unwrap();
        assert_eq!(&read::<Event>(&text).unwrap(), event, "{text}");
    }

    #[test]
    fn events_come_back_as_they_were() {
        comes_back(&Event::Started);
        let error = Error::new(ErrorKind::NotAnImage, "a.txt", "a photo", "a \"text\"\n", "Choose a photo.");
        comes_back(&Event::PhotoFailed { photo: u64::MAX, error });
        let (backbone, device) = ("mobilenet-v2".to_owned(), DeviceKind::Gpu);
        comes_back(&Event::Measured { backbone, device, batch: 1, median_ms: 0.1, min_ms: 1e-9 });
        let facts = SampleFacts { sha256: "ab".to_owned(), size: [1, 2], grey: true };
        let embedded = TeachEvent::Embedded { sample: 3, facts, length: 1280, decode_ms: 2.0, network_ms: 1.5 };
        comes_back(&Event::Teach(embedded));
        let row = EpochRow {
            epoch: 1,
            train_loss: 0.1,
            train_accuracy: 1.0 / 3.0,
            val_loss: None,
            val_accuracy: Some(f32::MIN_POSITIVE),
            seconds: 0.25,
            steps: 7,
        };
        comes_back(&Event::Teach(TeachEvent::Epochs { run: 1, rows: vec![row; 2] }));
        let tried = vec![(2, -0.5), (3, 0.75)];
        comes_back(&Event::Teach(TeachEvent::Clustered { number: 1, clusters: vec![vec![1, 2], vec![]], tried }));
        let settings = TrainSettings { head: HeadKind::Hidden { units: 9, dropout: 0.5 }, ..TrainSettings::default() };
        let project = Box::new(Project { settings, ..Project::default() });
        let page = serde_json::json!({ "runs": [1, -2.5, null, { "a": true }] });
        let (number, photos, embedded) = (2, Vec::new(), vec![1]);
        comes_back(&Event::Teach(TeachEvent::GraftOpened { number, project, page, photos, embedded, head_bytes: 7 }));
    }

    #[test]
    fn what_is_missing_takes_its_default_and_what_is_new_is_passed_over() {
        let settings: TrainSettings = read(r#"{ "epochs": 3, "of a later version": [{}] }"#).unwrap();
        assert_eq!(settings, TrainSettings { epochs: 3, ..TrainSettings::default() });
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for text in [
            "",
            "{",
            "[]",
            "7",
            "null",
            r#"{"measured": 3}"#,
            r#"{"crashed": {}}"#,
            r#"{"a": 1, "b": 2}"#,
            r#""no such""#,
        ] {
            assert!(read::<Event>(text).is_err(), "{text}");
        }
        assert!(read::<u8>("256").is_err());
        assert!(read::<Vec<u8>>("[1, -1]").is_err());
    }
}
