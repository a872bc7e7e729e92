//! The result of a tool: the items that succeeded, and those that failed.

mod bulk;
mod matched;

use std::time::Duration;

use rmcp::model::{CallToolResult, ContentBlock};
use schemars::JsonSchema;
use serde::Serialize;
use taskwire_client::{Client, Error};
use tokio::time::Instant;
use uuid::Uuid;

pub(crate) use crate::changed::Changed;
use crate::identity::Keys;
use crate::next_task::{NextTask, OpenAnswer, next_of, next_task};
use crate::refusal::Refusal;
use crate::task::{DescribedElsewhere, Detail, TaskAnswer, TaskOutline};
use crate::tool_error::{ToolError, UNREACHABLE};
use crate::vocabulary::Vocabulary;
use matched::Matched;

/// How long a result waits for the tasks that follow.
const NEXT_WAIT: Duration = Duration::from_millis(300);

/// How long it waits before it looks again.
const NEXT_STEP: Duration = Duration::from_millis(25);

/// Advice where some items failed.
const ONLY_FAILED: &str = "Do not retry the whole batch: correct and send only the failed items.";

/// Maximum number of results that name their changes when the result is concise: each name is as long as a task.
const CHANGES_MAX: usize = 10;

/// The result of a batch.
#[derive(Serialize, JsonSchema, Debug)]
pub(crate) struct BatchAnswer {
    results: Vec<Done>,
    /// Each with index, code, message, hint.
    #[schemars(with = "Vec<DescribedElsewhere>")]
    failures: Vec<Failure>,
    /// The items that are about all tasks that a filter finds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(skip)]
    matched: Vec<Matched>,
    requested: usize,
    succeeded: usize,
    /// Nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// The same for the schemas of the other tools: only that of tasks_add has the full form.
#[derive(Serialize, JsonSchema)]
pub(crate) struct BatchOutline {
    /// As in the result of tasks_add.
    results: Vec<DescribedElsewhere>,
    failures: Vec<DescribedElsewhere>,
}

/// An item that succeeded.
#[derive(Serialize, JsonSchema, Debug)]
struct Done {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_ref: Option<String>,
    #[schemars(with = "TaskOutline")]
    task: TaskAnswer,
    /// False when it was so already.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    /// The first result of a call that was made before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    replayed: Option<bool>,
    /// Numbers of open tasks with nearly the same title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    similar_open: Option<Vec<i64>>,
    /// The open occurrence, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DescribedElsewhere>")]
    open: Option<OpenAnswer>,
    /// The one that follows; without number it is being created.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DescribedElsewhere>")]
    next_task: Option<NextTask>,
    /// For changes_undo; in long results see tasks_history.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<String>,
    /// Parts that were not understood, or differ from the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<Vec<String>>,
}

/// An item that failed.
#[derive(Serialize, Debug)]
struct Failure {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_ref: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    code: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    #[serde(skip)]
    error: ToolError,
}

/// How the caller identifies an item, in addition to its index in the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subject {
    pub(crate) client_ref: Option<String>,
    pub(crate) number: Option<i64>,
}

impl Subject {
    pub(crate) fn number(number: i64) -> Self {
        Self {
            client_ref: None,
            number: Some(number),
        }
    }
}

/// A batch in progress.
pub(crate) struct Batch {
    vocabulary: Vocabulary,
    /// The name of the list argument, for error texts; empty if there is none.
    list: &'static str,
    /// Whether the caller can repeat the call safely.
    repeatable: bool,
    /// The one that makes the changes.
    client: Client,
    detail: Detail,
    /// What the result says as a whole.
    note: Option<String>,
    /// The occurrences that have ended: index, number and series.
    ended: Vec<(usize, i64, Uuid)>,
    results: Vec<Done>,
    failures: Vec<Failure>,
    matched: Vec<Matched>,
    /// The number of items so far.
    items: usize,
    /// Set once the API cannot be reached: the rest of the batch would wait in vain.
    given_up: bool,
}

