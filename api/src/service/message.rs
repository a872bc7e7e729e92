//! What is said over a channel, as it is when it is sent.

use jiff::Timestamp;
use taskwire_domain::contract::{AgendaQuery, Message, MessageAction, TaskView, render};
use taskwire_domain::text::clean;
use taskwire_domain::{ChannelKind, Due, Priority, Task};
use taskwire_store::{ChangeItem, ChangeRow, ChannelRow};
use url::Url;

use super::{Context, Error, agenda};
use crate::action_link::{self, Action};
use crate::notify::Notify;
use crate::push_key::PushKey;

/// For how many minutes the button of a message puts a reminder off.
const SNOOZE_MINUTES: i64 = 60;
/// Tasks that a message names one by one.
const NAMED_MAX: usize = 10;

/// What messages need besides their content.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) notify: &'a Notify,
    /// The key of the installation, for links.
    pub(crate) key: &'a [u8],
    /// Signs messages to browsers.
    pub(crate) push_key: &'a PushKey,
}

impl Writer<'_> {
    /// About one task, or several whose reminders waited for the end of the quiet hours.
    pub(crate) fn reminder(
        &self,
        context: &Context,
        channel: &ChannelRow,
        tasks: &[Task],
    ) -> Message {
        let views: Vec<TaskView> = tasks
            .iter()
            .map(|task| render(task, context.now, &context.zone))
            .collect();
        let (title, lines, actions) = match tasks {
            [task] => (
                views.iter().map(|view| view.title.clone()).collect(),
                details(context, task),
                self.actions(context, task),
            ),
            many => (
                format!("{} reminders", many.len()),
                named(context, many),
                Vec::new(),
            ),
        };
        Message {
            is_urgent: tasks.iter().any(|task| task.priority == Priority::High),
            tasks: views,
            actions,
            ..self.message(context, channel, "reminder", title, lines)
        }
    }

    /// What is overdue, due today and due tomorrow; none if that is nothing.
    pub(crate) async fn digest(
        &self,
        context: &mut Context,
        channel: &ChannelRow,
    ) -> Result<Option<Message>, Error> {
        let query = AgendaQuery {
            days: Some(2),
            ..AgendaQuery::default()
        };
        let agenda = agenda::agenda(context, &query).await?;
        let mut days = agenda.days.into_iter();
        let today = days.next().map(|day| day.tasks).unwrap_or_default();
        let tomorrow = days.next().map(|day| day.tasks).unwrap_or_default();
        let title = format!(
            "{} due today, {} overdue",
            today.len(),
            agenda.overdue.len()
        );
        let mut lines = Vec::new();
        for (name, tasks) in [
            ("Overdue", &agenda.overdue),
            ("Today", &today),
            ("Tomorrow", &tomorrow),
        ] {
            if tasks.is_empty() {
                continue;
            }
            lines.push(format!("{name}:"));
            let titles = tasks
                .iter()
                .map(|task| format!("{}. {}", task.number, task.title));
            lines.extend(titles.take(NAMED_MAX));
            if tasks.len() > NAMED_MAX {
                lines.push(format!("and {} more", tasks.len() - NAMED_MAX));
            }
        }
        let tasks = [agenda.overdue, today, tomorrow].concat();
        let is_empty = tasks.is_empty();
        let message = Message {
            tasks,
            ..self.message(context, channel, "digest", title, lines)
        };
        Ok((!is_empty).then_some(message))
    }

    /// What programs have changed.
    pub(crate) fn notice(
        &self,
        context: &Context,
        channel: &ChannelRow,
        changes: &[ChangeRow],
    ) -> Message {
        let mut lines: Vec<String> = changes.iter().map(in_words).collect();
        let title = match lines.as_slice() {
            [only] => only.clone(),
            many => format!("{} changes", many.len()),
        };
        if lines.len() > NAMED_MAX {
            let more = lines.len() - NAMED_MAX;
            lines.truncate(NAMED_MAX);
            lines.push(format!("and {more} more"));
        } else if lines.len() == 1 {
            lines.clear();
        }
        self.message(context, channel, "notice", title, lines)
    }

    /// Whether a channel works.
    pub(crate) fn test(&self, context: &Context, channel: &ChannelRow) -> Message {
        let lines = vec!["This channel works: reminders will arrive here.".into()];
        self.message(context, channel, "test", "Test from Taskwire".into(), lines)
    }

    /// Asks for proof that an address is its owner's.
    pub(crate) fn verification(&self, context: &Context, channel: &ChannelRow) -> Message {
        let lines = vec![
            "Somebody who uses Taskwire wants reminders to be sent to this address.".into(),
            "If it was you, confirm it. If not, do nothing: nothing else will be sent.".into(),
        ];
        let action = Action::Verify {
            channel: channel.id,
        };
        Message {
            actions: self.link(context, ("confirm", "Confirm this address"), action),
            // There is nothing to switch off yet.
            unsubscribe_url: None,
            ..self.message(
                context,
                channel,
                "verification",
                "Confirm your address".into(),
                lines,
            )
        }
    }

    /// Who sends a message to a browser.
    pub(crate) fn authorization(&self, channel: &ChannelRow, now: Timestamp) -> Option<String> {
        if channel.kind != ChannelKind::WebPush {
            return None;
        }
        let endpoint = Url::parse(&channel.address).ok()?;
        self.push_key
            .authorization(&endpoint, self.notify.contact(), now)
    }

    fn message(
        &self,
        context: &Context,
        channel: &ChannelRow,
        kind: &str,
        title: String,
        lines: Vec<String>,
    ) -> Message {
        let action = Action::Disable {
            channel: channel.id,
        };
        Message {
            kind: kind.into(),
            title,
            lines,
            is_urgent: false,
            url: self.notify.url("/"),
            actions: Vec::new(),
            unsubscribe_url: self.url(context, action),
            due_at: context.now,
            tasks: Vec::new(),
        }
    }

    fn actions(&self, context: &Context, task: &Task) -> Vec<MessageAction> {
        let complete = Action::Complete { task: task.id };
        let snooze = Action::Snooze {
            task: task.id,
            minutes: SNOOZE_MINUTES,
        };
        let mut actions = self.link(context, ("done", "Done"), complete);
        actions.extend(self.link(context, ("snooze", "Snooze 1 hour"), snooze));
        actions
    }

    fn link(
        &self,
        context: &Context,
        (name, title): (&str, &str),
        action: Action,
    ) -> Vec<MessageAction> {
        let url = self.url(context, action);
        let link = url.map(|url| MessageAction {
            name: name.into(),
            title: title.into(),
            url,
        });
        link.into_iter().collect()
    }

    fn url(&self, context: &Context, action: Action) -> Option<String> {
        let path = action_link::path(self.key, context.owner, action, context.now);
        self.notify.url(&path)
    }
}

