//! Tasks and the audit log.

use serde::Serialize;
use taskwire_domain::contract::{
    Agenda, AgendaQuery, AuditEntry, Batch, BatchResult, Bulk, BulkResult, CompleteTask,
    CountsQuery, EmptiedTrash, Explanation, HistoryEntry, HistoryQuery, NewTask, NotificationQuery,
    NotificationView, Page, QuickAdd, QuickAdded, QuickPreview, ReadNotifications, RescheduleTask,
    SeriesListQuery, SeriesOccurrences, SeriesQuery, SeriesView, SkipTask, SnoozeTask, TaskChange,
    TaskCounts, TaskPage, TaskPatch, TaskQuery, TaskView,
};
use uuid::Uuid;

use crate::{Client, Error};

/// A filter for the audit log.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AuditQuery {
    /// Only those about the task with this number or id.
    pub task: Option<String>,
    /// 1 to 200, by default 50.
    pub limit: Option<u32>,
    /// The cursor from the previous page.
    pub cursor: Option<String>,
}

/// In all of these, `task` is the task's number or its id.
impl Client {
    /// Creates a task.
    pub async fn create_task(
        &self,
        task: &NewTask,
        key: Option<&str>,
    ) -> Result<TaskChange, Error> {
        self.post("/tasks")
            .json(task)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// Creates a task from one line of text.
    pub async fn quick_add(&self, line: &QuickAdd, key: Option<&str>) -> Result<QuickAdded, Error> {
        self.post("/tasks/quick")
            .json(line)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// The task that a line would create, without creating it.
    pub async fn quick_preview(&self, line: &QuickAdd) -> Result<QuickPreview, Error> {
        self.post("/tasks/quick?preview=true")
            .json(line)?
            .send()
            .await
    }

    /// Lists tasks.
    pub async fn list_tasks(&self, query: &TaskQuery) -> Result<TaskPage, Error> {
        self.get("/tasks").query(query)?.send().await
    }

    /// How many open tasks there are, by tag, priority and day.
    pub async fn count_tasks(&self, query: &CountsQuery) -> Result<TaskCounts, Error> {
        self.get("/tasks/counts").query(query)?.send().await
    }

    /// One task.
    pub async fn get_task(&self, task: &str) -> Result<TaskView, Error> {
        self.get(&path(task, "")).send().await
    }

    /// Changes some fields, if `version` is still the current one.
    pub async fn patch_task(
        &self,
        task: &str,
        patch: &TaskPatch,
        version: Option<i64>,
        key: Option<&str>,
    ) -> Result<TaskChange, Error> {
        self.patch(&path(task, ""))
            .json(patch)?
            .if_match(version)
            .idempotency_key(key)
            .send()
            .await
    }

    /// Completes a task, or one occurrence of a series.
    pub async fn complete_task(
        &self,
        task: &str,
        body: &CompleteTask,
        key: Option<&str>,
    ) -> Result<TaskChange, Error> {
        self.post(&path(task, "/complete"))
            .json(body)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// Skips one occurrence of a series.
    pub async fn skip_task(
        &self,
        task: &str,
        body: &SkipTask,
        key: Option<&str>,
    ) -> Result<TaskChange, Error> {
        self.post(&path(task, "/skip"))
            .json(body)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// Puts off the reminder of a task.
    pub async fn snooze_task(
        &self,
        task: &str,
        body: &SnoozeTask,
        key: Option<&str>,
    ) -> Result<TaskChange, Error> {
        self.post(&path(task, "/snooze"))
            .json(body)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// Moves a task, one occurrence of a series, or the series from there on.
    pub async fn reschedule_task(
        &self,
        task: &str,
        body: &RescheduleTask,
        key: Option<&str>,
    ) -> Result<TaskChange, Error> {
        self.post(&path(task, "/reschedule"))
            .json(body)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// Why a task is due when it is.
    pub async fn explain_task(&self, task: &str) -> Result<Explanation, Error> {
        self.get(&path(task, "/explain")).send().await
    }

    /// The agenda: tasks to do, day by day.
    pub async fn agenda(&self, query: &AgendaQuery) -> Result<Agenda, Error> {
        self.get("/agenda").query(query)?.send().await
    }

    /// Reopens a completed or skipped task.
    pub async fn reopen_task(&self, task: &str, key: Option<&str>) -> Result<TaskChange, Error> {
        self.post(&path(task, "/reopen"))
            .idempotency_key(key)
            .send()
            .await
    }

    /// Moves a task to the trash.
    pub async fn delete_task(&self, task: &str, key: Option<&str>) -> Result<TaskChange, Error> {
        self.delete(&path(task, ""))
            .idempotency_key(key)
            .send()
            .await
    }

    /// Takes a task out of the trash.
    pub async fn restore_task(&self, task: &str, key: Option<&str>) -> Result<TaskChange, Error> {
        self.post(&path(task, "/restore"))
            .idempotency_key(key)
            .send()
            .await
    }

    /// Carries out several operations as one change.
    pub async fn batch(&self, batch: &Batch, key: Option<&str>) -> Result<BatchResult, Error> {
        self.post("/tasks/batch")
            .json(batch)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// Does the same with all tasks that a filter finds, as one change.
    pub async fn bulk(&self, bulk: &Bulk, key: Option<&str>) -> Result<BulkResult, Error> {
        self.post("/tasks/bulk")
            .json(bulk)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// The recurring tasks with an open task.
    pub async fn list_series(&self, query: &SeriesListQuery) -> Result<Page<SeriesView>, Error> {
        self.get("/series").query(query)?.send().await
    }

    /// A recurring task with its occurrences.
    pub async fn get_series(
        &self,
        series: Uuid,
        query: &SeriesQuery,
    ) -> Result<SeriesOccurrences, Error> {
        self.get(&format!("/series/{series}"))
            .query(query)?
            .send()
            .await
    }

    /// The reminders that fired, newest first.
    pub async fn list_notifications(
        &self,
        query: &NotificationQuery,
    ) -> Result<Page<NotificationView>, Error> {
        self.get("/notifications").query(query)?.send().await
    }

    /// Marks notifications as read.
    pub async fn read_notifications(
        &self,
        read: &ReadNotifications,
        key: Option<&str>,
    ) -> Result<Page<NotificationView>, Error> {
        self.post("/notifications/read")
            .json(read)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// The history of a task, newest first.
    pub async fn task_history(
        &self,
        task: &str,
        query: &HistoryQuery,
    ) -> Result<Page<HistoryEntry>, Error> {
        self.get(&path(task, "/history")).query(query)?.send().await
    }

    /// Deletes the tasks in the trash for good.
    pub async fn empty_trash(&self, key: Option<&str>) -> Result<EmptiedTrash, Error> {
        self.delete("/trash").idempotency_key(key).send().await
    }

    /// The audit log, newest first.
    pub async fn audit(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, Error> {
        self.get("/audit").query(query)?.send().await
    }
}

/// The path of a task; the reference comes from outside and must not add path segments.
fn path(task: &str, action: &str) -> String {
    let segment: String = url::form_urlencoded::byte_serialize(task.as_bytes()).collect();
    format!("/tasks/{}{action}", segment.replace('+', "%20"))
}
