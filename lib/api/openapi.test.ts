import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { documentEndpoints } from "./documentation";
import { openApiDocument } from "./openapi";
import { ROUTES } from "./registry";

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly required: boolean }[];
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, object>>;
}
const document = openApiDocument(ROUTES, "1.2.3") as {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

describe("the OpenAPI document", () => {
  it("has every endpoint with its methods, and no other", () => {
    const described = Object.entries(document.paths).map(([path, item]) => [path, Object.keys(item)]);
    expect(described).toEqual(
      ROUTES.map(({ name, methods }) => [`/api/${name}/`, methods.map((method) => method.toLowerCase())]),
    );
    expect(document.info.version).toBe("1.2.3");
  });

  it("has each operation under a name of its own", () => {
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("says what must be given, who may ask, and how it is refused", () => {
    const operation = document.paths["/api/RawCrash/"]?.get;
    expect(operation?.parameters?.map(({ name, required }) => [name, required])).toEqual([
      ["crash_id", true],
      ["format", false],
      ["name", false],
    ]);
    expect(operation?.security).toEqual([{}, { token: [] }]);
    expect(Object.keys(operation?.responses ?? {})).toEqual(["200", "400", "403", "404", "429", "503"]);
    expect(document.paths["/api/Reprocessing/"]?.post?.security).toEqual([{ token: [] }]);
  });
});

describe("every endpoint", () => {
  it.each(ROUTES.map(({ name }) => name))(
    "%s is served by its own file, and stands in docs/api.md",
    (name) => {
      const path = `app/api/${name}/route.ts`;
      expect(existsSync(path)).toBe(true);
      expect(readFileSync("docs/api.md", "utf8").includes(`/api/${name}/`)).toBe(true);
    },
  );
});

describe("examples", () => {
  const endpoints = documentEndpoints(ROUTES, { origin: "https://crashes.example", crashId: "THE-ID" });
  const exampleOf = (name: string) => endpoints.find((endpoint) => endpoint.name === name)?.examples[0];

  it("are there for every endpoint", () => {
    expect(endpoints.filter(({ examples }) => examples.length === 0)).toEqual([]);
  });

  it("are links where a browser can follow them, and else lines for a shell", () => {
    expect(exampleOf("ProcessedCrash")).toMatchObject({
      href: "/api/ProcessedCrash/?crash_id=THE-ID",
      curl: "curl 'https://crashes.example/api/ProcessedCrash/?crash_id=THE-ID'",
    });
    expect(exampleOf("Reprocessing")).toMatchObject({
      href: null,
      curl: "curl -H 'Auth-Token: YOUR-TOKEN' -d 'crash_ids=THE-ID' 'https://crashes.example/api/Reprocessing/'",
    });
    expect(exampleOf("CrashSignature")?.curl).toContain(`-H 'Content-Type: application/json' -d '{"jobs":`);
  });

  it("explain parameters, but not every field of Super Search", () => {
    const search = endpoints.find(({ name }) => name === "SuperSearch");
    expect(search?.takesFields).toBe(true);
    expect(search?.parameters.map(({ name }) => name)).not.toContain("product");
    expect(search?.parameters).toContainEqual({
      name: "_facets",
      required: false,
      repeated: true,
      description: expect.stringContaining("count by") as string,
    });
  });
});
