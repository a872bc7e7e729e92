//! E-mail, to a real SMTP server in a process of its own.

use taskwire_domain::contract::SendResult;
use taskwire_notify::{Mail, MailError};
use taskwire_testkit::SmtpServer;

use crate::support::{ID, is_sent, order, send, sender};

fn mail(smtp: &SmtpServer) -> Mail {
    Mail::new(&smtp.url(), "Taskwire <tasks@example.com>").unwrap()
}

/// The header of a message, unfolded.
fn header(text: &str, name: &str) -> String {
    let head = text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let prefix = format!("{name}: ");
    let line = head.lines().find_map(|line| line.strip_prefix(&prefix));
    line.unwrap_or_else(|| panic!("no {name} in {head}"))
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_an_email_in_text_and_html() {
    let mut smtp = SmtpServer::start(0);
    let reminder = order("email", "ann@example.org");
    assert!(is_sent(&send(&sender(Some(mail(&smtp))), &reminder).await));
    let taken = smtp.message();
    assert_eq!(taken["from"], "tasks@example.com");
    assert_eq!(taken["to"][0], "ann@example.org");
    let text = taken["text"].as_str().unwrap();
    assert_eq!(header(text, "From"), "Taskwire <tasks@example.com>");
    assert_eq!(header(text, "To"), "ann@example.org");
    assert_eq!(header(text, "Message-ID"), format!("<{ID}@example.com>"));
    assert_eq!(
        header(text, "List-Unsubscribe"),
        "<https://tasks.example.com/act/off>"
    );
    assert_eq!(
        header(text, "List-Unsubscribe-Post"),
        "List-Unsubscribe=One-Click"
    );
    assert!(
        header(text, "Subject").starts_with("Call <Ann> & "),
        "{text}"
    );
    assert!(text.contains("Content-Type: text/plain"), "{text}");
    assert!(text.contains("Content-Type: text/html"), "{text}");
    assert!(
        text.contains("https://tasks.example.com/act/done"),
        "{text}"
    );
    // In HTML a title is text.
    assert!(text.contains("&lt;Ann&gt;"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_whether_to_try_again() {
    let smtp = SmtpServer::start(0);
    let sender = sender(Some(mail(&smtp)));
    let unknown = send(&sender, &order("email", "nobody@example.org")).await;
    assert_eq!(
        unknown,
        SendResult::Failed {
            reason: "The SMTP server answered 550.".into()
        }
    );
    let full = send(&sender, &order("email", "full@example.org")).await;
    assert_eq!(
        full,
        SendResult::Retry {
            reason: "The SMTP server answered 452.".into(),
            after_seconds: None
        }
    );
    // Others are not disturbed by it.
    assert!(is_sent(
        &send(&sender, &order("email", "ann@example.org")).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_missed_is_sent_when_it_is_back() {
    let smtp = SmtpServer::start(0);
    let (port, mail) = (smtp.port(), mail(&smtp));
    mail.check().await.unwrap();
    let sender = sender(Some(mail.clone()));
    assert!(is_sent(
        &send(&sender, &order("email", "ann@example.org")).await
    ));
    drop(smtp);
    let down = send(&sender, &order("email", "ann@example.org")).await;
    assert!(matches!(down, SendResult::Retry { .. }), "{down:?}");
    assert!(matches!(mail.check().await, Err(MailError::Server(_))));
    let mut smtp = SmtpServer::start(port);
    assert!(is_sent(
        &send(&sender, &order("email", "ann@example.org")).await
    ));
    assert_eq!(smtp.message()["to"][0], "ann@example.org");
}

#[tokio::test]
async fn settings_that_cannot_be_are_refused() {
    let wrong = Mail::new("mail.example.com", "tasks@example.com");
    assert!(matches!(wrong, Err(MailError::Url)));
    let wrong = Mail::new("smtp://user:secret@mail.example.com", "tasks").unwrap_err();
    assert!(!wrong.to_string().contains("secret"), "{wrong}");
}
