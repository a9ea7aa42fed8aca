import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Json } from "#lib/core/json";
import { MOZILLA_RULES } from "./mozilla-rules";
import { throttle } from "./throttle";
import { loadThrottleRules } from "./throttle-rules";

const now = new Date("2026-11-24T00:00:00Z");
const decide = (annotations: Record<string, Json>, random = 0.5) =>
  throttle(MOZILLA_RULES, new Map(Object.entries(annotations)), { now, random: () => random });

const firefox = {
  ProductName: "Firefox",
  Version: "130.0",
  ReleaseChannel: "release",
  BuildID: "20261101000000",
};
const oldWindows = JSON.stringify({ system: { os: { name: "Windows_NT", windowsBuildNumber: 7601 } } });

describe("Mozilla's throttle rules", () => {
  it.each<[Record<string, Json>, number, string, string]>([
    [{ ...firefox, BuildID: "20241123000000" }, 0, "has_old_buildid", "reject"],
    [{ ...firefox, BuildID: "20249923000000" }, 0, "is_firefox_desktop", "accept"],
    [{ ...firefox, HangID: "x" }, 0, "has_hangid_and_browser", "reject"],
    [{ ...firefox, HangID: "x", ProcessType: "plugin" }, 0, "is_background", "accept"],
    [
      { ...firefox, SubmittedFromInfobar: "true", Version: "57.0", BuildID: "20171225" },
      0,
      "infobar_is_true",
      "reject",
    ],
    [{ ProductName: "B2G" }, 0, "b2g", "fake_accept"],
    [{ ProductName: "Kestrel" }, 0, "unsupported_product", "reject"],
    [{}, 0, "unsupported_product", "reject"],
    [{ ProductName: "Fenix" }, 0, "unsupported_packagename", "reject"],
    [{ ProductName: "Fenix", Android_PackageName: "org.mozilla.fenix" }, 0, "accept_everything", "accept"],
    [{ ...firefox, Throttleable: "0" }, 0.99, "throttleable_0", "accept"],
    [{ ...firefox, Comments: "" }, 0.99, "has_comments", "accept"],
    [{ ...firefox, PHCKind: "FreedPage" }, 0.99, "has_phc", "accept"],
    [{ ...firefox, ipc_channel_error: "ShutDownKill" }, 0.2, "is_shutdownkill", "reject"],
    [
      { ...firefox, ipc_channel_error: "ShutDownKill", ReleaseChannel: "beta" },
      0.05,
      "is_alpha_beta_esr",
      "accept",
    ],
    [
      { ...firefox, ReleaseChannel: "esr", TelemetryEnvironment: oldWindows },
      0.3,
      "is_firefox_esr_unsupported_windows",
      "reject",
    ],
    [
      { ...firefox, ReleaseChannel: "esr", TelemetryEnvironment: "{broken" },
      0.3,
      "is_alpha_beta_esr",
      "accept",
    ],
    [{ ...firefox, ReleaseChannel: "nightly-oak" }, 0.99, "is_nightly", "accept"],
    [{ ...firefox }, 0.05, "is_firefox_desktop", "accept"],
    [{ ...firefox }, 0.2, "is_firefox_desktop", "reject"],
    [{ ...firefox, ProductName: "Thunderbird" }, 0.99, "accept_everything", "accept"],
  ])("decide %j at %d by %s: %s", (annotations, random, rule, result) => {
    expect(decide(annotations, random)).toMatchObject({ rule, result });
  });

  it("tell the percentage of a rule that draws lots", () => {
    expect(decide(firefox, 0.05)).toEqual({ rule: "is_firefox_desktop", result: "accept", percent: 10 });
    expect(decide({ ...firefox, ProductName: "Thunderbird" })).not.toHaveProperty("percent");
  });

  it("that keep none or all of their share do so whatever is drawn", () => {
    const draw = (percent: number, random: number) =>
      throttle(
        [{ name: "share", when: { always: true }, result: { percent, then: "accept", otherwise: "reject" } }],
        new Map(),
        { now, random: () => random },
      ).result;
    expect([draw(0, 0), draw(100, 1 - Number.EPSILON)]).toEqual(["reject", "accept"]);
  });

  it("reject what no rule decides", () => {
    expect(throttle([], new Map(), { now, random: Math.random })).toEqual({
      rule: "NO_MATCH",
      result: "reject",
    });
  });
});

describe("loadThrottleRules", () => {
  it("knows the built-in sets, which are valid as files too", async () => {
    expect(await loadThrottleRules("accept-all")).toHaveLength(1);
    expect(await loadThrottleRules("mozilla")).toBe(MOZILLA_RULES);
    expect(await fromFile(JSON.stringify(MOZILLA_RULES))).toEqual(MOZILLA_RULES);
  });

  it.each([
    ["{", /not JSON/],
    ["{}", /not a list of rules/],
    [
      '[{"name":"a","when":{"always":true},"result":"accept"},{"name":"b c","when":{"always":true},"result":"accept"}]',
      /rule 2: name: may have letters/,
    ],
    [
      '[{"name":"a","when":{"all":[{"always":true},{"key":"x","matches":"("}]},"result":"accept"}]',
      /rule 1: when: all: 1: matches: is not a regular expression/,
    ],
    [
      '[{"name":"a","when":{"key":"x","onOf":["y"]},"result":"accept"}]',
      /rule 1: when: is no condition; accepted: always, .*oneOf/,
    ],
    [
      '[{"name":"a","when":{"always":true},"result":"maybe"}]',
      /rule 1: result: is no result; accepted: accept, /,
    ],
    ['[{"name":"a","when":{"always":true},"result":"accept","typo":1}]', /rule 1: .*typo/],
  ])("refuses the file %s, saying which rule and why", async (content, why) => {
    await expect(fromFile(content)).rejects.toMatchObject({
      code: "bad_setting",
      message: expect.stringMatching(why) as string,
    });
  });

  it("refuses a file that is not there, naming what is accepted", async () => {
    await expect(loadThrottleRules("/no/such/file")).rejects.toMatchObject({
      message: expect.stringMatching(/^COLLECTOR_THROTTLE_RULES: .*accept-all, mozilla/) as string,
    });
  });
});

async function fromFile(content: string) {
  const directory = await mkdtemp(join(tmpdir(), "throttle-"));
  try {
    await writeFile(join(directory, "rules.json"), content);
    return await loadThrottleRules(join(directory, "rules.json"));
  } finally {
    await rm(directory, { recursive: true });
  }
}
