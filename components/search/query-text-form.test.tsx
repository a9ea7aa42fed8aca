import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { QueryField } from "#lib/reports/query-field";
import { QueryTextForm } from "./query-text-form";

const field: QueryField = {
  text: 'product = "Wren"',
  problem: null,
  kept: [["date", ">=2026-11-01"]],
  formHref: "/search/?product=Wren",
  inUse: true,
};
const markup = (change: Partial<QueryField>) =>
  renderToStaticMarkup(<QueryTextForm field={{ ...field, ...change }} />);

it("a query is sent by a plain form, with all else of the search", () => {
  const html = markup({});
  expect(html).toContain('action="/search/" method="get">');
  expect(html).toContain('<input type="hidden" name="date" value="&gt;=2026-11-01"/>');
  expect(html).toContain("product = &quot;Wren&quot;</textarea>");
  expect(html).toMatch(/href="\/search\/?\?product=Wren"/);
});

it("an error stands at the field, with its column marked", () => {
  const html = markup({
    text: "prodct = 1",
    problem: { message: "Column 8: wrong", column: 8 },
    formHref: null,
  });
  expect(html).toContain('aria-invalid="true"');
  expect(html).toContain('aria-describedby="query-problem query-hint"');
  expect(html).toMatch(/id="query-problem"[^>]*>Column 8: wrong<pre[^>]*>prodct <mark>=<\/mark> 1<\/pre>/);
  expect(markup({ text: "a", problem: { message: "m", column: 2 } })).toContain("a<mark>\u00a0</mark>");
});
