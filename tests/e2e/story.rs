//! The story: a weekly task is added, found and completed through every interface, and everything is in the audit log.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use serde_json::{Value, json};
use taskwire_domain::{Clock, SystemClock};

use crate::support::clients::{MCP_NAME, MCP_VERSION, Talker, Transport, chat, mcp};
use crate::support::deployment::{Deployment, Model, Shape};
use crate::support::rest::Rest;
use crate::support::stream::{Event, Follower};
use crate::support::{model, record};

const TOOLS: [&str; 12] = [
    "changes_undo",
    "tags_change",
    "tags_list",
    "tasks_add",
    "tasks_agenda",
    "tasks_complete",
    "tasks_delete",
    "tasks_find",
    "tasks_history",
    "tasks_reopen",
    "tasks_reschedule",
    "tasks_update",
];

#[tokio::test]
async fn in_one_process_on_sqlite() {
    tell(Shape::ServeSqlite).await;
}

#[tokio::test]
async fn in_one_process_on_postgres() {
    tell(Shape::ServePostgres).await;
}

#[tokio::test]
async fn in_a_process_per_part_on_postgres() {
    tell(Shape::Processes).await;
}

/// The state of one run.
struct World {
    deployment: Deployment,
    token: String,
    rest: Rest,
    live: Follower,
}

async fn tell(shape: Shape) {
    let gemini = model::start().await;
    let deployment = Deployment::start(shape, Some(Model { url: gemini.url() })).await;
    let token = deployment.token("ana");
    let rest = deployment.rest(&token);
    let live = Follower::start(&rest, "0").await;
    let world = World {
        deployment,
        token,
        rest,
        live,
    };

    for transport in [Transport::Modern, Transport::Legacy, Transport::Stdio] {
        world.by_mcp(transport).await;
    }
    world.by_chat().await;
    world.by_click().await;

    let events = record::replay(&world.rest).await;
    let last = events.last().unwrap().id();
    world
        .live
        .until("the last word", |event| event.id() == last)
        .await;
    assert_eq!(
        world.live.events(),
        events,
        "what was seen live is what is replayed"
    );
    record::check_order(&events);
    record::audit(&world.rest, &events).await;
    assert_eq!(world.deployment.dead_letters().await, 0);
}

