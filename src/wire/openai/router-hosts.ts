import type { HostRule } from "../host-rule.ts";

/**
 * Gateways and routers, which pass requests on to others. Where the host or the path names the one that serves, that is
 * the provider; else the answer may name him.
 */
export const ROUTER_HOSTS: readonly HostRule[] = [
  { host: "openrouter.ai", provider: "openrouter", usage: { namesProvider: true } },
  { host: "us.openrouter.ai", provider: "openrouter", zone: "USA", usage: { namesProvider: true } },
  { host: "eu.openrouter.ai", provider: "openrouter", zone: "EU", usage: { namesProvider: true } },
  { host: "router.huggingface.co", provider: "hugging_face", path: /^\/(?!v1\/)(?<provider>[a-z0-9-]+)\// },
  { host: "router.huggingface.co", provider: "hugging_face" },
  {
    host: "gateway.ai.cloudflare.com",
    provider: "cloudflare",
    path: /^\/v1\/[^/]+\/[^/]+\/(?<provider>[a-z0-9-]+)(?:\/|$)/,
    // Of Bedrock and of Vertex AI.
    regionInPath: /\/(?:bedrock-runtime|locations)\/(?<region>[a-z0-9-]+)\//,
  },
  { host: "gateway.ai.cloudflare.com", provider: "cloudflare" },
  { host: "ai-gateway.helicone.ai", provider: "helicone" },
  { host: "gateway.helicone.ai", provider: "helicone" },
  { host: "{provider}.helicone.ai", provider: "helicone" },
  { host: "eu.{provider}.helicone.ai", provider: "helicone" },
  { host: "ai-gateway.vercel.sh", provider: "vercel" },
  { host: "*.ai-gateway.vercel.sh", provider: "vercel" },
  { host: "api.portkey.ai", provider: "portkey" },
  { host: "us.inference.heroku.com", provider: "heroku", zone: "USA" },
  { host: "eu.inference.heroku.com", provider: "heroku", zone: "EU" },
  { host: "llm-gateway.assemblyai.com", provider: "assemblyai", zone: "USA" },
  { host: "llm-gateway.eu.assemblyai.com", provider: "assemblyai", zone: "EU" },
  { host: "api.poe.com", provider: "poe" },
  { host: "nano-gpt.com", provider: "nano_gpt" },
  { host: "zenmux.ai", provider: "zenmux" },
  { host: "api.aimlapi.com", provider: "aimlapi" },
  { host: "api.302.ai", provider: "302_ai" },
  { host: "aihubmix.com", provider: "aihubmix" },
  { host: "api.cometapi.com", provider: "cometapi" },
  { host: "api.kilo.ai", provider: "kilo" },
  { host: "api.llmgateway.io", provider: "llmgateway" },
  { host: "router.requesty.ai", provider: "requesty" },
  { host: "router.eu.requesty.ai", provider: "requesty", zone: "EU" },
  {
    host: "api.langdock.com",
    provider: "langdock",
    regionInPath: /^\/(?:openai|anthropic|google|mistral|codestral)\/(?<region>[a-z]+)\/v1/,
  },
  { host: "routellm.abacus.ai", provider: "abacus" },
  { host: "api.orcarouter.ai", provider: "orcarouter" },
  { host: "api.vivgrid.com", provider: "vivgrid" },
  { host: "api.edenai.run", provider: "edenai" },
  { host: "go.fastrouter.ai", provider: "fastrouter" },
  { host: "api.v0.dev", provider: "vercel" },
  { host: "opencode.ai", provider: "opencode" },
];
