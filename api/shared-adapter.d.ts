import "./shared-request.js";
export type Fetch = typeof globalThis.fetch;