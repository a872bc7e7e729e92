//! An account that is deleted while its settings change.

use serde_json::json;
use taskwire_testkit::TestDb;

use super::{all_at_once, in_parallel, with_status};
use crate::account::with_password;
use crate::support::App;

in_parallel!(settings_meet_the_deletion_of_the_account);

const ME: &str = "/api/v1/me";

async fn settings_meet_the_deletion_of_the_account(db: TestDb) {
    let app = App::open(db).await;
    with_password(&app).await;
    let mut calls: Vec<_> = (0..40)
        .map(|number| {
            let theme = if number % 2 == 0 { "dark" } else { "light" };
            app.call("PATCH", ME).json(&json!({"theme": theme}))
        })
        .collect();
    let deletion = app
        .call("DELETE", ME)
        .json(&json!({"name": "Ada", "password": "correct horse"}));
    calls.insert(10, deletion);
    let replies = all_at_once(calls).await;
    assert_eq!(with_status(&replies, 202), 1);
    assert_eq!(
        with_status(&replies, 200) + with_status(&replies, 401),
        replies.len() - 1
    );
    app.get(ME).await.refused(401, "unauthorized");
}
