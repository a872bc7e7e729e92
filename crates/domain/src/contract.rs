//! The REST contract: the types of requests and responses, in one place for both sides.
//!
//! Inputs hold plain text and numbers; the use cases check them, so that every refusal can name its field.

mod agenda;
mod batch;
mod change;
mod channel;
mod chat;
mod count;
mod dead_letter;
mod delegation;
mod delivery;
mod event;
mod explain;
mod filter;
pub mod headers;
mod history;
mod notification;
mod page;
mod problem;
mod quick;
mod reference;
mod repeat;
mod series;
mod task;
mod token;
mod user;
mod view;

pub use agenda::{Agenda, AgendaDay, AgendaOccurrence, AgendaQuery};
pub use batch::{
    Batch, BatchOperation, BatchResult, Bulk, BulkOperation, BulkResult, OperationResult,
};
pub use change::{ChangeQuery, ChangeView, ChangedTask, Undone};
pub use channel::{
    ChannelCreated, ChannelKinds, ChannelPatch, ChannelView, DeliveryQuery, DeliveryView,
    NewChannel, NotificationSettings, NotificationSettingsPatch, PushKeys, TagReminder,
};
pub use chat::{
    ApprovalClaim, Conversation, ConversationSummary, MessageInput, NewApproval, StoredApproval,
    StoredMessage,
};
pub use count::{CountsQuery, DayCount, PriorityCounts, TagCount, TaskCounts};
pub use dead_letter::{DeadLetterQuery, DeadLetterView};
pub use delegation::{Delegate, Delegation};
pub use delivery::{
    ChannelSecrets, DeliveryClaim, DeliveryExchange, DeliveryOrder, DeliveryOrders,
    DeliveryOutcome, Message, MessageAction, SendResult,
};
pub use event::{AuditEntry, AuditQuery, FiredReminders};
pub use explain::{Ends, Explanation, SeriesExplanation, Shifted};
pub use filter::{FilterPatch, FilterView, NewFilter};
pub use history::{EmptiedTrash, FieldChange, HistoryEntry, HistoryQuery};
pub use notification::{NotificationQuery, NotificationView, ReadNotifications};
pub use page::{Page, TaskPage, WordCorrection};
pub use problem::{Problem, ProblemField};
pub use quick::{
    QuickAdd, QuickAdded, QuickPreview, ReminderPreview, TextRemark, TextSpan, byte_of_unit,
    preview, remarks, spans, units_before,
};
pub use reference::TaskReference;
pub use repeat::{CompleteTask, RecurrenceInput, RescheduleTask, SkipTask, SnoozeTask};
pub use series::{ComingOccurrence, SeriesListQuery, SeriesOccurrences, SeriesQuery, SeriesView};
pub use task::{NewTask, ReminderInput, TaskPatch, TaskQuery};
pub use token::{
    GrantView, InvitationCreated, InvitationView, NewInvitation, NewToken, SessionsQuery,
    TokenCreated, TokenView,
};
pub use user::{
    AccountDeletion, MergeTag, NewTag, NewUser, PasswordChange, SessionView, SignIn, SignUpPolicy,
    TagChange, TagListItem, TagPatch, TagQuery, TagView, UserPatch, UserView,
};
pub use view::{
    DateView, MissedView, OpenOccurrence, OpenSubtask, RecurrenceView, ReminderView, SubtaskCounts,
    TaskChange, TaskView, render,
};
