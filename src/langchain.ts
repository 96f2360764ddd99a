export { FootprintCallbackHandler } from "./clients/frameworks/langchain.ts";
export type { FrameworkOptions } from "./clients/frameworks/framework-metering.ts";
