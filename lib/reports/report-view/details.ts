import type { Json, JsonObject } from "#lib/core/json";
import { jsonAt } from "#lib/core/json";
import { FIELDS, fieldNamed, type FieldName } from "#lib/fields/catalogue";
import type { Field } from "#lib/fields/field";

/** One fact of a crash. */
export interface DetailRow {
  readonly label: string;
  readonly text: string;
  /** What the fact means. */
  readonly description: string;
  /** The field that finds crashes alike, and the value to ask for. */
  readonly search: { readonly field: FieldName; readonly value: string } | null;
  /** Shown only to viewers of protected data. */
  readonly isProtected: boolean;
  /** Long texts are shown with their line breaks. */
  readonly isLong: boolean;
}

/** Facts that belong together. */
export interface DetailGroup {
  readonly title: string;
  readonly rows: readonly DetailRow[];
}

type Format = (value: Json) => string;

const seconds: Format = (value) => (typeof value === "number" ? formatDuration(value) : plain(value));
const bytes: Format = (value) => (typeof value === "number" ? formatBytes(value) : plain(value));
const percent: Format = (value) => `${plain(value)} %`;
const build: Format = (value) => formatBuild(plain(value));
const epoch: Format = (value) =>
  typeof value === "number" && value > 0 && value < 4e9
    ? `${value} (${new Date(value * 1000).toISOString().slice(0, 19)}Z)`
    : plain(value);

interface Fact {
  readonly label: string;
  readonly field: FieldName;
  readonly format?: Format;
}

/** What is shown of a crash, in the order in which it is read. */
const GROUPS: readonly { readonly title: string; readonly facts: readonly Fact[] }[] = [
  {
    title: "Crash",
    facts: [
      { label: "Crash reason", field: "reason" },
      { label: "Crash address", field: "address" },
      { label: "MOZ_CRASH reason (raw)", field: "moz_crash_reason_raw" },
      { label: "MOZ_CRASH reason", field: "moz_crash_reason" },
      { label: "Abort message", field: "abort_message" },
      { label: "Report type", field: "report_type" },
      { label: "Process type", field: "process_type" },
      { label: "Crashing thread", field: "crashing_thread_name" },
      { label: "Last error value", field: "last_error_value" },
      { label: "Startup crash", field: "startup_crash" },
      { label: "Hang", field: "hang" },
      { label: "Async shutdown timeout", field: "async_shutdown_timeout" },
      { label: "IPC channel error", field: "ipc_channel_error" },
      { label: "Crash inconsistencies", field: "crash_inconsistencies" },
      {
        label: "Possible bit flips, highest confidence",
        field: "possible_bit_flips_max_confidence",
        format: percent,
      },
      { label: "Java stack trace (raw)", field: "java_stack_trace_raw" },
      { label: "Java stack trace", field: "java_stack_trace" },
      { label: "Thread count", field: "thread_count" },
    ],
  },
  {
    title: "Program",
    facts: [
      { label: "Product", field: "product" },
      { label: "Version", field: "version" },
      { label: "Build id", field: "build_id", format: build },
      { label: "Release channel", field: "release_channel" },
      { label: "Vendor", field: "vendor" },
      { label: "Locale", field: "useragent_locale" },
      { label: "Uptime", field: "uptime", format: seconds },
      { label: "Last crash before", field: "last_crash", format: seconds },
      { label: "Install age", field: "install_age", format: seconds },
      { label: "Install time", field: "install_time", format: epoch },
      { label: "Safe mode", field: "safe_mode" },
      { label: "Accessibility", field: "accessibility" },
      { label: "Submitted from", field: "submitted_from" },
    ],
  },
  {
    title: "Machine",
    facts: [
      { label: "Operating system", field: "platform_pretty_version" },
      { label: "OS version", field: "platform_version" },
      { label: "Android manufacturer", field: "android_manufacturer" },
      { label: "Android model", field: "android_model" },
      { label: "Android version", field: "android_version" },
      { label: "CPU architecture", field: "cpu_arch" },
      { label: "CPU", field: "cpu_info" },
      { label: "CPU count", field: "cpu_count" },
      { label: "CPU microcode", field: "cpu_microcode_version" },
      { label: "Adapter vendor id", field: "adapter_vendor_id" },
      { label: "Adapter device id", field: "adapter_device_id" },
      { label: "Adapter driver version", field: "adapter_driver_version" },
    ],
  },
  {
    title: "Memory",
    facts: [
      { label: "Total physical memory", field: "total_physical_memory", format: bytes },
      { label: "Available physical memory", field: "available_physical_memory", format: bytes },
      { label: "Total virtual memory", field: "total_virtual_memory", format: bytes },
      { label: "Available virtual memory", field: "available_virtual_memory", format: bytes },
      { label: "Total page file", field: "total_page_file", format: bytes },
      { label: "Available page file", field: "available_page_file", format: bytes },
      { label: "System memory in use", field: "system_memory_use_percentage", format: percent },
      { label: "OOM allocation size", field: "oom_allocation_size", format: bytes },
      ...FIELDS.filter(({ name }) => name.startsWith("memory_")).map(({ name }) => ({
        label: `Memory report: ${name.slice("memory_".length).replaceAll("_", " ")}`,
        field: name,
        format: name === "memory_ghost_windows" || name === "memory_host_object_urls" ? plain : bytes,
      })),
    ],
  },
  {
    title: "Said by the user and the program",
    facts: [
      { label: "User comments", field: "user_comments" },
      { label: "URL", field: "url" },
      { label: "App notes", field: "app_notes" },
      { label: "Graphics critical error", field: "graphics_critical_error" },
      { label: "Shutdown progress", field: "shutdown_progress" },
      { label: "Add-ons", field: "addons" },
    ],
  },
];

