//! Values of query parameters.

use taskwire_domain::Invalid;
use taskwire_domain::text::clip;

/// Default page size.
pub(super) const LIMIT: u32 = 50;
/// Maximum page size.
const LIMIT_MAX: u32 = 200;

/// The size of a page.
pub(in crate::service) fn limit(asked: Option<u32>) -> Result<u32, Invalid> {
    match asked {
        None => Ok(LIMIT),
        Some(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        Some(limit) => Err(Invalid::new(
            "limit",
            "invalid_limit",
            format!("{limit} is out of range."),
        )
        .hint(format!("Send 1 to {LIMIT_MAX}."))),
    }
}

/// One of some names.
pub(in crate::service) fn one_of<T: Copy>(
    field: &str,
    text: &str,
    known: &[(&str, T)],
) -> Result<T, Invalid> {
    known
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, value)| *value)
        .ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            Invalid::new(
                field,
                "invalid_value",
                format!("Invalid value for {field}: {:?}.", clip(text)),
            )
            .hint(format!("Send {}.", names.join(", ")))
        })
}
