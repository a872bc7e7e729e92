//! `POST /api/v1/users` and invitations.

use jiff::SignedDuration;
use serde_json::{Value, json};
use taskwire_api::SignUp;
use taskwire_testkit::{TestDb, both_databases};

use crate::session::SESSION;
use crate::support::{App, Call};

both_databases!(
    whoever_signs_up_signs_in,
    names_are_taken_without_regard_to_case,
    nobody_signs_up_where_it_is_closed,
    an_invitation_works_once,
    an_invitation_ends,
    an_invitation_is_listed_and_revoked,
    sign_ups_from_one_address_are_paused,
    refuses_what_it_cannot_accept,
    a_page_of_another_site_signs_nobody_up,
);

const USERS: &str = "/api/v1/users";
const INVITATIONS: &str = "/api/v1/invitations";

fn sign_up(app: &App, body: &Value) -> Call {
    app.anonymous("POST", USERS).json(body)
}

fn zoe() -> Value {
    json!({"name": " Zoe ", "password": "correct horse", "zone": "Asia/Tokyo"})
}

async fn invite(app: &App) -> Value {
    let made = app.post(INVITATIONS, json!({"label": "Zoe"})).await;
    let invitation = made.expect(201);
    let path = format!("{INVITATIONS}/{}", invitation["id"].as_str().unwrap());
    assert_eq!(made.header("location"), path);
    invitation
}

async fn whoever_signs_up_signs_in(db: TestDb) {
    let app = App::open(db).await;
    let reply = sign_up(&app, &zoe()).send().await;
    let made = reply.expect(201);
    assert_eq!(reply.header("location"), "/api/v1/me");
    assert_eq!(
        (&made["name"], &made["zone"]),
        (&json!("Zoe"), &json!("Asia/Tokyo"))
    );
    // Nothing but the password signs in: signing up gives no session.
    assert!(reply.headers.get("set-cookie").is_none());
    let session = app
        .anonymous("POST", SESSION)
        .header("user-agent", "Mozilla/5.0 (test)")
        .json(&json!({"name": "zoe", "password": "correct horse"}))
        .send()
        .await;
    let cookie = crate::session::cookie(&session);
    let view = session.expect(200);
    assert_eq!(view["user"], made);
    assert_eq!(view["token"]["client"], "Mozilla/5.0 (test)");
    let get = |path: &str| app.anonymous("GET", path).header("cookie", &cookie).send();
    let tags = get("/api/v1/tags").await.expect(200);
    assert!(!tags["items"].as_array().unwrap().is_empty());
    assert_eq!(get("/api/v1/me").await.header("etag"), reply.header("etag"));
}

/// Who may sign up, as anyone can read.
async fn policy(app: &App) -> String {
    let seen = app.anonymous("GET", "/api/v1/sign-up").send().await;
    let policy = seen.expect(200)["sign_up"].clone();
    policy.as_str().unwrap().to_owned()
}

async fn names_are_taken_without_regard_to_case(db: TestDb) {
    let app = App::open(db).await;
    assert_eq!(policy(&app).await, "open");
    let body = json!({"name": "ADA", "password": "correct horse"});
    sign_up(&app, &body).send().await.refused(409, "name_taken");
    sign_up(
        &app,
        &json!({"name": "Élodie", "password": "correct horse"}),
    )
    .send()
    .await
    .expect(201);
    sign_up(
        &app,
        &json!({"name": "éLODIE", "password": "another horse"}),
    )
    .send()
    .await
    .refused(409, "name_taken");
    // Nor to the encodings of one letter, its width, and what nobody sees.
    for alike in ["E\u{301}lodie", "Éｌｏｄｉｅ", "Élodie\u{200B}"] {
        let body = json!({"name": alike, "password": "another horse"});
        sign_up(&app, &body).send().await.refused(409, "name_taken");
        let body = json!({"name": alike, "password": "correct horse"});
        let signed_in = app.anonymous("POST", SESSION).json(&body);
        signed_in.send().await.expect(200);
    }
}

