//! Changes and undoing them, and tags.

use taskwire_domain::contract::{
    ChangeQuery, ChangeView, MergeTag, NewTag, Page, TagChange, TagListItem, TagPatch, TagQuery,
    TagView, Undone,
};
use uuid::Uuid;

use crate::{Client, Error};

impl Client {
    /// The changes that can be undone, newest first.
    pub async fn list_changes(&self, query: &ChangeQuery) -> Result<Page<ChangeView>, Error> {
        self.get("/changes").query(query)?.send().await
    }

    /// One change.
    pub async fn get_change(&self, change: Uuid) -> Result<ChangeView, Error> {
        self.get(&format!("/changes/{change}")).send().await
    }

    /// Undoes a change; an undo that is undone is a redo.
    pub async fn undo_change(&self, change: Uuid, key: Option<&str>) -> Result<Undone, Error> {
        self.post(&format!("/changes/{change}/undo"))
            .idempotency_key(key)
            .send()
            .await
    }

    /// Undoes everything that a chat turn changed.
    pub async fn undo_turn(&self, turn: &str, key: Option<&str>) -> Result<Undone, Error> {
        let segment: String = url::form_urlencoded::byte_serialize(turn.as_bytes()).collect();
        self.post(&format!("/turns/{}/undo", segment.replace('+', "%20")))
            .idempotency_key(key)
            .send()
            .await
    }

    /// All tags.
    pub async fn list_tags(&self) -> Result<Page<TagView>, Error> {
        self.get("/tags").send().await
    }

    /// All tags, with how many tasks have each if that is asked for.
    pub async fn list_tags_with(&self, query: &TagQuery) -> Result<Page<TagListItem>, Error> {
        self.get("/tags").query(query)?.send().await
    }

    /// One tag.
    pub async fn get_tag(&self, tag: Uuid) -> Result<TagView, Error> {
        self.get(&format!("/tags/{tag}")).send().await
    }

    /// Creates a tag.
    pub async fn create_tag(&self, tag: &NewTag, key: Option<&str>) -> Result<TagView, Error> {
        self.post("/tags")
            .json(tag)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// Renames or recolours a tag.
    pub async fn patch_tag(
        &self,
        tag: Uuid,
        patch: &TagPatch,
        key: Option<&str>,
    ) -> Result<TagChange, Error> {
        self.patch(&format!("/tags/{tag}"))
            .json(patch)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// Deletes a tag.
    pub async fn delete_tag(&self, tag: Uuid, key: Option<&str>) -> Result<TagChange, Error> {
        self.delete(&format!("/tags/{tag}"))
            .idempotency_key(key)
            .send()
            .await
    }

    /// Merges a tag into another one.
    pub async fn merge_tag(
        &self,
        tag: Uuid,
        into: &MergeTag,
        key: Option<&str>,
    ) -> Result<TagChange, Error> {
        self.post(&format!("/tags/{tag}/merge"))
            .json(into)?
            .idempotency_key(key)
            .send()
            .await
    }
}
