//! Tag rows.

use serde::{Deserialize, Serialize};
use taskwire_domain::{TagId, TagName, UserId};
use uuid::Uuid;

use crate::error::one_row;
use crate::row::row;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// A tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TagRow {
    /// The id.
    pub id: TagId,
    /// The name.
    pub name: TagName,
    /// The colour, `#rrggbb`.
    pub color: String,
    /// Grows by one with each change of this row.
    pub version: i64,
}

/// What a change did to one tag.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TagDelta {
    /// The tag.
    pub tag: TagId,
    /// Its version after the change; of one that was deleted, the last it had.
    pub version: i64,
    /// What it was; `None` if the change created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<TagState>,
    /// What it became; `None` if the change deleted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<TagState>,
}

/// What a person can change of a tag.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TagState {
    /// The name.
    pub name: String,
    /// The colour, `#rrggbb`.
    pub color: String,
}

/// How many tasks have a tag.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct TagUsage {
    /// The folded name of the tag.
    pub name_key: String,
    /// The tasks outside the trash.
    pub tasks: i64,
    /// Those of them that are open.
    pub open_tasks: i64,
}

impl TagRow {
    /// What a person can change of it.
    pub fn state(&self) -> TagState {
        TagState {
            name: self.name.to_string(),
            color: self.color.clone(),
        }
    }
}

row! {
    struct TagColumns, columns: tag_columns {
        key {
            id: Uuid,
        }
        read {
            name: String,
            color: String,
            version: i64,
        }
        write {
            owner_id: Uuid,
            name_key: String,
        }
    }
}

pub(crate) mod sql {
    //! Statements on `tags`.

    use crate::statements::statements;

    statements! {
        INSERT = concat!("INSERT INTO tags (", tag_columns!(all), ") VALUES (", tag_columns!(values), ")
            ON CONFLICT DO NOTHING");
        LIST = concat!("SELECT ", tag_columns!(read), " FROM tags WHERE owner_id = $1 ORDER BY name_key");
        FIND = concat!("SELECT ", tag_columns!(read), " FROM tags WHERE owner_id = $1 AND name_key = $2");
        FIND_BY_ID = concat!("SELECT ", tag_columns!(read), " FROM tags WHERE owner_id = $1 AND id = $2");
        UPDATE = "UPDATE tags SET name = $3, color = $4, name_key = $5, version = $6
            WHERE owner_id = $1 AND id = $2 AND version = $6 - 1";
        DELETE = "DELETE FROM tags WHERE owner_id = $1 AND id = $2";
        /// The tasks that have each tag, without those in the trash. Those that are hidden have no links, and pairs of tags
        /// have names that are less than a space.
        USAGE = "SELECT name AS name_key, CAST(SUM(tasks) AS BIGINT) AS tasks,
                CAST(SUM(CASE number WHEN 0 THEN tasks ELSE 0 END) AS BIGINT) AS open_tasks
            FROM task_counts WHERE owner_id = $1 AND kind = 'tag' AND name > ' ' AND number < 2
            GROUP BY name HAVING SUM(tasks) > 0";
    }
}

impl TryFrom<TagColumns> for TagRow {
    type Error = Error;

    fn try_from(row: TagColumns) -> Result<Self, Error> {
        Ok(Self {
            name: TagName::parse(&row.name)
                .map_err(|_| Error::inconsistent("tags", row.id, "name"))?,
            id: TagId(row.id),
            color: row.color,
            version: row.version,
        })
    }
}

impl Tx {
    /// Adds a tag; false if the user has one of that name.
    pub async fn insert_tag(&mut self, owner: UserId, tag: &TagRow) -> Result<bool, Error> {
        let row = TagColumns {
            id: tag.id.0,
            name: tag.name.as_str().into(),
            color: tag.color.clone(),
            version: tag.version,
            owner_id: owner.0,
            name_key: tag.name.key(),
        };
        let inserted = with_connection!(self, |connection| row
            .bind(sqlx::query(sql::INSERT))
            .execute(connection)
            .await?
            .rows_affected());
        Ok(inserted == 1)
    }

    /// A user's tags by name.
    pub async fn list_tags(&mut self, owner: UserId) -> Result<Vec<TagRow>, Error> {
        let rows: Vec<TagColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST)
                .bind(owner.0)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(TagRow::try_from).collect()
    }

    /// A tag by name, without regard to case.
    pub async fn find_tag(
        &mut self,
        owner: UserId,
        name: &TagName,
    ) -> Result<Option<TagRow>, Error> {
        let row: Option<TagColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND)
                .bind(owner.0)
                .bind(name.key())
                .fetch_optional(connection)
                .await?
        });
        row.map(TagRow::try_from).transpose()
    }

    /// A tag by its id.
    pub async fn find_tag_by_id(
        &mut self,
        owner: UserId,
        id: TagId,
    ) -> Result<Option<TagRow>, Error> {
        let row: Option<TagColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_BY_ID)
                .bind(owner.0)
                .bind(id.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(TagRow::try_from).transpose()
    }

    /// Writes a changed tag over its previous version. No other tag may have its name.
    pub async fn update_tag(&mut self, owner: UserId, tag: &TagRow) -> Result<(), Error> {
        one_row(with_connection!(self, |connection| sqlx::query(
            sql::UPDATE
        )
        .bind(owner.0)
        .bind(tag.id.0)
        .bind(tag.name.as_str())
        .bind(&tag.color)
        .bind(tag.name.key())
        .bind(tag.version)
        .execute(connection)
        .await?
        .rows_affected()))
    }

    /// Deletes a tag. The tasks that have it must have been changed before.
    pub async fn delete_tag(&mut self, owner: UserId, id: TagId) -> Result<(), Error> {
        one_row(with_connection!(self, |connection| sqlx::query(
            sql::DELETE
        )
        .bind(owner.0)
        .bind(id.0)
        .execute(connection)
        .await?
        .rows_affected()))
    }

    /// How many tasks have each tag; one that no task has is missing.
    pub async fn tag_usage(&mut self, owner: UserId) -> Result<Vec<TagUsage>, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_as(sql::USAGE)
                .bind(owner.0)
                .fetch_all(connection)
                .await?
        }))
    }
}
