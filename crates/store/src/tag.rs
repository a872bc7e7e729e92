//! Tag rows.

use sqlx::FromRow;
use taskwire_domain::{TagId, TagName, UserId};
use uuid::Uuid;

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

#[derive(FromRow)]
struct TagColumns {
    id: Uuid,
    name: String,
    color: String,
}

pub(crate) mod sql {
    //! Statements on `tags`.

    use crate::statements::statements;

    statements! {
        INSERT = "INSERT INTO tags (id, owner_id, name, name_key, color) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING";
        LIST = "SELECT id, name, color FROM tags WHERE owner_id = $1 ORDER BY name_key";
        FIND = "SELECT id, name, color FROM tags WHERE owner_id = $1 AND name_key = $2";
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
        let inserted = with_connection!(self, |connection| sqlx::query(sql::INSERT)
            .bind(tag.id.0)
            .bind(owner.0)
            .bind(tag.name.as_str())
            .bind(tag.name.key())
            .bind(&tag.color)
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
