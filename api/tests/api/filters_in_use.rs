//! `@name` in expressions, and counts of what an expression finds.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::filters::{FILTERS, path, save};
use crate::hostile::percent;
use crate::support::App;

both_databases!(
    a_name_stands_for_its_filter,
    a_name_works_in_counts_and_bulk_changes,
    a_name_that_means_nothing_is_refused,
    counts_of_a_filter_are_those_of_its_list,
    filters_belong_to_one_person,
    no_alternative_of_a_filter_lists_the_trash,
);

async fn numbers(app: &App, query: &str) -> Vec<i64> {
    let page = app.get(&format!("/api/v1/tasks?{query}")).await.expect(200);
    let all = page["items"].as_array().unwrap();
    all.iter()
        .map(|task| task["number"].as_i64().unwrap())
        .collect()
}

pub(crate) async fn listed(app: &App, filter: &str) -> Vec<i64> {
    numbers(app, &format!("sort=number&filter={}", percent(filter))).await
}

/// Six tasks.
pub(crate) async fn filled(app: &App) {
    app.at("2026-11-20T12:00:00Z");
    for body in [
        json!({"title": "a", "priority": "high", "due": "2026-11-20", "tags": ["work"]}),
        json!({"title": "b", "priority": "low", "due": "2026-11-20", "tags": ["work"]}),
        json!({"title": "c", "due": "2026-11-21", "tags": ["work", "Office"]}),
        json!({"title": "d", "due": "2026-11-01", "tags": ["Office"]}),
        json!({"title": "e"}),
        json!({"title": "f", "priority": "high", "due": "2026-11-20T09:00"}),
    ] {
        app.task(body).await;
    }
}

