//! Random lines of what the grammar knows, and phrases with something added or lost: nothing panics, spans lie in the
//! text, and a rule that was read can be said in words that read back to it. `TASKWIRE_RANDOM_INPUTS`,
//! `TASKWIRE_RANDOM_SEED` and `TASKWIRE_RANDOM_FIRST` say how many lines, which, and from which number on.

use super::tables::ALL;
use super::*;

/// A small generator with a fixed seed, so that a failure can be found again by its number.
pub(super) struct Seeded(u64);

impl Seeded {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        // The multiplier and increment are Knuth's for 64 bits.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).unwrap()
    }

    pub(super) fn one<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

const ZONES: [&str; 4] = [
    "Europe/Rome",
    "America/Santiago",
    "Pacific/Apia",
    "Asia/Kathmandu",
];

/// What is no word of the lexicon.
const OTHERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "5",
    "9",
    "12",
    "15",
    "17",
    "24",
    "31",
    "99",
    "1730",
    "2027",
    "9999",
    "9:30",
    "17h",
    "5pm",
    "11:00",
    "25:00",
    "1st",
    "2nd",
    "31st",
    "14/4",
    "4/14/27",
    "15.01.28",
    "2027-01-04",
    "2027-01-04T09:00Z",
    "2027-02-30",
    "10:00+02:00",
    "p1",
    "p4",
    "#home",
    "#",
    "@work",
    "@",
    "!30m",
    "!1 day before",
    "!",
    ",",
    ".",
    ";",
    ":",
    "-",
    "–",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "“",
    "”",
    "`",
    "'",
    "\\",
    "/",
    "+",
    "&",
    "%",
    "remind me",
    "reminder",
    "milk",
    "Ann",
    "é",
    "日曜日",
    "🎉",
    "\u{301}",
    "\u{200b}",
    "\t",
    "by the rule",
    "FREQ=DAILY",
    "RRULE:FREQ=WEEKLY;BYDAY=MO",
    "Europe/Rome",
    "1h",
    "90m",
    "x",
];

pub(super) fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// A line of random pieces.
fn line(random: &mut Seeded, pieces: &[String]) -> String {
    let mut line = String::new();
    for _ in 0..=random.below(14) {
        let piece: &String = random.one(pieces);
        line.push_str(piece);
        if random.below(8) > 0 {
            line.push(' ');
        }
    }
    line
}

/// A phrase that is read, with pieces added, lost or swapped.
fn changed(random: &mut Seeded, pieces: &[String], phrases: &[String]) -> String {
    let phrase = random.one(phrases);
    let mut words: Vec<String> = phrase.split(' ').map(str::to_owned).collect();
    for _ in 0..=random.below(3) {
        let at = random.below(words.len());
        let other = random.below(words.len());
        match random.below(4) {
            0 => words.insert(at, random.one(pieces).clone()),
            1 if words.len() > 1 => drop(words.remove(at)),
            2 => words.swap(at, other),
            _ => {
                let kept = random.below(words[at].chars().count() + 1);
                words[at] = words[at].chars().take(kept).collect();
            }
        }
    }
    words.join(" ")
}

fn check(text: &str, context: &Context) {
    let parsed = quick_add(text, context);
    let mut last = 0;
    for span in &parsed.spans {
        assert!(span.start >= last && span.end > span.start);
        assert!(text.get(span.start..span.end).is_some());
        last = span.end;
    }
    for remark in &parsed.remarks {
        assert!(text.get(remark.start..remark.end).is_some());
    }
    if let (Some(recurrence), Some(first)) = (&parsed.recurrence, &parsed.due) {
        assert_eq!(&recurrence.first(first).unwrap().due(), first);
    }
    // What has a duration is no plain date.
    let read = whole_due(text, context).ok();
    let plain = read.filter(|read| read.duration.is_none());
    assert_eq!(plain.map(|read| read.due), due(text, context).ok());
    let _ = bound(text, context);
    if let Ok((recurrence, _)) = rule(text, context) {
        let words = recurrence.describe();
        // A rule may be said that begins too late for the years that due values have.
        if let Ok((again, _)) = rule(&words, context) {
            assert_eq!(again, recurrence, "{words}");
        }
    }
}

/// Reads so many lines.
fn read_random_lines(count: u64) {
    let seed = number("TASKWIRE_RANDOM_SEED", 2027);
    let named = ENGLISH.named_days.iter().map(|(name, _)| *name);
    let places = ENGLISH.places.iter().map(|(name, _)| *name);
    let words = ENGLISH.words().map(|(word, _)| word);
    let pieces: Vec<String> = words
        .chain(named)
        .chain(places)
        .chain(OTHERS.iter().copied())
        // As often as all words together.
        .chain(OTHERS.iter().copied().cycle().take(800))
        .map(str::to_owned)
        .collect();
    let phrases: Vec<String> = ALL
        .iter()
        .copied()
        .flatten()
        .map(|(marked, _)| marked.replace(['⟦', '⟧'], ""))
        .collect();
    let first = number("TASKWIRE_RANDOM_FIRST", 0);
    for index in first..first + count {
        let mut random = Seeded::new(seed.wrapping_mul(1_000_003).wrapping_add(index));
        let second = i64::try_from(random.below(1 << 31)).unwrap();
        let zone = Zone::parse(ZONES[random.below(ZONES.len())]).unwrap();
        let context = Context::new(Timestamp::from_second(second).unwrap(), zone);
        let text = if random.below(2) == 0 {
            line(&mut random, &pieces)
        } else {
            changed(&mut random, &pieces, &phrases)
        };
        let found = std::panic::catch_unwind(|| check(&text, &context));
        assert!(
            found.is_ok(),
            "seed {seed}, line {index}: {text:?} at {second}"
        );
    }
    println!("{count} lines");
}

#[test]
fn random_lines_are_read() {
    read_random_lines(3_000);
}

#[test]
#[ignore = "runs long; TASKWIRE_RANDOM_INPUTS says how long"]
fn many_random_lines_are_read() {
    read_random_lines(number("TASKWIRE_RANDOM_INPUTS", 1_000_000));
}
