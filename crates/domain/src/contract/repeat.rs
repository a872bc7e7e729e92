//! How a task repeats, and what is done with one occurrence of it.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// How a task repeats: a rule and policies. A plain string is read as `text`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct RecurrenceInput {
    /// An RFC 5545 rule such as `FREQ=WEEKLY;BYDAY=MO`; several, and dates, as lines of RRULE, RDATE and EXDATE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rrule: Option<String>,
    /// The rule in words such as `every monday`, instead of `rrule`. An RRULE or a cron expression is read here too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// `schedule` (default) or `completion`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// `next_future` (default), `one_step` or `from_completion`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catch_up: Option<String>,
    /// `clamp`, `skip` or `forward`: what a month without the day gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overflow: Option<String>,
    /// Excluded occurrences, written as due values or in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exdate: Option<Vec<String>>,
    /// Extra occurrences, written as due values or in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rdate: Option<Vec<String>>,
}

impl RecurrenceInput {
    /// A rule in words, as RRULE, or as cron expression.
    pub fn of(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::default()
        }
    }
}

impl Serialize for RecurrenceInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for RecurrenceInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = RecurrenceInput;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a rule as a string or an object")
            }

            fn visit_str<E>(self, text: &str) -> Result<RecurrenceInput, E> {
                Ok(RecurrenceInput::of(text))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RecurrenceInput, A::Error> {
                RecurrenceInput::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// [`RecurrenceInput`] in the document: an object, or a string.
pub(super) enum RuleOrWords {}

impl PartialSchema for RuleOrWords {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .description(Some(
                "How a task repeats: words such as `every monday`, an RRULE or a cron expression; or an object with policies.",
            ))
            .item(ObjectBuilder::new().schema_type(Type::String))
            .item(Ref::from_schema_name("RecurrenceInput"))
            .into()
    }
}

impl ToSchema for RuleOrWords {
    fn name() -> std::borrow::Cow<'static, str> {
        "RuleOrWords".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((
            RecurrenceInput::name().into_owned(),
            RecurrenceInput::schema(),
        ));
        RecurrenceInput::schemas(schemas);
    }
}

/// Which occurrence to complete, and when it was done.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteTask {
    /// The occurrence as the task returned it; makes a late or repeated call safe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<String>,
    /// Whether to complete the whole series: no occurrence follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<bool>,
    /// The day on which it was done, if that was earlier: a date or words such as `yesterday`, also with a time, such as
    /// `yesterday 6pm`; not in the future. An earlier day without a time is stored as its noon in the owner's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_on: Option<String>,
    /// `complete` to complete its open subtasks too; by default, or with `keep`, they stay open and are named in
    /// `open_subtasks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtasks: Option<String>,
}

/// Which occurrence to skip, and why.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkipTask {
    /// The occurrence as the task returned it; makes a late or repeated call safe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<String>,
    /// The reason, up to 500 characters; stored with the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How long to put off the reminder of a task: exactly one of the two.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SnoozeTask {
    /// So many minutes from now, 1 to 527,040 (366 days).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// Until then: an instant, a date-time in the owner's zone or a named one, or words such as `tomorrow 9am`; a day without
    /// a time means 09:00.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// Where an occurrence, or its series, moves to.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RescheduleTask {
    /// The new date or time: as a due value is written, or in words such as `next friday`.
    pub due: String,
    /// `this` (default): this occurrence alone. `this_and_following`: the series continues from the new date. `all`:
    /// the whole series has the new date's time of day and zone, and where it names one day, that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The occurrence as the task returned it; makes a late or repeated call safe. One that is still to come moves alone, or
    /// with `this_and_following`: then its series ends before it, and another one goes on from the new date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<String>,
    /// The rule from then on; needed when the current one names several days and the move is ambiguous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RuleOrWords>)]
    pub recurrence: Option<RecurrenceInput>,
    /// The intended weekday of the new date, such as `friday`; rejected if it falls on another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_weekday: Option<String>,
}
