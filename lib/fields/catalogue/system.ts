import { flag, integer, keyword, list, short, text } from "../builders";

/** Operating system, processor, graphics and other facts of the machine. */
export const systemFields = [
  keyword("adapter_device_id", "GPU device id (hex)."),
  text("adapter_driver_version", "GPU driver version."),
  text("adapter_subsys_id", "GPU subsystem id."),
  keyword("adapter_vendor_id", "GPU vendor id (hex, sometimes a name)."),
  list("app_init_dlls", "AppInit_DLLs entries, split on `;`."),
  keyword("cpu_arch", "Build architecture (x86, amd64, arm, arm64).", { query: "enum" }),
  short("cpu_count", "Number of cores.", { path: "json_dump.system_info.cpu_count" }),
  text("cpu_info", "CPU family, model, stepping."),
  text("cpu_microcode_version", "CPU microcode revision.", { query: "enum" }),
  text("graphics_critical_error", "Log of graphics errors."),
  flag("graphics_startup_test", "Crash inside the driver crash guard."),
  flag("has_device_touch_screen", "Device has a touch screen."),
  flag("has_mac_boot_args", "The macOS boot arguments were not empty."),
  integer("mac_available_memory_sysctl", "Free-memory level of macOS, percent."),
  text("mac_boot_args", "Boot arguments of macOS.", { access: "protected" }),
  text("mac_crash_info", "The __crash_info sections of macOS modules, as JSON."),
  keyword("mac_memory_pressure", "Memory-pressure state of macOS.", {
    choices: ["Normal", "Unset", "Warning", "Critical", "Unexpected"],
  }),
  integer("mac_memory_pressure_sysctl", "Memory-pressure level of macOS, as a number."),
  text("platform", "Operating system name.", { path: "os_name", query: "enum" }),
  text("platform_pretty_version", "Readable OS name with version.", { path: "os_pretty_version" }),
  text("platform_version", "OS version string.", { path: "os_version" }),
  flag("windows_error_reporting", "Caught by the Windows WER module."),
] as const;
