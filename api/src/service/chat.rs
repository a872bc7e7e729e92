//! Stores conversations without interpreting them.

use serde_json::Value;
use taskwire_domain::Invalid;
use taskwire_domain::contract::{
    ApprovalClaim, Conversation, ConversationSummary, MessageInput, NewApproval, StoredApproval,
    StoredMessage,
};
use taskwire_store::{ApprovalRow, ClaimedApproval, MessageRow};

use super::{Context, Error, conflict};

/// Longest id chosen by a client, in characters.
const ID_MAX: usize = 64;
/// Maximum number of conversations listed.
const LIST_MAX: i64 = 200;
/// Longest name of a tool or of its call, in characters.
const NAME_MAX: usize = 1000;
/// Longest title, in characters.
const TITLE_MAX: usize = 80;

/// Checks an id that a client chose.
pub(crate) fn check_id(field: &str, id: &str) -> Result<(), Invalid> {
    let good = (1..=ID_MAX).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if good {
        Ok(())
    } else {
        Err(Invalid::new(field, "invalid_id", "The id is not valid.")
            .hint(format!("Use 1 to {ID_MAX} letters, digits, - and _.")))
    }
}

/// Refuses U+0000, which JSON may contain and Postgres text may not.
fn check_json(field: &str, value: &Value) -> Result<(), Invalid> {
    let carries = match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => return items.iter().try_for_each(|item| check_json(field, item)),
        Value::Object(items) => {
            return items.iter().try_for_each(|(name, item)| {
                check_json(field, &Value::String(name.clone()))?;
                check_json(field, item)
            });
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    };
    if carries {
        return Err(Invalid::new(
            field,
            "invalid_character",
            "The text contains the character U+0000.",
        )
        .hint("Remove it."));
    }
    Ok(())
}

/// Refuses what is not an object.
fn check_object(field: &str, value: &Value) -> Result<(), Invalid> {
    if value.is_object() {
        return Ok(());
    }
    let hint = "Send an object such as {\"task\": 1}.";
    Err(Invalid::new(field, "invalid_type", "It must be an object.").hint(hint))
}

/// Checks a name that a model chose: of a tool or a call.
fn check_name(field: &str, name: &str) -> Result<(), Invalid> {
    if (1..=NAME_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(
            Invalid::new(field, "invalid_name", "The name is not valid.").hint(format!(
                "Send 1 to {NAME_MAX} characters, none of them a control character."
            )),
        )
    }
}

fn unknown() -> Error {
    Error::NotFound("such conversation".into())
}

/// The owner's conversations, latest first.
pub(crate) async fn list(context: &mut Context) -> Result<Vec<ConversationSummary>, Error> {
    Ok(context
        .tx
        .list_conversations(context.owner, LIST_MAX)
        .await?)
}

/// A conversation with its messages; the content for the model only on request.
pub(crate) async fn get(
    context: &mut Context,
    id: &str,
    with_model: bool,
) -> Result<Conversation, Error> {
    check_id("conversation", id)?;
    let found = context
        .tx
        .find_conversation(context.owner, id)
        .await?
        .ok_or_else(unknown)?;
    let messages = context.tx.list_messages(context.owner, id).await?;
    Ok(Conversation {
        id: found.id,
        title: found.title,
        messages: messages
            .into_iter()
            .map(|row| message(row, with_model))
            .collect::<Result<_, _>>()?,
    })
}

fn message(row: MessageRow, with_model: bool) -> Result<StoredMessage, Error> {
    let json = |text: &str| {
        serde_json::from_str::<Value>(text).map_err(|error| Error::Internal(error.to_string()))
    };
    Ok(StoredMessage {
        parts: json(&row.parts)?,
        model: match row.model {
            Some(text) if with_model => Some(json(&text)?),
            _ => None,
        },
        id: row.id,
        role: row.role,
        created_at: row.created_at,
    })
}

/// The beginning of the first text of a message, for the list of conversations.
fn title(parts: &Value) -> String {
    let text = parts
        .as_array()
        .into_iter()
        .flatten()
        .find_map(|part| part.get("text").and_then(Value::as_str))
        .unwrap_or("Conversation");
    let line = text.lines().next().unwrap_or_default().trim();
    let mut title: String = line.chars().take(TITLE_MAX).collect();
    if title.len() < line.len() {
        title.push('…');
    }
    title
}

