//! Which statuses a tree is about where it names none.

use super::tree::{Filter, Moment};
use crate::Status;

/// What a part of a tree says about the status.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// It names a status itself.
    Named,
    /// When tasks were completed: completed ones.
    Completion,
    /// What was not completed then: all but those in the trash.
    OtherCompletion,
    /// Nothing: open tasks.
    Nothing,
    /// Its alternatives say different things.
    Each,
}

impl Filter {
    /// Adds the usual status to each alternative that names none: `completed` to one about the time of completion, else
    /// `open`. Overdue is no status: what is not overdue may have any.
    #[must_use]
    pub fn with_usual_status(self) -> Self {
        self.with_status(About::Nothing)
    }

    /// `rest` is what the conditions beside this one say.
    fn with_status(self, rest: About) -> Self {
        let status = match self.about() {
            About::Named => return self,
            About::Each => return self.with_status_of_each(rest),
            About::Nothing => rest,
            other => other,
        };
        let condition = match status {
            About::Completion => Self::Status(Status::Completed),
            About::OtherCompletion => Self::Not(Box::new(Self::Status(Status::Deleted))),
            _ => Self::Status(Status::Open),
        };
        Self::All(vec![self, condition])
    }

    fn with_status_of_each(self, rest: About) -> Self {
        match self {
            Self::Any(parts) => Self::Any(
                parts
                    .into_iter()
                    .map(|part| part.with_status(rest))
                    .collect(),
            ),
            Self::All(parts) => {
                let others = parts.iter().map(Self::about);
                let rest = together(others.filter(|about| *about != About::Each)).unwrap_or(rest);
                let with_status = |part: Self| match part.about() {
                    About::Each => part.with_status(rest),
                    _ => part,
                };
                Self::All(parts.into_iter().map(with_status).collect())
            }
            other => other,
        }
    }

    fn about(&self) -> About {
        match self {
            Self::Status(_) => About::Named,
            Self::Within(Moment::Completed, _) => About::Completion,
            Self::All(parts) => together(parts.iter().map(Self::about)).unwrap_or(About::Nothing),
            Self::Any(parts) => {
                let mut all = parts.iter().map(Self::about);
                let first = all.next().unwrap_or(About::Nothing);
                if all.all(|other| other == first) {
                    first
                } else {
                    About::Each
                }
            }
            Self::Not(part) if part.any(&|part| matches!(part, Self::Status(_))) => About::Named,
            Self::Not(part)
                if part.any(&|part| matches!(part, Self::Within(Moment::Completed, _))) =>
            {
                About::OtherCompletion
            }
            _ => About::Nothing,
        }
    }
}

/// What conditions say together of which all have to be met; `None` if they say nothing.
fn together(all: impl Iterator<Item = About>) -> Option<About> {
    let weight = |about: &About| match about {
        About::Nothing => 0,
        About::OtherCompletion => 1,
        About::Completion => 2,
        About::Each => 3,
        About::Named => 4,
    };
    all.max_by_key(weight)
        .filter(|about| *about != About::Nothing)
}
