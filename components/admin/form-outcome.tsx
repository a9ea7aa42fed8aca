import { Notice } from "#components/ui/notice";

interface FormOutcomeProps {
  readonly saved: boolean;
  /** Why nothing was changed. */
  readonly refused: string | null;
}

/** What became of the form that led here. */
export function FormOutcome({ saved, refused }: FormOutcomeProps) {
  if (refused !== null)
    return (
      <Notice tone="danger" title="Nothing was changed.">
        {refused}
      </Notice>
    );
  if (!saved) return null;
  return (
    <div role="status">
      <Notice tone="info" title="Saved." />
    </div>
  );
}
