//! Access tokens of another authorization server, and forged ones.

use std::sync::Arc;

use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};
use taskwire_api::{ExternalIssuer, OAuth};
use taskwire_domain::Clock;
use taskwire_http::{PublicDocuments, PublicUrl};
use taskwire_testkit::{Issuer, TestDb, both_databases};

use super::{RESOURCE, tokens};
use crate::support::{ADDRESS, App, Reply, SERVICE};

both_databases!(
    a_token_of_another_server_is_for_the_user_it_names,
    forged_tokens_are_refused,
    a_new_key_is_found_and_unknown_ones_are_not_looked_for_each_time,
    a_server_on_a_private_network_is_called_only_if_that_is_allowed,
    another_server_issues_the_tokens_instead,
);

/// Taskwire with another authorization server.
struct World {
    app: App,
    issuer: Issuer,
    router: Router,
}

fn settings(issuer: &str, documents: PublicDocuments) -> OAuth {
    let external = ExternalIssuer::new(issuer, "preferred_username", Arc::new(documents));
    OAuth {
        public_url: PublicUrl::parse(ADDRESS).unwrap(),
        external: Some(Arc::new(external.unwrap())),
        ..OAuth::default()
    }
}

impl World {
    async fn open(db: TestDb) -> Self {
        let app = App::open(db).await;
        let issuer = Issuer::start().await;
        let documents = PublicDocuments::with_private().unwrap();
        let router = app.instance_with(settings(&issuer.url(), documents)).await;
        Self {
            app,
            issuer,
            router,
        }
    }

    /// Good claims, with some replaced, or left out where they are null.
    fn claims(&self, changes: &Value) -> Value {
        let now = self.app.clock.now().as_second();
        let mut claims = json!({"iss": self.issuer.url(), "aud": RESOURCE, "sub": "f3a1", "preferred_username": "Ada",
            "scope": "openid read write", "client_id": "a host", "exp": now + 3600, "nbf": now});
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        claims
    }

    fn token(&self, changes: &Value) -> String {
        self.issuer.sign(&self.claims(changes))
    }

    /// What the MCP server does with the token of its client.
    async fn exchange(&self, token: &str) -> Reply {
        let body = json!({"token": token, "server": RESOURCE});
        let call = self.app.anonymous("POST", "/api/v1/internal/credentials");
        call.to(&self.router).token(SERVICE).json(&body).raw().await
    }

    async fn credential(&self, token: &str) -> String {
        let exchanged = self.exchange(token).await.expect(200);
        exchanged["credential"].as_str().unwrap().to_owned()
    }
}

async fn a_token_of_another_server_is_for_the_user_it_names(db: TestDb) {
    let world = World::open(db).await;
    let app = &world.app;
    let task = app.task(json!({"title": "a"})).await;
    let path = format!("/api/v1/tasks/{}", task["number"]);
    for (scope, read, write, delete) in [
        (json!("openid read"), 200, 403, 403),
        (json!("read write"), 200, 200, 403),
        (json!("read write delete"), 200, 200, 200),
    ] {
        let token = world.token(&json!({"scope": scope}));
        let credential = world.credential(&token).await;
        let call = |method: &str| {
            app.anonymous(method, &path)
                .to(&world.router)
                .token(&credential)
        };
        call("GET").send().await.expect(read);
        let change = call("PATCH").json(&json!({"notes": scope}));
        change.send().await.expect(write);
        call("DELETE").send().await.expect(delete);
        // It is for the MCP server, and manages no credentials.
        let rest = app.anonymous("GET", &path).to(&world.router).token(&token);
        rest.send().await.expect(401);
        let made = app.anonymous("POST", "/api/v1/tokens").to(&world.router);
        let made = made.token(&credential).json(&json!({"label": "x"}));
        made.send().await.refused(403, "insufficient_scope");
    }
    // Both are no tokens of the list.
    let listed = app.get("/api/v1/tokens").await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    // Other spellings of the claims, and a name in other letters.
    for changes in [
        json!({"scope": null, "scp": ["read"]}),
        json!({"aud": ["https://other.example", RESOURCE]}),
        json!({"preferred_username": "ADA"}),
        json!({"nbf": null, "client_id": null, "azp": "a host"}),
    ] {
        world.exchange(&world.token(&changes)).await.expect(200);
    }
    // It ends when it says, and is checked once: the keys were read once.
    let token = world.token(&json!({"exp": app.clock.now().as_second() + 600}));
    let credential = world.credential(&token).await;
    world.exchange(&token).await.expect(200);
    assert_eq!(world.issuer.reads(), 1);
    app.clock.advance(SignedDuration::from_mins(10));
    world.exchange(&token).await.expect(401);
    let call = app.anonymous("GET", &path).to(&world.router);
    call.token(&credential).send().await.expect(401);
}

