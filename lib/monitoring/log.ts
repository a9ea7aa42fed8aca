import { pino, stdTimeFunctions, type Logger } from "pino";

/**
 * The program's log: one JSON object a line, on standard error so that standard output stays the
 * commands'. `error` fields are written with name, message and stack.
 */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.err },
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination(2),
  );
}
