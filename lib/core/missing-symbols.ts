/** What the modules without symbols can be ranked by: the crashes that they hide the stacks of, or the signatures of these. */
export const MISSING_SYMBOLS_ORDERS = ["crashes", "signatures"] as const;
