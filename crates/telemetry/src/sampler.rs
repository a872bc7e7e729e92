//! Sampling of traces.

use opentelemetry_sdk::trace;

/// The traces to record; the names are those of `OTEL_TRACES_SAMPLER`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Sampler {
    /// All.
    AlwaysOn,
    /// None.
    AlwaysOff,
    /// This share, by the id of the trace.
    Ratio(f64),
    /// As the caller decided; all traces that begin here.
    ParentBasedAlwaysOn,
    /// As the caller decided; no traces that begin here.
    ParentBasedAlwaysOff,
    /// As the caller decided; this share of the traces that begin here.
    ParentBasedRatio(f64),
}

impl From<Sampler> for trace::Sampler {
    fn from(sampler: Sampler) -> Self {
        let parent_based = |root| Self::ParentBased(Box::new(root));
        match sampler {
            Sampler::AlwaysOn => Self::AlwaysOn,
            Sampler::AlwaysOff => Self::AlwaysOff,
            Sampler::Ratio(share) => Self::TraceIdRatioBased(share),
            Sampler::ParentBasedAlwaysOn => parent_based(Self::AlwaysOn),
            Sampler::ParentBasedAlwaysOff => parent_based(Self::AlwaysOff),
            Sampler::ParentBasedRatio(share) => parent_based(Self::TraceIdRatioBased(share)),
        }
    }
}
