import type { ReactNode } from "react";

interface ChangeFormProps {
  /** Where it is sent. */
  readonly to: string;
  readonly action: string;
  /** Name of the group or id of the token that it is about. */
  readonly value?: string;
  /** A button. */
  readonly children: ReactNode;
}

/** Changes one thing about a person. */
export function ChangeForm({ to, action, value, children }: ChangeFormProps) {
  return (
    <form action={to} method="post">
      <input type="hidden" name="action" value={action} />
      {value !== undefined && <input type="hidden" name="value" value={value} />}
      {children}
    </form>
  );
}
