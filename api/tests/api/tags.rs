//! `/api/v1/tags`

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    new_users_have_five_tags,
    makes_a_tag,
    refuses_what_it_cannot_accept
);

const TAGS: &str = "/api/v1/tags";

fn names(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect()
}

async fn new_users_have_five_tags(db: TestDb) {
    let app = App::open(db).await;
    let page = app.get(TAGS).await.expect(200);
    assert_eq!(
        names(&page),
        ["Finance", "Health", "Personal", "Shopping", "Work"]
    );
    assert_eq!(page["next_cursor"], Value::Null);
    app.task(json!({"title": "x", "tags": ["WORK", "éclair"]}))
        .await;
    let page = app.get(TAGS).await.expect(200);
    assert_eq!(
        names(&page),
        [
            "Finance", "Health", "Personal", "Shopping", "Work", "éclair"
        ]
    );
    app.anonymous("GET", TAGS)
        .send()
        .await
        .refused(401, "unauthorized");
}

async fn makes_a_tag(db: TestDb) {
    let app = App::open(db).await;
    let tag = app
        .post(TAGS, json!({"name": " Garden ", "color": "#AABBCC"}))
        .await
        .expect(201);
    allow_duplicates! { assert_json_snapshot!(tag, {".id" => "[id]"}, @r##"
    {
      "color": "#aabbcc",
      "id": "[id]",
      "name": "Garden"
    }
    "##) };
    let events = app.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["type"], "tag.created.v1");
    assert_eq!(events[0]["subject"], tag["id"]);
    assert_eq!(events[0]["data"]["tag"], tag);
    let tag = app.post(TAGS, json!({"name": "Books"})).await.expect(201);
    assert!(tag["color"].as_str().unwrap().starts_with('#'));
    // Another user may have one of that name.
    let bob = app.person("Bob").await;
    app.call("POST", TAGS)
        .token(&bob.token)
        .json(&json!({"name": "Garden"}))
        .send()
        .await
        .expect(201);
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    for (body, pointer, code) in [
        (json!({"name": ""}), "/name", "empty_tag"),
        (json!({"name": "x".repeat(51)}), "/name", "too_long"),
        (json!({"name": "a,b"}), "/name", "invalid_tag"),
        (
            json!({"name": "x", "color": "red"}),
            "/color",
            "invalid_color",
        ),
        (
            json!({"name": "x", "colour": "#aabbcc"}),
            "/colour",
            "unknown_field",
        ),
        (json!({}), "/name", "missing_field"),
    ] {
        let problem = app.post(TAGS, body.clone()).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    app.post(TAGS, json!({"name": "wORK"}))
        .await
        .refused(409, "tag_exists");
    let create = |kind: &str, body: &str| app.call("POST", TAGS).body(kind, body.to_owned());
    create("text/plain", "{}")
        .send()
        .await
        .refused(415, "unsupported_media_type");
    create("application/json", "}")
        .send()
        .await
        .refused(400, "malformed_json");
    app.anonymous("POST", TAGS)
        .json(&json!({"name": "x"}))
        .send()
        .await
        .refused(401, "unauthorized");
    let reader = app.token("Ada", &["read"]).await;
    create("application/json", "{}")
        .token(&reader)
        .send()
        .await
        .refused(403, "insufficient_scope");
    assert!(app.happened().await.is_empty());
    assert_eq!(names(&app.get(TAGS).await.expect(200)).len(), 5);
}
