import { isJsonObject } from "#lib/core/json";
import { annotationObject, annotationText, isTrueText } from "../annotations";
import type { PublishedVersionOf } from "../published-versions";
import { draftText, type Rule } from "../rule";

/** The crash's own id, under both its names. */
export const identifier: Rule = {
  name: "IdentifierRule",
  run({ raw, draft }) {
    draft.crash_id = raw.uuid;
    draft.uuid = raw.uuid;
  },
};

/** Versions of the long-support channel end in `esr`. */
export const esrVersion: Rule = {
  name: "ESRVersionRewrite",
  applies: ({ draft }) => draft.release_channel === "esr",
  run({ draft, note }) {
    if (typeof draft.version === "string") draft.version = `${draft.version}esr`;
    else note("'Version' missing from esr release raw_crash");
  },
};

/** Aurora builds of Firefox from this one on were published as another product. */
const FIRST_DEVELOPER_EDITION = "20170601";

/**
 * Builds of the beta channel carry the release's version. What knows as which version a build was published tells the right
 * one; without knowing which beta it was, it is b0.
 */
export function betaVersion(publishedVersionOf: PublishedVersionOf): Rule {
  return {
    name: "BetaVersionRule",
    applies: ({ draft }) =>
      ["Firefox", "Thunderbird"].includes(draftText(draft, "product")) &&
      ["beta", "aurora"].includes(draftText(draft, "release_channel")),
    async run({ draft, note }) {
      const [product, channel] = [draftText(draft, "product"), draftText(draft, "release_channel")];
      const buildId = draftText(draft, "build");
      const isDeveloperEdition =
        product === "Firefox" && channel === "aurora" && buildId > FIRST_DEVELOPER_EDITION;
      const published =
        buildId === ""
          ? null
          : await publishedVersionOf({
              product: isDeveloperEdition ? "DevEdition" : product,
              channel,
              buildId,
            });
      if (published !== null) draft.version = published;
      else if (typeof draft.version === "string" && !/b\d/.test(draft.version)) {
        draft.version = `${draft.version}b0`;
        note("release channel is beta but no version data was found - added b0 suffix to version number");
      }
    },
  };
}

/** The first number of the version; 0 when there is none. */
export const majorVersion: Rule = {
  name: "MajorVersionRule",
  run({ raw, draft }) {
    const number = Number(/^\s*(\d+)/.exec(annotationText(raw, "Version") ?? "")?.[1] ?? 0);
    draft.major_version = Number.isSafeInteger(number) ? number : 0;
  },
};

/** Where the person sent the report from. */
export const submittedFrom: Rule = {
  name: "SubmittedFromRule",
  run({ raw, draft }) {
    const infobar = annotationText(raw, "SubmittedFromInfobar");
    draft.submitted_from_infobar = isTrueText(infobar);
    if (infobar === null) draft.submitted_from = annotationText(raw, "SubmittedFrom") ?? "Unknown";
    else draft.submitted_from = isTrueText(infobar) ? "Infobar" : "Unknown";
  },
};

/** Which repack of the program: `unknown` when nothing is said, `mozilla` when nobody's. */
export const distributionId: Rule = {
  name: "DistributionIdRule",
  run({ raw, draft }) {
    const partner = annotationObject(raw, "TelemetryEnvironment")?.partner;
    const inEnvironment = isJsonObject(partner) ? partner.distributionId : undefined;
    const id = annotationText(raw, "DistributionID") ?? inEnvironment;
    if (id === undefined) draft.distribution_id = "unknown";
    else draft.distribution_id = typeof id === "string" && id !== "" ? id : "mozilla";
  },
};

/** The checksum of the main minidump, as the collector made it. */
export const minidumpChecksum: Rule = {
  name: "MinidumpSha256HashRule",
  run({ raw, draft }) {
    const checksums = annotationObject(raw, "metadata")?.dump_checksums;
    const checksum = isJsonObject(checksums) ? checksums.upload_file_minidump : undefined;
    draft.minidump_sha256_hash = typeof checksum === "string" ? checksum : "";
  },
};
