//! Saved filters.

use taskwire_domain::contract::{FilterPatch, FilterView, NewFilter, Page};
use uuid::Uuid;

use crate::{Client, Error};

impl Client {
    /// All saved filters, by name.
    pub async fn list_filters(&self) -> Result<Page<FilterView>, Error> {
        self.get("/filters").send().await
    }

    /// One saved filter.
    pub async fn get_filter(&self, id: Uuid) -> Result<FilterView, Error> {
        self.get(&format!("/filters/{id}")).send().await
    }

    /// Saves a filter under a name.
    pub async fn create_filter(
        &self,
        filter: &NewFilter,
        key: Option<&str>,
    ) -> Result<FilterView, Error> {
        self.post("/filters")
            .json(filter)?
            .idempotency_key(key)
            .send()
            .await
    }

    /// Changes a saved filter, if `version` is still the current one.
    pub async fn patch_filter(
        &self,
        id: Uuid,
        patch: &FilterPatch,
        version: Option<i64>,
        key: Option<&str>,
    ) -> Result<FilterView, Error> {
        self.patch(&format!("/filters/{id}"))
            .json(patch)?
            .if_match(version)
            .idempotency_key(key)
            .send()
            .await
    }

    /// Deletes a saved filter.
    pub async fn delete_filter(&self, id: Uuid, key: Option<&str>) -> Result<(), Error> {
        self.delete(&format!("/filters/{id}"))
            .idempotency_key(key)
            .send_empty()
            .await
    }
}
