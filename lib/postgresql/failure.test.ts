import { describe, expect, it } from "vitest";
import { CrashIdNotFound } from "#lib/core/errors";
import { asAppError, isConnectionLost } from "./failure";

const error = (code: string, message = "why") => Object.assign(new Error(message), { code });

describe("a failure of PostgreSQL", () => {
  it.each([
    ["connection failure", error("08006")],
    ["the server shuts down", error("57P01")],
    ["the server starts up", error("57P03")],
    ["too many connections", error("53300")],
    ["disk full", error("53100")],
    ["deadlock", error("40P01")],
    ["serialisation failure", error("40001")],
    ["statement timeout", error("57014")],
    ["nobody listens", error("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:5432")],
    ["several addresses that all refuse", error("ECONNREFUSED", "")],
    ["broken pipe", error("EPIPE")],
    ["cut", new Error("Connection terminated unexpectedly")],
    ["TLS cut", new Error("SSL SYSCALL error: EOF detected")],
    ["no free connection", new Error("timeout exceeded when trying to connect")],
  ])("may pass: %s", (_, cause) => {
    expect(asAppError("here", cause)).toMatchObject({ code: "storage_unavailable", cause });
  });

  it.each([
    ["out of memory", error("53200")],
    ["permission denied", error("42501")],
    ["syntax error", error("42601")],
    ["wrong password", error("28P01")],
    ["not null", error("23502")],
  ])("stays a refusal: %s", (_, cause) => {
    expect(asAppError("here", cause)).toMatchObject({ code: "storage_refused", transient: false, cause });
  });

  it.each([new TypeError("bug"), error("ENOENT"), new CrashIdNotFound("x"), "thrown"])(
    "is not everything that is thrown: %s",
    (cause) => {
      expect(asAppError("here", cause)).toBe(cause);
    },
  );

  it("names what failed, and why, also where the client gives no message", () => {
    expect(asAppError("db, 123", error("ECONNREFUSED", ""))).toMatchObject({
      message: "PostgreSQL db, 123: ECONNREFUSED",
    });
  });

  it("costs the connection only where the server has closed it", () => {
    expect(isConnectionLost(error("57P01"))).toBe(true);
    expect(isConnectionLost(error("ECONNRESET"))).toBe(true);
    expect(isConnectionLost(error("40P01"))).toBe(false);
    expect(isConnectionLost(error("53200"))).toBe(false);
  });
});
