//! Checks on every statement.

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
use taskwire_testkit::{Kind, TestDb, both_databases};

use super::Statement;
use crate::tx::with_connection;
use crate::{Db, Options};

/// The statements of every module.
const MODULES: &[(&str, &[Statement])] = &[
    ("account", crate::account::sql::ALL),
    ("audit", crate::audit::sql::ALL),
    ("change", crate::change::sql::ALL),
    ("channel", crate::channel::sql::ALL),
    ("channel_delivery", crate::channel_delivery::sql::ALL),
    ("chat", crate::chat::sql::ALL),
    ("consumer", crate::consumer::sql::ALL),
    ("copy", crate::copy::sql::ALL),
    ("dead_letter", crate::dead_letter::sql::ALL),
    ("event", crate::event::sql::ALL),
    ("folding", crate::folding::sql::ALL),
    ("idempotency", crate::idempotency::sql::ALL),
    ("inspect", crate::inspect::sql::ALL),
    ("invitation", crate::invitation::sql::ALL),
    ("lease", crate::lease::sql::ALL),
    ("log", crate::log::sql::ALL),
    ("log_readers", crate::log_readers::sql::ALL),
    ("migrate", crate::migrate::sql::ALL),
    ("notification", crate::notification::sql::ALL),
    (
        "notification_settings",
        crate::notification_settings::sql::ALL,
    ),
    ("oauth", crate::oauth::sql::ALL),
    ("probe", crate::probe::sql::ALL),
    ("reminder", crate::reminder::sql::ALL),
    ("retention", crate::retention::sql::ALL),
    ("saved_filter", crate::saved_filter::sql::ALL),
    ("statistics", crate::statistics::sql::ALL),
    ("tag", crate::tag::sql::ALL),
    ("task", crate::task::sql::ALL),
    ("token", crate::token::sql::ALL),
    ("tx", crate::tx::sql::ALL),
    ("user", crate::user::sql::ALL),
    ("vocabulary", crate::vocabulary::sql::ALL),
];

/// Each statement with its full name.
fn all() -> impl Iterator<Item = (String, &'static Statement)> {
    MODULES.iter().flat_map(|(module, statements)| {
        statements
            .iter()
            .map(move |statement| (format!("{module}::{}", statement.name), statement))
    })
}

fn sources(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn no_module_is_forgotten() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let declaring = sources(folder.as_ref())
        .into_iter()
        .filter(|path| !path.to_string_lossy().contains("statements"))
        .filter(|path| {
            std::fs::read_to_string(path)
                .unwrap()
                .contains("statements! {")
        })
        .count();
    assert_eq!(declaring, MODULES.len());
}

async fn are_understood(database: TestDb) {
    let db = Db::connect(&database.address, &Options::default())
        .await
        .unwrap();
    db.migrate().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let foreign = match database.kind {
        Kind::Sqlite => "_POSTGRES",
        Kind::Postgres => "_SQLITE",
    };
    let mut count = 0;
    for (name, statement) in all() {
        if statement.name.ends_with(foreign) {
            continue;
        }
        count += 1;
        let text = AssertSqlSafe(statement.text).into_sql_str();
        let refused =
            with_connection!(tx, |connection| connection.prepare(text).await.map(drop)).err();
        assert!(refused.is_none(), "{name}: {refused:?}");
    }
    assert!(count > 50, "{count}");
}

both_databases!(are_understood);

/// The columns that name the owner of a row, by table.
fn is_filtered(statement: &Statement) -> bool {
    let text = statement.text;
    if text.starts_with("INSERT INTO users") {
        return true;
    }
    if text.contains(" users ") {
        return text.contains("WHERE id = $1");
    }
    if text.starts_with("INSERT") || text.starts_with("WITH inserted AS (INSERT") {
        return text.contains("owner_id");
    }
    text.contains("owner_id = $1")
}

#[test]
fn each_filters_by_owner_or_says_why_not() {
    for (name, statement) in all() {
        let system = statement.doc.trim_start().starts_with("System:");
        if system {
            let reason = statement.doc.trim_start().trim_start_matches("System:");
            assert!(reason.trim().len() > 10, "{name} does not say why");
        } else {
            assert!(is_filtered(statement), "{name} touches rows of others");
        }
    }
}

#[test]
fn a_statement_for_one_database_has_a_twin_or_a_reason() {
    for (name, statement) in all() {
        let twin = match (
            statement.name.strip_suffix("_SQLITE"),
            statement.name.strip_suffix("_POSTGRES"),
        ) {
            (Some(stem), _) => format!("{stem}_POSTGRES"),
            (_, Some(stem)) => format!("{stem}_SQLITE"),
            _ => continue,
        };
        let (module, _) = name.split_once("::").unwrap();
        let is_there = all().any(|(other, _)| other == format!("{module}::{twin}"));
        assert!(
            is_there || statement.doc.contains("SQLite"),
            "{name} has no {twin} and does not say why"
        );
    }
}
