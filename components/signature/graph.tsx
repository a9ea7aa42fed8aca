import { CrashesPerDayChart } from "#components/charts/crashes-per-day-chart";
import { Card } from "#components/ui/card";
import { Table } from "#components/ui/table";
import { fieldLabel } from "#lib/search/plan/form";
import type { CrashesPerDay } from "#lib/reports/signature/graph";

/** Crashes per day by a field, as lines and as a table. */
export function Graph({ graph }: { readonly graph: CrashesPerDay }) {
  const others = graph.others.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card
      title={`Crashes per day, by ${fieldLabel(graph.field)}`}
      hint={others > 0 ? `${others.toLocaleString("en")} crashes with other values are not drawn` : undefined}
    >
      <CrashesPerDayChart terms={graph.terms} days={graph.days} />
      <details>
        <summary>The same as a table</summary>
        <Table
          label="Crashes per day"
          head={
            <tr>
              <th scope="col">Day</th>
              {graph.terms.map((term) => (
                <th key={term} scope="col" className="number">
                  {term}
                </th>
              ))}
            </tr>
          }
        >
          {graph.days.map(({ day, counts }) => (
            <tr key={day}>
              <td className="nowrap">{day}</td>
              {counts.map((count, index) => (
                <td key={graph.terms[index]} className="number">
                  {count.toLocaleString("en")}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      </details>
    </Card>
  );
}