/// Some days from now.
fn in_days(days: i64) -> Date {
    let now = SystemClock.now() + SignedDuration::from_hours(24 * days);
    now.to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

impl World {
    /// Adds, finds and completes a weekly task with an MCP client.
    async fn by_mcp(&self, transport: Transport) {
        let mut client = mcp(&self.deployment, &self.token, transport).await;
        let protocol = client.hello["protocol"].as_str().unwrap();
        match transport {
            Transport::Modern | Transport::Stdio => assert_eq!(protocol, "2026-07-28"),
            Transport::Legacy => assert!(protocol < "2026-07-28", "{protocol}"),
        }
        assert_eq!(
            client.ask(&json!({"do": "tools"})).await["tools"],
            json!(TOOLS)
        );

        let title = format!("water the plants, {transport:?}");
        let (due, rule) = match transport {
            Transport::Modern => (in_days(3), "every week"),
            Transport::Legacy => (in_days(4), "FREQ=WEEKLY"),
            Transport::Stdio => (in_days(-10), "every week"),
        };
        let task = json!({"title": title, "due": due.to_string(), "recurrence": rule, "priority": "high",
            "tags": ["Garden", "Home"]});
        let added = client
            .call(
                "tasks_add",
                json!({"tasks": [task], "request_id": format!("add-{transport:?}"), "detail": "full"}),
            )
            .await;
        let mut again = client
            .call(
                "tasks_add",
                json!({"tasks": [task], "request_id": format!("add-{transport:?}"), "detail": "full"}),
            )
            .await;
        let result = again["results"][0].as_object_mut().unwrap();
        assert_eq!(result.remove("replayed"), Some(json!(true)));
        assert_eq!(added, again, "the same call twice adds once");
        let added = &added["results"][0]["task"];
        assert_eq!(added["due"], due.to_string());
        assert_eq!(added["due_weekday"], due.strftime("%A").to_string());
        assert_eq!(added["priority"], "high");
        assert_eq!(added["tags"], json!(["Garden", "Home"]));

        let found = client
            .call(
                "tasks_find",
                json!({"query": title, "tag": "garden", "priority": "high", "detail": "full"}),
            )
            .await;
        assert_eq!(found["tasks"].as_array().unwrap().len(), 1);
        let found = &found["tasks"][0];
        let number = found["number"].as_i64().unwrap();
        assert_eq!(number, added["number"]);

        let done = json!({"tasks": [{"number": number, "occurrence": found["occurrence"]}]});
        let completed = client.call("tasks_complete", done.clone()).await;
        assert_eq!(completed["results"][0]["task"]["status"], "completed");
        client.call("tasks_complete", done).await;

        self.has_one_successor(&title, number, due).await;
        let name = format!("{MCP_NAME}/{MCP_VERSION}");
        for kind in ["task.created.v1", "task.completed.v1"] {
            let actor = self.actor(number, kind).await;
            assert_eq!(actor["via"], "mcp");
            assert_ne!(actor["token"], Value::Null);
            let client = actor["client"].as_str().unwrap();
            match transport {
                Transport::Modern | Transport::Stdio => assert_eq!(client, name),
                // The older handshake names the client once, and a stateless server does not know it in the next
                // request, which names only the library.
                Transport::Legacy => assert!(client.starts_with("python-httpx"), "{client}"),
            }
        }
    }

    /// The same in words, in the chat.
    async fn by_chat(&self) {
        let mut client = chat(&self.deployment, &self.token, "story").await;
        let title = "water the plants, chat";
        let due = in_days(5);
        let words = format!("Please water my plants every week: \"{title}\", from \"{due}\" on.");
        let added = say(&mut client, &words).await;
        let call = last_call(&added, "tasks_add", "output-available");
        let task = &call["output"]["results"][0]["task"];
        assert_eq!(task["due"], due.to_string());
        assert_eq!(task["tags"], json!(["Garden", "Home"]));
        let number = task["number"].as_i64().unwrap();
        self.names_the_turn(number, "task.created.v1", &added, &call)
            .await;

        let found = say(&mut client, &format!("Where is \"{title}\"?")).await;
        let call = last_call(&found, "tasks_find", "output-available");
        assert_eq!(call["output"]["tasks"][0]["number"], number);
        assert_eq!(
            last(&found)["parts"].as_array().unwrap().last().unwrap()["text"],
            format!("Very well: {title}.")
        );

        let done = say(&mut client, &format!("I have done \"{title}\".")).await;
        let call = last_call(&done, "tasks_complete", "output-available");
        assert_eq!(call["output"]["results"][0]["task"]["status"], "completed");
        self.names_the_turn(number, "task.completed.v1", &done, &call)
            .await;
        self.has_one_successor(title, number, due).await;
    }

    /// A deletion needs approval; if denied it does nothing, if approved it deletes. A reload shows the same
    /// conversation.
    async fn by_click(&self) {
        let mut client = chat(&self.deployment, &self.token, "clicks").await;
        let title = "an old receipt";
        let added = say(&mut client, &format!("Note down \"{title}\".")).await;
        let call = last_call(&added, "tasks_add", "output-available");
        let number = call["output"]["results"][0]["task"]["number"]
            .as_i64()
            .unwrap();
        let task = format!("/api/v1/tasks/{number}");

        let asked = say(&mut client, &format!("Throw away \"{title}\".")).await;
        let call = last_call(&asked, "tasks_delete", "approval-requested");
        assert_eq!(call["input"], json!({"numbers": [number]}));
        assert_eq!(self.rest.get(&task).await["status"], "open");
        let denied = client.ask(&json!({"do": "click", "approved": false})).await;
        assert_well(&denied);
        last_call(&denied, "tasks_delete", "output-denied");
        assert_eq!(self.rest.get(&task).await["status"], "open");

        let asked = say(&mut client, &format!("Throw away \"{title}\" after all.")).await;
        last_call(&asked, "tasks_delete", "approval-requested");
        // The page is reloaded while a question is pending: it is still there, and can be answered.
        drop(client);
        let mut client = chat(&self.deployment, &self.token, "clicks").await;
        assert_same_conversation(&client.hello["messages"], &asked["messages"]);
        assert_well(&client.ask(&json!({"do": "resume"})).await);
        let approved = client.ask(&json!({"do": "click", "approved": true})).await;
        assert_well(&approved);
        let call = last_call(&approved, "tasks_delete", "output-available");
        assert_eq!(self.rest.get(&task).await["status"], "deleted");
        self.names_the_turn(number, "task.deleted.v1", &approved, &call)
            .await;

        let mut reloaded = chat(&self.deployment, &self.token, "clicks").await;
        assert_same_conversation(&reloaded.hello["messages"], &approved["messages"]);
        let more = say(&mut reloaded, &format!("Where is \"{title}\"?")).await;
        let call = last_call(&more, "tasks_find", "output-available");
        assert_eq!(call["output"]["tasks"], json!([]));
    }

    /// The next occurrence exists once, a whole number of weeks after `due` and not in the past.
    async fn has_one_successor(&self, title: &str, number: i64, due: Date) {
        let mut next = due + 7.days();
        while next < in_days(0) {
            next += 7.days();
        }
        let is_made = |event: &Event| {
            event.kind == "task.created.v1"
                && event.after()["title"] == title
                && event.after()["number"] != number
        };
        let made = self.live.until("the next occurrence", is_made).await;
        assert_eq!(made.after()["due"], next.to_string());

        let tasks = self.rest.all("/api/v1/tasks?status=all").await;
        let series: Vec<&Value> = tasks.iter().filter(|task| task["title"] == title).collect();
        assert_eq!(series.len(), 2, "{series:#?}");
        let open: Vec<&&Value> = series
            .iter()
            .filter(|task| task["status"] == "open")
            .collect();
        assert_eq!(open.len(), 1);
        assert_eq!(open[0]["due"], next.to_string());
        assert_eq!(open[0]["due_weekday"], due.strftime("%A").to_string());
        assert_eq!(open[0]["tags"], json!(["Garden", "Home"]));
        assert_eq!(open[0]["priority"], "high");

        let live = self.live.events();
        let told: Vec<(&str, &Value)> = live
            .iter()
            .filter(|event| event.after()["title"] == title)
            .map(|event| (event.kind.as_str(), &event.after()["number"]))
            .collect();
        let (first, second) = (json!(number), &open[0]["number"]);
        assert_eq!(
            told,
            [
                ("task.created.v1", &first),
                ("task.completed.v1", &first),
                ("task.created.v1", second)
            ]
        );
        let actor = &made.data["data"]["actor"];
        assert_eq!(
            (&actor["via"], &actor["client"]),
            (&json!("consumer"), &json!("taskwire-recurrence"))
        );
    }

    /// The actor of a change, according to the audit log.
    async fn actor(&self, number: i64, kind: &str) -> Value {
        let is_it = |line: &Value| line["number"] == number && line["type"] == kind;
        let lines = taskwire_testkit::eventually(crate::support::LIMIT, || async {
            let log = self.rest.all("/api/v1/audit").await;
            let lines: Vec<Value> = log.into_iter().filter(is_it).collect();
            (!lines.is_empty()).then_some(lines)
        })
        .await;
        assert_eq!(lines.len(), 1, "{lines:#?}");
        lines[0]["actor"].clone()
    }

    async fn names_the_turn(&self, number: i64, kind: &str, answer: &Value, call: &Value) {
        let actor = self.actor(number, kind).await;
        assert_eq!(actor["via"], "chat");
        assert_eq!(actor["chat_turn"], last(answer)["id"]);
        assert_eq!(actor["tool_call"], call["toolCallId"]);
        let client = actor["client"].as_str().unwrap();
        assert!(client.starts_with("taskwire-chat/"), "{client}");
    }
}

async fn say(client: &mut Talker, words: &str) -> Value {
    let answer = client.ask(&json!({"do": "say", "text": words})).await;
    assert_well(&answer);
    answer
}

#[track_caller]
fn assert_well(answer: &Value) {
    assert_eq!(answer["status"], "ready", "{answer:#}");
    assert!(answer["error"].is_null(), "{answer:#}");
}

/// The newest message, which must be the assistant's.
#[track_caller]
fn last(answer: &Value) -> &Value {
    let message = answer["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(message["role"], "assistant", "{answer:#}");
    message
}

/// The newest call of the newest message.
#[track_caller]
fn last_call(answer: &Value, tool: &str, state: &str) -> Value {
    let parts = last(answer)["parts"].as_array().unwrap();
    let call = parts.iter().rfind(|part| part["type"] == "dynamic-tool");
    let call = call.unwrap_or_else(|| panic!("no call in {answer:#}"));
    assert_eq!(
        (&call["toolName"], &call["state"]),
        (&json!(tool), &json!(state)),
        "{answer:#}"
    );
    call.clone()
}

/// The stored message equals the streamed one.
#[track_caller]
fn assert_same_conversation(kept: &Value, streamed: &Value) {
    let outline = |messages: &Value| -> Vec<Value> {
        let parts = |message: &Value| -> Vec<Value> {
            let parts = message["parts"].as_array().unwrap().iter();
            let content = parts.filter(|part| part["type"] != "step-start");
            content
                .map(|part| {
                    json!([
                        part["type"],
                        part["text"],
                        part["toolName"],
                        part["toolCallId"],
                        part["state"],
                        part["input"],
                        part["output"],
                        part["approval"]["id"]
                    ])
                })
                .collect()
        };
        let messages = messages.as_array().unwrap().iter();
        messages
            .map(|message| json!([message["id"], message["role"], parts(message)]))
            .collect()
    };
    assert_eq!(outline(kept), outline(streamed));
}
