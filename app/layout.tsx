import type { Metadata } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { SiteFooter, SiteHeader } from "#components/layout/site-header";
import { pageContext } from "#lib/middleware/page-context";
import "./globals.css";

export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: { default: "crash-stats", template: "%s · crash-stats" },
  description: "Crash reports: collected, processed, searchable.",
  robots: { index: false },
};

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const chosen = (await cookies()).get("theme")?.value;
  const theme = chosen === "light" || chosen === "dark" ? chosen : "system";
  const { viewer, person } = await pageContext();
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <SiteHeader theme={theme} email={viewer.email} superuser={person?.superuser === true} />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
        <SiteFooter seesProtected={viewer.can("view_pii")} />
      </body>
    </html>
  );
}
