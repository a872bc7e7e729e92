//! Saved filters.

use jiff::Timestamp;
use taskwire_domain::{FilterId, FilterName, UserId};
use uuid::Uuid;

use crate::error::one_row;
use crate::row::row;
use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// A saved filter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilterRow {
    /// The id.
    pub id: FilterId,
    /// The name.
    pub name: FilterName,
    /// The expression.
    pub expression: String,
    /// Grows by one with each change of this row.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

row! {
    struct FilterColumns, columns: filter_columns {
        key {
            id: Uuid,
        }
        read {
            name: String,
            expression: String,
            version: i64,
            created_at: i64,
            updated_at: i64,
        }
        write {
            owner_id: Uuid,
            name_key: String,
        }
    }
}

pub(crate) mod sql {
    //! Statements on `filters`.

    use crate::statements::statements;

    statements! {
        INSERT = concat!("INSERT INTO filters (", filter_columns!(all), ") VALUES (", filter_columns!(values), ")
            ON CONFLICT DO NOTHING");
        LIST = concat!("SELECT ", filter_columns!(read), " FROM filters WHERE owner_id = $1 ORDER BY name_key");
        FIND = concat!("SELECT ", filter_columns!(read), " FROM filters WHERE owner_id = $1 AND id = $2");
        UPDATE = "UPDATE filters SET name = $3, name_key = $4, expression = $5, version = $6, updated_at = $7
            WHERE owner_id = $1 AND id = $2 AND version = $6 - 1";
        DELETE = "DELETE FROM filters WHERE owner_id = $1 AND id = $2";
    }
}

impl TryFrom<FilterColumns> for FilterRow {
    type Error = Error;

    fn try_from(row: FilterColumns) -> Result<Self, Error> {
        Ok(Self {
            name: FilterName::parse(&row.name)
                .map_err(|_| Error::inconsistent("filters", row.id, "name"))?,
            id: FilterId(row.id),
            expression: row.expression,
            version: row.version,
            created_at: instant(row.created_at, "filters", "created_at")?,
            updated_at: instant(row.updated_at, "filters", "updated_at")?,
        })
    }
}

impl Tx {
    /// Adds a saved filter; false if the user has one of that name.
    pub async fn insert_filter(&mut self, owner: UserId, row: &FilterRow) -> Result<bool, Error> {
        let columns = FilterColumns {
            id: row.id.0,
            name: row.name.as_str().into(),
            expression: row.expression.clone(),
            version: row.version,
            created_at: row.created_at.as_microsecond(),
            updated_at: row.updated_at.as_microsecond(),
            owner_id: owner.0,
            name_key: row.name.key(),
        };
        let inserted = with_connection!(self, |connection| columns
            .bind(sqlx::query(sql::INSERT))
            .execute(connection)
            .await?
            .rows_affected());
        Ok(inserted == 1)
    }

    /// A user's saved filters by name.
    pub async fn list_filters(&mut self, owner: UserId) -> Result<Vec<FilterRow>, Error> {
        let rows: Vec<FilterColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST)
                .bind(owner.0)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(FilterRow::try_from).collect()
    }

    /// A saved filter by its id.
    pub async fn find_filter(
        &mut self,
        owner: UserId,
        id: FilterId,
    ) -> Result<Option<FilterRow>, Error> {
        let row: Option<FilterColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND)
                .bind(owner.0)
                .bind(id.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(FilterRow::try_from).transpose()
    }

    /// Writes a changed filter over its previous version. No other filter of the user may have its name.
    pub async fn update_filter(&mut self, owner: UserId, row: &FilterRow) -> Result<(), Error> {
        one_row(with_connection!(self, |connection| sqlx::query(
            sql::UPDATE
        )
        .bind(owner.0)
        .bind(row.id.0)
        .bind(row.name.as_str())
        .bind(row.name.key())
        .bind(&row.expression)
        .bind(row.version)
        .bind(row.updated_at.as_microsecond())
        .execute(connection)
        .await?
        .rows_affected()))
    }

    /// Deletes a saved filter.
    pub async fn delete_filter(&mut self, owner: UserId, id: FilterId) -> Result<(), Error> {
        one_row(with_connection!(self, |connection| sqlx::query(
            sql::DELETE
        )
        .bind(owner.0)
        .bind(id.0)
        .execute(connection)
        .await?
        .rows_affected()))
    }
}
