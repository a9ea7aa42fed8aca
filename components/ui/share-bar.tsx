import styles from "./share-bar.module.css";

/** A share of a whole, in percent, as a bar beside its number. */
export function ShareBar({ percent }: { readonly percent: number }) {
  return (
    <span className={styles.bar} aria-hidden="true">
      <span className={styles.fill} style={{ width: `${Math.min(100, percent)}%` }} />
    </span>
  );
}
