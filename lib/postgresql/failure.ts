import { BadSetting, isAppError, StorageRefused, StorageUnavailable } from "#lib/core/errors";
import type { ConnectionContext } from "./connection";

/**
 * Answers of the server after which the same statement may work: connections that it closes or cannot take, a disk that
 * is full, a transaction that stood in the way of another, a limit of time, a standby that is not the primary yet.
 * Class 53 has "out of memory" too, which is not tried again: the statement would want as much the next time.
 */
const OPERATIONAL = /^(08...|57P0[1-5]|57014|53[1-4]00|40001|40P01|55P03|25P03|25006|58030)$/;
const OUT_OF_MEMORY = "53200";

/** Answers after which the server closes the connection, or has closed it. */
const CLOSING = /^(08...|57P0[1-5]|25P03)$/;

/** The user, the password or the database is not one that the server takes. */
const REFUSED_LOGIN = /^(28...|3D000)$/;

/** What the client says, in no code, when it has no connection. */
const LOST =
  /connection (terminated|error|ended|has been closed)|terminated|not queryable|client was closed|timeout|EOF detected|before secure TLS/i;

/** Five characters; codes of the operating system, such as EPIPE, start with E, and no class of SQLSTATE does. */
const SQLSTATE = /^(?!E)[0-9A-Z]{5}$/;

/** What operating system and resolver say of sockets. */
const SOCKET =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)(UNREACH|DOWN)|ENOTFOUND|EAI_AGAIN)$/;

/** The SQLSTATE of an answer of the server; null for any other error. */
export function sqlState(error: unknown): string | null {
  const code = codeOf(error);
  return !isAppError(error) && SQLSTATE.test(code) ? code : null;
}

/** Whether the connection that gave an error is of no more use. */
export function isConnectionLost(error: unknown): boolean {
  if (isAppError(error) || !(error instanceof Error)) return false;
  const state = sqlState(error);
  if (state !== null) return CLOSING.test(state);
  return SOCKET.test(codeOf(error)) || LOST.test(error.message);
}

/** Whether the same transaction may work later. */
export function isOperational(error: unknown): boolean {
  const state = sqlState(error);
  if (state === null) return isConnectionLost(error);
  return state !== OUT_OF_MEMORY && OPERATIONAL.test(state);
}

/**
 * What a client of PostgreSQL threw, as an AppError that names `subject`: StorageUnavailable for what may work later,
 * StorageRefused for what the server refuses. AppErrors and bugs of ours stay what they are.
 */
export function asAppError(subject: string, cause: unknown): unknown {
  if (isAppError(cause) || !(cause instanceof Error)) return cause;
  const what = `PostgreSQL ${subject}: ${describe(cause)}`;
  if (isOperational(cause)) return new StorageUnavailable(what, { cause });
  return sqlState(cause) === null ? cause : new StorageRefused(what, { cause });
}

/**
 * Logs in once. Throws BadSetting in one line when the server refuses the login or has no such database, and
 * StorageUnavailable when it does not answer.
 */
export async function tryLogin(connections: ConnectionContext, setting: string): Promise<void> {
  try {
    await connections.use((connection) => connection.query("SELECT 1"));
  } catch (cause) {
    const isRefused = REFUSED_LOGIN.test(sqlState(cause) ?? "") || isHandshakeRefused(cause);
    if (isRefused)
      throw new BadSetting(
        `${setting}: the PostgreSQL server at ${connections.name} refuses the login: ${describe(cause)}.`,
        { cause },
      );
    throw asAppError(`${connections.name} cannot be reached`, cause);
  }
}

/** What the client finds out by itself: no password given where one is asked for, no TLS on the other side. */
function isHandshakeRefused(error: unknown): boolean {
  return error instanceof Error && /^SASL|does not support SSL/.test(error.message);
}

/** The attempts at several addresses of one host are an error without a message. */
function describe(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : codeOf(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
