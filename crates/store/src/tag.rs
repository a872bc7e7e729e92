//! Tag rows.

use taskwire_domain::{TagId, TagName, UserId};
use uuid::Uuid;

use crate::row::row;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// A tag.
#[derive(Clone, Debug)]
pub struct TagRow {
    /// The id.
    pub id: TagId,
    /// The name.
    pub name: TagName,
    /// The colour, `#rrggbb`.
    pub color: String,
}

row! {
    struct TagColumns, columns: tag_columns {
        key {
            id: Uuid,
        }
        read {
            name: String,
            color: String,
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
}
