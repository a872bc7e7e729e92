//! Writes which fields of a body go together: each of these schemas becomes one of several objects, and the filter of a
//! bulk change has the parameters of the list.

use serde_json::json;
use taskwire_domain::contract::TaskQuery;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, Object, OneOfBuilder, Schema, Type};
use utoipa::openapi::{OpenApi, Ref, RefOr};

use super::channel_values::{EMAIL, HOOK, NTFY, PUSH, TELEGRAM};
use super::refine::apply;
use super::value::Value;
use super::without_null::without_null;

/// One of the objects.
struct Alternative {
    /// The fields that it has.
    given: &'static [&'static str],
    /// The fields that only others have.
    absent: &'static [&'static str],
    /// The value of `op`, and the schema of the body that goes with it.
    operation: Option<(&'static str, Option<&'static str>)>,
    /// What the values of some fields look like.
    values: &'static [(&'static str, Value)],
}

const fn either(given: &'static [&'static str], absent: &'static [&'static str]) -> Alternative {
    Alternative {
        given,
        absent,
        operation: None,
        values: &[],
    }
}

const fn operation(
    op: &'static str,
    given: &'static [&'static str],
    absent: &'static [&'static str],
    body: Option<&'static str>,
) -> Alternative {
    Alternative {
        given,
        absent,
        operation: Some((op, body)),
        values: &[],
    }
}

/// Channels of some kinds, with such an address.
const fn channel(
    values: &'static [(&'static str, Value)],
    given: &'static [&'static str],
    absent: &'static [&'static str],
) -> Alternative {
    Alternative {
        given,
        absent,
        operation: None,
        values,
    }
}

/// The schemas and their alternatives.
const SCHEMAS: &[(&str, &[Alternative])] = &[
    (
        "ReminderInput",
        &[
            either(&["minutes_before"], &["at"]),
            either(&["at"], &["minutes_before"]),
        ],
    ),
    (
        "SnoozeTask",
        &[
            either(&["minutes"], &["until"]),
            either(&["until"], &["minutes"]),
        ],
    ),
    (
        "NewChannel",
        &[
            channel(&PUSH, &["keys"], &["token"]),
            channel(&EMAIL, &[], &["token", "keys"]),
            channel(&HOOK, &[], &["token", "keys"]),
            channel(&NTFY, &[], &["keys"]),
            channel(&TELEGRAM, &["token"], &["keys"]),
        ],
    ),
    (
        "RecurrenceInput",
        &[either(&["rrule"], &["text"]), either(&["text"], &["rrule"])],
    ),
    (
        "SignIn",
        &[
            either(&["code"], &["name", "password"]),
            either(&["name", "password"], &["code"]),
        ],
    ),
    (
        "BatchOperation",
        &[
            operation(
                "create",
                &["body"],
                &["task", "expected_version"],
                Some("NewTask"),
            ),
            operation("patch", &["task", "body"], &[], Some("TaskPatch")),
            operation("complete", &["task"], &[], Some("CompleteTask")),
            operation("reopen", &["task"], &["body"], None),
            operation("skip", &["task"], &[], Some("SkipTask")),
            operation("reschedule", &["task", "body"], &[], Some("RescheduleTask")),
            operation("snooze", &["task", "body"], &[], Some("SnoozeTask")),
            operation("delete", &["task"], &["body"], None),
            operation("restore", &["task"], &["body"], None),
        ],
    ),
    (
        "BulkOperation",
        &[
            operation("patch", &["body"], &[], Some("TaskPatch")),
            operation("complete", &[], &[], Some("CompleteTask")),
            operation("reopen", &[], &["body"], None),
            operation("skip", &[], &[], Some("SkipTask")),
            operation("reschedule", &["body"], &[], Some("RescheduleTask")),
            operation("snooze", &["body"], &[], Some("SnoozeTask")),
            operation("delete", &[], &["body"], None),
            operation("restore", &[], &["body"], None),
        ],
    ),
];

/// Rewrites the schemas, and returns what the document does not have.
pub(super) fn all(document: &mut OpenApi) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if filter_of_bulk_changes(document).is_none() {
        missing.push("Bulk.filter");
    }
    let Some(components) = document.components.as_mut() else {
        return SCHEMAS.iter().map(|(name, _)| *name).collect();
    };
    for (name, alternatives) in SCHEMAS {
        let Some(RefOr::T(Schema::Object(base))) = components.schemas.get(*name).cloned() else {
            missing.push(*name);
            continue;
        };
        let mut union = OneOfBuilder::new().description(base.description.clone());
        for alternative in *alternatives {
            match alternative.of(&base) {
                Some(object) => union = union.item(object),
                None => missing.push(*name),
            }
        }
        components
            .schemas
            .insert((*name).to_owned(), RefOr::T(Schema::OneOf(union.build())));
    }
    missing
}

/// Declares the fields of the filter of a bulk change.
fn filter_of_bulk_changes(document: &mut OpenApi) -> Option<()> {
    let list = document.paths.paths.get("/api/v1/tasks")?.get.as_ref()?;
    let of_a_page = TaskQuery::default().of_a_page();
    let parameters: Vec<Parameter> = list
        .parameters
        .iter()
        .flatten()
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter.clone()),
            RefOr::Ref(_) => None,
        })
        .filter(|parameter| parameter.parameter_in == ParameterIn::Query)
        .filter(|parameter| of_a_page.iter().all(|(name, _)| *name != parameter.name))
        .collect();
    let schemas = &mut document.components.as_mut()?.schemas;
    let Some(RefOr::T(Schema::Object(bulk))) = schemas.get_mut("Bulk") else {
        return None;
    };
    let Some(RefOr::T(Schema::Object(filter))) = bulk.properties.get_mut("filter") else {
        return None;
    };
    for parameter in parameters {
        let mut schema = parameter.schema?;
        if let (RefOr::T(Schema::Object(object)), Some(description)) =
            (&mut schema, parameter.description)
        {
            object.description = Some(description);
        }
        filter.properties.insert(parameter.name, schema);
    }
    filter.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    Some(())
}

impl Alternative {
    /// The object with these fields; `None` if the schema lacks one of them.
    fn of(&self, base: &Object) -> Option<Object> {
        let mut object = base.clone();
        object.description = None;
        for field in self.given {
            let given = object.properties.get_mut(*field)?;
            without_null(given);
            if !object.required.iter().any(|name| name == field) {
                object.required.push((*field).to_owned());
            }
        }
        for field in self.absent {
            object.properties.get_mut(*field)?;
            let null = Object::with_type(Type::Null);
            object.properties.insert((*field).to_owned(), null.into());
        }
        for (field, value) in self.values {
            let RefOr::T(schema) = object.properties.get_mut(*field)? else {
                return None;
            };
            apply(schema, value);
        }
        if let Some((op, body)) = self.operation {
            object.title = Some(op.to_owned());
            let RefOr::T(Schema::Object(kind)) = object.properties.get_mut("op")? else {
                return None;
            };
            kind.enum_values = Some(vec![json!(op)]);
            if let Some(body) = body {
                let schema = Ref::from_schema_name(body);
                let schema = if self.given.contains(&"body") {
                    RefOr::Ref(schema)
                } else {
                    let optional = OneOfBuilder::new().item(schema);
                    optional.item(Object::with_type(Type::Null)).into()
                };
                object.properties.insert("body".to_owned(), schema);
            }
        }
        Some(object)
    }
}
