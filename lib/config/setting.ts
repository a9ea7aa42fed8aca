import { isIP } from "node:net";
import { z } from "zod";

/** One setting, described once: reading, checking, printing and documentation all come from here. */
export interface Setting<T> {
  /** Name in the environment and in `.env` files. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
  /** As it would be written in the environment; empty means "not set". */
  readonly byDefault: string;
  readonly doc: string;
  /** Never printed. */
  readonly secret?: boolean;
}

export const text = z.string();
export const filled = text.min(1, "must not be empty");
export const wholeNumber = (least: number, most: number) =>
  text
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .refine((n) => n >= least && n <= most, `must be from ${least} to ${most}`);
export const list = text.transform((value) =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);
export const urls = list.refine(
  (items) => items.every((item) => /^https?:\/\//.test(item)),
  "must be http or https URLs, separated by commas",
);

export const addresses = list.refine(
  (items) => items.every((item) => isIP(item) !== 0),
  "must be IP addresses, separated by commas",
);

export const setting = <T>(description: Setting<T>): Setting<T> => description;
