import { Badge } from "#components/ui/badge";
import { Card } from "#components/ui/card";
import type { ThreadView } from "#lib/reports/report-view/report";
import { StackTable } from "./stack-table";
import styles from "./threads.module.css";

/** What a thread is called. */
function threadTitle({ index, name }: ThreadView): string {
  return name ? `Thread ${index} (${name})` : `Thread ${index}`;
}

/** The crashing thread open, all others to be opened. Without a crashing one, all are open. */
export function Threads({ threads }: { readonly threads: readonly ThreadView[] }) {
  const crashed = threads.filter((thread) => thread.crashed);
  const others = threads.filter((thread) => !thread.crashed);
  return (
    <>
      {crashed.map((thread) => (
        <Card key={thread.index} title={`Crashing ${threadTitle(thread).toLowerCase()}`} flush>
          <StackTable label={`Stack of ${threadTitle(thread)}`} frames={thread.frames} />
        </Card>
      ))}
      {others.length > 0 && (
        <Card
          title={crashed.length > 0 ? "Other threads" : "All threads"}
          hint={`${others.length} threads`}
          flush
        >
          {others.map((thread) => (
            <OtherThread key={thread.index} thread={thread} open={crashed.length === 0} />
          ))}
        </Card>
      )}
    </>
  );
}

function OtherThread({ thread, open }: { readonly thread: ThreadView; readonly open: boolean }) {
  const top = thread.frames.find((frame) => frame.kind === "frame");
  return (
    <details className={styles.thread} open={open}>
      <summary>
        <strong>{threadTitle(thread)}</strong> <Badge>{thread.frames.length} frames</Badge>
        <span className={`mono ${styles.top ?? ""}`}>{top?.kind === "frame" ? top.name : ""}</span>
      </summary>
      <StackTable label={`Stack of ${threadTitle(thread)}`} frames={thread.frames} />
    </details>
  );
}
