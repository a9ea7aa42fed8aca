import { byCodePoint } from "#lib/core/code-points";
import { isJsonArray, isJsonObject, type Json } from "#lib/core/json";
import { isSomething, pythonText } from "../python-text";
import type { RuleTools } from "../result";
import type { SignatureRule } from "./rule";
import { signatureGeneration } from "./stack";

const LONGEST_ABORT_MESSAGE = 80;
const LONGEST_CHANNEL_ERROR = 100;
const ABORT = "###!!! ABORT:";

export const abort: SignatureRule = {
  name: "AbortSignature",
  description: "Puts the abort message in front, cut to 80 characters.",
  applies: ({ abort_message }) => isSomething(abort_message),
  run(crash, tools) {
    const message = pythonText(crash.abort_message ?? null);
    const { signature } = tools.result;
    if (message.includes(`${ABORT} file `)) tools.set(`Abort | ${signature}`);
    else tools.set(`Abort | ${shortAbortMessage(message)} | ${signature}`);
  },
};

function shortAbortMessage(message: string): string {
  const start = message.indexOf(ABORT);
  let text = start < 0 ? message : message.slice(start + ABORT.length);
  const file = text.indexOf(": file ");
  if (file >= 0) text = text.slice(0, file);
  if (text.includes("unable to find a usable font")) text = withoutParentheses(text);
  const printable = text.replace(/[^ -~]/g, "").trim();
  return printable.length > LONGEST_ABORT_MESSAGE
    ? `${printable.slice(0, LONGEST_ABORT_MESSAGE - 3)}...`
    : printable;
}

function withoutParentheses(text: string): string {
  const [first, last] = [text.indexOf("("), text.lastIndexOf(")")];
  return first >= 0 && last >= 0 ? text.slice(0, first) + text.slice(last + 1) : text;
}

export const shutdownTimeout: SignatureRule = {
  name: "SignatureShutdownTimeout",
  description: "Names the shutdown phase and what did not finish in it, in place of the stack.",
  applies: ({ async_shutdown_timeout }) => isSomething(async_shutdown_timeout),
  run(crash, tools) {
    const replaced = tools.result.signature;
    tools.set(
      ["AsyncShutdownTimeout", ...shutdownParts(crash.async_shutdown_timeout ?? null, tools)].join(" | "),
    );
    tools.note(`Signature replaced with a Shutdown Timeout signature, was: "${replaced}"`);
  },
};

function shutdownParts(timeout: Json, tools: RuleTools): readonly string[] {
  const parts: string[] = [];
  try {
    const data: unknown = JSON.parse(pythonText(timeout));
    if (!isJsonObject(data)) throw new NotAnObject("the shutdown timeout is not a JSON object");
    parts.push(typeof data.phase === "string" ? data.phase : "(unknown)");
    parts.push(conditionNames(data.conditions ?? null));
  } catch (error) {
    if (error instanceof NotAnObject) throw error;
    tools.note(
      `Error parsing AsyncShutdownTimeout: ${error instanceof Error ? error.message : String(error)}`,
    );
    parts.push("UNKNOWN");
  }
  return parts;
}

/** Fails the rule, which keeps the signature as it was. */
class NotAnObject extends TypeError {}

function conditionNames(conditions: Json): string {
  const names = conditionList(conditions).map((condition) => {
    if (!isJsonObject(condition)) return pythonText(condition);
    if (condition.name === undefined) throw new RangeError("a condition has no name");
    return pythonText(condition.name);
  });
  return names.length === 0 ? "(none)" : names.sort(byCodePoint).join(",");
}

/** Text counts as a list of its characters, an object as a list of its keys. */
function conditionList(conditions: Json): readonly Json[] {
  if (isJsonArray(conditions)) return conditions;
  if (typeof conditions === "string") return Array.from(conditions);
  if (isJsonObject(conditions)) return Object.keys(conditions);
  if (!conditions) return [];
  throw new TypeError("the conditions are not a list");
}

export const runWatchdog: SignatureRule = {
  name: "SignatureRunWatchDog",
  description: "For a shutdown hang that the watchdog ended: the signature of the main thread.",
  applies: (_crash, { result }) => result.signature.includes("RunWatchdog"),
  run(crash, tools, siglists) {
    signatureGeneration.run(
      { ...crash, crashing_thread: 0 },
      tools.under(signatureGeneration.name),
      siglists,
    );
    tools.set(`shutdownhang | ${tools.result.signature}`);
  },
};

export const channelError: SignatureRule = {
  name: "SignatureIPCChannelError",
  description: "Names the error of the channel between processes, in place of the stack.",
  applies: ({ ipc_channel_error }) => isSomething(ipc_channel_error),
  run(crash, tools) {
    const dumps = crash.additional_minidumps;
    const hasBrowser =
      (typeof dumps === "string" || isJsonArray(dumps)) && dumps.includes("upload_file_minidump_browser");
    const error = Array.from(textOf(crash.ipc_channel_error)).slice(0, LONGEST_CHANNEL_ERROR).join("");
    tools.set(`IPCError-${hasBrowser ? "browser" : "content"} | ${error}`);
    tools.note("IPC Channel Error stomped on signature");
  },
};

/** Fails the rule for anything but text. */
function textOf(value: Json | undefined): string {
  if (typeof value !== "string") throw new TypeError("the value is not text");
  return value;
}

export const messageName: SignatureRule = {
  name: "SignatureIPCMessageName",
  description: "Adds the name of the message that was being handled.",
  applies: ({ ipc_message_name }) => isSomething(ipc_message_name),
  run: (crash, tools) =>
    tools.set(`${tools.result.signature} | IPC_Message_Name=${pythonText(crash.ipc_message_name ?? null)}`),
};

export const hungProcess: SignatureRule = {
  name: "HungProcess",
  description: "Marks a hang and its kind.",
  applies: ({ hang }) => hang !== null && hang !== undefined,
  run: (crash, tools) => tools.set(`hang: ${pythonText(crash.hang ?? null)} | ${tools.result.signature}`),
};
