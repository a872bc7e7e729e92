//! Completion of the arguments of prompts and of templates of resources: what hosts propose while a person types.

use rmcp::model::{CompletionInfo, ErrorData};
use taskwire_client::Error;
use taskwire_domain::contract::{TaskQuery, TaskView};
use taskwire_domain::text::{clean, clip, label_key};

use crate::identity::CallContext;
use crate::prompts::Kind;
use crate::refusal::Refusal;

/// Number of tasks proposed.
const TASKS_MAX: usize = 20;

/// Number of open tasks read to find those whose number begins with the typed digits.
const READ_MAX: u32 = 200;

/// Filters that anyone can use.
const FILTERS: [&str; 7] = [
    "today",
    "overdue",
    "next 7 days",
    "no:due",
    "no:priority",
    "p1",
    "changed:ai",
];

/// Values that fit what was typed so far.
pub(crate) async fn values(
    call: &CallContext,
    kind: Kind,
    typed: &str,
) -> Result<CompletionInfo, ErrorData> {
    let typed = typed.trim();
    let values = match kind {
        Kind::Day(days) => {
            let days = days.iter().map(|day| (*day).to_owned());
            beginning(typed, days).collect()
        }
        Kind::Filter => filters(call, typed).await?,
        Kind::Number => {
            let tasks = tasks(call, typed).await?;
            tasks.iter().map(|task| task.number.to_string()).collect()
        }
        Kind::Task => {
            let tasks = tasks(call, typed).await?;
            let shown = tasks.iter().map(|task| {
                let title = clip(&task.title);
                format!("{} {}", task.number, clean(&title))
            });
            shown.collect()
        }
    };
    CompletionInfo::new(values).map_err(|error| ErrorData::internal_error(error, None))
}

/// The values that begin with what was typed, compared as names of tags and saved filters are.
fn beginning(typed: &str, values: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let typed = label_key(typed);
    values.filter(move |value| label_key(value).starts_with(&typed))
}

/// Common filters, saved ones, and tags.
async fn filters(call: &CallContext, typed: &str) -> Result<Vec<String>, ErrorData> {
    let saved = call.client.list_filters().await;
    let saved = saved.map_err(|error| failed(call, &error))?.items;
    let tags = call.client.list_tags().await;
    let tags = tags.map_err(|error| failed(call, &error))?.items;
    let common = FILTERS.iter().map(|filter| (*filter).to_owned());
    let saved = saved.into_iter().map(|filter| format!("@{}", filter.name));
    let tags = tags.into_iter().map(|tag| format!("#{}", tag.name));
    let values = beginning(typed, common.chain(saved).chain(tags));
    Ok(values.take(CompletionInfo::MAX_VALUES).collect())
}

/// Tasks whose number begins with the typed digits, or else open tasks with the typed text.
async fn tasks(call: &CallContext, typed: &str) -> Result<Vec<TaskView>, ErrorData> {
    let digits = typed.trim_start_matches('#');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        let query = TaskQuery {
            q: Some(typed.to_owned()).filter(|typed| !typed.is_empty()),
            limit: u32::try_from(TASKS_MAX).ok(),
            ..TaskQuery::default()
        };
        return list(call, &query).await;
    }
    let mut found = match call.client.get_task(digits).await {
        Ok(task) => vec![task],
        Err(Error::Problem(problem)) if [404, 422].contains(&problem.status) => Vec::new(),
        Err(error) => return Err(failed(call, &error)),
    };
    let query = TaskQuery {
        limit: Some(READ_MAX),
        ..TaskQuery::default()
    };
    let open = list(call, &query).await?.into_iter().filter(|task| {
        let number = task.number.to_string();
        number.starts_with(digits) && number != digits
    });
    found.extend(open);
    found.truncate(TASKS_MAX);
    Ok(found)
}

async fn list(call: &CallContext, query: &TaskQuery) -> Result<Vec<TaskView>, ErrorData> {
    match call.client.list_tasks(query).await {
        Ok(page) => Ok(page.items),
        // What was typed cannot be searched for, such as text that is too long.
        Err(Error::Problem(problem)) if problem.status == 422 => Ok(Vec::new()),
        Err(error) => Err(failed(call, &error)),
    }
}

fn failed(call: &CallContext, error: &Error) -> ErrorData {
    let refused = Refusal::of_read(call.vocabulary, error);
    ErrorData::internal_error(refused.into_text(), None)
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn names_are_compared_without_regard_to_case() {
        let names = || ["#Straße", "#STRASSENBAHN", "#ΟΔΟΣ", "#home"].map(str::to_owned);
        for (typed, expected) in [
            ("#strass", vec!["#Straße", "#STRASSENBAHN"]),
            ("#straße", vec!["#Straße", "#STRASSENBAHN"]),
            ("#οδος", vec!["#ΟΔΟΣ"]),
            ("#H", vec!["#home"]),
            ("#x", vec![]),
        ] {
            let found: Vec<String> = beginning(typed, names().into_iter()).collect();
            assert_eq!(found, expected, "{typed}");
        }
    }
}
