//! Series with random rules that are completed on random days.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use taskwire_testkit::{Kind, TestDb};
use tokio::runtime::Runtime;

use crate::support::App;

mod whatever_happens {
    use taskwire_testkit::Kind;

    #[test]
    fn sqlite() {
        super::whatever_happens(Kind::Sqlite, 120);
    }

    #[test]
    fn postgres() {
        super::whatever_happens(Kind::Postgres, 40);
    }
}

/// The action on the open occurrence, some time after the previous one ended.
#[derive(Clone, Debug)]
struct Step {
    wait: SignedDuration,
    /// How far it is moved, in days, and with how much of its series.
    moved: Option<(i64, &'static str)>,
    action: &'static str,
    /// Whether it is completed before its day, if its series does not count from completion.
    is_early: bool,
}

#[derive(Clone, Debug)]
struct Case {
    rrule: String,
    due: String,
    anchor: &'static str,
    catch_up: &'static str,
    overflow: &'static str,
    steps: Vec<Step>,
}

fn rules() -> impl Strategy<Value = String> {
    let week = subsequence(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"], 1..4);
    let frequency = prop_oneof![
        Just("FREQ=DAILY".to_owned()),
        Just("FREQ=HOURLY;INTERVAL=5".to_owned()),
        Just("FREQ=DAILY;BYHOUR=8,20;BYMINUTE=30".to_owned()),
        week.prop_map(|days| format!("FREQ=WEEKLY;BYDAY={}", days.join(","))),
        Just("FREQ=WEEKLY".to_owned()),
        Just("FREQ=MONTHLY".to_owned()),
        (1..=31).prop_map(|day| format!("FREQ=MONTHLY;BYMONTHDAY={day}")),
        Just("FREQ=MONTHLY;BYDAY=-1FR".to_owned()),
        Just("FREQ=YEARLY".to_owned()),
    ];
    let end = prop_oneof![
        4 => Just(String::new()),
        1 => (2..6).prop_map(|count| format!(";COUNT={count}")),
        1 => Just(";UNTIL=20261220".to_owned()),
    ];
    (frequency, 1..4, end).prop_map(|(frequency, interval, end)| {
        if frequency.contains("INTERVAL") || interval == 1 {
            format!("{frequency}{end}")
        } else {
            format!("{frequency};INTERVAL={interval}{end}")
        }
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![Just(0), 0..72_i64, (0..40_i64).prop_map(|days| days * 24)];
    let moved = prop::option::of((
        -8..20_i64,
        select(vec!["this", "this", "this_and_following", "all"]),
    ));
    let step = (wait, moved, any::<bool>(), any::<bool>()).prop_map(
        |(hours, moved, is_skipped, is_early)| Step {
            wait: SignedDuration::from_hours(hours),
            moved,
            action: if is_skipped { "skip" } else { "complete" },
            is_early,
        },
    );
    prop::collection::vec(step, 1..5)
}

fn cases() -> impl Strategy<Value = Case> {
    let due = (
        -20..10_i64,
        select(vec![
            "",
            "T07:15",
            "T21:00",
            "T02:30[America/New_York]",
            "T09:00[Asia/Tokyo]",
        ]),
    )
        .prop_map(|(days, time)| format!("{}{time}", FRIDAY.checked_add(days.days()).unwrap()));
    let policy = select(vec![
        ("schedule", "next_future"),
        ("schedule", "next_future"),
        ("schedule", "one_step"),
        ("schedule", "from_completion"),
        ("completion", "from_completion"),
    ]);
    (
        rules(),
        due,
        policy,
        select(vec!["clamp", "skip", "forward"]),
        steps(),
    )
        .prop_map(|(rrule, due, (anchor, catch_up), overflow, steps)| Case {
            rrule,
            due,
            anchor,
            catch_up,
            overflow,
            steps,
        })
}

const FRIDAY: Date = Date::constant(2026, 11, 20);

fn whatever_happens(kind: Kind, count: u32) {
    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(App::open(TestDb::create(kind)));
    let config = Config {
        cases: count,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    runner
        .run(&cases(), |case| {
            runtime.block_on(follow(&app, &case));
            Ok(())
        })
        .unwrap();
}

/// Goes through a series step by step and compares the predictions with the results.
async fn follow(app: &App, case: &Case) {
    app.at("2026-11-20T12:00:00Z");
    let recurrence = json!({"rrule": case.rrule, "anchor": case.anchor, "catch_up": case.catch_up,
        "overflow": case.overflow});
    let created = app
        .post(
            "/api/v1/tasks",
            json!({"title": "x", "due": case.due, "recurrence": recurrence}),
        )
        .await;
    if created.status == 422 {
        return;
    }
    let mut open = created.expect(201);
    for step in &case.steps {
        app.clock.advance(step.wait);
        let path = format!("/api/v1/tasks/{}", open["number"]);
        if let Some((days, scope)) = step.moved {
            let due: Date = open["due"].as_str().unwrap()[..10].parse().unwrap();
            let to = due.checked_add(days.days()).unwrap();
            let body = json!({"due": to.to_string(), "scope": scope});
            let moved = app.post(&format!("{path}/reschedule"), body).await;
            assert!(
                [200, 422].contains(&moved.status.as_u16()),
                "{case:?}: {}",
                moved.text()
            );
        }
        let predicted = app.get(&path).await.expect(200);
        let next = &predicted["recurrence"]["next"];
        let why = app.get(&format!("{path}/explain")).await.expect(200);
        let explained: Vec<&Value> = why["next"]
            .as_array()
            .unwrap()
            .iter()
            .map(|date| &date["due"])
            .collect();
        assert_eq!(json!(explained), *next, "{case:?} at {}", predicted["due"]);
        the_agenda_agrees(app, case, &predicted).await;
        if case.anchor == "completion" || !step.is_early {
            wait_for(app, &predicted);
        }
        let ended = app
            .post(&format!("{path}/{}", step.action), json!({}))
            .await
            .expect(200);
        assert_eq!(
            ended["recurrence"]["next"], *next,
            "{case:?} at {}",
            predicted["due"]
        );
        let successor = app.advance(&ended).await;
        if successor.is_null() {
            assert_eq!(*next, json!([]), "{case:?} at {}", predicted["due"]);
            return;
        }
        assert_eq!(
            successor["due"], next[0],
            "{case:?} at {}",
            predicted["due"]
        );
        for missed in ended["missed"]["dates"].as_array().into_iter().flatten() {
            assert!(
                missed.as_str() < next[0].as_str(),
                "{case:?}: {missed} {next}"
            );
        }
        open = successor;
    }
    app.delete(&format!("/api/v1/tasks/{}", open["number"]))
        .await
        .expect(200);
}

/// The dates in the agenda are those of `next`, as far as both reach.
async fn the_agenda_agrees(app: &App, case: &Case, task: &Value) {
    let agenda = app.get("/api/v1/agenda?days=62").await.expect(200);
    let today: Date = agenda["today"].as_str().unwrap().parse().unwrap();
    let date = |due: &Value| -> Date { due.as_str().unwrap()[..10].parse().unwrap() };
    let next = task["recurrence"]["next"].as_array().unwrap();
    // At the edges zones differ about the day, and the agenda does not contain tasks due after its last day.
    let (first, last) = (today + 2.days(), today + 58.days());
    let Some(end) = next
        .last()
        .map(&date)
        .filter(|_| date(&task["due"]) <= last)
    else {
        return;
    };
    let shown: Vec<Value> = agenda["days"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|day| day["upcoming"].as_array().unwrap())
        .filter(|upcoming| upcoming["number"] == task["number"])
        .map(|upcoming| upcoming["due"].clone())
        .filter(|due| (first..=last).contains(&date(due)) && date(due) < end)
        .collect();
    let told: Vec<Value> = next
        .iter()
        .filter(|due| (first..=last).contains(&date(due)) && date(due) < end)
        .cloned()
        .collect();
    assert_eq!(shown, told, "{case:?} at {} on {today}", task["due"]);
}

/// Advances the clock to the day of a task, unless it has passed.
fn wait_for(app: &App, task: &Value) {
    let due: Timestamp = match task["due_at"].as_str() {
        Some(at) => at.parse().unwrap(),
        // In the afternoon of a date without a time.
        None => format!("{}T15:00:00Z", task["due"].as_str().unwrap())
            .parse()
            .unwrap(),
    };
    if due > taskwire_domain::Clock::now(&*app.clock) {
        app.clock.set(due);
    }
}
