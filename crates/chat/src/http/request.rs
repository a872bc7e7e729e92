//! Parses requests of a chat front end. Its list of messages is not trusted: only the newest one is used.
//!
//! Parts are read field by field and not as [`Part`](crate::part::Part), so that each error has its pointer.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use taskwire_domain::contract::headers;
use taskwire_http::{JsonError, header_problem, read_json};

use crate::part::ToolState;
use crate::sanitize;
use crate::turn::ApprovalResponse;

use super::problem::Refusal;

/// Longest text, in characters.
const TEXT_MAX: usize = 20_000;
/// Maximum number of approvals in one request.
const APPROVALS_MAX: usize = 100;
/// Maximum number of characters shown of an unknown name.
const NAME_MAX: usize = 60;

/// The fields that an AI SDK front end sends.
const FIELDS: [&str; 4] = ["id", "messages", "trigger", "messageId"];

/// A checked request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ChatRequest {
    pub(super) conversation: String,
    pub(super) intent: Intent,
}

/// The intent of the request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Intent {
    /// To get an answer to this text.
    Answer {
        id: String,
        text: String,
        /// The text replaces that of an earlier message with the same id.
        is_edit: bool,
    },
    /// To continue after approvals of calls in this message.
    Approvals {
        message: String,
        responses: Vec<ApprovalResponse>,
    },
    /// To get another answer to the newest message, or to the one before this message.
    Regenerate { message: Option<String> },
}

/// Refuses every query parameter: no endpoint of the chat has any.
pub(super) async fn without_query(request: Request, next: Next) -> Result<Response, Refusal> {
    let query = request.uri().query().unwrap_or_default();
    let Some(first) = query.split('&').find(|pair| !pair.is_empty()) else {
        return Ok(next.run(request).await);
    };
    let name = sanitize::line(first.split('=').next().unwrap_or_default(), NAME_MAX);
    let detail = format!("Unknown query parameter {name:?}.");
    Err(Refusal::field(name, "unknown_field", detail)
        .hint("Omit it: the chat has no query parameters."))
}

/// Refuses an idempotency key: a message is known by its id.
pub(super) fn refuse_key(headers: &HeaderMap) -> Result<(), Refusal> {
    if !headers.contains_key(headers::IDEMPOTENCY_KEY) {
        return Ok(());
    }
    let refused = header_problem(
        StatusCode::BAD_REQUEST,
        "idempotency_key_not_supported",
        "Idempotency-Key",
        "The chat does not take an Idempotency-Key.",
    );
    Err(Refusal::from(refused)
        .hint("Omit the header. The same message, with the same id, is answered once."))
}

pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<ChatRequest, Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let detail = "The body must be JSON.";
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            detail,
        )
        .hint("Send Content-Type: application/json."));
    }
    let body = read_json(body).map_err(|refused| match refused {
        JsonError::Syntax(error) => Refusal::new(
            StatusCode::BAD_REQUEST,
            "invalid_json",
            format!("The body is not JSON: {error}."),
        ),
        JsonError::Repeated(name) => Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "duplicate_field",
            format!(
                "The field {:?} appears more than once.",
                sanitize::line(&name, NAME_MAX)
            ),
        )
        .hint("Send it once."),
    })?;
    let Value::Object(body) = body else {
        return Err(wrong("", "an object"));
    };
    let unknown = |name: &&String| !FIELDS.contains(&name.as_str());
    if let Some(name) = body.keys().find(unknown) {
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let detail = format!("Unknown field {:?}.", sanitize::line(name, NAME_MAX));
        return Err(Refusal::field(pointer, "unknown_field", detail)
            .hint("Send id, messages and trigger, and messageId to refer to an earlier message."));
    }
    let conversation = id("/id", string(&body, "id", "/id")?)?.to_owned();
    let messages = match body.get("messages") {
        Some(Value::Array(messages)) => messages,
        Some(_) => return Err(wrong("/messages", "a list")),
        None => return Err(missing("/messages")),
    };
    let message = match body.get("messageId") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(id("/messageId", text)?.to_owned()),
        Some(_) => return Err(wrong("/messageId", "a string")),
    };
    let intent = match string(&body, "trigger", "/trigger")? {
        "submit-message" => newest(messages, message.as_deref())?,
        "regenerate-message" => Intent::Regenerate { message },
        _ => {
            let hint = "Send \"submit-message\" or \"regenerate-message\".";
            return Err(
                Refusal::field("/trigger", "unknown_trigger", "The trigger is unknown.").hint(hint),
            );
        }
    };
    Ok(ChatRequest {
        conversation,
        intent,
    })
}

