//! Attacks, each of which is refused.

use jiff::SignedDuration;
use taskwire_testkit::{TestDb, both_databases};

use super::{
    CALLBACK, CLIENT, LIAR, OTHER_CLIENT, RESOURCE, VERIFIER, ask, browser, code_for, credential,
    csrf, encoded, exchange, form, have_ended, is_error, query, redeem, renew, tokens, tokens_of,
    told,
};
use crate::session;
use crate::support::{ADDRESS, App};

both_databases!(
    a_replayed_code_ends_the_grant,
    a_wrong_verifier_uses_the_code_up,
    a_wrong_resource_is_refused,
    a_stolen_refresh_token_ends_the_grant,
    a_mixed_issuer_gains_nothing,
    an_open_redirect_is_refused,
    consent_cannot_be_forged,
    pkce_cannot_be_downgraded,
    a_token_is_for_its_audience_alone,
    a_confused_client_id_gains_nothing,
    everything_expires,
    a_revoked_grant_has_ended,
);

async fn a_replayed_code_ends_the_grant(db: TestDb) {
    let app = App::open(db).await;
    let code = code_for(&app, &query(&[])).await;
    let tokens = tokens_of(&redeem(&app, &code, &[]).await);
    exchange(&app, &tokens.access, RESOURCE).await.expect(200);
    is_error(&redeem(&app, &code, &[]).await, "invalid_grant");
    have_ended(&app, &tokens).await;
}

async fn a_wrong_verifier_uses_the_code_up(db: TestDb) {
    let app = App::open(db).await;
    let code = code_for(&app, &query(&[])).await;
    let wrong = [(
        "code_verifier",
        "another-verifier-that-has-as-many-characters-as-one",
    )];
    is_error(&redeem(&app, &code, &wrong).await, "invalid_grant");
    // Whoever guesses has one try.
    is_error(&redeem(&app, &code, &[]).await, "invalid_grant");
}

async fn a_wrong_resource_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let cookie = session::signed_in(&app).await;
    for resource in [
        "https://evil.example/mcp",
        "https://tasks.example",
        "https://tasks.example/mcp#x",
        "mcp",
    ] {
        let asked = browser(&app, "GET", &query(&[("resource", resource)]), &cookie);
        assert_eq!(
            told(&asked.raw().await)["error"],
            "invalid_target",
            "{resource}"
        );
        let code = code_for(&app, &query(&[])).await;
        is_error(
            &redeem(&app, &code, &[("resource", resource)]).await,
            "invalid_target",
        );
        let tokens = tokens_of(&redeem(&app, &code, &[]).await);
        is_error(
            &renew(&app, &tokens.refresh, &[("resource", resource)]).await,
            "invalid_target",
        );
    }
}

async fn a_stolen_refresh_token_ends_the_grant(db: TestDb) {
    let app = App::open(db).await;
    let stolen = tokens(&app).await;
    let renewed = tokens_of(&renew(&app, &stolen.refresh, &[]).await);
    assert_ne!(renewed.refresh, stolen.refresh);
    exchange(&app, &renewed.access, RESOURCE).await.expect(200);
    is_error(&renew(&app, &stolen.refresh, &[]).await, "invalid_grant");
    have_ended(&app, &renewed).await;
    exchange(&app, &stolen.access, RESOURCE).await.expect(401);
}

async fn a_mixed_issuer_gains_nothing(db: TestDb) {
    let app = App::open(db).await;
    let metadata = app
        .anonymous("GET", "/.well-known/oauth-authorization-server")
        .raw()
        .await;
    let metadata = metadata.expect(200);
    assert_eq!(metadata["issuer"], ADDRESS);
    assert_eq!(
        metadata["authorization_response_iss_parameter_supported"],
        true
    );
    // Every answer says whose it is, also a refusal.
    let cookie = session::signed_in(&app).await;
    let refused = browser(&app, "GET", &query(&[("response_type", "token")]), &cookie)
        .raw()
        .await;
    assert_eq!(told(&refused)["iss"], ADDRESS);
    // A code of one issuer is nothing to another, even on the same database, and so are its tokens.
    let other = app.instance_at("https://elsewhere.example").await;
    let sent = [
        ("grant_type", "authorization_code"),
        ("code", &*code_for(&app, &query(&[])).await),
        ("client_id", CLIENT),
        ("code_verifier", VERIFIER),
    ];
    is_error(
        &form(app.anonymous("POST", "/oauth/token").to(&other), &sent)
            .raw()
            .await,
        "invalid_grant",
    );
    let tokens = tokens(&app).await;
    let sent = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*tokens.refresh),
        ("client_id", CLIENT),
    ];
    is_error(
        &form(app.anonymous("POST", "/oauth/token").to(&other), &sent)
            .raw()
            .await,
        "invalid_target",
    );
    // A token that another issuer has signed is not one of this server.
    let foreign = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2V2aWwuZXhhbXBsZSIsInN1YiI6IkFkYSJ9.";
    exchange(&app, foreign, RESOURCE).await.expect(401);
}