/// What a program has changed, in a line.
fn in_words(change: &ChangeRow) -> String {
    let verb = match change.kind.as_str() {
        "create" => "Added",
        "complete" => "Completed",
        "skip" => "Skipped",
        "reopen" => "Reopened",
        "delete" => "Deleted",
        "restore" => "Restored",
        _ => "Changed",
    };
    let tasks = change.content.items.iter().filter_map(|item| match item {
        ChangeItem::Task(delta) => Some(clean(&delta.title).into_owned()),
        ChangeItem::Tag(_) => None,
    });
    let tasks: Vec<String> = tasks.collect();
    let what = match tasks.as_slice() {
        [] => "tags".into(),
        [only] => format!("“{only}”"),
        [first, more @ ..] => format!("“{first}” and {} more", more.len()),
    };
    let actor = &change.content.actor;
    match &actor.client {
        Some(client) => format!("{verb} {what}, by {client}"),
        None => format!("{verb} {what}, over {}", actor.via.as_str()),
    }
}

/// When a task is due and what it is, in a line or two.
fn details(context: &Context, task: &Task) -> Vec<String> {
    let mut lines: Vec<String> = task
        .due
        .iter()
        .map(|due| format!("Due {}", day_and_time(context, due)))
        .collect();
    let priority =
        (task.priority != Priority::None).then(|| format!("{} priority", task.priority.as_str()));
    let tags = task.tags.iter().map(|tag| format!("#{tag}"));
    let marks: Vec<String> = priority.into_iter().chain(tags).collect();
    if !marks.is_empty() {
        lines.push(marks.join(" "));
    }
    lines
}

/// Several tasks, a line each.
fn named(context: &Context, tasks: &[Task]) -> Vec<String> {
    let line = |task: &Task| match &task.due {
        Some(due) => format!(
            "{}. {} (due {})",
            task.number,
            task.title,
            day_and_time(context, due)
        ),
        None => format!("{}. {}", task.number, task.title),
    };
    let mut lines: Vec<String> = tasks.iter().take(NAMED_MAX).map(line).collect();
    if tasks.len() > NAMED_MAX {
        lines.push(format!("and {} more", tasks.len() - NAMED_MAX));
    }
    lines
}

/// A due value as its owner says it today.
fn day_and_time(context: &Context, due: &Due) -> String {
    let zone = due.zone_or(&context.zone);
    let today = context.now.to_zoned_datetime(zone.rules().clone()).date();
    let day = if due.date() == today {
        "today".to_owned()
    } else if today
        .tomorrow()
        .is_ok_and(|tomorrow| due.date() == tomorrow)
    {
        "tomorrow".to_owned()
    } else {
        Due::Date(due.date()).in_words()
    };
    let time = due.time().map(|time| time.strftime("%H:%M").to_string());
    let zone = due.zone().map(|zone| format!(" ({zone})"));
    match time {
        Some(time) => format!("{day} at {time}{}", zone.unwrap_or_default()),
        None => day,
    }
}
