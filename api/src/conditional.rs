//! Conditional requests (RFC 9110, section 13): `If-Match` and `If-None-Match`.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use taskwire_domain::Invalid;

use crate::error::ApiError;
use crate::service::precondition::{EntityTag, EntityTags, Precondition};

/// Reads both headers.
pub(crate) fn precondition(headers: &HeaderMap) -> Result<Precondition, ApiError> {
    Ok(Precondition {
        is_strict: false,
        matches: read(headers, &header::IF_MATCH)
            .map_err(|()| malformed("If-Match", "malformed_if_match"))?,
        differs: read(headers, &header::IF_NONE_MATCH)
            .map_err(|()| malformed("If-None-Match", "malformed_if_none_match"))?,
    })
}

/// Whether `Prefer` (RFC 7240) has the preference `strict`: to be refused without `If-Match`. Others are ignored, as that
/// standard requires.
pub(crate) fn prefers_strict(headers: &HeaderMap) -> bool {
    let lines = headers.get_all("prefer").iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|preference| {
            let name = preference.split(';').next().unwrap_or_default();
            name.trim().eq_ignore_ascii_case("strict")
        })
}

/// A validator of a body without a version, which identifies its content but not its bytes, as they may be compressed.
pub(crate) fn weak_etag(digest: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("W/\"{digest}\"")).ok()
}

/// Both headers as they were sent; empty if neither was.
pub(crate) fn precondition_bytes(headers: &HeaderMap) -> Vec<u8> {
    let mut all = Vec::new();
    for name in [header::IF_MATCH, header::IF_NONE_MATCH] {
        for value in headers.get_all(&name) {
            all.extend_from_slice(name.as_str().as_bytes());
            all.push(b':');
            all.extend_from_slice(value.as_bytes());
            all.push(b'\n');
        }
    }
    all
}

/// A version as the value of `ETag`.
pub(crate) fn etag(version: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("\"{version}\"")).ok()
}

fn malformed(field: &'static str, code: &'static str) -> ApiError {
    ApiError::Malformed(
        Invalid::new(field, code, "Not a valid list of entity tags.").hint(
            "Send the ETag exactly as received, quotes included, such as \"3\"; separate several with commas; or send *.",
        ),
    )
}

/// All lines of the header form one list.
fn read(headers: &HeaderMap, name: &HeaderName) -> Result<Option<EntityTags>, ()> {
    let mut tags = Vec::new();
    let mut lines = headers.get_all(name).iter().peekable();
    if lines.peek().is_none() {
        return Ok(None);
    }
    for line in lines {
        let line = line.as_bytes().trim_ascii();
        if line == b"*" && headers.get_all(name).iter().count() == 1 {
            return Ok(Some(EntityTags::Any));
        }
        list(line, &mut tags).ok_or(())?;
    }
    if tags.is_empty() {
        return Err(());
    }
    Ok(Some(EntityTags::These(tags)))
}

/// Reads `"a", W/"b"`; empty items are skipped. `None` if there is anything else.
fn list(mut rest: &[u8], tags: &mut Vec<EntityTag>) -> Option<()> {
    loop {
        rest = rest.trim_ascii_start();
        while let Some(after) = rest.strip_prefix(b",") {
            rest = after.trim_ascii_start();
        }
        if rest.is_empty() {
            return Some(());
        }
        let (is_weak, quoted) = match rest.strip_prefix(b"W/") {
            Some(quoted) => (true, quoted),
            None => (false, rest),
        };
        let inner = quoted.strip_prefix(b"\"")?;
        let end = inner.iter().position(|byte| *byte == b'"')?;
        let (opaque, after) = inner.split_at_checked(end)?;
        if !opaque
            .iter()
            .all(|byte| matches!(byte, 0x21 | 0x23..=0x7E | 0x80..))
        {
            return None;
        }
        tags.push(EntityTag {
            is_weak,
            opaque: opaque.to_owned(),
        });
        rest = after.strip_prefix(b"\"")?.trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(b",") {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::precondition::Condition;

    fn parse(name: &str, lines: &[&str]) -> Result<Precondition, ApiError> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_bytes(line.as_bytes()).unwrap(),
            );
        }
        precondition(&headers)
    }

    #[test]
    fn strict_is_one_of_several_preferences() {
        for (lines, expected) in [
            (&["strict"][..], true),
            (&["respond-async, STRICT ;foo"], true),
            (&["wait=10", "strict"], true),
            (&["stricter"], false),
            (&["strict=no"], false),
            (&["handling=strict"], false),
            (&[], false),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("prefer", HeaderValue::from_static(line));
            }
            assert_eq!(prefers_strict(&headers), expected, "{lines:?}");
        }
    }

    #[test]
    fn if_match_compares_strongly() {
        let failed = |lines: &[&str]| parse("if-match", lines).unwrap().failed("3");
        for lines in [
            &["\"3\""][..],
            &["*"],
            &["\"1\" ,\"3\""],
            &["\"1\",", ", \"3\" "],
            &["W/\"3\", \"3\""],
        ] {
            assert_eq!(failed(lines), None, "{lines:?}");
        }
        for lines in [
            &["\"1\""][..],
            &["W/\"3\""],
            &["\"1\", \"2\""],
            &["\"\""],
            &["\"3,4\""],
            &["\"03\""],
        ] {
            assert_eq!(failed(lines), Some(Condition::Matches), "{lines:?}");
        }
    }

    #[test]
    fn if_none_match_compares_weakly() {
        let failed = |lines: &[&str]| parse("if-none-match", lines).unwrap().failed("3");
        for lines in [
            &["\"3\""][..],
            &["W/\"3\""],
            &["*"],
            &["\"1\", W/\"3\""],
            &["\"1\"", "\"3\""],
        ] {
            assert_eq!(failed(lines), Some(Condition::Differs), "{lines:?}");
        }
        for lines in [&["\"1\""][..], &["W/\"1\", \"2\""], &["\"é\""]] {
            assert_eq!(failed(lines), None, "{lines:?}");
        }
    }

    #[test]
    fn an_invalid_list_of_entity_tags_is_malformed() {
        for lines in [
            &[""][..],
            &[","],
            &["3"],
            &["\"3"],
            &["3\""],
            &["w/\"3\""],
            &["W/3"],
            &["W/ \"3\""],
            &["\"3\" \"4\""],
            &["\"3\"x"],
            &["*, \"3\""],
            &["\"3\"", "*"],
            &["*", "*"],
            &["\"a b\""],
        ] {
            for name in ["if-match", "if-none-match"] {
                assert!(parse(name, lines).is_err(), "{name} {lines:?}");
            }
        }
    }
}
