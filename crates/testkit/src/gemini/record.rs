//! What the fake has received and handed out so far.

use std::collections::HashSet;

use serde_json::Value;

#[derive(Default)]
pub(super) struct Record {
    pub(super) requests: Vec<Value>,
    /// Signatures handed out; any other one is refused as broken.
    pub(super) signatures: HashSet<String>,
    /// Numbers the calls, for ids and signatures.
    pub(super) calls: usize,
}

impl Record {
    pub(super) fn sign(&mut self) -> String {
        let signature = format!("signature-{}", self.signatures.len() + 1);
        self.signatures.insert(signature.clone());
        signature
    }

    /// Takes the signatures in hand-written chunks for its own.
    pub(super) fn add_signatures(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(signature)) = fields.get("thought_signature") {
                    self.signatures.insert(signature.clone());
                }
                fields.values().for_each(|value| self.add_signatures(value));
            }
            Value::Array(items) => items.iter().for_each(|value| self.add_signatures(value)),
            _ => {}
        }
    }
}
