//! Failures from which the SQLite writer recovers.

use std::time::Duration;

use sqlx::{AssertSqlSafe, SqlitePool};
use taskwire_domain::{EventId, UserId};
use taskwire_testkit::{Kind, TestDb, eventually, seeded_ids};
use uuid::Uuid;

use super::Pools;
use super::checkpoint::INTERVAL;
use crate::{Db, Error, Options, Outage, WriteProbe};

struct File {
    db: Db,
    test: TestDb,
}

impl File {
    async fn open() -> Self {
        let test = TestDb::create(Kind::Sqlite);
        let db = Db::connect(&test.address, &Options::default())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        Self { db, test }
    }

    fn writer(&self) -> &SqlitePool {
        match &self.db.pools {
            Pools::Sqlite { writer, .. } => writer,
            Pools::Postgres(_) => panic!("not a file"),
        }
    }

    async fn run(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        sqlx::query(statement).execute(self.writer()).await.unwrap();
    }

    /// Limits the size of the file.
    async fn limit(&self, pages: i64) {
        self.run(&format!("PRAGMA max_page_count = {pages}")).await;
    }

    async fn pages(&self) -> i64 {
        let pages = sqlx::query_scalar("PRAGMA page_count");
        pages.fetch_one(self.writer()).await.unwrap()
    }

    /// One transaction of several statements, each of which needs some space.
    async fn write(&self, first: u128) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        for number in first..first + 3 {
            // Not compressible.
            let ids = seeded_ids(u64::try_from(number).unwrap());
            let payload: String = (0..200)
                .map(|_| {
                    let mut bytes = [0; 16];
                    ids.fill(&mut bytes);
                    Uuid::from_bytes(bytes).simple().to_string()
                })
                .collect();
            let id = EventId(Uuid::from_u128(number));
            tx.append_event(
                id,
                UserId(Uuid::nil()),
                "task.updated.v1",
                Uuid::nil(),
                &payload,
            )
            .await?;
        }
        tx.commit().await
    }

    async fn events(&self) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM events")
            .fetch_one(self.writer())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn the_log_is_copied_beside_the_writer_and_deleted_at_the_end() {
    let file = File::open().await;
    let path = file.test.address.trim_start_matches("sqlite://").to_owned();
    let log = format!("{path}-wal");
    let written = |path: &str| std::fs::metadata(path).map_or(0, |file| file.len());
    let before = written(&path);
    for number in 0..u128::from(2 * INTERVAL) {
        file.write(10 * number + 1).await.unwrap();
    }
    eventually(Duration::from_secs(20), || async {
        (written(&path) > before).then_some(())
    })
    .await;
    assert!(written(&log) > 0);
    file.db.close().await;
    assert_eq!(written(&log), 0);
}

#[tokio::test]
async fn a_full_disk_ends_with_the_first_write_that_finds_room() {
    let file = File::open().await;
    let mut kept = 0;
    let mut refused = 0;
    for round in 0..12 {
        let first = 10 * (u128::try_from(round).unwrap() + 1);
        // From no space to enough for the whole transaction, so that each of its statements fails once.
        file.limit(file.pages().await + round).await;
        match file.write(first).await {
            Ok(()) => kept += 3,
            Err(error) => {
                assert_eq!(error.outage(), Some(Outage::DiskFull), "{error}");
                refused += 1;
                // The limit went with the connection that failed.
                if round == 0 {
                    file.limit(file.pages().await).await;
                    let probed = file.db.check_writes(WriteProbe::Small).await;
                    assert_eq!(probed.unwrap_err().outage(), Some(Outage::DiskFull));
                }
                let mut tx = file.db.read().await.unwrap();
                assert_eq!(tx.end_of_events().await.unwrap() > 0, kept > 0);
            }
        }
        file.limit(i64::from(u32::MAX) - 1).await;
        file.write(first + 5).await.unwrap();
        kept += 3;
        file.db.check_writes(WriteProbe::Small).await.unwrap();
        assert_eq!(file.events().await, kept, "nothing of what failed is left");
    }
    assert!(refused > 3, "{refused}");
}

/// SQLite also ends a transaction by itself when a trigger says so, when it is interrupted or when its disk fails.
#[tokio::test]
async fn a_transaction_that_the_database_ended_does_not_stay_in_the_way() {
    let file = File::open().await;
    file.run("CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ROLLBACK, 'refused'); END")
        .await;
    for number in 1..4 {
        assert!(file.write(number * 10).await.is_err());
    }
    file.run("DROP TRIGGER refuse").await;
    file.write(1).await.unwrap();
    assert_eq!(file.events().await, 3);
}

/// The statement works, the commit does not.
#[tokio::test]
async fn a_failed_commit_leaves_the_writer_usable() {
    let file = File::open().await;
    file.run(
        "CREATE TABLE children (parent BLOB REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    .await;
    file.run("CREATE TRIGGER orphan AFTER INSERT ON events BEGIN INSERT INTO children VALUES (x'00'); END")
        .await;
    for number in 1..4 {
        assert!(file.write(number * 10).await.is_err());
        assert_eq!(file.events().await, 0);
    }
    file.run("DROP TRIGGER orphan").await;
    file.write(1).await.unwrap();
    assert_eq!(file.events().await, 3);
}

#[test]
fn another_connection_string_is_not_a_path() {
    for path in ["taskwire.db", "data/taskwire.db", "/a=b@c:d.db", "./a=b.db"] {
        assert!(super::is_path(path), "{path}");
    }
    for text in [
        "",
        "host=h user=u password=p",
        "postgres:/u:p@h/name",
        "postgres//u:p@h/name",
        "jdbc:postgresql://u:p@h/name",
        "mysql://u:p@h/name",
        "u:p@h/name",
    ] {
        assert!(!super::is_path(text), "{text}");
    }
}
