/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Clients ask with and without the slash at the end; neither may be answered with a redirect.
  skipTrailingSlashRedirect: true,
  // Lets a page answer 403.
  experimental: { authInterrupts: true },
  serverExternalPackages: ["next-auth", "pino"],
  // Types are checked by the tests, once and for the whole project.
  typescript: { ignoreBuildErrors: true },
};
