//! Bad bodies.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use super::{
    Fixtures, Operation, assert_refused, create_fixtures, everything, is_about, operations, raw,
    send,
};
use crate::support::App;

/// Fields that may contain any object.
const ANYTHING: [&str; 3] = ["/model", "/arguments", "/parts/0"];

/// Every value in a body, as a JSON pointer, except those in fields that may contain anything.
fn places(body: &Value, at: &str, all: &mut Vec<String>) {
    if !at.is_empty() {
        all.push(at.to_owned());
    }
    if ANYTHING.contains(&at) {
        return;
    }
    match body {
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, &format!("{at}/{name}"), all);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
}

/// Values of every other type.
fn of_another_type(value: &Value) -> Vec<Value> {
    let all = [
        json!(5),
        json!(1.5),
        json!(-1e300),
        json!(true),
        json!("text"),
        json!([]),
        json!(["text"]),
        json!([[]]),
        json!({}),
        json!({"text": 1}),
    ];
    let kind = std::mem::discriminant(value);
    all.into_iter()
        .filter(|other| std::mem::discriminant(other) != kind || other.is_f64())
        .collect()
}

/// The operations that read a body, each with one that it would accept.
fn writers() -> Vec<(Operation, Value)> {
    let all: Vec<(Operation, Value)> = operations()
        .into_iter()
        .filter_map(|operation| {
            let body = operation.body();
            let declared = operation.contract["requestBody"].is_object();
            assert_eq!(body.is_some(), declared, "{}", operation.template);
            body.map(|body| (operation, body))
        })
        .collect();
    assert!(all.len() >= 10);
    all
}

/// Sends the body with one value replaced, which must be refused because of that value.
async fn refuse(
    app: &App,
    fixtures: &Fixtures,
    (operation, body): &(Operation, Value),
    place: &str,
    value: Value,
) {
    let mut changed = body.clone();
    *changed.pointer_mut(place).unwrap() = value;
    let call = operation
        .call(app, &operation.path(fixtures))
        .json(&changed);
    let reply = send(call).await;
    let shown: String = changed.to_string().chars().take(300).collect();
    let what = format!(
        "{} {} {place} {shown}",
        operation.method, operation.template
    );
    let problem = assert_refused(&reply, &what);
    if reply.status == 422 {
        assert!(is_about(&problem, place), "{what}: {problem}");
    }
}

both_databases!(
    a_field_of_another_type_is_refused,
    a_field_of_hostile_text_is_refused,
    a_number_out_of_range_is_refused,
    a_field_nobody_knows_is_refused,
    what_is_not_json_is_refused,
    a_refusal_leaves_its_idempotency_key_free,
);

async fn a_field_of_another_type_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    for writer in &writers() {
        let mut all = Vec::new();
        places(&writer.1, "", &mut all);
        for place in all {
            let value = writer.1.pointer(&place).unwrap();
            for other in of_another_type(value) {
                refuse(&app, &fixtures, writer, &place, other).await;
            }
        }
    }
    assert_eq!(everything(&app).await, before);
}

