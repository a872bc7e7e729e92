//! The words of a language and what they may mean. A second language is a second [`Language`]: tables, no code.

use std::collections::HashMap;
use std::sync::OnceLock;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

mod days;
mod english;
mod foreign;
mod foreign_scripts;
mod misspelt;
mod prose;

pub(crate) use english::ENGLISH;
pub(crate) use foreign_scripts::foreign_sign;
pub(crate) use misspelt::corrected;

/// Longest word of any table, in bytes; a longer one is not looked up.
const WORD_MAX: usize = 24;

/// A length of time that people count in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Workday,
    Week,
    Fortnight,
    Weekend,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// The day so many units after `from`; none for units shorter than a day and for parts of the week.
    pub(crate) fn after(self, from: Date, count: i32) -> Option<Date> {
        // Four digits at most, so far from the limits of a span.
        let count = i64::from(count.clamp(-9_999, 9_999));
        let span = match self {
            Self::Day => count.days(),
            Self::Week => count.weeks(),
            Self::Fortnight => (2 * count).weeks(),
            Self::Month => count.months(),
            Self::Quarter => (3 * count).months(),
            Self::Year => count.years(),
            Self::Workday => return workdays(from, count),
            Self::Second | Self::Minute | Self::Hour | Self::Weekend => return None,
        };
        from.checked_add(span).ok()
    }
}

/// So many workdays after `from`, or before it.
fn workdays(from: Date, count: i64) -> Option<Date> {
    let (weeks, mut left) = (count / 5, count % 5);
    let mut date = from.checked_add(weeks.weeks()).ok()?;
    let step = left.signum();
    let is_free = |date: Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    // A weekend counts from its edge: one workday after Saturday is Monday, one before it Friday.
    if left == 0 && is_free(date) && count != 0 {
        let back = -count.signum();
        while is_free(date) {
            date = date.checked_add(back.days()).ok()?;
        }
    }
    while left != 0 {
        date = date.checked_add(step.days()).ok()?;
        if !is_free(date) {
            left -= step;
        }
    }
    Some(date)
}

/// A day of the year that has a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NamedDay {
    /// Month and day.
    Fixed(i8, i8),
    /// The nth such weekday of a month.
    Nth(i16, Weekday, i8),
    /// The day after the nth such weekday of a month.
    DayAfter(i16, Weekday, i8),
    /// So many days after Easter Sunday, or before it.
    Easter(i8),
}

/// The meaning of a word. A word may have several senses; its position decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sense {
    Today,
    Tomorrow,
    /// `tom`, which is a name too.
    Tom,
    Yesterday,
    /// Today with the evening's last hour.
    Tonight,
    Weekday(Weekday),
    Month(i8),
    Unit(Unit),
    /// `mondays`, `weekends`: a rule by itself.
    Plural,
    /// Before `day` a workday: `business`.
    Business,
    /// `daily`: a unit that repeats by itself, and how many of them.
    Adverb(Unit, u32),
    /// `biweekly`: twice a week to some.
    Biweekly,
    /// A part of the day and its hour.
    Part(i8),
    /// A time of day beside a day: `at lunch`.
    Lunch,
    /// Noon or midnight.
    Hour(i8),
    Am,
    Pm,
    OClock,
    Number(u32),
    /// `couple`, `few`: so many, perhaps with `of`.
    Few(u32),
    /// `first`, `second`.
    Ordinal(i16),
    /// The suffix of an ordinal.
    Suffix,
    Last,
    Next,
    Following,
    Previous,
    Nearest,
    Earlier,
    Later,
    This,
    Every,
    /// Looks like `every` but is not.
    Misspelt,
    /// Between `every` and the unit without a meaning of its own: `every single day`.
    Single,
    Other,
    /// `alternate tuesdays`: every other one.
    Alternate,
    /// `when done`, `after completion`.
    Done,
    /// `once`, `twice`.
    Rate(u32),
    Per,
    In,
    On,
    At,
    By,
    Due,
    For,
    Of,
    The,
    And,
    From,
    Starting,
    Until,
    Ago,
    /// From now on: `a week hence`.
    Hence,
    /// `within 3 days`: on the last of them.
    Within,
    /// `no later than`, together.
    No,
    Than,
    After,
    Before,
    Times,
    Skip,
    Short,
    RollOver,
    Over,
    Catch,
    Up,
    Restart,
    When,
    Late,
    Except,
    Plus,
    Always,
    Rule,
    To,
    Between,
    Or,
    /// Too common in sentences for a warning.
    LowSignal,
    End,
    Start,
    Mid,
    /// `eom`: the end of a unit as one word.
    EndOf(Unit),
    Half,
    /// `q2`.
    QuarterOf(i8),
    /// `but` leaves days out like `except`, and mostly says something else.
    But,
    /// `not`, `never`: the day behind it is not meant.
    Not,
    /// Begins words that leave days out: `apart from`.
    Exception,
    /// Before a time it says only that the time is rough.
    About,
    /// Behind a time it says nothing more.
    Sharp,
    /// `bi-weekly`.
    Bi,
    /// `week's` in `a week's time`.
    Possessive,
    /// A day of the year that the writer alone knows.
    UserDefinedDay,
    /// `nightly`: every day at this hour.
    Nightly(i8),
    /// As the first word of a line it moves something from one date to another.
    MoveVerb,
    Past,
    Now,
    /// Begins the name of a day of the year.
    NamedDay,
    /// Begins the name of a place with a time zone.
    Place,
    Utc,
    /// A time zone's abbreviation, which means several zones or none.
    ZoneLetters,
    /// Counts or times something, as in `time` after a place.
    Time,
    /// Also an ordinary word: a date only next to other parts of one.
    Ambiguous,
    /// A date right after it stays text.
    DateBlocker,
    /// A weekday right after it is a name or an adjective.
    NamePrefix,
    /// A weekday right before it is part of a name: `sunday roast`.
    NamePart,
    /// Begins a phrase after a bare hour or ordinal, which then was one.
    ClauseStart,
    /// A noun that a bare ordinal counts, so that it is not a day: `1st floor`.
    Counted,
    /// Follows `may` and `march` when they are verbs.
    Verbal,
    /// A word of a date in another language.
    Foreign,
    /// After `every` it makes no rule: `every man`.
    PersonNoun,
}

