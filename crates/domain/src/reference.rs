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
    /// Reads the number or id in a field. Fails with `invalid_type` or `invalid_task_reference` at the field.
    pub fn of_json(field: &str, value: &serde_json::Value) -> Result<Self, Invalid> {
        let text = match value {
            serde_json::Value::Number(number) if number.is_u64() => number.to_string(),
            serde_json::Value::String(text) => text.clone(),
            _ => {
                return Err(
                    Invalid::new(field, "invalid_type", "Expected a task's number or id.")
                        .hint("Send the task's number or id."),
                );
            }
        };
        Self::parse(&text).map_err(|why| why.at(field))
    }

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
