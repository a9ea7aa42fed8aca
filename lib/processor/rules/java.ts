import { annotationText } from "../annotations";
import type { Rule } from "../rule";

/** The Java stack: as sent for those who may see it, and without messages and causes for everybody. */
export const javaStackTrace: Rule = {
  name: "JavaStackTraceRule",
  applies: ({ raw }) => annotationText(raw, "JavaStackTrace") !== null,
  run({ raw, draft, note }) {
    const trace = annotationText(raw, "JavaStackTrace") ?? "";
    draft.java_stack_trace_raw = trace;
    const sanitised = sanitisedTrace(trace);
    if (sanitised === null) note("malformed java stack trace");
    draft.java_stack_trace = sanitised ?? "malformed";
  },
};

/** Class of the exception and its own frames; null for what is no Java stack trace. */
function sanitisedTrace(trace: string): string | null {
  const [first = "", ...rest] = trace.split(/\r?\n/);
  const className = /^\s*([\w.$]+)(?::|\s*$)/.exec(first)?.[1];
  if (className === undefined) return null;
  const end = rest.findIndex((line) => /^\s*(Suppressed|Caused by):/.test(line));
  const own = (end < 0 ? rest : rest.slice(0, end))
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at "));
  return own.length === 0 ? null : [className, ...own.map((line) => `\t${line}`)].join("\n");
}
