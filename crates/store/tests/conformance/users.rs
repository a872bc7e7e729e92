//! Users, tokens, sign-in codes, settings.

use jiff::SignedDuration;
use jiff::civil::Weekday;
use taskwire_domain::grammar::DateOrder;
use taskwire_domain::{TokenId, UserId, Zone};
use taskwire_store::{TokenRow, UserRow};
use taskwire_testkit::{TestDb, both_databases};

use crate::fixture::Store;

async fn names_are_taken_without_regard_to_case(db: TestDb) {
    let store = Store::open(db).await;
    let mut tx = store.db.begin().await.unwrap();
    let user = |name: &str| UserRow::new(store.id(), name.into(), Zone::utc());
    assert!(!tx.insert_user(&user("ADA"), store.now()).await.unwrap());
    assert!(tx.insert_user(&user("Élodie"), store.now()).await.unwrap());
    assert!(!tx.insert_user(&user("éLODIE"), store.now()).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = store.read().await;
    let found = tx.find_user_by_name("élodie").await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.zone.name()), ("Élodie", "UTC"));
    assert!(tx.find_user_by_name("elodie").await.unwrap().is_none());
}

async fn settings_of_a_user_change(db: TestDb) {
    let store = Store::open(db).await;
    let tokyo = Zone::parse("Asia/Tokyo").unwrap();
    let nobody: UserId = store.id();
    let mut tx = store.db.begin().await.unwrap();
    let before = tx.find_user(store.ada).await.unwrap().unwrap();
    let moved = UserRow {
        zone: tokyo,
        week_start: Weekday::Sunday,
        date_order: DateOrder::MonthFirst,
        ..before
    };
    tx.set_settings(&moved).await.unwrap();
    tx.set_password(store.ada, "$argon2id$…").await.unwrap();
    let other = UserRow {
        id: nobody,
        ..moved
    };
    assert!(tx.set_settings(&other).await.is_err());
    assert!(tx.set_password(nobody, "").await.is_err());
    tx.commit().await.unwrap();
    let ada = store
        .read()
        .await
        .find_user(store.ada)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ada.zone.name(), "Asia/Tokyo");
    assert_eq!(ada.week_start, Weekday::Sunday);
    assert_eq!(ada.date_order, DateOrder::MonthFirst);
    assert_eq!(ada.password_hash.as_deref(), Some("$argon2id$…"));
    assert!(
        store
            .read()
            .await
            .find_user(nobody)
            .await
            .unwrap()
            .is_none()
    );
}

fn token(store: &Store, owner: UserId, hash: &str, minutes: Option<i64>) -> TokenRow {
    TokenRow {
        id: store.id(),
        owner,
        hash: hash.into(),
        kind: "api".into(),
        label: "Laptop".into(),
        scopes: "read write".into(),
        created_at: store.now(),
        expires_at: minutes.map(|minutes| store.now() + SignedDuration::from_mins(minutes)),
        last_used_at: None,
        client: None,
        grant: None,
        audience: None,
    }
}

async fn says_which_of_many_tokens_are_valid(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    let mut valid = Vec::new();
    let mut asked = Vec::new();
    let mut tx = store.db.begin().await.unwrap();
    for n in 0..40 {
        let (owner, minutes) = match n % 3 {
            0 => (store.ada, None),
            1 => (bob, Some(10)),
            _ => (store.ada, Some(0)),
        };
        let token = token(&store, owner, &format!("{n}"), minutes);
        tx.insert_token(&token).await.unwrap();
        asked.push(token.id);
        if n % 3 != 2 {
            valid.push(token.id);
        }
        // One that never existed.
        asked.push(store.id());
    }
    tx.commit().await.unwrap();
    let mut tx = store.read().await;
    for count in [0, 1, 15, 16, 17, 80] {
        let asked = &asked[..count];
        let mut found = tx.valid_tokens(asked, store.now()).await.unwrap();
        found.sort_unstable();
        let mut expected: Vec<TokenId> = valid.clone();
        expected.retain(|token| asked.contains(token));
        expected.sort_unstable();
        assert_eq!(found, expected, "{count}");
    }
}

async fn sessions_end_and_tokens_stay(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    let session = |owner, hash| TokenRow {
        kind: "session".into(),
        ..token(&store, owner, hash, None)
    };
    let kept = [token(&store, store.ada, "api", None), session(bob, "bob")];
    let mut tx = store.db.begin().await.unwrap();
    for token in kept
        .iter()
        .chain(&[session(store.ada, "one"), session(store.ada, "two")])
    {
        tx.insert_token(token).await.unwrap();
    }
    let two = tx.find_credential("two", store.now()).await.unwrap();
    let two = two.unwrap().token.id;
    assert_eq!(tx.delete_sessions(store.ada, Some(two)).await.unwrap(), 1);
    assert_eq!(tx.delete_sessions(store.ada, None).await.unwrap(), 1);
    for token in &kept {
        let found = tx.find_credential(&token.hash, store.now()).await.unwrap();
        assert_eq!(found.unwrap().token.id, token.id);
    }
    tx.commit().await.unwrap();
}