async fn an_open_redirect_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let cookie = session::signed_in(&app).await;
    for uri in [
        "https://evil.example/callback",
        "https://app.example/callback/../../evil",
        "https://app.example/callback?next=https://evil.example",
        "https://app.example.evil.example/callback",
        "https://app.example@evil.example/callback",
        "http://127.0.0.1@evil.example/callback",
        "http://app.example/callback",
        "javascript:alert(1)//callback",
        "//evil.example/callback",
    ] {
        for (wanted, method) in [("code", "GET"), ("token", "GET"), ("code", "POST")] {
            let asked = query(&[("redirect_uri", uri), ("response_type", wanted)]);
            let call = form(
                browser(&app, method, &asked, &cookie),
                &[("action", "deny")],
            );
            let reply = call.raw().await;
            assert_eq!(reply.status, 400, "{uri}");
            assert!(!reply.headers.contains_key("location"), "{uri}");
        }
    }
    // Where it is not said, there is none to choose among several.
    let reply = browser(&app, "GET", &query(&[("redirect_uri", "")]), &cookie)
        .raw()
        .await;
    assert_eq!(reply.status, 400);
}

async fn consent_cannot_be_forged(db: TestDb) {
    let app = App::open(db).await;
    let asked = query(&[]);
    let cookie = session::signed_in(&app).await;
    let page = browser(&app, "GET", &asked, &cookie).raw().await;
    let proof = csrf(&page);
    let other_cookie = session::signed_in(&app).await;
    let other_page = browser(&app, "GET", &query(&[("scope", "read")]), &cookie)
        .raw()
        .await;
    for (cookie, csrf) in [
        (&cookie, ""),
        (&cookie, "forged"),
        (&cookie, &*csrf(&other_page)),
        (&other_cookie, &*proof),
    ] {
        let answer = [("csrf", csrf), ("action", "allow")];
        let reply = form(browser(&app, "POST", &asked, cookie), &answer)
            .raw()
            .await;
        assert_eq!(reply.status, 400, "{csrf}");
        assert!(!reply.headers.contains_key("location"));
    }
    // Another site cannot send the form, and cannot put the page into a frame.
    for origin in ["https://evil.example", "null"] {
        let call = app
            .anonymous("POST", &format!("/oauth/authorize?{asked}"))
            .header("host", "tasks.example")
            .header("origin", origin)
            .header("cookie", &cookie);
        let answer = [("csrf", &*proof), ("action", "allow")];
        form(call, &answer).raw().await.expect(403);
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && policy.starts_with("default-src 'none'"));
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert!(page.text().contains("&lt;b&gt;App&lt;/b&gt;") && !page.text().contains("<b>App"));
    // The page itself can.
    let answer = [("csrf", &*proof), ("action", "allow")];
    let reply = form(browser(&app, "POST", &asked, &cookie), &answer)
        .raw()
        .await;
    assert!(told(&reply)["code"].is_string());
}

async fn pkce_cannot_be_downgraded(db: TestDb) {
    let app = App::open(db).await;
    let cookie = session::signed_in(&app).await;
    for changes in [
        &[("code_challenge", ""), ("code_challenge_method", "")][..],
        &[("code_challenge", "")],
        &[("code_challenge_method", "")],
        &[
            ("code_challenge_method", "plain"),
            ("code_challenge", VERIFIER),
        ],
        &[("code_challenge", "short")],
    ] {
        let asked = browser(&app, "GET", &query(changes), &cookie).raw().await;
        assert_eq!(told(&asked)["error"], "invalid_request", "{changes:?}");
    }
    let code = code_for(&app, &query(&[])).await;
    is_error(
        &redeem(&app, &code, &[("code_verifier", "")]).await,
        "invalid_request",
    );
    // The challenge itself, which is no secret, is no verifier.
    let challenge = super::challenge(VERIFIER);
    is_error(
        &redeem(&app, &code, &[("code_verifier", &challenge)]).await,
        "invalid_grant",
    );
}

