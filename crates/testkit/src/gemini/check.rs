//! Refuses what Gemini refuses: unknown fields, schemas outside its subset, invalid histories, missing signatures.

use std::collections::HashSet;

use serde_json::Value;

const FIELDS: &[&str] = &[
    "model",
    "messages",
    "tools",
    "tool_choice",
    "stream",
    "stream_options",
    "reasoning_effort",
    "temperature",
    "top_p",
    "max_tokens",
    "max_completion_tokens",
    "n",
    "stop",
    "response_format",
    "extra_body",
];
const SCHEMA: &[&str] = &[
    "type",
    "format",
    "title",
    "description",
    "nullable",
    "enum",
    "items",
    "minItems",
    "maxItems",
    "properties",
    "required",
    "minProperties",
    "maxProperties",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "example",
    "anyOf",
    "propertyOrdering",
    "default",
];
/// Accepted instead of a signature for calls that the model did not make.
const SKIP: [&str; 2] = [
    "skip_thought_signature_validator",
    "context_engineering_is_the_way_to_go",
];

fn unknown(name: &str, at: &str) -> String {
    format!("Invalid JSON payload received. Unknown name \"{name}\"{at}: Cannot find field.")
}

/// Checks a request; the error is the message of the refusal.
pub(super) fn request(request: &Value, issued: &HashSet<String>) -> Result<(), String> {
    let fields = request.as_object().ok_or("The request is not an object.")?;
    for (name, value) in fields {
        if !FIELDS.contains(&name.as_str()) {
            return Err(unknown(name, ""));
        }
        if value.is_null() {
            return Err(format!("Invalid value at '{name}': null."));
        }
    }
    if let Some(effort) = fields.get("reasoning_effort")
        && !matches!(effort.as_str(), Some("low" | "medium" | "high" | "none"))
    {
        let effort = effort.as_str().unwrap_or_default();
        return Err(format!(
            "Invalid reasoning_effort: {effort}. Valid values are: high, low, medium, none"
        ));
    }
    for tool in request["tools"].as_array().into_iter().flatten() {
        function(tool)?;
    }
    let messages = request["messages"]
        .as_array()
        .ok_or("messages: missing field.")?;
    history(messages)?;
    signatures(messages, issued)
}

fn function(tool: &Value) -> Result<(), String> {
    for name in tool.as_object().into_iter().flat_map(serde_json::Map::keys) {
        if !matches!(name.as_str(), "type" | "function") {
            return Err(unknown(name, " at 'tools[0]'"));
        }
    }
    let function = tool["function"]
        .as_object()
        .ok_or("tools[0].function: missing field.")?;
    for name in function.keys() {
        if !matches!(name.as_str(), "name" | "description" | "parameters") {
            return Err(unknown(name, " at 'tools[0].function'"));
        }
    }
    let name = function
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let legal = |c: char| c.is_ascii_alphanumeric() || "_.:-".contains(c);
    if name.is_empty()
        || name.len() > 64
        || !name.chars().all(legal)
        || name.starts_with(|c: char| !c.is_ascii_alphabetic() && c != '_')
    {
        return Err(format!("Invalid function name {name:?}."));
    }
    match function.get("parameters") {
        None => Ok(()),
        Some(parameters) => {
            if parameters["properties"]
                .as_object()
                .is_none_or(serde_json::Map::is_empty)
            {
                return Err(format!(
                    "{name}.parameters.properties: should be non-empty for OBJECT type"
                ));
            }
            schema(parameters, &format!("{name}.parameters"))
        }
    }
}

