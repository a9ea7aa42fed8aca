import { Badge } from "#components/ui/badge";
import { Button } from "#components/ui/button";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";

/** A token as its owner sees it. */
interface Token {
  readonly id: number;
  readonly keyStart: string;
  readonly permissions: readonly string[];
  readonly notes: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A person's tokens, each with a way to make it useless. */
export function TokenTable({ tokens, now }: { readonly tokens: readonly Token[]; readonly now: Date }) {
  const head = (
    <tr>
      <th scope="col">Token</th>
      <th scope="col">Permissions</th>
      <th scope="col">Notes</th>
      <th scope="col">Made</th>
      <th scope="col">Expires</th>
      <th scope="col">Revoke</th>
    </tr>
  );
  return (
    <Table label="Your tokens" head={head}>
      {tokens.map(({ id, keyStart, permissions, notes, createdAt, expiresAt }) => (
        <tr key={id}>
          <td className="mono">{keyStart}…</td>
          <td className="mono">{permissions.join(", ") || "none"}</td>
          <td>{notes}</td>
          <td className="nowrap">
            <TimeStamp date={createdAt.toISOString()} now={now} dayOnly />
          </td>
          <td className="nowrap">
            {expiresAt <= now ? (
              <Badge tone="warning">Token has expired</Badge>
            ) : (
              <TimeStamp date={expiresAt.toISOString()} now={now} dayOnly />
            )}
          </td>
          <td>
            <form action={`/api/tokens/delete/${id}/`} method="post">
              <Button type="submit" aria-label={`Revoke the token ${keyStart}`}>
                Revoke
              </Button>
            </form>
          </td>
        </tr>
      ))}
    </Table>
  );
}
