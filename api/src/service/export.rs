//! Everything that the server has of a user, as lines of JSON. Read page by page, each in a transaction of its own, so that
//! memory and the time of each transaction stay small however much there is.

use async_stream::try_stream;
use futures::Stream;
use serde::Serialize;
use serde_json::json;
use taskwire_domain::NotificationId;
use uuid::Uuid;

use super::{
    Context, Error, change, channel, chat, notification, notification_settings, oauth,
    saved_filter, settings, tag, token,
};

/// Rows read at a time.
const PAGE: i64 = 200;
/// The version of the lines' form.
const FORMAT: u32 = 1;

/// A line: the kind of thing, and the thing as the API shows it.
#[derive(Serialize)]
struct Line<'a, T> {
    #[serde(rename = "type")]
    kind: &'a str,
    data: &'a T,
}

/// Lines to be sent together, and how many lines there are so far.
#[derive(Default)]
struct Lines {
    text: String,
    count: u64,
}

impl Lines {
    fn push(&mut self, kind: &str, data: &impl Serialize) -> Result<(), Error> {
        let line = serde_json::to_string(&Line { kind, data })
            .map_err(|error| Error::Internal(error.to_string()))?;
        self.text.push_str(&line);
        self.text.push('\n');
        self.count += 1;
        Ok(())
    }

    fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

/// All lines: the user, tags, saved filters, channels and tokens without their secrets, the settings of notifications, tasks in order of their numbers, conversations
/// with their messages, notifications, and the changes and the audit log from their ends. The last line says how many lines come before it; an export
/// without it is incomplete.
pub(crate) fn export<F, R>(begin: F) -> impl Stream<Item = Result<String, Error>> + Send
where
    F: Fn() -> R + Send + Sync,
    R: Future<Output = Result<Context, Error>> + Send,
{
    try_stream! {
        let mut lines = Lines::default();
        let mut context = begin().await?;
        lines.push("export", &json!({"format": FORMAT, "exported_at": context.now}))?;
        lines.push("user", &settings::get(&mut context).await?)?;
        for tag in tag::list(&mut context, false).await? {
            lines.push("tag", &tag)?;
        }
        for filter in saved_filter::list(&mut context).await? {
            lines.push("filter", &filter)?;
        }
        for channel in channel::all(&mut context).await? {
            lines.push("channel", &channel)?;
        }
        let notified = notification_settings::get(&mut context).await?;
        lines.push("notification_settings", &notified)?;
        for row in context.tx.list_tokens(context.owner, context.now).await? {
            lines.push("token", &token::view(&row, None))?;
        }
        for row in context.tx.list_grants(context.owner, context.now).await? {
            lines.push("grant", &oauth::view(&row))?;
        }
        drop(context);
        yield lines.take();

        let mut number = 0;
        loop {
            let mut context = begin().await?;
            let tasks = context.tx.tasks_after(context.owner, number, PAGE).await?;
            let Some(last) = tasks.last() else { break };
            number = last.number;
            for task in &tasks {
                lines.push("task", &context.view(task))?;
            }
            drop(context);
            yield lines.take();
        }

        let mut id = String::new();
        loop {
            let mut context = begin().await?;
            // One at a time: a conversation may be long.
            let found = context.tx.conversations_after(context.owner, &id, 1).await?;
            let Some(summary) = found.into_iter().next() else { break };
            let conversation = chat::get(&mut context, &summary.id, true).await?;
            lines.push("conversation", &conversation)?;
            id = summary.id;
            drop(context);
            yield lines.take();
        }

        let mut before = NotificationId(Uuid::max());
        loop {
            let mut context = begin().await?;
            let rows = context.tx.list_notifications(context.owner, false, before, PAGE).await?;
            let Some(last) = rows.last() else { break };
            before = last.id;
            for row in &rows {
                lines.push("notification", &notification::export(row))?;
            }
            drop(context);
            yield lines.take();
        }

        let mut before = i64::MAX;
        loop {
            let mut context = begin().await?;
            let rows = context.tx.list_all_changes(context.owner, before, PAGE).await?;
            let Some(last) = rows.last() else { break };
            before = last.seq;
            for row in &rows {
                lines.push("change", &change::export(row)?)?;
            }
            drop(context);
            yield lines.take();
        }

        let mut before = i64::MAX;
        loop {
            let mut context = begin().await?;
            let rows = context.tx.list_whole_audit(context.owner, before, PAGE).await?;
            let Some(last) = rows.last() else { break };
            before = last.seq;
            for row in &rows {
                lines.push("audit", &row.entry)?;
            }
            drop(context);
            yield lines.take();
        }

        let count = lines.count;
        lines.push("end", &json!({"lines": count}))?;
        yield lines.take();
    }
}