async fn a_field_of_hostile_text_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    let huge = "x".repeat(900_000);
    let many = "every day tomorrow 5pm p1 #tag ".repeat(29_000);
    let texts = [
        "nul \0 inside",
        "\0",
        "\u{1b}[31mred\u{1b}[0m \u{7}",
        "\u{85}\u{9b}31m",
        &huge,
        &many,
    ];
    for writer in &writers() {
        let mut all = Vec::new();
        places(&writer.1, "", &mut all);
        for place in all {
            if writer.1.pointer(&place).is_some_and(Value::is_string) {
                for text in texts {
                    refuse(&app, &fixtures, writer, &place, text.into()).await;
                }
            }
        }
    }
    let what_is_shown_to_people = [
        ("POST", "/api/v1/tasks", "/title"),
        ("POST", "/api/v1/tasks", "/notes"),
        ("POST", "/api/v1/tasks", "/tags/0"),
        ("POST", "/api/v1/tasks/quick", "/text"),
        ("POST", "/api/v1/tags", "/name"),
        ("POST", "/api/v1/filters", "/name"),
        ("POST", "/api/v1/filters", "/filter"),
        ("POST", "/api/v1/tokens", "/label"),
    ];
    for (method, template, place) in what_is_shown_to_people {
        let writer = writers()
            .into_iter()
            .find(|(operation, _)| operation.method == method && operation.template == template)
            .unwrap();
        for text in ["gpj.\u{202E}exe", "\u{2066}isolated\u{2069}", " ", ""] {
            if !(place == "/notes" && text.trim().is_empty()) {
                refuse(&app, &fixtures, &writer, place, text.into()).await;
            }
        }
    }
    // In a conversation the character is refused everywhere.
    let path = "/api/v1/conversations/talk/messages/nul";
    for body in [
        json!({"role": "user", "parts": [{"type": "text", "text": "a\0b"}]}),
        json!({"role": "user", "parts": [{"a\0b": 1}]}),
        json!({"role": "user", "parts": [], "model": {"deep": ["\0"]}}),
    ] {
        app.put(path, body).await.refused(422, "invalid_character");
    }
    assert_eq!(everything(&app).await, before);
}

async fn a_number_out_of_range_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    for (path, template, value_of) in [
        ("/expires_in_days", "/api/v1/tokens", 3650),
        (
            "/reminders/0/minutes_before",
            "/api/v1/tasks",
            366 * 24 * 60,
        ),
    ] {
        let writer = writers()
            .into_iter()
            .find(|(operation, _)| operation.method == "POST" && operation.template == template)
            .unwrap();
        for value in [-1, value_of + 1, i64::MIN, i64::MAX] {
            refuse(&app, &fixtures, &writer, path, value.into()).await;
        }
        for text in [
            "1e400",
            "-1e400",
            "123456789012345678901234567890",
            "01",
            "+1",
            "0x10",
            "NaN",
            "1.",
        ] {
            let marked = {
                let mut body = writer.1.clone();
                *body.pointer_mut(path).unwrap() = "MARK".into();
                body.to_string().replace("\"MARK\"", text)
            };
            let call = writer.0.call(&app, template);
            assert_refused(&send(raw(call, marked)).await, text);
        }
    }
    assert_eq!(everything(&app).await, before);
}

async fn a_field_nobody_knows_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    for (operation, body) in &writers() {
        let what = format!("{} {}", operation.method, operation.template);
        let path = operation.path(&fixtures);
        for name in [
            "nobody_knows",
            "ÜÖ 🙂",
            "a/b~c",
            "`quoted`, expected `x`",
            "__proto__",
            "",
        ] {
            let mut more = body.clone();
            more[name] = 1.into();
            let reply = send(operation.call(&app, &path).json(&more)).await;
            let problem = assert_refused(&reply, &what);
            assert_eq!(problem["code"], "unknown_field", "{what}: {problem}");
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            assert_eq!(
                problem["errors"][0]["pointer"], pointer,
                "{what}: {problem}"
            );
        }
        // The error about a misspelled field names the right one.
        let known = body.as_object().unwrap().keys().next().unwrap();
        let mut misspelt = body.clone();
        misspelt[format!("{known}x")] = 1.into();
        let reply = send(operation.call(&app, &path).json(&misspelt)).await;
        let problem = assert_refused(&reply, &what);
        assert_eq!(
            problem["hint"],
            format!("Did you mean {known:?}?"),
            "{what}"
        );
        // The same field twice: it is unclear which one counts.
        let value = body[known].to_string();
        let twice = format!("{{\"{known}\":{value},\"{known}\":{value}}}");
        let reply = send(raw(operation.call(&app, &path), twice)).await;
        let problem = assert_refused(&reply, &what);
        assert_eq!(problem["code"], "duplicate_field", "{what}: {problem}");
        assert!(
            is_about(&problem, &format!("/{known}")),
            "{what}: {problem}"
        );
        // Missing required fields.
        let name =
            operation.contract["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                .as_str()
                .and_then(|path| path.rsplit('/').next())
                .unwrap_or("CompleteTask");
        let document = serde_json::to_value(taskwire_api::document()).unwrap();
        let required = &document["components"]["schemas"][name]["required"];
        for name in required.as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            let mut less = body.clone();
            less.as_object_mut().unwrap().remove(name);
            let reply = send(operation.call(&app, &path).json(&less)).await;
            let problem = assert_refused(&reply, &what);
            assert_eq!(problem["code"], "missing_field", "{what}: {problem}");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"));
            less[name] = Value::Null;
            let reply = send(operation.call(&app, &path).json(&less)).await;
            let problem = assert_refused(&reply, &what);
            assert!(is_about(&problem, &format!("/{name}")), "{what}: {problem}");
        }
    }
    assert_eq!(everything(&app).await, before);
}

