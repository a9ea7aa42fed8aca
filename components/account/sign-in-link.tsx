"use client";

import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { href } from "#lib/core/links";

/** Leads to where one signs in, and from there back to the present page. */
export function SignInLink() {
  const path = usePathname();
  const query = useSearchParams().toString();
  if (path.startsWith("/signin")) return null;
  const next = query === "" ? path : `${path}?${query}`;
  return (
    <Link href={href("/signin/", { next })} prefetch={false}>
      Sign in
    </Link>
  );
}
