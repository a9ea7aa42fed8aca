import { currentMajor, releasedBuilds, type Build } from "./builds";
import type { Conditions } from "./catalogue/component";
import { ROOT_CAUSES, type RootCause } from "./catalogue/root-causes";
import type { Platform } from "./native-modules";
import type { Product } from "./products";
import type { Random } from "./random";

/** Where and when something goes wrong. */
export interface Occasion {
  readonly product: Product;
  readonly platform: Platform;
  readonly build: Build;
  readonly submittedAt: Date;
  readonly now: Date;
}

/** How long ago the cause that is new began. */
const NEW_DAYS = 2.5;

/** One of the causes that are possible on this occasion, as likely as its share among them. */
export function pickCause(occasion: Occasion, chance: Random): RootCause {
  const { product } = occasion;
  const kind = chance.chance(product.javaShare) ? "java" : "native";
  return chance.pickByShare(possibleCauses(occasion, kind));
}

const known = new Map<string, readonly RootCause[]>();

function possibleCauses(occasion: Occasion, kind: RootCause["kind"]): readonly RootCause[] {
  const { product, platform, build } = occasion;
  const stories = { new: isNew(occasion), fixed: isOutdated(occasion) };
  const key = [
    product.name,
    platform.os,
    platform.cpu,
    build.channel,
    kind,
    stories.new,
    stories.fixed,
  ].join();
  const before = known.get(key);
  if (before) return before;
  const possible = ROOT_CAUSES.filter(
    (cause) =>
      cause.kind === kind &&
      cause.products.includes(product.name) &&
      isPossible(cause.conditions, occasion) &&
      (cause.conditions.story === undefined || stories[cause.conditions.story]),
  );
  known.set(key, possible);
  return possible;
}

function isPossible({ os, cpu, channels }: Conditions, { platform, build }: Occasion): boolean {
  return (
    (os?.includes(platform.os) ?? true) &&
    (cpu?.includes(platform.cpu) ?? true) &&
    (channels?.includes(build.channel) ?? true)
  );
}

function isNew({ product, build, submittedAt, now }: Occasion): boolean {
  if (now.getTime() - submittedAt.getTime() > NEW_DAYS * 86_400_000) return false;
  return releasedBuilds(product, build.channel, now.getTime())[0]?.version === build.version;
}

function isOutdated({ product, build, now }: Occasion): boolean {
  return build.channel !== "esr" && build.major < currentMajor(product, now.getTime());
}
