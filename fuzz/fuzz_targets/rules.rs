//! Any text as an RFC 5545 rule from any start: nothing panics or hangs, dates rise, a jump finds what a walk finds,
//! and text and words read back.
#![no_main]

use jiff::civil::Date;
use libfuzzer_sys::fuzz_target;
use taskwire_domain::recurrence::Overflow;
use taskwire_domain::{Due, Recurrence, Zone};

fuzz_target!(|input: (u16, u16, u8, &str)| {
    let (day, minute, kind, text) = input;
    let overflow = [Overflow::Clamp, Overflow::Skip, Overflow::Forward][usize::from(kind / 4) % 3];
    let Ok(recurrence) = Recurrence::parse(text, overflow) else {
        return;
    };
    assert_eq!(Recurrence::parse(&recurrence.interchange(), Overflow::Skip).unwrap(), recurrence);
    let date = Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(i64::from(day))).unwrap();
    let at = date.at((minute / 60 % 24) as i8, (minute % 60) as i8, 0, 0);
    let start = match kind % 4 {
        0 => Due::Date(date),
        1 => Due::Floating(at),
        2 => Due::Zoned(at, Zone::parse("America/New_York").unwrap()),
        _ => Due::Zoned(at, Zone::parse("Africa/Cairo").unwrap()),
    };
    let Ok(position) = recurrence.first(&start) else {
        return;
    };
    let found = recurrence.expand(&position.start, 20);
    for pair in found.windows(2) {
        match (&pair[0].zoned, &pair[1].zoned) {
            // The wall clock goes back where an hour comes twice; time does not.
            (Some(earlier), Some(later)) => assert!(earlier < later),
            _ => assert!(pair[0].scheduled.civil() < pair[1].scheduled.civil()),
        }
    }
    if let Some(middle) = found.get(found.len() / 2) {
        let jumped = recurrence.expand_after(&position.start, Some(&middle.scheduled), 1);
        let walked = found.iter().find(|found| found.scheduled.civil() > middle.scheduled.civil());
        if let (Some(jumped), Some(walked)) = (jumped.first(), walked) {
            assert_eq!(jumped.scheduled, walked.scheduled);
        }
    }
    let owner = Zone::parse("Europe/Rome").unwrap();
    if let Some(done) = position.due().ordering_instant(&owner) {
        let _ = recurrence.next(&position, done, &owner);
    }
    let _ = recurrence.describe();
});
