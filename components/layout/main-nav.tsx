"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import styles from "./site-header.module.css";

const PAGES = [
  ["/", "Products"],
  ["/topcrashers/", "Top crashers"],
  ["/search/", "Super Search"],
  ["/status/", "Status"],
] as const;

/** Where one can go, with the present place marked. */
export function MainNav() {
  const path = usePathname();
  return (
    <nav className={styles.nav} aria-label="Main">
      {PAGES.map(([href, label]) => (
        <Link key={href} href={href} aria-current={isSame(href, path) ? "page" : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

function isSame(href: string, path: string): boolean {
  return href.replace(/\/$/, "") === path.replace(/\/$/, "");
}
