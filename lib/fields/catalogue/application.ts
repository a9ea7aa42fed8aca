import { flag, integer, keyword, short, text } from "../builders";

/** State of the application: add-ons, plugins, sandboxes, accessibility. */
export const applicationFields = [
  flag("accessibility", "An accessibility service was active."),
  keyword("accessibility_client", "Out-of-process accessibility client name and version."),
  keyword("accessibility_in_proc_client", "Flags for in-process accessibility clients."),
  keyword("addons", "Enabled add-ons, one `id:version` per item.", { multiple: true }),
  flag("addons_checked", "Add-on compatibility checks were on.", { query: "enum" }),
  text("app_notes", "Free notes written by the application."),
  text("co_marshal_interface_failure", "COM marshalling error text.", { query: "enum" }),
  integer("content_sandbox_capabilities", "Sandbox capability bits."),
  flag("content_sandbox_capable", "Client can sandbox content."),
  flag("content_sandbox_enabled", "Content sandbox was on."),
  short("content_sandbox_level", "Content sandbox level."),
  flag("dom_fission_enabled", "Fission was on."),
  flag("dom_ipc_enabled", "Tab ran in a content process."),
  flag("em_check_compatibility", "Annotation: add-on compatibility checks on."),
  keyword("gmp_library_path", "Path of the media plugin library on the user's disk.", {
    access: "protected",
  }),
  flag("gmp_plugin", "Media-plugin process crash."),
  flag("is_garbage_collecting", "JS garbage collector was running."),
  flag("marionette", "Marionette remote control on."),
  text("plugin_filename", "Plugin file name.", { query: "enum" }),
  text("plugin_name", "Plugin name.", { query: "enum" }),
  text("plugin_version", "Plugin version.", { query: "enum" }),
  flag("remote_agent", "WebDriver BiDi agent on."),
  keyword("utility_actors_name", "Actors of the utility process, comma separated.", { multiple: true }),
  integer("utility_process_sandboxing_kind", "Sandbox kind of the utility process."),
] as const;
