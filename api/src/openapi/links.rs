//! The links of the document: how the response of one operation names what another one takes.

use serde_json::Value;
use utoipa::openapi::link::Link;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, RefOr};

use super::operations::operations;

/// A value that a response has, as the parameter of another operation.
struct Source {
    /// The operation, and the status of the response.
    operation: &'static str,
    status: &'static str,
    /// The parameters that it has values for.
    parameters: &'static [(&'static str, &'static str)],
    /// The operations that take them.
    targets: &'static [&'static str],
}

const ON_TASKS: &[&str] = &[
    "get_task",
    "patch_task",
    "complete_task",
    "skip_task",
    "reschedule_task",
    "snooze_task",
    "reopen_task",
    "delete_task",
    "restore_task",
    "explain_task",
    "task_history",
];

const fn task(operation: &'static str, status: &'static str) -> Source {
    Source {
        operation,
        status,
        parameters: &[("task", "$response.body#/id")],
        targets: ON_TASKS,
    }
}

/// The change that a response names.
const fn change(operation: &'static str, status: &'static str) -> Source {
    Source {
        operation,
        status,
        parameters: &[("change", "$response.header.Taskwire-Change")],
        targets: &["get_change", "undo_change"],
    }
}

const SOURCES: &[Source] = &[
    task("create_task", "201"),
    task("quick_add_task", "201"),
    Source {
        operation: "create_task",
        status: "201",
        parameters: &[("task", "$response.body#/id")],
        targets: &["list_audit"],
    },
    Source {
        operation: "create_task",
        status: "201",
        parameters: &[("series", "$response.body#/series")],
        targets: &["get_series"],
    },
    change("create_task", "201"),
    change("patch_task", "200"),
    change("complete_task", "200"),
    change("delete_task", "200"),
    change("batch_tasks", "200"),
    change("bulk_tasks", "200"),
    change("delete_tag", "200"),
    change("undo_change", "200"),
    Source {
        operation: "create_tag",
        status: "201",
        parameters: &[("tag", "$response.body#/id")],
        targets: &["get_tag", "patch_tag", "delete_tag", "merge_tag"],
    },
    Source {
        operation: "create_filter",
        status: "201",
        parameters: &[("filter", "$response.body#/id")],
        targets: &["get_filter", "patch_filter", "delete_filter"],
    },
    Source {
        operation: "create_channel",
        status: "201",
        parameters: &[("channel", "$response.body#/id")],
        targets: &[
            "get_channel",
            "patch_channel",
            "test_channel",
            "delete_channel",
        ],
    },
    Source {
        operation: "create_token",
        status: "201",
        parameters: &[("id", "$response.body#/id")],
        targets: &["get_token", "revoke_token"],
    },
    Source {
        operation: "list_grants",
        status: "200",
        parameters: &[("id", "$response.body#/items/0/id")],
        targets: &["end_grant"],
    },
    Source {
        operation: "create_invitation",
        status: "201",
        parameters: &[("id", "$response.body#/id")],
        targets: &["get_invitation", "revoke_invitation"],
    },
    Source {
        operation: "list_dead_letters",
        status: "200",
        parameters: &[
            ("consumer", "$response.body#/items/0/consumer"),
            ("event", "$response.body#/items/0/event_id"),
        ],
        targets: &[
            "get_dead_letter",
            "discard_dead_letter",
            "replay_dead_letter",
        ],
    },
    Source {
        operation: "put_message",
        status: "200",
        parameters: &[
            ("conversation", "$request.path.conversation"),
            ("message", "$response.body#/id"),
        ],
        targets: &["truncate_conversation"],
    },
    Source {
        operation: "put_message",
        status: "200",
        parameters: &[("conversation", "$request.path.conversation")],
        targets: &["get_conversation", "delete_conversation", "put_approval"],
    },
    Source {
        operation: "put_approval",
        status: "204",
        parameters: &[
            ("conversation", "$request.path.conversation"),
            ("approval", "$request.path.approval"),
        ],
        targets: &["claim_approval"],
    },
    Source {
        operation: "list_changes",
        status: "200",
        parameters: &[("turn", "$response.body#/items/0/actor/chat_turn")],
        targets: &["undo_turn"],
    },
];

/// The lists whose pages name the next one.
const LISTS: &[&str] = &[
    "list_tasks",
    "list_changes",
    "list_audit",
    "list_series",
    "list_notifications",
    "list_dead_letters",
];

/// Adds the links.
pub(super) fn add(document: &mut OpenApi) {
    for operation in operations(document) {
        let id = operation.operation_id.clone().unwrap_or_default();
        for source in SOURCES.iter().filter(|source| source.operation == id) {
            for target in source.targets {
                link(operation, source.status, target, source.parameters);
            }
        }
        if LISTS.contains(&id.as_str()) {
            let cursor = [("cursor", "$response.body#/next_cursor")];
            link(operation, "200", &id, &cursor);
        }
    }
}

fn link(operation: &mut Operation, status: &str, target: &str, parameters: &[(&str, &str)]) {
    let Some(RefOr::T(response)) = operation.responses.responses.get_mut(status) else {
        return;
    };
    let parameters = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    let mut link = Link::default();
    target.clone_into(&mut link.operation_id);
    link.parameters = parameters.collect();
    response.links.insert(target.to_owned(), RefOr::T(link));
}
