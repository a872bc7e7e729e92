//! The places of requests that can hold an id.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::hostile::{Operation, operations};

/// What a place in a request names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Task,
    Tag,
    Series,
    Filter,
    Change,
    Turn,
    /// A token, an invitation, or a connected app.
    Credential,
    Notification,
    Channel,
    /// Chosen by the client: the same one of two users is two conversations.
    Conversation,
    /// A message or an approval, in one of the caller's conversations.
    InConversation,
    /// The name of a tag.
    TagName,
    /// An expression with the name of a tag or of a saved filter.
    Expression,
    /// The position in a list, encrypted.
    Cursor,
    /// Belongs to no user: operators see those of all.
    OfServer,
}
use Kind::{
    Change, Channel, Conversation, Credential, Cursor, Expression, Filter, InConversation,
    Notification, OfServer, Series, Tag, TagName, Task, Turn,
};

/// The places that hold an id or a name of something stored.
pub(super) const IDS: &[(&str, Kind)] = &[
    ("path task", Task),
    ("path tag", Tag),
    ("path series", Series),
    ("path filter", Filter),
    ("path change", Change),
    ("path turn", Turn),
    ("path channel", Channel),
    ("path id", Credential),
    ("path conversation", Conversation),
    ("path message", InConversation),
    ("path approval", InConversation),
    ("path consumer", OfServer),
    ("path event", OfServer),
    ("query task", Task),
    ("query cursor", Cursor),
    ("query tag", TagName),
    ("query tag_any", TagName),
    ("query filter", Expression),
    ("query consumer", OfServer),
    ("query parent", Task),
    ("body task", Task),
    ("body parent", Task),
    ("body into", Tag),
    ("body ids", Notification),
    ("body message", InConversation),
    ("body filter", Expression),
    ("body tag", TagName),
    ("body tag_any", TagName),
];

/// The places that hold no id: a new place of any request belongs here or above.
const VALUES: &[&str] = &[
    "body add_reminders",
    "body add_tags",
    "body address",
    "body anchor",
    "body approved",
    "body arguments",
    "body at",
    "body atomic",
    "body auth",
    "body body",
    "body catch_up",
    "body change",
    "body changed_by",
    "body code",
    "body color",
    "body completed_after",
    "body completed_before",
    "body completed_on",
    "body created_after",
    "body created_before",
    "body current_password",
    "body date_order",
    "body day_start",
    "body default_reminder",
    "body density",
    "body digest_at",
    "body due",
    "body due_after",
    "body due_before",
    "body duration_minutes",
    "body enabled",
    "body exdate",
    "body expected_count",
    "body expected_version",
    "body expected_weekday",
    "body expires_at",
    "body expires_in_days",
    "body ignore",
    "body invitation",
    "body is_overdue",
    "body keys",
    "body kind",
    "body label",
    "body language",
    "body minimum_priority",
    "body minutes",
    "body minutes_before",
    "body model",
    "body name",
    "body new_password",
    "body no_due",
    "body notes",
    "body notices",
    "body occurrence",
    "body op",
    "body operations",
    "body overdue",
    "body overflow",
    "body p256dh",
    "body parse",
    "body parts",
    "body password",
    "body priority",
    "body q",
    "body quiet_from",
    "body quiet_until",
    "body rdate",
    "body reason",
    "body recurrence",
    "body recurring",
    "body reminders",
    "body remove_tags",
    "body repeat_minutes",
    "body repeat_times",
    "body role",
    "body rrule",
    "body scope",
    "body scopes",
    "body search",
    "body series",
    "body status",
    "body subtasks",
    "body tag_reminders",
    "body tags",
    "body text",
    "body theme",
    "body title",
    "body token",
    "body tool",
    "body tool_call",
    "body until",
    "body updated_after",
    "body updated_before",
    "body wait_minutes",
    "body week_start",
    "body zone",
    // A key of the caller's own, and conditions on a version.
    "header Idempotency-Key",
    "header If-Match",
    "header If-None-Match",
    "header Prefer",
    // A position in the log of all users.
    "header Last-Event-ID",
    "query after",
    "query changed_by",
    "query coming",
    "query completed_after",
    "query completed_before",
    "query created_after",
    "query created_before",
    "query days",
    "query dry_run",
    "query due_after",
    "query due_before",
    "query from",
    "query include",
    "query is_overdue",
    "query keep_current",
    "query limit",
    "query no_due",
    "query order",
    "query overdue",
    "query preview",
    "query priority",
    "query q",
    "query recurring",
    "query search",
    "query sort",
    "query status",
    "query unread",
    "query updated_after",
    "query updated_before",
    "query usage",
    "query zone",
];

/// The names of the properties of a schema, at any depth.
fn properties(
    document: &Value,
    schema: &Value,
    seen: &mut BTreeSet<String>,
    names: &mut BTreeSet<String>,
) {
    if let Some(path) = schema["$ref"].as_str() {
        if seen.insert(path.to_owned()) {
            let target = document.pointer(path.trim_start_matches('#')).unwrap();
            properties(document, target, seen, names);
        }
        return;
    }
    for union in ["allOf", "oneOf", "anyOf"] {
        for part in schema[union].as_array().into_iter().flatten() {
            properties(document, part, seen, names);
        }
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        names.insert(name.clone());
        properties(document, field, seen, names);
    }
    if schema["items"].is_object() {
        properties(document, &schema["items"], seen, names);
    }
}

/// The places of a request, by their names.
pub(super) fn places(document: &Value, operation: &Operation) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    all.extend(
        operation
            .segments()
            .iter()
            .map(|name| format!("path {name}")),
    );
    for kind in ["query", "header"] {
        let named = operation.parameters(kind).into_iter();
        all.extend(named.map(|name| format!("{kind} {name}")));
    }
    let schema = &operation.contract["requestBody"]["content"]["application/json"]["schema"];
    let mut names = BTreeSet::new();
    properties(document, schema, &mut BTreeSet::new(), &mut names);
    all.extend(names.iter().map(|name| format!("body {name}")));
    all
}

#[test]
fn every_place_of_a_request_is_known() {
    let document = serde_json::to_value(taskwire_api::document()).unwrap();
    let all: BTreeSet<String> = operations()
        .iter()
        .flat_map(|operation| places(&document, operation))
        .collect();
    let ids = IDS.iter().map(|(place, _)| *place);
    let known: BTreeSet<String> = ids
        .chain(VALUES.iter().copied())
        .map(str::to_owned)
        .collect();
    let new: Vec<_> = all.difference(&known).collect();
    assert!(
        new.is_empty(),
        "can these hold an id of another user? {new:?}"
    );
    let gone: Vec<_> = known.difference(&all).collect();
    assert!(gone.is_empty(), "no request has these: {gone:?}");
}
