//! What a search finds.

/// With at most so many tasks that have the words, they are read by number; with more, the order is read.
pub(super) const FEW_FOUND: i64 = 3000;

/// The tasks that have some words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Found {
    /// Their numbers.
    Few(Vec<i64>),
    /// The newest of them, newest first; there are more than [`FEW_FOUND`].
    Newest(Vec<i64>),
    /// More than [`FEW_FOUND`], or so it seems.
    Many,
}
