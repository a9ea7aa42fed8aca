import { signatureHref } from "#lib/core/links";
import type { Database } from "#lib/db/database";
import { signatureRedirects } from "#lib/middleware/regrouping";
import { ask, type ReportContext } from "../ask";
import type { SignaturePage } from "./signature-page";

/** Where crashes of a signature are since signature lists grouped them anew. */
export interface MovedCrashes {
  /** Those that got most first. */
  readonly targets: readonly {
    readonly signature: string;
    readonly crashes: number;
    readonly href: string;
  }[];
  /** Whether none kept the old signature. */
  readonly movedAll: boolean;
  /** The same report about the one signature that got all, when the old one has no crash to show; else null. */
  readonly successorHref: string | null;
}

/** What has become of a report's signature; null for one that was never grouped anew. */
export async function movedCrashes(
  database: Database,
  context: ReportContext,
  page: SignaturePage,
): Promise<MovedCrashes | null> {
  const redirects = await signatureRedirects(database, [page.signature]);
  const [first] = redirects;
  if (!first) return null;
  const movedAll = redirects.every((redirect) => redirect.movedAll);
  const isRenamed = movedAll && redirects.length === 1 && (await isEmpty(context, page));
  return {
    targets: redirects.map(({ newSignature, crashes }) => ({
      signature: newSignature,
      crashes,
      href: signatureHref(newSignature),
    })),
    movedAll,
    successorHref: isRenamed ? page.address({ signature: first.newSignature }) : null,
  };
}

async function isEmpty(context: ReportContext, { question }: SignaturePage): Promise<boolean> {
  return (await ask(context, { ...question, _results_number: 0, _facets_size: 0 })).total === 0;
}
