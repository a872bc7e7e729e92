//! Failures of events, handlers, dependencies and the log.

use super::*;

fn at_once(outcome: Outcome) -> Step {
    Step::Take(Duration::ZERO, outcome)
}

#[tokio::test(start_paused = true)]
async fn a_failed_event_is_tried_again_with_growing_pauses() {
    let log = Memory::of(&[1]);
    let handler = Scripted::new(|_, attempt| {
        at_once(if attempt < 6 {
            Outcome::Retry("not now".into())
        } else {
            Outcome::Ack
        })
    });
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(1).await;
    bus.stop().await;
    let tries = handler.tries_of(1);
    assert_eq!(tries.len(), 6);
    for (n, pair) in tries.windows(2).enumerate() {
        let nominal = Duration::from_millis(50 << n);
        let pause = pair[1] - pair[0];
        // Timers are exact to a millisecond.
        assert!(
            pause >= nominal / 2 && pause <= nominal + Duration::from_millis(2),
            "{n}: {pause:?}"
        );
    }
    assert_eq!((log.position(), log.dead_letters()), (1, vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_failing_event_is_dead_lettered_and_blocks_only_its_key_until_then() {
    let log = Memory::of(&[1, 1, 2]);
    let handler = Scripted::new(|seq, _| {
        at_once(if seq == 1 {
            Outcome::Retry("poison".into())
        } else {
            Outcome::Ack
        })
    });
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(1).await;
    assert_eq!(handler.done(), [3]);
    handler.until_done(2).await;
    assert_eq!(handler.done(), [3, 2]);
    bus.stop().await;
    assert_eq!(handler.tries_of(1).len(), 12);
    assert_eq!(log.dead_letters(), [(1, 12, "poison".into())]);
    assert_eq!(log.position(), 3);
}

#[tokio::test(start_paused = true)]
async fn many_failing_keys_do_not_block_others() {
    let mut keys: Vec<u128> = (0..40).collect();
    keys.push(100);
    let log = Memory::of(&keys);
    let handler = Scripted::new(|seq, _| {
        at_once(if seq <= 40 {
            Outcome::Retry("poison".into())
        } else {
            Outcome::Ack
        })
    });
    let started = Instant::now();
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(1).await;
    assert!(started.elapsed() < Duration::from_millis(10));
    until("all are dead-lettered", || log.dead_letters().len() == 40).await;
    bus.stop().await;
    assert_eq!(log.position(), 41);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_can_never_succeed_is_dead_lettered_at_once() {
    let log = Memory::of(&[1, 1]);
    let handler = Scripted::new(|seq, _| {
        at_once(if seq == 1 {
            Outcome::Drop("unreadable".into())
        } else {
            Outcome::Ack
        })
    });
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(1).await;
    bus.stop().await;
    assert_eq!(log.dead_letters(), [(1, 1, "unreadable".into())]);
    assert_eq!(log.position(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_unreadable_event_is_dead_lettered() {
    let log = Memory::of(&[1, 1]);
    log.0.entries.lock().unwrap()[0].payload = "{".into();
    let handler = Scripted::new(|_, _| ack());
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(1).await;
    bus.stop().await;
    assert_eq!(handler.done(), [2]);
    let dead_letters = log.dead_letters();
    assert!(
        dead_letters[0].2.starts_with("not a readable event"),
        "{dead_letters:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_policy_without_attempts_gives_no_event_up() {
    let log = Memory::of(&[1, 1, 2]);
    let handler = Scripted::new(|seq, attempt| {
        at_once(match (seq, attempt) {
            (1, ..20) => Outcome::Drop("poison".into()),
            (1, ..40) => Outcome::Retry("not now".into()),
            _ => Outcome::Ack,
        })
    });
    let settings = Settings {
        retry: RetryPolicy {
            attempts: None,
            ..RetryPolicy::default()
        },
        ..Settings::default()
    };
    let bus = Running::start(&log, &handler, settings);
    handler.until_done(3).await;
    bus.stop().await;
    assert_eq!(handler.done(), [3, 1, 2]);
    assert_eq!((log.position(), log.dead_letters()), (3, vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_of_that_event_alone() {
    let log = Memory::of(&[1, 2, 1]);
    let handler = Scripted::new(|seq, attempt| {
        if seq == 1 && attempt < 3 {
            Step::Panic
        } else {
            ack()
        }
    });
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(3).await;
    assert_eq!(handler.done(), [2, 1, 3]);
    bus.stop().await;

    let log = Memory::of(&[1]);
    let handler = Scripted::new(|_, _| Step::Panic);
    let bus = Running::start(&log, &handler, Settings::default());
    until("it is dead-lettered", || log.dead_letters().len() == 1).await;
    bus.stop().await;
    assert_eq!(
        log.dead_letters(),
        [(1, 12, "it panicked: the handler panics".into())]
    );
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_counts_as_failed() {
    let log = Memory::of(&[1]);
    let handler = Scripted::new(|_, attempt| match attempt {
        1 => Step::Take(Duration::from_hours(1), Outcome::Ack),
        _ => ack(),
    });
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(1).await;
    bus.stop().await;
    let tries = handler.tries_of(1);
    assert_eq!(tries.len(), 2);
    assert!(tries[1] - tries[0] < Duration::from_secs(31));
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_an_hour_dead_letters_nothing_and_is_probed_rarely() {
    let log = Memory::of(&(0..100).collect::<Vec<_>>());
    let down = Arc::new(AtomicBool::new(true));
    let seen = Arc::clone(&down);
    let handler = Scripted::new(move |_, _| {
        at_once(if seen.load(Ordering::SeqCst) {
            Outcome::Unavailable("no API".into())
        } else {
            Outcome::Ack
        })
    });
    let bus = Running::start(&log, &handler, Settings::default());
    sleep(Duration::from_hours(1)).await;
    let probes = handler.tries.lock().unwrap().len();
    assert!((300..1000).contains(&probes), "{probes}");
    down.store(false, Ordering::SeqCst);
    let back = Instant::now();
    handler.until_done(100).await;
    assert!(back.elapsed() < Duration::from_secs(11));
    bus.stop().await;
    assert_eq!((log.position(), log.dead_letters()), (100, vec![]));
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_one_key_holds_up_that_key_alone() {
    let mut keys = vec![1, 1];
    keys.extend((0..500).map(|n| 2 + n % 50));
    let log = Memory::of(&keys);
    let down = Arc::new(AtomicBool::new(true));
    let seen = Arc::clone(&down);
    let handler = Scripted::new(move |seq, _| {
        at_once(if seq == 1 && seen.load(Ordering::SeqCst) {
            Outcome::Unavailable("no broker for this one".into())
        } else {
            Outcome::Ack
        })
    });
    let bus = Running::start(&log, &handler, Settings::default());
    let started = Instant::now();
    handler.until_done(500).await;
    assert!(started.elapsed() < Duration::from_secs(1));
    sleep(Duration::from_mins(10)).await;
    // The key behind the outage is retried with growing pauses, and nothing is given up.
    let tries = handler.tries_of(1).len();
    assert!((60..200).contains(&tries), "{tries}");
    assert_eq!((log.position(), log.dead_letters()), (0, vec![]));
    down.store(false, Ordering::SeqCst);
    handler.until_done(502).await;
    bus.stop().await;
    assert_eq!(handler.done()[500..], [1, 2]);
    assert_eq!(log.position(), 502);
}

#[tokio::test(start_paused = true)]
async fn the_bus_survives_an_outage_of_the_log() {
    let log = Memory::default();
    log.0.gone.store(true, Ordering::SeqCst);
    log.append(1, EventKind::TaskCreated);
    let handler = Scripted::new(|seq, _| {
        at_once(if seq == 3 {
            Outcome::Drop("unreadable".into())
        } else {
            Outcome::Ack
        })
    });
    let bus = Running::start(&log, &handler, Settings::default());
    sleep(Duration::from_mins(1)).await;
    log.0.gone.store(false, Ordering::SeqCst);
    handler.until_done(1).await;

    log.0.gone.store(true, Ordering::SeqCst);
    log.append(1, EventKind::TaskUpdated);
    sleep(Duration::from_mins(1)).await;
    assert_eq!(handler.done(), [1]);
    log.0.gone.store(false, Ordering::SeqCst);
    handler.until_done(2).await;
    until("the position is kept", || log.position() == 2).await;

    // The log fails just when an event must be dead-lettered: it waits, and so does the event behind it.
    sleep(Duration::from_secs(1)).await;
    log.append(1, EventKind::TaskUpdated);
    log.append(1, EventKind::TaskUpdated);
    until("it is tried", || {
        log.0.gone.store(true, Ordering::SeqCst);
        let tried = handler.tries_of(3).len() == 1;
        if !tried {
            log.0.gone.store(false, Ordering::SeqCst);
        }
        tried
    })
    .await;
    sleep(Duration::from_mins(1)).await;
    let dead_letters = log.dead_letters().len();
    log.0.gone.store(false, Ordering::SeqCst);
    handler.until_done(3).await;
    bus.stop().await;
    assert!(dead_letters <= 1);
    assert_eq!(log.dead_letters().len(), 1);
    assert_eq!((handler.done(), log.position()), (vec![1, 2, 4], 4));
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_log_does_not_end_the_bus() {
    let log = Memory::of(&[1]);
    let handler = Scripted::new(|_, _| ack());
    let bus = Running::start(&log, &handler, Settings::default());
    handler.until_done(1).await;
    until("the position is kept", || log.position() == 1).await;
    log.0.panics.store(true, Ordering::SeqCst);
    log.append(2, EventKind::TaskCreated);
    handler.until_done(2).await;
    bus.stop().await;
    assert_eq!(log.position(), 2);
}

#[tokio::test(start_paused = true)]
async fn it_can_be_stopped_while_the_log_is_gone() {
    let log = Memory::of(&[1]);
    log.0.gone.store(true, Ordering::SeqCst);
    let bus = Running::start(&log, &Scripted::new(|_, _| ack()), Settings::default());
    sleep(Duration::from_secs(5)).await;
    bus.stop().await;
    assert_eq!(log.position(), 0);
}

#[tokio::test(start_paused = true)]
async fn handling_is_measured_by_consumer_kind_and_outcome() {
    let (recorder, measured) = taskwire_telemetry::Metrics::recorder().unwrap();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let log = Memory::of(&[1, 2, 3]);
    let was_away = AtomicBool::new(false);
    let handler = Scripted::new(move |seq, _| match seq {
        1 => Step::Take(Duration::from_secs(2), Outcome::Ack),
        2 if !was_away.swap(true, Ordering::SeqCst) => at_once(Outcome::Unavailable("away".into())),
        3 => at_once(Outcome::Drop("never".into())),
        _ => at_once(Outcome::Ack),
    });
    let bus = Running::start(&log, &handler, Settings::default());
    until("one is dead-lettered", || log.position() == 3).await;
    bus.stop().await;
    let text = measured.render();
    let start = "messaging_process_duration_seconds_count{messaging_consumer_group_name=\"scripted\",taskwire_event_kind=\"task.updated.v1\",";
    let mut outcomes: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix(start))
        .collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes.len(), 3, "{outcomes:?}");
    assert_eq!(outcomes[0], "taskwire_outcome=\"ack\"} 2");
    assert!(outcomes[1].starts_with("taskwire_outcome=\"drop\"}"));
    assert!(outcomes[2].starts_with("taskwire_outcome=\"unavailable\"}"));
    let slow = "taskwire_outcome=\"ack\",le=\"1\"} 1";
    assert!(text.contains(slow), "{text}");
}
