//! The result of a tool: the items that succeeded, and those that failed.

use rmcp::model::{CallToolResult, ContentBlock};
use schemars::JsonSchema;
use serde::Serialize;
use taskwire_client::Error;
use taskwire_domain::contract::{OpenOccurrence, TaskChange};

use crate::refusal::Refusal;
use crate::task::{NOTES_CLIP, TaskAnswer, TaskOutline};
use crate::tool_error::{ToolError, UNREACHABLE};
use crate::vocabulary::Vocabulary;

/// The result of a batch.
#[derive(Serialize, JsonSchema, Debug)]
pub(crate) struct BatchAnswer {
    results: Vec<Done>,
    failures: Vec<Failure>,
    requested: usize,
    succeeded: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
}

/// The same for the schemas of the other tools: only that of tasks_add has the full form.
#[derive(Serialize, JsonSchema)]
pub(crate) struct BatchOutline {
    /// As in the result of tasks_add.
    results: Vec<DescribedElsewhere>,
    failures: Vec<DescribedElsewhere>,
    requested: usize,
    succeeded: usize,
}

/// An object described elsewhere.
#[derive(Serialize, JsonSchema, Debug)]
pub(crate) struct DescribedElsewhere {}

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
    /// The occurrence of the series that is open now, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DescribedElsewhere>")]
    open: Option<OpenAnswer>,
    /// Parts that were not understood, or differ from the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<Vec<String>>,
}

/// The occurrence of a series that is to be done.
#[derive(Serialize, Debug)]
pub(crate) struct OpenAnswer {
    number: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_weekday: Option<String>,
}

impl From<OpenOccurrence> for OpenAnswer {
    fn from(open: OpenOccurrence) -> Self {
        Self {
            number: open.number,
            occurrence: open.occurrence,
            due: open.due,
            due_weekday: open.due_weekday,
        }
    }
}

/// An item that failed.
#[derive(Serialize, JsonSchema, Debug)]
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
    #[schemars(skip)]
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

/// A changed task, with warnings.
pub(crate) struct Changed {
    pub(crate) task: TaskAnswer,
    /// Whether the call changed anything.
    pub(crate) has_effect: bool,
    pub(crate) open: Option<OpenAnswer>,
    pub(crate) warnings: Vec<String>,
}

impl From<TaskChange> for Changed {
    fn from(change: TaskChange) -> Self {
        Self {
            task: TaskAnswer::new(change.task, NOTES_CLIP),
            has_effect: change.changed,
            open: change.open.map(OpenAnswer::from),
            warnings: change.warnings,
        }
    }
}

/// A batch in progress.
pub(crate) struct Batch {
    vocabulary: Vocabulary,
    /// The name of the list argument, for error texts.
    list: &'static str,
    /// Whether the caller can repeat the call safely.
    repeatable: bool,
    results: Vec<Done>,
    failures: Vec<Failure>,
    /// Set once the API cannot be reached: the rest of the batch would wait in vain.
    given_up: bool,
}

impl Batch {
    pub(crate) fn new(vocabulary: Vocabulary, list: &'static str, repeatable: bool) -> Self {
        Self {
            vocabulary,
            list,
            repeatable,
            results: Vec::new(),
            failures: Vec::new(),
            given_up: false,
        }
    }

    /// Runs `change` for the next item, unless the API has become unreachable.
    pub(crate) async fn run(
        &mut self,
        subject: Subject,
        change: impl Future<Output = Result<Changed, Error>> + Send,
    ) {
        let index = self.results.len() + self.failures.len();
        self.run_at(index, subject, change).await;
    }

    /// Runs `change` for the item at an index in the list, unless the API has become unreachable.
    pub(crate) async fn run_at(
        &mut self,
        index: usize,
        subject: Subject,
        change: impl Future<Output = Result<Changed, Error>> + Send,
    ) {
        let outcome = if self.given_up {
            Err(ToolError::unreachable())
        } else {
            change.await.map_err(|e| ToolError::of(self.vocabulary, &e))
        };
        match outcome {
            Ok(done) => self.results.push(Done {
                index,
                client_ref: subject.client_ref,
                task: done.task,
                changed: (!done.has_effect).then_some(false),
                open: done.open,
                warnings: Some(done.warnings).filter(|warnings| !warnings.is_empty()),
            }),
            Err(error) => {
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
        }
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
            done.task.status = "withdrawn".into();
            done.warnings.get_or_insert_default().push(format!(
                "Task {number} is not open: task {open}, the occurrence before it, was reopened and has withdrawn it. Completing task {open} brings it back."
            ));
        }
    }

    /// The result; an error if no item succeeded.
    pub(crate) fn finish(mut self) -> Result<CallToolResult, Refusal> {
        self.results.sort_by_key(|done| done.index);
        self.failures.sort_by_key(|failure| failure.index);
        if self.results.is_empty()
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
                .flat_map(|failure| failure.error.lines(&format!("{list}[{}]", failure.index)))
                .collect();
            return Err(Refusal::all_failed(&lines, &again));
        }
        reply(&BatchAnswer {
            requested: self.results.len() + self.failures.len(),
            succeeded: self.results.len(),
            hint: (!self.failures.is_empty())
                .then_some("Do not retry the whole batch: correct and send only the failed items."),
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
