//! Finding out whether the database can be written.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::tx::with_connection;
use crate::{Db, Error, Tx};

/// How much is written to find out whether writes succeed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteProbe {
    /// As many pages as an ordinary change: with less room than that left on the disk, small writes would succeed while
    /// those of requests fail.
    Small,
    /// Several times as many as a large change: after a full disk, there is room again only when this fits. The next
    /// small one gives the pages back to the database.
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
        /// System: a row of the installation that is never read.
        WRITE = "INSERT INTO meta (name, value) VALUES ('write_probe', $1)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    }
}

impl Db {
    /// Writes something and commits it, which fails exactly when other writes of that size do. It is not rolled back:
    /// what is not committed need not reach the disk.
    pub async fn check_writes(&self, probe: WriteProbe) -> Result<(), Error> {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        // Each time another text: pages that stay the same are not written.
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
