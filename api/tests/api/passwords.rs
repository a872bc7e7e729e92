//! Signing in with a password, and the limits of guessing.

use jiff::SignedDuration;
use serde_json::json;
use taskwire_api::admin;
use taskwire_domain::Clock;
use taskwire_domain::contract::headers::SESSION_COOKIE as COOKIE;
use taskwire_testkit::{TestDb, both_databases};

use crate::session::{self, SESSION, code, cookie, signed_in};
use crate::support::App;

both_databases!(
    a_password_signs_in,
    guessing_is_paused_longer_each_time,
    an_address_is_paused_whatever_names_it_tries,
    two_hundred_at_once_are_answered,
    a_new_password_ends_the_sessions,
);

async fn a_password_signs_in(db: TestDb) {
    let app = App::open(db).await;
    let now = app.clock.now();
    admin::set_password(&app.db, &app.ids, now, "Ada", "correct horse")
        .await
        .unwrap();
    app.person("Bob").await;
    let sign_in = |name: &str, password: &str| {
        app.anonymous("POST", SESSION)
            .json(&json!({"name": name, "password": password}))
            .send()
    };
    let reply = sign_in("ada", "correct horse").await;
    assert_eq!(reply.expect(200)["user"]["name"], "Ada");
    assert!(cookie(&reply).starts_with(COOKIE));
    let long = "x".repeat(1025);
    for (name, password) in [
        ("Ada", "wrong horse"),
        ("Ada", ""),
        ("Ada", &long),
        ("Bob", "correct horse"),
        ("Bob", ""),
        ("Nobody", "correct horse"),
        ("A\0da", "correct horse"),
    ] {
        let problem = sign_in(name, password)
            .await
            .refused(401, "wrong_name_or_password");
        assert_eq!(problem["detail"], "Wrong name or password.", "{name}");
        // Which resets the failure: this test is not about pauses.
        sign_in("ada", "correct horse").await.expect(200);
    }
}

async fn guessing_is_paused_longer_each_time(db: TestDb) {
    let app = App::open(db).await;
    let now = app.clock.now();
    admin::set_password(&app.db, &app.ids, now, "Ada", "correct horse")
        .await
        .unwrap();
    let sign_in = |name: &str, password: &str, address: &str| {
        app.anonymous("POST", SESSION)
            .from(address)
            .json(&json!({"name": name, "password": password}))
            .send()
    };
    // An unknown name is treated like a known one.
    for name in ["Ada", "Nobody"] {
        for _ in 0..5 {
            sign_in(name, "a guess", "192.0.2.1")
                .await
                .refused(401, "wrong_name_or_password");
        }
        for seconds in ["1", "2", "4"] {
            // The right password is not checked either, from any address.
            let reply = sign_in(name, "correct horse", "192.0.2.2").await;
            reply.refused(429, "too_many_sign_ins");
            assert_eq!(reply.header("retry-after"), seconds);
            app.clock
                .advance(SignedDuration::from_secs(seconds.parse().unwrap()));
            sign_in(name, "a guess", "192.0.2.1")
                .await
                .refused(401, "wrong_name_or_password");
        }
    }
    // Links work during the pause, and after it the right password does.
    session::sign_in(&app, &code(&app).await)
        .send()
        .await
        .expect(200);
    app.clock.advance(SignedDuration::from_secs(8));
    sign_in("Ada", "correct horse", "192.0.2.1")
        .await
        .expect(200);
    sign_in("Ada", "a guess", "192.0.2.1")
        .await
        .refused(401, "wrong_name_or_password");
}

async fn an_address_is_paused_whatever_names_it_tries(db: TestDb) {
    let app = App::open(db).await;
    let sign_in = |name: String, address: &'static str| {
        app.anonymous("POST", SESSION)
            .from(address)
            .header("x-forwarded-for", "198.51.100.1")
            .json(&json!({"name": name, "password": "a guess"}))
            .send()
    };
    for n in 0..20 {
        sign_in(format!("name {n}"), "192.0.2.1")
            .await
            .refused(401, "wrong_name_or_password");
    }
    sign_in("another".into(), "192.0.2.1")
        .await
        .refused(429, "too_many_sign_ins");
    sign_in("another".into(), "192.0.2.2")
        .await
        .refused(401, "wrong_name_or_password");
}

async fn two_hundred_at_once_are_answered(db: TestDb) {
    let app = App::open(db).await;
    let tries = (0..200).map(|n| {
        app.anonymous("POST", SESSION)
            .json(&json!({"name": format!("name {n}"), "password": "a guess"}))
            .send()
    });
    let mut refused = 0;
    for reply in futures::future::join_all(tries).await {
        match reply.status.as_u16() {
            429 => {
                reply.refused(429, "sign_in_busy");
                assert_eq!(reply.header("retry-after"), "1");
                refused += 1;
            }
            _ => {
                reply.refused(401, "wrong_name_or_password");
            }
        }
    }
    assert!(refused < 200, "some had their turn");
    // After that there is room again.
    admin::set_password(&app.db, &app.ids, app.clock.now(), "Ada", "correct horse")
        .await
        .unwrap();
    app.anonymous("POST", SESSION)
        .json(&json!({"name": "Ada", "password": "correct horse"}))
        .send()
        .await
        .expect(200);
}

async fn a_new_password_ends_the_sessions(db: TestDb) {
    let app = App::open(db).await;
    let cookie = signed_in(&app).await;
    let mut stream = app
        .anonymous("GET", "/api/v1/events")
        .header("cookie", &cookie)
        .listen()
        .await;
    // Like the command line, in a separate process.
    let now = app.clock.now();
    admin::set_password(&app.db, &app.ids, now, "Ada", "correct horse")
        .await
        .unwrap();
    assert_eq!(stream.next().await, None);
    app.clock.advance(SignedDuration::from_secs(1));
    app.anonymous("GET", SESSION)
        .header("cookie", &cookie)
        .send()
        .await
        .refused(401, "unauthorized");
    // Tokens stay valid.
    app.get(SESSION).await.expect(200);
}
