use sqlx::SqlStr;
use sqlx::migrate::MigrationType;

use super::*;

fn known(numbers: &[i64]) -> Vec<Migration> {
    let migration = |number: &i64| {
        let text = SqlStr::from_static("SELECT 1");
        Migration::new(*number, "one".into(), MigrationType::Simple, text, false)
    };
    numbers.iter().map(migration).collect()
}

fn applied(numbers: &[i64]) -> Vec<Applied> {
    let row = |migration: Migration| Applied {
        version: migration.version,
        checksum: migration.checksum.to_vec(),
    };
    known(numbers).into_iter().map(row).collect()
}

fn newer(migration: i64, oldest: i64, version: Option<&str>) -> NewerSchema {
    NewerSchema {
        migration,
        oldest,
        known: 3,
        version: version.map(Into::into),
    }
}

#[test]
fn what_was_run_is_compared_with_what_is_known() {
    for (run, schema) in [
        (&[][..], Schema::Empty),
        (&[1, 2], Schema::Older),
        (&[1, 2, 3], Schema::Current),
        (&[1, 2, 3, 4, 7], Schema::Newer(newer(7, 0, None))),
        // Other lines of versions.
        (&[1, 3], Schema::Different(2)),
        (&[1, 2, 4], Schema::Different(3)),
        (&[0, 1, 2, 3], Schema::Different(0)),
    ] {
        assert_eq!(Schema::of(&applied(run), &known(&[1, 2, 3])), schema);
    }
}

#[test]
fn a_migration_that_was_changed_is_noticed() {
    for run in [&[1, 2][..], &[1, 2, 3], &[1, 2, 3, 4]] {
        let mut applied = applied(run);
        applied[1].checksum = vec![1];
        assert_eq!(
            Schema::of(&applied, &known(&[1, 2, 3])),
            Schema::Different(2)
        );
    }
}

#[test]
fn what_is_too_new_says_what_to_use() {
    assert_eq!(Schema::Newer(newer(7, 3, None)).problem(), None);
    let problem = |version| Schema::TooNew(newer(7, 5, version)).problem().unwrap();
    assert_eq!(
        problem(Some("1.3.0")),
        "was migrated by a newer version of Taskwire (migration 7, by Taskwire 1.3.0); it works with versions from \
         migration 5 on, and this one ends at 3. Use Taskwire 1.3.0 or newer, or restore the backup from before the \
         upgrade"
    );
    assert!(problem(None).contains("Use a version that has migration 5, or restore"));
}
