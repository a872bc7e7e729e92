//! What reminders are sent with.

use taskwire_store::Db;

use super::report::Finding;
use crate::settings::ChannelOptions;

/// Whether the SMTP server lets this installation sign in.
pub(super) async fn mail(channels: &ChannelOptions) -> Finding {
    let mail = match channels.mail() {
        Ok(Some(mail)) => mail,
        Ok(None) => {
            return Finding::absent(
                "no SMTP server: people cannot be reached by e-mail; set TASKWIRE_SMTP_URL and TASKWIRE_MAIL_FROM",
            );
        }
        Err(error) => return Finding::bad(error.to_string()),
    };
    match mail.check().await {
        Ok(()) => Finding::ok("the SMTP server accepts connections"),
        Err(error) => Finding::bad(error.to_string()),
    }
}

/// Whether browsers can subscribe.
pub(super) async fn push(db: &Db) -> Finding {
    match taskwire_api::public_push_key(db).await {
        Ok(Some(key)) => Finding::ok(format!("browsers subscribe with {key}")),
        Ok(None) => {
            Finding::absent("no key yet: the first server that uses this database makes one")
        }
        Err(error @ taskwire_store::Error::Inconsistent { .. }) => Finding::fail(
            error.to_string(),
            "Restore this row of the table meta from a backup; with a new key all browsers must subscribe again",
        ),
        Err(error) => Finding::bad(error.to_string()),
    }
}
