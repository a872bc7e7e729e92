// The recent changes, each with an Undo; what was undone can be redone.

import { useCallback, useState } from "react";

import { api } from "../api";
import type { ChangeView, Undone } from "../contract";
import { ProblemText } from "../problem";
import { instantText } from "../tasks/due";
import { useZone } from "../zone";
import { actorText, changeText, countText, isUndo, leftOutText, obstacles, turnOf } from "./change-text";
import { usePages } from "./use-pages";

interface Props {
  /** Grows whenever any task may have changed. */
  version: number;
  /** Called when something was undone or redone. */
  undone: () => void;
}

export function Changes({ version, undone }: Props) {
  const { items, hasMore, problem, more } = usePages(api.changes, version);
  const [told, setTold] = useState("");

  const done = useCallback(
    ({ kind, task_count, left_out = [] }: Undone) => {
      const count = countText(task_count);
      const verb = kind === "redo" ? "Redone" : "Undone";
      setTold(`${verb}${count === "" ? "" : `: ${count}`}.${leftOutText(left_out)}`);
      undone();
    },
    [undone],
  );

  return (
    <>
      <p className="faint" role="status">
        {told}
      </p>
      <ProblemText problem={problem} />
      <ol className="lines" aria-label="Changes" aria-busy={items === undefined}>
        {items?.map((change) => (
          <Line key={change.id} change={change} turn={turnOf(change, items)} done={done} />
        ))}
      </ol>
      {items?.length === 0 && <p className="empty">Nothing was changed yet.</p>}
      {hasMore && (
        <button type="button" className="more" onClick={more}>
          Show more
        </button>
      )}
    </>
  );
}

interface LineProps {
  change: ChangeView;
  turn: { turn: string; count: number } | undefined;
  done: (result: Undone) => void;
}

function Line({ change, turn, done }: LineProps) {
  const zone = useZone();
  const [busy, setBusy] = useState(false);
  const [reasons, setReasons] = useState<string[]>([]);
  const text = changeText(change);
  const verb = isUndo(change) ? "Redo" : "Undo";

  async function run(action: () => Promise<Undone>) {
    if (busy) return;
    setBusy(true);
    setReasons([]);
    try {
      done(await action());
    } catch (error) {
      setReasons(obstacles(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <li aria-busy={busy}>
      <div>
        <p dir="auto">{text}</p>
        <p className="faint">
          <time dateTime={change.at}>{instantText(change.at, new Date(), zone)}</time> {actorText(change.actor)}
        </p>
        {/* Always in the document, so that screen readers announce what comes. */}
        <div role="alert" className={reasons.length > 0 ? "problem" : undefined}>
          {reasons.map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
        </div>
      </div>
      <div className="line-actions">
        {change.can_undo && (
          <button type="button" aria-label={`${verb}: ${text}`} onClick={() => void run(() => api.undo(change.id))}>
            {verb}
          </button>
        )}
        {turn && (
          <button type="button" onClick={() => void run(() => api.undoTurn(turn.turn))}>
            Undo all {turn.count} of this answer
          </button>
        )}
      </div>
    </li>
  );
}
