import { expect, it } from "vitest";
import { driverMatrix } from "./driver-matrix.js";

const test = (ancestorTitles: readonly string[], title: string, status = "passed") => ({
  ancestorTitles,
  title,
  status,
});
const report = (...assertionResults: readonly object[]) => ({ testResults: [{ assertionResults }] });

it("tells of each driver which properties it keeps, over all reports", () => {
  const unit = report(
    test(["fs keeps the CrashStorage contract"], "round trip"),
    test(["fs keeps the CrashStorage contract"], "tells new from old"),
    test(["fs withstands faults", "of a full disk:"], "a save says so", "failed"),
    test(["something else"], "is left out"),
    test([], "so is this"),
  );
  const integration = report(
    test(["s3, dated keeps the CrashStorage contract"], "round trip", "failed"),
    test(["s3, dated keeps the CrashStorage contract"], "round trip"),
    test(["amqp keeps the CrashQueue contract"], "hands out"),
  );
  expect(driverMatrix([unit, integration]).split("\n")).toEqual([
    "Drivers: keeps the CrashQueue contract",
    "  1 amqp",
    "            1",
    "  hands out ✓",
    "",
    "Drivers: keeps the CrashStorage contract",
    "  1 fs",
    "  2 s3, dated",
    "                     1 2",
    "  round trip         ✓ ✗",
    "  tells new from old ✓ –",
    "",
    "Drivers: withstands faults",
    "  1 fs",
    "                                 1",
    "  of a full disk: a save says so ✗",
    "",
  ]);
});
