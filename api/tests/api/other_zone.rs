//! Lists and the agenda in a zone other than their owner's.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::subtasks::numbers;
use crate::support::App;

both_databases!(
    the_agenda_has_the_days_of_the_zone,
    bounds_and_words_are_those_of_the_zone,
    pages_fit_together,
    a_wrong_zone_is_refused,
);

/// Friday, 20 November 2026, 13:00 in Rome: 02:00 in Honolulu, and Saturday 01:00 in Auckland.
async fn opened(db: TestDb) -> App {
    let app = App::open(db).await;
    for (title, due) in [
        ("date", Some("2026-11-21")),
        ("floating", Some("2026-11-21T02:00")),
        // 14:00 of the 20th in Honolulu, 13:00 in Auckland.
        ("fixed", Some("2026-11-21T01:00[Europe/Rome]")),
        ("today", Some("2026-11-20")),
        ("noon", Some("2026-11-20T12:00")),
        ("undated", None),
    ] {
        app.task(json!({"title": title, "due": due})).await;
    }
    app
}

fn titles(list: &Value) -> Vec<&str> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item["title"].as_str().unwrap()).collect()
}

async fn the_agenda_has_the_days_of_the_zone(db: TestDb) {
    let app = opened(db).await;
    for (zone, today, weekday, overdue, days) in [
        (
            "Pacific/Auckland",
            "2026-11-21",
            "Saturday",
            &["noon", "today"][..],
            [&["floating", "fixed", "date"][..], &[]],
        ),
        (
            "Pacific/Honolulu",
            "2026-11-20",
            "Friday",
            &[],
            [&["noon", "fixed", "today"], &["floating", "date"]],
        ),
        (
            "Europe/Rome",
            "2026-11-20",
            "Friday",
            &["noon"],
            [&["today"], &["fixed", "floating", "date"]],
        ),
    ] {
        let path = format!("/api/v1/agenda?days=2&zone={zone}");
        let agenda = app.get(&path).await.expect(200);
        assert_eq!(agenda["zone"], zone);
        assert_eq!(
            (&agenda["today"], &agenda["weekday"]),
            (&json!(today), &json!(weekday))
        );
        assert_eq!(titles(&agenda["overdue"]), overdue, "{zone}");
        for (index, expected) in days.into_iter().enumerate() {
            let shown = titles(&agenda["days"][index]["tasks"]);
            assert_eq!(shown, expected, "{zone} {index}");
        }
    }
    let own = app.get("/api/v1/agenda?days=2").await.expect(200);
    let same = app.get("/api/v1/agenda?days=2&zone=Europe/Rome").await;
    assert_eq!(own, same.expect(200));
    // The occurrences to come too: eight in the evening in New York is the next morning in Tokyo.
    app.task(json!({"title": "call", "due": "2026-11-24T20:00[America/New_York]", "recurrence": "every tuesday"}))
        .await;
    let tokyo = "/api/v1/agenda?from=2026-12-02&days=1&zone=Asia/Tokyo";
    let agenda = app.get(tokyo).await.expect(200);
    assert_eq!(agenda["days"][0]["upcoming"][0]["title"], "call");
}

async fn bounds_and_words_are_those_of_the_zone(db: TestDb) {
    let app = opened(db).await;
    for (query, rome, honolulu, auckland) in [
        (
            "due_before=tomorrow",
            &[4, 5][..],
            &[3, 4, 5][..],
            &[1, 2, 3, 4, 5][..],
        ),
        ("due_after=tomorrow", &[1, 2, 3], &[1, 2], &[]),
        ("filter=today", &[4, 5], &[3, 4, 5], &[1, 2, 3]),
        (
            "filter=!(due%20%3C%202026-11-21)",
            &[1, 2, 3, 6],
            &[1, 2, 6],
            &[1, 2, 3, 6],
        ),
        ("overdue=true", &[5], &[], &[4, 5]),
        (
            "overdue=false",
            &[1, 2, 3, 4, 6],
            &[1, 2, 3, 4, 5, 6],
            &[1, 2, 3, 6],
        ),
        ("no_due=true", &[6], &[6], &[6]),
    ] {
        for (zone, expected) in [
            ("Europe/Rome", rome),
            ("Pacific/Honolulu", honolulu),
            ("Pacific/Auckland", auckland),
        ] {
            let mut found = numbers(&app, &format!("{query}&zone={zone}")).await;
            found.sort_unstable();
            assert_eq!(found, expected, "{query} in {zone}");
        }
    }
    let page = app.get("/api/v1/tasks?zone=Pacific/Auckland").await;
    let page = page.expect(200);
    assert_eq!(page["zone"], "Pacific/Auckland");
    let items = page["items"].as_array().unwrap().iter();
    let overdue = items.filter(|item| item["is_overdue"] == true).count();
    assert_eq!(overdue, 2);
    assert_eq!(app.get("/api/v1/tasks").await.expect(200).get("zone"), None);
    // What is changed together is found in the same way.
    let bulk = json!({"filter": {"due_before": "tomorrow", "zone": "Pacific/Honolulu"},
        "change": {"op": "complete"}, "expected_count": 3});
    let done = app.post("/api/v1/tasks/bulk", bulk).await.expect(200);
    assert_eq!(done["changed"], 3);
}

async fn pages_fit_together(db: TestDb) {
    let app = opened(db).await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/tasks?zone=Pacific/Auckland&limit=2{cursor}");
        let page = app.get(&path).await.expect(200);
        seen.extend(titles(&page["items"]).into_iter().map(ToOwned::to_owned));
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(
        seen,
        ["noon", "today", "fixed", "floating", "date", "undated"]
    );
}

async fn a_wrong_zone_is_refused(db: TestDb) {
    let app = opened(db).await;
    for path in ["tasks", "agenda"] {
        for zone in ["Rome", "Mars/Base", "CET", "%2B02:00", ""] {
            let reply = app.get(&format!("/api/v1/{path}?zone={zone}")).await;
            let problem = reply.refused(422, "unknown_zone");
            assert_eq!(problem["errors"][0]["pointer"], "zone", "{path} {zone}");
        }
    }
}