async fn a_token_is_for_its_audience_alone(db: TestDb) {
    let app = App::open(db).await;
    let tokens = tokens(&app).await;
    for server in ["https://elsewhere.example/mcp", ADDRESS, ""] {
        exchange(&app, &tokens.access, server).await.expect(401);
    }
    for token in [&tokens.access, &tokens.refresh] {
        let call = app.anonymous("GET", "/api/v1/session").token(token);
        call.send().await.refused(401, "unauthorized");
        // Without the credential of the services nobody exchanges it.
        let call = app
            .anonymous("POST", "/api/v1/internal/credentials")
            .token(token);
        call.json(&serde_json::json!({"server": RESOURCE}))
            .raw()
            .await
            .expect(401);
    }
    exchange(&app, &tokens.refresh, RESOURCE).await.expect(401);
    // The internal credential is for the API, and not for clients.
    let internal = credential(&app, &tokens.access).await;
    app.anonymous("GET", "/api/v1/tasks")
        .token(&internal)
        .send()
        .await
        .expect(200);
    exchange(&app, &internal, RESOURCE).await.expect(401);
}

async fn a_confused_client_id_gains_nothing(db: TestDb) {
    let app = App::open(db).await;
    let cookie = session::signed_in(&app).await;
    let code = code_for(&app, &query(&[])).await;
    is_error(
        &redeem(&app, &code, &[("client_id", OTHER_CLIENT)]).await,
        "invalid_grant",
    );
    // Another client neither renews a grant, nor uses its token up, nor ends it.
    let tokens = tokens(&app).await;
    is_error(
        &renew(&app, &tokens.refresh, &[("client_id", OTHER_CLIENT)]).await,
        "invalid_grant",
    );
    let sent = [("token", &*tokens.refresh), ("client_id", OTHER_CLIENT)];
    form(app.anonymous("POST", "/oauth/revoke"), &sent)
        .raw()
        .await
        .expect(400);
    tokens_of(&renew(&app, &tokens.refresh, &[]).await);
    // One client's address is not another's, and a document says nothing of another client.
    for (client, uri) in [
        (OTHER_CLIENT, CALLBACK),
        (LIAR, CALLBACK),
        (LIAR, "https://liar.example/callback"),
    ] {
        let asked = query(&[("client_id", client), ("redirect_uri", uri)]);
        let reply = browser(&app, "GET", &asked, &cookie).raw().await;
        assert_eq!(reply.status, 400, "{client} {uri}");
        assert!(!reply.headers.contains_key("location"));
    }
    // Two ids in one request: neither counts.
    let twice = format!("{}&{}", query(&[]), encoded(&[("client_id", OTHER_CLIENT)]));
    assert_eq!(
        browser(&app, "GET", &twice, &cookie).raw().await.status,
        400
    );
    let twice = [
        ("client_id", CLIENT),
        ("client_id", OTHER_CLIENT),
        ("grant_type", "refresh_token"),
    ];
    is_error(
        &form(app.anonymous("POST", "/oauth/token"), &twice)
            .raw()
            .await,
        "invalid_request",
    );
    is_error(
        &ask(&app, &[("grant_type", "refresh_token")], &[]).await,
        "invalid_request",
    );
}

async fn everything_expires(db: TestDb) {
    let app = App::open(db).await;
    let code = code_for(&app, &query(&[])).await;
    app.clock.advance(SignedDuration::from_secs(60));
    is_error(&redeem(&app, &code, &[]).await, "invalid_grant");

    let tokens = tokens(&app).await;
    let internal = credential(&app, &tokens.access).await;
    let read = || app.anonymous("GET", "/api/v1/tasks").token(&internal);
    read().send().await.expect(200);
    app.clock.advance(SignedDuration::from_mins(5));
    read().send().await.refused(401, "unauthorized");
    exchange(&app, &tokens.access, RESOURCE).await.expect(200);
    app.clock.advance(SignedDuration::from_mins(55));
    exchange(&app, &tokens.access, RESOURCE).await.expect(401);

    let renewed = tokens_of(&renew(&app, &tokens.refresh, &[]).await);
    app.clock.advance(SignedDuration::from_hours(30 * 24));
    is_error(&renew(&app, &renewed.refresh, &[]).await, "invalid_grant");
}

async fn a_revoked_grant_has_ended(db: TestDb) {
    let app = App::open(db).await;
    for by_access_token in [true, false] {
        let tokens = tokens(&app).await;
        let internal = credential(&app, &tokens.access).await;
        let shown = if by_access_token {
            &tokens.access
        } else {
            &tokens.refresh
        };
        let sent = [("token", &**shown), ("client_id", CLIENT)];
        for _ in 0..2 {
            form(app.anonymous("POST", "/oauth/revoke"), &sent)
                .raw()
                .await
                .expect(200);
        }
        have_ended(&app, &tokens).await;
        // What stands for the token ends with it.
        let call = app.anonymous("GET", "/api/v1/tasks").token(&internal);
        call.send().await.refused(401, "unauthorized");
    }
}
