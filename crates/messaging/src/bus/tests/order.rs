//! Order, concurrency, positions, stopping.

use proptest::prelude::*;

use super::*;

#[tokio::test(start_paused = true)]
async fn events_of_a_key_come_in_order_and_keys_run_at_the_same_time() {
    let keys: Vec<u128> = (0..200).map(|n| n % 20).collect();
    let log = Memory::of(&keys);
    let handler = Scripted::new(|_, _| ack());
    let started = Instant::now();
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(200).await;
    for key in 0..20 {
        let of_key: Vec<i64> = handler
            .done()
            .into_iter()
            .filter(|seq| (seq - 1) % 20 == key)
            .collect();
        assert!(of_key.is_sorted(), "{of_key:?}");
    }
    assert_eq!(handler.most_at_once.load(Ordering::SeqCst), 16);
    // 200 events that take a millisecond each, 16 at once.
    assert!(
        started.elapsed() < Duration::from_millis(50),
        "{:?}",
        started.elapsed()
    );
    bus.stop().await;
    assert_eq!(log.position(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_new_event_is_handled_at_once() {
    let log = Memory::of(&[1]);
    let handler = Scripted::new(|_, _| Step::Take(Duration::ZERO, Outcome::Ack));
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(1).await;
    sleep(Duration::from_millis(1234)).await;
    let appended = Instant::now();
    log.append(1, EventKind::TaskDeleted);
    handler.until_done(2).await;
    assert!(appended.elapsed() < Duration::from_millis(5));
    bus.stop().await;
}

#[tokio::test(start_paused = true)]
async fn only_topics_of_the_handler_are_delivered_and_the_rest_is_passed() {
    let log = Memory::default();
    for kind in EventKind::ALL {
        log.append(1, *kind);
    }
    let handler = Scripted::following(&[Topic::Reminders], |_, _| ack());
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(2).await;
    let end = i64::try_from(EventKind::ALL.len()).unwrap();
    until("the position is kept", || log.position() == end).await;
    bus.stop().await;
    let kinds: Vec<EventKind> = handler
        .done()
        .into_iter()
        .map(|seq| EventKind::ALL[usize::try_from(seq).unwrap() - 1])
        .collect();
    assert_eq!(
        kinds,
        [EventKind::ReminderScheduled, EventKind::ReminderDue]
    );
}

#[tokio::test(start_paused = true)]
async fn after_a_kill_nothing_is_lost() {
    let log = Memory::of(&(0..100).map(|n| n % 7).collect::<Vec<_>>());
    let slow = Scripted::new(|seq, _| match seq {
        // One event hangs, so that the position stays before it although later ones are handled.
        30 => Step::Take(Duration::from_secs(20), Outcome::Ack),
        _ => ack(),
    });
    let first = Running::start(&log, &slow, Settings::default());
    until("the position is kept", || log.position() == 29).await;
    assert!(slow.done().len() > 50);
    first.kill().await;
    assert_eq!(log.position(), 29);

    let handler = Scripted::new(|_, _| ack());
    let second = Running::start(&log, &handler, Settings::default());
    handler.until_done(71).await;
    second.stop().await;
    let mut again = handler.done();
    again.sort_unstable();
    assert_eq!(again, (30..=100).collect::<Vec<_>>());
    assert_eq!(log.position(), 100);
}

#[tokio::test(start_paused = true)]
async fn stopping_lets_running_handlers_finish() {
    let log = Memory::of(&[1, 1, 2]);
    let handler = Scripted::new(|_, _| Step::Take(Duration::from_secs(3), Outcome::Ack));
    let bus = Running::start(&log, &handler, Settings::default());
    until("both keys run", || handler.busy.lock().unwrap().len() == 2).await;
    bus.stop().await;
    assert_eq!(handler.done(), [1, 3]);
    // The second event of the first key has not run, so the position stays before it.
    assert_eq!(log.position(), 1);
}

#[tokio::test(start_paused = true)]
async fn stopping_does_not_wait_for_ever() {
    let log = Memory::of(&[1]);
    let handler = Scripted::new(|_, _| Step::Take(Duration::from_hours(1), Outcome::Ack));
    let settings = Settings {
        handler_limit: Duration::from_hours(1),
        ..Settings::default()
    };
    let bus = Running::start(&log, &handler, settings);
    until("it runs", || !handler.busy.lock().unwrap().is_empty()).await;
    let stopped = Instant::now();
    bus.stop().await;
    assert!(stopped.elapsed() < Duration::from_secs(11));
    assert_eq!((handler.done(), log.position()), (vec![], 0));
}

#[tokio::test(start_paused = true)]
async fn a_stuck_key_costs_bounded_memory_and_frees_the_rest_again() {
    let mut keys = vec![1; 50];
    keys.extend((100..2000).map(|n: u128| n));
    let log = Memory::of(&keys);
    let handler = Scripted::new(|seq, attempt| match (seq, attempt) {
        (1, 1..=3) => Step::Take(Duration::from_secs(25), Outcome::Retry("not now".into())),
        _ => ack(),
    });
    let settings = Settings {
        window: 50,
        batch: 10,
        ..Settings::default()
    };
    let bus = Running::start(&log, &handler, settings);
    sleep(Duration::from_mins(1)).await;
    // 50 in the window, 10 in the channel, 10 with the reader.
    assert!(log.0.read.load(Ordering::SeqCst) <= 70);
    handler.until_done(1950).await;
    bus.stop().await;
    assert_eq!(log.position(), 1950);
}

#[tokio::test(start_paused = true)]
async fn large_events_count_by_size() {
    let log = Memory::of(&[1; 500]);
    let handler = Scripted::new(|_, _| Step::Take(Duration::from_secs(1), Outcome::Ack));
    let settings = Settings {
        window_bytes: 20_000,
        batch: 10,
        ..Settings::default()
    };
    let bus = Running::start(&log, &handler, settings);
    sleep(Duration::from_secs(5)).await;
    assert!(log.0.read.load(Ordering::SeqCst) < 100);
    handler.until_done(500).await;
    bus.stop().await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_holds_whatever_fails(
        keys in proptest::collection::vec(0_u128..6, 1..80),
        fates in proptest::collection::vec(0_u8..12, 80),
        kills in proptest::collection::vec(1_u64..400, 0..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let log = Memory::of(&keys);
            let total = keys.len();
            let fate = fates.clone();
            let handler = Scripted::new(move |seq, attempt| {
                let time = Duration::from_millis(seq.unsigned_abs() * 7 % 13);
                match fate[usize::try_from(seq).unwrap() - 1] {
                    0 => Step::Take(time, Outcome::Retry("poison".into())),
                    1 => Step::Take(time, Outcome::Drop("unreadable".into())),
                    2 | 3 if attempt < 3 => Step::Take(time, Outcome::Retry("not now".into())),
                    4 if attempt < 2 => Step::Panic,
                    5 if seq.unsigned_abs() % 2 == 0 && attempt < 2 => {
                        Step::Take(Duration::from_mins(1), Outcome::Ack)
                    }
                    _ => Step::Take(time, Outcome::Ack),
                }
            });
            for kill in &kills {
                let bus = Running::start(&log, &handler, Settings { save_every: Duration::from_millis(20), ..Settings::default() });
                sleep(Duration::from_millis(*kill)).await;
                bus.kill().await;
            }
            let bus = Running::start(&log, &handler, Settings::default());
            let end = i64::try_from(total).unwrap();
            until("everything is handled or dead-lettered", || log.position() == end).await;
            bus.stop().await;

            // Every event was handled at least once or dead-lettered, and never one of a key before an earlier one of
            // it.
            let done = handler.done();
            let dead_letters: Vec<i64> = log.dead_letters().iter().map(|(seq, ..)| *seq).collect();
            let mut first: HashMap<i64, usize> = HashMap::new();
            for (at, seq) in done.iter().enumerate() {
                first.entry(*seq).or_insert(at);
            }
            for seq in 1..=end {
                prop_assert!(first.contains_key(&seq) != dead_letters.contains(&seq), "event {seq}");
            }
            let mut last: HashMap<u128, usize> = HashMap::new();
            for seq in 1..=end {
                if let Some(at) = first.get(&seq) {
                    let key = keys[usize::try_from(seq).unwrap() - 1];
                    let before = last.insert(key, *at);
                    prop_assert!(before.is_none_or(|before| before < *at), "event {seq}");
                }
            }
            Ok(())
        })?;
    }
}