/// The senses of words, as a table.
pub(crate) type Words = &'static [(&'static str, &'static [Sense])];

/// The words of one language.
pub(crate) struct Language {
    words: &'static [Words],
    /// Days of the year with a name, the longer name first where one begins another.
    pub named_days: &'static [(&'static str, NamedDay)],
    /// Places and their IANA zones.
    pub places: &'static [(&'static str, &'static str)],
    /// Made at the first look-up, so that a table stays plain data.
    index: OnceLock<HashMap<&'static str, Vec<Sense>>>,
}

impl Language {
    pub(crate) const fn new(
        words: &'static [Words],
        named_days: &'static [(&'static str, NamedDay)],
        places: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            words,
            named_days,
            places,
            index: OnceLock::new(),
        }
    }

    /// The senses of a word.
    pub(crate) fn senses(&'static self, word: &str) -> &'static [Sense] {
        if word.len() > WORD_MAX {
            return &[];
        }
        let index = self.index.get_or_init(|| self.build());
        let plain = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'\'' | b'.');
        let found = if word.bytes().all(plain) {
            index.get(word)
        } else if word
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_digit())
        {
            // "2moro".
            index
                .get(word)
                .filter(|_| word.ends_with(char::is_alphabetic))
        } else {
            index.get(folded(word).as_str())
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// All words and their senses.
    #[cfg(test)]
    pub(crate) fn words(&self) -> impl Iterator<Item = (&'static str, &'static [Sense])> {
        let tables = self.words.iter();
        tables
            .flat_map(|words| words.iter())
            .map(|(word, senses)| (*word, *senses))
    }

    fn build(&self) -> HashMap<&'static str, Vec<Sense>> {
        let mut index: HashMap<&'static str, Vec<Sense>> = HashMap::new();
        let first = |phrase: &'static str| phrase.split(' ').next().unwrap_or_default();
        let words = self.words.iter().flat_map(|words| words.iter());
        let named_days = self
            .named_days
            .iter()
            .map(|(name, _)| (first(name), Sense::NamedDay));
        let places = self
            .places
            .iter()
            .map(|(name, _)| (first(name), Sense::Place));
        for (word, senses) in words {
            index.entry(word).or_default().extend(*senses);
        }
        for (word, sense) in named_days.chain(places) {
            let senses = index.entry(word).or_default();
            if !senses.contains(&sense) {
                senses.push(sense);
            }
        }
        index
    }
}

/// A word as the tables spell it: in lower case, with the straight apostrophe.
pub(crate) fn folded(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}
