import { integer, keyword, long, text } from "../builders";

/** Shutdown hangs and messages between processes. */
export const shutdownIpcFields = [
  text("async_shutdown_timeout", "Shutdown-blocker state that led to the abort."),
  text("ipc_channel_error", "IPC channel error."),
  text("ipc_fatal_error_msg", "Fatal IPC error text."),
  text("ipc_fatal_error_protocol", "Protocol of the fatal IPC error."),
  text("ipc_message_name", "IPC message name."),
  long("ipc_message_size", "Oversized IPC message, bytes."),
  keyword("ipc_shutdown_state", "Content-process shutdown step.", { query: "enum" }),
  integer("ipc_system_error", "Last OS error during IPC."),
  text("quota_manager_shutdown_timeout", "Quota-manager shutdown state text."),
  text("shutdown_progress", "Shutdown phase reached."),
  keyword("shutdown_reason", "Why the app was closing."),
  keyword("xpcom_spin_event_loop_stack", "Nested event-loop annotations."),
] as const;
