//! The key of one occurrence of a series: what was scheduled, before any daylight-saving shift and before any move.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::clip;
use crate::{Due, Invalid};

/// `0/2027-01-04`, `0/2027-01-04T09:00`, or `0/2027-01-05#3` in a completion-anchored series.
///
/// Opaque to clients, who send back what they were given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OccurrenceKey {
    /// Which version of the rule the series is in; it grows when the rule changes or the series restarts.
    pub epoch: u32,
    /// The scheduled civil value: a date or a floating date-time, never zoned.
    pub at: Due,
    /// Position in a completion-anchored series, where done-date plus interval can give a used date again.
    pub ordinal: Option<u32>,
}

impl OccurrenceKey {
    /// The key of `due` in `epoch`; the zone is left out.
    pub fn new(epoch: u32, due: &Due, ordinal: Option<u32>) -> Self {
        let at = match due {
            Due::Zoned(at, _) => Due::Floating(*at),
            other => other.clone(),
        };
        Self { epoch, at, ordinal }
    }
}

impl fmt::Display for OccurrenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.epoch, self.at)?;
        match self.ordinal {
            Some(ordinal) => write!(f, "#{ordinal}"),
            None => Ok(()),
        }
    }
}

impl FromStr for OccurrenceKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || {
            Invalid::new(
                "/occurrence",
                "invalid_occurrence",
                format!("{:?} is not an occurrence key.", clip(text)),
            )
            .hint("Send the task's \"occurrence\" unchanged, or omit it.")
        };
        let (epoch, rest) = text.split_once('/').ok_or_else(refused)?;
        let (at, ordinal) = match rest.split_once('#') {
            Some((at, ordinal)) => (at, Some(ordinal.parse().map_err(|_| refused())?)),
            None => (rest, None),
        };
        let at = Due::parse(at).map_err(|_| refused())?;
        if at.zone().is_some() {
            return Err(refused());
        }
        Ok(Self {
            epoch: epoch.parse().map_err(|_| refused())?,
            at,
            ordinal,
        })
    }
}

impl Serialize for OccurrenceKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OccurrenceKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|refused: Invalid| serde::de::Error::custom(refused.detail))
    }
}
