//! What the values of requests about channels and notifications look like.

use super::value::{ANY, Value, between, line, named, one_of, pattern};
use super::values::{MINUTES, PRIORITY, TAG};

const fn address(format: &'static str, examples: &'static [&'static str]) -> Value {
    Value {
        range: Some((1, 2048)),
        format: Some(format),
        examples,
        ..ANY
    }
}

/// What kinds have addresses of one form, and their form.
type Addressed = [(&'static str, Value); 2];

pub(super) const PUSH: Addressed = [
    ("kind", one_of(&["web_push"])),
    (
        "address",
        address("push-endpoint", &["https://push.example/send/abc"]),
    ),
];
pub(super) const EMAIL: Addressed = [
    ("kind", one_of(&["email"])),
    ("address", address("email-address", &["ann@example.com"])),
];
pub(super) const HOOK: Addressed = [
    ("kind", one_of(&["webhook", "slack", "discord"])),
    (
        "address",
        address("hook-url", &["https://home.example/taskwire"]),
    ),
];
pub(super) const NTFY: Addressed = [
    ("kind", one_of(&["ntfy"])),
    (
        "address",
        address("ntfy-topic", &["https://ntfy.sh/my-topic"]),
    ),
];
pub(super) const TELEGRAM: Addressed = [
    ("kind", one_of(&["telegram"])),
    (
        "address",
        address("telegram-chat", &["123456789", "@my_channel"]),
    ),
];
const WAIT: Value = between(0, 1440);
const CLOCK: Value = pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$", &["22:00", "07:30"]);

/// The values of the fields of these request bodies.
pub(super) const PLACES: &[(&str, Value)] = &[
    ("NewChannel.label", line(100, &["Home automation"])),
    (
        "NewChannel.token",
        pattern("^[!-~]{1,500}$", &["1234:abcd"]),
    ),
    ("NewChannel.minimum_priority", PRIORITY),
    ("NewChannel.wait_minutes", WAIT),
    (
        "PushKeys.p256dh",
        Value {
            pattern: Some("^[A-Za-z0-9_-]{87}$"),
            // The point of RFC 8291, section 5.
            ..named(
                "p256-point",
                87,
                &[
                    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                ],
            )
        },
    ),
    (
        "PushKeys.auth",
        Value {
            pattern: Some("^[A-Za-z0-9_-]{22}$"),
            ..named("push-secret", 22, &["BTBZMqHH6r4Tts7J_aSIgg"])
        },
    ),
    ("ChannelPatch.label", line(100, &["Home automation"])),
    ("ChannelPatch.minimum_priority", PRIORITY),
    ("ChannelPatch.wait_minutes", WAIT),
    ("NotificationSettingsPatch.quiet_from", CLOCK),
    ("NotificationSettingsPatch.quiet_until", CLOCK),
    ("NotificationSettingsPatch.digest_at", CLOCK),
    ("NotificationSettingsPatch.repeat_minutes", between(1, 1440)),
    ("NotificationSettingsPatch.repeat_times", between(1, 20)),
    ("NotificationSettingsPatch.tag_reminders", between(0, 50)),
    ("NotificationSettingsPatch.notices", between(0, 2)),
    (
        "NotificationSettingsPatch.notices[]",
        one_of(&["completed", "changed"]),
    ),
    ("TagReminder.tag", TAG),
    ("TagReminder.minutes_before", MINUTES),
];
