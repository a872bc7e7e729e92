//! Packed texts are restored byte for byte.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use taskwire_domain::contract::{ReminderView, TaskView};
use taskwire_domain::event::EventData;
use taskwire_domain::{Actor, ChangeId, TokenId, UserId, Via};

use super::*;

fn ids(numbers: &[u128]) -> Vec<Uuid> {
    numbers.iter().copied().map(Uuid::from_u128).collect()
}

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn instant() -> impl Strategy<Value = jiff::Timestamp> {
    (0_i64..4_000_000_000_000_000)
        .prop_map(|micros| jiff::Timestamp::from_microsecond(micros).unwrap())
}

fn text(length: usize) -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..length).prop_map(|letters| letters.into_iter().collect())
}

prop_compose! {
    fn reminder()(id in id(), minutes_before in option::of(any::<u32>()), at in option::of(instant()), snoozed in any::<bool>()) -> ReminderView {
        ReminderView { id, minutes_before, local: None, at, snoozed }
    }
}

prop_compose! {
    fn task()(
        title in text(40),
        notes in prop_oneof![9 => text(60), 1 => text(20_000)],
        status in "open|completed|skipped|deleted",
        priority in "high|medium|low|none",
        tags in vec(text(12), 0..4),
        due in option::of("20[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9])?"),
        series in option::of(id()),
        reminders in vec(reminder(), 0..3),
        (id, change, number, version) in (id(), id(), any::<i64>(), any::<i64>()),
        (created_at, updated_at, completed_at) in (instant(), instant(), option::of(instant())),
    ) -> TaskView {
        TaskView {
            id, number, title, notes, status, priority, tags,
            due_at: None,
            due_weekday: due.as_ref().map(|_| "Friday".into()),
            due_zone: None,
            due,
            duration_minutes: None,
            is_overdue: false,
            recurrence: None,
            occurrence: series.map(|series| series.to_string()),
            parent: None,
            subtasks: None,
            series, reminders, version, created_at, updated_at, completed_at,
            skipped_at: None,
            deleted_at: None,
            missed: None,
            change,
        }
    }
}

prop_compose! {
    fn event()(
        owner in id(), token in option::of(id()), change in id(),
        before in option::of(task()), after in option::of(task()),
        client in option::of(text(20)), reason in option::of(text(40)), sequence in any::<i64>(),
    ) -> EventData {
        EventData {
            schema_version: 1,
            sequence,
            change: ChangeId(change),
            actor: Actor {
                user: UserId(owner),
                token: token.map(TokenId),
                via: Via::Mcp,
                client,
                chat_turn: None,
                tool_call: None,
            },
            before, after, reason,
            reminder: None,
            tag_before: None,
            tag: None,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_event_of_any_tasks_comes_back(event in event(), known in vec(id(), 0..5)) {
        let text = serde_json::to_string(&event).unwrap();
        let packed = pack(&text, &known).unwrap();
        prop_assert_eq!(unpack(&packed, &known), Ok(text));
    }

    #[test]
    fn any_text_comes_back(text in text(5_000), known in vec(id(), 0..3)) {
        let packed = pack(&text, &known).unwrap();
        prop_assert_eq!(unpack(&packed, &known), Ok(text));
    }

    #[test]
    fn a_damaged_text_is_refused(event in event(), at in any::<prop::sample::Index>(), bit in 0..8_u32, cut in any::<prop::sample::Index>()) {
        let text = serde_json::to_string(&event).unwrap();
        let packed = pack(&text, &[]).unwrap();
        let mut damaged = packed.clone();
        damaged[at.index(packed.len())] ^= 1 << bit;
        prop_assert_ne!(unpack(&damaged, &[]), Ok(text));
        prop_assert!(unpack(&packed[..cut.index(packed.len())], &[]).is_err());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        let _ = unpack(&bytes, &[]);
    }
}

#[test]
fn a_text_is_read_only_beside_the_ids_it_was_written_with() {
    let packed = pack("{}", &ids(&[1, 2])).unwrap();
    assert_eq!(unpack(&packed, &ids(&[1, 2])), Ok("{}".into()));
    for others in [&[1, 3][..], &[2, 1], &[1], &[]] {
        assert_eq!(unpack(&packed, &ids(others)), Err(UnpackError::Damaged));
    }
    let mut longer = packed;
    longer.push(0);
    assert_eq!(unpack(&longer, &ids(&[1, 2])), Err(UnpackError::Damaged));
}

#[test]
fn a_format_of_a_newer_version_is_named() {
    assert_eq!(unpack(&[2, 1, 2, 3], &[]), Err(UnpackError::Format(2)));
    for cut_short in [&[][..], &[1], &[1, 0x78]] {
        assert_eq!(unpack(cut_short, &[]), Err(UnpackError::Damaged));
    }
}

/// Rows must stay readable: this one was written when the format was new, by another implementation of zlib.
#[test]
fn a_row_of_the_first_version_is_still_read() {
    let text =
        r#"{"actor":{"user":"00000000-0000-0000-0000-000000000001","via":"rest"},"title":"Grüße"}"#;
    let written =
        "01783f3e083930abc64c1b101924b598ba80ee464a2c40cb6171eb5e7478cfe1f9a94ab500f4cf18b9";
    let bytes: Vec<u8> = written
        .as_bytes()
        .chunks(2)
        .map(|hex| u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap())
        .collect();
    assert_eq!(unpack(&bytes, &ids(&[1])), Ok(text.into()));
}

/// A change of a task in which nothing but the shape repeats: the bound checks that the dictionary is useful.
#[test]
fn an_event_takes_a_fifth_of_its_text() {
    let text = include_str!("sample.json").trim_end();
    let owner = "01a22a38-dc65-70b5-b987-80899cab1920".parse().unwrap();
    let id = "01a22a39-0c8d-7460-b785-0d819c4f15e0".parse().unwrap();
    let key = "01a22a39-0c50-75ca-b1f0-040855abcde0".parse().unwrap();
    let packed = pack(text, &[id, owner, key]).unwrap();
    assert!(
        packed.len() * 5 < text.len(),
        "{} of {}",
        packed.len(),
        text.len()
    );
}
