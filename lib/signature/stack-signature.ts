import { integerOf, type CrashData } from "./crash-data";
import { normalisedFrames } from "./frames";
import type { RuleTools } from "./result";
import type { Siglists } from "./siglists";

const SEPARATOR = " | ";
const TOOL = "CSignatureTool";

/**
 * The signature of a native stack: from the first sentinel on, frames that say nothing are left out,
 * and names are joined up to the first that is neither irrelevant nor a prefix.
 */
export function stackSignature(crash: CrashData, siglists: Siglists, tools: RuleTools): string {
  const frames = normalisedFrames(crash, siglists);
  if (frames.length > 0) tools.extra({ proto_signature: frames.join(SEPARATOR), normalized_frames: frames });
  tools.debug(siglists.origin);
  const interesting = fromSentinel(frames, siglists, tools);
  const kept = walk(interesting, siglists, tools);
  if (kept.length > 0) return kept.join(SEPARATOR);
  tools.note(`${TOOL}: no frame data for crashing thread (${integerOf(crash.crashing_thread) ?? 0})`);
  return interesting[0] ?? "EMPTY: no frame data available";
}

function fromSentinel(frames: readonly string[], siglists: Siglists, tools: RuleTools): readonly string[] {
  const index = siglists.sentinelIndex(frames);
  if (index < 0) return frames;
  tools.debug(`sentinel; starting at "${frames[index] ?? ""}" index ${index}`);
  return frames.slice(index);
}

function walk(frames: readonly string[], siglists: Siglists, tools: RuleTools): readonly string[] {
  const kept: string[] = [];
  for (const whole of frames) {
    const isTrimmed = siglists.isTrimmed(whole);
    const frame = isTrimmed ? withoutAddress(whole) : whole;
    if (frame === "") {
      tools.debug('empty string; ignoring: ""');
    } else if (siglists.isIrrelevant(whole)) {
      tools.debug(`irrelevant; ignoring: "${whole}"`);
    } else if (frame !== kept.at(-1) || !(isTrimmed || isLibrary(frame))) {
      kept.push(frame);
      if (!siglists.isPrefix(frame)) {
        tools.debug(`not a prefix; stop: "${frame}"`);
        return kept;
      }
      tools.debug(`prefix; continue iterating: "${frame}"`);
    }
  }
  return kept;
}

/** The module of `module@address`. */
function withoutAddress(frame: string): string {
  const at = frame.indexOf("@");
  return at > 0 ? frame.slice(0, at) : frame;
}

/** Names of libraries and of functions nobody knows: said once, however often they follow each other. */
function isLibrary(frame: string): boolean {
  if (frame.startsWith("(unloaded")) return false;
  return (
    /\.(dll|so)$/i.test(frame) ||
    frame === "XUL" ||
    frame === "<name omitted>" ||
    frame.startsWith("<unknown in")
  );
}
