"""What Schemathesis needs to know beyond the contract: credentials, and values that only words describe.

Every operation is sent with the token of one user, except:

- `sign_out` revokes the token that it is sent with, so it gets one of its own each time;
- `delete_account` has the token of another user, who is there for this alone;
- `revoke_token` is never sent with the id of a token in use.

A custom `format` of the contract has examples there, and values are chosen among them; those of texts are random.

Valid data that is refused is counted instead of failing the run at once, because some rules are not those of a schema.
At the end fewer than 1 % may have been refused, see `CONDITIONS`.
"""

import atexit
import json
import os
import threading
from collections import Counter

import requests
import schemathesis
from hypothesis import strategies as st

BASE = os.environ["TASKWIRE_URL"]
TOKEN = os.environ["TASKWIRE_TOKEN"]
OTHER_TOKEN = os.environ["TASKWIRE_OTHER_TOKEN"]
REPORT = os.environ["TASKWIRE_REPORT"]

# Refusals that depend on what is stored or on what the caller expects of it, not on the form of the data. The contract
# describes each in words.
CONDITIONS = {
    # A reference to something that does not exist.
    "invalid_cursor",
    "unknown_tag",
    "unknown_notification",
    "unknown_filter",
    "invalid_invitation",
    # The caller's own check.
    "version_mismatch",
    "no_version",
    "precondition_required",
    "weekday_mismatch",
    "idempotency_key_reused",
    # The task as it is: it does not repeat, has no due value, or none with a time.
    "not_recurring",
    "series_without_due",
    "reminder_without_due",
    "duration_without_time",
    "too_many_reminders",
    "too_many_tags",
    "ambiguous_move",
    # The other end of the quiet hours, which may be there already.
    "incomplete_quiet_hours",
    # Fields that exclude each other, and parts of a text that is another field.
    "conflicting_tags",
    "conflicting_reminders",
    "rule_for_one",
    "subtask_repeats",
    "conflicting_parameters",
    "unknown_scope",
    # Needed unless it is a dry run.
    "missing_count",
    # U+0000, deep within JSON of any form.
    "invalid_character",
    "invalid_ignore",
    # A parent that is not there.
    "unknown_parent",
    # One of several operations was refused, each for one of the reasons here.
    "operation_failed",
    # Who the caller is.
    "no_password",
    "password_required",
    "wrong_password",
    "wrong_name",
    "sign_in_again",
    "approval_expired",
}


def schema_parts(value):
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from schema_parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from schema_parts(part)


def examples_by_format(contract):
    found = {}
    for part in schema_parts(contract):
        if isinstance(part.get("format"), str) and isinstance(part.get("examples"), list):
            found.setdefault(part["format"], set()).update(part["examples"])
    return found


# What is shown to people: no control characters, none that change the direction of the text or that nobody sees.
VISIBLE = st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u115f\u1160\u3164\uffa0\u2800")


def is_named(text):
    return any(character.isalnum() for character in text)


LINES = st.text(VISIBLE, min_size=1, max_size=40).filter(is_named)
TAG_NAMES = LINES.filter(lambda name: "," not in name and name.lstrip()[0] not in "#@")
TEXTS = {
    "line": LINES,
    "text": st.text(VISIBLE | st.sampled_from("\n\t"), max_size=200),
    "tag-name": TAG_NAMES,
    "filter-name": TAG_NAMES.filter(lambda name: not set(name) & set('&|()"')),
    "words": LINES,
    # The beginning; others come from the responses.
    "cursor": st.just("0"),
}

contract = requests.get(f"{BASE}/api/v1/openapi.json", timeout=30).json()
for name, examples in examples_by_format(contract).items():
    chosen = st.sampled_from(sorted(examples))
    schemathesis.openapi.format(name, TEXTS[name] | chosen if name in TEXTS else chosen)
for name, texts in TEXTS.items():
    if name not in examples_by_format(contract):
        schemathesis.openapi.format(name, texts)


def own_token():
    """The id of the token that all operations are sent with."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return requests.get(f"{BASE}/api/v1/session", headers=headers, timeout=30).json()["token"]["id"]


OWN = own_token()


def spare_token():
    headers = {"Authorization": f"Bearer {TOKEN}"}
    body = {"label": "spare", "scopes": ["read", "write"], "expires_in_days": 1}
    return requests.post(f"{BASE}/api/v1/tokens", json=body, headers=headers, timeout=30).json()["token"]


def operation_id(case):
    return case.operation.definition.raw.get("operationId", "")


@schemathesis.auth(refresh_interval=None)
class Credentials:
    def get(self, case, context):
        match operation_id(case):
            case "sign_out":
                return spare_token()
            case "delete_account":
                return OTHER_TOKEN
            case _:
                return TOKEN

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context, case, kwargs):
    if operation_id(case) == "revoke_token" and case.path_parameters.get("id") == OWN:
        case.path_parameters["id"] = "01a1f8d3-0000-7000-8000-000000000000"


@schemathesis.hook
def filter_case(context, case):
    """Space around the value of a header is no part of it, so such a value is not invalid. What a dry run creates cannot
    be read afterwards."""
    phase = case.meta.phase.name.value if case.meta else ""
    if phase == "stateful" and str((case.query or {}).get("dry_run")).lower() == "true":
        return False
    return all(str(value) == str(value).strip() for value in (case.headers or {}).values())


lock = threading.Lock()
sent = Counter()
accepted = Counter()
refused = Counter()
shown = {}


@schemathesis.check
def valid_data_is_counted(context, response, case):
    meta = case.meta
    if meta is None:
        return
    mode = "valid" if meta.generation.mode.is_positive else "invalid"
    with lock:
        sent[mode] += 1
        if mode == "invalid" or response.status_code in (401, 403, 404, 409, 410, 429):
            return
        if response.status_code < 400:
            accepted[operation_id(case)] += 1
            return
        try:
            code = response.json()["code"]
        except (ValueError, KeyError):
            code = "no problem details"
        if code in CONDITIONS:
            return
        name = f"{operation_id(case)} {response.status_code} {code}"
        refused[name] += 1
        shown.setdefault(name, []).append([case.body if isinstance(case.body, (dict, list)) else None,
                                           dict(case.query or {}), dict(case.headers or {}), response.text[:400]])


@atexit.register
def report():
    if not sent:
        return
    result = {
        "valid": sent["valid"],
        "invalid": sent["invalid"],
        "accepted": sum(accepted.values()),
        "refused": sum(refused.values()),
        "refusals": dict(refused.most_common()),
        "examples": {name: all[:3] for name, all in shown.items()},
        "never accepted": sorted(
            operation["operationId"]
            for path in contract["paths"].values()
            for operation in path.values()
            if operation["operationId"] not in accepted
        ),
    }
    with open(REPORT, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1, default=str, ensure_ascii=False)
