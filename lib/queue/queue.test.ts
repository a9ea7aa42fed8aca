import { expect, it } from "vitest";
import { parseQueueName } from "./queue";

it("queues are known by their names here and in Socorro, and by no others", () => {
  for (const [text, name] of [
    ["standard", "standard"],
    ["socorro.normal", "standard"],
    ["socorro.priority", "priority"],
    ["socorro.reprocessing", "reprocessing"],
  ])
    expect(parseQueueName(text ?? "")).toBe(name);
  for (const text of ["", "Standard", "socorro", "toString"])
    expect(() => parseQueueName(text)).toThrow(`There is no queue "${text}". Accepted: priority, standard`);
});
