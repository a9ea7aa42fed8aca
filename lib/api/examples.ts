/** Stands in documentation for a crash id; the page of the API puts one there that can be found. */
export const EXAMPLE_CRASH_ID = "39bd31d3-46f8-4a2f-98f1-b94f70261124";

/** The form of crash ids that were made this century. */
export const CRASH_ID_PATTERN =
  "^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{6}[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])$";
