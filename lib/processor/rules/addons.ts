import { annotationText } from "../annotations";
import type { Rule } from "../rule";

const DEFAULT_THEME = "{972ce4c6-7e08-4474-a285-3208198ce6fd}";

/** Add-ons as `id:version`. */
export const addons: Rule = {
  name: "AddonsRule",
  run({ raw, draft }) {
    const checked = annotationText(raw, "EMCheckCompatibility");
    draft.addons_checked = checked === null ? null : checked.toLowerCase() === "true";
    const list = annotationText(raw, "Add-ons") ?? "";
    draft.addons = list
      .split(",")
      .filter((item) => item !== "")
      .map(parseAddon);
  },
};

function parseAddon(item: string): string {
  const withVersion = item.includes(":") ? item : `${item}:NO_VERSION`;
  return withVersion.replace(/(%[0-9A-Fa-f]{2})+/g, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
}

/** Gives the default theme's id a name people know. */
export const themePrettyName: Rule = {
  name: "ThemePrettyNameRule",
  applies: ({ draft }) => Array.isArray(draft.addons),
  run({ draft }) {
    const list = Array.isArray(draft.addons) ? draft.addons.map(String) : [];
    draft.addons = list.map((addon) => {
      const isTheme = addon === DEFAULT_THEME || addon.startsWith(`${DEFAULT_THEME}:`);
      return isTheme ? addon.replace(DEFAULT_THEME, `${DEFAULT_THEME} (default theme)`) : addon;
    });
  },
};
