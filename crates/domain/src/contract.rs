//! The REST contract: the shapes that the API answers and that its clients send, in one place for both sides.
//!
//! Inputs hold plain text and numbers; the use-cases check them, so that every refusal can name its field.

mod chat;
mod event;
pub mod headers;
mod page;
mod problem;
mod task;
mod user;
mod view;

pub use chat::{
    ApprovalClaim, Conversation, ConversationSummary, MessageInput, NewApproval, StoredApproval,
    StoredMessage,
};
pub use event::{AuditEntry, FiredReminders};
pub use page::Page;
pub use problem::{Problem, ProblemField};
pub use task::{
    CompleteTask, NewTask, QuickAdd, QuickAdded, RecurrenceInput, ReminderInput, TaskPatch,
    TaskQuery,
};
pub use user::{
    NewTag, NewToken, SessionView, SignIn, TagView, TokenCreated, TokenView, UserPatch, UserView,
};
pub use view::{RecurrenceView, ReminderView, TaskView, render};
