//! Bodies of requests that are accepted.

use serde_json::{Value, json};

use super::Operation;

impl Operation {
    /// A valid body with every field.
    pub(crate) fn body(&self) -> Option<Value> {
        let template = self.template.trim_start_matches("/api/v1/");
        let task = json!({"title": "Water the plants", "notes": "All of them", "priority": "low", "tags": ["home"],
            "due": "2026-12-01T09:00", "duration_minutes": 45, "expected_weekday": "tuesday", "recurrence": {"text": "every day",
            "anchor": "schedule", "catch_up": "next_future", "overflow": "clamp", "exdate": ["2026-12-24"],
            "rdate": ["2026-12-24T10:00"]},
            "reminders": [{"minutes_before": 10}, {"at": "2026-11-30T20:00:00Z"}], "parent": null});
        Some(match (self.method.as_str(), template) {
            ("POST", "session") => json!({"code": "not-a-code"}),
            ("PATCH", "me") => {
                json!({"zone": "Europe/Rome", "week_start": "monday", "date_order": "day_first", "day_start": "06:00",
                    "language": "en", "default_reminder": 30, "theme": "dark", "density": "compact"})
            }
            // An invitation that does not exist, and passwords of a user who has none.
            ("POST", "users") => {
                json!({"name": "Zoe", "password": "correct horse", "zone": "Europe/Rome", "invitation": "no-code"})
            }
            ("PUT", "me/password") => {
                json!({"current_password": "correct horse", "new_password": "battery staple"})
            }
            ("DELETE", "me") => json!({"name": "Ada", "password": "correct horse"}),
            ("POST", "invitations") => json!({"label": "Zoe", "expires_in_days": 1}),
            ("POST", "tokens") => json!({"label": "x", "scopes": ["read"], "expires_in_days": 1}),
            ("POST", "tasks") | ("PATCH", "tasks/{task}") => task,
            ("POST", "tasks/quick") => {
                json!({"text": "water plants tomorrow", "zone": "Asia/Tokyo", "ignore": [], "parse": true,
                    "expected_weekday": "saturday"})
            }
            ("POST", "tasks/batch") => {
                json!({"operations": [{"op": "create", "body": task},
                    {"op": "patch", "task": 1, "expected_version": 1, "body": {"notes": "All", "priority": "low"}}],
                    "atomic": true})
            }
            ("POST", "tasks/bulk") => {
                json!({"filter": {"status": "open"}, "change": {"op": "patch", "body": {"priority": "low"}},
                    "expected_count": 1})
            }
            ("POST", "tasks/{task}/complete") => {
                json!({"occurrence": "0/2026-12-01T09:00", "series": true, "subtasks": "keep",
                    "completed_on": "yesterday"})
            }
            ("POST", "tasks/{task}/skip") => {
                json!({"occurrence": "0/2026-12-01T09:00", "reason": "Away"})
            }
            ("POST", "tasks/{task}/snooze") => json!({"until": "2026-12-02T09:00"}),
            ("POST", "tasks/{task}/reschedule") => {
                json!({"due": "2026-12-02T09:00", "scope": "this_and_following", "occurrence": "0/2026-12-01T09:00",
                    "recurrence": {"rrule": "FREQ=DAILY"}, "expected_weekday": "wednesday"})
            }
            ("POST", "notifications/read") => {
                json!({"ids": ["01939393-9393-7393-9393-939393939393"]})
            }
            ("POST", "channels") => {
                json!({"kind": "telegram", "label": "Bot", "address": "123456789", "token": "1234:abcd",
                    "minimum_priority": "low", "wait_minutes": 10})
            }
            ("PATCH", "channels/{channel}") => {
                json!({"label": "Hook", "minimum_priority": "high", "wait_minutes": 5, "enabled": true})
            }
            ("PATCH", "notifications/settings") => {
                json!({"quiet_from": "22:00", "quiet_until": "07:00", "digest_at": "08:00", "repeat_minutes": 15,
                    "repeat_times": 2, "tag_reminders": [{"tag": "Zoo", "minutes_before": 30}], "notices": ["completed"]})
            }
            ("POST", "tags") | ("PATCH", "tags/{tag}") => {
                json!({"name": "errands", "color": "#4878d0"})
            }
            ("POST", "filters") | ("PATCH", "filters/{filter}") => {
                json!({"name": "urgent", "filter": "(today | overdue) & p1"})
            }
            ("POST", "tags/{tag}/merge") => json!({"into": "01939393-9393-7393-9393-939393939393"}),
            ("PUT", "conversations/{conversation}/messages/{message}") => {
                json!({"role": "user", "parts": [{"type": "text", "text": "Hi"}], "model": {"any": "thing"}})
            }
            ("PUT", "conversations/{conversation}/approvals/{approval}") => {
                json!({"message": "hello", "tool_call": "call-1", "tool": "delete_task", "arguments": {"task": 1},
                    "expires_at": "2026-11-20T13:00:00Z"})
            }
            ("POST", "conversations/{conversation}/approvals/{approval}/claim") => {
                json!({"approved": true})
            }
            _ => return None,
        })
    }
}
