const PURE = "^lib/(core|fields|signature|search/plan)/|^lib/search/result\\.ts$";
const DRIVERS = "^lib/(crashstorage|queue)/drivers/|^lib/search/(elasticsearch|duckdb)/";
const STORES = "^lib/(crashstorage|elasticsearch|hbase)/|^lib/search/(?!plan/|result\\.ts$)";
const BEHIND_THE_MIDDLEWARE = `${STORES}|^lib/(db|queue|postgresql|crontabber)/`;
const STORE_TOOLS =
  "^bin/commands/(compare-siglists|copy-crashes|es|fetch-crash-data|hbase|hbase-calls|put-crash|reindex|storage)\\.ts$";
const TESTS = "\\.test\\.tsx?$|conformance\\.ts$|^(bench|e2e|test)/";

const only = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const sdk = (pkg, home) =>
  only(
    `${pkg.replace(/\W/g, "")}-stays-home`,
    `Only ${home} imports ${pkg}; everything else speaks our interface.`,
    { pathNot: [home, TESTS] },
    { path: `node_modules/${pkg}` },
  );

/** Arrows point one way: core, signature <- fields <- stores and engines <- services <- pages and commands. */
module.exports = {
  forbidden: [
    only(
      "no-cycles",
      "Two modules in a cycle are one: merge them or move the shared part down.",
      {},
      { circular: true },
    ),
    only(
      "lib-never-looks-up",
      "lib serves app and bin, so it knows neither.",
      { path: "^lib/" },
      { path: "^(app|bench|bin|components|e2e)/" },
    ),
    only(
      "pure-stays-pure",
      "Runs in the browser too.",
      { path: PURE, pathNot: TESTS },
      { path: "^lib/|node_modules/", pathNot: [PURE, "node_modules/(zod|date-fns|@date-fns)/"] },
    ),
    only(
      "pure-has-no-node",
      "Runs in the browser too.",
      { path: PURE, pathNot: [TESTS, "^lib/signature/siglist-files\\.ts$"] },
      { dependencyTypes: ["core"] },
    ),
    only(
      "components-see-only-pure",
      "Components get data through props.",
      { path: "^components/", pathNot: TESTS },
      { path: "^(lib|app|bin)/", pathNot: [PURE, "^lib/reports/"] },
    ),
    only(
      "components-see-report-types-only",
      "View models come as props; only their types are shared.",
      { path: "^components/", pathNot: TESTS },
      { path: "^lib/reports/", dependencyTypesNot: ["type-only"] },
    ),
    only(
      "ui-knows-no-domain",
      "A kit: no crash words.",
      { path: "^components/ui/" },
      { path: "^(lib|components/(?!ui/))" },
    ),
    only(
      "drivers-behind-registry",
      "Hold the interface; the registry loads.",
      { pathNot: [DRIVERS, "registry\\.ts$", TESTS] },
      { path: DRIVERS },
    ),
    only(
      "drivers-are-strangers",
      "Shared code goes one level up.",
      { path: "^lib/(crashstorage|queue)/drivers/([^/.]+)" },
      { path: "^lib/(crashstorage|queue)/drivers/", pathNot: "^lib/$1/drivers/$2([/.-]|$)" },
    ),
    only(
      "engines-are-strangers",
      "Shared code goes to lib/search.",
      { path: "^lib/search/(elasticsearch|duckdb)/" },
      { path: "^lib/search/(elasticsearch|duckdb)/", pathNot: "^lib/search/$1/" },
    ),
    only(
      "elasticsearch-is-behind-its-own",
      "Hold the interface of an engine or a store; the registry loads.",
      {
        pathNot: ["^lib/elasticsearch/", "^lib/(search|crashstorage/drivers)/elasticsearch/", TESTS],
      },
      { path: "^lib/elasticsearch/" },
    ),
    only(
      "collector-knows-no-search",
      "Accepting a crash needs storage and queue only.",
      { path: "^lib/collector/", pathNot: TESTS },
      { path: "^lib/(search|processor|reports|middleware|db|api|server)/" },
    ),
    only(
      "pages-ask-the-middleware",
      "lib/middleware and lib/reports know where crashes, signatures and products are.",
      { path: "^(app|components|lib/api)/", pathNot: TESTS },
      { path: BEHIND_THE_MIDDLEWARE },
    ),
    only(
      "reports-ask-the-middleware",
      "A report gets its search from the middleware, which may point it at another engine.",
      { path: "^lib/reports/", pathNot: TESTS },
      { path: "^lib/(crashstorage|elasticsearch|hbase)/|^lib/search/(engine|registry|elasticsearch|duckdb)" },
    ),
    only(
      "commands-ask-the-middleware",
      "Only an operator's tools work on stores themselves; name one here when it has to.",
      { path: "^bin/commands/", pathNot: [STORE_TOOLS, TESTS] },
      { path: STORES, pathNot: "^lib/crashstorage/found-or-null\\.ts$" },
    ),
    only(
      "only-the-server-composes",
      "The doors that Next opens take the services; everything else is handed them.",
      { path: "^lib/", pathNot: ["^lib/(server/.*|middleware/page-context|api/route)\\.ts$", TESTS] },
      { path: "^lib/services\\.ts$", dependencyTypesNot: ["type-only"] },
    ),
    sdk("@duckdb/", "^lib/search/duckdb/"),
    sdk("(@prisma/|pglite-prisma-adapter|@electric-sql/)", "^lib/db/"),
    sdk("pg/", "^lib/(postgresql|db)/"),
    sdk("@aws-sdk/", "^lib/crashstorage/drivers/s3/"),
    sdk("thrift/", "^lib/hbase/"),
    sdk("amqplib/", "^lib/queue/drivers/rabbitmq/"),
    sdk("@google-cloud/pubsub/", "^lib/queue/drivers/pubsub/"),
    sdk("@elastic/", "^lib/elasticsearch/"),
    sdk("@fastify/busboy", "^lib/collector/"),
    sdk("prom-client", "^lib/monitoring/"),
    sdk("next/", "^(app|components|lib/auth|lib/server)/|^lib/middleware/page-context\\.ts$"),
    only("no-test-code-in-production", "Test code stays in tests.", { pathNot: TESTS }, { path: TESTS }),
    only("no-barrels", "Import the file that has it.", {}, { path: "^(lib|components)/.*/index\\.tsx?$" }),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.next|dist|lib/db/generated)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
