// The days to come: what is overdue, then each day of each week with what is due on it.

import { useEffect, useMemo, useState, type ReactNode } from "react";

import { api, describe } from "../api";
import type { Agenda as Days, AgendaDay, TaskView, UserView } from "../contract";
import type { TasksState } from "./use-tasks";
import { byWeek, type Week } from "./agenda-weeks";
import { civil, day, daysBetween, writtenText } from "./due";
import { Row, tagColors } from "./row";

const FIRST_DAYS = 14;
const DAYS_MAX = 62;
/** Several events of one action ask once. */
const DEBOUNCE_MS = 150;

interface Props {
  state: TasksState;
  user: UserView;
  now: Date;
  pickTag: (tag: string) => void;
}

export function Agenda({ state, user, now, pickTag }: Props) {
  const [span, setSpan] = useState(FIRST_DAYS);
  const [agenda, setAgenda] = useState<Days>();
  const [problem, setProblem] = useState<string>();
  const { date } = civil(now, user.zone);

  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(async () => {
      try {
        const answer = await api.agenda(span);
        if (!wanted) return;
        setAgenda(answer);
        setProblem(undefined);
      } catch (error) {
        if (wanted) setProblem(describe(error).detail);
      }
    }, DEBOUNCE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
    // A new day, zone or week puts tasks under other headings.
  }, [span, state.changes, date, user.zone, user.week_start]);

  const colors = useMemo(() => tagColors(state.tags), [state.tags]);
  const { editing } = state.list;
  const row = (task: TaskView, away = false) => (
    <Row
      key={task.id}
      task={task}
      now={now}
      colors={colors}
      actions={state.actions}
      pickTag={pickTag}
      editing={editing.has(task.id)}
      away={away}
    />
  );
  const weeks = agenda === undefined ? [] : byWeek(agenda);
  const listed = new Set(agenda && [...agenda.overdue, ...agenda.days.flatMap(({ tasks }) => tasks)].map(({ id }) => id));
  const away = agenda === undefined ? [] : [...editing.values()].filter(({ task }) => !listed.has(task.id));
  return (
    <div className="agenda" aria-busy={agenda === undefined}>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {away.length > 0 && (
        <section aria-label="Being edited">
          <h3>Being edited</h3>
          <ul className="rows">{away.map(({ task }) => row(task, true))}</ul>
        </section>
      )}
      {agenda !== undefined && agenda.overdue.length > 0 && (
        <section aria-label="Overdue">
          <h3 className="overdue">Overdue</h3>
          <ul className="rows">{agenda.overdue.map((task) => row(task))}</ul>
        </section>
      )}
      {agenda !== undefined &&
        weeks.map((week) => (
          <section key={week.start} aria-label={weekName(week, agenda.today)}>
            <h3>{weekName(week, agenda.today)}</h3>
            {week.days.map((items) => (
              <DayRows key={items.date} items={items} today={agenda.today} now={now} zone={user.zone} row={row} />
            ))}
          </section>
        ))}
      {agenda !== undefined && agenda.overdue.length === 0 && weeks.length === 0 && (
        <p className="empty">Nothing is due in the next {span} days.</p>
      )}
      {agenda?.truncated && <p className="faint">There are more tasks than are shown here.</p>}
      {agenda !== undefined && span < DAYS_MAX && (
        <button type="button" className="more" onClick={() => setSpan(Math.min(span + 14, DAYS_MAX))}>
          Show more days
        </button>
      )}
    </div>
  );
}

interface DayProps {
  items: AgendaDay;
  today: string;
  now: Date;
  zone: string;
  row: (task: TaskView) => ReactNode;
}

function DayRows({ items, today, now, zone, row }: DayProps) {
  return (
    <section aria-label={dayName(items.date, today)} data-date={items.date}>
      <h4>{dayName(items.date, today)}</h4>
      <ul className="rows">
        {items.tasks.map((task) => row(task))}
        {items.upcoming.map(({ number, title, due }) => (
          <li key={`${number} ${due}`} className="row row-upcoming">
            <span aria-hidden="true">↻</span>
            <span className="number">#{number}</span>
            <span className="title" dir="auto">
              {title}
            </span>
            {due.includes("T") && <span className="faint">{writtenText(due, now, zone)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function dayName(date: string, today: string): string {
  const words = ["Today", "Tomorrow"][daysBetween(today, date)];
  return words === undefined ? day(date, today) : `${words}, ${day(date, today)}`;
}

function weekName(week: Week, today: string): string {
  if (week.away === 0) return "This week";
  return week.away === 1 ? "Next week" : `Week of ${day(week.start, today)}`;
}
