//! Tasks and searches in many scripts, and searches that look like operators.

const VERBS: [&str; 12] = [
    "Buy", "Call", "Clean", "Plan", "Repair", "Write", "Read", "Water", "Book", "Cancel", "Review",
    "Order",
];
const THINGS: [&str; 20] = [
    "milk and eggs",
    "the dentist",
    "kitchen windows",
    "trip to Łódź",
    "bicycle",
    "annual report",
    "garden plants",
    "flight BA 2490",
    "Straße des 17. Juni",
    "canción de cuna",
    "tax return",
    "e-mail to Bob",
    "grocery list",
    "groceries",
    "piano lessons",
    "Q3 budget",
    "AT&T contract",
    "report card",
    "C++ notes",
    "birthday cake",
];
const OTHERS: [(&str, &str, &[&str]); 22] = [
    ("日本語の勉強", "", &["学習"]),
    ("買い物：牛乳と卵", "スーパー", &[]),
    ("東京都に電話", "日本", &[]),
    ("京都", "", &[]),
    ("한국어 공부", "", &[]),
    ("ซื้อนม", "", &[]),
    ("Party 🎉 planen", "", &[]),
    ("🎂 cake 👩‍🍳", "", &["🎉"]),
    ("👍🏽 okay", "", &[]),
    ("Привет, ёлка", "", &[]),
    ("ΑΘΗΝΑΣ", "ταξίδι", &[]),
    ("שָׁלוֹם", "", &[]),
    ("مَرْحَبًا", "", &[]),
    ("हिन्दी सीखना", "", &[]),
    ("cafe\u{301} au lait", "NFD", &[]),
    ("İstanbul'da toplantı", "", &[]),
    (
        "\"quoted\" (text) & more | less",
        "'; DROP TABLE tasks; --",
        &[],
    ),
    ("don't panic", "it's 50% off_now", &[]),
    ("milk", "milk milk milk", &["Milk"]),
    ("nothing here", "buy milk on the way", &["errands"]),
    ("xylophone", "", &["big & small"]),
    ("buy", "milk", &["and eggs"]),
];

/// Title, notes and tags of each task.
pub(super) fn texts() -> Vec<(String, String, Vec<String>)> {
    let mut texts = Vec::new();
    for (v, verb) in VERBS.iter().enumerate() {
        for (t, thing) in THINGS.iter().enumerate() {
            let notes = if (v + t) % 3 == 0 {
                format!(
                    "See {} before {}.",
                    THINGS[(t + 7) % THINGS.len()],
                    VERBS[(v + 5) % VERBS.len()]
                )
            } else {
                String::new()
            };
            let tag = if (v * t) % 4 == 1 {
                vec![THINGS[(t + 3) % THINGS.len()].replace(',', "")]
            } else {
                vec![]
            };
            texts.push((format!("{verb} {thing}"), notes, tag));
        }
    }
    for number in 0..45 {
        texts.push((
            format!("Task {number} of {}", number % 7),
            format!("version {number}.{}", number % 3),
            vec![],
        ));
    }
    for (title, notes, tags) in OTHERS {
        let tags = tags.iter().map(ToString::to_string).collect();
        texts.push((title.into(), notes.into(), tags));
    }
    texts
}

/// What is searched for.
pub(super) fn queries() -> Vec<String> {
    let mut queries: Vec<String> = Vec::new();
    for verb in VERBS {
        queries.push(verb.to_uppercase());
        queries.push(verb.chars().take(2).collect());
    }
    for (index, thing) in THINGS.iter().enumerate() {
        queries.push((*thing).to_owned());
        queries.push(format!("\"{thing}\""));
        queries.push(thing.chars().take(5).collect());
        queries.push(format!("{} {}", thing, VERBS[index % VERBS.len()]));
        queries.push(format!("{} -{}", VERBS[index % VERBS.len()], thing));
    }
    for query in [
        "cancion",
        "CANCIÓN",
        "cancio\u{301}n",
        "strasse",
        "STRASSE des",
        "straße",
        "lodz",
        "łódź",
        "日本",
        "日",
        "語",
        "本語の",
        "京都",
        "東京都",
        "牛乳",
        "スーパー",
        "한국어",
        "한",
        "นม",
        "🎉",
        "👍",
        "👩‍🍳",
        "👩",
        "привет",
        "ёлка",
        "елка",
        "αθηνας",
        "ταξιδι",
        "שלום",
        "مرحبا",
        "हिन्दी",
        "café",
        "cafe",
        "istanbul",
        "ISTANBUL",
        "toplanti",
        "milk eggs",
        "eggs milk",
        "\"milk and\"",
        "\"and milk\"",
        "\"mil\"",
        "\"buy milk\"",
        "-milk",
        "-milk -eggs buy",
        "don't",
        "dont",
        "50%",
        "off_now",
        "AT&T",
        "c++",
        "e-mail",
        "17. juni",
        "2490",
        "0",
        "drop table",
        "\"",
        "'",
        "*",
        "a*",
        "buy OR",
        "NEAR(milk eggs)",
        "title:milk",
        "{milk}",
        "^buy",
        "milk:*",
        "!milk",
        "buy & milk",
        "(buy",
        "buy)",
        "\\",
        "\u{0}x",
        "--",
        "and",
        "the",
        "nosuchword",
        "buy nosuchword",
        "version 1.1",
        "\"version 1.1\"",
        "quoted text",
        "xylophone small",
        "\"small xylophone\"",
    ] {
        queries.push(query.to_owned());
    }
    queries
}
