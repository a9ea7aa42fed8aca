import type { ProductName } from "./catalogue/component";
import type { Platform } from "./native-modules";

export interface Product {
  readonly name: ProductName;
  readonly vendor: string;
  /** Value of the annotation ProductID. */
  readonly id: string;
  /** Its part of all crashes. */
  readonly share: number;
  readonly platforms: readonly (Platform & { readonly share: number })[];
  readonly channels: readonly { readonly name: string; readonly share: number }[];
  /** The part of its crashes that happen in Java code. */
  readonly javaShare: number;
}

/** Products whose crashes sample data holds. All of them are made up. */
export const PRODUCTS: readonly Product[] = [
  {
    name: "Kestrel",
    vendor: "Kestrel Project",
    id: "{5f2e1d0c-8f0b-4a57-9d0e-6b2c7a41e3d9}",
    share: 58,
    platforms: [
      { os: "windows", cpu: "amd64", share: 66 },
      { os: "windows", cpu: "x86", share: 9 },
      { os: "windows", cpu: "arm64", share: 2 },
      { os: "macos", cpu: "arm64", share: 8 },
      { os: "macos", cpu: "amd64", share: 4 },
      { os: "linux", cpu: "amd64", share: 11 },
    ],
    channels: [
      { name: "release", share: 66 },
      { name: "beta", share: 14 },
      { name: "nightly", share: 11 },
      { name: "esr", share: 9 },
    ],
    javaShare: 0,
  },
  {
    name: "Wren",
    vendor: "Kestrel Project",
    id: "{9c7d40a2-31be-4f0e-8a55-d6de0a4f7b18}",
    share: 19,
    platforms: [{ os: "android", cpu: "arm64", share: 1 }],
    channels: [
      { name: "release", share: 74 },
      { name: "beta", share: 16 },
      { name: "nightly", share: 10 },
    ],
    javaShare: 0.4,
  },
  {
    name: "Heron",
    vendor: "Kestrel Project",
    id: "{d2b6a1f8-7f5d-4e62-b0d9-1a3c5e8f2470}",
    share: 14,
    platforms: [
      { os: "windows", cpu: "amd64", share: 62 },
      { os: "windows", cpu: "x86", share: 6 },
      { os: "macos", cpu: "arm64", share: 7 },
      { os: "macos", cpu: "amd64", share: 5 },
      { os: "linux", cpu: "amd64", share: 20 },
    ],
    channels: [
      { name: "esr", share: 58 },
      { name: "release", share: 30 },
      { name: "beta", share: 8 },
      { name: "nightly", share: 4 },
    ],
    javaShare: 0,
  },
  {
    name: "Osprey Studio",
    vendor: "Osprey Interactive",
    id: "{0b8e6f31-c2a4-4d1b-9a77-42f7c90d5ee6}",
    share: 9,
    platforms: [
      { os: "windows", cpu: "amd64", share: 78 },
      { os: "macos", cpu: "arm64", share: 12 },
      { os: "linux", cpu: "amd64", share: 10 },
    ],
    channels: [
      { name: "release", share: 82 },
      { name: "beta", share: 18 },
    ],
    javaShare: 0,
  },
];
