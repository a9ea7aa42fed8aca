import type { ReactNode } from "react";
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

interface TokenTableProps {
  readonly label: string;
  readonly tokens: readonly Token[];
  readonly now: Date;
  /** Around the button that revokes a token. */
  readonly revokeForm: (id: number, button: ReactNode) => ReactNode;
}

/** A person's tokens, each with a way to make it useless. */
export function TokenTable({ label, tokens, now, revokeForm }: TokenTableProps) {
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
    <Table label={label} head={head}>
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
            {revokeForm(
              id,
              <Button type="submit" aria-label={`Revoke the token ${keyStart}`}>
                Revoke
              </Button>,
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}
