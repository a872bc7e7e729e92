//! One line with everything in it, and how it was understood.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{RecurrenceView, TaskView};
use crate::grammar::{Context, Doubt, Parsed};
use crate::{Invalid, TaskDuration};

/// One line that holds everything.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuickAdd {
    /// Such as `buy milk tomorrow 5pm p1 #shopping`.
    pub text: String,
    /// IANA zone in which "tomorrow" is read; the owner's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Parts of the text to ignore, each from its first UTF-16 unit to the one after its last, as in `spans`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore: Option<Vec<[u32; 2]>>,
    /// Whether to parse the text; with `false` the whole line is the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parse: Option<bool>,
    /// The intended weekday of the due value, such as `friday`; rejected if it falls on another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_weekday: Option<String>,
}

/// The task created from a line, and how the line was parsed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct QuickAdded {
    /// The task.
    #[serde(flatten)]
    pub task: TaskView,
    /// Text that looked like a date or rule but was not understood, and stayed in the title.
    pub warnings: Vec<String>,
    /// The recognised parts of the line, in order.
    #[serde(default)]
    pub spans: Vec<TextSpan>,
    /// Parts that may be wrong.
    #[serde(default)]
    pub remarks: Vec<TextRemark>,
}

/// The task that a line would create.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct QuickPreview {
    /// The rest of the text, used as the title; may be empty.
    pub title: String,
    /// The due value: a date, a floating date-time, or a date-time with its zone.
    pub due: Option<String>,
    /// The instant of a timed due value, in UTC.
    pub due_at: Option<Timestamp>,
    /// English weekday of the due date.
    pub due_weekday: Option<String>,
    /// The zone of the due value.
    pub due_zone: Option<String>,
    /// Whether the due value is a `date` or has a `time`; null without one.
    pub grain: Option<String>,
    /// How many minutes it would take.
    #[serde(default)]
    pub duration_minutes: Option<u32>,
    /// How it would repeat.
    pub recurrence: Option<RecurrenceView>,
    /// `high`, `medium`, `low` or `none`.
    pub priority: String,
    /// Tag names.
    pub tags: Vec<String>,
    /// When its owner would be notified.
    pub reminders: Vec<ReminderPreview>,
    /// The recognised parts of the line, in order.
    pub spans: Vec<TextSpan>,
    /// Parts that may be wrong.
    pub remarks: Vec<TextRemark>,
    /// The texts of the remarks.
    pub warnings: Vec<String>,
}

/// A reminder that is not created yet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReminderPreview {
    /// Minutes before the due time; null for a time of its own.
    pub minutes_before: Option<u32>,
    /// The instant at which it would fire, UTC; null without a due value.
    pub at: Option<Timestamp>,
}

/// A recognised part of a text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TextSpan {
    /// First UTF-16 unit.
    pub start: usize,
    /// UTF-16 unit after the last.
    pub end: usize,
    /// First byte of the UTF-8 text.
    pub start_byte: usize,
    /// Byte after the last.
    pub end_byte: usize,
    /// `due`, `recurrence`, `priority`, `tag`, `reminder` or `duration`.
    pub kind: String,
    /// The part itself.
    pub text: String,
}

/// A remark about a part of a text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TextRemark {
    /// First UTF-16 unit.
    pub start: usize,
    /// UTF-16 unit after the last.
    pub end: usize,
    /// First byte of the UTF-8 text.
    pub start_byte: usize,
    /// Byte after the last.
    pub end_byte: usize,
    /// `not_understood`, `unsure` or `overruled`.
    pub doubt: String,
    /// The remark, for a person.
    pub text: String,
}

/// Shows the task that a line would create.
pub fn preview(parsed: &Parsed, text: &str, context: &Context) -> QuickPreview {
    let zone = &context.zone;
    let due = parsed.due.as_ref();
    QuickPreview {
        title: parsed.title.clone(),
        due: due.map(ToString::to_string),
        due_at: due.and_then(|due| due.instant(zone)),
        due_weekday: due.map(|due| due.weekday().into()),
        due_zone: due.map(|due| due.zone_or(zone).to_string()),
        grain: due.map(|due| if due.time().is_some() { "time" } else { "date" }.into()),
        duration_minutes: parsed.duration.map(TaskDuration::minutes),
        recurrence: parsed
            .recurrence
            .as_ref()
            .zip(due)
            .and_then(|(recurrence, due)| RecurrenceView::of(recurrence, due, context.now, zone)),
        priority: parsed.priority.unwrap_or_default().as_str().into(),
        tags: parsed.tags.iter().map(ToString::to_string).collect(),
        reminders: parsed
            .reminders
            .iter()
            .map(|trigger| ReminderPreview {
                minutes_before: trigger.minutes_before(),
                at: trigger.instant(due, zone),
            })
            .collect(),
        spans: spans(parsed, text),
        remarks: remarks(parsed, text),
        warnings: parsed.warnings(),
    }
}

