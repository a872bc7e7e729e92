//! The flow as it should go, and what a person and a client are told on the way.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use super::{
    CALLBACK, CLIENT, RESOURCE, STATE, browser, code_for, credential, csrf, exchange, form,
    have_ended, is_error, query, redeem, renew, tokens, tokens_of, tokens_with, told,
};
use crate::session;
use crate::support::{ADDRESS, App};

both_databases!(
    a_client_acts_within_its_scopes,
    a_person_signs_in_on_the_page,
    a_person_can_say_no,
    a_person_ends_what_was_allowed,
    a_program_on_this_machine_has_any_port,
    clients_register_where_that_is_on,
    metadata_names_every_endpoint,
    tokens_of_grants_are_not_listed_as_tokens,
    what_a_client_asks_wrongly_is_explained,
);

async fn a_client_acts_within_its_scopes(db: TestDb) {
    let app = App::open(db).await;
    let task = app.task(json!({"title": "a"})).await;
    let path = format!("/api/v1/tasks/{}", task["number"]);
    for (scope, read, write, delete) in [
        ("read", 200, 403, 403),
        ("read write", 200, 200, 403),
        ("delete", 403, 403, 200),
        ("read write delete", 200, 200, 200),
    ] {
        let tokens = tokens_with(&app, scope).await;
        let internal = credential(&app, &tokens.access).await;
        let call = |method: &str| app.anonymous(method, &path).token(&internal);
        call("GET").send().await.expect(read);
        call("PATCH")
            .json(&json!({"notes": scope}))
            .send()
            .await
            .expect(write);
        call("DELETE").send().await.expect(delete);
        if delete == 200 {
            app.post(&format!("{path}/restore"), json!({}))
                .await
                .expect(200);
        }
        // A program cannot give itself more, whatever its scopes.
        let made = app.anonymous("POST", "/api/v1/tokens").token(&internal);
        made.json(&json!({"label": "x"}))
            .send()
            .await
            .refused(403, "insufficient_scope");
        let renewed = renew(&app, &tokens.refresh, &[]).await;
        assert_eq!(renewed.json()["scope"], scope);
    }
    let tokens = tokens_with(&app, "read").await;
    is_error(
        &renew(&app, &tokens.refresh, &[("scope", "read write")]).await,
        "invalid_scope",
    );
    // Fewer are possible, for one access token.
    let tokens = tokens_with(&app, "read write").await;
    let fewer = tokens_of(&renew(&app, &tokens.refresh, &[("scope", "read")]).await);
    let internal = credential(&app, &fewer.access).await;
    app.anonymous("PATCH", &path)
        .token(&internal)
        .json(&json!({"notes": "x"}))
        .send()
        .await
        .expect(403);
}

async fn a_person_signs_in_on_the_page(db: TestDb) {
    let app = App::open(db).await;
    let asked = query(&[]);
    let page = browser(&app, "GET", &asked, "x=y").raw().await;
    assert!(page.text().contains("Sign in"), "{}", page.text());
    let wrong = [("action", "sign_in"), ("name", "Ada"), ("password", "no")];
    let reply = form(browser(&app, "POST", &asked, "x=y"), &wrong)
        .raw()
        .await;
    assert_eq!(reply.status, 401);
    assert!(reply.text().contains("Wrong name or password."));
    let right = [("action", "sign_in"), ("code", &*session::code(&app).await)];
    let reply = form(browser(&app, "POST", &asked, "x=y"), &right)
        .raw()
        .await;
    assert_eq!(reply.status, 303);
    // It goes on where it was, and nowhere else.
    assert_eq!(
        reply.header("location"),
        format!("/oauth/authorize?{asked}")
    );
    let cookie = session::cookie(&reply);
    let page = browser(&app, "GET", &asked, &cookie).raw().await;
    for text in [
        "<strong>Ada</strong>",
        "https://app.example",
        CLIENT,
        "Read your tasks",
        "Add tasks",
    ] {
        assert!(page.text().contains(text), "{text}: {}", page.text());
    }
    assert!(!page.text().contains("Delete tasks"));
    // A browser that comes from another site has kept the session back: the page is opened once more from here.
    let call = browser(&app, "GET", &asked, "x=y").header("sec-fetch-site", "cross-site");
    let again = call.raw().await;
    assert!(again.text().contains("http-equiv=\"refresh\""));
    let marked = format!("{asked}&taskwire_again=1");
    let call = browser(&app, "GET", &marked, "x=y").header("sec-fetch-site", "cross-site");
    assert!(call.raw().await.text().contains("Password"));
}

