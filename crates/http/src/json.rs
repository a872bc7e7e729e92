//! JSON without duplicate names.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The error of reading JSON.
#[derive(Debug)]
pub enum JsonError {
    /// The text is not JSON.
    Syntax(serde_json::Error),
    /// An object has a name twice, so that one of its values would be ignored (RFC 8259, section 4).
    Repeated(String),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => error.fmt(f),
            Self::Repeated(name) => write!(f, "{name:?} appears more than once in an object"),
        }
    }
}

/// Reads JSON, and refuses objects that have a name twice.
pub fn read_json(text: &[u8]) -> Result<Value, JsonError> {
    match serde_json::from_slice::<Strict>(text) {
        Ok(Strict(value)) => Ok(value),
        // The error of a visitor is a text; the name is read again from the known position.
        Err(error) if error.is_data() => match error.to_string().split_once(MARK) {
            Some((_, name)) => {
                let name = name.rsplit_once(" at line ").map_or(name, |(name, _)| name);
                Err(JsonError::Repeated(name.to_owned()))
            }
            None => Err(JsonError::Syntax(error)),
        },
        Err(error) => Err(JsonError::Syntax(error)),
    }
}

/// The prefix of the error for a repeated name.
const MARK: &str = "repeated name ";

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(de::Error::custom(format!("{MARK}{name}")));
            }
            let Strict(value) = members.next_value()?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_serde_json_reads() {
        for text in [
            "null",
            "true",
            "-1",
            "18446744073709551615",
            "1.5",
            "\"ä\\u0000\"",
            "[]",
            r#"{"a":[1,{"b":null}],"c":{}}"#,
        ] {
            let plain: Value = serde_json::from_str(text).unwrap();
            assert_eq!(read_json(text.as_bytes()).unwrap(), plain, "{text}");
        }
        for text in ["", "{", "[1,]", "nul", "{} {}", "\u{feff}{}"] {
            let refused = read_json(text.as_bytes()).unwrap_err();
            assert!(matches!(refused, JsonError::Syntax(_)), "{text}");
        }
    }

    #[test]
    fn a_repeated_name_is_reported_at_any_depth() {
        for (text, name) in [
            (r#"{"id":1,"id":2}"#, "id"),
            (r#"{"tasks":[{"due":1,"x":2,"due":1}]}"#, "due"),
            (r#"{"a":{" at line ":1," at line ":1}}"#, " at line "),
            (r#"{"\u0061":1,"a":2}"#, "a"),
        ] {
            let refused = read_json(text.as_bytes()).unwrap_err();
            assert!(
                matches!(&refused, JsonError::Repeated(found) if found == name),
                "{text}: {refused:?}"
            );
        }
    }
}
