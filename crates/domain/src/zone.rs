//! An IANA time zone by its name.

use std::fmt;

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Invalid;
use crate::text::clip;

/// A zone of the IANA time zone database, such as `Europe/Rome`.
///
/// Abbreviations (`EST`) and fixed offsets are refused: they carry no daylight-saving rules.
#[derive(Clone, PartialEq, Debug)]
pub struct Zone(TimeZone);

impl Eq for Zone {}

impl Zone {
    /// Coordinated Universal Time.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Finds a zone by its IANA name. Fails with `unknown_zone`.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        let refused = || {
            Invalid::new(
                "/zone",
                "unknown_zone",
                format!("{:?} is not an IANA time zone.", clip(name)),
            )
            .hint("Send a name such as Europe/Rome, America/New_York or UTC.")
        };
        if matches!(name, "UTC" | "Etc/UTC") {
            return Ok(Self::utc());
        }
        if !name.contains('/') {
            return Err(refused());
        }
        let zone = TimeZone::get(name).map_err(|_| refused())?;
        if zone.iana_name().is_none() {
            return Err(refused());
        }
        Ok(Self(zone))
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The zone's rules.
    pub fn rules(&self) -> &TimeZone {
        &self.0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).map_err(|refused| serde::de::Error::custom(refused.detail))
    }
}
