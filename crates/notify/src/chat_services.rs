//! Messages to chats: Telegram's Bot API, and incoming webhooks of Slack and Discord.

use std::fmt::Write as _;

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use taskwire_domain::contract::{DeliveryOrder, Message, SendResult};

use super::outcome::failed;
use super::text::cut;

/// Longest message of Telegram, in characters.
const TELEGRAM_MAX: usize = 4096;
/// Longest message of Discord, in characters.
const DISCORD_MAX: usize = 2000;

/// `sendMessage` (core.telegram.org/bots/api#sendmessage).
pub(super) fn telegram(
    http: &Client,
    server: &str,
    order: &DeliveryOrder,
) -> Result<RequestBuilder, SendResult> {
    let token = order.secrets.token.as_ref();
    let token = token.ok_or_else(|| failed("The channel has no token.".into()))?;
    let mut body = json!({
        "chat_id": order.address,
        "text": cut(&plain(&order.message), TELEGRAM_MAX),
        "link_preview_options": {"is_disabled": true},
    });
    // Telegram refuses a message with a button to an address that it cannot reach.
    let actions = order.message.actions.iter();
    let buttons: Vec<Value> = actions
        .filter(|action| action.url.starts_with("https://"))
        .map(|action| json!({"text": action.title, "url": action.url}))
        .collect();
    if !buttons.is_empty()
        && let Some(fields) = body.as_object_mut()
    {
        fields.insert("reply_markup".into(), json!({"inline_keyboard": [buttons]}));
    }
    Ok(http
        .post(format!("{server}/bot{token}/sendMessage"))
        .json(&body))
}

/// An incoming webhook (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). Its text has marks, so that of
/// tasks is escaped and can mention nobody.
pub(super) fn slack(http: &Client, order: &DeliveryOrder) -> RequestBuilder {
    let message = &order.message;
    let mut lines = vec![format!("*{}*", escaped(&message.title))];
    lines.extend(message.lines.iter().map(|line| escaped(line)));
    let buttons: Vec<String> = message
        .actions
        .iter()
        .map(|action| format!("<{}|{}>", action.url, escaped(&action.title)))
        .collect();
    if !buttons.is_empty() {
        lines.push(buttons.join("  "));
    }
    http.post(&order.address)
        .json(&json!({"text": lines.join("\n")}))
}

/// A webhook (docs.discord.com/developers/resources/webhook#execute-webhook). Nobody is mentioned, whatever a title says.
pub(super) fn discord(http: &Client, order: &DeliveryOrder) -> RequestBuilder {
    let message = &order.message;
    let mut text = plain(message);
    for action in &message.actions {
        let _ = write!(text, "\n[{}](<{}>)", action.title, action.url);
    }
    http.post(&order.address).json(&json!({
        "content": cut(&text, DISCORD_MAX),
        "allowed_mentions": {"parse": []},
    }))
}

fn plain(message: &Message) -> String {
    let lines = message.lines.iter().map(String::as_str);
    let all: Vec<&str> = std::iter::once(message.title.as_str())
        .chain(lines)
        .collect();
    all.join("\n")
}

/// `&`, `<` and `>` as Slack asks for.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