async fn nobody_signs_up_where_it_is_closed(db: TestDb) {
    let app = App::joined_by(db, SignUp::Closed).await;
    assert_eq!(policy(&app).await, "closed");
    sign_up(&app, &zoe())
        .send()
        .await
        .refused(403, "sign_up_closed");
    // Not even with an invitation.
    let code = invite(&app).await["code"].clone();
    let mut body = zoe();
    body["invitation"] = code;
    sign_up(&app, &body)
        .send()
        .await
        .refused(403, "sign_up_closed");
    let list = app.get(INVITATIONS).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

async fn an_invitation_works_once(db: TestDb) {
    let app = App::joined_by(db, SignUp::Invitation).await;
    assert_eq!(policy(&app).await, "invitation");
    let refused = sign_up(&app, &zoe()).send().await;
    let problem = refused.refused(422, "invitation_required");
    assert_eq!(problem["errors"][0]["pointer"], "/invitation");
    let invited = |name: &str, code: &Value| json!({"name": name, "password": "correct horse", "invitation": code});
    // Without an invitation nobody learns which names are taken.
    sign_up(&app, &invited("Ada", &json!("twi_invented")))
        .send()
        .await
        .refused(422, "invalid_invitation");
    let code = invite(&app).await["code"].clone();
    // A sign-up that fails does not use it up.
    sign_up(&app, &invited("Ada", &code))
        .send()
        .await
        .refused(409, "name_taken");
    sign_up(&app, &invited("Zoe", &code))
        .send()
        .await
        .expect(201);
    sign_up(&app, &invited("Zac", &code))
        .send()
        .await
        .refused(422, "invalid_invitation");
    let list = app.get(INVITATIONS).await.expect(200);
    assert_eq!(list["items"], json!([]));
    // Of several at once, one gets it.
    let code = invite(&app).await["code"].clone();
    let tries = (0..5).map(|n| sign_up(&app, &invited(&format!("Kim {n}"), &code)).send());
    let replies = futures::future::join_all(tries).await;
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(made, 1);
}

async fn an_invitation_ends(db: TestDb) {
    let app = App::joined_by(db, SignUp::Invitation).await;
    let made = app
        .post(INVITATIONS, json!({"label": "Zoe", "expires_in_days": 1}))
        .await
        .expect(201);
    assert_eq!(made["expires_at"], "2026-11-21T12:00:00Z");
    app.at("2026-11-21T12:00:00Z");
    let mut body = zoe();
    body["invitation"] = made["code"].clone();
    sign_up(&app, &body)
        .send()
        .await
        .refused(422, "invalid_invitation");
    let path = format!("{INVITATIONS}/{}", made["id"].as_str().unwrap());
    app.get(&path).await.refused(404, "not_found");
}

async fn an_invitation_is_listed_and_revoked(db: TestDb) {
    let app = App::joined_by(db, SignUp::Invitation).await;
    let mut made = invite(&app).await;
    let code = made.as_object_mut().unwrap().remove("code").unwrap();
    assert_eq!(made["expires_at"], "2026-11-27T12:00:00Z");
    let list = app.get(INVITATIONS).await;
    assert_eq!(list.expect(200)["items"], json!([made]));
    assert!(!list.text().contains(code.as_str().unwrap()));
    let path = format!("{INVITATIONS}/{}", made["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.expect(200), made);
    // Another operator's invitations are missing.
    let eve = app.person("Eve").await;
    for method in ["GET", "DELETE"] {
        let call = app.call(method, &path).token(&eve.token);
        call.send().await.refused(404, "not_found");
    }
    app.delete(&path).await.expect(204);
    app.delete(&path).await.refused(404, "not_found");
    let mut body = zoe();
    body["invitation"] = code;
    sign_up(&app, &body)
        .send()
        .await
        .refused(422, "invalid_invitation");
    for (body, code) in [
        (json!({"label": ""}), "invalid_label"),
        (
            json!({"label": "x", "expires_in_days": 0}),
            "invalid_expiry",
        ),
        (
            json!({"label": "x", "expires_in_days": 91}),
            "invalid_expiry",
        ),
    ] {
        app.post(INVITATIONS, body).await.refused(422, code);
    }
}

async fn sign_ups_from_one_address_are_paused(db: TestDb) {
    let app = App::open(db).await;
    let from = |n: i32, address: &'static str| {
        let body = json!({"name": format!("Kim {n}"), "password": "correct horse"});
        sign_up(&app, &body).from(address).send()
    };
    for n in 0..20 {
        from(n, "192.0.2.1").await.expect(201);
    }
    from(20, "192.0.2.1")
        .await
        .refused(429, "too_many_sign_ups");
    from(20, "192.0.2.2").await.expect(201);
    // The same pause holds for signing in.
    app.anonymous("POST", SESSION)
        .from("192.0.2.1")
        .json(&json!({"name": "Kim 1", "password": "correct horse"}))
        .send()
        .await
        .refused(429, "too_many_sign_ins");
    app.clock.advance(SignedDuration::from_secs(1));
    from(21, "192.0.2.1").await.expect(201);
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    let reply = sign_up(
        &app,
        &json!({"name": "", "password": "short", "zone": "Rome"}),
    );
    let problem = reply.send().await.refused(422, "invalid_name");
    let pointers: Vec<&Value> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(pointers, ["/name", "/password", "/zone"]);
    let mut body = zoe();
    body["invitation"] = json!("twi_invented");
    // Where none is needed, a wrong one is not ignored.
    sign_up(&app, &body)
        .send()
        .await
        .refused(422, "invalid_invitation");
    sign_up(&app, &zoe())
        .header("idempotency-key", "k")
        .send()
        .await
        .refused(400, "idempotency_key_not_supported");
    let long = "x".repeat(1025);
    sign_up(&app, &json!({"name": "Zoe", "password": long}))
        .send()
        .await
        .refused(422, "weak_password");
}

async fn a_page_of_another_site_signs_nobody_up(db: TestDb) {
    let app = App::open(db).await;
    let from = |origin: &str| {
        sign_up(&app, &zoe())
            .header("host", "tasks.example:8080")
            .header("origin", origin)
            .send()
    };
    from("https://evil.example")
        .await
        .refused(403, "foreign_origin");
    from("http://tasks.example:8080").await.expect(201);
}
