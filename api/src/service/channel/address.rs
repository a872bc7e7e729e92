//! What leads to the receiver of a channel: addresses, tokens and keys, as they are sent.

use taskwire_domain::contract::PushKeys;
use taskwire_domain::text::clip;
use taskwire_domain::{ChannelKind, Invalid};
use url::Url;

use crate::notify::Notify;
use crate::push_key;

/// Longest address, in bytes.
const ADDRESS_MAX: usize = 2048;
/// Longest token, in bytes.
const TOKEN_MAX: usize = 500;

/// The keys that a channel of this kind needs.
pub(super) fn check_keys(
    kind: ChannelKind,
    keys: Option<&PushKeys>,
) -> Result<Option<PushKeys>, Invalid> {
    let wrong = |code, detail: &str, hint: &str| {
        Err(Invalid::new("/keys", code, detail.to_owned()).hint(hint.to_owned()))
    };
    match (kind, keys) {
        (ChannelKind::WebPush, None) => wrong(
            "missing_field",
            "A subscription of a browser has keys.",
            "Send \"keys\" with \"p256dh\" and \"auth\", as PushSubscription.toJSON() gives them.",
        ),
        (ChannelKind::WebPush, Some(keys)) if push_key::are_valid(keys) => Ok(Some(keys.clone())),
        (ChannelKind::WebPush, Some(_)) => wrong(
            "invalid_push_keys",
            "These are not the keys of a subscription.",
            "Send \"p256dh\" (65 bytes, a point of P-256) and \"auth\" (16 bytes) in base64url without padding.",
        ),
        (_, None) => Ok(None),
        (_, Some(_)) => wrong(
            "invalid_push_keys",
            "A channel of this kind has no keys.",
            "Omit them.",
        ),
    }
}

/// The token that a channel of this kind needs or may have.
pub(super) fn check_token(
    kind: ChannelKind,
    token: Option<&str>,
) -> Result<Option<String>, Invalid> {
    let wrong = |code, detail: &str, hint: &str| {
        Err(Invalid::new("/token", code, detail.to_owned()).hint(hint.to_owned()))
    };
    match (kind, token) {
        (ChannelKind::Telegram, None) => wrong(
            "missing_field",
            "A Telegram channel needs the token of its bot.",
            "Send the token that BotFather gave you.",
        ),
        (ChannelKind::Telegram | ChannelKind::Ntfy, Some(token)) => {
            let is_plain = token.bytes().all(|byte| byte.is_ascii_graphic());
            if (1..=TOKEN_MAX).contains(&token.len()) && is_plain {
                return Ok(Some(token.to_owned()));
            }
            wrong(
                "invalid_channel_token",
                "This is not a token.",
                "Send it as the service shows it, without spaces.",
            )
        }
        (_, None) => Ok(None),
        (_, Some(_)) => wrong(
            "invalid_channel_token",
            "A channel of this kind has no token.",
            "Omit it.",
        ),
    }
}

/// Reads an address of this kind.
pub(super) fn check_address(
    kind: ChannelKind,
    text: &str,
    notify: &Notify,
) -> Result<String, Invalid> {
    let wrong = |hint: &str| {
        let detail = format!("{:?} is not an address of this kind.", clip(text));
        Invalid::new("/address", "invalid_address", detail).hint(hint.to_owned())
    };
    let is_plain = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    if text.is_empty() || text.len() > ADDRESS_MAX || !is_plain {
        return Err(wrong(
            "Send an address without spaces, at most 2,048 bytes.",
        ));
    }
    match kind {
        ChannelKind::Email => is_email(text)
            .then(|| text.to_owned())
            .ok_or_else(|| wrong("Send one address, such as ann@example.com.")),
        ChannelKind::Telegram => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let is_id = (1..=20).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit());
            let is_name = text.len() > 1
                && text.strip_prefix('@').is_some_and(|name| {
                    name.bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                });
            (is_id || is_name)
                .then(|| text.to_owned())
                .ok_or_else(|| wrong("Send the id of a chat, such as 123456789, or @channel."))
        }
        ChannelKind::WebPush
        | ChannelKind::Webhook
        | ChannelKind::Ntfy
        | ChannelKind::Slack
        | ChannelKind::Discord => {
            let url = Url::parse(text)
                .map_err(|_| wrong("Send a URL, such as https://example.com/hook."))?;
            let has_user = !url.username().is_empty() || url.password().is_some();
            if has_user || url.fragment().is_some() {
                return Err(wrong(
                    "Send a URL without a user, a password and a fragment.",
                ));
            }
            if !notify.admits(&url) {
                return Err(wrong("Send an https URL of a public server."));
            }
            if kind == ChannelKind::Ntfy && url.path().trim_matches('/').is_empty() {
                return Err(wrong(
                    "Send the URL of a topic, such as https://ntfy.sh/my-topic.",
                ));
            }
            Ok(url.into())
        }
    }
}

/// Whether a text has the form of one e-mail address. Only a message shows whether there is such a mailbox.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_local = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte));
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    is_local && domain.len() <= 253 && domain.contains('.') && domain.split('.').all(is_label)
}
