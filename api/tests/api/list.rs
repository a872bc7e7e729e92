//! `GET /api/v1/tasks`

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    filters,
    sorts,
    pages_without_gaps_or_duplicates,
    a_cursor_belongs_to_its_list,
    refuses_what_it_cannot_accept,
    a_task_made_between_pages_moves_nothing,
    overdue_means_the_same_everywhere,
);

/// Six tasks, one done, one in the trash.
async fn shelf(app: &App) {
    for (minute, body) in [
        json!({"title": "Zebra", "priority": "low", "due": "2026-11-25", "tags": ["home", "garden"]}),
        json!({"title": "apple", "priority": "high", "due": "2026-11-22T10:00", "tags": ["Home"]}),
        json!({"title": "Éclair", "notes": "100% butter_cream", "priority": "medium"}),
        json!({"title": "banana", "priority": "high", "due": "2026-11-22T10:00[Asia/Tokyo]"}),
        json!({"title": "done", "due": "2026-11-21"}),
        json!({"title": "gone", "due": "2026-11-21"}),
    ]
    .into_iter()
    .enumerate()
    {
        app.at(&format!("2026-11-20T12:{minute:02}:00Z"));
        app.task(body).await;
    }
    app.at("2026-11-20T13:00:00Z");
    app.call("POST", "/api/v1/tasks/5/complete")
        .send()
        .await
        .expect(200);
    app.delete("/api/v1/tasks/6").await.expect(200);
    app.at("2026-11-20T14:00:00Z");
    app.patch("/api/v1/tasks/1", json!({"notes": "stripes"}))
        .await
        .expect(200);
}

async fn numbers(app: &App, query: &str) -> Vec<i64> {
    let page = app.get(&format!("/api/v1/tasks?{query}")).await.expect(200);
    of(&page)
}

fn of(page: &Value) -> Vec<i64> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["number"].as_i64().unwrap())
        .collect()
}

async fn filters(db: TestDb) {
    let app = App::open(db).await;
    shelf(&app).await;
    for (query, expected) in [
        ("", vec![4, 2, 1, 3]),
        ("status=open", vec![4, 2, 1, 3]),
        ("status=completed", vec![5]),
        ("status=deleted", vec![6]),
        ("status=all&sort=number", vec![1, 2, 3, 4, 5, 6]),
        ("priority=high", vec![4, 2]),
        ("priority=p3", vec![1]),
        ("priority=none&status=completed", vec![5]),
        ("tag=HOME", vec![2, 1]),
        ("tag=home,garden", vec![1]),
        ("tag_any=garden,home", vec![2, 1]),
        ("priority=low,p2", vec![1, 3]),
        ("no_due=true", vec![3]),
        ("no_due=false", vec![4, 2, 1]),
        ("recurring=true", vec![]),
        ("recurring=false", vec![4, 2, 1, 3]),
        ("is_overdue=false", vec![4, 2, 1, 3]),
        (
            "created_after=2026-11-20T12:01:00Z&created_before=2026-11-20T12:03:00Z",
            vec![2, 3],
        ),
        ("updated_after=2026-11-20T13:30:00Z", vec![1]),
        ("sort=completed", vec![5]),
        ("sort=completed&status=open", vec![]),
        ("sort=smart", vec![4, 2, 1, 3]),
        ("changed_by=program", vec![4, 2, 1, 3]),
        ("changed_by=ai", vec![]),
        ("filter=%23home+%26+!p3", vec![2]),
        ("filter=p1+%7C+no:due", vec![4, 2, 3]),
        ("filter=due+%3C+%2B3d+%26+p1&tag=home", vec![2]),
        ("filter=completed", vec![5]),
        ("filter=completed:today", vec![5]),
        ("filter=completed+%7C+deleted", vec![5, 6]),
        ("filter=!overdue", vec![4, 2, 1, 3]),
        ("filter=overdue+%7C+no:due", vec![3]),
        (
            "filter=!overdue&status=all&sort=number",
            vec![1, 2, 3, 4, 5, 6],
        ),
        ("filter=butter", vec![3]),
        ("due_before=2026-11-23", vec![4, 2]),
        ("due_before=2026-11-25", vec![4, 2]),
        ("due_before=2026-11-26", vec![4, 2, 1]),
        ("due_after=2026-11-23", vec![1]),
        ("due_after=2026-11-22T10:00", vec![2, 1]),
        (
            "due_after=2026-11-22T01:00:00Z&due_before=2026-11-22T09:00:00Z",
            vec![4],
        ),
        ("due_before=next+monday", vec![4, 2]),
        ("q=APP", vec![2]),
        ("q=%C3%A9CLAIR", vec![3]),
        ("q=100%25", vec![3]),
        ("q=butter_", vec![3]),
        ("q=_", vec![3]),
        ("q=%25a", vec![]),
        ("q=stripes", vec![1]),
        ("q=", vec![4, 2, 1, 3]),
        ("q=e&priority=low&tag=garden&due_after=2026-11-20", vec![1]),
    ] {
        assert_eq!(numbers(&app, query).await, expected, "{query}");
    }
    let bob = app.person("Bob").await;
    let page = app
        .call("GET", "/api/v1/tasks?status=all")
        .token(&bob.token)
        .send()
        .await
        .expect(200);
    assert_eq!(page, json!({"items": [], "next_cursor": null}));
}

