import { isJsonArray, type JsonObject } from "#lib/core/json";
import { pythonText } from "#lib/signature/python-text";
import type { SignatureResult } from "#lib/signature/result";

/** The signature of a crash beside the one that was made of it anew. */
export interface RemadeSignature {
  readonly id: string;
  readonly old: string;
  readonly made: SignatureResult;
  /** Page of the crash. */
  readonly url: string;
}

/** How signatures that were made anew are printed. */
export interface SignatureFormat {
  /** Before all. */
  readonly head: string;
  /** Between two crashes, and instead of one that is not printed. */
  readonly separator: string;
  readonly crash: (remade: RemadeSignature, verbose: boolean) => string;
}

/** By the name that the option `--format` has for it. */
export const SIGNATURE_FORMATS = {
  text: { head: "", separator: "\n", crash: asText },
  csv: { head: csvRow(["crashid", "old", "new", "same?", "notes"]), separator: "", crash: asCsv },
  json: { head: "", separator: "", crash: asJson },
  markdown: { head: "", separator: "\n", crash: asMarkdown },
} as const satisfies Readonly<Record<string, SignatureFormat>>;

export type SignatureFormatName = keyof typeof SIGNATURE_FORMATS;

const INDENT = " ".repeat(10);

function asText({ id, old, made }: RemadeSignature, verbose: boolean): string {
  const lines = [
    `Crash id: ${id}`,
    `Original: ${old}`,
    `New:      ${made.signature}`,
    `Same?:    ${isSame(old, made)}`,
    ...counted("Notes:", made.notes),
    ...(verbose ? [...counted("Debug:", made.debugLog), ...extraLines(made)] : []),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function counted(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [`${title.padEnd(INDENT.length)}(${lines.length})`, ...lines.map((line) => INDENT + line)];
}

function extraLines({ extra }: SignatureResult): readonly string[] {
  const entries = Object.entries(extra as JsonObject).sort(([one], [other]) => (one < other ? -1 : 1));
  if (entries.length === 0) return [];
  return [
    "Extra:",
    ...entries.flatMap(([key, value]) =>
      isJsonArray(value)
        ? [`${INDENT}${key}:`, ...value.map((item) => `${INDENT}- ${pythonText(item)}`)]
        : [`${INDENT}${key}: ${pythonText(value ?? null)}`],
    ),
  ];
}

function asCsv({ id, old, made }: RemadeSignature): string {
  return csvRow([id, old, made.signature, isSame(old, made), pythonText(made.notes)]);
}

function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\r\n`;
}

function asJson({ id, old, made }: RemadeSignature, verbose: boolean): string {
  const { signature, notes, debugLog, extra } = made;
  const short = { crash_id: id, old, new: signature, same: old === signature, notes };
  return `${JSON.stringify(verbose ? { ...short, debug_log: debugLog, extra } : short)}\n`;
}

function asMarkdown({ id, old, made, url }: RemadeSignature, verbose: boolean): string {
  const code = (text: string) => `\`${text.replaceAll("`", "\\`")}\``;
  const bullets = (lines: readonly string[]) => lines.map((line) => `* ${line}\n`).join("");
  return [
    `**Crash id:** [${id}](${url})\n`,
    `**Original:** ${code(old)}\n`,
    `**New:** ${code(made.signature)}\n`,
    `**Same?:** ${isSame(old, made)}\n`,
    `**Notes:** (${made.notes.length})\n\n`,
    made.notes.length > 0 ? `${bullets(made.notes)}\n` : "",
    verbose ? `**Debug:** (${made.debugLog.length})\n\n${bullets(made.debugLog)}` : "",
  ].join("");
}

/** Scripts that read this know Python's words. */
function isSame(old: string, { signature }: SignatureResult): string {
  return old === signature ? "True" : "False";
}
