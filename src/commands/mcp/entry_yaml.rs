//! The entry in Goose's configuration, which is YAML: a mapping `extensions` with a mapping for each server.
//!
//! Only lines are looked at, and only in the block layout that Goose writes; any other is refused.

use std::fmt::Write;

use anyhow::bail;

use super::entry::{Entry, NAME, TOKEN};

/// The name of the mapping.
const SERVERS: &str = "extensions";

/// Spaces before an entry in a new mapping.
const INDENT: usize = 2;

/// The text with the entry, or without it.
pub(super) fn with(text: &str, entry: Option<&Entry>) -> anyhow::Result<String> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let Some(start) = lines
        .iter()
        .position(|line| key(line) == Some((0, SERVERS)))
    else {
        let Some(entry) = entry else {
            return Ok(text.to_owned());
        };
        let separator = if text.is_empty() || text.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        return Ok(format!(
            "{text}{separator}{SERVERS}:\n{}",
            block(entry, INDENT)?
        ));
    };
    let value = lines.get(start).and_then(|line| line.split_once(':'));
    let value = value.map_or("", |(_, value)| value.trim());
    let is_empty = value == "{}";
    if !value.is_empty() && !value.starts_with('#') && !is_empty {
        bail!("the value of {SERVERS:?} is not written in lines of its own; nothing was changed");
    }
    if is_empty {
        if entry.is_none() {
            return Ok(text.to_owned());
        }
        if let Some(line) = lines.get_mut(start) {
            *line = format!("{SERVERS}:\n");
        }
    }
    let end = end_of(&lines, start + 1, 0);
    let first = lines
        .iter()
        .take(end)
        .skip(start + 1)
        .find_map(|line| key(line));
    let indent = first.map_or(INDENT, |(indent, _)| indent);
    let old = (start + 1..end)
        .find(|at| lines.get(*at).and_then(|line| key(line)) == Some((indent, NAME)));
    let (from, to) = match old {
        Some(old) => (old, end_of(&lines, old + 1, indent).min(end)),
        None => (end, end),
    };
    let new = entry.map(|entry| block(entry, indent)).transpose()?;
    if new.is_none() && old.is_none() {
        return Ok(text.to_owned());
    }
    if let Some(last) = from.checked_sub(1).and_then(|last| lines.get_mut(last))
        && !last.ends_with('\n')
    {
        last.push('\n');
    }
    lines.splice(from..to, new);
    Ok(lines.concat())
}

/// The indentation and the name of a line that begins a mapping's member.
fn key(line: &str) -> Option<(usize, &str)> {
    let content = line.trim_start_matches(' ');
    let (name, rest) = content.split_once(':')?;
    let is_key = !name.is_empty()
        && !name.starts_with(['#', '-', '"', '\''])
        && (rest.trim().is_empty() || rest.starts_with([' ', '\n', '\r']));
    is_key.then(|| (line.len() - content.len(), name.trim_end()))
}

/// The first line from `from` on that does not belong to a mapping at this indentation, without blank lines and comments
/// before it.
fn end_of(lines: &[String], from: usize, indent: usize) -> usize {
    let mut end = from;
    for (at, line) in lines.iter().enumerate().skip(from) {
        let content = line.trim_start_matches(' ');
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        if line.len() - content.len() <= indent {
            break;
        }
        end = at + 1;
    }
    end
}

fn block(entry: &Entry, indent: usize) -> anyhow::Result<String> {
    let (outer, inner) = (" ".repeat(indent), " ".repeat(indent * 2));
    // A string of JSON is one of YAML too.
    let quoted = |text: &str| serde_json::to_string(text);
    let mut text = format!("{outer}{NAME}:\n");
    let mut line = |content: &str| writeln!(text, "{inner}{content}");
    line("enabled: true")?;
    line("type: stdio")?;
    line("name: taskwire")?;
    line(&format!("cmd: {}", quoted(&entry.command)?))?;
    let arguments: Result<Vec<String>, _> =
        entry.arguments.iter().map(|text| quoted(text)).collect();
    line(&format!("args: [{}]", arguments?.join(", ")))?;
    match &entry.token {
        Some(token) => line(&format!("envs: {{{TOKEN}: {}}}", quoted(token.expose())?))?,
        None => line("envs: {}")?,
    }
    line("timeout: 300")?;
    Ok(text)
}
