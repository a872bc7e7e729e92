//! The links of the document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document;
use super::schema::resolve;
use crate::hostile::{Operation, operations};

/// The operations whose path names what the client itself chooses.
const CHOSEN: [&str; 1] = ["put_message"];

/// Whether a schema has the field that a JSON pointer names.
fn has(document: &Value, schema: &Value, pointer: &[&str]) -> bool {
    let schema = resolve(document, schema);
    let Some((first, rest)) = pointer.split_first() else {
        return true;
    };
    if first.parse::<usize>().is_ok() {
        return has(document, &schema["items"], rest);
    }
    let field = &schema["properties"][*first];
    if field.is_object() && has(document, field, rest) {
        return true;
    }
    let parts = ["allOf", "oneOf", "anyOf"].into_iter();
    parts
        .flat_map(|union| schema[union].as_array().into_iter().flatten())
        .any(|part| has(document, part, pointer))
}

/// Whether a response has the value of an expression.
fn gives(document: &Value, from: &Operation, response: &Value, expression: &str) -> bool {
    if let Some(pointer) = expression.strip_prefix("$response.body#/") {
        let pointer: Vec<&str> = pointer.split('/').collect();
        let schema = &response["content"]["application/json"]["schema"];
        return has(document, schema, &pointer);
    }
    if let Some(header) = expression.strip_prefix("$response.header.") {
        return response["headers"][header].is_object();
    }
    let path = expression.strip_prefix("$request.path.").unwrap();
    from.segments().contains(&path)
}

#[test]
fn every_link_leads_from_a_value_to_a_parameter() {
    let document = document();
    let all = operations();
    let by_id: BTreeMap<&str, &Operation> = all
        .iter()
        .filter(|operation| !operation.is_internal())
        .map(|operation| {
            (
                operation.contract["operationId"].as_str().unwrap(),
                operation,
            )
        })
        .collect();
    let mut reached = BTreeSet::new();
    for (id, operation) in &by_id {
        for (status, response) in operation.contract["responses"].as_object().unwrap() {
            for (name, link) in response["links"].as_object().into_iter().flatten() {
                let what = format!("{id} {status} {name}");
                let target = link["operationId"].as_str().unwrap();
                let to = by_id.get(target).unwrap_or_else(|| panic!("{what}"));
                reached.insert(target);
                for (parameter, expression) in link["parameters"].as_object().unwrap() {
                    let kinds = ["path", "query", "header"].into_iter();
                    let mut known = kinds.flat_map(|kind| to.parameters(kind));
                    assert!(known.any(|known| known == parameter), "{what}: {parameter}");
                    let expression = expression.as_str().unwrap();
                    let is_given = gives(&document, operation, response, expression);
                    assert!(is_given, "{what}: {expression}");
                }
            }
        }
    }
    // Whatever names something in its path can be reached from a response that names it.
    let named = by_id.iter().filter(|(_, to)| !to.segments().is_empty());
    let missing: Vec<_> = named
        .filter(|(id, _)| !reached.contains(*id) && !CHOSEN.contains(id))
        .collect();
    let missing: Vec<&&str> = missing.iter().map(|(id, _)| *id).collect();
    assert!(missing.is_empty(), "no link leads to {missing:?}");
}
