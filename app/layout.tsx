import type { Metadata } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { SiteFooter, SiteHeader } from "#components/layout/site-header";
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
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <SiteHeader theme={theme} />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
        <SiteFooter />
      </body>
    </html>
  );
}
