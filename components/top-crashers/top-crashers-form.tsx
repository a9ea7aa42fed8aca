import { Button } from "#components/ui/button";
import { Choice } from "#components/ui/choice";
import styles from "./top-crashers-form.module.css";

interface TopCrashersFormProps {
  readonly products: readonly string[];
  readonly versions: readonly string[];
  readonly chosen: {
    readonly product: string;
    readonly version: string;
    readonly days: string;
    readonly processType: string;
    readonly platform: string;
    readonly reportType: string;
    readonly size: string;
  };
  readonly choices: {
    readonly days: readonly string[];
    readonly processTypes: readonly string[];
    readonly platforms: readonly string[];
    readonly reportTypes: readonly string[];
    readonly sizes: readonly string[];
  };
}

const same = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/** What the list is of. Sent as a plain form, so that its address says all. */
export function TopCrashersForm({ products, versions, chosen, choices }: TopCrashersFormProps) {
  const days = choices.days.map((value) => ({ value, label: value === "1" ? "1 day" : `${value} days` }));
  return (
    <form className={styles.form} action="/topcrashers/">
      <Choice label="Product" name="product" value={chosen.product} options={same(products)} />
      <Choice
        label="Version"
        name="version"
        value={chosen.version}
        options={[{ value: "", label: "all" }, ...same(versions)]}
      />
      <Choice label="Time" name="days" value={chosen.days} options={days} />
      <Choice
        label="Process"
        name="process_type"
        value={chosen.processType}
        options={same(choices.processTypes)}
      />
      <Choice
        label="Platform"
        name="platform"
        value={chosen.platform}
        options={[{ value: "", label: "all" }, ...same(choices.platforms)]}
      />
      <Choice
        label="Kind"
        name="_report_type"
        value={chosen.reportType}
        options={same(choices.reportTypes)}
      />
      <Choice label="Signatures" name="_facets_size" value={chosen.size} options={same(choices.sizes)} />
      <Button type="submit" look="primary">
        Show
      </Button>
    </form>
  );
}
