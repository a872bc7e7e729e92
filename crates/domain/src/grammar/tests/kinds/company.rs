//! A time beside every day of the lexicon and every misspelt one, with each mark between them: both are read, or a
//! remark names the one that is not.

use super::*;

/// What may stand between two parts.
const MARKS: &[(&str, &str)] = &[
    (" ", ""),
    (", ", ""),
    (",", ""),
    ("; ", ""),
    (";", ""),
    (" - ", ""),
    (": ", ""),
    (" (", ")"),
    ("(", ")"),
    (" p1 ", ""),
    (" #home ", ""),
    (" call Ann ", ""),
];

/// Days of the lexicon as lines say them.
fn days() -> Vec<String> {
    let mut days = Vec::new();
    for (word, senses) in ENGLISH.words() {
        for sense in senses {
            match sense {
                Sense::Today | Sense::Tomorrow | Sense::Weekday(_) | Sense::Foreign => {
                    days.push(word.to_owned());
                }
                Sense::Month(_) => {
                    days.extend([format!("5 {word}"), format!("{word} 20"), word.to_owned()]);
                }
                // "next week's numbers" are no day.
                Sense::Unit(lexicon::Unit::Week | lexicon::Unit::Weekend)
                    if !senses.contains(&Sense::Possessive) =>
                {
                    days.extend([format!("next {word}"), format!("this {word}")]);
                }
                Sense::EndOf(_) => days.push(word.to_owned()),
                Sense::QuarterOf(_) => days.push(format!("end of {word}")),
                _ => {}
            }
        }
    }
    days.extend(
        ENGLISH
            .named_days
            .iter()
            .map(|(name, _)| (*name).to_owned()),
    );
    let others = [
        "1/3",
        "3/4",
        "14/4",
        "14/4/2027",
        "2027-04-14",
        "the 15th",
        "15th",
        "week 12",
        "in 3 days",
        "end of month",
        "the day after tomorrow",
        "3rd friday of march",
        "friday 15 jan",
        "wensday",
        "thrusday",
        "firday",
        "5 febuary",
        "octobr 5",
        "mon wed fri",
        "tue or wed",
        "fri-sun",
    ];
    days.extend(others.map(str::to_owned));
    days
}

/// Lines that say something else: "1/2 call" like "1/2 cup" is an amount, and "q2,5pm" and "17,2moro" are one word.
fn is_other(day: &str, mark: &str) -> bool {
    (matches!(day, "1/3" | "3/4") && mark.contains("call"))
        || (matches!(mark, "," | ";")
            && (day.starts_with("end of q")
                || day.starts_with('2') && day.ends_with(char::is_alphabetic)))
}

/// Whether the day of a line is another than that of its time alone, or nothing was left of it, or something was said.
fn is_answered(line: &str, time_alone: &Parsed) -> bool {
    let parsed = quick_add(line, &wednesday());
    let due_date = |parsed: &Parsed| parsed.due.as_ref().map(Due::date);
    let is_other_day = due_date(&parsed) != due_date(time_alone) && parsed.due.is_some();
    let is_timed = parsed.due.as_ref().is_some_and(|due| due.time().is_some());
    let leaves_nothing = parsed.title.replace("call Ann", "").trim() == "gym";
    (is_timed && (is_other_day || leaves_nothing)) || !parsed.remarks.is_empty()
}

#[test]
fn a_time_beside_any_day_is_read_or_pointed_out() {
    let mut silent = Vec::new();
    let mut count = 0;
    let days = days();
    assert!(days.len() > 250, "{}", days.len());
    for time in ["5pm", "17:00", "at 17"] {
        let alone = quick_add(&format!("gym {time}"), &wednesday());
        for day in &days {
            let marks = MARKS.iter().filter(|(mark, _)| !is_other(day, mark));
            for (mark, close) in marks {
                for line in [
                    format!("gym {day}{mark}{time}{close}"),
                    format!("gym {time}{mark}{day}{close}"),
                ] {
                    count += 1;
                    if !is_answered(&line, &alone) {
                        silent.push(line);
                    }
                }
            }
        }
    }
    assert!(
        silent.is_empty(),
        "{} of {count}\n{}",
        silent.len(),
        silent.join("\n")
    );
}
