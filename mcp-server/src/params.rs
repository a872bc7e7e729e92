//! Checks the members of a message and of its `params`. rmcp ignores unknown members, and treats a request whose
//! `params` have another type as one of an unknown method.

use rmcp::model::ErrorData;
use serde_json::Value;
use taskwire_domain::text::clip;
use taskwire_http::{JsonError, read_json};

/// Members of `params` that the protocol defines for the method; `None` if any are accepted.
fn members(method: &str) -> Option<&'static [&'static str]> {
    Some(match method {
        // A server without the capability processes the call and ignores `task`.
        "tools/call" => &[
            "name",
            "arguments",
            "task",
            "inputResponses",
            "requestState",
            "_meta",
        ],
        "prompts/get" => &[
            "name",
            "arguments",
            "inputResponses",
            "requestState",
            "_meta",
        ],
        "resources/read" => &["uri", "inputResponses", "requestState", "_meta"],
        "resources/subscribe" | "resources/unsubscribe" => &["uri", "_meta"],
        "subscriptions/listen" => &["notifications", "_meta"],
        "completion/complete" => &["ref", "argument", "context", "_meta"],
        "tools/list" | "prompts/list" | "resources/list" | "resources/templates/list" => {
            &["cursor", "_meta"]
        }
        _ => return None,
    })
}

/// A rejected message, with its id if it has one.
pub(crate) struct RejectedMessage {
    pub(crate) id: Option<Value>,
    pub(crate) error: ErrorData,
}

/// Reads a message, and refuses duplicate names, of which one value would be ignored.
pub(crate) fn read_message(text: &[u8]) -> Result<Value, RejectedMessage> {
    read_json(text).map_err(|refused| match refused {
        JsonError::Syntax(_) => RejectedMessage {
            id: None,
            error: ErrorData::parse_error("The message is not JSON.", None),
        },
        JsonError::Repeated(name) => {
            let message: Option<Value> = serde_json::from_slice(text).ok();
            let detail = format!(
                "`{}` appears more than once in an object: send it once. Nothing was done.",
                clip(&name)
            );
            RejectedMessage {
                id: message.and_then(|message| message.get("id").cloned()),
                error: ErrorData::invalid_request(detail, None),
            }
        }
    })
}

/// Whether a method needs a connection that stays open, which requests over HTTP do not have.
pub(crate) fn is_of_a_connection(method: &str) -> bool {
    matches!(method, "resources/subscribe" | "resources/unsubscribe")
}

/// Refuses unknown members by name.
pub(crate) fn check(method: &str, params: Option<&Value>) -> Result<(), ErrorData> {
    let Some(members) = members(method) else {
        return Ok(());
    };
    let required = ["name", "uri"];
    let required = required.into_iter().find(|name| members.contains(name));
    let params = match params {
        None | Some(Value::Null) if required.is_some() => {
            return Err(invalid("`params` is missing: send an object.".to_owned()));
        }
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(params)) => params,
        Some(_) => return Err(invalid("`params` must be an object.".to_owned())),
    };
    if let Some(name) = params.keys().find(|name| !members.contains(&name.as_str())) {
        let inside = if method == "tools/call" {
            " What the tool takes belongs in `arguments`."
        } else {
            ""
        };
        return Err(invalid(format!(
            "`params` has no member {:?}: there are {}.{inside}",
            clip(name),
            members.join(", ")
        )));
    }
    if let Some(name) = required.filter(|name| !params.get(*name).is_some_and(Value::is_string)) {
        return Err(invalid(format!("`{name}` must be a string.")));
    }
    if params
        .get("arguments")
        .is_some_and(|arguments| !arguments.is_object() && !arguments.is_null())
    {
        return Err(invalid(
            "`arguments` must be an object with the names of the arguments.".to_owned(),
        ));
    }
    Ok(())
}

fn invalid(message: String) -> ErrorData {
    ErrorData::invalid_params(message, None)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refuses_unknown_members_by_name() {
        for (method, params, named) in [
            (
                "tools/call",
                json!({"name": "x", "dry_run": true}),
                "\"dry_run\"",
            ),
            (
                "tools/call",
                json!({"name": "x", "argumentz": {}}),
                "\"argumentz\"",
            ),
            (
                "tools/call",
                json!({"name": "x", "arguments": [1]}),
                "`arguments`",
            ),
            (
                "tools/call",
                json!({"name": "x", "arguments": "{}"}),
                "`arguments`",
            ),
            ("tools/call", json!({"arguments": {}}), "`name`"),
            ("tools/call", json!(["x"]), "`params`"),
            ("tools/call", json!(null), "`params`"),
            ("prompts/get", json!({"name": "x", "text": "y"}), "\"text\""),
            ("tools/list", json!({"limit": 3}), "\"limit\""),
            ("resources/read", json!({"url": "task://1"}), "\"url\""),
            ("resources/read", json!({}), "`uri`"),
            (
                "completion/complete",
                json!({"ref": {}, "argument": {}, "limit": 3}),
                "\"limit\"",
            ),
        ] {
            let error = check(method, Some(&params)).unwrap_err();
            assert!(error.message.contains(named), "{params}: {}", error.message);
        }
        for (method, params) in [
            (
                "tools/call",
                json!({"name": "x", "arguments": {"a": 1}, "_meta": {}, "task": {}}),
            ),
            ("tools/call", json!({"name": "x", "arguments": null})),
            ("prompts/get", json!({"name": "x"})),
            ("tools/list", json!(null)),
            ("tools/list", json!({"cursor": "x"})),
            ("ping", json!({"a": 1})),
        ] {
            assert_eq!(check(method, Some(&params)), Ok(()), "{params}");
        }
    }
}
