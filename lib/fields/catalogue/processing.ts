import { keyword, text } from "../builders";

/** What collector and processor noticed. */
export const processingFields = [
  text("collector_notes", "Notes left by the collector.", {
    path: "collector_metadata.collector_notes",
    indexPath: "collector_notes",
    access: "protected",
    multiple: true,
  }),
  keyword("crash_report_keys", "Names of annotations and files in the submission.", { multiple: true }),
  text("dumper_error", "Error of the minidump writer.", { access: "protected" }),
  text("processor_notes", "Notes of the last processing run."),
  keyword("soft_errors", "JSON of minidump-writer soft errors.", { access: "protected" }),
] as const;
