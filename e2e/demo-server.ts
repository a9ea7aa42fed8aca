import { startFreshServer } from "#test/server-process";
import { superuserCookie } from "./superuser";

/**
 * Starts the real demo, small, for all tests; what it returns stops it. The address becomes `DEMO_URL`, the session of
 * its superuser `DEMO_SESSION`.
 */
async function startDemo(): Promise<() => Promise<void>> {
  const demo = await startFreshServer({}, ["demo", "--crashes", "400"]);
  process.env.DEMO_URL = demo.url;
  process.env.DEMO_SESSION = (await superuserCookie(demo)).value;
  return () => demo.remove();
}

export default startDemo;
