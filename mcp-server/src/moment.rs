//! The present in the user's zone.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use taskwire_domain::Clock;

use crate::identity::CallContext;
use crate::refusal::Refusal;

/// The present in the user's zone, and how instants are shown there.
pub(crate) struct Moment {
    /// The user's zone; `None` if this machine does not know it, and UTC is used instead.
    pub(crate) zone: Option<String>,
    rules: TimeZone,
    now: ZonedDateTime,
}

impl Moment {
    /// Reads the user's zone, unless the caller was identified with it.
    pub(crate) async fn of(call: &CallContext, clock: &dyn Clock) -> Result<Self, Refusal> {
        let zone = if let Some(zone) = &call.zone {
            zone.clone()
        } else {
            let session = call.client.session().await;
            let session = session.map_err(|error| Refusal::of_read(call.vocabulary, &error))?;
            session.user.zone
        };
        let known = TimeZone::get(&zone).ok();
        let rules = known.clone().unwrap_or(TimeZone::UTC);
        Ok(Self {
            zone: known.and(Some(zone)),
            now: clock.now().to_zoned_datetime(rules.clone()),
            rules,
        })
    }

    /// The day, `YYYY-MM-DD`.
    pub(crate) fn today(&self) -> String {
        self.now.date().to_string()
    }

    /// The English weekday.
    pub(crate) fn weekday(&self) -> String {
        self.now.strftime("%A").to_string()
    }

    /// An instant as wall-clock time in the user's zone, to the minute: `2026-11-20 13:00`.
    pub(crate) fn local(&self, at: Timestamp) -> String {
        let at = at.to_zoned_datetime(self.rules.clone());
        at.strftime("%Y-%m-%d %H:%M").to_string()
    }
}
