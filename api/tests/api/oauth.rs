//! The authorization server: the flow, and the attacks on it.

mod attacks;
mod external;
mod flow;
mod grants;
mod standards;

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use taskwire_domain::Clock;
use taskwire_http::{DocumentError, Documents};
use taskwire_store::GrantRow;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::session;
use crate::support::{ADDRESS, App, Call, Person, Reply};

/// The id of a client, which is the address of its document.
const CLIENT: &str = "https://app.example/client.json";
const OTHER_CLIENT: &str = "https://other.example/client.json";
/// Its document says that it is [`CLIENT`].
const LIAR: &str = "https://liar.example/client.json";
const CALLBACK: &str = "https://app.example/callback";
const RESOURCE: &str = "https://tasks.example/mcp";
const VERIFIER: &str = "a-verifier-that-has-at-least-forty-three-characters";
const STATE: &str = "state & more";

/// The documents of the clients.
#[derive(Debug)]
pub(crate) struct FakeDocuments;

impl Documents for FakeDocuments {
    fn read(&self, url: Url, _: usize) -> BoxFuture<'_, Result<Vec<u8>, DocumentError>> {
        let client = |id: &str, callback: &str| json!({"client_id": id, "client_name": "<b>App</b>", "redirect_uris": [callback, "http://127.0.0.1/callback"]});
        let found = match url.as_str() {
            CLIENT => Ok(client(CLIENT, CALLBACK).to_string().into_bytes()),
            OTHER_CLIENT => Ok(client(OTHER_CLIENT, "https://other.example/callback")
                .to_string()
                .into_bytes()),
            LIAR => Ok(client(CLIENT, "https://liar.example/callback")
                .to_string()
                .into_bytes()),
            _ => Err(DocumentError::Unreachable),
        };
        Box::pin(async { found })
    }
}

/// A connected app of a person, without tokens; returns its id.
pub(crate) async fn grant(app: &App, person: &Person) -> String {
    let now = app.clock.now();
    let row = GrantRow {
        id: app.ids.next(now),
        owner: person.id(),
        client_id: CLIENT.into(),
        client_name: "Claude Code".into(),
        redirect_uri: "http://127.0.0.1:33418/callback".into(),
        resource: RESOURCE.into(),
        scopes: "read write".into(),
        created_at: now,
        last_used_at: now,
        expires_at: now + SignedDuration::from_hours(24),
    };
    let mut tx = app.db.begin().await.unwrap();
    tx.insert_grant(&row).await.unwrap();
    tx.commit().await.unwrap();
    row.id.to_string()
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// A good request of the client, with some parameters replaced, or left out where the value is empty.
fn query(changes: &[(&str, &str)]) -> String {
    let challenge = challenge(VERIFIER);
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", CALLBACK),
        ("state", STATE),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("resource", RESOURCE),
        ("scope", "read write"),
    ];
    for (name, value) in changes {
        pairs.retain(|(own, _)| own != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    encoded(&pairs)
}

/// A request of a browser on the page of this server.
fn browser(app: &App, method: &str, query: &str, cookie: &str) -> Call {
    app.anonymous(method, &format!("/oauth/authorize?{query}"))
        .header("host", "tasks.example")
        .header("origin", ADDRESS)
        .header("cookie", cookie)
}

fn form(call: Call, pairs: &[(&str, &str)]) -> Call {
    call.body("application/x-www-form-urlencoded", encoded(pairs))
}

/// The proof on the page that asks.
fn csrf(page: &Reply) -> String {
    let text = page.text();
    let (_, rest) = text.split_once("name=\"csrf\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// What the client is told, by the name of the parameter.
fn told(reply: &Reply) -> Value {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    let url = Url::parse(reply.header("location")).unwrap();
    assert!(url.as_str().starts_with(CALLBACK), "{url}");
    let pairs = url.query_pairs();
    pairs
        .map(|(name, value)| (name.into_owned(), Value::from(value)))
        .collect()
}

/// Says yes to a request; returns the code.
async fn code_for(app: &App, query: &str) -> String {
    let cookie = session::signed_in(app).await;
    let page = browser(app, "GET", query, &cookie).raw().await;
    let answer = [("csrf", &*csrf(&page)), ("action", "allow")];
    let reply = form(browser(app, "POST", query, &cookie), &answer)
        .raw()
        .await;
    let url = Url::parse(reply.header("location")).unwrap();
    let code = url.query_pairs().find(|(name, _)| name == "code").unwrap();
    code.1.into_owned()
}

/// A request to the token endpoint, with some parameters replaced, or left out where the value is empty.
async fn ask(app: &App, good: &[(&str, &str)], changes: &[(&str, &str)]) -> Reply {
    let mut pairs = good.to_vec();
    for (name, value) in changes {
        pairs.retain(|(own, _)| own != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    form(app.anonymous("POST", "/oauth/token"), &pairs)
        .raw()
        .await
}

async fn redeem(app: &App, code: &str, changes: &[(&str, &str)]) -> Reply {
    let good = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", CLIENT),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("resource", RESOURCE),
    ];
    ask(app, &good, changes).await
}

async fn renew(app: &App, refresh: &str, changes: &[(&str, &str)]) -> Reply {
    let good = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", CLIENT),
        ("resource", RESOURCE),
    ];
    ask(app, &good, changes).await
}

/// An access token and a refresh token.
#[derive(Clone, Debug)]
struct Tokens {
    access: String,
    refresh: String,
}

fn tokens_of(reply: &Reply) -> Tokens {
    let issued = reply.expect(200);
    let text = |name: &str| issued[name].as_str().unwrap().to_owned();
    assert_eq!(issued["token_type"], "Bearer");
    assert_eq!(reply.header("cache-control"), "no-store");
    Tokens {
        access: text("access_token"),
        refresh: text("refresh_token"),
    }
}

async fn tokens(app: &App) -> Tokens {
    tokens_with(app, "read write").await
}

async fn tokens_with(app: &App, scope: &str) -> Tokens {
    let code = code_for(app, &query(&[("scope", scope)])).await;
    tokens_of(&redeem(app, &code, &[]).await)
}

/// What the MCP server at an address does with the token of its client.
async fn exchange(app: &App, token: &str, server: &str) -> Reply {
    let body = json!({"token": token, "server": server});
    let call = app.anonymous("POST", "/api/v1/internal/credentials");
    call.token(crate::support::SERVICE).json(&body).raw().await
}

/// The internal credential for a token.
async fn credential(app: &App, token: &str) -> String {
    let exchanged = exchange(app, token, RESOURCE).await.expect(200);
    exchanged["credential"].as_str().unwrap().to_owned()
}

#[track_caller]
fn is_error(reply: &Reply, code: &str) {
    let problem = reply.expect(400);
    assert_eq!(problem["error"], code, "{problem}");
    assert!(problem["error_description"].is_string());
}

/// Neither token can be used any longer.
async fn have_ended(app: &App, tokens: &Tokens) {
    exchange(app, &tokens.access, RESOURCE).await.expect(401);
    is_error(&renew(app, &tokens.refresh, &[]).await, "invalid_grant");
}