const LONG_TEXT = 160;

/** The facts a redacted processed crash has; those without a value are left out, as are empty groups. */
export function detailGroups(processed: JsonObject): readonly DetailGroup[] {
  return GROUPS.map(({ title, facts }) => ({
    title,
    rows: facts.flatMap((fact) => rowOf(fact, processed)),
  })).filter(({ rows }) => rows.length > 0);
}

function rowOf({ label, field: name, format = plain }: Fact, processed: JsonObject): readonly DetailRow[] {
  const field = fieldNamed(name);
  const value = jsonAt(processed, field.path);
  if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0))
    return [];
  const text = format(value);
  const isLong = text.length > LONG_TEXT || text.includes("\n");
  return [
    {
      label,
      text,
      description: field.description,
      search: searchFor(field, value),
      isProtected: field.access === "protected",
      isLong,
    },
  ];
}

function searchFor(field: Field<FieldName>, value: Json): DetailRow["search"] {
  if (typeof value === "object" || String(value).length > 200) return null;
  if (field.query === "bool") return { field: field.name, value: value === true ? "__true__" : "!__true__" };
  return { field: field.name, value: field.query === "string" ? `=${String(value)}` : String(value) };
}

function plain(value: Json): string {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (Array.isArray(value))
    return value.map((item) => (typeof item === "string" ? item : JSON.stringify(item))).join("\n");
  return typeof value === "string" ? value : JSON.stringify(value);
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** `125 seconds (2 minutes and 5 seconds)`; the part in brackets only above a minute. */
export function formatDuration(total: number): string {
  const base = `${total.toLocaleString("en")} second${total === 1 ? "" : "s"}`;
  if (total <= 60) return base;
  let rest = total;
  const parts = UNITS.flatMap(([unit, size]) => {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    return amount === 0 ? [] : [`${amount} ${unit}${amount === 1 ? "" : "s"}`];
  });
  return `${base} (${new Intl.ListFormat("en").format(parts.slice(0, 2))})`;
}

/** `1,500 bytes (1.5 kB)`; the part in brackets only above a kilobyte. */
export function formatBytes(amount: number): string {
  const base = `${amount.toLocaleString("en")} byte${amount === 1 ? "" : "s"}`;
  if (Math.abs(amount) < 1000) return base;
  const power = Math.min(Math.floor(Math.log10(Math.abs(amount)) / 3), 4);
  return `${base} (${(amount / 1000 ** power).toFixed(1)} ${["", "kB", "MB", "GB", "TB"][power] ?? ""})`;
}

function formatBuild(text: string): string {
  const date = /^(20\d\d)(\d\d)(\d\d)\d{6}$/.exec(text);
  return date ? `${text} (${date.slice(1, 4).join("-")})` : text;
}
