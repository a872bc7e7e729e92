//! Headers of a response about its resource: the version and, after a creation, the location.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use taskwire_domain::contract::{
    Agenda, AuditEntry, BatchResult, BulkResult, ChangeView, ChannelCreated, ChannelKinds,
    ChannelView, Conversation, ConversationSummary, DeadLetterView, DeliveryView, EmptiedTrash,
    Explanation, FilterView, GrantView, HistoryEntry, InvitationCreated, InvitationView,
    NotificationSettings, NotificationView, Page, QuickAdded, QuickPreview, SeriesOccurrences,
    SeriesView, SessionView, StoredApproval, StoredMessage, TagChange, TagListItem, TagView,
    TaskChange, TaskCounts, TaskPage, TaskView, TokenCreated, TokenView, Undone, UserView,
};

use crate::conditional;
use crate::service::settings;

/// The body of a response.
pub(crate) trait Resource: Serialize + Send + Sync {
    /// Its version, which becomes the `ETag`.
    fn version(&self) -> Option<String> {
        None
    }

    /// URL of the new resource; set if it was just created.
    fn location(&self) -> Option<String> {
        None
    }

    /// Removes what does not exist after a dry run: the id of its change, and secrets.
    fn leave_out_unkept(&mut self) {}
}

impl Resource for TaskView {
    fn version(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/tasks/{}", self.number))
    }
}

impl Resource for TaskChange {
    fn version(&self) -> Option<String> {
        self.task.version()
    }

    fn location(&self) -> Option<String> {
        self.task.location()
    }
}

impl Resource for QuickAdded {
    fn version(&self) -> Option<String> {
        self.task.version()
    }

    fn location(&self) -> Option<String> {
        self.task.location()
    }
}

impl Resource for TagView {
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/tags/{}", self.id))
    }
}

impl Resource for FilterView {
    fn version(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/filters/{}", self.id))
    }
}

impl Resource for ChannelView {
    fn version(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/channels/{}", self.id))
    }
}

impl Resource for ChannelCreated {
    fn version(&self) -> Option<String> {
        self.view.version()
    }

    fn location(&self) -> Option<String> {
        self.view.location()
    }

    fn leave_out_unkept(&mut self) {
        self.secret = None;
    }
}

impl Resource for NotificationSettings {
    fn version(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

impl Resource for TokenView {
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/tokens/{}", self.id))
    }
}

impl Resource for TokenCreated {
    fn location(&self) -> Option<String> {
        self.view.location()
    }

    fn leave_out_unkept(&mut self) {
        self.token = None;
    }
}

impl Resource for UserView {
    fn version(&self) -> Option<String> {
        settings::version(self).ok()
    }

    fn location(&self) -> Option<String> {
        Some("/api/v1/me".into())
    }
}

impl Resource for InvitationView {
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/invitations/{}", self.id))
    }
}

impl Resource for InvitationCreated {
    fn location(&self) -> Option<String> {
        self.view.location()
    }

    fn leave_out_unkept(&mut self) {
        self.code = None;
    }
}

impl Resource for BatchResult {
    fn leave_out_unkept(&mut self) {
        self.change = None;
    }
}

impl Resource for BulkResult {
    fn leave_out_unkept(&mut self) {
        self.change = None;
    }
}

impl Resource for Undone {
    fn leave_out_unkept(&mut self) {
        self.change = None;
    }
}

impl Resource for () {}
impl Resource for Agenda {}
impl Resource for ChangeView {}
impl Resource for Conversation {}
impl Resource for DeadLetterView {}
impl Resource for EmptiedTrash {}
impl Resource for Explanation {}
impl Resource for Option<TaskView> {}
impl Resource for Page<AuditEntry> {}
impl Resource for Page<ChangeView> {}
impl Resource for ChannelKinds {}
impl Resource for DeliveryView {}
impl Resource for Page<ChannelView> {}
impl Resource for Page<ConversationSummary> {}
impl Resource for Page<DeadLetterView> {}
impl Resource for Page<DeliveryView> {}
impl Resource for Page<FilterView> {}
impl Resource for Page<GrantView> {}
impl Resource for Page<HistoryEntry> {}
impl Resource for Page<InvitationView> {}
impl Resource for Page<NotificationView> {}
impl Resource for Page<SeriesView> {}
impl Resource for Page<TagListItem> {}
impl Resource for Page<TokenView> {}
impl Resource for QuickPreview {}
impl Resource for TaskCounts {}
impl Resource for TaskPage {}
impl Resource for SeriesOccurrences {}
impl Resource for SessionView {}
impl Resource for StoredApproval {}
impl Resource for StoredMessage {}
impl Resource for TagChange {}

/// A response whose body is already serialized.
pub(crate) fn response(status: StatusCode, body: String, made: Option<&impl Resource>) -> Response {
    if status == StatusCode::NO_CONTENT {
        return status.into_response();
    }
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    let Some(made) = made else {
        return response;
    };
    let headers = response.headers_mut();
    let etag = made.version().as_deref().and_then(conditional::etag);
    headers.extend(etag.map(|etag| (header::ETAG, etag)));
    if status == StatusCode::CREATED {
        let location = made.location();
        let location = location.and_then(|path| HeaderValue::try_from(path).ok());
        headers.extend(location.map(|location| (header::LOCATION, location)));
    }
    response
}
