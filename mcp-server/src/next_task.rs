//! The open task of a series, and the one that follows an occurrence that was completed or skipped.

use serde::Serialize;
use taskwire_client::Client;
use taskwire_domain::contract::{OpenOccurrence, SeriesQuery};
use uuid::Uuid;

use crate::task::TaskAnswer;

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

/// The occurrence that follows one that was completed or skipped.
#[derive(Serialize, Debug)]
pub(crate) struct NextTask {
    /// Absent while it is being created: tasks_find shows it in a moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) occurrence: Option<String>,
}

/// The occurrence that follows, as the rule says it.
pub(crate) fn next_of(task: &TaskAnswer) -> Option<NextTask> {
    let dates = task.recurrence.as_ref()?.next.as_ref()?;
    Some(NextTask {
        number: None,
        due: Some(dates.first()?.clone()),
        occurrence: None,
    })
}

/// The open task of the series, if it is another one than the task that ended.
pub(crate) async fn next_task(client: &Client, ended: i64, series: Uuid) -> Option<NextTask> {
    let query = SeriesQuery {
        coming: Some(0),
        limit: Some(1),
        cursor: None,
    };
    let series = client.get_series(series, &query).await.ok()?.series;
    let open = series.open.filter(|open| open.number != ended)?;
    Some(NextTask {
        number: Some(open.number),
        due: open.due,
        occurrence: open.occurrence,
    })
}
