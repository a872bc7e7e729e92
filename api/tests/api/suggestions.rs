//! Errors about an unknown parameter or value: they name the nearest one, or all.

use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    unknown_parameters_are_answered_with_advice,
    a_filter_that_knows_no_such_value_lists_what_there_is,
    the_first_tags_have_colours_of_their_own,
);

async fn unknown_parameters_are_answered_with_advice(db: TestDb) {
    let app = App::open(db).await;
    for (query, advice) in [
        (
            "page=2",
            "Use \"cursor\" for paging: send next_cursor of the previous page.",
        ),
        (
            "offset=50",
            "Use \"cursor\" for paging: send next_cursor of the previous page.",
        ),
        ("per_page=5", "Did you mean \"limit\"?"),
        ("text=milk", "Did you mean \"search\"?"),
        ("stauts=open", "Did you mean \"status\"?"),
        ("tags=home", "Did you mean \"tag\"?"),
        (
            "colour=red",
            "Known query parameters: filter, status, priority, tag, tag_any, is_overdue, overdue, no_due, parent, recurring, due_before, due_after, completed_before, completed_after, created_before, created_after, updated_before, updated_after, changed_by, search, q, zone, sort, order, limit, cursor.",
        ),
    ] {
        let reply = app.get(&format!("/api/v1/tasks?{query}")).await;
        let problem = reply.refused(422, "unknown_field");
        let name = query.split('=').next().unwrap();
        assert_eq!(
            problem["detail"],
            format!("Unknown query parameter {name:?}.")
        );
        assert_eq!(problem["errors"][0]["pointer"], name);
        assert_eq!(problem["hint"], advice, "{query}");
    }
}

async fn a_filter_that_knows_no_such_value_lists_what_there_is(db: TestDb) {
    let app = App::open(db).await;
    for (query, code, detail, hint) in [
        (
            "sort=size",
            "invalid_value",
            "Invalid value for sort: \"size\".",
            "Send due, smart, created, updated, priority, title, number, completed, relevance.",
        ),
        (
            "status=done",
            "invalid_value",
            "Invalid value for status: \"done\".",
            "Send open, completed, skipped, deleted, all.",
        ),
        (
            "order=up",
            "invalid_value",
            "Invalid value for order: \"up\".",
            "Send asc, desc.",
        ),
        (
            "tag=!work",
            "unknown_tag",
            "Unknown tag \"!work\".",
            "Your tags: Finance, Health, Personal, Shopping, Work.",
        ),
        (
            "tag=work,garden",
            "unknown_tag",
            "Unknown tag \"garden\".",
            "Your tags: Finance, Health, Personal, Shopping, Work.",
        ),
    ] {
        let reply = app.get(&format!("/api/v1/tasks?{query}")).await;
        let problem = reply.refused(422, code);
        assert_eq!(problem["detail"], detail);
        assert_eq!(problem["hint"], hint);
    }
    app.get("/api/v1/tasks?tag=WORK,health").await.expect(200);
}

async fn the_first_tags_have_colours_of_their_own(db: TestDb) {
    let app = App::open(db).await;
    let tags = app.get("/api/v1/tags").await.expect(200);
    let mut colors: Vec<String> = tags["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["color"].to_string())
        .collect();
    assert_eq!(colors.len(), 5);
    colors.sort();
    colors.dedup();
    assert_eq!(colors.len(), 5, "{tags}");
}
