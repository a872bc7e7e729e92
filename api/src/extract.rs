//! Extractors whose errors name the field and say what is accepted.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use taskwire_domain::{Invalid, TaskRef};

use crate::error::ApiError;
use crate::state::Api;

mod describe;

use describe::{clip, describe, describe_parameter, escape, pointer};

/// Largest body accepted, in bytes.
pub(crate) const BODY_MAX: usize = 1024 * 1024;

/// A JSON body, together with its bytes for the idempotency fingerprint.
pub(crate) struct Body<T> {
    pub(crate) value: T,
    pub(crate) bytes: Bytes,
}

impl<T: DeserializeOwned + Serialize> FromRequest<Api> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Api) -> Result<Self, ApiError> {
        require_json(request.headers())?;
        let bytes = read(request).await?;
        let value = parse(&bytes)?;
        Ok(Self { value, bytes })
    }
}

/// A JSON body that may be left out.
pub(crate) struct OptionalBody<T> {
    pub(crate) value: T,
    pub(crate) bytes: Bytes,
}

impl<T: DeserializeOwned + Serialize + Default> FromRequest<Api> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Api) -> Result<Self, ApiError> {
        let typed = require_json(request.headers());
        let bytes = read(request).await?;
        if bytes.is_empty() {
            return Ok(Self {
                value: T::default(),
                bytes,
            });
        }
        typed?;
        Ok(Self {
            value: parse(&bytes)?,
            bytes,
        })
    }
}

/// The input of an operation without fields or query parameters: any that is sent is refused, none is ignored.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Empty {}

async fn read(request: Request) -> Result<Bytes, ApiError> {
    axum::body::to_bytes(request.into_body(), BODY_MAX)
        .await
        .map_err(|error| {
            let too_large = std::error::Error::source(&error)
                .and_then(|source| source.downcast_ref::<http_body_util::LengthLimitError>())
                .is_some();
            if too_large {
                ApiError::TooLarge(BODY_MAX)
            } else {
                ApiError::Malformed(Invalid::new(
                    "",
                    "incomplete_body",
                    "The body is incomplete.",
                ))
            }
        })
}

fn require_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if kind == "application/json" || kind == "application/merge-patch+json" {
        Ok(())
    } else {
        Err(ApiError::UnsupportedMedia)
    }
}

/// Reads JSON; syntax errors are 400, everything about fields is 422 with a pointer.
pub(crate) fn parse<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, ApiError> {
    parse_exactly(bytes).or_else(|refused| match with_whole_numbers(bytes) {
        Some(same) => parse_exactly(&same).map_err(|_| refused),
        None => Err(refused),
    })
}

/// The same document with `5` for `5.0`, which is an integer too (JSON Schema, validation, section 6.1.1); `None` if there
/// is no such number. Some languages write every number like this.
fn with_whole_numbers(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut value = serde_json::from_slice(bytes).ok()?;
    if make_whole(&mut value) {
        serde_json::to_vec(&value).ok()
    } else {
        None
    }
}

fn make_whole(value: &mut Value) -> bool {
    match value {
        Value::Number(number) if number.is_f64() => {
            let whole = number.as_f64().and_then(as_integer);
            if let Some(whole) = whole {
                *number = whole.into();
            }
            whole.is_some()
        }
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |found, item| make_whole(item) | found),
        Value::Object(fields) => fields
            .values_mut()
            .fold(false, |found, field| make_whole(field) | found),
        _ => false,
    }
}

/// An integer that a float holds exactly.
fn as_integer(number: f64) -> Option<i64> {
    // Above, floats have gaps.
    const LARGEST: f64 = 9_007_199_254_740_991.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole, and within what a float holds exactly"
    )]
    (number.fract() == 0.0 && number.abs() <= LARGEST).then_some(number as i64)
}

fn parse_exactly<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        if inner.is_data() {
            ApiError::from(describe(&pointer, &inner.to_string()))
        } else {
            not_json(&inner)
        }
    })?;
    reader.end().map_err(|error| not_json(&error))?;
    if bytes.contains(&b'[') {
        refuse_lists(bytes, &value)?;
    }
    Ok(value)
}

/// Refuses a list where an object is expected: serde would read its items as the fields in order.
fn refuse_lists(bytes: &[u8], read: &impl Serialize) -> Result<(), ApiError> {
    let sent: Value = serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
    let read = serde_json::to_value(read).map_err(|error| ApiError::Internal(error.to_string()))?;
    match list_for_object(&sent, &read) {
        Some(pointer) => {
            Err(
                Invalid::new(pointer, "invalid_type", "Expected an object, got a list.")
                    .hint("Send an object.")
                    .into(),
            )
        }
        None => Ok(()),
    }
}

