import type { ReactNode } from "react";
import styles from "./badge.module.css";

interface BadgeProps {
  readonly tone?: "plain" | "good" | "warning" | "danger" | "accent";
  readonly title?: string;
  readonly children: ReactNode;
}

/** A word or two about something. */
export function Badge({ tone = "plain", title, children }: BadgeProps) {
  return (
    <span className={`${styles.badge ?? ""} ${styles[tone] ?? ""}`} title={title}>
      {children}
    </span>
  );
}
