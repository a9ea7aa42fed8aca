import type { ReactNode } from "react";
import styles from "./card.module.css";

interface CardProps {
  readonly title: string;
  readonly hint?: ReactNode;
  /** Tables reach to the card's edge; everything else keeps a distance. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A titled part of a page. */
export function Card({ title, hint, flush = false, children }: CardProps) {
  return (
    <section className={styles.card}>
      <div className={styles.head}>
        <h2>{title}</h2>
        {hint !== undefined && <div className={styles.hint}>{hint}</div>}
      </div>
      {flush ? children : <div className={styles.body}>{children}</div>}
    </section>
  );
}
