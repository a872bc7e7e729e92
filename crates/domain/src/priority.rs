//! How important a task is.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Invalid;
use crate::text::clip;

/// A task's priority. Higher is greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Priority {
    /// Not set, `p4`.
    #[default]
    None,
    /// `p3`.
    Low,
    /// `p2`.
    Medium,
    /// `p1`.
    High,
}

impl Priority {
    /// Reads a priority as people and models write it. Fails with `invalid_priority`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.trim().trim_start_matches('!').to_lowercase().as_str() {
            "high" | "p1" | "1" | "urgent" => Ok(Self::High),
            // A bare exclamation mark is the shortest way to say "urgent".
            "" if text.contains('!') => Ok(Self::High),
            "medium" | "p2" | "2" | "normal" => Ok(Self::Medium),
            "low" | "p3" | "3" => Ok(Self::Low),
            "none" | "p4" | "4" => Ok(Self::None),
            _ => Err(Invalid::new(
                "/priority",
                "invalid_priority",
                format!("{:?} is not a priority.", clip(text)),
            )
            .hint("Send high, medium, low or none (or p1 to p4, p1 being the highest).")),
        }
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::None => "none",
        }
    }

    /// The rank as stored: 0 for none to 3 for high.
    pub fn rank(self) -> i64 {
        self as i64
    }

    /// The priority of a stored rank.
    pub fn from_rank(rank: i64) -> Option<Self> {
        match rank {
            0 => Some(Self::None),
            1 => Some(Self::Low),
            2 => Some(Self::Medium),
            3 => Some(Self::High),
            _ => None,
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Priority {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Priority {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|refused| serde::de::Error::custom(refused.detail))
    }
}