impl Batch {
    /// `client` is the one that makes the changes.
    pub(crate) fn new(
        vocabulary: Vocabulary,
        list: &'static str,
        client: &Client,
        keys: &Keys,
        detail: Option<Detail>,
    ) -> Self {
        Self {
            vocabulary,
            list,
            repeatable: keys.repeatable,
            client: client.clone(),
            note: None,
            detail: detail.unwrap_or_default(),
            ended: Vec::new(),
            results: Vec::new(),
            failures: Vec::new(),
            matched: Vec::new(),
            items: 0,
            given_up: false,
        }
    }

    /// Runs `change` for the next item, unless the API has become unreachable.
    pub(crate) async fn run(
        &mut self,
        subject: Subject,
        change: impl Future<Output = Result<Changed, Error>> + Send,
    ) {
        self.run_at(self.items, subject, change).await;
    }

    /// Runs `change` for the item at an index in the list, unless the API has become unreachable.
    pub(crate) async fn run_at(
        &mut self,
        index: usize,
        subject: Subject,
        change: impl Future<Output = Result<Changed, Error>> + Send,
    ) {
        let replays = self.client.replays();
        let outcome = self.attempt(Box::pin(change)).await;
        match outcome {
            Ok(done) => {
                if let (Some(number), Some(series), false) =
                    (done.task.number, done.ended, self.client.is_dry_run())
                {
                    self.ended.push((index, number, series));
                }
                let is_replayed = self.client.replays() > replays;
                let done = self.done(index, subject, done);
                self.results.push(Done {
                    replayed: is_replayed.then_some(true),
                    ..done
                });
            }
            Err(error) => self.failed(index, subject, error),
        }
    }

    /// Counts an item, and makes its change unless the API has become unreachable.
    async fn attempt<T>(
        &mut self,
        change: impl Future<Output = Result<T, Error>> + Send,
    ) -> Result<T, ToolError> {
        self.items += 1;
        if self.given_up {
            return Err(ToolError::unreachable());
        }
        change.await.map_err(|e| ToolError::of(self.vocabulary, &e))
    }

    fn done(&self, index: usize, subject: Subject, done: Changed) -> Done {
        let next_task = done.ended.and_then(|_| next_of(&done.task));
        Done {
            index,
            client_ref: subject.client_ref,
            task: done.task.changed(self.detail),
            changed: (!done.has_effect).then_some(false),
            replayed: None,
            similar_open: Some(done.similar).filter(|numbers| !numbers.is_empty()),
            open: done.open,
            next_task,
            // A change that was only tried does not exist.
            change: done
                .change
                .filter(|_| !self.client.is_dry_run())
                .map(|change| change.to_string()),
            warnings: Some(done.warnings).filter(|warnings| !warnings.is_empty()),
        }
    }

    fn failed(&mut self, index: usize, subject: Subject, error: ToolError) {
        self.given_up |= error.code == UNREACHABLE;
        self.failures.push(Failure {
            index,
            client_ref: subject.client_ref,
            number: subject.number,
            code: error.code.clone(),
            message: error.message(),
            hint: error.hint.clone(),
            retry_after_seconds: error.retry_after_seconds,
            error,
        });
    }

    /// Says something about the result as a whole.
    pub(crate) fn note(&mut self, text: String) {
        self.note = Some(text);
    }

    /// Advice if every item failed.
    fn advice(&self) -> String {
        let failures = &self.failures;
        if !failures.iter().all(|failure| failure.error.is_transient) {
            return "Correct this and send the call again.".into();
        }
        // The longest wait covers all others.
        let wait = failures
            .iter()
            .filter_map(|failure| failure.retry_after_seconds);
        match wait.max() {
            Some(1) => "Try again in 1 second.".into(),
            Some(seconds) => format!("Try again in {seconds} seconds."),
            None => "Try again in a moment.".into(),
        }
    }

