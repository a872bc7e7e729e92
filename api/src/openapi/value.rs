//! What a value of a request looks like, and ways to say it.

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) format: Option<&'static str>,
    pub(super) pattern: Option<&'static str>,
    /// The characters of a text, the items of a list, or the numbers themselves.
    pub(super) range: Option<(usize, usize)>,
    pub(super) choices: &'static [&'static str],
    /// A list in which nothing stands twice.
    pub(super) is_set: bool,
    pub(super) examples: &'static [&'static str],
}

pub(super) const ANY: Value = Value {
    format: None,
    pattern: None,
    range: None,
    choices: &[],
    is_set: false,
    examples: &[],
};

/// One line without control characters that is more than space.
pub(super) const fn line(longest: usize, examples: &'static [&'static str]) -> Value {
    Value {
        format: Some("line"),
        range: Some((1, longest)),
        examples,
        ..ANY
    }
}

/// Text with line breaks.
pub(super) const fn text(longest: usize, examples: &'static [&'static str]) -> Value {
    Value {
        format: Some("text"),
        range: Some((0, longest)),
        examples,
        ..ANY
    }
}

pub(super) const fn between(least: usize, most: usize) -> Value {
    Value {
        range: Some((least, most)),
        ..ANY
    }
}

pub(super) const fn one_of(choices: &'static [&'static str]) -> Value {
    Value { choices, ..ANY }
}

pub(super) const fn pattern(pattern: &'static str, examples: &'static [&'static str]) -> Value {
    Value {
        pattern: Some(pattern),
        examples,
        ..ANY
    }
}

pub(super) const fn named(
    format: &'static str,
    longest: usize,
    examples: &'static [&'static str],
) -> Value {
    Value {
        format: Some(format),
        range: Some((1, longest)),
        examples,
        ..ANY
    }
}
