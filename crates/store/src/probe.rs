//! Checks whether the database accepts writes.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::tx::with_connection;
use crate::{Db, Error, Tx};

/// The amount written by a check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteProbe {
    /// As many pages as an ordinary change: with less space than that on the disk, small writes would succeed while
    /// those of requests fail.
    Small,
    /// Several times as many as a large change: after a full disk, there is enough space again only when this fits. The
    /// next small check returns the pages to the database.
    Large,
}

impl WriteProbe {
    fn size_bytes(self) -> usize {
        match self {
            Self::Small => 32 * 1024,
            Self::Large => 512 * 1024,
        }
    }
}

pub(crate) mod sql {
    //! The statement of the probe.

    use crate::statements::statements;

    statements! {
        /// System: a row without an owner that is never read.
        WRITE = "INSERT INTO meta (name, value) VALUES ('write_probe', $1)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    }
}

impl Db {
    /// Writes and commits a row, which fails exactly when other writes of that size do. It is not rolled back,
    /// because uncommitted data need not reach the disk.
    pub async fn check_writes(&self, probe: WriteProbe) -> Result<(), Error> {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        // A different text each time: unchanged pages are not written.
        let text = format!("{:016x}", COUNT.fetch_add(1, Ordering::Relaxed))
            .repeat(probe.size_bytes() / 16);
        let mut tx = self.begin().await?;
        tx.write_probe(&text).await?;
        tx.commit().await
    }
}

impl Tx {
    async fn write_probe(&mut self, text: &str) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::WRITE)
            .bind(text)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }
}
