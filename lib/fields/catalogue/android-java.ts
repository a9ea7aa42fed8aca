import { keyword, text } from "../builders";

/** Android devices and Java stacks. */
export const androidJavaFields = [
  text("android_board", "Android board.", { query: "enum" }),
  text("android_brand", "Android brand.", { query: "enum" }),
  keyword("android_cpu_abi", "First Android ABI.", { query: "enum" }),
  keyword("android_cpu_abi2", "Second Android ABI.", { query: "enum" }),
  keyword("android_device", "Android device code name.", { query: "enum" }),
  text("android_display", "Android build label shown to users.", { query: "enum" }),
  text("android_fingerprint", "Android build fingerprint.", { query: "enum" }),
  text("android_hardware", "Android hardware name.", { query: "enum" }),
  keyword("android_manufacturer", "Device maker.", { query: "enum" }),
  text("android_model", "Device model."),
  keyword("android_packagename", "Android package id."),
  keyword("android_version", "SDK level plus codename."),
  text("java_stack_trace", "Java stack text without the exception value."),
  text("java_stack_trace_raw", "Java stack text with the exception value.", { access: "protected" }),
] as const;
