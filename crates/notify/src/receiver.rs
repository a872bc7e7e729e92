//! Calls a receiver over HTTP, and says what its answer means.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use taskwire_domain::ChannelKind;
use taskwire_domain::contract::SendResult;
use taskwire_http::{Guard, is_refused};

use super::outcome::{failed, retry};

/// Sends a request that may be sent, over a channel of this kind. An answer is not read: nothing in it is needed.
pub(super) async fn call(
    http: &Client,
    guard: Guard,
    kind: ChannelKind,
    request: RequestBuilder,
) -> Result<(), SendResult> {
    let Ok(request) = request.build() else {
        return Err(failed(
            "The address of the channel cannot be called.".into(),
        ));
    };
    if !guard.admits(request.url()) {
        return Err(not_public());
    }
    match http.execute(request).await {
        Ok(response) => meaning(kind, &response),
        Err(error) if is_refused(&error) => Err(not_public()),
        Err(error) if error.is_timeout() => Err(retry("It did not answer in time.".into())),
        // The text of the error contains the address, which may be a secret.
        Err(_) => Err(retry("It cannot be reached.".into())),
    }
}

fn not_public() -> SendResult {
    failed("It is not at a public https address.".into())
}

fn meaning(kind: ChannelKind, response: &Response) -> Result<(), SendResult> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let reason = format!("It answered {}.", status.as_u16());
    let may_work_later = status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        );
    Err(if may_work_later {
        SendResult::Retry {
            reason,
            after_seconds: after_seconds(response),
        }
    } else if has_ended(kind, status) {
        SendResult::Gone { reason }
    } else {
        failed(reason)
    })
}

/// Whether the receiver will never take a message again: a subscription that has ended (RFC 8030, section 7.3), or an
/// endpoint that was closed (Standard Webhooks, "Operational considerations").
fn has_ended(kind: ChannelKind, status: StatusCode) -> bool {
    status == StatusCode::GONE || (kind == ChannelKind::WebPush && status == StatusCode::NOT_FOUND)
}

/// The pause that the receiver asks for: seconds, or a date (RFC 9110, section 10.2.3) counted from that of the answer.
fn after_seconds(response: &Response) -> Option<i64> {
    let text = |name| response.headers().get(name)?.to_str().ok();
    let asked = text(RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse::<u32>() {
        return Some(seconds.into());
    }
    let instant =
        |text: &str| -> Option<Timestamp> { Some(rfc2822::parse(text).ok()?.timestamp()) };
    let (until, from) = (instant(asked)?, instant(text(reqwest::header::DATE)?)?);
    Some(until.duration_since(from).as_secs().max(0))
}
