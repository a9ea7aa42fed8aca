/** Stands in documentation for a crash id; the page of the API puts one there that can be found. */
export const EXAMPLE_CRASH_ID = "39bd31d3-46f8-4a2f-98f1-b94f70261124";
