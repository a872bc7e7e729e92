//! Writes a tree as an expression that means the same.

use std::fmt;

use super::tree::{Filter, Range, Term};

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => joined(f, parts, " & "),
            Self::Any(parts) => joined(f, parts, " | "),
            Self::Not(part) => {
                f.write_str("!")?;
                nested(f, part)
            }
            Self::Status(status) => write!(f, "status:{}", status.as_str()),
            Self::Priority(priority) => write!(f, "priority:{priority}"),
            Self::Tag(tag) => write!(f, "#\"{tag}\""),
            Self::Untagged => f.write_str("no:tag"),
            Self::Within(moment, range) => {
                let name = moment.as_str();
                match range {
                    Range {
                        from: Some(from),
                        before: Some(before),
                    } => write!(f, "{name}:{from}..<{before}"),
                    Range {
                        from: Some(from), ..
                    } => write!(f, "{name} >= {from}"),
                    Range {
                        before: Some(before),
                        ..
                    } => write!(f, "{name} < {before}"),
                    Range { .. } => write!(f, "!no:{name}"),
                }
            }
            Self::Overdue => f.write_str("overdue"),
            Self::Undated => f.write_str("no:due"),
            Self::Fixed => f.write_str("due:fixed"),
            Self::Recurring => f.write_str("recurring"),
            Self::Parent(number) => write!(f, "parent:{number}"),
            Self::NoParent => f.write_str("no:parent"),
            Self::Words(terms) => {
                f.write_str("text:")?;
                if terms.is_empty() {
                    return f.write_str("\"\"");
                }
                for (index, term) in terms.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" ")?;
                    }
                    write!(f, "{term}")?;
                }
                Ok(())
            }
            Self::Contains(text) => write!(f, "contains:\"{text}\""),
            Self::ChangedBy(kind) => write!(f, "changed:{}", kind.as_str()),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_exact {
            write!(f, "\"{}\"", self.words.join("-"))
        } else {
            f.write_str(&self.words.join("-"))
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Filter], operator: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(operator)?;
        }
        nested(f, part)?;
    }
    Ok(())
}

fn nested(f: &mut fmt::Formatter<'_>, part: &Filter) -> fmt::Result {
    match part {
        Filter::All(_) | Filter::Any(_) => write!(f, "({part})"),
        _ => write!(f, "{part}"),
    }
}
