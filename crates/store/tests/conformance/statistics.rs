//! Statistics of a copy that was just restored.

use taskwire_domain::filter::Filter;
use taskwire_domain::{Status, TagName};
use taskwire_store::{Direction, Sort, TaskList};
use taskwire_testkit::{Kind, TestDb};

use crate::plans::filled;

#[tokio::test]
async fn are_collected_at_the_start_where_there_are_none() {
    let store = filled(TestDb::create(Kind::Postgres)).await;
    // What was restored was never looked at. The tables are told apart from those of a running server by name only.
    store
        .execute(
            "DELETE FROM pg_statistic WHERE starelid IN
                (CAST('tagged_tasks' AS REGCLASS), CAST('tasks' AS REGCLASS), CAST('task_tags' AS REGCLASS))",
        )
        .await;
    let list = TaskList {
        owner: store.ada,
        filter: Filter::All(vec![
            Filter::Status(Status::Open),
            Filter::Tag(TagName::parse("common").unwrap()),
        ]),
        now: store.now(),
        sort: Sort::Title,
        direction: Direction::Ascending,
        after: None,
        limit: 51,
    };
    assert_eq!(store.db.migrate().await.unwrap(), []);
    let plan = store.read().await.explain_tasks(&list).await.unwrap();
    let whole = plan.join("\n");
    assert!(whole.contains("tagged_tasks_by_title"), "{whole}");
    // A second start finds them.
    let missing = "DO $$ BEGIN ASSERT (SELECT COUNT(DISTINCT tablename) = 3 FROM pg_stats
        WHERE tablename IN ('tagged_tasks', 'tasks', 'task_tags')); END $$";
    store.execute(missing).await;
}
