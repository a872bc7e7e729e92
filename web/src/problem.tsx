// A refusal, with what to do instead. Always in the document, so that screen readers announce it.

export function ProblemText({ problem }: { problem: { detail: string; hint?: string } | undefined }) {
  return (
    <div role="alert" className={problem ? "problem" : undefined}>
      {problem && (
        <>
          <p>{problem.detail}</p>
          {problem.hint && <p className="faint">{problem.hint}</p>}
        </>
      )}
    </div>
  );
}
