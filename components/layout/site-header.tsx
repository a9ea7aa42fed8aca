import Link from "next/link";
import { SignInLink } from "#components/account/sign-in-link";
import { SignOutButton } from "#components/account/sign-out-button";
import { MainNav } from "./main-nav";
import { ThemeToggle, type Theme } from "./theme-toggle";
import styles from "./site-header.module.css";

interface SiteHeaderProps {
  readonly theme: Theme;
  /** E-mail of who is signed in; null for anybody else. */
  readonly email: string | null;
  /** Whether they may administer. */
  readonly superuser: boolean;
}

/** On every page: where one is, where one can go, the quick search, and who is signed in. */
export function SiteHeader({ theme, email, superuser }: SiteHeaderProps) {
  return (
    <>
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      <header className={styles.header}>
        <div className={styles.inner}>
          <Link href="/" className={styles.brand}>
            <Mark />
            crash-stats
          </Link>
          <MainNav />
          <form className={styles.search} action="/search/quick/" role="search">
            <label className="visually-hidden" htmlFor="quick-search">
              Crash id or part of a signature
            </label>
            <input
              id="quick-search"
              type="search"
              name="query"
              placeholder="Crash id or part of a signature"
              autoComplete="off"
            />
          </form>
          <div className={styles.account}>
            {email === null ? (
              <SignInLink />
            ) : (
              <>
                {superuser && <Link href="/admin/">Admin</Link>}
                <Link href="/profile/" title={email}>
                  {email}
                </Link>
                <SignOutButton look="quiet" />
              </>
            )}
            <ThemeToggle initial={theme} />
          </div>
        </div>
      </header>
    </>
  );
}

function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <rect width="20" height="20" rx="5" fill="var(--accent)" />
      <path
        d="M3 12h3l2-6 4 9 2-5h3"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="1.8"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}

/** Pages that fewer people need than those of the main navigation. */
const MORE_PAGES = [
  ["/missing-symbols/", "Missing symbols"],
  ["/quarantine/", "Crashes that were given up"],
  ["/crontabber-state/", "Scheduled jobs"],
  ["/api/", "API"],
] as const;

/** On every page: what this is, and where else one can go. */
export function SiteFooter({ seesProtected }: { readonly seesProtected: boolean }) {
  const shown = seesProtected
    ? "Protected data is shown: handle it with care."
    : "Only public data is shown.";
  return (
    <footer className={styles.footer}>
      <p>All times are UTC. {shown}</p>
      <nav className={styles.more} aria-label="More">
        {MORE_PAGES.map(([href, label]) => (
          <Link key={href} href={href} prefetch={false}>
            {label}
          </Link>
        ))}
      </nav>
    </footer>
  );
}