async fn what_is_not_json_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    let nested = "[".repeat(10_000);
    for (operation, body) in &writers() {
        let what = format!("{} {}", operation.method, operation.template);
        let path = operation.path(&fixtures);
        let known = body.as_object().unwrap().keys().next().unwrap();
        let field = |value: &str| format!("{{\"{known}\":{value}}}").into_bytes();
        let mut bytes = vec![
            b" ".to_vec(),
            b"{".to_vec(),
            b"}".to_vec(),
            b"nonsense".to_vec(),
            b"null".to_vec(),
            b"true".to_vec(),
            b"5".to_vec(),
            b"\"text\"".to_vec(),
            b"[]".to_vec(),
            b"[\"text\"]".to_vec(),
            b"[{}]".to_vec(),
            b"{'a':1}".to_vec(),
            b"{\"a\":1,}".to_vec(),
            b"{} {}".to_vec(),
            b"\xEF\xBB\xBF{}".to_vec(),
            b"\xFF\xFE{\x00}\x00".to_vec(),
            b"<task/>".to_vec(),
            b"title=x".to_vec(),
            nested.clone().into_bytes(),
            "{\"a\":".repeat(10_000).into_bytes(),
            field(&nested),
            field("\"\\ud800\""),
            field("\"\\udc00\\ud800\""),
            field("\"\\x\""),
            field("\"unended"),
            field("\"line\nbreak\""),
            field("undefined"),
        ];
        bytes.push([b"{\"".as_slice(), known.as_bytes(), b"\":\"\xff\xc0\x80\"}"].concat());
        if !(operation.template.ends_with("/complete") || operation.template.ends_with("/skip")) {
            bytes.push(vec![]);
        }
        for sent in bytes {
            let shown = String::from_utf8_lossy(&sent)
                .chars()
                .take(60)
                .collect::<String>();
            let reply = send(raw(operation.call(&app, &path), sent)).await;
            let problem = assert_refused(&reply, &format!("{what}: {shown}"));
            assert!(
                matches!(reply.status.as_u16(), 400 | 422),
                "{what}: {shown}: {problem}"
            );
        }
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/xml",
            "json",
            "",
            ";",
            "\u{fffd}",
        ] {
            let call = operation.call(&app, &path).body(kind, body.to_string());
            send(call).await.refused(415, "unsupported_media_type");
        }
        let large = format!("{{\"{known}\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
        let reply = send(raw(operation.call(&app, &path), large)).await;
        reply.refused(413, "body_too_large");
    }
    assert_eq!(everything(&app).await, before);
}

async fn a_refusal_leaves_its_idempotency_key_free(db: TestDb) {
    let app = App::open(db).await;
    let create = |body: Value| {
        app.call("POST", "/api/v1/tasks")
            .header("idempotency-key", "once")
            .json(&body)
    };
    send(create(json!({"title": ""})))
        .await
        .refused(422, "empty_title");
    let made = send(create(json!({"title": "Milk"}))).await.expect(201);
    // Refused requests have not used up a number either.
    assert_eq!(made["number"], 1);
    send(create(json!({"title": "Bread"})))
        .await
        .refused(422, "idempotency_key_reused");
}
