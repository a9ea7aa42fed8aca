"use client";

import { useRouter } from "next/navigation";
import { useId, useState, type SubmitEvent } from "react";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { Notice } from "#components/ui/notice";

/** What the API answers: what it took, or why it took nothing. */
interface Answer {
  readonly symbols?: readonly {
    readonly file: string;
    readonly debug_file: string;
    readonly debug_id: string;
  }[];
  readonly queued?: number;
  readonly error?: string;
}

/** A form for symbols, and which modules those that were sent serve. */
export function UploadSymbols() {
  const id = useId();
  const router = useRouter();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [isSending, setSending] = useState(false);
  const send = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setSending(true);
    setAnswer(await upload(form));
    setSending(false);
    router.refresh();
  };
  return (
    <Card title="Upload symbols">
      <div className="stack">
        <form className="row" onSubmit={(event) => void send(event)}>
          <label htmlFor={id}>Files (.sym, or .zip of them)</label>
          <input id={id} type="file" name="symbols" accept=".sym,.zip" multiple required />
          <Button type="submit" look="primary" disabled={isSending}>
            {isSending ? "Sending" : "Upload"}
          </Button>
        </form>
        {answer?.error !== undefined && (
          <Notice tone="danger" title="Nothing was taken.">
            {answer.error}
          </Notice>
        )}
        <div role="status">{answer && answer.error === undefined && <Outcome answer={answer} />}</div>
      </div>
    </Card>
  );
}

async function upload(form: FormData): Promise<Answer> {
  try {
    const response = await fetch("/api/UploadSymbols/", { method: "POST", body: form });
    return (await response.json()) as Answer;
  } catch {
    return { error: "The server did not take the files, or does not answer." };
  }
}

function Outcome({ answer: { symbols = [], queued = 0 } }: { readonly answer: Answer }) {
  return (
    <>
      <p>
        {queued === 1
          ? "1 crash that waited for them is"
          : `${queued.toLocaleString("en")} crashes that waited for them are`}{" "}
        processed again.
      </p>
      <ul>
        {symbols.map(({ file, debug_file: name, debug_id: debugId }) => (
          <li key={`${file}/${debugId}`}>
            {file}: serves <span className="mono">{`${name} ${debugId}`}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
