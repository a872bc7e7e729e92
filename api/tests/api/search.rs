//! `GET /api/v1/tasks?search=`

use serde_json::{Value, json};
use taskwire_store::Options;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    finds_words_and_ranks_them,
    says_which_word_was_taken,
    pages_without_gaps,
    refuses_what_it_cannot_search,
    others_go_on_while_searches_wait,
    case_is_folded_in_full_everywhere,
);

async fn filled(app: &App) {
    for body in [
        json!({"title": "Call the dentist"}),
        json!({"title": "Pay rent", "notes": "ask the dentist for the bill"}),
        json!({"title": "Buy milk", "tags": ["Dentist"]}),
        json!({"title": "Canción for the Straße"}),
        json!({"title": "Old dentist"}),
        json!({"title": "Cake for the birthday of Bo 🎂"}),
        json!({"title": "水を買う"}),
    ] {
        app.task(body).await;
    }
    let complete = app.call("POST", "/api/v1/tasks/5/complete");
    complete.send().await.expect(200);
}

async fn page(app: &App, query: &str) -> Value {
    let path = format!("/api/v1/tasks?{query}");
    app.get(&path).await.expect(200)
}

fn numbers(page: &Value) -> Vec<i64> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|task| task["number"].as_i64().unwrap()).collect()
}

async fn finds_words_and_ranks_them(db: TestDb) {
    let app = App::open(db).await;
    filled(&app).await;
    for (query, expected) in [
        ("search=dentist", vec![3, 1, 2]),
        ("search=dentist&order=asc", vec![2, 1, 3]),
        ("search=dentist&sort=number", vec![1, 2, 3]),
        ("search=dentist&status=all", vec![5, 3, 1, 2]),
        ("search=DENT+the", vec![1, 2]),
        ("search=%22the+dentist%22", vec![1, 2]),
        ("search=dentist+-milk", vec![1, 2]),
        ("search=cancion+strasse", vec![4]),
        ("search=dentist&tag=dentist", vec![3]),
        ("search=%22%22%22", vec![]),
        // A single character that is a word.
        ("search=%F0%9F%8E%82", vec![6]),
        ("search=%E6%B0%B4", vec![7]),
        ("filter=dentist+%26+!milk&sort=number", vec![1, 2]),
        ("filter=dentist+%7C+cancion&sort=number", vec![1, 2, 3, 4]),
    ] {
        assert_eq!(numbers(&page(&app, query).await), expected, "{query}");
    }
    let bob = app.person("Bob").await;
    let of_bob = app
        .call("GET", "/api/v1/tasks?search=dentist")
        .token(&bob.token);
    assert_eq!(of_bob.send().await.expect(200)["items"], json!([]));
}

async fn says_which_word_was_taken(db: TestDb) {
    let app = App::open(db).await;
    filled(&app).await;
    let found = page(&app, "search=dentits").await;
    assert_eq!(numbers(&found), [3, 1, 2]);
    assert_eq!(
        found["corrections"],
        json!([{"word": "dentits", "taken": "dentist"}])
    );
    let found = page(&app, "search=dentist").await;
    assert!(found.get("corrections").is_none());
}

async fn pages_without_gaps(db: TestDb) {
    let app = App::open(db).await;
    for number in 0..9 {
        let body = match number % 3 {
            0 => json!({"title": "x", "notes": "milk"}),
            _ => json!({"title": "milk"}),
        };
        app.task(body).await;
    }
    let whole = numbers(&page(&app, "search=milk").await);
    assert_eq!(whole, [9, 8, 6, 5, 3, 2, 7, 4, 1]);
    let mut paged = Vec::new();
    let mut query = "search=milk&limit=2".to_owned();
    loop {
        let page = page(&app, &query).await;
        paged.extend(numbers(&page));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        query = format!("search=milk&limit=2&cursor={cursor}");
    }
    assert_eq!(paged, whole);
}

async fn refuses_what_it_cannot_search(db: TestDb) {
    let app = App::open(db).await;
    for (query, pointer, code) in [
        ("search=", "search", "invalid_search"),
        ("search=a", "search", "invalid_search"),
        ("search=a%00b", "search", "invalid_search"),
        ("sort=relevance", "sort", "invalid_value"),
    ] {
        let refused = app.get(&format!("/api/v1/tasks?{query}")).await;
        let problem = refused.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{query}");
    }
}

async fn others_go_on_while_searches_wait(db: TestDb) {
    let app = App::open(db).await;
    filled(&app).await;
    // All connections for searches are taken, as by slow ones.
    let mut taken = Vec::new();
    for _ in 0..Options::default().long_reads {
        taken.push(app.db.read_long().await.unwrap());
    }
    let others = async {
        for _ in 0..20 {
            app.get("/api/v1/tasks/1").await.expect(200);
            app.get("/api/v1/tasks").await.expect(200);
            app.task(json!({"title": "more"})).await;
        }
    };
    let search = app.get("/api/v1/tasks?search=dentist");
    let (refused, ()) = tokio::join!(search, others);
    let problem = refused.refused(503, "took_too_long");
    assert!(problem["hint"].is_string());
    drop(taken);
    let found = page(&app, "search=dentist").await;
    assert_eq!(numbers(&found), [3, 1, 2]);
}

/// Full case folding: `ß` is `ss` and a final sigma is a sigma, in tags, pieces of text and names of filters as in searches.
async fn case_is_folded_in_full_everywhere(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Große Straße", "tags": ["Straße"]}))
        .await;
    app.task(json!({"title": "ΟΔΟΣ", "notes": "GROSSE", "tags": ["STRASSE", "οδος"]}))
        .await;
    app.task(json!({"title": "Same", "tags": ["straẞe", "strasse"]}))
        .await;
    let tags = app.get("/api/v1/tags?usage=true").await.expect(200);
    let tags = tags["items"].as_array().unwrap().iter();
    let counted = |tag: &&Value| tag["task_count"] != 0;
    let tags: Vec<Value> = tags
        .filter(counted)
        .map(|tag| json!([tag["name"], tag["task_count"]]))
        .collect();
    assert_eq!(json!(tags), json!([["Straße", 3], ["οδος", 1]]));
    let saved = json!({"name": "Größe", "filter": "contains:STRASSE"});
    app.post("/api/v1/filters", saved.clone()).await.expect(201);
    let same = json!({"name": "GRÖSSE", "filter": "p1"});
    app.post("/api/v1/filters", same)
        .await
        .refused(409, "filter_exists");
    for (query, expected) in [
        ("tag=STRASSE", vec![1, 2, 3]),
        ("filter=#straße", vec![1, 2, 3]),
        ("tag=ΟΔΟΣ", vec![2]),
        ("q=strasse", vec![1]),
        ("q=STRAẞE", vec![1]),
        ("q=große", vec![1, 2]),
        ("q=οδος", vec![2]),
        ("q=οδοσ", vec![2]),
        ("filter=contains:STRASSE", vec![1]),
        ("filter=@grösse", vec![1]),
        ("search=GROSSE", vec![1, 2]),
    ] {
        let (name, value) = query.split_once('=').unwrap();
        let query = format!("sort=number&{name}={}", crate::hostile::percent(value));
        assert_eq!(numbers(&page(&app, &query).await), expected, "{query}");
    }
}
