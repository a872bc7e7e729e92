//! The contract as one readable page: no script, nothing loaded from elsewhere.

use std::fmt::Write as _;

use serde_json::Value;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\
code,pre{font:13px/1.5 ui-monospace,monospace}h2{margin-top:2.5rem}details{border-top:1px solid #8884;padding:.4rem 0}\
summary{cursor:pointer}b.m{display:inline-block;min-width:4.5rem}table{border-collapse:collapse;margin:.5rem 0}\
td{padding:.15rem .8rem .15rem 0;vertical-align:top}";

/// Renders the document.
pub(crate) fn page(document: &utoipa::openapi::OpenApi, has_viewer: bool) -> String {
    let document = &serde_json::to_value(document).unwrap_or_default();
    let mut html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>Taskwire API</title><style>{STYLE}</style><h1>Taskwire API</h1><p>{}</p>\
         <p>The same as a document: <a href=\"/api/v1/openapi.json\">openapi.json</a>. Every call but those marked open needs \
         <code>Authorization: Bearer &lt;token&gt;</code>.</p>",
        text(at(document, "/info/description"))
    );
    if has_viewer {
        html.push_str("<p><a href=\"/docs/try\">Try calls</a> in the browser.</p>");
    }
    for tag in at(document, "/tags").as_array().into_iter().flatten() {
        let _ = write!(
            html,
            "<h2>{}</h2><p>{}</p>",
            text(at(tag, "/name")),
            text(at(tag, "/description"))
        );
        for (path, item) in at(document, "/paths").as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if at(operation, "/tags").get(0) == Some(at(tag, "/name")) {
                    endpoint(&mut html, document, path, method, operation);
                }
            }
        }
    }
    html.push_str("<h2>Shapes</h2>");
    for (name, schema) in at(document, "/components/schemas")
        .as_object()
        .into_iter()
        .flatten()
    {
        let _ = write!(
            html,
            "<details id=\"{0}\"><summary><code>{0}</code> {1}</summary>",
            escape(name),
            text(at(schema, "/description"))
        );
        fields(&mut html, schema);
        html.push_str("</details>");
    }
    html
}

fn endpoint(html: &mut String, document: &Value, path: &str, method: &str, operation: &Value) {
    let open = at(operation, "/security")
        .as_array()
        .is_some_and(Vec::is_empty)
        || at(operation, "/security")
            .get(0)
            .and_then(Value::as_object)
            .is_some_and(serde_json::Map::is_empty);
    let _ = write!(
        html,
        "<details><summary><b class=m>{}</b> <code>{}</code> {}{}</summary><table>",
        escape(&method.to_uppercase()),
        escape(path),
        text(at(operation, "/summary")),
        if open { " (open)" } else { "" }
    );
    let scopes: Vec<String> = at(operation, "/security/0/token")
        .as_array()
        .into_iter()
        .flatten()
        .map(|scope| format!("<code>{}</code>", text(scope)))
        .collect();
    if !scopes.is_empty() {
        let _ = write!(html, "<tr><td>scopes<td><td>{}", scopes.join(", "));
    }
    for parameter in at(operation, "/parameters")
        .as_array()
        .into_iter()
        .flatten()
    {
        let _ = write!(
            html,
            "<tr><td><code>{}</code><td>{}<td>{}",
            text(at(parameter, "/name")),
            text(at(parameter, "/in")),
            text(at(parameter, "/description"))
        );
    }
    for schema in content(at(operation, "/requestBody")) {
        let _ = write!(html, "<tr><td>body<td><td>{}", shape(schema));
    }
    for (status, response) in at(operation, "/responses")
        .as_object()
        .into_iter()
        .flatten()
    {
        let response = resolve(document, response);
        let body: Vec<String> = content(response).map(shape).collect();
        let _ = write!(
            html,
            "<tr><td><code>{}</code><td>{}<td>{}",
            escape(status),
            body.join(", "),
            text(at(response, "/description")).replace('\n', "<br>")
        );
    }
    html.push_str("</table></details>");
}

fn content(value: &Value) -> impl Iterator<Item = &Value> {
    at(value, "/content")
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, media)| at(media, "/schema"))
}

fn fields(html: &mut String, schema: &Value) {
    html.push_str("<table>");
    let parts =
        std::iter::once(schema).chain(at(schema, "/allOf").as_array().into_iter().flatten());
    for part in parts {
        for (name, field) in part["properties"].as_object().into_iter().flatten() {
            let _ = write!(
                html,
                "<tr><td><code>{}</code><td>{}<td>{}",
                escape(name),
                shape(field),
                text(at(field, "/description"))
            );
        }
    }
    html.push_str("</table>");
}

/// A type in words, with links to named shapes.
fn shape(schema: &Value) -> String {
    if let Some(name) = at(schema, "/$ref")
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        return format!("<a href=\"#{0}\">{0}</a>", escape(name));
    }
    for union in ["oneOf", "anyOf", "allOf"] {
        if let Some(all) = at(schema, &format!("/{union}")).as_array() {
            // Restrictions of a named type are described in words.
            let is_named = |part: &&Value| union != "allOf" || at(part, "/$ref").is_string();
            let all: Vec<String> = all.iter().filter(is_named).map(shape).collect();
            return all.join(" or ");
        }
    }
    match at(schema, "/type") {
        Value::String(name) if name == "array" => {
            format!("list of {}", shape(at(schema, "/items")))
        }
        Value::String(name) => escape(name),
        Value::Array(names) => {
            let names: Vec<String> = names.iter().map(text).collect();
            names.join(" or ")
        }
        _ => "anything".into(),
    }
}

/// Resolves a reference; other values are returned unchanged.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match at(value, "/$ref").as_str() {
        Some(path) => at(document, path.trim_start_matches('#')),
        None => value,
    }
}

/// The value at a JSON pointer, or null.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
