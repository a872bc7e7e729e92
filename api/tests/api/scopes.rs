//! The operations that each scope allows.

use std::collections::BTreeSet;

use taskwire_testkit::{TestDb, both_databases};

use crate::hostile::{create_fixtures, everything, forget_last_use, operations, send};
use crate::support::{App, Reply};

both_databases!(every_operation_is_held_to_every_scope);

/// The scope that an operation requires.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Needs {
    /// No credential.
    Nothing,
    /// Any credential: it is about the credential itself.
    Any,
    /// The scope `read`.
    Read,
    /// The scope `write`.
    Write,
    /// The scope `delete`, or `write` without `no-delete`.
    Delete,
    /// The scope `write`, without `no-delete`: it removes something, with a method that changes.
    WriteAndDelete,
    /// `read` and `write`, without `no-delete`: it is about other credentials.
    Everything,
    /// The scope `admin`.
    Admin,
}

/// Every operation of the contract. One that is added must be added here.
const TABLE: &[(&str, Needs)] = &[
    ("DELETE /api/v1/conversations/{conversation}", Needs::Delete),
    (
        "DELETE /api/v1/conversations/{conversation}/messages/{message}",
        Needs::Delete,
    ),
    (
        "DELETE /api/v1/dead-letters/{consumer}/{event}",
        Needs::Admin,
    ),
    ("DELETE /api/v1/filters/{filter}", Needs::Delete),
    ("DELETE /api/v1/invitations/{id}", Needs::Admin),
    ("DELETE /api/v1/me", Needs::Everything),
    ("DELETE /api/v1/session", Needs::Delete),
    ("DELETE /api/v1/sessions", Needs::Everything),
    ("DELETE /api/v1/tags/{tag}", Needs::Delete),
    ("DELETE /api/v1/tasks/{task}", Needs::Delete),
    ("DELETE /api/v1/tokens/{id}", Needs::Everything),
    ("DELETE /api/v1/trash", Needs::Delete),
    ("GET /api/v1/agenda", Needs::Read),
    ("GET /api/v1/audit", Needs::Read),
    ("GET /api/v1/changes", Needs::Read),
    ("GET /api/v1/changes/{change}", Needs::Read),
    ("GET /api/v1/conversations", Needs::Read),
    ("GET /api/v1/conversations/{conversation}", Needs::Read),
    ("GET /api/v1/dead-letters", Needs::Admin),
    ("GET /api/v1/dead-letters/{consumer}/{event}", Needs::Admin),
    ("GET /api/v1/events", Needs::Read),
    ("GET /api/v1/filters", Needs::Read),
    ("GET /api/v1/filters/{filter}", Needs::Read),
    ("GET /api/v1/invitations", Needs::Admin),
    ("GET /api/v1/invitations/{id}", Needs::Admin),
    ("GET /api/v1/me", Needs::Read),
    ("GET /api/v1/me/export", Needs::Read),
    ("GET /api/v1/notifications", Needs::Read),
    ("GET /api/v1/series", Needs::Read),
    ("GET /api/v1/series/{series}", Needs::Read),
    ("GET /api/v1/session", Needs::Any),
    ("GET /api/v1/tags", Needs::Read),
    ("GET /api/v1/tags/{tag}", Needs::Read),
    ("GET /api/v1/tasks", Needs::Read),
    ("GET /api/v1/tasks/counts", Needs::Read),
    ("GET /api/v1/tasks/{task}", Needs::Read),
    ("GET /api/v1/tasks/{task}/explain", Needs::Read),
    ("GET /api/v1/tasks/{task}/history", Needs::Read),
    ("GET /api/v1/tokens", Needs::Read),
    ("GET /api/v1/tokens/{id}", Needs::Read),
    ("GET /api/v1/sign-up", Needs::Nothing),
    ("GET /healthz", Needs::Nothing),
    ("GET /metrics", Needs::Nothing),
    ("GET /readyz", Needs::Nothing),
    ("PATCH /api/v1/filters/{filter}", Needs::Write),
    ("PATCH /api/v1/me", Needs::Write),
    ("PATCH /api/v1/tags/{tag}", Needs::Write),
    ("PATCH /api/v1/tasks/{task}", Needs::Write),
    ("POST /api/v1/changes/{change}/undo", Needs::Write),
    (
        "POST /api/v1/conversations/{conversation}/approvals/{approval}/claim",
        Needs::Write,
    ),
    (
        "POST /api/v1/dead-letters/{consumer}/{event}/replay",
        Needs::Admin,
    ),
    ("POST /api/v1/filters", Needs::Write),
    ("POST /api/v1/invitations", Needs::Admin),
    ("POST /api/v1/notifications/read", Needs::Write),
    ("POST /api/v1/session", Needs::Nothing),
    ("POST /api/v1/tags", Needs::Write),
    ("POST /api/v1/tags/{tag}/merge", Needs::WriteAndDelete),
    ("POST /api/v1/tasks", Needs::Write),
    ("POST /api/v1/tasks/batch", Needs::Write),
    ("POST /api/v1/tasks/bulk", Needs::Write),
    ("POST /api/v1/tasks/quick", Needs::Write),
    ("POST /api/v1/tasks/{task}/complete", Needs::Write),
    ("POST /api/v1/tasks/{task}/reopen", Needs::Write),
    ("POST /api/v1/tasks/{task}/reschedule", Needs::Write),
    ("POST /api/v1/tasks/{task}/restore", Needs::Write),
    ("POST /api/v1/tasks/{task}/skip", Needs::Write),
    ("POST /api/v1/tokens", Needs::Everything),
    ("POST /api/v1/turns/{turn}/undo", Needs::Write),
    ("POST /api/v1/users", Needs::Nothing),
    (
        "PUT /api/v1/conversations/{conversation}/approvals/{approval}",
        Needs::Write,
    ),
    (
        "PUT /api/v1/conversations/{conversation}/messages/{message}",
        Needs::Write,
    ),
    ("PUT /api/v1/me/password", Needs::Everything),
];

