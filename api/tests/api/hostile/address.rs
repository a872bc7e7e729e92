//! Bad paths, methods and query strings.

use std::collections::BTreeSet;

use taskwire_testkit::{TestDb, both_databases};

use super::{Operation, assert_refused, create_fixtures, everything, operations, percent, send};
use crate::support::{App, Call};

both_databases!(
    a_path_that_names_nothing_is_refused,
    a_query_that_cannot_be_read_is_refused,
    an_unknown_method_is_refused,
    an_unknown_path_is_refused,
);

async fn a_path_that_names_nothing_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    let long = "a".repeat(8000);
    let segments = [
        "%00",
        "%ff",
        "%c0%80",
        "%2F",
        "a%2Fb",
        "%2e%2e",
        "%2e%2e%2f",
        "%F0%9F%99%82",
        "%20",
        "%25",
        "%",
        "%zz",
        "1%00",
        "'%20OR%201=1--",
        "%3Cscript%3E",
        "%E2%80%AE",
        "*",
        "1.5",
        "1,2",
        "%7Btask%7D",
        "~",
        "@",
        &long,
    ];
    // A client may choose the id of its own conversation; it names no task and no token.
    let words = [
        "0",
        "-1",
        "007x",
        "99999999999999999999",
        "9223372036854775807",
        "null",
        "quick-",
        "1e3",
        "00000000-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000",
    ];
    for operation in operations() {
        for name in operation.segments() {
            let chosen = matches!(name, "conversation" | "message" | "approval");
            let more: &[&str] = if chosen { &[] } else { &words };
            for segment in segments.iter().chain(more) {
                let path = operation.path_with(name, segment, &fixtures);
                let mut call = operation.call(&app, &path);
                if let Some(body) = operation.body() {
                    call = call.json(&body);
                }
                let shown: String = path.chars().take(200).collect();
                let reply = send(call).await;
                let problem = assert_refused(&reply, &format!("{} {shown}", operation.method));
                assert!(
                    matches!(reply.status.as_u16(), 400 | 404 | 422),
                    "{} {shown}: {problem}",
                    operation.method
                );
            }
        }
    }
    assert_eq!(everything(&app).await, before);
}

/// Values that no parameter of that name accepts.
fn bad_values(name: &str) -> Vec<String> {
    let long = "x".repeat(5000);
    let numbers = [
        "",
        "0",
        "-1",
        "201",
        "1.5",
        "1e2",
        "abc",
        "%00",
        "4294967296",
        "99999999999999999999",
        "%2B5%20",
    ];
    let words = [
        "",
        "x",
        "OPEN",
        "%00",
        "%ff",
        "open,completed",
        "'",
        "%F0%9F%99%82",
        &long,
    ];
    let cursors = [
        "",
        "x",
        "%00",
        "%ff",
        "AAAA",
        "=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        &long,
    ];
    let of = |values: &[&str]| values.iter().map(ToString::to_string).collect();
    match name {
        "limit" => of(&numbers),
        "after" | "parent" => of(&["", "-1", "1.5", "abc", "%00", "99999999999999999999", "0x1"]),
        "status" | "priority" | "sort" | "order" | "include" | "task" | "consumer"
        | "changed_by" => of(&words),
        "due_before" | "due_after" | "completed_before" | "completed_after" | "created_before"
        | "created_after" | "updated_before" | "updated_after" => of(&[
            "",
            "x",
            "%00",
            "2026-02-30",
            "9999-99-99",
            "tomorrow%00",
            "2026-12-01T09:00%2B05:00[Europe/Rome]",
            "2026-12-01T09:00[Mars/Base]",
            "99999-01-01",
            &long,
        ]),
        "tag" | "tag_any" => of(&[
            "",
            ",",
            "a,",
            "%00",
            "a%1b",
            "%E2%80%AE",
            &long,
            &(0..21).map(|n| n.to_string()).collect::<Vec<_>>().join(","),
        ]),
        "zone" => of(&["", "x", "Rome", "Europe/Nowhere", "%00", "UTC%2B2", &long]),
        "filter" => of(&[
            "",
            "%00",
            "(",
            "a%20%26",
            "%22",
            "priorty:high",
            "due%3Csomeday",
            &long,
        ]),
        "search" => of(&["", "x", "%00", "a%00b", &percent(&"ü".repeat(201)), &long]),
        "q" => vec![
            "%00".into(),
            "a%00b".into(),
            percent(&"ü".repeat(201)),
            long,
        ],
        "cursor" => of(&cursors),
        "preview" | "overdue" | "is_overdue" | "no_due" | "recurring" | "unread" | "dry_run"
        | "keep_current" | "usage" => of(&["", "x", "1", "TRUE", "%00", &long]),
        "from" => of(&[
            "",
            "x",
            "%00",
            "2026-02-30",
            "2026-12-01T09:00[Mars/Base]",
            &long,
        ]),
        "coming" => of(&["", "-1", "101", "1.5", "abc", "%00", "4294967296"]),
        "days" => of(&["", "0", "-1", "63", "1.5", "abc", "%00", "4294967296"]),
        other => panic!("no bad values are known for {other}"),
    }
}

