//! Settings that say how clients look to a person, and the reminder that new tasks get.

use jiff::civil::Time;

use crate::choices::choices;
use crate::reminder::MINUTES_BEFORE_MAX;
use crate::text::clip;
use crate::{Invalid, Trigger};

/// Longest language tag, in characters; BCP 47 recommends room for 35.
const LANGUAGE_MAX: usize = 35;

/// A person's preferences.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preferences {
    /// When the person's day begins, to the minute: where clients begin the view of a day, and from when on an hour without
    /// am or pm is the morning's. Midnight stands for the usual time of that.
    pub day_start: Time,
    /// The language of clients, as a BCP 47 tag.
    pub language: Language,
    /// The reminder of a new task with a time that is created without reminders, in minutes before.
    pub default_reminder: Option<u32>,
    /// The colours of the page.
    pub theme: Theme,
    /// How much room the page leaves around a task.
    pub density: Density,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            day_start: Time::midnight(),
            language: Language("en".into()),
            default_reminder: None,
            theme: Theme::System,
            density: Density::Comfortable,
        }
    }
}

/// Reads the time at which a day begins, as `HH:MM`. Fails with `invalid_day_start`.
pub fn parse_day_start(text: &str) -> Result<Time, Invalid> {
    parse_clock("/day_start", "invalid_day_start", text)
}

/// Reads a time of day as `HH:MM`. Fails with `code` at `field`.
pub fn parse_clock(field: &str, code: &'static str, text: &str) -> Result<Time, Invalid> {
    let is_written_so = text.len() == 5;
    let time = Time::strptime("%H:%M", text).ok();
    time.filter(|_| is_written_so).ok_or_else(|| {
        Invalid::new(
            field,
            code,
            format!("{:?} is not a time of day.", clip(text)),
        )
        .hint("Send hours and minutes, such as 06:00.")
    })
}

/// A time of day as `HH:MM`.
pub fn day_start_text(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// Checks the minutes of a default reminder. Fails with `invalid_reminder`.
pub fn check_default_reminder(minutes: i64) -> Result<u32, Invalid> {
    let field = "/default_reminder";
    let trigger = Trigger::before(minutes).map_err(|why| why.at(field))?;
    trigger.minutes_before().ok_or_else(|| {
        Invalid::new(field, "invalid_reminder", "Not a number of minutes.")
            .hint(format!("Send 0 to {MINUTES_BEFORE_MAX}, or null."))
    })
}

/// A language tag (BCP 47), such as `en` or `pt-BR`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Language(String);

impl Language {
    /// Checks the form of a tag; whether a client speaks the language is the client's business. Fails with
    /// `invalid_language`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut parts = text.split('-');
        let is_first = |part: &str| {
            (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        let is_next = |part: &str| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if text.len() <= LANGUAGE_MAX && parts.next().is_some_and(is_first) && parts.all(is_next) {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new(
            "/language",
            "invalid_language",
            format!("{:?} is not a language tag.", clip(text)),
        )
        .hint("Send a tag such as en, de or pt-BR."))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

choices! {
    /// The colours of the page.
    Theme at "/theme", "invalid_theme" {
        /// Those of the system.
        System = "system",
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
    }
}

choices! {
    /// How much room the page leaves around a task.
    Density at "/density", "invalid_density" {
        /// More room.
        Comfortable = "comfortable",
        /// Less room, and more tasks.
        Compact = "compact",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_starts_are_hours_and_minutes() {
        for text in ["00:00", "06:30", "23:59"] {
            assert_eq!(day_start_text(parse_day_start(text).unwrap()), text);
        }
        for text in ["", "6:00", "06:00:00", "24:00", "06:60", "06.00", "0600 "] {
            assert_eq!(
                parse_day_start(text).unwrap_err().code,
                "invalid_day_start",
                "{text}"
            );
        }
    }

    #[test]
    fn languages_are_tags() {
        for text in ["en", "de", "pt-BR", "zh-Hant-TW", "gsw", "de-1996"] {
            assert_eq!(Language::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "", "e", "english", "en_US", "en-", "-en", "en us", "e1", "én",
        ] {
            assert_eq!(
                Language::parse(text).unwrap_err().code,
                "invalid_language",
                "{text}"
            );
        }
    }

    #[test]
    fn choices_have_names() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(Theme::parse(theme.as_str()), Ok(theme));
        }
        let refused = Density::parse("cosy").unwrap_err();
        assert_eq!(refused.code, "invalid_density");
        assert_eq!(
            refused.hint.as_deref(),
            Some("Send one of comfortable, compact.")
        );
    }

    #[test]
    fn a_default_reminder_has_a_range() {
        assert_eq!(check_default_reminder(0), Ok(0));
        assert_eq!(check_default_reminder(30), Ok(30));
        for minutes in [-1, i64::from(MINUTES_BEFORE_MAX) + 1] {
            let refused = check_default_reminder(minutes).unwrap_err();
            assert_eq!(refused.field, "/default_reminder");
        }
    }
}