async fn tokens_work_until_they_end(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    let short = token(&store, store.ada, "short", Some(10));
    store.clock.advance(SignedDuration::from_mins(1));
    let endless = token(&store, store.ada, "endless", None);
    let mut tx = store.db.begin().await.unwrap();
    tx.insert_token(&short).await.unwrap();
    tx.insert_token(&endless).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.db.begin().await.unwrap();
    let taken = tx.insert_token(&token(&store, bob, "short", None)).await;
    assert!(taken.is_err_and(|error| error.is_unique_violation()));
    drop(tx);

    let ids = |tokens: &[TokenRow]| {
        tokens
            .iter()
            .map(|token| token.id)
            .collect::<Vec<TokenId>>()
    };
    let mut tx = store.read().await;
    let found = tx
        .find_credential("short", store.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.user.id, found.user.name.as_str()),
        (store.ada, "Ada")
    );
    assert_eq!(
        (found.token.id, found.token.scopes.as_str()),
        (short.id, "read write")
    );
    assert_eq!(found.token.expires_at, short.expires_at);
    assert!(
        tx.find_credential("unknown", store.now())
            .await
            .unwrap()
            .is_none()
    );
    let listed = tx.list_tokens(store.ada, store.now()).await.unwrap();
    assert_eq!(ids(&listed), [short.id, endless.id]);
    assert!(tx.list_tokens(bob, store.now()).await.unwrap().is_empty());
    let end = short.expires_at.unwrap();
    assert!(tx.find_credential("short", end).await.unwrap().is_none());
    assert!(tx.find_credential("endless", end).await.unwrap().is_some());
    assert_eq!(
        ids(&tx.list_tokens(store.ada, end).await.unwrap()),
        [endless.id]
    );
    drop(tx);

    let mut tx = store.db.begin().await.unwrap();
    assert!(!tx.delete_token(bob, endless.id).await.unwrap());
    assert!(tx.delete_token(store.ada, endless.id).await.unwrap());
    assert!(!tx.delete_token(store.ada, endless.id).await.unwrap());
    tx.commit().await.unwrap();
    let gone = store
        .read()
        .await
        .find_credential("endless", store.now())
        .await
        .unwrap();
    assert!(gone.is_none());
}

async fn a_code_works_once(db: TestDb) {
    let store = Store::open(db).await;
    let end = store.now() + SignedDuration::from_mins(10);
    let mut tx = store.db.begin().await.unwrap();
    for hash in ["used", "late", "forgotten"] {
        tx.insert_code(hash, store.ada, end, store.now())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let take = || async {
        let mut tx = store.db.begin().await.unwrap();
        let owner = tx.take_code("used", store.now()).await.unwrap();
        tx.commit().await.unwrap();
        owner
    };
    let (first, second) = tokio::join!(take(), take());
    assert_eq!(first.or(second), Some(store.ada));
    assert!(first.is_none() || second.is_none());
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(tx.take_code("late", end).await.unwrap(), None);
    assert_eq!(tx.take_code("unknown", store.now()).await.unwrap(), None);
    // A new code deletes expired ones.
    tx.insert_code("new", store.ada, end + SignedDuration::from_mins(10), end)
        .await
        .unwrap();
    assert_eq!(tx.take_code("forgotten", store.now()).await.unwrap(), None);
    assert_eq!(tx.take_code("new", end).await.unwrap(), Some(store.ada));
    tx.commit().await.unwrap();
}

async fn a_setting_keeps_its_first_value(db: TestDb) {
    let store = Store::open(db).await;
    let set = |value: &'static str| {
        let store = &store;
        async move {
            let mut tx = store.db.begin().await.unwrap();
            let kept = tx.setting_or_insert("cursor_key", value).await.unwrap();
            tx.commit().await.unwrap();
            kept
        }
    };
    let (first, second) = tokio::join!(set("one"), set("two"));
    assert_eq!(first, second);
    assert_eq!(set("three").await, first);
}

both_databases!(
    names_are_taken_without_regard_to_case,
    settings_of_a_user_change,
    tokens_work_until_they_end,
    says_which_of_many_tokens_are_valid,
    sessions_end_and_tokens_stay,
    a_code_works_once,
    a_setting_keeps_its_first_value,
);
