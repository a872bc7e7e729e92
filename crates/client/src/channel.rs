//! Channels, what is sent over them, and the settings of notifications.

use taskwire_domain::contract::{
    ChannelCreated, ChannelKinds, ChannelPatch, ChannelView, DeliveryQuery, DeliveryView,
    NewChannel, NotificationSettings, NotificationSettingsPatch, Page,
};
use uuid::Uuid;

use crate::{Client, Error};

impl Client {
    /// The kinds of channels that the server has.
    pub async fn list_channel_kinds(&self) -> Result<ChannelKinds, Error> {
        self.get("/channels/kinds").send().await
    }

    /// All channels, oldest first.
    pub async fn list_channels(&self) -> Result<Page<ChannelView>, Error> {
        self.get("/channels").send().await
    }

    /// One channel.
    pub async fn get_channel(&self, id: Uuid) -> Result<ChannelView, Error> {
        self.get(&format!("/channels/{id}")).send().await
    }

    /// Adds a channel.
    pub async fn create_channel(&self, channel: &NewChannel) -> Result<ChannelCreated, Error> {
        self.post("/channels").json(channel)?.send().await
    }

    /// Changes a channel, if `version` is still the current one.
    pub async fn patch_channel(
        &self,
        id: Uuid,
        patch: &ChannelPatch,
        version: Option<i64>,
        key: Option<&str>,
    ) -> Result<ChannelView, Error> {
        self.patch(&format!("/channels/{id}"))
            .json(patch)?
            .if_match(version)
            .idempotency_key(key)
            .send()
            .await
    }

    /// Deletes a channel.
    pub async fn delete_channel(&self, id: Uuid, key: Option<&str>) -> Result<(), Error> {
        self.delete(&format!("/channels/{id}"))
            .idempotency_key(key)
            .send_empty()
            .await
    }

    /// Sends a test message, or asks once more for the confirmation of an e-mail address.
    pub async fn test_channel(&self, id: Uuid, key: Option<&str>) -> Result<DeliveryView, Error> {
        self.post(&format!("/channels/{id}/test"))
            .idempotency_key(key)
            .send()
            .await
    }

    /// What was and will be sent, newest first.
    pub async fn list_deliveries(
        &self,
        query: &DeliveryQuery,
    ) -> Result<Page<DeliveryView>, Error> {
        self.get("/deliveries").query(query)?.send().await
    }

    /// When and how often notifications are sent.
    pub async fn notification_settings(&self) -> Result<NotificationSettings, Error> {
        self.get("/notifications/settings").send().await
    }

    /// Changes that, if `version` is still the current one.
    pub async fn patch_notification_settings(
        &self,
        patch: &NotificationSettingsPatch,
        version: Option<i64>,
        key: Option<&str>,
    ) -> Result<NotificationSettings, Error> {
        self.patch("/notifications/settings")
            .json(patch)?
            .if_match(version)
            .idempotency_key(key)
            .send()
            .await
    }
}
