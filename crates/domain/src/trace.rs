//! The request and the trace that something belongs to, passed from process to process.

use std::fmt;

use crate::contract::headers;

/// Longest request id that is taken over from a caller, in bytes.
const REQUEST_ID_MAX: usize = 128;
/// Length of a `traceparent` of version 00, and of the known part of later versions.
const TRACEPARENT: usize = 55;
/// Longest `traceparent` kept; later versions may be longer than version 00.
const TRACEPARENT_MAX: usize = 255;

/// The name of one request, as shown in logs and in problem details.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RequestId(String);

impl RequestId {
    /// Reads an id that a caller chose: 1 to 128 letters, digits and `-._~+/=:`, which are harmless in a log.
    pub fn parse(text: &str) -> Option<Self> {
        let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=:".contains(&byte);
        ((1..=REQUEST_ID_MAX).contains(&text.len()) && text.bytes().all(is_harmless))
            .then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The position in a distributed trace: the value of a `traceparent` header (W3C trace context, section 3.2).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TraceParent(String);

impl TraceParent {
    /// Reads a header value. The specification has an invalid one ignored: the trace then begins here.
    pub fn parse(text: &str) -> Option<Self> {
        let known = text.get(..TRACEPARENT)?;
        let rest = text.get(TRACEPARENT..)?;
        let mut fields = known.split('-');
        let mut hex = |length: usize| {
            let field = fields.next()?;
            let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            (field.len() == length && field.bytes().all(is_hex)).then_some(field)
        };
        let (version, trace, parent, _flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
        let is_zero = |field: &str| field.bytes().all(|byte| byte == b'0');
        let fits = match version {
            "ff" => false,
            "00" => rest.is_empty(),
            _ => {
                (rest.is_empty() || rest.starts_with('-'))
                    && text.len() <= TRACEPARENT_MAX
                    && rest.bytes().all(|byte| byte.is_ascii_graphic())
            }
        };
        (fits && !is_zero(trace) && !is_zero(parent)).then(|| Self(text.to_owned()))
    }

    /// The header value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The trace: 32 hexadecimal digits.
    pub fn trace_id(&self) -> &str {
        self.0.get(3..35).unwrap_or_default()
    }

    /// The span, which the specification calls parent: 16 hexadecimal digits.
    pub fn span_id(&self) -> &str {
        self.0.get(36..52).unwrap_or_default()
    }

    /// Whether the caller records the trace.
    pub fn is_sampled(&self) -> bool {
        let flags = self.0.get(53..TRACEPARENT);
        flags
            .and_then(|flags| u8::from_str_radix(flags, 16).ok())
            .is_some_and(|flags| flags & 1 == 1)
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The trace of a request. Each process passes it on with the requests that it makes because of this one.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Trace {
    /// The request that all this began with, as far as it is known.
    pub request_id: Option<RequestId>,
    /// The trace it is part of, if the caller is traced.
    pub traceparent: Option<TraceParent>,
}

impl Trace {
    /// Reads the headers of a request; `header` returns a header's value by its name.
    pub fn of_headers<'a>(header: impl Fn(&'static str) -> Option<&'a str>) -> Self {
        Self {
            request_id: header(headers::REQUEST_ID).and_then(RequestId::parse),
            traceparent: header(headers::TRACEPARENT).and_then(TraceParent::parse),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_request_ids_that_are_harmless() {
        for id in [
            "1",
            "01890000-0000-7000-8000-000000000000",
            "Root=1-5e=/a+b~c_d:e",
        ] {
            assert_eq!(RequestId::parse(id).unwrap().as_str(), id);
        }
        for id in [
            "",
            "a b",
            "a\nb",
            "schön",
            "<script>",
            "\"",
            &"x".repeat(129),
        ] {
            assert_eq!(RequestId::parse(id), None, "{id}");
        }
    }

    #[test]
    fn takes_what_the_specification_calls_valid() {
        let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        for text in [valid.to_owned(), format!("cc{}-what-comes", &valid[2..])] {
            assert_eq!(TraceParent::parse(&text).unwrap().as_str(), text);
        }
        for text in [
            String::new(),
            "00".into(),
            valid.to_uppercase(),
            format!("ff{}", &valid[2..]),
            format!("{valid}-more"),
            format!("cc{}more", &valid[2..]),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01".into(),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01".into(),
            "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01".into(),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0ü".into(),
        ] {
            assert_eq!(TraceParent::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn a_position_is_a_trace_a_span_and_a_flag() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0";
        let position = |flags: &str| TraceParent::parse(&format!("{text}{flags}")).unwrap();
        assert_eq!(position("1").trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(position("1").span_id(), "00f067aa0ba902b7");
        for (flags, is_sampled) in [("0", false), ("1", true), ("2", false), ("3", true)] {
            assert_eq!(position(flags).is_sampled(), is_sampled, "{flags}");
        }
    }
}
