//! Stored parts survive being read and written, whatever they are.

use super::*;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

fn message(parts: Value) -> StoredMessage {
    StoredMessage {
        id: "m".into(),
        role: "assistant".into(),
        parts,
        model: None,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn kept(parts: Value) -> Vec<Part> {
    read(&message(parts))
}

#[test]
fn unknown_parts_and_fields_survive() {
    let parts = json!([
        {"type": "reasoning", "text": "hm", "state": "streaming"},
        {"type": "text", "text": "a", "providerMetadata": {"x": null}},
        {"type": "tool-f", "toolCallId": "c", "state": "output-available", "output": 1.5},
        {"type": "dynamic-tool", "toolName": "f", "toolCallId": "c", "state": "input-streaming", "title": "F"},
        {"type": "dynamic-tool", "toolName": "f", "toolCallId": "c", "state": "output-available",
            "input": null, "output": null, "preliminary": true},
        {"type": "dynamic-tool", "toolName": "f"},
        {"type": "step-start", "n": 18_446_744_073_709_551_615_u64}, {"type": 5}, "x", null, [], 1,
    ]);
    assert_eq!(write(&kept(parts.clone())), parts);
}

#[test]
fn a_call_goes_through_its_states() {
    let call = Call {
        id: "c".into(),
        name: "f".into(),
        arguments: Map::from_iter([("n".to_owned(), json!(1))]),
    };
    let mut tool = ToolPart::begun(&call);
    assert!(tool.is_open() && tool.call() == call);
    tool.request_approval("p", "Really?");
    assert!(!tool.is_open());
    assert_eq!(
        tool.requested_approval().map(Approval::question),
        Some("Really?")
    );
    tool.approve("p");
    assert!(tool.is_open() && tool.requested_approval().is_none());
    tool.set_error("no".into());
    tool.set_output(json!({}));
    let stored = json!([{"type": "dynamic-tool", "toolName": "f", "toolCallId": "c", "state": "output-available",
        "input": {"n": 1}, "output": {}, "approval": {"id": "p", "approved": true}}]);
    assert_eq!(write(&[tool.into()]), stored);
}

#[test]
fn a_waiting_call_is_denied_when_nobody_clicks() {
    let mut parts = kept(
        json!([{"type": "dynamic-tool", "toolName": "f", "toolCallId": "c",
        "state": "approval-requested", "approval": {"id": "p", "reason": "Really?"}}]),
    );
    assert_eq!(pending(&parts).len(), 1);
    deny_pending(&mut parts);
    assert!(pending(&parts).is_empty());
    let part = &write(&parts)[0];
    assert_eq!(part["state"], "output-denied");
    assert_eq!(
        part["approval"],
        json!({"id": "p", "reason": "Really?", "approved": false})
    );
}

fn json_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just("step-start"),
        Just("text"),
        Just("data-notice"),
        Just("dynamic-tool"),
        Just("output-available"),
        Just("approval-requested"),
        Just("else"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let key = prop::sample::select(vec![
            "type",
            "text",
            "data",
            "toolName",
            "toolCallId",
            "state",
            "input",
            "output",
            "errorText",
            "approval",
            "id",
            "approved",
            "requestReason",
            "reason",
            "else",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8).prop_map(|fields| {
                let fields = fields
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value));
                Value::Object(fields.collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_stored_survives(part in json_value()) {
        let parts = json!([part]);
        prop_assert_eq!(write(&kept(parts.clone())), parts);
    }
}
