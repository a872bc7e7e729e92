//! Measures the requests to models.

use metrics::SharedString;
use taskwire_telemetry::metric;
use tokio::time::Instant;

use super::accumulate::Usage;
use crate::model::ModelError;

/// The provider, as OpenTelemetry's conventions name it.
const PROVIDER: &str = "gcp.gemini";
const OPERATION: &str = "chat";

/// One request to a model. It is measured when it is dropped.
pub(super) struct MeasuredRequest {
    begun: Instant,
    model: String,
    /// None once it was answered.
    error: Option<&'static str>,
}

impl MeasuredRequest {
    pub(super) fn begin(model: &str) -> Self {
        Self {
            begun: Instant::now(),
            model: model.to_owned(),
            // The turn was cancelled, unless something else is recorded.
            error: Some("cancelled"),
        }
    }

    pub(super) fn answered(mut self) {
        self.error = None;
    }

    pub(super) fn failed(mut self, error: &ModelError) {
        self.error = Some(match error {
            ModelError::Unreachable => "unreachable",
            ModelError::Stalled => "timeout",
            ModelError::Quota(_) => "quota",
            ModelError::Key => "key",
            ModelError::Refused(_) => "refused",
            ModelError::Unusable => "unusable",
            ModelError::Blocked => "content_filter",
        });
    }

    /// Records the tokens of the request and of its reply, whether that was usable or not.
    pub(super) fn used(&self, usage: Usage) {
        for (kind, tokens) in [("input", usage.input), ("output", usage.output)] {
            let Some(tokens) = tokens else { continue };
            let tokens = f64::from(u32::try_from(tokens).unwrap_or(u32::MAX));
            metrics::histogram!(
                metric::GEN_AI_CLIENT_TOKEN_USAGE,
                "gen_ai_token_type" => kind,
                "gen_ai_operation_name" => OPERATION,
                "gen_ai_provider_name" => PROVIDER,
                "gen_ai_request_model" => self.model.clone(),
            )
            .record(tokens);
        }
    }
}

impl Drop for MeasuredRequest {
    fn drop(&mut self) {
        let mut labels = vec![
            ("gen_ai_operation_name", SharedString::const_str(OPERATION)),
            ("gen_ai_provider_name", SharedString::const_str(PROVIDER)),
            ("gen_ai_request_model", self.model.clone().into()),
        ];
        labels.extend(
            self.error
                .map(|error| ("error_type", SharedString::const_str(error))),
        );
        metrics::histogram!(metric::GEN_AI_CLIENT_OPERATION_DURATION, &labels)
            .record(self.begun.elapsed());
    }
}