fn schema(node: &Value, at: &str) -> Result<(), String> {
    let keys = node
        .as_object()
        .ok_or_else(|| format!("{at}: a schema must be an object"))?;
    for name in keys.keys() {
        if !SCHEMA.contains(&name.as_str()) {
            return Err(unknown(name, &format!(" at '{at}'")));
        }
    }
    let kind = match keys.get("type") {
        Some(Value::String(kind)) => kind.as_str(),
        Some(_) => {
            return Err(format!(
                "Invalid JSON payload received. Unknown name \"type\" at '{at}': Proto field is not repeating, cannot start list."
            ));
        }
        None => return Err(format!("{at}.type: missing field")),
    };
    if let Some(list) = keys.get("enum") {
        let strings = list
            .as_array()
            .is_some_and(|list| list.iter().all(Value::is_string));
        if kind != "string" || !strings {
            return Err(format!("{at}.enum: only allowed for STRING type"));
        }
    }
    if let Some(format) = keys.get("format").and_then(Value::as_str)
        && kind == "string"
        && !matches!(format, "enum" | "date-time")
    {
        return Err(format!(
            "{at}.format: only 'enum' and 'date-time' are supported for STRING type"
        ));
    }
    if kind == "array" {
        let items = keys
            .get("items")
            .ok_or_else(|| format!("{at}.items: missing field"))?;
        schema(items, &format!("{at}.items"))?;
    }
    if kind != "object" && (keys.contains_key("properties") || keys.contains_key("required")) {
        return Err(format!("{at}.properties: only allowed for OBJECT type"));
    }
    let properties = keys.get("properties").and_then(Value::as_object);
    for (index, name) in keys
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        if !properties
            .is_some_and(|known| name.as_str().is_some_and(|name| known.contains_key(name)))
        {
            return Err(format!("{at}.required[{index}]: property is not defined"));
        }
    }
    for (name, property) in properties.into_iter().flatten() {
        schema(property, &format!("{at}.properties.{name}"))?;
    }
    Ok(())
}

/// Calls and their results must match, and the messages must be in a valid order.
fn history(messages: &[Value]) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut before = "";
    for (index, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        let calls = message["tool_calls"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        if role != "tool" && !open.is_empty() {
            return Err("Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.".into());
        }
        match role {
            "system" if index == 0 => {}
            "user"
                if message["content"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()) => {}
            "assistant" if !calls.is_empty() && !matches!(before, "user" | "tool") => {
                return Err("Please ensure that function call turn comes immediately after a user turn or after a function response turn.".into());
            }
            "assistant" if !calls.is_empty() => {
                open = calls
                    .iter()
                    .filter_map(|call| call["id"].as_str())
                    .collect();
            }
            "assistant" if before.is_empty() || before == "system" => {
                return Err("The conversation must begin with a user turn.".into());
            }
            "assistant"
                if message["content"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()) => {}
            "tool" => {
                let id = message["tool_call_id"].as_str().unwrap_or_default();
                if message["name"].as_str().is_none_or(str::is_empty)
                    || !message["content"].is_string()
                {
                    return Err("function_response.name: cannot be empty".into());
                }
                let place = open.iter().position(|known| *known == id);
                open.remove(
                    place.ok_or_else(|| format!("No function call for the response {id:?}."))?,
                );
            }
            _ => {
                return Err(format!(
                    "messages[{index}]: role {role:?} cannot stand here or is empty"
                ));
            }
        }
        before = role;
    }
    if open.is_empty() && matches!(before, "user" | "tool") {
        return Ok(());
    }
    Err(
        "Please ensure that single turn requests end with a user role or the role field is empty."
            .into(),
    )
}

/// The first call of every step of the current turn must have its signature.
fn signatures(messages: &[Value], issued: &HashSet<String>) -> Result<(), String> {
    let turn = messages
        .iter()
        .rposition(|message| message["role"] == "user")
        .unwrap_or_default();
    for message in messages.iter().skip(turn) {
        let Some(first) = message["tool_calls"].get(0) else {
            continue;
        };
        let name = first["function"]["name"].as_str().unwrap_or_default();
        match first["extra_content"]["google"]["thought_signature"].as_str() {
            Some(known) if SKIP.contains(&known) || issued.contains(known) => {}
            Some(_) => return Err("Thought signature is not valid.".into()),
            None => {
                return Err(format!(
                    "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly. function call `default_api:{name}`, position 1"
                ));
            }
        }
    }
    Ok(())
}
