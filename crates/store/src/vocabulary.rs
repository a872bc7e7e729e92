//! The words that each person uses, for searches with a wrong letter.
//!
//! New words are written right before the commit, in order: transactions that write the same words wait for each other
//! there, when they wait for nothing else, and never deadlock.

use taskwire_domain::UserId;

use crate::tx::with_connection;
use crate::{Error, Tx};

mod new_words;

pub(crate) use new_words::{KnownWords, NewWords};

pub(crate) mod sql {
    //! Statements on `vocabulary`.

    use crate::statements::statements;

    statements! {
        ADD_SQLITE = "INSERT INTO vocabulary (owner_id, word, reversed)
            SELECT $1, json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each($2) WHERE TRUE
            ON CONFLICT DO NOTHING";
        ADD_POSTGRES = "INSERT INTO vocabulary (owner_id, word, reversed)
            SELECT $1, pair ->> 0, pair ->> 1 FROM jsonb_array_elements(CAST(CAST($2 AS TEXT) AS JSONB)) AS pairs (pair)
            ON CONFLICT DO NOTHING";
    }
}

impl Tx {
    /// Writes the new words of this transaction.
    pub(crate) async fn write_vocabulary(&mut self) -> Result<(), Error> {
        let statement = if self.is_postgres() {
            sql::ADD_POSTGRES
        } else {
            sql::ADD_SQLITE
        };
        for owner in self.vocabulary.owners() {
            let words = self.vocabulary.of(owner);
            let pairs: Vec<[String; 2]> = words
                .map(|word| [word.to_owned(), word.chars().rev().collect()])
                .collect();
            let pairs = serde_json::to_string(&pairs)
                .map_err(|_| Error::inconsistent("vocabulary", UserId(owner), "word"))?;
            with_connection!(self, |connection| sqlx::query(statement)
                .bind(owner)
                .bind(pairs)
                .execute(connection)
                .await?
                .rows_affected());
        }
        Ok(())
    }
}
