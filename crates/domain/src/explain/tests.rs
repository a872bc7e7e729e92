use super::*;
use crate::recurrence::Recurrence;
use crate::task::Subtasks;
use crate::{Notes, OccurrenceKey, Priority, SeriesId, TaskId, Title, UserId};

fn task(due: &str, rule: Option<&str>) -> Task {
    let due = Due::parse(due).unwrap();
    let at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let id = uuid::Uuid::from_u128(1);
    let series = rule.map(|rule| {
        let recurrence = Recurrence::parse(rule, Overflow::Clamp).unwrap();
        SeriesRef {
            id: SeriesId(id),
            position: recurrence.first(&due).unwrap(),
            recurrence,
            follows: None,
            ends: false,
        }
    });
    Task {
        id: TaskId(id),
        owner: UserId(id),
        number: 1,
        title: Title::parse("Bins").unwrap(),
        notes: Notes::default(),
        status: Status::Open,
        priority: Priority::None,
        tags: vec![],
        due: Some(due),
        duration: None,
        series,
        reminders: vec![],
        version: 1,
        created_at: at,
        updated_at: at,
        completed_at: None,
        skipped_at: None,
        deleted_at: None,
        missed: None,
        parent: None,
        subtasks: Subtasks::default(),
        change: id.into(),
    }
}

fn explained(task: &Task) -> Explanation {
    let rome = Zone::parse("Europe/Rome").unwrap();
    explain(task, "2026-11-20T12:00:00Z".parse().unwrap(), &rome)
}

#[test]
fn each_kind_of_date_says_whose_clock_counts() {
    for (due, kind, zone, from, words) in [
        ("2026-12-01", "date", "Europe/Rome", "owner", "every zone"),
        (
            "2026-12-01T09:00",
            "floating",
            "Europe/Rome",
            "owner",
            "at 09:00 in your time zone",
        ),
        (
            "2026-12-01T09:00[Asia/Tokyo]",
            "fixed",
            "Asia/Tokyo",
            "task",
            "at 09:00 in the time zone Asia/Tokyo",
        ),
    ] {
        let why = explained(&task(due, None));
        assert_eq!(why.kind.as_deref(), Some(kind));
        assert_eq!((why.zone.as_str(), why.zone_from.as_str()), (zone, from));
        assert_eq!(why.weekday.as_deref(), Some("Tuesday"));
        assert!(why.reasons[0].contains(words), "{:?}", why.reasons);
        assert!(why.series.is_none() && why.next.is_empty());
    }
}

#[test]
fn today_is_that_of_the_zone() {
    let why = explained(&task("2026-12-01T09:00[Pacific/Auckland]", None));
    assert_eq!(why.today, "2026-11-21");
}

#[test]
fn a_clock_change_is_explained() {
    let why = explained(&task("2027-03-28T02:30", None));
    let shifted = why.shifted.unwrap();
    assert_eq!(shifted.from, "2027-03-28T02:30");
    assert_eq!(shifted.to, "2027-03-28T03:30");
    assert_eq!(
        why.reasons[1],
        "The clocks go forward on that day: 02:30 does not exist and is read as 03:30."
    );
    // The repeated hour is there, the first time.
    let why = explained(&task("2027-10-31T02:30", None));
    assert_eq!(why.shifted, None);
}

#[test]
fn a_series_says_how_it_goes() {
    let mut monthly = task("2027-01-31", Some("FREQ=MONTHLY;BYMONTHDAY=31"));
    let why = explained(&monthly);
    let series = why.series.unwrap();
    assert_eq!(series.starts, "2027-01-31");
    assert_eq!((series.epoch, series.ends), (0, None));
    assert!(
        why.reasons
            .iter()
            .any(|why| why.contains("on the last day"))
    );
    assert_eq!(why.next[0].due, "2027-02-28");
    assert_eq!(why.next[0].weekday, "Sunday");
    let due = Due::parse("2027-02-28").unwrap();
    monthly.series.as_mut().unwrap().position.key = OccurrenceKey::new(2, &due, None);
    let why = explained(&monthly);
    let series = why.series.unwrap();
    assert_eq!(series.epoch, 2);
    assert_eq!(series.moved_from.as_deref(), Some("2027-02-28"));
    assert!(
        why.reasons
            .iter()
            .any(|why| why.starts_with("Current rule in effect since Sunday, 31 January 2027"))
    );
}

#[test]
fn ends_are_written_as_dates_of_the_series() {
    for (due, rule, until, left) in [
        (
            "2026-12-01T09:00[Europe/Rome]",
            "FREQ=DAILY;UNTIL=20261210T080000Z",
            Some("2026-12-10T09:00[Europe/Rome]"),
            None,
        ),
        (
            "2026-12-01T09:00",
            "FREQ=DAILY;UNTIL=20261210T090000",
            Some("2026-12-10T09:00"),
            None,
        ),
        ("2026-12-01", "FREQ=DAILY;COUNT=4", None, Some(3)),
    ] {
        let why = explained(&task(due, Some(rule)));
        let ends = why.series.unwrap().ends.unwrap();
        assert_eq!(ends.until.as_deref(), until, "{rule}");
        assert_eq!(ends.left, left, "{rule}");
    }
}

#[test]
fn an_ended_series_has_nothing_next() {
    let mut done = task("2026-12-01", Some("FREQ=DAILY"));
    done.series.as_mut().unwrap().ends = true;
    let why = explained(&done);
    assert!(why.next.is_empty());
    assert_eq!(
        why.reasons.last().unwrap(),
        "The series was ended at this occurrence."
    );
}
