import { androidJavaFields } from "./android-java";
import { applicationFields } from "./application";
import { buildFields } from "./build";
import { memoryFields } from "./memory";
import { processingFields } from "./processing";
import { sessionFields } from "./session";
import { shutdownIpcFields } from "./shutdown-ipc";
import { stackFields } from "./stack";
import { systemFields } from "./system";

/** Every entry of the catalogue, by subject. */
export const ENTRIES = [
  ...androidJavaFields,
  ...applicationFields,
  ...buildFields,
  ...memoryFields,
  ...processingFields,
  ...sessionFields,
  ...shutdownIpcFields,
  ...stackFields,
  ...systemFields,
] as const;
