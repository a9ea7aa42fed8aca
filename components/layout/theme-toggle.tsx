"use client";

import { useState } from "react";
import { Button } from "#components/ui/button";

export type Theme = "system" | "light" | "dark";

const NEXT: Readonly<Record<Theme, Theme>> = { system: "dark", dark: "light", light: "system" };
const NAMES: Readonly<Record<Theme, string>> = { system: "as the system", light: "light", dark: "dark" };
const SIGNS: Readonly<Record<Theme, string>> = { system: "◐", light: "☀", dark: "☾" };
const ONE_YEAR_SECONDS = 31_536_000;

/** Steps through the themes; the choice is kept in a cookie, so that pages come in it at once. */
export function ThemeToggle({ initial }: { readonly initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  const change = () => {
    const next = NEXT[theme];
    setTheme(next);
    document.documentElement.dataset.theme = next;
    document.cookie = `theme=${next}; path=/; max-age=${ONE_YEAR_SECONDS}; samesite=lax`;
  };
  return (
    <Button
      look="quiet"
      onClick={change}
      aria-label={`Theme: ${NAMES[theme]}. Change to ${NAMES[NEXT[theme]]}.`}
      title={`Theme: ${NAMES[theme]}`}
    >
      <span aria-hidden="true">{SIGNS[theme]}</span>
    </Button>
  );
}
