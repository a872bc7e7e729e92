//! What the standards say of requests that are not quite right.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use super::{
    CLIENT, OTHER_CLIENT, RESOURCE, VERIFIER, browser, code_for, credential, encoded, exchange,
    form, is_error, query, redeem, renew, tokens, tokens_of, told,
};
use crate::session;
use crate::support::{App, SERVICE};

both_databases!(
    a_client_that_is_forgotten_registers_again,
    a_client_does_not_authenticate,
    a_form_is_a_form,
    a_verifier_has_its_syntax,
    an_explanation_has_the_characters_of_the_standard,
    an_internal_credential_does_not_renew_itself,
    another_client_is_told_that_it_cannot_revoke,
    clients_ask_for_what_is_needed_at_first,
    several_resources_are_the_same_server,
);

/// RFC 6749, section 5.2: with `invalid_client`, hosts forget their registration.
async fn a_client_that_is_forgotten_registers_again(db: TestDb) {
    let app = App::open(db).await;
    let tokens = tokens(&app).await;
    for id in ["twk_forgotten", "x\0", &"x".repeat(501)] {
        let reply = renew(&app, &tokens.refresh, &[("client_id", id)]).await;
        is_error(&reply, "invalid_client");
    }
    tokens_of(&renew(&app, &tokens.refresh, &[]).await);
}

/// RFC 6749, section 5.2: 401 with the scheme that was used.
async fn a_client_does_not_authenticate(db: TestDb) {
    let app = App::open(db).await;
    let tokens = tokens(&app).await;
    let sent = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*tokens.refresh),
        ("client_id", CLIENT),
    ];
    for path in ["/oauth/token", "/oauth/revoke"] {
        let call = app.anonymous("POST", path);
        let reply = form(call.header("authorization", "Basic eDp5"), &sent)
            .raw()
            .await;
        assert_eq!(reply.expect(401)["error"], "invalid_client");
        assert!(reply.header("www-authenticate").starts_with("Basic "));
    }
    for name in ["client_secret", "client_assertion"] {
        let reply = renew(&app, &tokens.refresh, &[(name, "x")]).await;
        is_error(&reply, "invalid_client");
    }
    tokens_of(&renew(&app, &tokens.refresh, &[]).await);
}

async fn a_form_is_a_form(db: TestDb) {
    let app = App::open(db).await;
    for path in ["/oauth/token", "/oauth/revoke"] {
        let call = app.anonymous("POST", path);
        let reply = call.json(&json!({"client_id": CLIENT})).raw().await;
        is_error(&reply, "invalid_request");
    }
}

/// RFC 7636, section 4.1. The code is not used up, because nobody has tried one.
async fn a_verifier_has_its_syntax(db: TestDb) {
    let app = App::open(db).await;
    let code = code_for(&app, &query(&[])).await;
    for verifier in ["short", &"x".repeat(129), &format!("{VERIFIER} ")] {
        let reply = redeem(&app, &code, &[("code_verifier", verifier)]).await;
        is_error(&reply, "invalid_request");
    }
    tokens_of(&redeem(&app, &code, &[]).await);
}

/// RFC 6749, sections 4.1.2.1 and 5.2.
async fn an_explanation_has_the_characters_of_the_standard(db: TestDb) {
    #[track_caller]
    fn check(answer: &Value) {
        let why = answer["error_description"].as_str().unwrap();
        let is_allowed = |c: char| matches!(c, ' '..='!' | '#'..='[' | ']'..='~');
        assert!(why.chars().all(is_allowed), "{why}");
    }
    let app = App::open(db).await;
    let cookie = session::signed_in(&app).await;
    let twice = [("client_id", CLIENT), ("\"é\\", "1"), ("\"é\\", "2")];
    let reply = form(app.anonymous("POST", "/oauth/token"), &twice);
    check(&reply.raw().await.expect(400));
    let asked = query(&[("scope", "read \"é\\")]);
    check(&told(&browser(&app, "GET", &asked, &cookie).raw().await));
    for body in [json!({"redirect_uris": ["\"é\\"]}), json!(["\"é\\"])] {
        let call = app.anonymous("POST", "/oauth/register").json(&body);
        check(&call.raw().await.expect(400));
    }
}

async fn an_internal_credential_does_not_renew_itself(db: TestDb) {
    let app = App::open(db).await;
    let internal = credential(&app, &app.ada.token).await;
    let path = "/api/v1/internal/credentials";
    let call = app.anonymous("POST", path).token(&internal);
    call.json(&json!({})).raw().await.expect(401);
    let call = app.anonymous("POST", path).token(&app.ada.token);
    call.json(&json!({})).raw().await.expect(200);
    let call = app.anonymous("POST", path).token(SERVICE);
    call.json(&json!({"token": internal}))
        .raw()
        .await
        .expect(401);
}

/// RFC 7009, section 2.1.
async fn another_client_is_told_that_it_cannot_revoke(db: TestDb) {
    let app = App::open(db).await;
    let tokens = tokens(&app).await;
    for token in [&tokens.access, &tokens.refresh] {
        let sent = [("token", &**token), ("client_id", OTHER_CLIENT)];
        let reply = form(app.anonymous("POST", "/oauth/revoke"), &sent);
        is_error(&reply.raw().await, "invalid_grant");
    }
    exchange(&app, &tokens.access, RESOURCE).await.expect(200);
    let sent = [("token", "unknown"), ("client_id", OTHER_CLIENT)];
    let reply = form(app.anonymous("POST", "/oauth/revoke"), &sent);
    reply.raw().await.expect(200);
}

/// MCP, scope selection: a client without other advice asks for all scopes of the resource.
async fn clients_ask_for_what_is_needed_at_first(db: TestDb) {
    let app = App::open(db).await;
    let path = "/.well-known/oauth-protected-resource/mcp";
    let resource = app.anonymous("GET", path).raw().await.expect(200);
    assert_eq!(resource["scopes_supported"], json!(["read", "write"]));
}

/// RFC 8707, section 2.
async fn several_resources_are_the_same_server(db: TestDb) {
    let app = App::open(db).await;
    let with = |text: &str, resource| format!("{text}&{}", encoded(&[("resource", resource)]));
    let code = code_for(&app, &with(&query(&[]), RESOURCE)).await;
    tokens_of(&redeem(&app, &code, &[]).await);
    let cookie = session::signed_in(&app).await;
    let asked = with(&query(&[]), "https://evil.example/mcp");
    let reply = browser(&app, "GET", &asked, &cookie).raw().await;
    assert_eq!(told(&reply)["error"], "invalid_target");
}