async fn forged_tokens_are_refused(db: TestDb) {
    let world = World::open(db).await;
    let now = world.app.clock.now().as_second();
    let good = world.token(&json!({}));
    let unsigned = |algorithm: &str| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({"alg": algorithm, "typ": "at+jwt", "kid": "key-0"});
        format!("{}.{}.", part(&header), part(&world.claims(&json!({}))))
    };
    let with = |change: fn(&mut Header)| {
        let mut header = Header::new(Algorithm::ES256);
        change(&mut header);
        world.issuer.sign_as(&header, &world.claims(&json!({})))
    };
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let claims = URL_SAFE_NO_PAD.encode(
        world
            .claims(&json!({"scope": "read write delete"}))
            .to_string(),
    );
    for (what, token) in [
        ("no algorithm", unsigned("none")),
        ("no algorithm, in other letters", unsigned("None")),
        ("no signature", unsigned("ES256")),
        (
            "the public key as a secret",
            world.issuer.sign_with_public_key(&world.claims(&json!({}))),
        ),
        ("other claims", format!("{header}.{claims}.{signature}")),
        (
            "another signature",
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode([7; 64])),
        ),
        (
            "another server",
            world.token(&json!({"aud": "https://other.example/mcp"})),
        ),
        ("no server", world.token(&json!({"aud": null}))),
        (
            "another issuer",
            world.token(&json!({"iss": "https://evil.example"})),
        ),
        ("no issuer", world.token(&json!({"iss": null}))),
        ("an expired one", world.token(&json!({"exp": now - 31}))),
        ("no end", world.token(&json!({"exp": null}))),
        ("one of the future", world.token(&json!({"nbf": now + 31}))),
        ("a wrong beginning", world.token(&json!({"nbf": "soon"}))),
        (
            "an unknown key",
            with(|header| header.kid = Some("key-9".into())),
        ),
        (
            "a token for something else",
            with(|header| header.typ = Some("logout+jwt".into())),
        ),
        (
            "an extension",
            with(|header| header.crit = Some(vec!["exp".into()])),
        ),
        ("no scope", world.token(&json!({"scope": "openid admin"}))),
        ("no subject", world.token(&json!({"sub": null}))),
        ("no user", world.token(&json!({"preferred_username": null}))),
        (
            "an unknown user",
            world.token(&json!({"preferred_username": "Eve"})),
        ),
        ("nothing", "..".into()),
    ] {
        let reply = world.exchange(&token).await;
        assert_eq!(reply.status, 401, "{what}: {}", reply.text());
    }
    world.exchange(&good).await.expect(200);
}

async fn a_new_key_is_found_and_unknown_ones_are_not_looked_for_each_time(db: TestDb) {
    let world = World::open(db).await;
    world.exchange(&world.token(&json!({}))).await.expect(200);
    let mut header = Header::new(Algorithm::ES256);
    for id in ["a", "b", "c"] {
        header.kid = Some(id.into());
        let token = world.issuer.sign_as(&header, &world.claims(&json!({})));
        world.exchange(&token).await.expect(401);
    }
    assert_eq!(world.issuer.reads(), 1);
    world.issuer.rotate();
    let token = world.token(&json!({"client_id": "later"}));
    world.app.clock.advance(SignedDuration::from_mins(1));
    world.exchange(&token).await.expect(200);
    assert_eq!(world.issuer.reads(), 2);
    // An hour later they are read again; without the issuer, known keys serve for a day.
    let World {
        app,
        issuer,
        router,
    } = world;
    let now = app.clock.now().as_second();
    let last = issuer.sign(
        &json!({"iss": issuer.url(), "aud": RESOURCE, "sub": "x", "preferred_username": "Ada",
        "scope": "read", "exp": now + 200_000}),
    );
    let later = issuer.sign(
        &json!({"iss": issuer.url(), "aud": RESOURCE, "sub": "y", "preferred_username": "Ada",
        "scope": "read", "exp": now + 200_000}),
    );
    drop(issuer);
    let exchange = |token: String| {
        let body = json!({"token": token, "server": RESOURCE});
        let call = app.anonymous("POST", "/api/v1/internal/credentials");
        call.to(&router).token(SERVICE).json(&body).raw()
    };
    app.clock.advance(SignedDuration::from_hours(2));
    exchange(last).await.expect(200);
    app.clock.advance(SignedDuration::from_hours(22));
    assert_eq!(exchange(later).await.status, 503);
}

async fn a_server_on_a_private_network_is_called_only_if_that_is_allowed(db: TestDb) {
    let world = World::open(db).await;
    let documents = PublicDocuments::new().unwrap();
    let guarded = settings(&world.issuer.url(), documents);
    let router = world.app.instance_with(guarded).await;
    let body = json!({"token": world.token(&json!({})), "server": RESOURCE});
    let call = world.app.anonymous("POST", "/api/v1/internal/credentials");
    let reply = call.to(&router).token(SERVICE).json(&body).raw().await;
    assert_eq!(reply.status, 503);
    assert_eq!(world.issuer.reads(), 0);
}

async fn another_server_issues_the_tokens_instead(db: TestDb) {
    let world = World::open(db).await;
    let app = &world.app;
    let own = tokens(app).await;
    let path = "/.well-known/oauth-protected-resource/mcp";
    let call = app.anonymous("GET", path).to(&world.router);
    let resource = call.raw().await.expect(200);
    assert_eq!(resource["resource"], RESOURCE);
    assert_eq!(
        resource["authorization_servers"],
        json!([world.issuer.url()])
    );
    for path in [
        "/.well-known/oauth-authorization-server",
        "/oauth/authorize",
        "/oauth/grants",
    ] {
        let call = app.anonymous("GET", path).to(&world.router);
        assert_eq!(call.raw().await.status, 404, "{path}");
    }
    // A token of the other server is none where Taskwire issues them, although it is known to the database.
    let token = world.token(&json!({}));
    world.exchange(&token).await.expect(200);
    super::exchange(app, &token, RESOURCE).await.expect(401);
    super::exchange(app, &own.access, RESOURCE)
        .await
        .expect(200);
}