impl QuickPreview {
    /// Adds why no task could be created from the line.
    pub fn refuse(&mut self, text: &str, why: &Invalid) {
        let hint = why.hint.as_deref().unwrap_or_default();
        let told = format!("{} {hint}", why.detail).trim_end().to_owned();
        self.tell(text, told, Doubt::NotUnderstood);
    }

    /// Adds what there is to know about the whole line.
    pub fn tell(&mut self, text: &str, told: String, doubt: Doubt) {
        self.warnings.push(told.clone());
        self.remarks.push(TextRemark {
            start: 0,
            end: units_before(text, text.len()),
            start_byte: 0,
            end_byte: text.len(),
            doubt: doubt.as_str().into(),
            text: told,
        });
    }
}

/// A phrase that was taken out of `text`, with offsets in UTF-16 and in bytes.
pub fn spans(parsed: &Parsed, text: &str) -> Vec<TextSpan> {
    let units = Units::of(text);
    parsed
        .spans
        .iter()
        .map(|span| TextSpan {
            start: units.before(span.start),
            end: units.before(span.end),
            start_byte: span.start,
            end_byte: span.end,
            kind: span.kind.as_str().into(),
            text: text.get(span.start..span.end).unwrap_or_default().into(),
        })
        .collect()
}

/// The remarks on `text`.
pub fn remarks(parsed: &Parsed, text: &str) -> Vec<TextRemark> {
    parsed
        .remarks
        .iter()
        .map(|remark| TextRemark {
            start: units_before(text, remark.start),
            end: units_before(text, remark.end),
            start_byte: remark.start,
            end_byte: remark.end,
            doubt: remark.doubt.as_str().into(),
            text: remark.text.clone(),
        })
        .collect()
}

/// How many UTF-16 units lie before each byte of a text: counted once, because a line may have thousands of spans.
enum Units {
    /// As many as bytes, up to this length.
    Ascii(usize),
    /// For each byte, and for the end.
    Counted(Vec<usize>),
}

impl Units {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Ascii(text.len());
        }
        let (mut before, mut units) = (Vec::with_capacity(text.len() + 1), 0);
        for (at, c) in text.char_indices() {
            // A byte within a character lies behind it.
            before.push(units);
            units += c.len_utf16();
            before.resize(at + c.len_utf8(), units);
        }
        before.push(units);
        Self::Counted(before)
    }

    fn before(&self, byte: usize) -> usize {
        match self {
            Self::Ascii(length) => byte.min(*length),
            Self::Counted(before) => before
                .get(byte)
                .or(before.last())
                .copied()
                .unwrap_or_default(),
        }
    }
}

/// How many UTF-16 units lie before a byte of `text`.
pub fn units_before(text: &str, byte: usize) -> usize {
    text.char_indices()
        .take_while(|(at, _)| *at < byte)
        .map(|(_, c)| c.len_utf16())
        .sum()
}

/// The byte at which a UTF-16 unit begins; none behind the end, or in the middle of a character.
pub fn byte_of_unit(text: &str, unit: usize) -> Option<usize> {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units == unit {
            return Some(at);
        }
        units += c.len_utf16();
    }
    (units == unit).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Zone;
    use crate::grammar::quick_add;

    #[test]
    fn units_and_bytes_name_the_same_places() {
        let text = "a🎂é z";
        for (unit, byte) in [(0, 0), (1, 1), (3, 5), (4, 7), (5, 8), (6, 9)] {
            assert_eq!(units_before(text, byte), unit);
            assert_eq!(Units::of(text).before(byte), unit);
            assert_eq!(byte_of_unit(text, unit), Some(byte));
        }
        for byte in 0..text.len() + 2 {
            let units = Units::of(text).before(byte);
            assert_eq!(units, units_before(text, byte), "{byte}");
        }
        assert_eq!(Units::of("abc").before(2), 2);
        assert_eq!(Units::of("abc").before(9), 3);
        // In the middle of a character, and behind the end.
        assert_eq!(byte_of_unit(text, 2), None);
        assert_eq!(byte_of_unit(text, 7), None);
        assert_eq!(byte_of_unit("", 0), Some(0));
    }

    #[test]
    fn a_preview_shows_what_is_meant() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let context = Context::new(now, Zone::parse("Europe/Rome").unwrap());
        let text = "🎂 for mum every monday at 9 p2 !30m";
        let shown = preview(&quick_add(text, &context), text, &context);
        assert_eq!(shown.title, "🎂 for mum");
        assert_eq!(shown.due.as_deref(), Some("2026-11-23T09:00"));
        assert_eq!(shown.grain.as_deref(), Some("time"));
        assert_eq!(shown.priority, "medium");
        assert_eq!(shown.reminders[0].minutes_before, Some(30));
        assert_eq!(shown.recurrence.unwrap().upcoming[0].weekday, "Monday");
        for span in &shown.spans {
            assert_eq!(&text[span.start_byte..span.end_byte], span.text);
            assert_eq!(units_before(text, span.start_byte), span.start);
            assert_eq!(units_before(text, span.end_byte), span.end);
        }
        let nothing = preview(&Parsed::default(), "", &context);
        assert_eq!(nothing.title, "");
        assert_eq!(nothing.grain, None);
    }
}
