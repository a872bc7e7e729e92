//! A schema without null.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Schema, SchemaType, Type};

/// Removes null from what a schema accepts.
pub(super) fn without_null(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            remove_null(&mut object.schema_type);
            if let Some(values) = &mut object.enum_values {
                values.retain(|value| !value.is_null());
            }
        }
        RefOr::T(Schema::Array(array)) => remove_null(&mut array.schema_type),
        RefOr::T(Schema::OneOf(union)) => {
            union.items.retain(|item| !is_null(item));
            if let [only] = union.items.as_slice() {
                *schema = only.clone();
            }
        }
        _ => {}
    }
}

fn remove_null(schema_type: &mut SchemaType) {
    if let SchemaType::Array(kinds) = schema_type {
        kinds.retain(|kind| *kind != Type::Null);
        if let [only] = kinds.as_slice() {
            *schema_type = SchemaType::Type(only.clone());
        }
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null))
}
