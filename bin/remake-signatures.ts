import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { hasCode, isAppError } from "#lib/core/errors";
import type { JsonObject } from "#lib/core/json";
import type { FetchSource } from "#lib/crash-data/fetch-crash";
import { crashDataFromProcessed } from "#lib/signature/crash-data";
import { generateSignature } from "#lib/signature/generate";
import type { Siglists } from "#lib/signature/siglists";
import type { SignatureFormat } from "./signature-formats";

export interface Remaking {
  /** Crash ids, with or without bp-, and addresses of reports. */
  readonly words: readonly string[];
  readonly source: Pick<FetchSource, "getUnredactedProcessed">;
  /** Of the server whose pages are linked to. */
  readonly host: string;
  readonly siglists: Siglists;
  readonly format: SignatureFormat;
  readonly verbose: boolean;
  /** Leaves out crashes whose signature stays. */
  readonly differentOnly: boolean;
  readonly print: (text: string) => void;
  readonly warn: (message: string) => void;
}

/**
 * Makes the signatures of crashes anew, and prints them beside those that they have. False when there was a warning.
 * Ends early where every further crash would fail the same way: the server answers too many requests, or not to the asker.
 */
export async function remakeSignatures(remaking: Remaking): Promise<boolean> {
  const { words, format, print } = remaking;
  let isFine = true;
  const warn = (message: string) => {
    isFine = false;
    remaking.warn(`WARNING: ${message}\n`);
  };
  print(format.head);
  for (const [index, word] of words.entries()) {
    if (index > 0) print(format.separator);
    const id = idIn(word);
    if (id === null) {
      warn(`Error: ${word} is not a valid crash id`);
      continue;
    }
    const answer = await ask(remaking, id);
    if (answer.kind === "crash") printRemade(remaking, id, answer.processed);
    else warn(answer.message);
    if (answer.kind === "end") return false;
  }
  return isFine;
}

function printRemade(remaking: Remaking, id: CrashId, processed: JsonObject): void {
  const old = typeof processed.signature === "string" ? processed.signature : "";
  const made = generateSignature(crashDataFromProcessed(processed), remaking.siglists);
  if (remaking.differentOnly && made.signature === old) return;
  const url = `${remaking.host}/report/index/${id}`;
  remaking.print(remaking.format.crash({ id, old, made, url }, remaking.verbose));
}

type Answer =
  | { readonly kind: "crash"; readonly processed: JsonObject }
  | { readonly kind: "warning" | "end"; readonly message: string };

async function ask({ source }: Remaking, id: CrashId): Promise<Answer> {
  try {
    const processed = (await source.getUnredactedProcessed(id)) as JsonObject;
    return { kind: "crash", processed };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { message } = error;
    if (hasCode(error, "crash_id_not_found"))
      return { kind: "warning", message: `${id}: does not have processed crash.` };
    if (hasCode(error, "forbidden"))
      return { kind: "end", message: `Error fetching processed crash: ${message}` };
    if (hasCode(error, "rate_limit_reached"))
      return { kind: "end", message: `API rate limit reached. ${message}` };
    return { kind: "warning", message };
  }
}

/** Of a crash id, or the address of a report. */
function idIn(word: string): CrashId | null {
  const path = URL.canParse(word) ? new URL(word).pathname : null;
  if (path === null) return parseCrashId(word);
  return path.startsWith("/report/index") ? parseCrashId(path.split("/").at(-1) ?? "") : null;
}
