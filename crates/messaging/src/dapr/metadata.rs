//! What a sidecar says about itself.

use reqwest::Method;
use serde::Deserialize;

use super::sidecar::{Sidecar, SidecarError};

/// What a sidecar says about itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// The id of its app.
    #[serde(rename = "id")]
    pub app_id: String,
    /// Its version.
    #[serde(rename = "runtimeVersion")]
    pub version: String,
    /// The components that it has loaded.
    pub components: Vec<Component>,
    /// The topics that it delivers to its app; none before the app is healthy.
    pub subscriptions: Vec<Subscribed>,
}

impl Metadata {
    /// The components of this kind, such as `pubsub`, the first part of their types.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Component> {
        let is_of_kind = move |one: &&Component| one.kind.split('.').next() == Some(kind);
        self.components.iter().filter(is_of_kind)
    }
}

/// A component.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Its type, such as `pubsub.kafka`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A topic that is delivered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Subscribed {
    /// The component.
    #[serde(rename = "pubsubname")]
    pub pubsub: String,
    /// The topic.
    pub topic: String,
    /// Where records go that are given up; empty if nowhere.
    #[serde(rename = "deadLetterTopic")]
    pub dead_letter_topic: String,
}

impl Sidecar {
    /// What it says about itself.
    pub async fn metadata(&self) -> Result<Metadata, SidecarError> {
        let request = self.request(Method::GET, &["v1.0", "metadata"], &[]);
        let response = Self::send(request).await?;
        let text = response.bytes().await;
        let text =
            text.map_err(|error| SidecarError::Unexpected(error.without_url().to_string()))?;
        serde_json::from_slice(&text).map_err(|error| SidecarError::Unexpected(error.to_string()))
    }
}
