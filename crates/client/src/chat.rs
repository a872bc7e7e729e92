//! Conversations, which the chat stores. Ids are 1 to 64 letters, digits, `-` and `_`, checked by the API.

use serde::Serialize;
use taskwire_domain::contract::{
    ApprovalClaim, Conversation, ConversationSummary, MessageInput, NewApproval, Page,
    StoredApproval, StoredMessage,
};

use crate::{Client, Error};

#[derive(Serialize)]
struct Include<'a> {
    include: &'a str,
}

impl Client {
    /// The user's conversations, latest first.
    pub async fn list_conversations(&self) -> Result<Page<ConversationSummary>, Error> {
        self.get("/conversations").send().await
    }

    /// A conversation with its messages and the content for the model; 404 if it does not exist.
    pub async fn conversation_for_model(&self, id: &str) -> Result<Conversation, Error> {
        self.get(&conversation(id, ""))
            .query(&Include { include: "model" })?
            .send()
            .await
    }

    /// Stores a message; the first one creates the conversation. The same id again replaces the message in place.
    pub async fn put_message(
        &self,
        id: &str,
        message: &str,
        body: &MessageInput,
    ) -> Result<StoredMessage, Error> {
        self.put(&conversation(
            id,
            &format!("/messages/{}", segment(message)),
        ))
        .json(body)?
        .send()
        .await
    }

    /// Drops a message and all after it, for a regeneration.
    pub async fn truncate_conversation(&self, id: &str, message: &str) -> Result<(), Error> {
        self.delete(&conversation(
            id,
            &format!("/messages/{}", segment(message)),
        ))
        .send_empty()
        .await
    }

    /// Deletes a conversation.
    pub async fn delete_conversation(&self, id: &str) -> Result<(), Error> {
        self.delete(&conversation(id, "")).send_empty().await
    }

    /// Stores a tool call that needs approval.
    pub async fn put_approval(
        &self,
        id: &str,
        approval: &str,
        body: &NewApproval,
    ) -> Result<(), Error> {
        self.put(&conversation(
            id,
            &format!("/approvals/{}", segment(approval)),
        ))
        .json(body)?
        .send_empty()
        .await
    }

    /// Claims an approval, once: 404 if unknown, 409 `approval_used` if claimed before, 410 `approval_expired`.
    pub async fn claim_approval(
        &self,
        id: &str,
        approval: &str,
        body: &ApprovalClaim,
    ) -> Result<StoredApproval, Error> {
        self.post(&conversation(
            id,
            &format!("/approvals/{}/claim", segment(approval)),
        ))
        .json(body)?
        .send()
        .await
    }
}

fn segment(text: &str) -> String {
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    text.replace('+', "%20")
}

fn conversation(id: &str, rest: &str) -> String {
    format!("/conversations/{}{rest}", segment(id))
}
