import { isAppError } from "#lib/core/errors";
import { href, type LinkParameters } from "#lib/core/links";
import { visible } from "#lib/fields/access";
import { FIELDS, fieldNamed, type FieldName } from "#lib/fields/catalogue";
import { dateRange } from "#lib/search/plan/dates";
import { given, type Parameters } from "#lib/search/plan/request";
import type { Question, ReportContext } from "../ask";

/** The parts of a signature's report. */
export const TABS = ["Summary", "Graphs", "Reports", "Aggregations"] as const;

/** What a signature's report was asked for. */
export interface SignaturePage {
  readonly signature: string;
  /** ISO dates of the time that is looked at. */
  readonly from: string;
  readonly to: string;
  /** Days back from now, when chosen that way; else empty. */
  readonly days: string;
  readonly tab: (typeof TABS)[number];
  /** The field chosen for graphs or aggregations. */
  readonly field: FieldName | null;
  /** Number of the page of a list. */
  readonly number: number;
  /** Filters besides signature and dates. */
  readonly filters: LinkParameters;
  readonly applied: readonly { readonly field: string; readonly value: string; readonly without: string }[];
  /** Asks about exactly this signature, with filters and dates. */
  readonly question: Question;
  /** The same for a list of reports. */
  readonly listParameters: Parameters;
  /** Everything the page was asked for, for forms that change one thing. */
  readonly hidden: readonly (readonly [string, string])[];
  /** Address of this report with something changed. */
  readonly address: (change: LinkParameters) => string;
}

/** Reads what a report is asked for; a sentence when that is not possible. */
export function signaturePage(
  parameters: Parameters,
  { viewer, now }: ReportContext,
): SignaturePage | string {
  const signatures = given(parameters, "signature");
  const [signature] = signatures;
  if (signature === undefined || signatures.length > 1)
    return "Give exactly one signature: /signature/?signature=…";
  const days = given(parameters, "_days").at(-1) ?? (given(parameters, "date").length === 0 ? "7" : "");
  const dates = /^\d{1,3}$/.test(days)
    ? [`>=${new Date(now.getTime() - Number(days) * 86_400_000).toISOString()}`]
    : given(parameters, "date");
  const usable = FIELDS.filter(
    (field) => visible(viewer, field) && field.name !== "signature" && field.name !== "date",
  );
  const filters = Object.fromEntries(
    usable.flatMap(({ name }) =>
      given(parameters, name).length > 0 ? [[name, given(parameters, name)]] : [],
    ),
  );
  const range = rangeOf(dates, now);
  if (typeof range === "string") return range;
  const kept = { signature, ...filters, ...(days === "" ? { date: dates } : { _days: days }) };
  const question = { ...filters, date: dates, signature: [`=${signature}`] };
  const tab = TABS.find((name) => name === given(parameters, "_tab").at(-1)) ?? "Summary";
  const field = fieldOf(
    given(parameters, "_field").at(-1),
    usable.map(({ name }) => name),
  );
  const address = (change: LinkParameters) => href("/signature/", { ...kept, _tab: tab, ...change });
  return {
    signature,
    ...range,
    days,
    tab,
    field,
    number: Math.max(1, Number.parseInt(given(parameters, "page").at(-1) ?? "1", 10) || 1),
    filters: { ...filters, date: dates },
    applied: Object.entries(filters).flatMap(([name, values]) =>
      values.map((value) => ({
        field: name,
        value,
        without: address({ [name]: values.filter((other) => other !== value) }),
      })),
    ),
    question,
    listParameters: new Map([
      ...Object.entries(question),
      ["_columns", given(parameters, "_columns")],
      ["_sort", given(parameters, "_sort")],
    ]),
    hidden: Object.entries({ ...kept, _tab: tab }).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : value.map((item) => [name, item] as const),
    ),
    address,
  };
}

function rangeOf(dates: readonly string[], now: Date): { from: string; to: string } | string {
  try {
    const { from, to } = dateRange(fieldNamed("date"), dates, now);
    return { from: from.at, to: to.at };
  } catch (error) {
    if (isAppError(error)) return error.message;
    throw error;
  }
}

function fieldOf(name: string | undefined, usable: readonly FieldName[]): FieldName | null {
  return usable.find((field) => field === name) ?? null;
}