async fn a_name_stands_for_its_filter(db: TestDb) {
    let app = App::open(db).await;
    filled(&app).await;
    let work = save(&app, "my work", "#work | #office").await;
    save(&app, "now", "today | overdue").await;
    save(&app, "done", "completed").await;
    for (filter, expected) in [
        ("@my work", vec![1, 2, 3, 4]),
        ("@\"My Work\"", vec![1, 2, 3, 4]),
        ("@my work & @now", vec![1, 2, 4]),
        ("!@my work & @now", vec![6]),
        ("(@my work | no:due) & !p1", vec![2, 3, 4, 5]),
        ("@done", vec![]),
    ] {
        assert_eq!(listed(&app, filter).await, expected, "{filter}");
    }
    // It may name a status, like an expression that is written out.
    app.call("POST", "/api/v1/tasks/5/complete")
        .send()
        .await
        .expect(200);
    assert_eq!(listed(&app, "@done").await, [5]);
    // The other parameters apply too, and pages follow one another.
    let filter = percent("@my work");
    assert_eq!(
        numbers(&app, &format!("filter={filter}&priority=high")).await,
        [1]
    );
    let mut found = vec![];
    let mut query = format!("sort=number&limit=3&filter={filter}");
    loop {
        let page = app.get(&format!("/api/v1/tasks?{query}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        found.extend(items.iter().map(|task| task["number"].as_i64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        query = format!("sort=number&limit=3&filter={filter}&cursor={cursor}");
    }
    assert_eq!(found, [1, 2, 3, 4]);
    // Its dates are read when it is used, and a change counts at once.
    app.at("2026-11-21T12:00:00Z");
    assert_eq!(listed(&app, "@now").await, [1, 2, 3, 4, 6]);
    app.patch(&path(&work), json!({"filter": "#office"}))
        .await
        .expect(200);
    assert_eq!(listed(&app, "@my work").await, [3, 4]);
}

async fn a_name_works_in_counts_and_bulk_changes(db: TestDb) {
    let app = App::open(db).await;
    filled(&app).await;
    save(&app, "work", "#work").await;
    let counts = app.get("/api/v1/tasks/counts?filter=@work").await;
    assert_eq!(counts.expect(200)["open"], 3);
    let bulk = json!({"filter": {"filter": "@work & today"}, "change": {"op": "complete"}, "expected_count": 2});
    let done = app.post("/api/v1/tasks/bulk", bulk).await.expect(200);
    assert_eq!((&done["matched"], &done["changed"]), (&json!(2), &json!(2)));
    assert_eq!(listed(&app, "@work").await, [3]);
    let bulk = json!({"filter": {"filter": "p1 & @wrk"}, "change": {"op": "complete"}, "expected_count": 2});
    let refused = app.post("/api/v1/tasks/bulk", bulk).await;
    let problem = refused.refused(422, "invalid_filter");
    assert_eq!(problem["errors"][0]["pointer"], "/filter/filter");
}

async fn a_name_that_means_nothing_is_refused(db: TestDb) {
    let app = App::open(db).await;
    filled(&app).await;
    let filter = save(&app, "work", "#work").await;
    for (path, name) in [("/api/v1/tasks", "wrok"), ("/api/v1/tasks/counts", "wor")] {
        let query = percent(&format!("p1 & @{name}"));
        let refused = app.get(&format!("{path}?filter={query}")).await;
        let problem = refused.refused(422, "invalid_filter");
        let detail = format!("Column 6: There is no saved filter \"{name}\".");
        assert_eq!(problem["errors"][0]["pointer"], "filter");
        assert_eq!(problem["errors"][0]["detail"], detail);
        let hint = problem["hint"].as_str().unwrap();
        assert!(hint.starts_with("Did you mean \"@work\"?"), "{hint}");
    }
    // The tag that it names was renamed since.
    let tags = app.get("/api/v1/tags").await.expect(200);
    let tags = tags["items"].as_array().unwrap();
    let work = tags.iter().find(|tag| tag["name"] == "Work").unwrap();
    let tag = format!("/api/v1/tags/{}", work["id"].as_str().unwrap());
    app.patch(&tag, json!({"name": "Job"})).await.expect(200);
    let refused = app.get("/api/v1/tasks?filter=@work").await;
    refused.refused(422, "unknown_tag");
    app.patch(&path(&filter), json!({"filter": "#job"}))
        .await
        .expect(200);
    assert_eq!(listed(&app, "@work").await, [1, 2, 3]);
    // Together they make one statement, which has a bound.
    let long = |n: usize| format!("p1{}", " | p2".repeat(n));
    save(&app, "long", &long(190)).await;
    save(&app, "longer", &long(195)).await;
    assert_eq!(listed(&app, "@long & p1").await, [1, 6]);
    let refused = app
        .get(&format!(
            "/api/v1/tasks?filter={}",
            percent("@long|@longer")
        ))
        .await;
    let problem = refused.refused(422, "invalid_filter");
    let detail = problem["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.starts_with("Column 7: "), "{detail}");
}

async fn counts_of_a_filter_are_those_of_its_list(db: TestDb) {
    let app = App::open(db).await;
    filled(&app).await;
    save(&app, "work", "#work | #office").await;
    app.call("POST", "/api/v1/tasks/2/complete")
        .send()
        .await
        .expect(200);
    for filter in ["@work", "p1", "!#work", "a | f", "text:\"c\"", "#office"] {
        let query = percent(filter);
        let counts = app
            .get(&format!("/api/v1/tasks/counts?days=3&filter={query}"))
            .await
            .expect(200);
        let length = |more: &str| {
            let query = format!("status=open&filter={query}{more}");
            let app = &app;
            async move { json!(numbers(app, &query).await.len()) }
        };
        assert_eq!(counts["open"], length("").await, "{filter}");
        assert_eq!(
            counts["overdue"],
            length("&is_overdue=true").await,
            "{filter}"
        );
        assert_eq!(counts["no_due"], length("&no_due=true").await, "{filter}");
        for priority in ["high", "medium", "low", "none"] {
            let expected = length(&format!("&priority={priority}")).await;
            assert_eq!(counts["priorities"][priority], expected, "{filter}");
        }
        for tag in counts["tags"].as_array().unwrap() {
            let name = tag["name"].as_str().unwrap();
            let expected = length(&format!("&tag={name}")).await;
            assert_eq!(tag["count"], expected, "{filter} {name}");
        }
        for (day, after) in [
            ("2026-11-20", "2026-11-21"),
            ("2026-11-21", "2026-11-22"),
            ("2026-11-22", "2026-11-23"),
        ] {
            let expected = length(&format!("&due_after={day}&due_before={after}")).await;
            let all = counts["days"].as_array().unwrap();
            let own = all.iter().find(|own| own["date"] == day).unwrap();
            assert_eq!(own["count"], expected, "{filter} {day}");
        }
    }
    // A word with a wrong letter is corrected, as in the list.
    app.task(json!({"title": "dentist"})).await;
    let counts = app
        .get("/api/v1/tasks/counts?filter=dentost")
        .await
        .expect(200);
    assert_eq!(counts["open"], 1);
    assert_eq!(counts["corrections"][0]["taken"], "dentist");
}

async fn filters_belong_to_one_person(db: TestDb) {
    let app = App::open(db).await;
    filled(&app).await;
    let filter = save(&app, "work", "#work").await;
    let eve = app.person("Eve").await;
    let call = |method: &str, path: &str| app.call(method, path).token(&eve.token);
    let all = call("GET", FILTERS).send().await.expect(200);
    assert_eq!(all["items"], json!([]));
    let own = call("GET", "/api/v1/tasks?filter=@work").send().await;
    own.refused(422, "invalid_filter");
    for method in ["GET", "PATCH", "DELETE"] {
        let body = json!({"name": "mine"});
        let theirs = call(method, &path(&filter));
        let theirs = match method {
            "PATCH" => theirs.json(&body),
            _ => theirs,
        };
        theirs.send().await.refused(404, "not_found");
    }
    // The same name of two people is two filters.
    let made = call("POST", FILTERS)
        .json(&json!({"name": "work", "filter": "p1"}))
        .send()
        .await;
    made.expect(201);
    assert_eq!(listed(&app, "@work").await, [1, 2, 3]);
    assert_eq!(app.get(&path(&filter)).await.expect(200), filter);
}

/// A part of a filter that names no status has the usual one, whatever the parts beside it name.
async fn no_alternative_of_a_filter_lists_the_trash(db: TestDb) {
    let app = App::open(db).await;
    for title in ["open", "done", "gone", "done and gone"] {
        app.task(json!({"title": title, "priority": "high", "tags": ["work"]}))
            .await;
    }
    for number in [2, 4] {
        let path = format!("/api/v1/tasks/{number}/complete");
        app.post(&path, json!({})).await.expect(200);
    }
    for number in [3, 4] {
        let path = format!("/api/v1/tasks/{number}");
        app.delete(&path).await.expect(200);
    }
    save(&app, "lately", "completed > -7d").await;
    for (filter, expected) in [
        ("completed:today", vec![2]),
        ("completed:today | p1", vec![1, 2]),
        ("p1 | completed:today", vec![1, 2]),
        ("#work & (completed:today | p1)", vec![1, 2]),
        ("@lately | p1", vec![1, 2]),
        ("!(completed < -7d)", vec![1, 2]),
        ("p1 & !completed:today", vec![1]),
        ("completed | p1", vec![1, 2]),
        ("status:completed & p1 | no:due", vec![1, 2]),
        ("deleted | p1", vec![1, 3, 4]),
        ("deleted & (completed:today | p1)", vec![3, 4]),
        ("deleted & completed:today", vec![4]),
        ("completed:today & (deleted | p1)", vec![2, 4]),
        ("!open & p1", vec![2, 3, 4]),
    ] {
        assert_eq!(listed(&app, filter).await, expected, "{filter}");
    }
}
