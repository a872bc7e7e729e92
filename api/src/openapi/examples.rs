//! An example of each request and each response, in the document.
//!
//! They are in a file, which a test compares with real responses to these requests.

use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, OpenApi, RefOr};

use super::operations::operations;

/// By operation: the body of the request, and that of the response.
const EXAMPLES: &str = include_str!("examples.json");

/// Adds the examples.
pub(super) fn add(document: &mut OpenApi) {
    // A test reads the file.
    let all: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    for operation in operations(document) {
        let id = operation.operation_id.clone().unwrap_or_default();
        // One operation has two kinds of responses.
        for name in [id.clone(), format!("{id} preview")] {
            if let Some(example) = all.get(&name) {
                put(operation, example);
            }
        }
    }
}

fn put(operation: &mut Operation, example: &Value) {
    if let (Some(RefOr::T(body)), Some(request)) =
        (&mut operation.request_body, example.get("request"))
    {
        put_into(body.content.values_mut(), request);
    }
    let Some(response) = example.get("response") else {
        return;
    };
    let status = example.get("status").map(Value::to_string);
    let status = status.unwrap_or_default();
    if let Some(RefOr::T(own)) = operation.responses.responses.get_mut(&status) {
        put_into(own.content.values_mut(), response);
    }
}

fn put_into<'a>(contents: impl Iterator<Item = &'a mut RefOr<Content>>, example: &Value) {
    for content in contents {
        if let RefOr::T(content) = content {
            content.example = Some(example.clone());
        }
    }
}
