//! Conversations, messages, approvals.

use jiff::SignedDuration;
use taskwire_domain::UserId;
use taskwire_store::{ApprovalRow, ClaimedApproval, MessageRow};
use taskwire_testkit::{TestDb, both_databases};

use crate::fixture::Store;

fn message(store: &Store, id: &str, parts: &str) -> MessageRow {
    MessageRow {
        id: id.into(),
        role: "user".into(),
        parts: parts.into(),
        model: Some("{\"role\":\"user\"}".into()),
        created_at: store.now(),
    }
}

async fn put(store: &Store, owner: UserId, conversation: &str, message: &MessageRow) {
    let mut tx = store.db.begin().await.unwrap();
    tx.touch_conversation(owner, conversation, &message.parts, store.now())
        .await
        .unwrap();
    tx.put_message(owner, conversation, message).await.unwrap();
    tx.commit().await.unwrap();
}

async fn ids(store: &Store, owner: UserId, conversation: &str) -> Vec<String> {
    let messages = store
        .read()
        .await
        .list_messages(owner, conversation)
        .await
        .unwrap();
    messages.into_iter().map(|message| message.id).collect()
}

async fn messages_stay_in_their_places(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    for id in ["a", "b", "c"] {
        store.clock.advance(SignedDuration::from_mins(1));
        put(
            &store,
            store.ada,
            "talk",
            &message(&store, id, "[\"first\"]"),
        )
        .await;
    }
    put(&store, bob, "talk", &message(&store, "a", "[\"of Bob\"]")).await;
    put(
        &store,
        store.ada,
        "talk",
        &message(&store, "b", "[\"second\"]"),
    )
    .await;
    assert_eq!(ids(&store, store.ada, "talk").await, ["a", "b", "c"]);
    let mut tx = store.read().await;
    let messages = tx.list_messages(store.ada, "talk").await.unwrap();
    assert_eq!(messages[1].parts, "[\"second\"]");
    let conversation = tx
        .find_conversation(store.ada, "talk")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(conversation.title, "[\"first\"]");
    assert!(conversation.updated_at > conversation.created_at);
    drop(tx);

    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(
        tx.truncate_conversation(store.ada, "talk", "b")
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        tx.truncate_conversation(store.ada, "talk", "unknown")
            .await
            .unwrap(),
        0
    );
    tx.commit().await.unwrap();
    put(&store, store.ada, "talk", &message(&store, "d", "[]")).await;
    assert_eq!(ids(&store, store.ada, "talk").await, ["a", "d"]);
    assert_eq!(ids(&store, bob, "talk").await, ["a"]);
}

async fn conversations_are_listed_and_deleted_by_owner(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    for id in ["one", "two", "three"] {
        store.clock.advance(SignedDuration::from_mins(1));
        put(&store, store.ada, id, &message(&store, "a", "[]")).await;
    }
    put(&store, bob, "one", &message(&store, "a", "[]")).await;
    let list = |owner, limit| {
        let store = &store;
        async move {
            let list = store
                .read()
                .await
                .list_conversations(owner, limit)
                .await
                .unwrap();
            list.into_iter()
                .map(|conversation| conversation.id)
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(list(store.ada, 10).await, ["three", "two", "one"]);
    assert_eq!(list(store.ada, 1).await, ["three"]);
    let mut tx = store.db.begin().await.unwrap();
    tx.put_approval(store.ada, "one", &approval(&store))
        .await
        .unwrap();
    assert!(!tx.delete_conversation(bob, "two").await.unwrap());
    assert!(tx.delete_conversation(store.ada, "one").await.unwrap());
    assert!(!tx.delete_conversation(store.ada, "one").await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(list(store.ada, 10).await, ["three", "two"]);
    assert_eq!(list(bob, 10).await, ["one"]);
    assert_eq!(ids(&store, bob, "one").await, ["a"]);
}

async fn messages_put_at_once_all_have_a_place(db: TestDb) {
    let store = Store::open(db).await;
    let one = message(&store, "one", "[]");
    let two = message(&store, "two", "[]");
    let three = message(&store, "three", "[]");
    tokio::join!(
        put(&store, store.ada, "talk", &one),
        put(&store, store.ada, "talk", &two),
        put(&store, store.ada, "talk", &three),
    );
    let mut all = ids(&store, store.ada, "talk").await;
    all.sort_unstable();
    assert_eq!(all, ["one", "three", "two"]);
}

fn approval(store: &Store) -> ApprovalRow {
    ApprovalRow {
        id: "yes?".into(),
        message: "a".into(),
        tool_call: "call_1".into(),
        tool: "delete_task".into(),
        arguments: "{\"task\":3}".into(),
        expires_at: store.now() + SignedDuration::from_mins(10),
    }
}

async fn an_approval_is_answered_once(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    put(&store, store.ada, "talk", &message(&store, "a", "[]")).await;
    let mut tx = store.db.begin().await.unwrap();
    let asked = approval(&store);
    tx.put_approval(store.ada, "talk", &asked).await.unwrap();
    // The same question again does not change what was shown.
    let other = ApprovalRow {
        arguments: "{\"task\":4}".into(),
        ..asked.clone()
    };
    tx.put_approval(store.ada, "talk", &other).await.unwrap();
    tx.commit().await.unwrap();

    let answer = |owner, id: &'static str, approved| {
        let store = &store;
        async move {
            let mut tx = store.db.begin().await.unwrap();
            let claimed = tx
                .claim_approval(owner, "talk", id, approved, store.now())
                .await
                .unwrap();
            tx.commit().await.unwrap();
            claimed
        }
    };
    assert!(matches!(
        answer(bob, "yes?", true).await,
        ClaimedApproval::Unknown
    ));
    assert!(matches!(
        answer(store.ada, "no?", true).await,
        ClaimedApproval::Unknown
    ));
    let (one, two) = tokio::join!(
        answer(store.ada, "yes?", true),
        answer(store.ada, "yes?", false)
    );
    let (now, used) = if matches!(one, ClaimedApproval::Now(_)) {
        (one, two)
    } else {
        (two, one)
    };
    assert!(matches!(used, ClaimedApproval::Used), "{used:?}");
    let ClaimedApproval::Now(row) = now else {
        panic!("nobody answered: {now:?}");
    };
    assert_eq!(
        (row.arguments.as_str(), row.tool.as_str()),
        ("{\"task\":3}", "delete_task")
    );
    assert_eq!(row.expires_at, asked.expires_at);
    assert!(matches!(
        answer(store.ada, "yes?", true).await,
        ClaimedApproval::Used
    ));
}

async fn an_approval_expires(db: TestDb) {
    let store = Store::open(db).await;
    put(&store, store.ada, "talk", &message(&store, "a", "[]")).await;
    let asked = approval(&store);
    let mut tx = store.db.begin().await.unwrap();
    tx.put_approval(store.ada, "talk", &asked).await.unwrap();
    let claimed = tx
        .claim_approval(store.ada, "talk", "yes?", true, asked.expires_at)
        .await
        .unwrap();
    assert!(matches!(claimed, ClaimedApproval::Expired), "{claimed:?}");
}

both_databases!(
    messages_stay_in_their_places,
    conversations_are_listed_and_deleted_by_owner,
    messages_put_at_once_all_have_a_place,
    an_approval_is_answered_once,
    an_approval_expires,
);
