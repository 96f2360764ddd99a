export {
  footprintMiddleware,
  type FootprintMiddleware,
  type FootprintMiddlewareOptions,
} from "./clients/frameworks/ai-sdk.ts";
