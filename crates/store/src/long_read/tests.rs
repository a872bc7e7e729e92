//! Long reads beside others.

use std::time::Duration;

use taskwire_testkit::{Kind, TestDb, both_databases, eventually};

use crate::tx::with_connection;
use crate::{Db, Options};

const LIMIT: Duration = Duration::from_secs(30);

async fn open(test: &TestDb) -> Db {
    let options = Options {
        long_reads: 1,
        ..Options::default()
    };
    let db = Db::connect(&test.address, &options).await.unwrap();
    db.migrate().await.unwrap();
    db
}

async fn one_that_nobody_waits_for_is_stopped(test: TestDb) {
    let db = open(&test).await;
    let endless = match test.kind {
        Kind::Sqlite => {
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
        }
        Kind::Postgres => "SELECT 1 FROM pg_sleep(600)",
    };
    for _ in 0..3 {
        let mut tx = db.read_long().await.unwrap();
        let read = async {
            with_connection!(tx, |connection| sqlx::query(endless)
                .execute(connection)
                .await
                .map(drop))
        };
        let stopped = tokio::time::timeout(Duration::from_millis(200), read).await;
        assert!(stopped.is_err(), "it did not take long");
        // Others go on meanwhile.
        db.read().await.unwrap().end_of_events().await.unwrap();
        db.begin().await.unwrap().commit().await.unwrap();
        drop(tx);
    }
    // The only connection for long reads is free again, and so is the server.
    let mut tx = tokio::time::timeout(LIMIT, db.read_long())
        .await
        .unwrap()
        .unwrap();
    tokio::time::timeout(LIMIT, tx.end_of_events())
        .await
        .unwrap()
        .unwrap();
    tx.finish();
    if test.kind == Kind::Postgres {
        eventually(LIMIT, || async {
            let mut tx = db.read().await.unwrap();
            let sleeping: i64 = async {
                Ok::<i64, crate::Error>(with_connection!(tx, |connection| {
                    sqlx::query_scalar(
                        "SELECT COUNT(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(600)'",
                    )
                    .fetch_one(connection)
                    .await?
                }))
            }
            .await
            .unwrap();
            (sleeping == 0).then_some(())
        })
        .await;
    }
}

both_databases!(one_that_nobody_waits_for_is_stopped);
