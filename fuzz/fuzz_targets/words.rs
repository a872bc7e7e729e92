//! Any text as a quick-add line, as a due value and as a rule in words: nothing panics or hangs, spans lie in the text,
//! and a rule that was read can be said in words that read back to it.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use taskwire_domain::Zone;
use taskwire_domain::grammar::{Context, bound, due, quick_add, rule, whole_due};

const ZONES: [&str; 4] = ["Europe/Rome", "America/Santiago", "Pacific/Apia", "Asia/Kathmandu"];

fuzz_target!(|input: (u32, u8, &str)| {
    let (second, zone, text) = input;
    let now = Timestamp::from_second(i64::from(second)).unwrap();
    let zone = Zone::parse(ZONES[usize::from(zone) % ZONES.len()]).unwrap();
    let context = Context::new(now, zone);
    let parsed = quick_add(text, &context);
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
    let read = whole_due(text, &context).ok();
    let plain = read.filter(|read| read.duration.is_none());
    assert_eq!(plain.map(|read| read.due), due(text, &context).ok());
    let _ = bound(text, &context);
    if let Ok((recurrence, _)) = rule(text, &context) {
        let words = recurrence.describe();
        // A rule may be said that begins too late for the years that due values have.
        if let Ok((again, _)) = rule(&words, &context) {
            assert_eq!(again, recurrence, "{words}");
        }
    }
});
