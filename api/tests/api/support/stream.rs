//! Reads an event stream.

use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use serde_json::Value;

use super::LIMIT;

/// An event stream being read.
pub(crate) struct Events {
    body: BodyDataStream,
    text: String,
}

/// One server-sent event.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Frame {
    /// Opaque.
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) data: Value,
}

impl Events {
    pub(super) fn new(body: Body) -> Self {
        Self {
            body: body.into_data_stream(),
            text: String::new(),
        }
    }

    /// The next event; `None` when the stream has ended. Comments are skipped.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let rest = self.text.split_off(end + 2);
                let frame = parse(&std::mem::replace(&mut self.text, rest));
                match frame {
                    Some(frame) => return Some(frame),
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(LIMIT, self.body.next())
                .await
                .expect("something is sent in time")?;
            self.text
                .push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    }

    /// The kinds of the next events.
    pub(crate) async fn kinds(&mut self, count: usize) -> Vec<String> {
        let mut kinds = Vec::new();
        while kinds.len() < count {
            kinds.push(self.next().await.expect("another event").event);
        }
        kinds
    }
}

fn parse(block: &str) -> Option<Frame> {
    let field = |name: &str| {
        block
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    Some(Frame {
        id: field("id")?.to_owned(),
        event: field("event")?.to_owned(),
        data: serde_json::from_str(field("data")?).unwrap(),
    })
}
