import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newCrashId } from "#lib/core/crash-id";
import { RULESETS } from "#lib/middleware/reprocessing";
import { rulesets } from "#lib/processor/rulesets";
import { builtInSiglists } from "#lib/signature/siglists";
import { bodyOf, openApi, type TestApi } from "#test/api-harness";
import { noOpRoute } from "./no-op";
import { reprocessingRoute } from "./processing";
import { crashSignatureRoute } from "./signatures";

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const id = newCrashId(new Date("2026-11-20"), crypto.randomUUID(), 0);

describe("Reprocessing", () => {
  const ask = async (form: string) =>
    api.call(reprocessingRoute, { form, token: await api.tokenFor("reprocess_crashes") });
  const waiting = async () => (await api.services.queue.depths()).reprocessing.waiting;

  it("queues every crash with its ruleset, and answers null", async () => {
    const other = newCrashId(new Date("2026-11-20"), crypto.randomUUID(), 0);
    const answer = await ask(`crash_ids=${id}&crash_ids=${other}:regenerate_signature`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("null");
    expect(await waiting()).toBe(2);
    const stop = new AbortController();
    const tasks = [];
    for await (const delivery of api.services.queue.deliveries(stop.signal)) {
      tasks.push(delivery.task);
      await delivery.done();
      if (tasks.length === 2) stop.abort();
    }
    expect(tasks).toEqual(
      expect.arrayContaining([
        { id, ruleset: "default" },
        { id: other, ruleset: "regenerate_signature" },
      ]),
    );
  });

  it.each([
    ["x", "Crash id 'x' is not valid."],
    [`bp-${id}`, `Crash id 'bp-${id}' is not valid.`],
    [`${id}:zzz`, "Ruleset 'zzz' is not valid."],
    [`${id}:default:default`, "Ruleset 'default:default' is not valid."],
  ])("queues nothing when one of the ids is %s", async (wrong, why) => {
    const answer = await ask(`crash_ids=${id}&crash_ids=${wrong}`);
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toEqual({
      error: `Bad request: BadArgumentError: Bad value for parameter(s) '${why}'`,
    });
    expect(await waiting()).toBe(0);
  });

  it("asks for the permission before it looks at the method", async () => {
    expect((await api.call(reprocessingRoute)).status).toBe(403);
    const token = await api.tokenFor("reprocess_crashes");
    expect((await api.call(reprocessingRoute, { token })).status).toBe(405);
  });

  it("knows rulesets that the processor has", () => {
    const stackwalk = { walk: () => Promise.reject(new Error("not used")) };
    expect(Object.keys(rulesets({ stackwalk, siglists: builtInSiglists() }))).toEqual([...RULESETS]);
  });
});

describe("CrashSignature", () => {
  const frames = [{ function: "SomeFunc", line: 20 }, { function: "SomeOtherFunc" }];
  const job = { os: "Linux", crashing_thread: 0, threads: [{ frames }] };

  it.each([["anonymously"], ["with a token"]])("makes a signature per job, %s", async (how) => {
    const token = how === "with a token" ? { token: await api.tokenFor() } : {};
    const answer = await api.call(crashSignatureRoute, { body: { jobs: [job, {}] }, ...token });
    expect(await bodyOf(answer)).toEqual({
      results: [
        {
          signature: "SomeFunc",
          notes: [],
          extra: {
            proto_signature: "SomeFunc | SomeOtherFunc",
            normalized_frames: ["SomeFunc", "SomeOtherFunc"],
          },
        },
        { signature: "EMPTY: no frame data available", notes: expect.any(Array) as [], extra: {} },
      ],
    });
  });

  it.each([[{}], [{ jobs: [] }], [[]], [null], [{ jobs: {} }]])(
    "says of %j that there are no jobs",
    async (body) => {
      const answer = await api.call(crashSignatureRoute, { body });
      expect(answer.status).toBe(400);
      expect(await bodyOf(answer)).toEqual({ error: "no jobs specified" });
    },
  );

  it("refuses jobs that are no objects, JSON that is none, and other types of content", async () => {
    const ask = (body: string, type = "application/json") =>
      api.call(crashSignatureRoute, { form: body, headers: { "Content-Type": type } });
    expect(await bodyOf(await ask('{"jobs": [{}, 1]}'))).toEqual({ error: "each job must be an object" });
    const broken = await ask("{");
    expect(broken.status).toBe(400);
    expect(await bodyOf(broken)).toEqual({
      detail: expect.stringMatching(/^JSON parse error - /) as string,
    });
    expect((await ask("{}", "text/plain")).status).toBe(415);
    const read = await api.call(crashSignatureRoute);
    expect(read.status).toBe(405);
    expect(await bodyOf(read)).toEqual({ detail: 'Method "GET" not allowed.' });
  });

  it("takes values of any type for missing ones", async () => {
    const odd = { threads: 7, crashing_thread: {}, os: [], reason: 1.5, hang: "x", java_exception: [[]] };
    const answer = await api.call(crashSignatureRoute, { body: { jobs: [odd] } });
    expect(answer.status).toBe(200);
  });
});

describe("NoOp", () => {
  it("does nothing", async () => {
    expect(await bodyOf(await api.call(noOpRoute, { query: "product=x" }))).toEqual({ hits: [], total: 0 });
  });

  it("refuses the product bad, and no product", async () => {
    expect((await api.call(noOpRoute, { query: "product=bad" })).status).toBe(400);
    expect((await api.call(noOpRoute)).status).toBe(400);
  });
});
