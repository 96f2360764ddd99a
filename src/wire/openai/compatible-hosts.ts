import type { HostRule } from "../host-rule.ts";
import { EEA } from "../places.ts";
import { REASONING_BESIDE, THOUGHTS_IN_TOTAL } from "../usage-habits.ts";

/**
 * Hosts that speak OpenAI's API. An OpenAI-compatible host is one line here; its grid and PUE are in the catalogue. A
 * zone stands only where the host pins its servers, by its name or its operator's word; elsewhere the catalogue's default
 * for the provider holds.
 */
export const COMPATIBLE_HOSTS: readonly HostRule[] = [
  // OpenAI, with the hosts of its data residency
  { host: "api.openai.com", provider: "openai" },
  { host: "us.api.openai.com", provider: "openai", zone: "USA" },
  { host: "eu.api.openai.com", provider: "openai", zone: [...EEA, "CHE"] },
  { host: "au.api.openai.com", provider: "openai", zone: "AUS" },
  { host: "in.api.openai.com", provider: "openai", zone: "IND" },
  { host: "jp.api.openai.com", provider: "openai", zone: "JPN" },
  { host: "*.api.openai.com", provider: "openai" },

  // Developers of models
  { host: "api.anthropic.com", provider: "anthropic" },
  { host: "generativelanguage.googleapis.com", provider: "gcp.gemini", path: /\/openai\//, usage: THOUGHTS_IN_TOTAL },
  { host: "api.cohere.com", provider: "cohere", path: /\/compatibility\// },
  { host: "api.cohere.ai", provider: "cohere", path: /\/compatibility\// },
  { host: "api.deepseek.com", provider: "deepseek" },
  { host: "api.x.ai", provider: "x_ai", usage: REASONING_BESIDE },
  { host: "us.api.x.ai", provider: "x_ai", zone: "USA", usage: REASONING_BESIDE },
  { host: "us-east-1.api.x.ai", provider: "x_ai", zone: "USA", usage: REASONING_BESIDE },
  // Named as Amazon's region in Ireland, which xAI does not say.
  { host: "eu-west-1.api.x.ai", provider: "x_ai", zone: [...EEA, "CHE", "GBR"], usage: REASONING_BESIDE },
  { host: "*.api.x.ai", provider: "x_ai", usage: REASONING_BESIDE },
  { host: "api.perplexity.ai", provider: "perplexity", usage: REASONING_BESIDE },
  { host: "api.moonshot.ai", provider: "moonshot_ai" },
  { host: "api.moonshot.cn", provider: "moonshot_ai" },
  { host: "api.kimi.com", provider: "moonshot_ai" },
  { host: "api.z.ai", provider: "zhipu" },
  { host: "open.bigmodel.cn", provider: "zhipu" },
  { host: "api.minimax.io", provider: "minimax" },
  { host: "api.minimaxi.com", provider: "minimax" },
  { host: "api.nova.amazon.com", provider: "amazon_nova" },
  { host: "api.llama.com", provider: "meta" },
  { host: "api.meta.ai", provider: "meta" },
  { host: "api.stepfun.com", provider: "stepfun" },
  { host: "api.stepfun.ai", provider: "stepfun" },
  { host: "api.upstage.ai", provider: "upstage" },
  { host: "api.sarvam.ai", provider: "sarvam" },
  { host: "gigachat.devices.sberbank.ru", provider: "gigachat" },
  { host: "api.voyageai.com", provider: "voyage" },
  { host: "ai.mongodb.com", provider: "voyage" },
  { host: "api.jina.ai", provider: "jina" },
  { host: "deepsearch.jina.ai", provider: "jina" },

  // Who runs others' models
  { host: "api.groq.com", provider: "groq" },
  { host: "api.together.ai", provider: "together_ai" },
  { host: "api.together.xyz", provider: "together_ai" },
  { host: "api.fireworks.ai", provider: "fireworks_ai" },
  { host: "api.cerebras.ai", provider: "cerebras" },
  { host: "api.sambanova.ai", provider: "sambanova" },
  { host: "api.tokenfactory.nebius.com", provider: "nebius" },
  { host: "api.studio.nebius.ai", provider: "nebius" },
  { host: "api.studio.nebius.com", provider: "nebius" },
  { host: "api.deepinfra.com", provider: "deepinfra" },
  { host: "api.lambda.ai", provider: "lambda" },
  { host: "inference.baseten.co", provider: "baseten" },
  { host: "*.api.baseten.co", provider: "baseten" },
  { host: "api.friendli.ai", provider: "friendli" },
  { host: "api.featherless.ai", provider: "featherless" },
  { host: "inference.api.nscale.com", provider: "nscale" },
  { host: "integrate.api.nvidia.com", provider: "nvidia" },
  { host: "ai.api.nvidia.com", provider: "nvidia" },
  { host: "api.neuralwatt.com", provider: "neuralwatt" },
  { host: "api.inference.wandb.ai", provider: "wandb" },
  { host: "api.vultrinference.com", provider: "vultr" },
  { host: "api.novita.ai", provider: "novita" },
  { host: "api.hyperbolic.xyz", provider: "hyperbolic" },
  { host: "llm.chutes.ai", provider: "chutes" },
  { host: "api.inference.net", provider: "inference_net" },
  { host: "inference.net", provider: "inference_net" },
  { host: "api.publicai.co", provider: "publicai" },
  { host: "inference.do-ai.run", provider: "digitalocean" },
  { host: "api.synthetic.new", provider: "synthetic" },
  { host: "api.venice.ai", provider: "venice" },
  { host: "ollama.com", provider: "ollama" },

  // Europe's
  { host: "api.scaleway.ai", provider: "scaleway", zone: "FRA" },
  { host: "*.ifr.{region}.scaleway.com", provider: "scaleway" },
  { host: "oai.endpoints.kepler.ai.cloud.ovh.net", provider: "ovhcloud", zone: "FRA" },
  { host: "*.endpoints.kepler.ai.cloud.ovh.net", provider: "ovhcloud", zone: "FRA" },
  { host: "openai.inference.de-txl.ionos.com", provider: "ionos", zone: "DEU" },
  { host: "api.infomaniak.com", provider: "infomaniak", zone: "CHE", path: /\/openai\// },
  { host: "api.openai-compat.model-serving.eu01.onstackit.cloud", provider: "stackit", zone: "DEU" },
  { host: "models.think.evroc.com", provider: "evroc" },
  { host: "api.berget.ai", provider: "berget" },
  { host: "api.regolo.ai", provider: "regolo" },
  { host: "api-sherlock.cloudferro.com", provider: "cloudferro" },
  { host: "api.greenpt.ai", provider: "greenpt" },
  { host: "api.melious.ai", provider: "melious" },
  { host: "api.cortecs.ai", provider: "cortecs" },

  // China's
  { host: "api.siliconflow.cn", provider: "siliconflow" },
  { host: "api.siliconflow.com", provider: "siliconflow" },
  { host: "ark.cn-beijing.volces.com", provider: "volcengine", zone: "CHN" },
  { host: "ark.ap-southeast.bytepluses.com", provider: "volcengine", zone: ["SGP", "MYS"] },
  { host: "tokenhub.tencentmaas.com", provider: "tencent" },
  { host: "tokenhub-intl.tencentcloudmaas.com", provider: "tencent" },
  { host: "api.lkeap.cloud.tencent.com", provider: "tencent" },
  { host: "api.hunyuan.cloud.tencent.com", provider: "tencent" },
  { host: "qianfan.baidubce.com", provider: "baidu" },
  { host: "api-inference.modelscope.cn", provider: "modelscope" },

  // On this machine, by the ports that the servers' documentation names as their defaults
  { host: "localhost:11434", provider: "ollama" },
  { host: "localhost:1234", provider: "lm_studio" },
];
