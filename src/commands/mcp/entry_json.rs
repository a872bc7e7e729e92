//! The entry in a configuration in JSON, which may have comments.

use anyhow::{Context, bail};
use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstRootNode};

use super::entry::{Entry, NAME, TOKEN};

/// The text with the entry, or without it.
pub(super) fn with(
    text: &str,
    servers: &str,
    has_type: bool,
    entry: Option<&Entry>,
) -> anyhow::Result<String> {
    let is_blank = text.trim().is_empty();
    if is_blank && entry.is_none() {
        return Ok(text.to_owned());
    }
    let root = CstRootNode::parse(
        if is_blank { "{}\n" } else { text },
        &ParseOptions::default(),
    )
    .context("it is not valid JSON; nothing was changed")?;
    let Some(all) = root.object_value() else {
        bail!("it does not contain a JSON object; nothing was changed");
    };
    let list = match (all.get(servers), entry) {
        (None, None) => return Ok(text.to_owned()),
        (None, Some(_)) => all.object_value_or_create(servers),
        (Some(found), _) => found.object_value(),
    };
    let Some(list) = list else {
        bail!("{servers:?} in it is not an object; nothing was changed");
    };
    match (list.get(NAME), entry) {
        (Some(found), None) => found.remove(),
        (None, None) => {}
        (found, Some(entry)) => {
            let value = value(entry, has_type);
            match found {
                Some(found) => found.set_value(value),
                None => drop(list.append(NAME, value)),
            }
        }
    }
    Ok(root.to_string())
}

fn value(entry: &Entry, has_type: bool) -> CstInputValue {
    let text = |text: &str| CstInputValue::String(text.to_owned());
    let mut fields = Vec::new();
    if has_type {
        fields.push(("type".to_owned(), text("stdio")));
    }
    fields.push(("command".to_owned(), text(&entry.command)));
    let arguments = entry.arguments.iter().map(|argument| text(argument));
    fields.push(("args".to_owned(), CstInputValue::Array(arguments.collect())));
    if let Some(token) = &entry.token {
        let token = (TOKEN.to_owned(), text(token.expose()));
        fields.push(("env".to_owned(), CstInputValue::Object(vec![token])));
    }
    CstInputValue::Object(fields)
}
