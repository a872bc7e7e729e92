//! Lists of two tags, and counts of a tag: what the stored rows of tags and of pairs of tags are for.

use sqlx::{PgPool, SqlitePool};
use taskwire_domain::TagName;
use taskwire_domain::filter::Filter;
use taskwire_store::{Sort, TaskList};
use taskwire_testkit::{Kind, TestDb, both_databases};

use crate::fixture::Store;
use crate::plans::{filled, is_bad};
use crate::tagged::open_with;

both_databases!(
    each_order_of_two_tags_is_read_from_that_of_the_pair,
    counts_of_a_tag_are_read_from_its_rows,
);

/// The links of pairs, and those that the links of tags ask for.
const PAIRS: [&str; 2] = [
    "SELECT hex(task_id) || name_key FROM task_tags WHERE name_key < ' ' ORDER BY 1",
    "SELECT task_id || name_key FROM task_tags WHERE name_key < ' ' ORDER BY 1",
];
const EXPECTED: [&str; 2] = [
    "SELECT hex(one.task_id) || char(1) || one.name_key || char(1) || other.name_key
        FROM task_tags AS one JOIN task_tags AS other ON other.task_id = one.task_id AND other.name_key > one.name_key
        WHERE one.name_key > ' ' ORDER BY 1",
    "SELECT one.task_id || chr(1) || one.name_key || chr(1) || other.name_key
        FROM task_tags AS one JOIN task_tags AS other ON other.task_id = one.task_id AND other.name_key > one.name_key
        WHERE one.name_key > ' ' ORDER BY 1",
];

async fn read(test: &TestDb, statements: [&'static str; 2]) -> Vec<String> {
    let [sqlite, postgres] = statements;
    if test.kind == Kind::Sqlite {
        let pool = SqlitePool::connect(&test.address).await.unwrap();
        let rows = sqlx::query_scalar(sqlite).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    } else {
        let pool = PgPool::connect(&test.address).await.unwrap();
        let rows = sqlx::query_scalar(postgres).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    }
}

/// Each two tags of a task are linked, and no others. At least so many pairs are.
pub(crate) async fn assert_paired(test: &TestDb, least: usize) {
    let stored = read(test, PAIRS).await;
    assert!(stored.len() >= least, "{}", stored.len());
    assert_eq!(stored, read(test, EXPECTED).await);
}

/// Tasks with two tags, more than are looked up one by one, among more with one of them.
async fn with_pairs(db: TestDb) -> Store {
    let store = filled(db).await;
    let analyze = match store.test.kind {
        Kind::Sqlite => "",
        Kind::Postgres => "ANALYZE;",
    };
    store
        .execute(&format!(
            "INSERT INTO task_tags (owner_id, task_id, name_key)
                SELECT owner_id, id, 'also' FROM tasks WHERE number % 12 = 0 OR number % 2 = 1;
            {analyze}"
        ))
        .await;
    store
}

async fn each_order_of_two_tags_is_read_from_that_of_the_pair(db: TestDb) {
    let store = with_pairs(db).await;
    let mut tx = store.read().await;
    let tag = |name| Filter::Tag(TagName::parse(name).unwrap());
    for sort in [Sort::Due, Sort::Title, Sort::Priority] {
        let mut list = open_with(&store, "common", sort);
        list.filter = Filter::All(vec![list.filter, tag("Also")]);
        let plan = tx.explain_tasks(&list).await.unwrap();
        let whole = plan.join("\n");
        assert!(whole.contains("tagged_tasks"), "{sort:?}\n{whole}");
        let is_bad = |line: &String| is_bad(store.test.kind, line);
        assert!(!plan.iter().any(is_bad), "{sort:?}\n{whole}");
        list.limit = 5000;
        // Of those that are open, whose numbers are multiples of 4.
        let expected = (1..=20_000).filter(|n| n % 12 == 0 && n % 400 != 0).count();
        assert_eq!(tx.list_tasks(&list).await.unwrap().len(), expected);
    }
}

async fn counts_of_a_tag_are_read_from_its_rows(db: TestDb) {
    let store = with_pairs(db).await;
    let mut tx = store.read().await;
    let instants = [100, 300].map(|micros| jiff::Timestamp::from_microsecond(micros).unwrap());
    for (tag, read, other, both) in [
        ("common", "tagged_tasks", "also", 1650),
        ("rare", "sqlite_autoindex_tasks_1", "also", 16),
    ] {
        let list = open_with(&store, tag, Sort::Due);
        let plan = tx.explain_listed_counts(&list, &instants).await.unwrap();
        let whole = plan.join("\n");
        let read = match store.test.kind {
            Kind::Postgres if tag == "rare" => "tasks_pkey",
            _ => read,
        };
        assert!(whole.contains(read), "{whole}");
        // Postgres reads few rows of tags whole, which is no longer than an index.
        let is_bad = |word: &&str| whole.contains(*word);
        assert!(!["SCAN", "Seq Scan on tasks"].iter().any(is_bad), "{whole}");
        let counts = tx.count_listed(&list, &instants).await.unwrap();
        let everything = TaskList {
            limit: 20_000,
            ..list.clone()
        };
        let listed = tx.list_tasks(&everything).await.unwrap().len();
        let sum: i64 = counts.iter().map(|count| count.count).sum();
        assert_eq!(usize::try_from(sum).unwrap(), listed);
        assert!(counts.iter().all(|count| count.passed.is_some()));
        let mut by_tag = tx.count_listed_by_tag(&list).await.unwrap();
        by_tag.sort();
        let mut expected = [(other.to_owned(), both), (tag.to_owned(), sum)];
        expected.sort();
        assert_eq!(by_tag, expected);
    }
}
