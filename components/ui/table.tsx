import type { ReactNode } from "react";
import styles from "./table.module.css";

interface TableProps {
  /** What the table lists, for those who cannot see where it stands. */
  readonly label: string;
  readonly head: ReactNode;
  readonly children: ReactNode;
}

/** A table that scrolls sideways by itself when it is too wide, also by keyboard. */
export function Table({ label, head, children }: TableProps) {
  return (
    <div className={styles.wrap} role="region" aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <thead>{head}</thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
