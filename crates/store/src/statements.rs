//! Statements as constants, listed so that a test can prepare each one on both databases.

/// Declares statements. A name that ends in `_SQLITE` or `_POSTGRES` belongs to that database alone; every other text
/// must work on both. A statement that does not filter by owner explains why in a comment that begins with `System:`.
macro_rules! statements {
    ($($(#[doc = $doc:literal])* $name:ident = $text:expr;)*) => {
        $($(#[doc = $doc])* pub(crate) const $name: &str = $text;)*

        #[cfg(test)]
        pub(crate) const ALL: &[$crate::statements::Statement] = &[$($crate::statements::Statement {
            name: stringify!($name),
            text: $name,
            doc: concat!($($doc,)* ""),
        }),*];
    };
}
pub(crate) use statements;

/// A statement as the tests see it.
#[cfg(test)]
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) doc: &'static str,
}

#[cfg(test)]
mod tests;