/// The JSON pointer of a list that was read as an object.
fn list_for_object(sent: &Value, read: &Value) -> Option<String> {
    match (sent, read) {
        (Value::Array(_), Value::Object(_)) => Some(String::new()),
        (Value::Array(sent), Value::Array(read)) => {
            sent.iter()
                .zip(read)
                .enumerate()
                .find_map(|(index, (sent, read))| {
                    list_for_object(sent, read).map(|rest| format!("/{index}{rest}"))
                })
        }
        (Value::Object(sent), Value::Object(read)) => sent.iter().find_map(|(name, sent)| {
            list_for_object(sent, read.get(name)?).map(|rest| format!("/{}{rest}", escape(name)))
        }),
        _ => None,
    }
}

fn not_json(error: &serde_json::Error) -> ApiError {
    ApiError::Malformed(
        Invalid::new(
            "",
            "malformed_json",
            format!("The body is not JSON: {}.", clip(&error.to_string())),
        )
        .hint("Send one JSON object."),
    )
}

/// Query parameters.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Api> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, ApiError> {
        read_query(&parts.uri, &[]).map(Self)
    }
}

/// Reads query parameters; `others` are known too, and were read before.
pub(crate) fn read_query<T: DeserializeOwned>(uri: &Uri, others: &[&str]) -> Result<T, ApiError> {
    axum::extract::Query::<T>::try_from_uri(uri)
        .map(|axum::extract::Query(value)| value)
        .map_err(|rejection| {
            let text = rejection.body_text();
            let text = text
                .strip_prefix("Failed to deserialize query string: ")
                .unwrap_or(&text);
            let (field, message) = match text.split_once(": ") {
                Some((field, message)) if !field.contains(' ') => (field, message),
                _ => ("", text),
            };
            let all = pairs(uri);
            let value = all.iter().find(|(name, _)| name == field);
            let value = value.map(|(_, value)| value.as_str());
            ApiError::from(describe_parameter(field, message, value, others))
        })
}

/// All query parameters by name.
fn pairs(uri: &Uri) -> Vec<(String, String)> {
    let all = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
    all.map(|axum::extract::Query(all)| all).unwrap_or_default()
}

/// Reads the query parameter `name`, which is true or false, and returns the address without it.
pub(crate) fn split_flag(uri: &Uri, name: &str) -> Result<(Option<bool>, Uri), ApiError> {
    let is_it = |part: &str| {
        let part: Option<Uri> = format!("/?{part}").parse().ok();
        part.is_some_and(|part| pairs(&part).iter().any(|(own, _)| own == name))
    };
    let query = uri.query().unwrap_or_default();
    let (own, rest): (Vec<&str>, Vec<&str>) = query.split('&').partition(|part| is_it(part));
    if own.is_empty() {
        return Ok((None, uri.clone()));
    }
    let own: Vec<String> = pairs(uri)
        .into_iter()
        .filter_map(|(own, value)| (own == name).then_some(value))
        .collect();
    let refused = |message: &str| {
        ApiError::from(describe_parameter(
            name,
            message,
            own.first().map(String::as_str),
            &[],
        ))
    };
    let flag = match own.as_slice() {
        [only] => only
            .parse()
            .map_err(|_| refused("provided string was not `true` or `false`"))?,
        _ => return Err(refused(&format!("duplicate field `{name}`"))),
    };
    let rest = format!("{}?{}", uri.path(), rest.join("&"));
    let rest = rest
        .parse()
        .map_err(|_| ApiError::Internal("an address could not be shortened".into()))?;
    Ok((Some(flag), rest))
}

/// The task named in a path, by number or by id.
pub(crate) struct TaskPath(pub(crate) TaskRef);

impl FromRequestParts<Api> for TaskPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let Segment(text) = Segment::from_request_parts(parts, api).await?;
        Ok(Self(TaskRef::parse(&text)?))
    }
}

/// The one parameter of a path, as text.
pub(crate) struct Segment(pub(crate) String);

impl FromRequestParts<Api> for Segment {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        axum::extract::Path::<String>::from_request_parts(parts, api)
            .await
            .map(|axum::extract::Path(text)| Self(text))
            .map_err(|_| bad_path())
    }
}

/// The two parameters of a path, as text.
pub(crate) struct Segments(pub(crate) String, pub(crate) String);

impl FromRequestParts<Api> for Segments {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        axum::extract::Path::<(String, String)>::from_request_parts(parts, api)
            .await
            .map(|axum::extract::Path((first, second))| Self(first, second))
            .map_err(|_| bad_path())
    }
}

fn bad_path() -> ApiError {
    ApiError::Malformed(
        Invalid::new("", "malformed_path", "The path is not valid.")
            .hint("Percent-encode it as UTF-8."),
    )
}
