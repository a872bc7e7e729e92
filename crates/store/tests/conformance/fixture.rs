//! A migrated database with one user, and helpers to create rows.

use jiff::Timestamp;
use sqlx::{PgPool, SqlitePool};
use taskwire_domain::{
    ChangeId, Clock, Due, Ids, Notes, Priority, Status, TagName, Task, TaskId, Title, UserId, Zone,
};
use taskwire_store::{Db, Keyset, Options, TaskList, Tx, UserRow};
use taskwire_testkit::{FixedClock, Kind, TestDb, seeded_ids};

pub(crate) struct Store {
    pub(crate) db: Db,
    pub(crate) clock: FixedClock,
    pub(crate) ids: Ids,
    /// Ada, who lives in Rome.
    pub(crate) ada: UserId,
    pub(crate) zone: Zone,
    pub(crate) test: TestDb,
}

impl Store {
    pub(crate) async fn open(test: TestDb) -> Self {
        let db = Db::connect(&test.address, &Options::default())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let clock = FixedClock::default();
        let ids = seeded_ids(1);
        let mut store = Self {
            db,
            ada: UserId(uuid::Uuid::nil()),
            zone: Zone::parse("Europe/Rome").unwrap(),
            clock,
            ids,
            test,
        };
        store.ada = store.user("Ada").await;
        store
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn id<T: From<uuid::Uuid>>(&self) -> T {
        self.ids.next(self.now())
    }

    /// A second pool on the same database, like that of another process.
    pub(crate) fn test_address(&self) -> &str {
        &self.test.address
    }

    pub(crate) async fn again(&self) -> Db {
        Db::connect(&self.test.address, &Options::default())
            .await
            .unwrap()
    }

    pub(crate) async fn user(&self, name: &str) -> UserId {
        let user = UserRow::new(self.id(), name.into(), self.zone.clone());
        let mut tx = self.db.begin().await.unwrap();
        assert!(tx.insert_user(&user, self.now()).await.unwrap());
        tx.commit().await.unwrap();
        user.id
    }

    /// An open task of Ada, not yet inserted.
    pub(crate) fn task(&self, number: i64, title: &str) -> Task {
        Task {
            id: self.id(),
            owner: self.ada,
            number,
            title: Title::parse(title).unwrap(),
            notes: Notes::default(),
            status: Status::Open,
            priority: Priority::None,
            tags: vec![],
            due: None,
            duration: None,
            series: None,
            parent: None,
            subtasks: taskwire_domain::task::Subtasks::default(),
            reminders: vec![],
            version: 1,
            created_at: self.now(),
            updated_at: self.now(),
            completed_at: None,
            skipped_at: None,
            deleted_at: None,
            missed: None,
            change: self.id(),
        }
    }

    pub(crate) async fn insert(&self, task: &Task) {
        let mut tx = self.db.begin().await.unwrap();
        assert!(tx.insert_task(task, &self.zone).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Runs statements on the database itself, as another program could.
    pub(crate) async fn execute(&self, statements: &str) {
        let statements = sqlx::AssertSqlSafe(statements.to_owned());
        if self.test.kind == Kind::Sqlite {
            let pool = SqlitePool::connect(&self.test.address).await.unwrap();
            sqlx::raw_sql(statements).execute(&pool).await.unwrap();
            pool.close().await;
        } else {
            let pool = PgPool::connect(&self.test.address).await.unwrap();
            sqlx::raw_sql(statements).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }

    pub(crate) async fn read(&self) -> Tx {
        self.db.read().await.unwrap()
    }

    pub(crate) async fn find(&self, id: TaskId) -> Option<Task> {
        self.read().await.find_task(self.ada, id).await.unwrap()
    }

    /// The numbers of a list on all its pages.
    pub(crate) async fn pages(&self, list: &TaskList) -> Vec<i64> {
        let mut list = list.clone();
        let mut numbers = Vec::new();
        loop {
            let page = self.read().await.list_page(&list).await.unwrap();
            let Some(end) = page.tasks.last() else {
                return numbers;
            };
            list.after = Some(Keyset {
                value: page.value(end, &self.zone),
                id: end.id,
            });
            numbers.extend(page.tasks.iter().map(|task| task.number));
        }
    }
}

pub(crate) fn due(text: &str) -> Due {
    Due::parse(text).unwrap()
}

pub(crate) fn tags(names: &[&str]) -> Vec<TagName> {
    TagName::parse_all(names).unwrap()
}

/// The next version of a task, changed one minute later.
pub(crate) fn changed(store: &Store, task: &Task) -> Task {
    store.clock.advance(jiff::SignedDuration::from_mins(1));
    Task {
        version: task.version + 1,
        updated_at: store.now(),
        change: ChangeId(store.ids.uuid(store.now())),
        ..task.clone()
    }
}
