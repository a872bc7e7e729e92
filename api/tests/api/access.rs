//! Who may do what: every operation of the contract, with every set of scopes and with the ids of another user.

mod ids;
mod places;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::hostile::{Operation, create_fixtures, everything, forget_last_use, operations, send};
use crate::support::{App, Reply};

both_databases!(
    without_a_credential_nothing_is_answered,
    every_operation_is_held_to_every_set_of_scopes,
    ids_of_others_are_like_ids_that_do_not_exist,
);

use ids::ids_of_others_are_like_ids_that_do_not_exist;

/// The scopes that a token can have.
const SCOPES: [&str; 5] = ["read", "write", "delete", "no-delete", "admin"];

/// All sets of scopes that a token can have.
fn sets() -> Vec<Vec<&'static str>> {
    let all = (0..1_u32 << SCOPES.len()).map(|bits| {
        let is_in = |index: &usize| bits & (1 << index) != 0;
        let chosen = (0..SCOPES.len()).filter(is_in);
        chosen.map(|index| SCOPES[index]).collect::<Vec<_>>()
    });
    all.filter(|set| {
        let contradicts = set.contains(&"delete") && set.contains(&"no-delete");
        let allows = set.iter().any(|scope| *scope != "no-delete");
        allows && !contradicts
    })
    .collect()
}

/// The scopes that the contract says the operation requires; none if it needs no credential.
fn required(operation: &Operation) -> Option<Vec<String>> {
    if operation.is_open() || operation.is_internal() {
        return None;
    }
    let all = operation.contract["security"].as_array();
    let all = all.unwrap_or_else(|| panic!("{}: no scopes", operation.name()));
    assert_eq!(all.len(), 1, "{}: {all:?}", operation.name());
    let scopes = all[0]["token"].as_array().unwrap();
    let scopes: Vec<String> = scopes
        .iter()
        .map(|scope| scope.as_str().unwrap().to_owned())
        .collect();
    for scope in &scopes {
        assert!(SCOPES.contains(&scope.as_str()), "{scope}");
    }
    Some(scopes)
}

/// Those of the required scopes that a token lacks.
fn lacking<'a>(token: &[&str], required: &'a [String]) -> Vec<&'a str> {
    let has = |scope: &str| {
        let is_included =
            scope == "delete" && token.contains(&"write") && !token.contains(&"no-delete");
        is_included || token.contains(&scope)
    };
    let all = required.iter().map(String::as_str);
    all.filter(|scope| !has(scope)).collect()
}

/// Checks that a refusal says which scope is needed.
#[track_caller]
fn assert_names_scope(reply: &Reply, token: &[&str], lacking: &[&str], what: &str) {
    let problem = reply.refused(403, "insufficient_scope");
    let text = format!("{} {}", problem["detail"], problem["hint"]);
    let named = |scope: &&str| text.contains(&format!("\\\"{scope}\\\""));
    let is_named = lacking.iter().any(named);
    let is_forbidden = token.contains(&"no-delete") && named(&"no-delete");
    assert!(is_named || is_forbidden, "{what} {token:?}: {problem}");
}

async fn every_operation_is_held_to_every_set_of_scopes(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    let mut tokens = vec![];
    for scopes in sets() {
        tokens.push((app.token("Ada", &scopes).await, scopes));
    }
    assert_eq!(tokens.len(), 22);
    let mut with_tokens = app.get("/api/v1/tokens").await.expect(200);
    forget_last_use(&mut with_tokens);
    // First the requests that must be refused, which change nothing.
    for should in [false, true] {
        let mut asked = BTreeSet::new();
        for operation in operations() {
            let name = operation.name();
            let Some(required) = required(&operation) else {
                continue;
            };
            for (token, scopes) in &tokens {
                let lacking = lacking(scopes, &required);
                if lacking.is_empty() != should {
                    continue;
                }
                asked.insert(name.clone());
                // Signing out revokes the token.
                let token = match name.as_str() {
                    "DELETE /api/v1/session" if should => app.token("Ada", scopes).await,
                    _ => token.clone(),
                };
                let mut call = app
                    .call(&operation.method, &operation.path(&fixtures))
                    .token(&token);
                if let Some(body) = operation.body() {
                    call = call.json(&body);
                }
                if should && name == "GET /api/v1/events" {
                    call.listen().await;
                    continue;
                }
                let reply = send(call).await;
                if should {
                    let is_let_in = !matches!(reply.status.as_u16(), 401 | 403);
                    assert!(is_let_in, "{name} {scopes:?}: {}", reply.text());
                } else {
                    assert_names_scope(&reply, scopes, &lacking, &name);
                }
            }
        }
        // Each that needs a credential was allowed to a token, and each that needs a scope was refused to another.
        let all = operations().into_iter().filter_map(|operation| {
            let required = required(&operation)?;
            (should || !required.is_empty()).then(|| operation.name())
        });
        assert_eq!(asked, all.collect());
        if !should {
            let mut tokens = app.get("/api/v1/tokens").await.expect(200);
            forget_last_use(&mut tokens);
            assert_eq!(
                tokens, with_tokens,
                "a refused request changed a credential"
            );
            let mut after = everything(&app).await;
            after["tokens"] = before["tokens"].clone();
            assert_eq!(after, before);
        }
    }
}

/// Headers that identify nobody; none for a request without one.
async fn credentials_of_nobody(app: &App) -> Vec<Option<(&'static str, String)>> {
    let made = |days: Option<i64>| {
        let body = json!({"label": "short", "expires_in_days": days});
        app.call("POST", "/api/v1/tokens").json(&body)
    };
    let revoked = made(None).send().await.expect(201);
    let path = format!("/api/v1/tokens/{}", revoked["id"].as_str().unwrap());
    app.delete(&path).await.expect(204);
    let bearer = |made: &Value| format!("Bearer {}", made["token"].as_str().unwrap());
    let expired = made(Some(1)).send().await.expect(201);
    app.at("2026-11-22T12:00:00Z");
    vec![
        None,
        Some(("authorization", "Bearer nobody".into())),
        Some(("authorization", "Bearer ".into())),
        Some(("authorization", "Basic QWRhOg==".into())),
        Some(("authorization", bearer(&revoked))),
        Some(("authorization", bearer(&expired))),
        Some(("cookie", "taskwire_session=nobody".into())),
    ]
}

async fn without_a_credential_nothing_is_answered(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let nobody = credentials_of_nobody(&app).await;
    let before = everything(&app).await;
    for operation in operations() {
        for credential in &nobody {
            let path = operation.path(&fixtures);
            let mut call = app.anonymous(&operation.method, &path);
            if let Some((header, value)) = credential {
                call = call.header(header, value);
            }
            if let Some(body) = operation.body() {
                call = call.json(&body);
            }
            let reply = send(call).await;
            let what = format!("{} {credential:?}", operation.name());
            if operation.is_open() {
                let text = String::from_utf8_lossy(&reply.bytes);
                assert!(
                    !text.contains("\"code\":\"unauthorized\""),
                    "{what}: {text}"
                );
                // Once is enough: it does not look at the credential.
                break;
            } else if operation.is_internal() {
                reply.refused(404, "unknown_path");
            } else {
                reply.refused(401, "unauthorized");
                assert_eq!(reply.header("www-authenticate"), "Bearer", "{what}");
            }
        }
    }
    assert_eq!(everything(&app).await, before);
}
