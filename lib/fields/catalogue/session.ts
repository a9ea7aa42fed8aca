import { double, flag, keyword, long, text } from "../builders";

/** The process and session that crashed, and what the person said. */
export const sessionFields = [
  keyword("background_task_name", "Name of the background task being run."),
  keyword("glean_client_id", "Glean client id (crash pings only).", { access: "protected" }),
  keyword("hang", "Kind of hang (ui, shutdown) when the report is a hang."),
  long("install_age", "Seconds since this version was installed."),
  long("install_time", "Install time, epoch seconds; proxy for an installation."),
  long("last_crash", "Seconds since the previous crash submission."),
  keyword("process_type", "Crashed process; parent when absent.", {
    choices: ["content", "gpu", "parent", "plugin", "rdd", "socket", "utility"],
  }),
  keyword("remote_type", "Content process type (web, file, extension ...).", {
    access: "protected",
    query: "enum",
  }),
  keyword("report_type", "Crash or hang."),
  flag("safe_mode", "Started in safe mode."),
  flag("startup_crash", "Crashed before startup finished.", { absent: false }),
  long("startup_time", "Launch time, epoch seconds."),
  long("uptime", "Seconds the process ran."),
  double("uptime_ts", "Uptime as a float, seconds."),
  keyword("url", "Page last visited.", { access: "protected" }),
  text("user_comments", "Comment typed by the user.", { access: "protected" }),
] as const;
