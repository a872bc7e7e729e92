"""Random recurrence rules with python-dateutil's dates, a JSON line each.

    rules.py SEED COUNT

Each line holds rrule, dtstart and limit, as `taskwire dates next --jsonl` reads them, and beside them the expected
occurrences. The same seed gives the same rules; one that takes python-dateutil long, because it hardly ever matches,
is left out.
"""

import json
import random
import signal
import sys
from datetime import datetime, timedelta
from itertools import islice

from dateutil.rrule import rrulestr

FREQUENCIES = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]
WEIGHTS = [6, 7, 6, 5, 3, 2, 1]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
LIMIT = 12
# Seconds of this process, so that a busy machine leaves out no more than an idle one.
TIMEOUT_S = 0.1


def some(random, values, most):
    return random.sample(values, random.randint(1, min(most, len(values))))


def joined(values):
    return ",".join(str(value) for value in values)


def start(random):
    """Often the end of a month or a leap day, where engines differ."""
    kind = random.random()
    year = random.randint(1995, 2040)
    if kind < 0.15:
        year -= year % 4
        day = datetime(year, 2, 29)
    elif kind < 0.35:
        month = random.randint(1, 12)
        last = (datetime(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        day = datetime(year, month, random.randint(28, last))
    elif kind < 0.45:
        day = datetime(year, random.choice([1, 12]), random.choice([1, 2, 3, 29, 30, 31]))
    else:
        day = datetime(year, 1, 1) + timedelta(days=random.randint(0, 365))
    return day + timedelta(hours=random.randint(0, 23), minutes=random.choice([0, 0, 15, 30, 59]))


def rule(random):
    freq = random.choices(FREQUENCIES, WEIGHTS)[0]
    fine = freq in ("HOURLY", "MINUTELY", "SECONDLY")
    parts = {}
    chance = lambda share: random.random() < share
    if chance(0.5):
        parts["INTERVAL"] = random.choice([2, 2, 3, 4, 5, 6, 7, 10, 12, 13, 24, 30, 50, 100])
    if chance(0.3):
        parts["BYMONTH"] = joined(some(random, range(1, 13), 4))
    if freq == "YEARLY" and chance(0.15):
        parts["BYWEEKNO"] = joined(some(random, [*range(1, 54), -1, -2, -10, -53], 3))
        parts["BYDAY"] = joined(some(random, DAYS, 3))
    elif (freq == "YEARLY" or fine) and chance(0.15):
        parts["BYYEARDAY"] = joined(some(random, [*range(1, 367), -1, -2, -100, -365, -366], 4))
        if chance(0.3):
            parts["BYDAY"] = joined(some(random, DAYS, 4))
    else:
        if freq != "WEEKLY" and (freq != "YEARLY" or "BYMONTH" in parts) and chance(0.35):
            parts["BYMONTHDAY"] = joined(some(random, [*range(1, 32), *range(-31, 0)], 5))
        if chance(0.45):
            if freq in ("YEARLY", "MONTHLY") and chance(0.6):
                most = 5 if freq == "MONTHLY" or "BYMONTH" in parts else 53
                days = some(random, DAYS, 3)
                ordinals = [n for n in range(-most, most + 1) if n]
                parts["BYDAY"] = joined(f"{random.choice(ordinals)}{day}" for day in days)
            else:
                parts["BYDAY"] = joined(some(random, DAYS, 5))
    if chance(0.2) or (freq == "MINUTELY" and chance(0.3)):
        parts["BYHOUR"] = joined(some(random, range(24), 4))
    if chance(0.15):
        parts["BYMINUTE"] = joined(some(random, range(60), 4))
    if chance(0.06) or (freq == "SECONDLY" and chance(0.5)):
        parts["BYSECOND"] = joined(some(random, range(60), 4))
    if chance(0.25) and any(name.startswith("BY") and name != "BYMONTH" for name in parts):
        parts["BYSETPOS"] = joined(some(random, [1, 2, 3, 4, -1, -2, -3, 10, 20], 2))
    if chance(0.25):
        parts["WKST"] = random.choice(DAYS)
    if chance(0.15):
        parts["COUNT"] = random.randint(1, 15)
    names = list(parts)
    random.shuffle(names)
    return ";".join([f"FREQ={freq}", *(f"{name}={parts[name]}" for name in names)])


class Slow(Exception):
    pass


def slow(*_):
    raise Slow


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGVTALRM, slow)
    dice = random.Random(seed)
    made = 0
    while made < count:
        text, at = rule(dice), start(dice)
        signal.setitimer(signal.ITIMER_VIRTUAL, TIMEOUT_S)
        try:
            found = list(islice(rrulestr(text, dtstart=at), LIMIT))
        except Slow:
            continue
        except ValueError as wrong:
            # It refuses times that its interval never reaches, as Taskwire does.
            if "empty" not in str(wrong):
                raise SystemExit(f"{text} from {at}: {wrong}") from wrong
            found = []
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        made += 1
        line = {
            "rrule": text,
            "dtstart": at.isoformat(),
            "limit": LIMIT,
            "occurrences": [one.isoformat() for one in found],
        }
        print(json.dumps(line))


if __name__ == "__main__":
    main()