/// Stores a message.
pub(crate) async fn put_message(
    context: &mut Context,
    conversation: &str,
    id: &str,
    input: MessageInput,
) -> Result<StoredMessage, Error> {
    check_id("conversation", conversation)?;
    check_id("message", id)?;
    if input.role != "user" && input.role != "assistant" {
        return Err(Invalid::new("/role", "invalid_role", "Unknown role.")
            .hint("Send user or assistant.")
            .into());
    }
    if !input.parts.is_array() {
        return Err(
            Invalid::new("/parts", "invalid_type", "Parts must be a list.")
                .hint("Send the parts of a UI message.")
                .into(),
        );
    }
    let mut parts = input.parts.as_array().into_iter().flatten();
    if let Some(index) = parts.position(|part| !part.is_object()) {
        return Err(Invalid::new(
            format!("/parts/{index}"),
            "invalid_type",
            "The part must be an object.",
        )
        .hint("Send the parts of a UI message.")
        .into());
    }
    check_json("/parts", &input.parts)?;
    if let Some(model) = &input.model {
        check_object("/model", model)?;
        check_json("/model", model)?;
    }
    let text = |value: &Value| value.to_string();
    let parts = text(&input.parts);
    let model = input.model.as_ref().map(text);
    context
        .tx
        .touch_conversation(
            context.owner,
            conversation,
            &title(&input.parts),
            context.now,
        )
        .await?;
    let row = MessageRow {
        id: id.to_owned(),
        role: input.role,
        parts,
        model,
        created_at: context.now,
    };
    context
        .tx
        .put_message(context.owner, conversation, &row)
        .await?;
    message(row, false)
}

/// Drops a message and all after it.
pub(crate) async fn truncate(
    context: &mut Context,
    conversation: &str,
    id: &str,
) -> Result<(), Error> {
    check_id("conversation", conversation)?;
    check_id("message", id)?;
    match context
        .tx
        .truncate_conversation(context.owner, conversation, id)
        .await?
    {
        0 => Err(Error::NotFound("such message".into())),
        _ => Ok(()),
    }
}

/// Deletes a conversation.
pub(crate) async fn delete(context: &mut Context, id: &str) -> Result<(), Error> {
    check_id("conversation", id)?;
    let found = context
        .tx
        .find_conversation(context.owner, id)
        .await?
        .ok_or_else(unknown)?;
    // Locks the conversation, so that no message is added between the removal of its messages and its own.
    context
        .tx
        .touch_conversation(context.owner, id, &found.title, context.now)
        .await?;
    if context.tx.delete_conversation(context.owner, id).await? {
        Ok(())
    } else {
        Err(unknown())
    }
}

/// Stores a tool call that needs approval.
pub(crate) async fn put_approval(
    context: &mut Context,
    conversation: &str,
    id: &str,
    input: NewApproval,
) -> Result<(), Error> {
    check_id("conversation", conversation)?;
    check_id("approval", id)?;
    check_id("/message", &input.message)?;
    check_name("/tool_call", &input.tool_call)?;
    check_name("/tool", &input.tool)?;
    check_object("/arguments", &input.arguments)?;
    check_json("/arguments", &input.arguments)?;
    context
        .tx
        .find_conversation(context.owner, conversation)
        .await?
        .ok_or_else(unknown)?;
    let row = ApprovalRow {
        id: id.to_owned(),
        message: input.message,
        tool_call: input.tool_call,
        tool: input.tool,
        arguments: input.arguments.to_string(),
        expires_at: input.expires_at,
    };
    Ok(context
        .tx
        .put_approval(context.owner, conversation, &row)
        .await?)
}

/// Claims an approval, once.
pub(crate) async fn claim_approval(
    context: &mut Context,
    conversation: &str,
    id: &str,
    input: &ApprovalClaim,
) -> Result<StoredApproval, Error> {
    check_id("conversation", conversation)?;
    check_id("approval", id)?;
    match context
        .tx
        .claim_approval(context.owner, conversation, id, input.approved, context.now)
        .await?
    {
        ClaimedApproval::Unknown => Err(Error::NotFound("such approval".into())),
        ClaimedApproval::Used => Err(conflict(
            "approval_used",
            "This approval was already answered.",
            "Ask again.",
        )),
        ClaimedApproval::Expired => Err(Error::Gone(
            Invalid::new("", "approval_expired", "This approval has expired.").hint("Ask again."),
        )),
        ClaimedApproval::Now(row) => Ok(StoredApproval {
            arguments: serde_json::from_str(&row.arguments)
                .map_err(|error| Error::Internal(error.to_string()))?,
            id: row.id,
            message: row.message,
            tool_call: row.tool_call,
            tool: row.tool,
            approved: input.approved,
        }),
    }
}
