//! Reads a stream like a strict front end.

use std::collections::HashSet;

use axum::response::Response;
use futures::StreamExt;
use serde_json::{Map, Value};

/// The chunks of a stream.
#[derive(Debug)]
pub(super) struct Stream(pub(super) Vec<Value>);

impl Stream {
    pub(super) async fn read(response: Response) -> Self {
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-vercel-ai-ui-message-stream"], "v1");
        let mut text = String::new();
        let mut frames = response.into_body().into_data_stream();
        while let Some(frame) = frames.next().await {
            text.push_str(std::str::from_utf8(&frame.unwrap()).unwrap());
        }
        let text = text
            .strip_suffix("data: [DONE]\n\n")
            .expect("the stream has an end");
        let frames = text
            .split_terminator("\n\n")
            .filter(|frame| !frame.starts_with(':'));
        let chunks = frames
            .map(|frame| serde_json::from_str(frame.strip_prefix("data: ").unwrap()).unwrap());
        let stream = Self(chunks.collect());
        stream.check();
        stream
    }

    pub(super) fn of(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |chunk| chunk["type"] == kind)
    }

    pub(super) fn text(&self) -> String {
        self.of("text-delta")
            .map(|chunk| chunk["delta"].as_str().unwrap())
            .collect()
    }

    pub(super) fn message(&self) -> &str {
        self.0[0]["messageId"].as_str().unwrap()
    }

    pub(super) fn finish(&self) -> &str {
        let finish = self.of("finish").next().unwrap();
        finish["finishReason"].as_str().unwrap()
    }

    pub(super) fn notices(&self) -> Vec<&str> {
        self.of("data-notice")
            .map(|chunk| chunk["data"]["text"].as_str().unwrap())
            .collect()
    }

    /// The rules whose violation ends the stream at the reader.
    fn check(&self) {
        let (mut texts, mut calls, mut is_in_step) = (HashSet::new(), HashSet::new(), false);
        assert_eq!(self.0[0]["type"], "start");
        assert_eq!(self.0.last().unwrap()["type"], "finish", "{:#?}", self.0);
        for chunk in &self.0 {
            let fields: &Map<String, Value> = chunk.as_object().unwrap();
            let may_be_null = ["input", "output", "data"];
            assert!(
                fields
                    .iter()
                    .all(|(name, value)| !value.is_null() || may_be_null.contains(&name.as_str()))
            );
            let text = |key: &str| {
                chunk[key]
                    .as_str()
                    .unwrap_or_else(|| panic!("{key} in {chunk}"))
                    .to_owned()
            };
            match chunk["type"].as_str().unwrap() {
                "start" => drop(text("messageId")),
                "start-step" => assert!(!std::mem::replace(&mut is_in_step, true)),
                "finish-step" => assert!(std::mem::replace(&mut is_in_step, false)),
                "text-start" => assert!(texts.insert(text("id"))),
                "text-delta" => assert!(texts.contains(&text("id")) && !text("delta").is_empty()),
                "text-end" => assert!(texts.remove(&text("id"))),
                "tool-input-start" => {
                    assert_eq!(chunk["dynamic"], true);
                    calls.insert(text("toolCallId"));
                }
                "tool-input-available" => {
                    assert!(chunk["input"].is_object() && calls.contains(&text("toolCallId")));
                }
                "tool-input-error" => {
                    assert!(chunk["dynamic"] == true && chunk["input"].is_object());
                }
                "tool-approval-request" => {
                    assert!(calls.contains(&text("toolCallId")) && !text("approvalId").is_empty());
                }
                "tool-output-available" => assert!(chunk["output"].is_object()),
                "tool-output-error" | "error" => drop(text("errorText")),
                "tool-output-denied" => drop(text("toolCallId")),
                "data-notice" | "data-status" => assert!(chunk["data"]["text"].is_string()),
                "abort" => {}
                "finish" => assert!(!is_in_step && texts.is_empty()),
                other => panic!("unknown chunk {other}"),
            }
        }
    }
}
