import type { Route } from "./define-route";
import { bugsRoute, signaturesByBugsRoute } from "./routes/bugs";
import {
  crashVerifyRoute,
  processedCrashRoute,
  rawCrashRoute,
  unredactedCrashRoute,
} from "./routes/crash-data";
import { customQueryRoute } from "./routes/custom-query";
import { noOpRoute } from "./routes/no-op";
import {
  crontabberStateRoute,
  newSignaturesRoute,
  platformsRoute,
  productVersionsRoute,
  statusRoute,
} from "./routes/of-2018";
import { missingProcessedCrashRoute, reprocessingRoute } from "./routes/processing";
import { versionStringRoute } from "./routes/products";
import { groupingTrialRoute, regroupingRoute, signatureRedirectsRoute } from "./routes/regrouping";
import { crashSignatureRoute, signatureFirstDateRoute } from "./routes/signatures";
import { superSearchFieldsRoute, superSearchRoute, superSearchUnredactedRoute } from "./routes/super-search";
import { missingSymbolsRoute } from "./routes/symbols";
import { uploadSymbolsRoute } from "./routes/upload-symbols";

/** Every endpoint of the API, in the order in which they are explained. */
export const ROUTES: readonly Route[] = [
  superSearchRoute,
  superSearchUnredactedRoute,
  superSearchFieldsRoute,
  customQueryRoute,
  processedCrashRoute,
  rawCrashRoute,
  crashVerifyRoute,
  missingProcessedCrashRoute,
  reprocessingRoute,
  groupingTrialRoute,
  regroupingRoute,
  missingSymbolsRoute,
  uploadSymbolsRoute,
  signatureFirstDateRoute,
  newSignaturesRoute,
  signatureRedirectsRoute,
  crashSignatureRoute,
  bugsRoute,
  signaturesByBugsRoute,
  versionStringRoute,
  productVersionsRoute,
  platformsRoute,
  statusRoute,
  crontabberStateRoute,
  unredactedCrashRoute,
  noOpRoute,
];