/// With the body that the operation would take, so that nothing is wrong but the address.
fn with_body(operation: &Operation, call: Call) -> Call {
    match operation.body() {
        Some(body) => call.json(&body),
        None => call,
    }
}

async fn a_query_that_cannot_be_read_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let mut names = BTreeSet::new();
    for operation in operations() {
        let path = operation.path(&fixtures);
        for name in operation.parameters("query") {
            names.insert(name.to_owned());
            for value in bad_values(name) {
                let query = format!("{path}?{name}={value}");
                let shown: String = query.chars().take(200).collect();
                let reply = send(with_body(&operation, operation.call(&app, &query))).await;
                let problem = assert_refused(&reply, &shown);
                let about = reply.status == 404 || problem["errors"][0]["pointer"] == name;
                assert!(about, "{shown}: {problem}");
            }
            // The first of the two must be a known parameter, or it would itself be refused.
            let value = match name {
                "overdue" | "is_overdue" | "no_due" | "recurring" | "unread" | "dry_run"
                | "keep_current" | "usage" => "true",
                _ => "1",
            };
            let query = format!("{path}?{name}={value}&{name}={value}");
            let twice = send(operation.call(&app, &query)).await;
            let problem = twice.refused(422, "duplicate_field");
            assert_eq!(problem["errors"][0]["pointer"], name, "{problem}");
            assert!(problem["hint"].is_string(), "{problem}");
        }
        if !operation.parameters("query").is_empty() {
            for query in [
                "nope=1",
                "LIMIT=1",
                "%00=1",
                "=1",
                "limit%5B%5D=1",
                "%F0%9F%99%82",
            ] {
                let reply = send(operation.call(&app, &format!("{path}?{query}"))).await;
                assert_refused(&reply, query);
                reply.refused(422, "unknown_field");
            }
        }
    }
    assert!(names.len() >= 12, "{names:?}");
}

async fn an_unknown_method_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    let all = operations();
    let templates: BTreeSet<&str> = all
        .iter()
        .map(|operation| operation.template.as_str())
        .collect();
    for template in templates {
        let known: Vec<&str> = all
            .iter()
            .filter(|operation| operation.template == template)
            .map(|operation| operation.method.as_str())
            .collect();
        let path = all
            .iter()
            .find(|operation| operation.template == template)
            .unwrap()
            .path(&fixtures);
        for method in [
            "GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "M-SEARCH", "get",
        ] {
            if !known.contains(&method) {
                let reply = send(app.call(method, &path)).await;
                assert_refused(&reply, &format!("{method} {path}"));
                reply.refused(405, "method_not_allowed");
                let allowed = reply.header("allow");
                for method in &known {
                    assert!(allowed.contains(method), "{path}: {allowed}");
                }
            }
        }
    }
    assert_eq!(everything(&app).await, before);
}

async fn an_unknown_path_is_refused(db: TestDb) {
    let app = App::open(db).await;
    for path in [
        "/nope",
        "/api",
        "/api/",
        "/api/v1",
        "/api/v2/tasks",
        "/api/v1/nope",
        "/api/v1/tasks/",
        "/api/v1/tasks/1/nope",
        "/api/v1/tasks/1/complete/",
        "/api/v1//tasks",
        "/API/V1/TASKS",
        "/api/v1/internal",
        "/api/v1/internal/nope",
        "/api/v1/../v1/tasks",
        "/api/v1/tasks%2F1",
        "/assets/nope.js",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%00",
        "/%00",
        "/%ff",
        "/.env",
        "/.git/config",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let reply = send(app.call(method, path)).await;
            assert_refused(&reply, path);
            if !path.starts_with("/assets/") {
                assert_eq!(reply.status, 404, "{path}");
            }
        }
    }
    for path in ["/assets/%ff", "/assets/%c0%80"] {
        send(app.call("GET", path))
            .await
            .refused(400, "malformed_path");
    }
}
