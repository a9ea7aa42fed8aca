"use client";

import { CartesianGrid, Legend, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { CrashesPerDay } from "#lib/reports/signature/graph";

const COLOURS = ["var(--chart-1)", "var(--chart-2)", "var(--chart-3)", "var(--chart-4)", "var(--chart-5)"];
const AXIS = { stroke: "var(--muted)", fontSize: 12, tickLine: false } as const;

/** Crashes per day, a line per value. The table beside it says the same to those who cannot see lines. */
export function CrashesPerDayChart({ terms, days }: Pick<CrashesPerDay, "terms" | "days">) {
  const data = days.map(({ day, counts }) => ({
    day,
    ...Object.fromEntries(counts.map((count, index) => [`line${index}`, count])),
  }));
  return (
    <ResponsiveContainer width="100%" height={280} initialDimension={{ width: 800, height: 280 }}>
      <LineChart data={data} margin={{ top: 8, right: 16, bottom: 0, left: -8 }}>
        <CartesianGrid stroke="var(--border)" vertical={false} />
        <XAxis dataKey="day" tickFormatter={(day: string) => day.slice(5)} {...AXIS} />
        <YAxis allowDecimals={false} width={48} {...AXIS} />
        <Tooltip
          contentStyle={{
            background: "var(--surface)",
            border: "1px solid var(--border)",
            borderRadius: 6,
            color: "var(--text)",
          }}
        />
        <Legend wrapperStyle={{ paddingTop: 8 }} />
        {terms.map((term, index) => (
          <Line
            key={term}
            dataKey={`line${index}`}
            name={term}
            stroke={COLOURS[index % COLOURS.length] ?? "var(--chart-1)"}
            strokeWidth={2}
            dot={{ r: 2 }}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}
