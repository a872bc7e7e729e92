//! Creating tasks.

use taskwire_domain::task::Subtasks;
use taskwire_domain::{Status, Task, TaskId};

use super::{
    Outcome, insert, lock_owner, needs_due, number_reminders, start_series, subtask, today,
};
use crate::service::draft::Draft;
use crate::service::repeat::ResolvedRule;
use crate::service::{Context, Error, dates, reminder, tag};

/// Creates a task.
pub(crate) async fn create(context: &mut Context, draft: Draft) -> Result<Outcome, Error> {
    let parent = match draft.parent {
        None => None,
        Some(reference) => {
            lock_owner(context).await?;
            Some(subtask::parent(context, reference, None).await?)
        }
    };
    let id: TaskId = context.ids.next(context.now);
    let mut reminders = number_reminders(context, draft.reminders);
    needs_due(&reminders, draft.due.as_ref())?;
    let mut warnings = draft.doubts;
    let (id, due, series) = match (draft.recurrence, draft.due) {
        (None, due) => (id, due, None),
        (Some(recurrence), due) => {
            let due = due.unwrap_or_else(|| today(context));
            let series = start_series(context.ids.next(context.now), recurrence, &due)?;
            if draft.names_due {
                let first = series.position.due();
                warnings.extend(ResolvedRule::moved_start_warning(
                    &series.recurrence,
                    &due,
                    &first,
                ));
            }
            (
                TaskId::of_occurrence(series.id, series.key()),
                Some(series.position.due()),
                Some(series),
            )
        }
    };
    dates::check_weekday(draft.expected, due.as_ref())?;
    if let Some(duration) = draft.duration {
        duration.check(due.as_ref())?;
    }
    if !draft.names_reminders {
        let defaults = reminder::defaults(context, due.as_ref(), &draft.tags).await?;
        let (triggers, told): (Vec<_>, Vec<_>) = defaults.into_iter().unzip();
        reminders = number_reminders(context, triggers);
        warnings.extend(told);
    }
    let mut task = Task {
        id,
        owner: context.owner,
        number: context.tx.next_number(context.owner).await?,
        title: draft.title,
        notes: draft.notes,
        status: Status::Open,
        priority: draft.priority,
        tags: draft.tags,
        due,
        duration: draft.duration,
        series,
        parent,
        subtasks: Subtasks::default(),
        reminders,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        completed_at: None,
        skipped_at: None,
        deleted_at: None,
        missed: None,
        change: context.change,
    };
    tag::find_or_create_tags(context, &mut task).await?;
    insert(context, &task).await?;
    warnings.extend(reminder::warnings(context, &task, None));
    Ok(Outcome::changed(task).with_warnings(warnings))
}
