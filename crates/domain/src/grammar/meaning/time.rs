//! Times of day as they are said.

use jiff::civil::Time;

/// A range of times that is longer than a night rather has its ends the wrong way round.
const LONG_MINUTES: u16 = 14 * 60;

/// The word midnight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Midnight {
    /// The start of its day, or the end of today.
    Plain,
    /// `by midnight`: the end of its day.
    By,
}

/// A time as it was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Clock {
    pub time: Time,
    /// Whether it may mean the afternoon: `at 8` next to `evening`.
    pub open: bool,
    /// Whether the hour is one at which few people do anything, so that it is read as the afternoon's unless a part of
    /// the day says otherwise.
    pub early: bool,
    /// Whether it is written like an amount: `12.30`.
    pub pointed: bool,
    /// Which midnight it is, as a word.
    pub midnight: Option<Midnight>,
    /// The minutes until the other end of a range: `9:30-11:00`.
    pub minutes: Option<u16>,
}

impl Clock {
    /// A time that can mean nothing else.
    pub(crate) fn of(time: Time) -> Self {
        Self {
            time,
            open: false,
            early: false,
            pointed: false,
            midnight: None,
            minutes: None,
        }
    }

    /// The time that is meant without a part of the day.
    pub(crate) fn likely(self) -> Time {
        let afternoon = Time::new((self.time.hour() + 12) % 24, self.time.minute(), 0, 0);
        afternoon.ok().filter(|_| self.early).unwrap_or(self.time)
    }

    /// The other half of the day, if it was chosen for the writer.
    pub(crate) fn early_doubt(self) -> Option<String> {
        let minute = match self.time.minute() {
            0 => String::new(),
            minute => format!(":{minute:02}"),
        };
        self.early.then(|| {
            format!(
                "read as {}; write {}{minute}am for the morning",
                self.likely().strftime("%H:%M"),
                self.time.hour()
            )
        })
    }

    /// What a time that is written like an amount may be instead.
    pub(crate) fn pointed_doubt(self) -> Option<String> {
        self.pointed.then(|| {
            format!(
                "read as the time {}; quote it if it is something else",
                self.likely().strftime("%H:%M")
            )
        })
    }

    /// Why a part of the day that contradicts the time deserves a look: `9am in the evening`.
    pub(crate) fn part_doubt(self, part: Time) -> Option<String> {
        let hour = self.time.hour();
        let fits = match part.hour() {
            ..12 => hour < 12,
            12..19 => (11..20).contains(&hour),
            _ => !(5..16).contains(&hour),
        };
        (!self.open && !fits).then(|| {
            format!(
                "the time and the part of the day do not go together: {} is used",
                self.time.strftime("%H:%M")
            )
        })
    }

    /// Why a range of times that ends before it begins deserves a look: `5pm-4pm`.
    pub(crate) fn range_doubt(self) -> Option<String> {
        let minutes = self.minutes.filter(|minutes| *minutes > LONG_MINUTES)?;
        let hours = minutes / 60;
        Some(format!(
            "the end was read as that of the next day, {hours} hours later"
        ))
    }

    /// A time that can mean nothing else, if it exists.
    pub(crate) fn plain(hour: i8, minute: i8) -> Option<Self> {
        Time::new(hour, minute, 0, 0).ok().map(Self::of)
    }

    /// An hour that nothing puts into a half of the day, unless it is past noon.
    pub(crate) fn open(hour: i8, minute: i8) -> Option<Self> {
        Some(Self {
            open: (1..=12).contains(&hour),
            ..Self::plain(hour, minute)?
        })
    }

    /// An hour of the morning or the afternoon.
    pub(crate) fn of_half(hour: i8, minute: i8, afternoon: bool) -> Option<Self> {
        (1..=12).contains(&hour).then_some(())?;
        Self::plain(hour % 12 + if afternoon { 12 } else { 0 }, minute)
    }
}
