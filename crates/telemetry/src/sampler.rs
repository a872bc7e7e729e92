//! Which traces are recorded.

use opentelemetry_sdk::trace;

/// Which traces are recorded; the names are those of `OTEL_TRACES_SAMPLER`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Sampler {
    /// All.
    AlwaysOn,
    /// None.
    AlwaysOff,
    /// This share, by the id of the trace.
    Ratio(f64),
    /// Those that the caller records; of those that begin here, all.
    ParentBasedAlwaysOn,
    /// Those that the caller records; of those that begin here, none.
    ParentBasedAlwaysOff,
    /// Those that the caller records; of those that begin here, this share.
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
