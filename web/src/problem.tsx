// A refusal, with what to do instead. Always in the document, so that screen readers announce it.

import type { ProblemMessage } from "./problem-words";

export function ProblemText({ problem, id }: { problem: ProblemMessage | undefined; id?: string }) {
  return (
    <div role="alert" id={id} className={problem ? "problem" : undefined}>
      {problem && (
        <>
          <p>{problem.detail}</p>
          {problem.hint && <p className="faint">{problem.hint}</p>}
        </>
      )}
    </div>
  );
}