    /// Notes on a reopened task that it was withdrawn when the previous occurrence was reopened.
    pub(crate) fn withdrawn(&mut self, index: usize, number: i64, open: i64) {
        let done = self.results.iter_mut().find(|done| done.index == index);
        if let Some(done) = done {
            done.task.status = Some("withdrawn".into());
            done.warnings.get_or_insert_default().push(format!(
                "Task {number} is not open: task {open}, the occurrence before it, was reopened and has withdrawn it. Completing task {open} brings it back."
            ));
        }
    }

    /// Waits a moment for the tasks that follow the occurrences that ended, because another process creates them, and
    /// names those that are there.
    pub(crate) async fn name_next(&mut self, client: &Client) {
        let end = Instant::now() + NEXT_WAIT;
        let mut waiting = std::mem::take(&mut self.ended);
        loop {
            let mut left = Vec::new();
            for (index, number, series) in waiting {
                // If it cannot be read, its date is in the result all the same.
                match next_task(client, number, series).await {
                    Some(next) => {
                        let done = self.results.iter_mut().find(|done| done.index == index);
                        if let Some(done) = done {
                            done.next_task = Some(next);
                        }
                    }
                    None => left.push((index, number, series)),
                }
            }
            // A series that has ended has no next task to wait for.
            left.retain(|(index, ..)| {
                let done = self.results.iter().find(|done| done.index == *index);
                done.is_some_and(|done| done.next_task.is_some())
            });
            if left.is_empty() || Instant::now() + NEXT_STEP > end {
                return;
            }
            waiting = left;
            tokio::time::sleep(NEXT_STEP).await;
        }
    }

    /// The result; an error if no item succeeded.
    pub(crate) fn finish(mut self) -> Result<CallToolResult, Refusal> {
        self.results.sort_by_key(|done| done.index);
        self.failures.sort_by_key(|failure| failure.index);
        if self.failures.len() == self.items
            && let Some(first) = self.failures.first()
        {
            if first.code == UNREACHABLE {
                return Err(Refusal::unreachable_for_change(self.repeatable));
            }
            let again = self.advice();
            let list = self.list;
            let lines: Vec<String> = self
                .failures
                .iter()
                .flat_map(|failure| match list {
                    "" => failure.error.lines(""),
                    list => failure.error.lines(&format!("{list}[{}]", failure.index)),
                })
                .collect();
            return Err(Refusal::all_failed(&lines, &again));
        }
        if self.results.len() > CHANGES_MAX && self.detail == Detail::Concise {
            for done in &mut self.results {
                done.change = None;
            }
        }
        reply(&BatchAnswer {
            dry_run: self.client.is_dry_run().then_some(true),
            requested: self.items,
            succeeded: self.items.saturating_sub(self.failures.len()),
            matched: self.matched,
            hint: if self.failures.is_empty() {
                self.note
            } else {
                Some(ONLY_FAILED.to_owned())
            },
            results: self.results,
            failures: self.failures,
        })
    }
}

/// A successful result: the same JSON as text and as structured content, because some clients show the model only one.
pub(crate) fn reply(answer: &impl Serialize) -> Result<CallToolResult, Refusal> {
    let unwritable = |error: serde_json::Error| Refusal::mistakes(&[error.to_string()]);
    let text = serde_json::to_string(answer).map_err(unwritable)?;
    // Invisible characters in a title are useless to a model; JSON itself contains none.
    let text = taskwire_domain::text::clean(&text).into_owned();
    let structured = serde_json::from_str(&text).map_err(unwritable)?;
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn invisible_characters_are_not_returned() {
        let title = "pay\u{E0044}\u{200B} rent \u{1F469}\u{200D}\u{1F467}";
        let answer = reply(&json!({"title": title})).ok().unwrap();
        let structured = answer.structured_content.unwrap();
        assert_eq!(structured["title"], "pay rent \u{1F469}\u{200D}\u{1F467}");
        let text = serde_json::to_string(&answer.content).unwrap();
        assert!(!text.contains('\u{200B}') && !text.contains('\u{E0044}'));
    }
}
