import { createInterface } from "node:readline/promises";
import { BadArgument } from "#lib/core/errors";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { crashDataFromProcessed, type CrashData } from "#lib/signature/crash-data";

/** A crash of the standard input. */
export interface ReadCrash {
  /** Its id where it has one, or the number of its line. */
  readonly name: string;
  /** Of a processed crash, which has the key `json_dump`, what signatures are made of. */
  readonly data: CrashData;
  /** Whether it is one of many, a line each, rather than the whole input. */
  readonly isLine: boolean;
}

/**
 * Crashes as JSON: either one a line, each given out when its line is there, or one over as many lines as it likes.
 * `onBadLine` is told of lines that are none; throws BadArgument when the whole input is none.
 */
export async function* readCrashes(
  input: NodeJS.ReadableStream,
  onBadLine: (message: string) => void,
): AsyncGenerator<ReadCrash, void, undefined> {
  const beginning: string[] = [];
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === "") continue;
    const read = parsed(line);
    if (beginning.length > 0 || (number === 1 && read instanceof Error && opensObject(line))) {
      beginning.push(line);
    } else if (read instanceof Error) onBadLine(`line ${number}: ${read.message}`);
    else yield named(read, number, true);
  }
  if (beginning.length === 0) return;
  const whole = parsed(beginning.join("\n"));
  if (whole instanceof Error) throw new BadArgument(`The standard input is no crash: ${whole.message}`);
  yield named(whole, 1, false);
}

/** A line that is complete is one of many, even when it is wrong. */
function opensObject(line: string): boolean {
  return /^\s*\{/.test(line) && !/\}\s*$/.test(line);
}

function parsed(text: string): JsonObject | Error {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : new TypeError("it is not a JSON object");
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

function named(crash: JsonObject, number: number, isLine: boolean): ReadCrash {
  const id = [crash.crash_id, crash.uuid].find((value) => typeof value === "string");
  const data: CrashData = "json_dump" in crash ? crashDataFromProcessed(crash) : crash;
  return { name: typeof id === "string" ? id : `line ${number}`, data, isLine };
}
