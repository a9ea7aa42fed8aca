import { startFreshServer } from "#test/server-process";

/** Starts the real demo, small, for all tests; what it returns stops it. The address becomes `DEMO_URL`. */
async function startDemo(): Promise<() => Promise<void>> {
  const demo = await startFreshServer({}, ["demo", "--crashes", "400"]);
  process.env.DEMO_URL = demo.url;
  return () => demo.remove();
}

export default startDemo;
