import type { ThrottleRule } from "./throttle-rule";

const PRODUCTS = [
  "Fenix",
  "Firefox",
  "Firefox Enterprise",
  "Focus",
  "MozillaVPN",
  "ReferenceBrowser",
  "Thunderbird",
];

/** The Android packages of products that have any. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  Fenix: ["org.mozilla.firefox", "org.mozilla.firefox_beta", "org.mozilla.fenix"],
  Focus: ["org.mozilla.focus", "org.mozilla.focus.beta", "org.mozilla.focus.nightly", "org.mozilla.klar"],
  ReferenceBrowser: ["org.mozilla.reference.browser"],
};

const isFirefox = { key: "ProductName", oneOf: ["Firefox"] };

/** Which reports Mozilla's own installation keeps, as data. */
export const MOZILLA_RULES: readonly ThrottleRule[] = [
  { name: "has_old_buildid", when: { key: "BuildID", buildOlderThanDays: 730 }, result: "reject" },
  {
    name: "has_hangid_and_browser",
    when: {
      all: [
        { key: "HangID", present: true },
        { key: "ProcessType", oneOf: ["browser"], absentAs: "browser" },
      ],
    },
    result: "reject",
  },
  {
    name: "infobar_is_true",
    when: {
      all: [
        isFirefox,
        { key: "SubmittedFromInfobar", oneOf: ["true"] },
        { key: "Version", matches: "^5[2-9]\\." },
        { key: "BuildID", before: "20171226" },
      ],
    },
    result: "reject",
  },
  {
    name: "b2g",
    when: {
      all: [
        { key: "ProductName", oneOf: ["b2g"], ignoreCase: true },
        { not: { key: "ProductName", oneOf: PRODUCTS } },
      ],
    },
    result: "fake_accept",
  },
  { name: "unsupported_product", when: { not: { key: "ProductName", oneOf: PRODUCTS } }, result: "reject" },
  {
    name: "unsupported_packagename",
    when: {
      any: Object.entries(PACKAGES).map(([product, packages]) => ({
        all: [
          { key: "ProductName", oneOf: [product] },
          { not: { key: "Android_PackageName", oneOf: [...packages] } },
        ],
      })),
    },
    result: "reject",
  },
  { name: "throttleable_0", when: { key: "Throttleable", oneOf: ["0"] }, result: "accept" },
  { name: "has_comments", when: { key: "Comments", present: true }, result: "accept" },
  { name: "has_phc", when: { key: "PHCKind", present: true }, result: "accept" },
  {
    name: "is_background",
    when: { key: "ProcessType", oneOf: ["gpu", "plugin", "rdd", "socket", "utility"] },
    result: "accept",
  },
  {
    name: "is_shutdownkill",
    when: { key: "ipc_channel_error", oneOf: ["ShutDownKill"] },
    result: { percent: 10, then: "continue", otherwise: "reject" },
  },
  {
    name: "is_firefox_esr_unsupported_windows",
    when: {
      all: [
        isFirefox,
        { key: "ReleaseChannel", oneOf: ["esr"] },
        { key: "TelemetryEnvironment", path: "system.os.name", oneOf: ["Windows_NT"] },
        { key: "TelemetryEnvironment", path: "system.os.windowsBuildNumber", atMost: 9600 },
      ],
    },
    result: { percent: 25, then: "continue", otherwise: "reject" },
  },
  {
    name: "is_alpha_beta_esr",
    when: { key: "ReleaseChannel", oneOf: ["aurora", "beta", "esr"] },
    result: "accept",
  },
  { name: "is_nightly", when: { key: "ReleaseChannel", startsWith: "nightly" }, result: "accept" },
  {
    name: "is_firefox_desktop",
    when: { all: [isFirefox, { key: "ReleaseChannel", oneOf: ["release"] }] },
    result: { percent: 10, then: "accept", otherwise: "reject" },
  },
  { name: "accept_everything", when: { always: true }, result: "accept" },
];
