import { createHash } from "node:crypto";

import type { Factor } from "../factors/factor.ts";
import { calculatorScript } from "./calculator-script.ts";
import { STYLESHEET } from "./stylesheet.ts";

/** A page in one file, and the policy that lets nothing run or load but what is in it. */
export interface CalculatorPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/**
 * The calculator: attribution and catalogue are in the page, which asks no server for anything.
 *
 * @param own factors of the user's, which go before the built-in ones
 */
export async function calculatorPage(own: readonly Factor[] = []): Promise<CalculatorPage> {
  const script = await calculatorScript();
  const contentSecurityPolicy = [
    "default-src 'none'",
    `script-src ${sourceOf(script)}`,
    `style-src ${sourceOf(STYLESHEET)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return { html: htmlOf(script, contentSecurityPolicy, own), contentSecurityPolicy };
}

const sourceOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const htmlOf = (script: string, policy: string, own: readonly Factor[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Footprint calculator for language models</title>
<meta name="description" content="CO2e, water and electricity of a request to a language model, with range, evidence and sources.">
<link rel="icon" href="data:,">
<style>${STYLESHEET}</style>
</head>
<body>
<header>
<h1>What a request to a language model causes</h1>
<p>CO₂e, water and electricity from published factors: each number with its range, the evidence for it, and the sources that it rests on.</p>
</header>
<main>
<form id="inputs" aria-label="The request">
<div class="field"><label for="model">Model</label><input id="model" name="model" list="models" required autocomplete="off" spellcheck="false"></div>
<div class="field"><label for="versus">Beside it <span class="hint">another model</span></label><input id="versus" name="versus" list="models" autocomplete="off" spellcheck="false" placeholder="none"></div>
<div id="usage"></div>
<div id="presets" role="group" aria-label="Requests that people know"></div>
<div class="field"><label for="zone">Place <span class="hint">country or cloud region</span></label><input id="zone" name="zone" list="places" autocomplete="off" spellcheck="false"></div>
<div class="field"><label for="provider">Served by</label><select id="provider" name="provider"><option value=""></option></select></div>
<fieldset id="methods"><legend>Method</legend></fieldset>
<details id="more"><summary>More</summary>
<div class="field"><label for="requests">Number of such requests</label><input id="requests" name="requests" type="number" min="1" step="any" inputmode="numeric"></div>
<div class="field"><label for="operation">Operation</label><select id="operation" name="operation"><option value="">chat</option><option value="embeddings">embeddings</option><option value="image_generation">images</option><option value="videos">videos</option></select></div>
<div class="field"><label for="reasoningEffort">Reasoning effort</label><select id="reasoningEffort" name="reasoningEffort"><option value="">the default</option><option>minimal</option><option>low</option><option>medium</option><option>high</option></select></div>
<div id="more-usage"></div>
</details>
<div class="actions"><button type="button" id="copy">Copy the link</button><button type="button" id="print">Print</button><span id="copied" class="hint" role="status"></span></div>
<datalist id="models"></datalist><datalist id="places"></datalist>
</form>
<section id="answer" aria-labelledby="answer-title"><h2 id="answer-title">The footprint</h2><noscript><p class="notice">This page computes in the browser, and needs JavaScript.</p></noscript></section>
</main>
<p id="said" class="hidden" role="status"></p>
<footer><p>By the attribution of llm-footprint, in this page: nothing is sent anywhere, and the link holds all inputs. Training, networks, and the devices of those who ask are outside, unless a factor's boundary says so.</p><p id="address"></p></footer>
<script type="application/json" id="own-factors">${JSON.stringify(own).replaceAll("<", "\\u003c")}</script>
<script type="module">${script}</script>
</body>
</html>
`;
