import { annotationText } from "../annotations";
import type { Rule } from "../rule";
import { crashingFrames } from "./crashing-thread";

/** Which kind of process crashed; the main one is `parent`. */
export const processType: Rule = {
  name: "ProcessTypeRule",
  run({ raw, draft }) {
    const type = annotationText(raw, "ProcessType") ?? "";
    draft.process_type = type === "" || type === "main" ? "parent" : type;
  },
};

/** Which plugin crashed. */
export const plugin: Rule = {
  name: "PluginRule",
  applies: ({ raw }) => annotationText(raw, "ProcessType") === "plugin",
  run({ raw, draft }) {
    draft.plugin_filename = annotationText(raw, "PluginFilename") ?? "";
    draft.plugin_name = annotationText(raw, "PluginName") ?? "";
    draft.plugin_version = annotationText(raw, "PluginVersion") ?? "";
  },
};

/** What ran in a utility process. */
export const utilityActors: Rule = {
  name: "UtilityActorsNameRule",
  applies: ({ raw }) => annotationText(raw, "UtilityActorsName") !== null,
  run({ raw, draft }) {
    const names = (annotationText(raw, "UtilityActorsName") ?? "").split(",").map((name) => name.trim());
    draft.utility_actors_name = names.filter((name) => name !== "");
  },
};

/** `hang` for processes that were ended because they hung, else `crash`. */
export const reportType: Rule = {
  name: "ReportTypeRule",
  run({ draft }) {
    const hung = Boolean(draft.ipc_channel_error) || Boolean(draft.async_shutdown_timeout);
    const watched = () =>
      crashingFrames(draft).some(
        (frame) => typeof frame.function === "string" && frame.function.includes("RunWatchdog"),
      );
    draft.report_type = hung || watched() ? "hang" : "crash";
  },
};

/** Whether an accessibility service was active. */
export const accessibility: Rule = {
  name: "AccessibilityRule",
  run({ raw, draft }) {
    draft.accessibility = annotationText(raw, "Accessibility") === "Active";
  },
};
