//! Headers by which a program says on whose behalf and through what it acts, and what its request belongs to.

/// `mcp`, `chat`, `web` or `rest`; `consumer` only with the service credential.
pub const VIA: &str = "taskwire-via";
/// Name and version of the program that is acting, such as an MCP client.
pub const CLIENT: &str = "taskwire-client";
/// The chat message that led to this call.
pub const CHAT_TURN: &str = "taskwire-chat-turn";
/// The tool call within that turn.
pub const TOOL_CALL: &str = "taskwire-tool-call";
/// The user a service acts for; only with the service credential.
pub const USER: &str = "taskwire-user";
/// Makes a repeated request answer as the first one did.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Names a request in logs and in problem details; made by the server when a caller sends none.
pub const REQUEST_ID: &str = "x-request-id";
/// The trace that a request is part of (W3C trace context).
pub const TRACEPARENT: &str = "traceparent";

/// Name of the cookie that carries the session of a browser.
pub const SESSION_COOKIE: &str = "taskwire_session";