/// All scopes of a token.
const SCOPES: [&[&str]; 11] = [
    &["read"],
    &["write"],
    &["delete"],
    &["read", "delete"],
    &["read", "write", "delete"],
    &["read", "write"],
    &["read", "no-delete"],
    &["write", "no-delete"],
    &["read", "write", "no-delete"],
    &["admin"],
    &["read", "admin"],
];

fn allows(scopes: &[&str], needs: Needs) -> bool {
    let has = |scope| scopes.contains(&scope);
    match needs {
        Needs::Nothing | Needs::Any => true,
        Needs::Read => has("read"),
        Needs::Write => has("write"),
        Needs::Delete => has("delete") || (has("write") && !has("no-delete")),
        Needs::WriteAndDelete => has("write") && !has("no-delete"),
        Needs::Admin => has("admin"),
        Needs::Everything => has("read") && has("write") && !has("no-delete"),
    }
}

/// Whether the response is about something other than the scopes: a success, or refused for another reason.
fn was_let_in(reply: &Reply) -> bool {
    reply.status.as_u16() != 403
}

async fn every_operation_is_held_to_every_scope(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let known: BTreeSet<String> = operations()
        .iter()
        .filter(|operation| !operation.is_internal())
        .map(|operation| format!("{} {}", operation.method, operation.template))
        .collect();
    let listed: BTreeSet<String> = TABLE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known, listed, "the contract and the table differ");
    // First the requests that must be refused, which change nothing.
    let before = everything(&app).await;
    let mut tokens = vec![];
    for scopes in SCOPES {
        tokens.push((scopes, app.token("Ada", scopes).await));
    }
    let mut with_tokens = app.get("/api/v1/tokens").await.expect(200);
    forget_last_use(&mut with_tokens);
    for should in [false, true] {
        for operation in operations() {
            let name = format!("{} {}", operation.method, operation.template);
            let Some((_, needs)) = TABLE.iter().find(|(listed, _)| *listed == name) else {
                continue;
            };
            for (scopes, token) in &tokens {
                if allows(scopes, *needs) != should {
                    continue;
                }
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
                    assert!(was_let_in(&reply), "{name} {scopes:?}: {}", reply.text());
                } else {
                    reply.refused(403, "insufficient_scope");
                }
            }
        }
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
