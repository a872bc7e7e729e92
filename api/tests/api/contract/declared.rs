//! Compares each response of each test with the document's declaration of its operation.

use std::sync::LazyLock;

use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use super::schema;

/// The document, read once.
static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(taskwire_api::document()).unwrap());

/// The document's entry for a method and path.
enum Declared {
    Operation(&'static Value),
    /// The path exists with other methods.
    NoSuchMethod,
    NoSuchPath,
}

fn find(method: &Method, path: &str) -> Declared {
    let path: Vec<&str> = path.split('/').collect();
    let is_it = |template: &str| {
        let template: Vec<&str> = template.split('/').collect();
        template.len() == path.len()
            && template.iter().zip(&path).all(|(part, segment)| {
                part == segment || (part.starts_with('{') && !segment.is_empty())
            })
    };
    let mut known: Vec<_> = DOCUMENT["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(template, _)| is_it(template))
        .collect();
    // A fixed segment takes precedence over a parameter.
    known.sort_by_key(|(template, _)| template.matches('{').count());
    let Some((_, item)) = known.first() else {
        return Declared::NoSuchPath;
    };
    let method = if *method == Method::HEAD {
        Method::GET
    } else {
        method.clone()
    };
    // Method names are case-sensitive.
    let name = method.as_str();
    match item.get(name.to_lowercase()) {
        Some(operation) if name == name.to_uppercase() => Declared::Operation(operation),
        _ => Declared::NoSuchMethod,
    }
}

/// The id of the operation that a request is.
pub(crate) fn operation_id(method: &Method, path: &str) -> Option<&'static str> {
    match find(method, path) {
        Declared::Operation(operation) => operation["operationId"].as_str(),
        Declared::NoSuchMethod | Declared::NoSuchPath => None,
    }
}

/// Fails on a status, code, type or body that is not declared.
#[track_caller]
pub(crate) fn check(
    method: &Method,
    path: &str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) {
    let what = format!(
        "{method} {} {status}",
        path.chars().take(200).collect::<String>()
    );
    let operation = match find(method, path) {
        Declared::Operation(operation) => operation,
        Declared::NoSuchPath => return,
        Declared::NoSuchMethod => {
            let expected = if *method == Method::OPTIONS {
                StatusCode::NO_CONTENT
            } else {
                StatusCode::METHOD_NOT_ALLOWED
            };
            assert!(
                status == expected || status == StatusCode::FORBIDDEN,
                "{what}: not in the document"
            );
            return;
        }
    };
    let response = schema::resolve(&DOCUMENT, &operation["responses"][status.as_str()]);
    assert!(
        response.is_object(),
        "{what}: undeclared: {}",
        String::from_utf8_lossy(body)
    );
    let content = response["content"].as_object();
    let Some(content) = content.filter(|_| *method != Method::HEAD) else {
        assert!(body.is_empty(), "{what}: a body that is not declared");
        return;
    };
    let kind = headers["content-type"].to_str().unwrap();
    let kind = kind.split(';').next().unwrap();
    let media = content.get(kind);
    let media = media.unwrap_or_else(|| panic!("{what}: {kind} is not declared"));
    if kind.ends_with("json") && kind != "application/x-ndjson" {
        let answer: Value = serde_json::from_slice(body).unwrap();
        let mut found = String::new();
        schema::faults(&DOCUMENT, &media["schema"], &answer, "", &mut found);
        assert!(found.is_empty(), "{what}:\n{found}{answer}");
    }
    if kind == "application/problem+json" {
        let problem: Value = serde_json::from_slice(body).unwrap();
        let codes = media["schema"]["allOf"][1]["properties"]["code"]["enum"].as_array();
        let codes = codes.unwrap_or_else(|| panic!("{what}: no codes are declared"));
        assert!(
            codes.contains(&problem["code"]),
            "{what}: undeclared code: {problem}"
        );
    }
}
