//! The ids of another user, in every place of every request that can hold one.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use taskwire_testkit::TestDb;

use crate::hostile::{
    Fixtures, Operation, create_fixtures, create_fixtures_of, everything, operations, percent, send,
};
use crate::support::{App, Person, Reply};

use super::places::Kind::{
    self, Change, Channel, Conversation, Credential, Cursor, Expression, Filter, InConversation,
    Notification, OfServer, Series, Tag, TagName, Task, Turn,
};
use super::places::{IDS, places};

/// The operations that create what their path names.
const CREATORS: [&str; 2] = [
    "PUT /api/v1/conversations/{conversation}/messages/{message}",
    "PUT /api/v1/conversations/{conversation}/approvals/{approval}",
];

/// Where a field is in a body, as JSON pointers: its first value, if it is a list.
fn pointers(body: &Value, name: &str, at: &str, found: &mut Vec<String>) {
    match body {
        Value::Object(fields) => {
            for (own, field) in fields {
                let at = format!("{at}/{own}");
                match field {
                    Value::Array(_) if own == name => found.push(format!("{at}/0")),
                    _ if own == name => found.push(at),
                    _ => pointers(field, name, &at, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, name, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// What the two users have.
struct Users<'a> {
    app: &'a App,
    adas: Fixtures,
    notification: String,
    cursors: Vec<String>,
}

const NOWHERE: &str = "01a1f8d3-0000-7000-8000-000000000000";

impl Users<'_> {
    /// Ids of Ada's, each with one of the same form that does not exist.
    fn ids(&self, operation: &Operation, kind: Kind) -> Vec<(String, String)> {
        let pair = |theirs: &str, missing: &str| vec![(theirs.to_owned(), missing.to_owned())];
        match kind {
            Task => pair(&self.adas.task, NOWHERE),
            Tag => pair(&self.adas.tag, NOWHERE),
            Series => pair(&self.adas.series, NOWHERE),
            Filter => pair(&self.adas.filter, NOWHERE),
            Change => pair(&self.adas.change, NOWHERE),
            Turn => pair("turn-ada", "turn-eve"),
            Credential if operation.template.contains("/invitations/") => {
                pair(&self.adas.invitation, NOWHERE)
            }
            Credential if operation.template.contains("/grants/") => {
                pair(&self.adas.grant, NOWHERE)
            }
            Credential => pair(&self.adas.token, NOWHERE),
            Channel => pair(&self.adas.channel, NOWHERE),
            Notification => pair(&self.notification, NOWHERE),
            Conversation => pair(&self.adas.conversation, "gone"),
            InConversation => pair("private", "nothing"),
            TagName => pair("hidden", "absent"),
            Expression => {
                let tag = ("#hidden".to_owned(), "#absent".to_owned());
                vec![tag, ("@secret".into(), "@absent".into())]
            }
            Cursor => {
                let missing = |cursor: &String| (cursor.clone(), "x".repeat(cursor.len()));
                self.cursors.iter().map(missing).collect()
            }
            OfServer => vec![],
        }
    }

    /// The response to another user, who sends this in the place.
    async fn ask(
        &self,
        eve: &(Person, Fixtures),
        operation: &Operation,
        place: &str,
        value: &str,
    ) -> Vec<Reply> {
        let (person, fixtures) = eve;
        let (kind, name) = place.split_once(' ').unwrap();
        let mut path = operation.path(fixtures);
        match kind {
            "path" => path = operation.path_with(name, value, fixtures),
            "query" => path = format!("{path}?{name}={}", percent(value)),
            _ => {}
        }
        let mut bodies = vec![operation.body()];
        if kind == "body" {
            let body = operation.body().unwrap();
            let mut found = vec![];
            pointers(&body, name, "", &mut found);
            if found.is_empty() {
                // A parameter of the list, which the example leaves out.
                let mut body = body.clone();
                body["filter"][name] = value.into();
                bodies = vec![Some(body)];
            } else {
                bodies = found
                    .iter()
                    .map(|pointer| {
                        let mut body = body.clone();
                        let place = body.pointer_mut(pointer).unwrap();
                        // A bulk change has the parameters of a list instead of an expression.
                        *place = match place {
                            Value::Object(_) => json!({name: value}),
                            _ => value.into(),
                        };
                        Some(body)
                    })
                    .collect();
            }
        }
        let mut replies = vec![];
        for body in bodies {
            let mut call = if operation.is_internal() {
                self.app.service(&operation.method, &path, person.id())
            } else {
                let call = self.app.call(&operation.method, &path);
                call.token(&person.token)
            };
            if let Some(body) = body {
                call = call.json(&body);
            }
            // The same id, so that two responses differ in nothing else.
            replies.push(send(call.header("x-request-id", "same")).await);
        }
        replies
    }
}

/// Fires a reminder of Ada's, and returns its notification.
async fn notification(app: &App) -> String {
    let task =
        json!({"title": "Call", "due": "2026-11-20T13:31", "reminders": [{"minutes_before": 30}]});
    app.task(task).await;
    app.at("2026-11-20T12:01:01Z");
    let fire = "/api/v1/internal/reminders/fire";
    app.service("POST", fire, app.ada.id())
        .send()
        .await
        .expect(200);
    let all = app.get("/api/v1/notifications").await.expect(200);
    all["items"][0]["id"].as_str().unwrap().to_owned()
}

/// Cursors of Ada's, of several lists.
async fn cursors(app: &App, adas: &Fixtures) -> Vec<String> {
    let history = format!("tasks/{}/history", adas.task);
    let mut all = vec![];
    for list in ["tasks", "changes", history.as_str()] {
        let page = app
            .get(&format!("/api/v1/{list}?limit=1"))
            .await
            .expect(200);
        all.push(page["next_cursor"].as_str().unwrap().to_owned());
    }
    all
}

/// Everything of Ada's, without what the server has of all users.
async fn adas_own(app: &App) -> Value {
    let mut all = everything(app).await;
    for name in ["events", "reminder"] {
        all.as_object_mut().unwrap().remove(name);
    }
    all
}

pub(super) async fn ids_of_others_are_like_ids_that_do_not_exist(db: TestDb) {
    let app = App::open(db).await;
    let adas = create_fixtures(&app).await;
    let notification = notification(&app).await;
    for (path, body) in [
        ("tasks", json!({"title": "Plan", "tags": ["hidden"]})),
        ("filters", json!({"name": "secret", "filter": "#hidden"})),
    ] {
        app.post(&format!("/api/v1/{path}"), body).await.expect(201);
    }
    app.call("POST", "/api/v1/tags")
        .header("taskwire-chat-turn", "turn-ada")
        .json(&json!({"name": "Attic"}))
        .send()
        .await
        .expect(201);
    let message = json!({"role": "user", "parts": []});
    let private = "/api/v1/conversations/talk/messages/private";
    app.put(private, message).await.expect(200);
    let patched = format!("/api/v1/tasks/{}", adas.task);
    app.patch(&patched, json!({"notes": "Twice"}))
        .await
        .expect(200);
    let users = Users {
        app: &app,
        notification,
        cursors: cursors(&app, &adas).await,
        adas,
    };
    let before = adas_own(&app).await;
    let mut compared = BTreeSet::new();
    let document = serde_json::to_value(taskwire_api::document()).unwrap();
    for (index, operation) in operations().iter().enumerate() {
        let person = app.person(&format!("Eve {index}")).await;
        let number = 100 + u128::try_from(index).unwrap();
        let fixtures = create_fixtures_of(&app, &person, "own", number).await;
        let eve = (person, fixtures);
        for place in places(&document, operation) {
            let Some((_, kind)) = IDS.iter().find(|(known, _)| *known == place) else {
                continue;
            };
            for (theirs, missing) in users.ids(operation, *kind) {
                let what = format!("{} {place} {theirs}", operation.name());
                let seen = users.ask(&eve, operation, &place, &theirs).await;
                let expected = users.ask(&eve, operation, &place, &missing).await;
                for (seen, expected) in seen.iter().zip(&expected) {
                    let is_created = CREATORS.contains(&operation.name().as_str());
                    let is_refused = matches!(expected.status.as_u16(), 404 | 422);
                    assert!(is_created || is_refused, "{what}: {}", expected.text());
                    assert_eq!(seen.status, expected.status, "{what}: {}", seen.text());
                    assert_eq!(seen.headers, expected.headers, "{what}");
                    // An error quotes a name without what marks it.
                    let plain = |id: &str| id.trim_start_matches(['#', '@']).to_owned();
                    let seen = seen.text().replace(&plain(&theirs), "…");
                    let expected = expected.text().replace(&plain(&missing), "…");
                    assert_eq!(seen, expected, "{what}");
                    compared.insert(place.clone());
                }
            }
        }
    }
    let places = IDS.iter().filter(|(_, kind)| *kind != OfServer);
    let places: BTreeSet<String> = places.map(|(place, _)| (*place).to_owned()).collect();
    assert_eq!(compared, places, "these were compared");
    assert_eq!(adas_own(&app).await, before);
}
