//! The board: the tasks of a result as an app in the host (MCP Apps, revision 2026-01-26).
//!
//! Its text comes with the result, so a host without apps lacks nothing.

use std::sync::LazyLock;

use rmcp::RoleServer;
use rmcp::model::{JsonObject, MetaObject, ReadResourceResult, Resource, ResourceContents, Tool};
use rmcp::service::RequestContext;
use serde_json::{Value, json};

use crate::tool_name::ToolName;

/// The app's address.
pub(crate) const BOARD: &str = "ui://taskwire/board";

/// The type of an app's page.
const MIME_TYPE: &str = "text/html;profile=mcp-app";

/// The extension that a host with apps declares.
const EXTENSION: &str = "io.modelcontextprotocol/ui";

/// One page that loads nothing: a host need not allow any address.
static PAGE: LazyLock<String> = LazyLock::new(|| {
    include_str!("../board/board.html")
        .replace("/*{style}*/", include_str!("../board/board.css"))
        .replace(
            "/*{script}*/",
            concat!(
                include_str!("../board/host.js"),
                include_str!("../board/tasks.js"),
                include_str!("../board/view.js"),
                include_str!("../board/board.js"),
            ),
        )
});

/// Names the board in a tool whose results it shows.
pub(crate) fn attach(tool: Tool) -> Tool {
    let shown = [ToolName::Find, ToolName::Agenda, ToolName::Add];
    if !ToolName::parse(&tool.name).is_some_and(|name| shown.contains(&name)) {
        return tool;
    }
    // The second name is that of hosts from before the revision.
    let meta = json!({"ui": {"resourceUri": BOARD}, "ui/resourceUri": BOARD});
    tool.with_meta(object(meta))
}

/// Whether to name the board in tools/list. Older clients say what they can when they connect, which a request over HTTP
/// does not know; those without apps ignore it.
pub(crate) fn is_offered(context: &RequestContext<RoleServer>, is_connected: bool) -> bool {
    let declared = if is_connected {
        context.client_capabilities()
    } else {
        context.meta.client_capabilities()
    };
    declared.is_none_or(|declared| {
        let extensions = declared.extensions.unwrap_or_default();
        extensions.contains_key(EXTENSION)
    })
}

/// The board in resources/list.
pub(crate) fn resource() -> Resource {
    Resource::new(BOARD, "board")
        .with_title("Board")
        .with_description(
            "The tasks of a result, to complete and to move, in hosts that show apps.",
        )
        .with_mime_type(MIME_TYPE)
        .with_meta(limits())
}

/// The page.
pub(crate) fn read() -> ReadResourceResult {
    let page = ResourceContents::text(PAGE.as_str(), BOARD)
        .with_mime_type(MIME_TYPE)
        .with_meta(limits());
    ReadResourceResult::new(vec![page])
}

/// What the host has to allow: no address at all.
fn limits() -> MetaObject {
    object(json!({"ui": {"csp": {}, "prefersBorder": true}}))
}

fn object(value: Value) -> MetaObject {
    let Value::Object(fields) = value else {
        return MetaObject::new();
    };
    MetaObject(JsonObject::from_iter(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest page, in bytes; hosts keep it in memory for each result shown.
    const BYTES_MAX: usize = 60_000;

    #[test]
    fn the_page_is_small_and_loads_nothing() {
        let page = PAGE.as_str();
        assert!(page.len() < BYTES_MAX, "{} bytes", page.len());
        for foreign in ["http:", "https:", "src=", "href=", "@import", "url(", "/*{"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        // What ends the script ends it early.
        assert_eq!(page.matches("</script").count(), 1);
    }
}
