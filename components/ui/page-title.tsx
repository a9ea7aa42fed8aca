import type { ReactNode } from "react";
import styles from "./page-title.module.css";

interface PageTitleProps {
  readonly title: ReactNode;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}

/** The first thing on a page: what it is, and what can be done with it. */
export function PageTitle({ title, lead, children }: PageTitleProps) {
  return (
    <header className={styles.title}>
      <div>
        <h1>{title}</h1>
        {lead !== undefined && <p className={styles.lead}>{lead}</p>}
      </div>
      {children}
    </header>
  );
}
