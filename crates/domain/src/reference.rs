//! How a task is named by those who talk about it.

use crate::{Invalid, TaskId};

/// A task by its number or by its id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskRef {
    /// Its number, which people and models say.
    Number(i64),
    /// Its id.
    Id(TaskId),
}

impl TaskRef {
    /// Reads a number of 1 or more, or an id. Fails with `invalid_task_reference`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if let Ok(number) = text.parse::<i64>()
            && number > 0
        {
            return Ok(Self::Number(number));
        }
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => {
                Err(
                    Invalid::new("task", "invalid_task_reference", "Not a task number or id.")
                        .hint("Send the number (1, 2, 3 …) or the id (a UUID)."),
                )
            }
        }
    }
}
