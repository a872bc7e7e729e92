//! Following the events of a user.

use serde_json::Value;

use crate::transport::Streamed;
use crate::{Client, Error};

/// Longest event read, in bytes: the task before and after a change, with full notes.
const EVENT_MAX: usize = 4 * 1024 * 1024;

/// An event as the stream shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamEvent {
    /// Where to continue after it.
    pub cursor: String,
    /// Its type, such as `task.updated.v1`, or `reset` where events are no longer kept.
    pub kind: String,
    /// The CloudEvent.
    pub data: Value,
}

/// A stream of events.
pub struct EventStream {
    body: Streamed,
    unread: Vec<u8>,
}

impl Client {
    /// Follows the events of the user after a cursor; only new events without one.
    pub async fn events(&self, after: Option<&str>) -> Result<EventStream, Error> {
        let query = serde_json::json!({ "after": after });
        let body = self.get("/events").query(&query)?.open().await?;
        Ok(EventStream {
            body,
            unread: Vec::new(),
        })
    }
}

impl EventStream {
    /// The next event; `None` when the server has ended the stream.
    pub async fn next(&mut self) -> Result<Option<StreamEvent>, Error> {
        loop {
            while let Some(end) = end_of_event(&self.unread) {
                let block: Vec<u8> = self.unread.drain(..end).collect();
                if let Some(event) = parse(&block)? {
                    return Ok(Some(event));
                }
            }
            if self.unread.len() > EVENT_MAX {
                return Err(Error::Unexpected("an event without an end".to_owned()));
            }
            match self.body.next().await? {
                Some(bytes) => self.unread.extend(bytes),
                None => return Ok(None),
            }
        }
    }
}

/// The length of the first event with the empty line that ends it. The API separates lines with `\n`.
fn end_of_event(bytes: &[u8]) -> Option<usize> {
    let gap = bytes.windows(2).position(|pair| pair == b"\n\n")?;
    Some(gap + 2)
}

/// An event; `None` if there are only comments.
fn parse(block: &[u8]) -> Result<Option<StreamEvent>, Error> {
    let text = std::str::from_utf8(block)
        .map_err(|_| Error::Unexpected("an event that is not UTF-8".to_owned()))?;
    let mut event = StreamEvent::default();
    let mut data: Option<String> = None;
    for line in text.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "id" => value.clone_into(&mut event.cursor),
            "event" => value.clone_into(&mut event.kind),
            "data" => {
                let data = data.get_or_insert_default();
                if !data.is_empty() {
                    data.push('\n');
                }
                data.push_str(value);
            }
            _ => {}
        }
    }
    let Some(data) = data else { return Ok(None) };
    event.data =
        serde_json::from_str(&data).map_err(|error| Error::Unexpected(error.to_string()))?;
    Ok(Some(event))
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use axum::Router;
    use axum::body::{Body, Bytes};
    use http::StatusCode;
    use http_body::Frame;
    use serde_json::json;

    use super::*;

    /// Sends one byte at a time: an event may be cut anywhere.
    struct Bytewise(std::slice::Iter<'static, u8>);

    impl http_body::Body for Bytewise {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            let byte = self.0.next();
            Poll::Ready(byte.map(|byte| Ok(Frame::data(Bytes::copy_from_slice(&[*byte])))))
        }
    }

    fn client(answer: &'static str, status: StatusCode) -> Client {
        let handler =
            move || async move { (status, Body::new(Bytewise(answer.as_bytes().iter()))) };
        Client::in_process(Router::new().fallback(handler))
    }

    #[tokio::test]
    async fn events_are_read_as_they_arrive() {
        let text = ": connected\n\nid: a\nevent: task.created.v1\ndata: {\"title\":\ndata: \"\u{e4}\"}\n\n: keep-alive\n\nid: b\nevent: reset\ndata: {}\n\nid: c\n";
        let mut events = client(text, StatusCode::OK).events(None).await.unwrap();
        let first = events.next().await.unwrap().unwrap();
        assert_eq!(
            (first.cursor.as_str(), first.kind.as_str()),
            ("a", "task.created.v1")
        );
        assert_eq!(first.data, json!({"title": "\u{e4}"}));
        assert_eq!(events.next().await.unwrap().unwrap().kind, "reset");
        // An event that was cut off is none.
        assert_eq!(events.next().await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_refusal_is_an_error() {
        let problem = r#"{"type":"about:blank","title":"t","status":401,"detail":"d","code":"unauthorized","errors":[]}"#;
        let client = client(problem, StatusCode::UNAUTHORIZED);
        let Err(Error::Problem(problem)) = client.events(Some("x")).await else {
            panic!("a refusal");
        };
        assert_eq!(problem.code, "unauthorized");
    }
}
