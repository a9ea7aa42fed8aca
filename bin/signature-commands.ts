import type { Command } from "commander";
import { compareSiglistsCommand } from "./commands/compare-siglists";
import { fetchDataCommand } from "./commands/fetch-data";
import { signatureCommand } from "./commands/signature";
import { signifyCommand } from "./commands/signify";

/** The commands that make signatures: scripts call them again and again, so they load nothing of the server. */
export function signatureCommands(): readonly Command[] {
  return [signatureCommand(), signifyCommand(), fetchDataCommand(), compareSiglistsCommand()];
}
