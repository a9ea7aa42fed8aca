import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { addressBlock } from "#lib/core/client-address";
import { TooManyRequests } from "#lib/core/errors";
import type { Viewer } from "#lib/core/viewer";

/** How much one client may ask of the API. All endpoints count together. */
export interface RateLimits {
  /** Counts a request. Throws TooManyRequests when it is one too many. */
  count(address: string, viewer: Viewer): Promise<void>;
}

const WINDOW_SECONDS = 60;

/** Requests per minute from one address: without a token, and with one. */
export function createRateLimits(most: {
  readonly anonymous: number;
  readonly authenticated: number;
}): RateLimits {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
  const [anonymous, authenticated] = [limiter(most.anonymous), limiter(most.authenticated)];
  return {
    async count(address, viewer) {
      const counter = viewer.email === null ? anonymous : authenticated;
      try {
        await counter.consume(addressBlock(address));
      } catch (rejection) {
        if (!(rejection instanceof RateLimiterRes)) throw rejection;
        throw new TooManyRequests(Math.ceil(rejection.msBeforeNext / 1000));
      }
    },
  };
}