async fn a_person_can_say_no(db: TestDb) {
    let app = App::open(db).await;
    let cookie = session::signed_in(&app).await;
    let page = browser(&app, "GET", &query(&[]), &cookie).raw().await;
    let answer = [("csrf", &*csrf(&page)), ("action", "deny")];
    let reply = form(browser(&app, "POST", &query(&[]), &cookie), &answer)
        .raw()
        .await;
    assert_eq!(
        told(&reply),
        json!({"error": "access_denied", "state": STATE, "iss": ADDRESS})
    );
}

async fn a_person_ends_what_was_allowed(db: TestDb) {
    let app = App::open(db).await;
    let (tokens, kept) = (tokens(&app).await, tokens_with(&app, "read").await);
    let cookie = session::signed_in(&app).await;
    let call = |method: &str, cookie: &str| {
        let call = app.anonymous(method, "/oauth/grants");
        let call = call
            .header("host", "tasks.example")
            .header("origin", ADDRESS);
        call.header("cookie", cookie)
    };
    assert_eq!(call("GET", "x=y").raw().await.status, 401);
    let page = call("GET", &cookie).raw().await;
    let text = page.text();
    assert!(
        text.contains(CLIENT) && text.contains("read write") && !text.contains("<b>App"),
        "{text}"
    );
    // Oldest first.
    let (_, id) = text.split_once("name=\"grant\" value=\"").unwrap();
    let id = id.split_once('"').unwrap().0;
    // The proof of another form does not count, and another person has no such grant.
    let consent = browser(&app, "GET", &query(&[]), &cookie).raw().await;
    let forged = [("csrf", &*csrf(&consent)), ("grant", id)];
    assert_eq!(form(call("POST", &cookie), &forged).raw().await.status, 400);
    let unknown = [
        ("csrf", &*csrf(&page)),
        ("grant", "018f0000-0000-7000-8000-000000000001"),
    ];
    assert_eq!(
        form(call("POST", &cookie), &unknown).raw().await.status,
        404
    );
    exchange(&app, &tokens.access, RESOURCE).await.expect(200);
    let right = [("csrf", &*csrf(&page)), ("grant", id)];
    assert_eq!(form(call("POST", &cookie), &right).raw().await.status, 303);
    have_ended(&app, &tokens).await;
    exchange(&app, &kept.access, RESOURCE).await.expect(200);
}

async fn a_program_on_this_machine_has_any_port(db: TestDb) {
    let app = App::open(db).await;
    let uri = "http://127.0.0.1:33418/callback";
    let code = code_for(&app, &query(&[("redirect_uri", uri)])).await;
    // The port is that of the request, and no other.
    let other = [("redirect_uri", "http://127.0.0.1:33419/callback")];
    is_error(&redeem(&app, &code, &other).await, "invalid_grant");
    let code = code_for(&app, &query(&[("redirect_uri", uri)])).await;
    tokens_of(&redeem(&app, &code, &[("redirect_uri", uri)]).await);
}

