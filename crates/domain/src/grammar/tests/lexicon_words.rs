//! Every word of the lexicon in a sentence: it is read, or something is said about it.

use super::composition::wednesday;
use super::lexicon::Unit;
use super::*;

/// A sentence in which the word can only have this sense; none for words that only describe what surrounds a date.
#[expect(clippy::match_same_arms, reason = "one row for each kind of words")]
fn sentence(word: &str, sense: Sense) -> Option<String> {
    let line = match sense {
        Sense::Today | Sense::Tomorrow | Sense::Yesterday | Sense::Tonight | Sense::Tom => {
            format!("buy milk {word}")
        }
        Sense::Weekday(_) => format!("buy milk on {word}"),
        Sense::Month(_) => format!("buy milk 5 {word}"),
        Sense::Unit(Unit::Second) => format!("buy milk every 5 {word}"),
        Sense::Unit(_) => format!("buy milk every {word}"),
        Sense::Possessive => format!("buy milk in a {word} time"),
        Sense::Plural | Sense::Adverb(..) | Sense::Biweekly | Sense::Nightly(_) => {
            format!("buy milk {word}")
        }
        Sense::Business => format!("buy milk in 3 {word} days"),
        Sense::Part(_) => format!("buy milk tomorrow {word}"),
        Sense::Lunch => format!("buy milk tomorrow at {word}"),
        Sense::Hour(_) => format!("buy milk at {word}"),
        Sense::Am | Sense::Pm | Sense::OClock => format!("buy milk at 5 {word}"),
        Sense::Number(_) | Sense::Few(_) => format!("buy milk in {word} days"),
        Sense::Ordinal(_) => format!("buy milk on the {word} of june"),
        Sense::Suffix => format!("buy milk on 5{word} june"),
        Sense::Last => format!("buy milk on the {word} day of the month"),
        Sense::Next | Sense::This => format!("buy milk {word} friday"),
        Sense::Following | Sense::Previous | Sense::Nearest => {
            format!("buy milk every 15th or the {word} workday")
        }
        Sense::Earlier => format!("buy milk every 15th, 2 workdays {word}"),
        Sense::Later => format!("buy milk {word} today"),
        Sense::Every | Sense::Misspelt => format!("buy milk {word} day"),
        Sense::Single | Sense::Other => format!("buy milk every {word} day"),
        Sense::Alternate => format!("buy milk {word} tuesdays"),
        Sense::Rate(_) => format!("buy milk {word} a week"),
        Sense::Per => format!("buy milk once {word} week"),
        Sense::In | Sense::Within => format!("buy milk {word} 3 days"),
        Sense::On | Sense::By | Sense::Due | Sense::Starting => format!("buy milk {word} friday"),
        Sense::At => format!("buy milk {word} 5pm"),
        Sense::For => format!("buy milk every day {word} 3 weeks"),
        Sense::Of => format!("buy milk 5th {word} june"),
        Sense::The => format!("buy milk on {word} 5th"),
        Sense::And => format!("buy milk every mon {word} fri"),
        Sense::From => format!("buy milk every day {word} 1 feb"),
        Sense::Until | Sense::Up => format!("buy milk every day {word} to 1 june"),
        Sense::Ago | Sense::Hence => format!("buy milk 3 days {word}"),
        Sense::After | Sense::Before => format!("buy milk 2 days {word} christmas"),
        Sense::Times => format!("buy milk every day 5 {word}"),
        Sense::Time => format!("buy milk 9am tokyo {word}"),
        Sense::Skip => format!("buy milk every 31st, {word} short months"),
        Sense::Short => format!("buy milk every 31st, skip {word} months"),
        Sense::RollOver => format!("buy milk every 31st, {word} short months over"),
        Sense::Over => format!("buy milk {word} the weekend"),
        Sense::Catch => format!("buy milk every day, {word} up"),
        Sense::Restart => format!("buy milk every day, {word} when late"),
        Sense::When => format!("buy milk every day, restarting {word} late"),
        Sense::Late => format!("buy milk every day, restarting when {word}"),
        Sense::Done => format!("buy milk every day when {word}"),
        Sense::Except | Sense::But => format!("buy milk every day {word} friday"),
        Sense::Not => format!("buy milk every day {word} on friday"),
        Sense::Exception => format!("buy milk every day {word} from friday"),
        Sense::Plus => format!("buy milk every day {word} 1 july 2028"),
        Sense::Always => format!("buy milk every day, {word} at 9"),
        Sense::Rule => format!("buy milk every day by the {word} FREQ=DAILY;BYDAY=MO"),
        Sense::To => format!("buy milk every mon {word} fri"),
        Sense::Between => format!("buy milk every hour {word} 9 and 17"),
        Sense::Or => format!("buy milk every 15th {word} the next workday"),
        Sense::End => format!("buy milk {word} of june"),
        Sense::Start => format!("buy milk at the {word} of june"),
        Sense::Mid => format!("buy milk {word} june"),
        Sense::EndOf(_) => format!("buy milk by {word}"),
        Sense::Half => format!("buy milk {word} past 9"),
        Sense::About => format!("buy milk tomorrow {word} 5pm"),
        Sense::Sharp => format!("buy milk tomorrow at 5pm {word}"),
        Sense::Bi => format!("buy milk {word}-weekly"),
        Sense::UserDefinedDay => format!("buy milk every year on my {word}"),
        Sense::QuarterOf(_) => format!("buy milk end of {word}"),
        Sense::Past => format!("buy milk half {word} 9"),
        Sense::Now => format!("buy milk 3 days from {word}"),
        Sense::Utc | Sense::ZoneLetters => format!("buy milk tomorrow 5pm {}", word.to_uppercase()),
        Sense::No => format!("buy milk {word} later than friday"),
        Sense::Than => format!("buy milk no later {word} friday"),
        Sense::Foreign => format!("{word} 5"),
        Sense::NamedDay
        | Sense::Place
        | Sense::LowSignal
        | Sense::MoveVerb
        | Sense::Ambiguous
        | Sense::DateBlocker
        | Sense::NamePrefix
        | Sense::NamePart
        | Sense::ClauseStart
        | Sense::Counted
        | Sense::Verbal
        | Sense::PersonNoun => return None,
    };
    Some(line)
}

/// Whether a line is read, or has a remark.
fn is_answered(line: &str) -> bool {
    let parsed = quick_add(line, &wednesday());
    parsed.due.is_some() || parsed.recurrence.is_some() || !parsed.remarks.is_empty()
}

#[test]
fn every_word_is_read_or_pointed_out() {
    let mut silent = Vec::new();
    let mut count = 0;
    for (word, senses) in ENGLISH.words() {
        for line in senses.iter().filter_map(|sense| sentence(word, *sense)) {
            count += 1;
            if !is_answered(&line) {
                silent.push(line);
            }
        }
    }
    assert!(count > 300, "{count}");
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn every_holiday_and_place_is_read() {
    let holidays = ENGLISH.named_days.iter();
    let places = ENGLISH.places.iter();
    let lines = holidays
        .map(|(name, _)| format!("buy milk on {name}"))
        .chain(places.map(|(name, _)| format!("buy milk tomorrow 9am {name} time")));
    let silent: Vec<String> = lines.filter(|line| !is_answered(line)).collect();
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
