import type { ProductName } from "./catalogue/component";
import type { Random } from "./random";

/** Annotations by name, as a client sends them. */
export type Annotations = Record<string, string>;

const LOCALES = [
  { share: 44, locale: "en-US" },
  { share: 10, locale: "de" },
  { share: 8, locale: "fr" },
  { share: 7, locale: "es-ES" },
  { share: 6, locale: "pt-BR" },
  { share: 5, locale: "ru" },
  { share: 5, locale: "pl" },
  { share: 5, locale: "ja" },
  { share: 4, locale: "it" },
  { share: 4, locale: "zh-CN" },
  { share: 2, locale: "en-GB" },
];

const COMMENTS = [
  "It just closed while I was reading.",
  "Crashes every time I open this page!",
  "I was watching a video and switched to full screen.",
  "Happened again after the update. Third time today.",
  "no idea, I wasn't even at the computer",
  "I had about 200 tabs open, so maybe that is why.",
  "Closed the laptop lid, opened it again, crash.",
  "Stürzt beim Drucken jedes Mal ab.",
  "Plante systématiquement quand j'ouvre les paramètres.",
  "Se cierra solo al abrir el correo con adjuntos.",
  "When I plug in the second monitor everything freezes, then this.",
  "Dragging an image to the desktop.",
  "worked fine yesterday",
  "Please fix this, I lose my work each time 😞",
  "Typing in the address bar, first letter and gone",
  "印刷しようとすると落ちます",
  "After resuming from sleep the screen was black.",
  "I disabled all extensions and it still crashes.",
  "Game ran at 20 fps for a minute, then crashed.",
  "Scrolling through a very long document.",
];

const URLS = [
  "https://video.example/watch?v=dH3k2",
  "https://news.example/world/2",
  "https://mail.example/inbox",
  "https://maps.example/@52.52,13.40,12z",
  "https://social.example/home",
  "https://shop.example/cart?step=payment",
  "https://docs.example/d/1kf9/edit",
  "https://play.example/webgl/racer/",
  "https://meet.example/abc-defg-hij",
  "https://search.example/?q=weather",
  "about:blank",
  "about:newtab",
  "about:addons",
];

const ADD_ONS = [
  "adfilter@featherworks.example:1.58.0",
  "darkpages@nightlight.example:4.9.92",
  "passwords@keyring.example:8.10.50",
  "translate@polyglot.example:10.1.1",
  "webgrabber@clipmaker.example:2.4.7",
  "%7B3c078156-979c-498b-8990-85f7987dd929%7D:5.3.3",
  "compact-theme@kestrel.example:1.3.2",
  "langpack-de@kestrel.example:159.0",
];

const NOTES = [
  "GL? GL+ EGL? EGL+ DRAW? DRAW+",
  "DRAW? DRAW+ D3D11 Layers? D3D11 Layers+",
  "DRAW? DRAW-SW+ Has dual GPUs. GPU #2: AdapterVendorID2: 0x10de",
  "GL? GL- DRAW? DRAW-SW+",
];

/** What the person, the profile and its settings add to a report. */
export function userAnnotations(product: ProductName, content: boolean, chance: Random): Annotations {
  const browses = product === "Kestrel" || product === "Wren";
  const annotations: Annotations = {
    useragent_locale: chance.pickByShare(LOCALES).locale,
    Throttleable: "1",
    SafeMode: chance.chance(0.01) ? "1" : "0",
    SubmittedFrom: chance.pick(["CrashReporter", "CrashReporter", "Auto", "AboutCrashes"]),
  };
  if (chance.chance(0.06)) annotations.Comments = chance.pick(COMMENTS);
  if (browses && chance.chance(content ? 0.45 : 0.2)) annotations.URL = chance.pick(URLS);
  if (chance.chance(0.7)) annotations.Notes = chance.pick(NOTES);
  if (product === "Osprey Studio") return annotations;
  const addOns = ADD_ONS.filter(() => chance.chance(0.22));
  annotations["Add-ons"] = ["default-theme@kestrel.example:1.3", ...addOns].join(",");
  annotations.EMCheckCompatibility = "true";
  annotations.DOMFissionEnabled = "1";
  if (chance.chance(0.04)) annotations.Accessibility = "Active";
  if (chance.chance(0.05))
    annotations.DistributionID = chance.pick(["lynx-linux", "pebble-pc", "harbour-isp"]);
  return annotations;
}
