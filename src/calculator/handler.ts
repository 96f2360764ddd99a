import type { IncomingMessage, ServerResponse } from "node:http";
import { createHash } from "node:crypto";

import { assetAnswer, textAnswer } from "../dashboard/answer.ts";
import type { Factor } from "../factors/factor.ts";
import { calculatorPage, type CalculatorPage } from "./document.ts";

/**
 * Answers requests for the calculator, which is the same for everyone and tells nothing of the meter. Never rejects.
 *
 * @param own factors of the user's, which the page then holds
 */
export function calculatorHandler(
  own: readonly Factor[] = [],
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let made: Promise<CalculatorPage & { readonly tag: string }> | undefined;
  return async (request, response) => {
    try {
      if (request.method !== "GET" && request.method !== "HEAD") {
        textAnswer(405, "This page can only be read.", { Allow: "GET, HEAD" })(response);
        return;
      }
      const { html, contentSecurityPolicy, tag } = await (made ??= tagged(own));
      response.setHeader("Content-Security-Policy", `${contentSecurityPolicy}; frame-ancestors 'none'`);
      response.setHeader("X-Content-Type-Options", "nosniff");
      response.setHeader("Referrer-Policy", "no-referrer");
      assetAnswer(request, { type: "text/html", body: html, tag })(response);
    } catch {
      if (response.headersSent) response.destroy();
      else textAnswer(500, "The page could not be made.")(response);
    }
  };
}

async function tagged(own: readonly Factor[]): Promise<CalculatorPage & { readonly tag: string }> {
  const page = await calculatorPage(own);
  return { ...page, tag: `"${createHash("sha256").update(page.html).digest("base64url").slice(0, 16)}"` };
}
