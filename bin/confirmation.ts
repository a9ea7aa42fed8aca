import { createInterface } from "node:readline/promises";
import { BadArgument } from "#lib/core/errors";

/** Asks on the terminal. Throws BadArgument where nobody can be asked. */
export async function isConfirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new BadArgument(
      "Nobody can be asked whether to remove; --yes removes without asking. Nothing was removed.",
    );
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(`${question} Type yes: `);
  asking.close();
  return answer.trim() === "yes";
}
