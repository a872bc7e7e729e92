//! Values of the options for the model.

use clap::ValueEnum;
use serde::{Deserialize, Deserializer};

/// How much a model reasons before it responds.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effort {
    Minimal,
    Low,
    Medium,
    High,
}

impl Effort {
    /// The value of `reasoning_effort`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A list of strings, or one string.
pub(super) fn one_or_more<'de, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<Vec<String>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a string or a list of strings")]
    enum Form {
        One(String),
        Many(Vec<String>),
    }
    Ok(Some(match Form::deserialize(input)? {
        Form::One(value) => vec![value],
        Form::Many(values) => values,
    }))
}