async fn sorts(db: TestDb) {
    let app = App::open(db).await;
    shelf(&app).await;
    for (sort, natural, ascending) in [
        ("due", vec![4, 2, 1, 3], vec![4, 2, 1, 3]),
        ("created", vec![4, 3, 2, 1], vec![1, 2, 3, 4]),
        ("updated", vec![1, 4, 3, 2], vec![2, 3, 4, 1]),
        ("title", vec![2, 4, 1, 3], vec![2, 4, 1, 3]),
        ("number", vec![1, 2, 3, 4], vec![1, 2, 3, 4]),
    ] {
        assert_eq!(
            numbers(&app, &format!("sort={sort}")).await,
            natural,
            "{sort}"
        );
        assert_eq!(
            numbers(&app, &format!("sort={sort}&order=asc")).await,
            ascending,
            "{sort}"
        );
        let mut descending = ascending;
        descending.reverse();
        assert_eq!(
            numbers(&app, &format!("sort={sort}&order=desc")).await,
            descending,
            "{sort}"
        );
    }
    let misspelt = app.get("/api/v1/tasks?filter=p1+%26+priorty:high").await;
    let problem = misspelt.refused(422, "invalid_filter");
    let detail = problem["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.starts_with("Column 6: "), "{detail}");
    assert_eq!(problem["hint"], "Did you mean \"priority\"?");
    // Ties are broken by id, and ids are created in order of time.
    assert_eq!(numbers(&app, "sort=priority").await, [4, 2, 3, 1]);
    assert_eq!(numbers(&app, "sort=priority&order=asc").await, [1, 3, 2, 4]);
}

async fn all_pages(app: &App, query: &str) -> Vec<i64> {
    let mut all = vec![];
    let mut path = format!("/api/v1/tasks?{query}");
    loop {
        let page = app.get(&path).await.expect(200);
        all.extend(of(&page));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/tasks?{query}&cursor={cursor}"),
            None => return all,
        }
    }
}

async fn pages_without_gaps_or_duplicates(db: TestDb) {
    let app = App::open(db).await;
    for n in 0..11 {
        // Many ties, so that a page ends within one.
        let due = ["2026-12-01", "2026-12-01T09:00"].get(n % 3);
        let priority = ["high", "none"][n % 2];
        app.task(json!({"title": format!("Task {}", n % 4), "due": due, "priority": priority}))
            .await;
    }
    for sort in ["due", "created", "updated", "priority", "title", "number"] {
        for order in ["asc", "desc"] {
            let list = format!("sort={sort}&order={order}");
            let whole = numbers(&app, &list).await;
            assert_eq!(whole.len(), 11);
            for limit in [1, 3, 10, 11] {
                let paged = all_pages(&app, &format!("{list}&limit={limit}")).await;
                assert_eq!(paged, whole, "{list} by {limit}");
            }
        }
    }
    let page = app.get("/api/v1/tasks?limit=11").await.expect(200);
    assert_eq!(page["next_cursor"], Value::Null);
    let page = app.get("/api/v1/tasks?limit=200").await.expect(200);
    assert_eq!(of(&page).len(), 11);
}

async fn a_task_made_between_pages_moves_nothing(db: TestDb) {
    let app = App::open(db).await;
    for n in 1..=4 {
        app.task(json!({"title": "x", "due": format!("2026-12-0{n}")}))
            .await;
    }
    let first = app.get("/api/v1/tasks?limit=2").await.expect(200);
    app.task(json!({"title": "early", "due": "2026-11-30"}))
        .await;
    app.delete("/api/v1/tasks/2").await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    // Another page size is the same list.
    let rest = numbers(&app, &format!("limit=50&cursor={cursor}")).await;
    assert_eq!(rest, [3, 4]);
}

