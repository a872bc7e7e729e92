// A refusal, with what to do instead. Always in the document, so that screen readers announce it.

import type { Told } from "./problem-words";

export function ProblemText({ problem, id }: { problem: Told | undefined; id?: string }) {
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
