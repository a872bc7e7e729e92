//! Idempotency, tags, and read-only databases.

use jiff::SignedDuration;
use taskwire_domain::TagName;
use taskwire_store::{Outage, StoredResponse, TagRow, WriteProbe};
use taskwire_testkit::{Kind, TestDb, both_databases};

use crate::fixture::Store;

async fn a_key_is_used_once(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    let request = "POST /api/v1/tasks";
    let mut tx = store.db.begin().await.unwrap();
    let kept = tx
        .reserve_key(store.ada, "k", request, "print", store.now())
        .await
        .unwrap();
    assert!(kept.is_none());
    tx.store_response(store.ada, "k", request, 201, "{\"id\":1}", None)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let mut tx = store.db.begin().await.unwrap();
    let kept = tx
        .reserve_key(store.ada, "k", request, "other print", store.now())
        .await
        .unwrap();
    let StoredResponse {
        fingerprint,
        status,
        body,
        change_id,
    } = kept.unwrap();
    assert_eq!(
        (fingerprint.as_str(), status, body.as_str(), change_id),
        ("print", 201, "{\"id\":1}", None)
    );
    // Of another user, or for another request, it is another key.
    for (owner, request) in [(bob, request), (store.ada, "POST /api/v1/tags")] {
        let kept = tx
            .reserve_key(owner, "k", request, "print", store.now())
            .await
            .unwrap();
        assert!(kept.is_none());
    }
    assert!(
        tx.store_response(store.ada, "unknown", request, 200, "", None)
            .await
            .is_err()
    );
    drop(tx);

    store.clock.advance(SignedDuration::from_hours(24));
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(
        tx.delete_expired_responses(store.now() - SignedDuration::from_hours(24), 10)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        tx.delete_expired_responses(store.now(), 10).await.unwrap(),
        1
    );
    let kept = tx
        .reserve_key(store.ada, "k", request, "print", store.now())
        .await
        .unwrap();
    assert!(kept.is_none());
    tx.commit().await.unwrap();
}

async fn of_two_requests_at_once_one_runs_and_the_other_gets_its_answer(db: TestDb) {
    let store = Store::open(db).await;
    let run = |body: &'static str| {
        let store = &store;
        async move {
            let mut tx = store.db.begin().await.unwrap();
            let kept = tx
                .reserve_key(store.ada, "k", "POST /", "print", store.now())
                .await
                .unwrap();
            if let Some(kept) = kept {
                return kept.body;
            }
            tx.store_response(store.ada, "k", "POST /", 200, body, None)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            body.to_owned()
        }
    };
    let (one, two, three) = tokio::join!(run("one"), run("two"), run("three"));
    assert_eq!(one, two);
    assert_eq!(two, three);
}

async fn a_key_whose_request_failed_is_free_again(db: TestDb) {
    let store = Store::open(db).await;
    let mut tx = store.db.begin().await.unwrap();
    tx.reserve_key(store.ada, "k", "POST /", "print", store.now())
        .await
        .unwrap();
    drop(tx);
    let mut tx = store.db.begin().await.unwrap();
    let kept = tx
        .reserve_key(store.ada, "k", "POST /", "print", store.now())
        .await
        .unwrap();
    assert!(kept.is_none());
}

async fn a_tag_exists_once_per_owner_whatever_its_case(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    let tag = |name: &str| TagRow {
        id: store.id(),
        name: TagName::parse(name).unwrap(),
        color: "#aabbcc".into(),
        version: 1,
    };
    let mut tx = store.db.begin().await.unwrap();
    assert!(tx.insert_tag(store.ada, &tag("Work")).await.unwrap());
    assert!(tx.insert_tag(store.ada, &tag("Büro")).await.unwrap());
    assert!(!tx.insert_tag(store.ada, &tag("BÜRO")).await.unwrap());
    assert!(tx.insert_tag(bob, &tag("work")).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = store.read().await;
    let names = |tags: Vec<TagRow>| {
        tags.iter()
            .map(|tag| tag.name.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(tx.list_tags(store.ada).await.unwrap()),
        ["Büro", "Work"]
    );
    assert_eq!(names(tx.list_tags(bob).await.unwrap()), ["work"]);
    let found = tx
        .find_tag(store.ada, &TagName::parse("büro").unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.name.as_str(), found.color.as_str()),
        ("Büro", "#aabbcc")
    );
    assert!(
        tx.find_tag(bob, &TagName::parse("büro").unwrap())
            .await
            .unwrap()
            .is_none()
    );
}

both_databases!(
    a_key_is_used_once,
    of_two_requests_at_once_one_runs_and_the_other_gets_its_answer,
    a_key_whose_request_failed_is_free_again,
    a_tag_exists_once_per_owner_whatever_its_case,
);

/// As on a replica, or on a server that an administrator has made read-only.
#[tokio::test]
async fn a_database_that_can_only_be_read_says_so() {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let pool = sqlx::PgPool::connect(&store.test.address).await.unwrap();
    sqlx::query(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$",
    )
    .execute(&pool)
    .await
    .unwrap();
    let other = store.again().await;
    let refused = other.check_writes(WriteProbe::Small).await.unwrap_err();
    assert_eq!(refused.outage(), Some(Outage::ReadOnly), "{refused}");
    assert_eq!(
        other.read().await.unwrap().end_of_events().await.unwrap(),
        0
    );
    store.db.check_writes(WriteProbe::Small).await.unwrap();
}
