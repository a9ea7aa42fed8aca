import type { ComponentProps } from "react";
import styles from "./code-area.module.css";

type CodeAreaProps = Omit<ComponentProps<"textarea">, "className" | "spellCheck" | "autoCapitalize">;

/** A text area for what a program reads: nothing that is written there is corrected. */
export function CodeArea(props: CodeAreaProps) {
  return <textarea {...props} className={styles.area} spellCheck={false} autoCapitalize="off" />;
}
