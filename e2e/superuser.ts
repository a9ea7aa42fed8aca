import { SESSION_COOKIE } from "#lib/auth/session";
import type { ServerProcess } from "#test/server-process";

/** A cookie as a browser takes it. */
interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly url: string;
}

/** The link that a new server prints, with which one person becomes its first superuser. */
export function superuserLink({ log }: Pick<ServerProcess, "log">): string {
  const link = /http:\S+\/signin\/link\/\?token=[0-9a-f]+/.exec(log())?.[0];
  if (link === undefined) throw new Error("The server printed no link.");
  return link;
}

/** Makes the first superuser of a new server; with the cookie a browser is signed in as that person. */
export async function superuserCookie(server: ServerProcess): Promise<Cookie> {
  const { searchParams } = new URL(superuserLink(server));
  const answer = await fetch(`${server.url}/signin/link/use/`, {
    method: "POST",
    headers: { origin: server.url },
    body: new URLSearchParams({ token: searchParams.get("token") ?? "", email: "root@example.com" }),
    redirect: "manual",
  });
  const value = new RegExp(`${SESSION_COOKIE}=([0-9a-f]+)`).exec(answer.headers.get("set-cookie") ?? "")?.[1];
  if (value === undefined) throw new Error(`Nobody was signed in: ${answer.status}`);
  return { name: SESSION_COOKIE, value, url: server.url };
}
