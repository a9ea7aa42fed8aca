import { afterEach, beforeEach, expect, vi, type MockInstance } from "vitest";

let spies: readonly MockInstance[] = [];

/** A test that prints a warning or an error has found something: it fails. */
beforeEach(() => {
  spies = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")];
});

afterEach(() => {
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
