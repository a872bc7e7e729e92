//! Preconditions: the version that a caller expects of the resource it changes.

/// The version of a resource, as a client has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct EntityTag {
    /// Whether it is a weak validator, which identifies equivalent but perhaps not identical content (RFC 9110 section
    /// 8.8.1).
    pub(crate) is_weak: bool,
    /// The entity tag, compared byte by byte.
    pub(crate) opaque: Vec<u8>,
}

/// The value of a precondition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum EntityTags {
    /// `*`: any version.
    Any,
    /// One of these.
    These(Vec<EntityTag>),
}

/// The condition that did not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Condition {
    /// The current version is none of those listed in `If-Match`.
    Matches,
    /// The current version is one of those listed in `If-None-Match`.
    Differs,
}

/// Conditions on the current version (RFC 9110, section 13).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Precondition {
    /// It must be one of these, by strong comparison.
    pub(crate) matches: Option<EntityTags>,
    /// It must be none of these, by weak comparison.
    pub(crate) differs: Option<EntityTags>,
    /// Whether the caller wants to be refused without `If-Match` (`Prefer: strict`).
    pub(crate) is_strict: bool,
}

impl Precondition {
    /// The condition that was set, if there is one.
    pub(crate) fn condition(&self) -> Option<Condition> {
        match (&self.matches, &self.differs) {
            (Some(_), _) => Some(Condition::Matches),
            (None, Some(_)) => Some(Condition::Differs),
            (None, None) => None,
        }
    }

    /// The condition that a strong version does not meet; the first of the two decides.
    pub(crate) fn failed(&self, current: &str) -> Option<Condition> {
        let is_current = |tag: &EntityTag| tag.opaque == current.as_bytes();
        match &self.matches {
            Some(EntityTags::These(tags))
                if !tags.iter().any(|tag| !tag.is_weak && is_current(tag)) =>
            {
                return Some(Condition::Matches);
            }
            _ => {}
        }
        match &self.differs {
            Some(EntityTags::Any) => Some(Condition::Differs),
            Some(EntityTags::These(tags)) if tags.iter().any(is_current) => {
                Some(Condition::Differs)
            }
            _ => None,
        }
    }
}
