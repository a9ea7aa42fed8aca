import type { ButtonHTMLAttributes } from "react";
import styles from "./button.module.css";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "plain" | "primary" | "quiet";
}

/** Something to press. */
export function Button({ look = "plain", type = "button", className = "", ...rest }: ButtonProps) {
  return (
    <button type={type} className={`${styles.button ?? ""} ${styles[look] ?? ""} ${className}`} {...rest} />
  );
}
