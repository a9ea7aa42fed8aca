// Which drivers keep which properties, read from the titles of tests: `<driver> keeps the CrashStorage contract > <property>`.

const SUITES = /^(.+) (keeps the (CrashStorage|CrashQueue) contract|withstands faults)$/;
const MARKS = { passed: "✓", failed: "✗" };

/**
 * The driver × property tables of some vitest reports (the JSON of its reporter), as text: a table for each suite, a
 * row for each property, a column for each driver. ✓ kept, ✗ not kept, – not asked of this driver.
 */
export function driverMatrix(reports) {
  const suites = new Map();
  for (const { suite, driver, property, mark } of reports.flatMap(cells)) {
    const table = entry(suites, suite, { drivers: [], rows: new Map() });
    if (!table.drivers.includes(driver)) table.drivers.push(driver);
    const row = entry(table.rows, property, new Map());
    row.set(driver, row.get(driver) === "✗" ? "✗" : mark);
  }
  return [...suites]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([suite, table]) => tableText(suite, table))
    .join("\n");
}

function cells({ testResults }) {
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ ancestorTitles, title, status }) => {
      const [, driver, suite] = SUITES.exec(ancestorTitles[0] ?? "") ?? [];
      if (driver === undefined) return [];
      const property = [...ancestorTitles.slice(1), title].join(" ");
      return [{ suite, driver, property, mark: MARKS[status] ?? "–" }];
    }),
  );
}

function entry(map, key, fresh) {
  if (!map.has(key)) map.set(key, fresh);
  return map.get(key);
}

/** Drivers have numbers, since their names side by side are wider than any screen. */
function tableText(suite, { drivers, rows }) {
  const width = String(drivers.length).length;
  const numbers = drivers.map((_, index) => String(index + 1).padStart(width));
  const properties = Math.max(...[...rows.keys()].map((property) => property.length));
  return [
    `Drivers: ${suite}`,
    ...drivers.map((driver, index) => `  ${numbers[index]} ${driver}`),
    `  ${"".padEnd(properties)} ${numbers.join(" ")}`,
    ...[...rows].map(
      ([property, marks]) =>
        `  ${property.padEnd(properties)} ${drivers.map((driver) => (marks.get(driver) ?? "–").padStart(width)).join(" ")}`,
    ),
    "",
  ].join("\n");
}
