//! The requests received and signatures issued by the fake.

use std::collections::HashSet;

use serde_json::Value;

#[derive(Default)]
pub(super) struct Record {
    pub(super) requests: Vec<Value>,
    /// Issued signatures; any other one is refused as invalid.
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

    /// Adds the signatures in hand-written chunks to the issued ones.
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
