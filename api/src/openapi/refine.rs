//! Writes what values look like into the schemas of the document.

use serde_json::json;
use utoipa::Number;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ArrayItems, Object, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr};

use super::channel_values;
use super::operations::operations;
use super::value::Value;
use super::values::PLACES;
use super::without_null::without_null;

/// Refines the schemas of the document, and returns the places that it does not have.
pub(super) fn all(document: &mut OpenApi) -> Vec<&'static str> {
    let mut missing = Vec::new();
    never_null(document);
    for (place, value) in PLACES.iter().chain(channel_values::PLACES) {
        let parts: Vec<&str> = place.split(' ').collect();
        let found = match parts.as_slice() {
            [operation, kind, name] => {
                in_parameters(document, Some(operation), (kind, name), value)
            }
            [kind, name] => in_parameters(document, None, (kind, name), value),
            _ => in_schemas(document, place, value),
        };
        if !found {
            missing.push(*place);
        }
    }
    missing
}

/// A parameter or a body that is optional is left out; there is no null in an address or a header.
fn never_null(document: &mut OpenApi) {
    for operation in operations(document) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter
                && let Some(schema) = &mut parameter.schema
            {
                without_null(schema);
            }
        }
        let Some(RefOr::T(body)) = &mut operation.request_body else {
            continue;
        };
        for content in body.content.values_mut() {
            if let RefOr::T(content) = content
                && let Some(schema) = &mut content.schema
            {
                without_null(schema);
            }
        }
    }
}

fn in_schemas(document: &mut OpenApi, place: &str, value: &Value) -> bool {
    let (name, field) = place.split_once('.').unwrap_or((place, ""));
    let (field, is_item) = match field.strip_suffix("[]") {
        Some(field) => (field, true),
        None => (field, false),
    };
    let schemas = document.components.as_mut().map(|all| &mut all.schemas);
    match schemas.and_then(|schemas| schemas.get_mut(name)) {
        Some(RefOr::T(Schema::Object(object))) => match object.properties.get_mut(field) {
            Some(RefOr::T(schema)) if is_item => in_items(schema, value),
            Some(RefOr::T(schema)) => apply(schema, value),
            _ => false,
        },
        // One of them is plain text.
        Some(RefOr::T(Schema::OneOf(union))) => union.items.iter_mut().any(|item| match item {
            RefOr::T(Schema::Object(object)) if is(&object.schema_type, &Type::Integer) => {
                // The number of something, which the text may be as well.
                object.minimum = Some(Number::UInt(1));
                false
            }
            RefOr::T(schema) => apply(schema, value),
            RefOr::Ref(_) => false,
        }),
        _ => false,
    }
}

fn in_items(schema: &mut Schema, value: &Value) -> bool {
    match schema {
        Schema::Array(array) => match &mut array.items {
            ArrayItems::RefOrSchema(items) => match items.as_mut() {
                RefOr::T(items) => apply(items, value),
                RefOr::Ref(_) => false,
            },
            ArrayItems::False => false,
        },
        _ => false,
    }
}

/// In one operation, or in all that have the parameter.
fn in_parameters(
    document: &mut OpenApi,
    only: Option<&str>,
    (kind, name): (&str, &str),
    value: &Value,
) -> bool {
    let mut found = false;
    let parameters = operations(document)
        .filter(|operation| only.is_none() || operation.operation_id.as_deref() == only)
        .filter_map(|operation| operation.parameters.as_mut())
        .flatten();
    for parameter in parameters {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        let is_it = parameter.name == name && place_of(parameter) == kind;
        if let Some(RefOr::T(schema)) = parameter.schema.as_mut().filter(|_| is_it) {
            found |= apply(schema, value);
        }
    }
    found
}

fn place_of(parameter: &Parameter) -> &'static str {
    match parameter.parameter_in {
        ParameterIn::Query | ParameterIn::QueryString => "query",
        ParameterIn::Path => "path",
        ParameterIn::Header => "header",
        ParameterIn::Cookie => "cookie",
    }
}

/// Writes the value into a schema of a text, a number or a list.
pub(super) fn apply(schema: &mut Schema, value: &Value) -> bool {
    match schema {
        Schema::Object(object) if is(&object.schema_type, &Type::Integer) => {
            if let Some((least, most)) = value.range {
                object.minimum = Some(Number::UInt(least));
                object.maximum = Some(Number::UInt(most));
            }
            true
        }
        Schema::Object(object) if is(&object.schema_type, &Type::String) => {
            describe_text(object, value);
            true
        }
        Schema::Array(array) => {
            array.min_items = value
                .range
                .map(|(least, _)| least)
                .filter(|least| *least > 0);
            array.max_items = value.range.map(|(_, most)| most);
            array.unique_items = value.is_set;
            true
        }
        _ => false,
    }
}

fn describe_text(object: &mut Object, value: &Value) {
    let is_nullable = is(&object.schema_type, &Type::Null);
    if let Some(format) = value.format {
        object.format = Some(SchemaFormat::Custom(format.to_owned()));
    }
    object.pattern = value.pattern.map(str::to_owned);
    if let Some((least, most)) = value.range {
        object.min_length = Some(least).filter(|least| *least > 0);
        object.max_length = Some(most);
    }
    if !value.choices.is_empty() {
        let choices = value.choices.iter().map(|choice| json!(choice));
        let null = is_nullable.then_some(json!(null));
        object.enum_values = Some(choices.chain(null).collect());
    }
    if !value.examples.is_empty() {
        object.example = None;
        object.examples = value.examples.iter().map(|text| json!(text)).collect();
    }
}

fn is(of: &SchemaType, kind: &Type) -> bool {
    match of {
        SchemaType::Type(own) => own == kind,
        SchemaType::Array(all) => all.contains(kind),
        SchemaType::AnyValue => false,
    }
}
