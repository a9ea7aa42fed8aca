import { z } from "zod";
import { filled, setting, text, wholeNumber } from "./setting";

/** Who signs in, where, and for how long. */
export const SIGN_IN_SETTINGS = {
  publicUrl: setting({
    name: "PUBLIC_URL",
    schema: text.regex(/^$|^https?:\/\/[^/?#]+\/?$/, "must be an http or https URL without a path"),
    byDefault: "",
    doc: "Address of the web pages as browsers know it, such as https://crash-stats.example.com. Providers of sign-in send people back to it.",
  }),
  authSecret: setting({
    name: "AUTH_SECRET",
    schema: text.regex(/^$|^.{32,}$/, "must have at least 32 characters"),
    byDefault: "",
    doc: "Seals what a browser keeps while somebody signs in with a provider. Needed where several web processes answer. Empty: a new one at each start.",
    secret: true,
  }),
  googleClientId: setting({
    name: "GOOGLE_CLIENT_ID",
    schema: text,
    byDefault: "",
    doc: "Client id at Google, with which people sign in with their Google accounts. Empty: they cannot.",
  }),
  googleClientSecret: setting({
    name: "GOOGLE_CLIENT_SECRET",
    schema: text,
    byDefault: "",
    doc: "Secret of that client id.",
    secret: true,
  }),
  oidcIssuer: setting({
    name: "OIDC_ISSUER",
    schema: text.regex(/^$|^https?:\/\//, "must be an http or https URL"),
    byDefault: "",
    doc: "Issuer of an OpenID Connect provider with which people sign in, as its /.well-known/openid-configuration has it. Empty: none.",
  }),
  oidcName: setting({
    name: "OIDC_NAME",
    schema: filled,
    byDefault: "OpenID Connect",
    doc: "Name of that provider on the page where people sign in.",
  }),
  oidcClientId: setting({
    name: "OIDC_CLIENT_ID",
    schema: text,
    byDefault: "",
    doc: "Client id at that provider.",
  }),
  oidcClientSecret: setting({
    name: "OIDC_CLIENT_SECRET",
    schema: text,
    byDefault: "",
    doc: "Secret of that client id.",
    secret: true,
  }),
  oidcAlgorithm: setting({
    name: "OIDC_SIGNING_ALGORITHM",
    schema: z.enum([
      "RS256",
      "RS384",
      "RS512",
      "PS256",
      "PS384",
      "PS512",
      "ES256",
      "ES384",
      "EdDSA",
      "HS256",
    ]),
    byDefault: "RS256",
    doc: "How that provider signs its ID tokens.",
  }),
  sessionHours: setting({
    name: "SESSION_HOURS",
    schema: wholeNumber(1, 24 * 365),
    byDefault: "336",
    doc: "Hours after which people must sign in again.",
  }),
} as const;
