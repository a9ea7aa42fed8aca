import { date, flag, integer, keyword, list, long, text } from "../builders";

/** Which crash, of which program, version and build, sent by whom. */
export const buildFields = [
  long("application_build_id", "App build number when it differs from the engine build (Android)."),
  long("build_id", "Build stamp, normally YYYYMMDDHHMMSS.", { path: "build" }),
  date("date", "Moment the collector received the report.", { path: "date_processed" }),
  keyword("distribution_id", "Distribution (repack) id."),
  integer("major_version", "First number of the version; 0 when unknown."),
  text("product", "Product name.", { query: "enum" }),
  keyword("productid", "Application UUID.", { query: "enum" }),
  keyword("release_channel", "Update channel.", { query: "enum" }),
  keyword("submitted_from", "Where the user submitted from."),
  flag("throttleable", "Collector was allowed to drop the report."),
  list("useragent_locale", "Locale of the installation.", { query: "enum" }),
  keyword("uuid", "Crash id.", { query: "enum" }),
  text("vendor", "Application vendor.", { query: "enum" }),
  keyword("version", "Product version.", { query: "enum" }),
] as const;