fn newest(messages: &[Value], named: Option<&str>) -> Result<Intent, Refusal> {
    let Some(last) = messages.last() else {
        return Err(
            Refusal::field("/messages", "no_message", "The message is missing.")
                .hint("Send the last message."),
        );
    };
    let at = format!("/messages/{}", messages.len() - 1);
    let Value::Object(last) = last else {
        return Err(wrong(&at, "an object"));
    };
    let own = format!("{at}/id");
    let message = id(&own, string(last, "id", &own)?)?.to_owned();
    let parts_at = format!("{at}/parts");
    let parts = match last.get("parts") {
        Some(Value::Array(parts)) => parts,
        Some(_) => return Err(wrong(&parts_at, "a list")),
        None => return Err(missing(&parts_at)),
    };
    match string(last, "role", &format!("{at}/role"))? {
        "user" => {
            let text = text(parts, &parts_at)?;
            Ok(Intent::Answer {
                is_edit: named == Some(message.as_str()),
                id: message,
                text,
            })
        }
        "assistant" => {
            let responses = approval_responses(parts, &parts_at)?;
            if responses.is_empty() {
                return Err(Refusal::field(
                    parts_at,
                    "nothing_to_do",
                    "The last message is empty.",
                )
                .hint("End the list with a user message, or with answered approvals."));
            }
            Ok(Intent::Approvals { message, responses })
        }
        _ => Err(
            Refusal::field(format!("{at}/role"), "unknown_role", "The role is unknown.")
                .hint("Send \"user\" or \"assistant\"."),
        ),
    }
}

/// The text of a user message.
fn text(parts: &[Value], at: &str) -> Result<String, Refusal> {
    let mut texts = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let at = format!("{at}/{index}");
        let Value::Object(part) = part else {
            return Err(wrong(&at, "an object"));
        };
        match string(part, "type", &format!("{at}/type"))? {
            "text" => texts.push(string(part, "text", &format!("{at}/text"))?),
            "file" => {
                return Err(
                    Refusal::field(at, "unsupported_part", "Files are not supported.")
                        .hint("Send the content as text."),
                );
            }
            _ => {}
        }
    }
    let text = texts.join("\n");
    if text.trim().is_empty() {
        return Err(
            Refusal::field(at, "missing_text", "The message has no text.")
                .hint("Send a part such as {\"type\":\"text\",\"text\":\"…\"}."),
        );
    }
    let length = text.chars().count();
    if length > TEXT_MAX {
        return Err(Refusal::field(
            at,
            "too_long",
            format!("The text is {length} characters long."),
        )
        .hint(format!("Send at most {TEXT_MAX} characters.")));
    }
    if let Some(c) = text
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        let detail = format!(
            "The text contains the control character U+{:04X}.",
            u32::from(c)
        );
        return Err(Refusal::field(at, "invalid_character", detail).hint("Remove it."));
    }
    Ok(text)
}

/// The answered approvals of an assistant message. Its inputs are ignored: the calls to run are stored here.
fn approval_responses(parts: &[Value], at: &str) -> Result<Vec<ApprovalResponse>, Refusal> {
    let mut responses = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let state = part.get("state").map(ToolState::deserialize);
        if !matches!(state, Some(Ok(ToolState::ApprovalResponded))) {
            continue;
        }
        let at = format!("{at}/{index}/approval");
        let Some(Value::Object(approval)) = part.get("approval") else {
            return Err(missing(&at));
        };
        let own = format!("{at}/id");
        let approval_id = id(&own, string(approval, "id", &own)?)?.to_owned();
        let is_approved = match approval.get("approved") {
            Some(Value::Bool(approved)) => *approved,
            Some(_) => return Err(wrong(&format!("{at}/approved"), "true or false")),
            None => return Err(missing(&format!("{at}/approved"))),
        };
        responses.push(ApprovalResponse {
            approval: approval_id,
            is_approved,
        });
        if responses.len() > APPROVALS_MAX {
            return Err(Refusal::field(
                at,
                "too_many_approvals",
                "There are too many approvals.",
            ));
        }
    }
    Ok(responses)
}

/// Checks an id: it becomes part of a path.
pub(super) fn id<'a>(pointer: &str, text: &'a str) -> Result<&'a str, Refusal> {
    let is_legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if (1..=64).contains(&text.len()) && text.bytes().all(is_legal) {
        return Ok(text);
    }
    Err(
        Refusal::field(pointer, "invalid_id", "The id is not valid.")
            .hint("Send 1 to 64 letters, digits, '-' and '_'."),
    )
}

fn string<'a>(
    object: &'a Map<String, Value>,
    key: &str,
    pointer: &str,
) -> Result<&'a str, Refusal> {
    match object.get(key) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(wrong(pointer, "a string")),
        None => Err(missing(pointer)),
    }
}

fn wrong(pointer: &str, expected: &str) -> Refusal {
    Refusal::field(pointer, "wrong_type", format!("This must be {expected}."))
}

fn missing(pointer: &str) -> Refusal {
    Refusal::field(pointer, "missing_field", "This field is missing.")
}
