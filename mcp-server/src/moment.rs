//! The present in the user's zone.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use taskwire_domain::contract::UserView;
use taskwire_domain::grammar::{Context, DateOrder};
use taskwire_domain::{Clock, Zone, weekday};

use crate::identity::CallContext;
use crate::refusal::Refusal;

/// The present in the user's zone, and how instants are shown there.
pub(crate) struct Moment {
    /// The user's zone; `None` if this machine does not know it, and UTC is used instead.
    pub(crate) zone: Option<String>,
    user: UserView,
    rules: TimeZone,
    now: ZonedDateTime,
}

impl Moment {
    /// Reads the user's settings, unless the caller was identified with them.
    pub(crate) async fn of(call: &CallContext, clock: &dyn Clock) -> Result<Self, Refusal> {
        let user = if let Some(user) = &call.user {
            user.clone()
        } else {
            let session = call.client.session().await;
            session
                .map_err(|error| Refusal::of_read(call.vocabulary, &error))?
                .user
        };
        let known = TimeZone::get(&user.zone).ok();
        let rules = known.clone().unwrap_or(TimeZone::UTC);
        Ok(Self {
            zone: known.map(|_| user.zone.clone()),
            now: clock.now().to_zoned_datetime(rules.clone()),
            rules,
            user,
        })
    }

    /// The same, on the clocks of a zone that the caller names.
    pub(crate) fn seen_in(self, zone: Option<&str>) -> Result<Self, Refusal> {
        let Some(name) = zone else {
            return Ok(self);
        };
        let zone = Zone::parse(name.trim()).map_err(|why| {
            let hint = why.hint.unwrap_or_default();
            Refusal::mistakes(&[format!("`zone`: {} {hint}", why.detail)])
        })?;
        Ok(Self {
            zone: Some(zone.to_string()),
            now: self.now.with_time_zone(zone.rules().clone()),
            rules: zone.rules().clone(),
            ..self
        })
    }

    /// The zone, if it is known.
    pub(crate) fn known_zone(&self) -> Option<Zone> {
        Zone::parse(self.zone.as_deref()?).ok()
    }

    /// The present instant.
    pub(crate) fn instant(&self) -> Timestamp {
        self.now.timestamp()
    }

    /// What words mean to the user; `None` if this machine does not know the user's zone.
    pub(crate) fn words(&self) -> Option<Context> {
        let zone = self.known_zone()?;
        let context = Context::new(self.instant(), zone);
        let user = &self.user;
        Some(Context {
            week_start: weekday::parse("", &user.week_start).unwrap_or(context.week_start),
            date_order: DateOrder::parse(&user.date_order).unwrap_or(context.date_order),
            day_start: user.day_start.parse().unwrap_or(context.day_start),
            ..context
        })
    }

    /// The time of day, `HH:MM`.
    pub(crate) fn time(&self) -> String {
        self.now.strftime("%H:%M").to_string()
    }

    /// The day, `YYYY-MM-DD`.
    pub(crate) fn today(&self) -> String {
        self.now.date().to_string()
    }

    /// The English weekday.
    pub(crate) fn weekday(&self) -> String {
        self.now.strftime("%A").to_string()
    }

    /// The day of an instant in the user's zone, and its English weekday.
    pub(crate) fn day(&self, at: Timestamp) -> (String, String) {
        let at = at.to_zoned_datetime(self.rules.clone());
        (at.date().to_string(), at.strftime("%A").to_string())
    }

    /// An instant as wall-clock time in the user's zone, to the minute: `2026-11-20 13:00`.
    pub(crate) fn local(&self, at: Timestamp) -> String {
        let at = at.to_zoned_datetime(self.rules.clone());
        at.strftime("%Y-%m-%d %H:%M").to_string()
    }
}
