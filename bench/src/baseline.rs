//! The baseline: Axum and sqlx running the same SQL on the same schema, and nothing else. No authentication, no
//! validation, no audit; one fixed user.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{FromRow, PgPool, SqlitePool};
use uuid::Uuid;

const USER: Uuid = Uuid::from_u128(1);
const INSERT_USER: &str = "INSERT INTO users (id, name, name_key, zone, last_number, created_at) VALUES ($1, 'baseline', 'baseline', 'UTC', 0, 0)";
const INSERT: &str = "INSERT INTO tasks (id, owner_id, number, title, notes, search, status, priority, tags, due, due_order, withdrawn, reminders, version, created_at, updated_at, change_id) VALUES ($1, $2, $3, $4, $5, $6, 'open', 2, '[]', $7, 1, FALSE, '[]', 1, 1, 1, $1)";
const COMPLETE: &str = "UPDATE tasks SET status = 'completed', version = version + 1, completed_at = 1 WHERE owner_id = $1 AND number = $2";
const EVENT: &str =
    "INSERT INTO events (id, owner_id, kind, partition_key, payload) VALUES ($1, $2, $3, $1, $4)";
const GET: &str = "SELECT id, number, title, notes, status, priority, tags, due, version, created_at, updated_at FROM tasks WHERE owner_id = $1 AND number = $2";
/// In the order of Taskwire's list, which both databases have an index of.
const LIST_SQLITE: &str = "SELECT id, number, title, notes, status, priority, tags, due, version, created_at, updated_at FROM tasks WHERE owner_id = $1 AND status = 'open' ORDER BY due_order, urgency, id LIMIT 51";
const LIST_POSTGRES: &str = "SELECT id, number, title, notes, status, priority, tags, due, version, created_at, updated_at FROM tasks WHERE owner_id = $1 AND status = 'open' ORDER BY due_order, (-priority), id LIMIT 51";

#[derive(FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    title: String,
    notes: String,
    status: String,
    priority: i64,
    tags: String,
    due: Option<String>,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn json(self) -> Value {
        json!({"id": self.id, "number": self.number, "title": self.title, "notes": self.notes, "status": self.status,
            "priority": self.priority, "tags": self.tags, "due": self.due, "version": self.version,
            "created_at": self.created_at, "updated_at": self.updated_at})
    }
}

#[derive(Clone)]
struct Baseline {
    pools: Pools,
    number: Arc<AtomicI64>,
    id: Arc<AtomicI64>,
}

#[derive(Clone)]
enum Pools {
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// Runs the same statements on either driver.
macro_rules! on {
    ($pools:expr, $which:ident, |$pool:ident| $body:expr) => {
        match &$pools {
            Pools::Sqlite { $which: $pool, .. } => $body,
            Pools::Postgres($pool) => $body,
        }
    };
}

pub(crate) async fn serve(listen: &str, database: &str) -> anyhow::Result<()> {
    let pools = if database.starts_with("postgres") {
        Pools::Postgres(
            PgPoolOptions::new()
                .max_connections(8)
                .test_before_acquire(false)
                .connect(database)
                .await?,
        )
    } else {
        let file = SqliteConnectOptions::from_str(database)?
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        Pools::Sqlite {
            writer: SqlitePoolOptions::new()
                .max_connections(1)
                .connect_with(file.clone())
                .await?,
            readers: SqlitePoolOptions::new()
                .max_connections(8)
                .connect_with(file.read_only(true))
                .await?,
        }
    };
    on!(pools, writer, |pool| {
        sqlx::query(INSERT_USER).bind(USER).execute(pool).await?;
    });
    let baseline = Baseline {
        pools,
        number: Arc::new(AtomicI64::new(0)),
        id: Arc::new(AtomicI64::new(0)),
    };
    let router = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/api/v1/tasks", post(create).get(list))
        .route("/api/v1/tasks/{number}", get(read))
        .route("/api/v1/tasks/{number}/complete", post(complete))
        .with_state(baseline);
    let listener = tokio::net::TcpListener::bind(listen).await?;
    axum::serve(listener, router).await?;
    Ok(())
}

type Answer = Result<(StatusCode, Json<Value>), StatusCode>;

fn failed<E>(_: E) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

impl Baseline {
    /// Ids in the order of time, like Taskwire's.
    fn next_id(&self) -> Uuid {
        let count = self.id.fetch_add(1, Ordering::Relaxed);
        Uuid::from_u128((1 << 120) + u128::from(count.unsigned_abs()))
    }
}

async fn create(State(baseline): State<Baseline>, Json(task): Json<Value>) -> Answer {
    let text = |name: &str| {
        task.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (title, notes, due) = (text("title"), text("notes"), text("due"));
    let number = baseline.number.fetch_add(1, Ordering::Relaxed) + 1;
    let id = baseline.next_id();
    let answer = json!({"id": id, "number": number, "title": title, "notes": notes, "due": due, "status": "open"});
    on!(baseline.pools, writer, |pool| {
        let mut tx = pool.begin().await.map_err(failed)?;
        sqlx::query(INSERT)
            .bind(id)
            .bind(USER)
            .bind(number)
            .bind(&title)
            .bind(&notes)
            .bind(title.to_lowercase())
            .bind(&due)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        sqlx::query(EVENT)
            .bind(baseline.next_id())
            .bind(USER)
            .bind("task.created.v1")
            .bind(answer.to_string())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
    });
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn read(State(baseline): State<Baseline>, Path(number): Path<i64>) -> Answer {
    let row: Row = on!(baseline.pools, readers, |pool| {
        sqlx::query_as(GET)
            .bind(USER)
            .bind(number)
            .fetch_one(pool)
            .await
            .map_err(failed)?
    });
    Ok((StatusCode::OK, Json(row.json())))
}

async fn list(State(baseline): State<Baseline>) -> Answer {
    let statement = match &baseline.pools {
        Pools::Sqlite { .. } => LIST_SQLITE,
        Pools::Postgres(_) => LIST_POSTGRES,
    };
    let rows: Vec<Row> = on!(baseline.pools, readers, |pool| {
        sqlx::query_as(statement)
            .bind(USER)
            .fetch_all(pool)
            .await
            .map_err(failed)?
    });
    let items: Vec<Value> = rows.into_iter().take(50).map(Row::json).collect();
    Ok((StatusCode::OK, Json(json!({"items": items}))))
}

async fn complete(State(baseline): State<Baseline>, Path(number): Path<i64>) -> Answer {
    let row: Row = on!(baseline.pools, writer, |pool| {
        let mut tx = pool.begin().await.map_err(failed)?;
        let row: Row = sqlx::query_as(GET)
            .bind(USER)
            .bind(number)
            .fetch_one(&mut *tx)
            .await
            .map_err(failed)?;
        sqlx::query(COMPLETE)
            .bind(USER)
            .bind(number)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        sqlx::query(EVENT)
            .bind(baseline.next_id())
            .bind(USER)
            .bind("task.completed.v1")
            .bind(row.title.clone())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        row
    });
    Ok((StatusCode::OK, Json(row.json())))
}
