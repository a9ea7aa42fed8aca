"use client";

import { Button } from "#components/ui/button";
import { EmptyPage } from "#components/ui/notice";

/** Shown when a page fails. Messages of errors stay on the server; the digest finds them in its log. */
export default function ErrorPage({
  error,
  reset,
}: {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}) {
  return (
    <EmptyPage title="This page could not be made">
      <p>
        Something went wrong on the server{error.digest === undefined ? "" : ` (reference ${error.digest})`}.
        It may work in a moment.
      </p>
      <Button onClick={reset}>Try again</Button>
    </EmptyPage>
  );
}
