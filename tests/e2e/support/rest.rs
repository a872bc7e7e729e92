//! A REST client that returns raw responses.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

/// A user's client of the API.
#[derive(Clone)]
pub(crate) struct Rest {
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) http: reqwest::Client,
}

/// The response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// One client for all requests, ignoring any proxy of the machine.
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .connect_timeout(Duration::from_secs(5))
        // A request whose connection is lost silently counts as failed; streams send something every 15 seconds.
        .read_timeout(Duration::from_secs(45))
        .build()
        .unwrap()
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            self.text()
        );
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Rest {
    pub(crate) fn new(base: &str, token: &str) -> Self {
        Self {
            base: base.to_owned(),
            token: token.to_owned(),
            http: http(),
        }
    }

    /// Sends a request; fails only if there is no response.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> reqwest::Result<Answer> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .timeout(Duration::from_secs(30));
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = request.send().await?;
        Ok(Answer {
            status: answer.status().as_u16(),
            body: answer.bytes().await?.to_vec(),
        })
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.try_send(method, path, body, None).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await.ok()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, path, Some(body)).await.ok()
    }

    /// The items of all pages, in order.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let sign = if path.contains('?') { '&' } else { '?' };
        // Short lists are complete and have no paging parameters.
        let is_whole = ["/api/v1/conversations", "/api/v1/tags", "/api/v1/tokens"].contains(&path);
        let mut page_path = if is_whole {
            path.to_owned()
        } else {
            format!("{path}{sign}limit=200")
        };
        loop {
            let page = self.get(&page_path).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => page_path = format!("{path}{sign}limit=200&cursor={next}"),
                None => return items,
            }
        }
    }
}
