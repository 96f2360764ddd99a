import type { HostRule } from "./host-rule.ts";

/** But for mainland China, a region is where requests enter; the model's scope says where they are served. */
const HOSTS: readonly (readonly [host: string, zone: string])[] = [
  ["dashscope.aliyuncs.com", "CHN"],
  ["dashscope-finance.aliyuncs.com", "CHN"],
  ["coding.dashscope.aliyuncs.com", "CHN"],
  ["*.cn-hongkong.maas.aliyuncs.com", "WORLD"],
  ["*.cn-{city}.maas.aliyuncs.com", "CHN"],
  ["dashscope-intl.aliyuncs.com", "WORLD"],
  ["dashscope-us.aliyuncs.com", "WORLD"],
  ["coding-intl.dashscope.aliyuncs.com", "WORLD"],
  ["cn-hongkong.dashscope.aliyuncs.com", "WORLD"],
  ["*.maas.aliyuncs.com", "WORLD"],
];

/**
 * The hosts of Alibaba's Model Studio.
 *
 * @param path for which the rules hold. @default all
 */
export const alibabaHosts = (path?: RegExp): readonly HostRule[] =>
  HOSTS.map(([host, zone]) => ({ host, provider: "alibaba", zone, ...(path && { path }) }));