async fn clients_register_where_that_is_on(db: TestDb) {
    let app = App::open(db).await;
    let register = |body| app.anonymous("POST", "/oauth/register").json(&body).raw();
    let made = register(json!({"client_name": "Host", "redirect_uris": [CALLBACK]}))
        .await
        .expect(201);
    assert_eq!(made["token_endpoint_auth_method"], "none");
    let id = made["client_id"].as_str().unwrap();
    let code = code_for(&app, &query(&[("client_id", id)])).await;
    tokens_of(&redeem(&app, &code, &[("client_id", id)]).await);
    for (body, code) in [
        (json!({}), "invalid_redirect_uri"),
        (
            json!({"redirect_uris": ["http://app.example/"]}),
            "invalid_redirect_uri",
        ),
        (
            json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_basic"}),
            "invalid_client_metadata",
        ),
        (json!([]), "invalid_client_metadata"),
    ] {
        is_error(&register(body).await, code);
    }
    let off = app.behind_internal_port().await;
    let call = app.anonymous("POST", "/oauth/register").to(&off);
    call.json(&json!({"redirect_uris": [CALLBACK]}))
        .raw()
        .await
        .expect(404);
}

async fn metadata_names_every_endpoint(db: TestDb) {
    let app = App::open(db).await;
    for path in [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
    ] {
        let resource = app.anonymous("GET", path).raw().await.expect(200);
        assert_eq!(resource["resource"], RESOURCE);
        assert_eq!(resource["authorization_servers"], json!([ADDRESS]));
    }
    let path = "/.well-known/oauth-authorization-server";
    let server = app.anonymous("GET", path).raw().await.expect(200);
    assert_eq!(server["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(server["client_id_metadata_document_supported"], true);
    for (name, path) in [
        ("authorization_endpoint", "/oauth/authorize"),
        ("token_endpoint", "/oauth/token"),
        ("revocation_endpoint", "/oauth/revoke"),
        ("registration_endpoint", "/oauth/register"),
    ] {
        assert_eq!(server[name], format!("{ADDRESS}{path}"));
    }
    // A server that does not know its address has no OAuth.
    let unknown = app.behind_internal_port().await;
    for path in [
        path,
        "/.well-known/oauth-protected-resource",
        "/oauth/authorize?client_id=x",
    ] {
        app.anonymous("GET", path)
            .to(&unknown)
            .raw()
            .await
            .expect(404);
    }
}

async fn tokens_of_grants_are_not_listed_as_tokens(db: TestDb) {
    let app = App::open(db).await;
    let before = app.get("/api/v1/tokens").await.expect(200)["items"]
        .as_array()
        .unwrap()
        .len();
    let tokens = tokens(&app).await;
    let after = app.get("/api/v1/tokens").await.expect(200);
    // Only the session of the person was added.
    assert_eq!(after["items"].as_array().unwrap().len(), before + 1);
    exchange(&app, &tokens.access, RESOURCE).await.expect(200);
}

async fn what_a_client_asks_wrongly_is_explained(db: TestDb) {
    let app = App::open(db).await;
    let cookie = session::signed_in(&app).await;
    for (changes, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("scope", "admin"), "invalid_scope"),
        (("scope", "everything"), "invalid_scope"),
        (("request", "x"), "request_not_supported"),
        (
            ("request_uri", "https://x.example"),
            "request_uri_not_supported",
        ),
        (("response_mode", "fragment"), "invalid_request"),
    ] {
        let reply = browser(&app, "GET", &query(&[changes]), &cookie)
            .raw()
            .await;
        let told = told(&reply);
        assert_eq!(
            (&told["error"], &told["state"]),
            (&json!(error), &json!(STATE)),
            "{changes:?}"
        );
    }
    for client in [
        "",
        "unknown",
        "https://gone.example/client.json",
        "http://app.example/client.json",
    ] {
        let reply = browser(&app, "GET", &query(&[("client_id", client)]), &cookie)
            .raw()
            .await;
        assert_eq!(reply.status, 400, "{client}");
    }
    is_error(
        &redeem(&app, "x", &[("grant_type", "password")]).await,
        "unsupported_grant_type",
    );
    is_error(
        &redeem(&app, "x", &[("client_secret", "x")]).await,
        "invalid_client",
    );
    is_error(&redeem(&app, "unknown", &[]).await, "invalid_grant");
    let call = app
        .anonymous("POST", "/oauth/token")
        .json(&json!({"grant_type": "refresh_token"}));
    call.raw().await.expect(400);
}