async fn a_cursor_belongs_to_its_list(db: TestDb) {
    let app = App::open(db).await;
    for _ in 0..3 {
        app.task(json!({"title": "x"})).await;
    }
    let page = app
        .get("/api/v1/tasks?limit=1&priority=none")
        .await
        .expect(200);
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    for query in [
        "",
        "priority=high",
        "priority=none&status=all",
        "priority=none&sort=title",
        "priority=none&order=desc",
        "priority=none&q=x",
        "priority=none&filter=x",
        "priority=none&tag=work",
        "priority=none&due_before=2026-12-01",
    ] {
        let problem = app
            .get(&format!("/api/v1/tasks?{query}&cursor={cursor}"))
            .await
            .refused(422, "invalid_cursor");
        assert_eq!(problem["errors"][0]["pointer"], "cursor");
    }
    let path = |cursor: &str| format!("/api/v1/tasks?priority=none&cursor={cursor}");
    app.get(&path(&cursor)).await.expect(200);
    let bob = app.person("Bob").await;
    app.call("GET", &path(&cursor))
        .token(&bob.token)
        .send()
        .await
        .refused(422, "invalid_cursor");
    // Each character counts.
    for at in 0..cursor.len() {
        let mut bent = cursor.clone().into_bytes();
        bent[at] = if bent[at] == b'B' { b'C' } else { b'B' };
        let bent = String::from_utf8(bent).unwrap();
        app.get(&path(&bent)).await.refused(422, "invalid_cursor");
    }
    for bent in ["", "x", "AAAA", "%00", &cursor[1..]] {
        app.get(&path(bent)).await.refused(422, "invalid_cursor");
    }
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    let long = format!("q={}", "x".repeat(201));
    for (query, pointer, code) in [
        ("limit=0", "limit", "invalid_limit"),
        ("limit=201", "limit", "invalid_limit"),
        ("limit=-1", "limit", "invalid_type"),
        ("limit=many", "limit", "invalid_type"),
        ("status=lost", "status", "invalid_value"),
        ("sort=color", "sort", "invalid_value"),
        ("order=up", "order", "invalid_value"),
        ("priority=huge", "priority", "invalid_priority"),
        ("tag=a,,b", "tag", "empty_tag"),
        ("due_before=someday", "due_before", "invalid_due"),
        ("due_after=2026-02-30", "due_after", "invalid_due"),
        ("q=a%00b", "q", "invalid_search"),
        (&long, "q", "invalid_search"),
        ("prio=high", "prio", "unknown_field"),
        ("filter=", "filter", "invalid_filter"),
        ("filter=priorty:high", "filter", "invalid_filter"),
        ("filter=%23nowhere", "filter", "unknown_tag"),
        ("tag_any=nowhere", "tag_any", "unknown_tag"),
        ("priority=high,huge", "priority", "invalid_priority"),
        ("changed_by=gemini", "changed_by", "invalid_value"),
        (
            "overdue=true&is_overdue=false",
            "overdue",
            "conflicting_parameters",
        ),
        ("created_after=someday", "created_after", "invalid_due"),
    ] {
        let problem = app
            .get(&format!("/api/v1/tasks?{query}"))
            .await
            .refused(422, code);
        assert_eq!(
            problem["errors"][0]["pointer"], pointer,
            "{query}: {problem}"
        );
        assert!(problem["hint"].is_string(), "{problem}");
    }
    app.anonymous("GET", "/api/v1/tasks")
        .send()
        .await
        .refused(401, "unauthorized");
}

/// The cases with which the domain and the page are also tested.
async fn overdue_means_the_same_everywhere(db: TestDb) {
    let app = App::open(db).await;
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../../crates/domain/testdata/overdue.json")).unwrap();
    for case in cases {
        let why = case["why"].as_str().unwrap();
        app.at("2026-03-01T12:00:00Z");
        app.patch("/api/v1/me", json!({"zone": case["zone"]}))
            .await
            .expect(200);
        let task = app.task(json!({"title": why, "due": case["due"]})).await;
        let number = task["number"].as_i64().unwrap();
        app.at(case["now"].as_str().unwrap());
        let path = format!("/api/v1/tasks/{number}");
        let is_overdue = case["overdue"].as_bool().unwrap();
        let seen = app.get(&path).await.expect(200);
        assert_eq!(seen["is_overdue"], is_overdue, "{why}");
        assert_eq!(seen["due_at"], case["due_at"], "{why}");
        let (overdue, others) = if is_overdue {
            (vec![number], vec![])
        } else {
            (vec![], vec![number])
        };
        assert_eq!(numbers(&app, "overdue=true").await, overdue, "{why}");
        assert_eq!(numbers(&app, "overdue=false").await, others, "{why}");
        let agenda = app.get("/api/v1/agenda").await.expect(200);
        let listed = agenda["overdue"].as_array().unwrap().len();
        assert_eq!(listed, overdue.len(), "{why}");
        app.delete(&path).await.expect(200);
        assert_eq!(
            numbers(&app, "overdue=true&status=all").await,
            [0; 0],
            "{why}"
        );
    }
    app.get("/api/v1/tasks?overdue=maybe")
        .await
        .refused(422, "invalid_type");
}
