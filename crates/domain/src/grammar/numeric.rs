//! Dates in figures: `14/4`, `4/14/2027`, `14.04.2027`, `2027/04/14`.

use jiff::civil::Date;

use super::DateOrder;
use super::dates::{Day, ParseContext, ParsedDate, YEARS, follows_preposition};
use super::lexicon::Sense;
use super::times::clock;
use super::tokens::Tokens;

/// Fractions that people write with a slash and do not mean as a date.
const FRACTIONS: [(u32, u32); 6] = [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (24, 7)];

/// Why a year is not valid.
const FAR: &str = "the year is outside 1900 to 2200";

/// The figures of a date as written.
struct Figures<'a> {
    mark: &'a str,
    first: u32,
    second: u32,
    third: Option<(u32, usize)>,
    next: usize,
}

/// Reads a date in figures; what looks like one but does not exist comes back as the reason.
pub(super) fn numeric(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    begun: bool,
) -> Option<Result<ParsedDate, String>> {
    let figures = figures(tokens, at)?;
    let next = figures.next;
    let has_preposition = begun || follows_preposition(tokens, at);
    if tokens.get(at)?.text.len() == 4 {
        let (day, width) = figures.third.filter(|_| figures.mark != "-")?;
        (width <= 2).then_some(())?;
        let year = i16::try_from(figures.first).ok()?;
        let date = date(year, figures.second, day);
        let why = if YEARS.contains(&year) {
            "that day does not exist"
        } else {
            FAR
        };
        return Some(told(date.map(Day::On), next, why));
    }
    let order = if figures.mark == "/" {
        now.date_order
    } else {
        // Points and dashes are written by people who put the day first.
        DateOrder::DayFirst
    };
    let (day, month) = match order {
        DateOrder::DayFirst => (figures.first, figures.second),
        DateOrder::MonthFirst => (figures.second, figures.first),
    };
    let year = match figures.third {
        Some((year, 4)) => Some(i16::try_from(year).ok()?),
        Some((year, 2)) if figures.mark == "/" || (figures.mark == "." && has_preposition) => {
            Some(2000 + i16::try_from(year).ok()?)
        }
        Some(_) => return None,
        None => None,
    };
    if year.is_none() && !is_clear(tokens, at, &figures, has_preposition) {
        return None;
    }
    let of = |day: u32, month: u32| match year {
        Some(year) => date(year, month, day).map(Day::On),
        // 2000 was a leap year, so 29 February passes.
        None => date(2000, month, day).map(|date| Day::Yearly(date.month(), date.day())),
    };
    let why = match order {
        _ if year.is_some_and(|year| !YEARS.contains(&year)) => FAR,
        DateOrder::DayFirst => "there is no such date with the day first",
        DateOrder::MonthFirst => "there is no such date with the month first",
    };
    let mut read = told(of(day, month), next, why);
    let other = of(month, day).filter(|_| day != month && figures.mark == "/");
    if let (Ok(parsed), Some(other)) = (&mut read, other) {
        let show = |day: Day| {
            day.resolve(now, None)
                .map(|date| date.strftime("%-d %B %Y").to_string())
        };
        let (this, other) = (of(day, month).and_then(show), show(other));
        if let (Some(this), Some(other)) = (this, other) {
            parsed.doubt = Some(format!("read as {this}, not {other}"));
        }
    }
    Some(read)
}

/// Whether figures without a year are where a date can be, and are not a fraction, score or version.
fn is_clear(tokens: &Tokens<'_>, at: usize, figures: &Figures<'_>, has_preposition: bool) -> bool {
    match figures.mark {
        "/" => {
            let next = figures.next;
            let fraction = FRACTIONS.contains(&(figures.first, figures.second));
            let whole = at == 0 && next == tokens.list.len();
            let has_time = tokens.is(next, Sense::At) || clock(tokens, next, true).is_some();
            has_preposition || whole || (!fraction && (tokens.at_line_end(next) || has_time))
        }
        "." => has_preposition && tokens.is_mark(figures.next.saturating_sub(1), "."),
        _ => false,
    }
}

fn told(day: Option<Day>, next: usize, why: &str) -> Result<ParsedDate, String> {
    day.map(|day| ParsedDate::day(day, next))
        .ok_or_else(|| why.to_owned())
}

fn date(year: i16, month: u32, day: u32) -> Option<Date> {
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    YEARS.contains(&date.year()).then_some(date)
}

fn figures<'a>(tokens: &Tokens<'a>, at: usize) -> Option<Figures<'a>> {
    let first = tokens.get(at)?.digits()?;
    let mark = tokens.get(at + 1).filter(|token| !token.spaced)?.text;
    if !matches!(mark, "/" | "." | "-") || !tokens.at_phrase_start(at) {
        return None;
    }
    let joined_number = |index: usize| {
        let token = tokens.get(index).filter(|token| !token.spaced)?;
        Some((token.digits()?, token.text.len()))
    };
    let (second, width) = joined_number(at + 2)?;
    (width <= 2).then_some(())?;
    let more = tokens.joined_to_previous(at + 3) && tokens.is_mark(at + 3, mark);
    let third = joined_number(at + 4).filter(|_| more);
    let next = match third {
        Some(_) => at + 5,
        // "14.4." has a point after the month too.
        None if more && mark == "." => at + 4,
        None => at + 3,
    };
    let ends = tokens.at_phrase_end(next)
        || (tokens.is_mark(next - 1, ".") && tokens.get(next).is_none_or(|token| token.spaced));
    ends.then_some(Figures {
        mark,
        first,
        second,
        third,
        next,
    })
}
