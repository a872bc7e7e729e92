//! Maps errors to delivery outcomes.

use taskwire_messaging::Outcome;

/// A failed statement: an outage is waited out, any other error counts as a failure of the event.
pub(crate) fn of_store(error: &taskwire_store::Error) -> Outcome {
    if error.is_outage() {
        Outcome::Unavailable(error.to_string())
    } else {
        Outcome::Retry(error.to_string())
    }
}

/// A failed call. The outcome names the problem's code, never its detail, which may quote a task.
pub(crate) fn of_client(error: &taskwire_client::Error) -> Outcome {
    let Some(status) = error.status() else {
        return match error {
            taskwire_client::Error::Unreachable(_) => Outcome::Unavailable(error.to_string()),
            // The response of a different version, perhaps during a rollout.
            _ => Outcome::Retry("the API's response cannot be parsed".into()),
        };
    };
    let reason = format!(
        "the API responded with {status} ({})",
        error.code().unwrap_or_default()
    );
    if error.code() == Some("unknown_path") {
        // The API hides the consumers' paths from those who do not show its service token, and an older version may
        // not have them yet.
        return Outcome::Unavailable(
            "the API does not accept the service token, or is of another version".into(),
        );
    }
    match status {
        // Wrong credentials are a configuration error, not the event's fault; nor is it the event's fault when
        // the API is busy or starting, or its disk is full.
        401 | 403 | 429 | 502..=504 | 507 => Outcome::Unavailable(reason),
        408 | 409 | 425 | 500.. => Outcome::Retry(reason),
        _ => Outcome::Drop(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use taskwire_client::Error;
    use taskwire_domain::contract::Problem;

    fn answered(status: u16) -> Outcome {
        answered_with(status, "some_code")
    }

    fn answered_with(status: u16, code: &str) -> Outcome {
        of_client(&Error::Problem(Box::new(Problem {
            kind: "about:blank".into(),
            title: "Problem".into(),
            status,
            detail: "\"Buy a ring for Ada\" is too long.".into(),
            code: code.into(),
            errors: vec![],
            hint: None,
            request_id: None,
            retry_after_seconds: None,
        })))
    }

    #[test]
    fn an_answer_decides_about_the_event() {
        for status in [401, 403, 429, 502, 503, 504, 507] {
            assert!(
                matches!(answered(status), Outcome::Unavailable(_)),
                "{status}"
            );
        }
        for status in [408, 409, 500, 501] {
            assert!(matches!(answered(status), Outcome::Retry(_)), "{status}");
        }
        for status in [400, 404, 410, 422] {
            let reason = format!("the API responded with {status} (some_code)");
            assert_eq!(answered(status), Outcome::Drop(reason));
        }
        assert!(matches!(
            answered_with(404, "unknown_path"),
            Outcome::Unavailable(_)
        ));
        let unreachable = Error::Unreachable("connection refused".into());
        assert!(matches!(of_client(&unreachable), Outcome::Unavailable(_)));
        assert!(matches!(
            of_client(&Error::Unexpected("[]".into())),
            Outcome::Retry(_)
        ));
    }
}
