#!/usr/bin/env node
import { existsSync } from "node:fs";

const built = new URL("../dist/crash-stats.js", import.meta.url);
if (!existsSync(built)) {
  console.error("crash-stats is not built yet. Run: npm run build");
  process.exit(1);
}
await import(built.href);
