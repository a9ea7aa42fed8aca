import type { ReactNode } from "react";
import styles from "./notice.module.css";

interface NoticeProps {
  readonly tone: "info" | "warning" | "danger";
  readonly title: string;
  readonly children?: ReactNode;
}

/** Something the reader should know before going on. */
export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div
      className={`${styles.notice ?? ""} ${styles[tone] ?? ""}`}
      role={tone === "danger" ? "alert" : undefined}
    >
      <strong>{title}</strong> {children}
    </div>
  );
}

/** Stands where nothing is to be shown, and says what to do next. */
export function EmptyState({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** A page that has nothing to show, and says what to do next. */
export function EmptyPage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={styles.empty}>
      <h1>{title}</h1>
      {children}
    </div>
  );
}
