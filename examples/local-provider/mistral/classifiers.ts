import { json, type Handler, type Routes } from "../exchange.ts";

interface ClassifierRequest {
  readonly model: string;
  readonly input: string | object;
}

const inputsOf = ({ input }: ClassifierRequest): readonly unknown[] => (Array.isArray(input) ? input : [input]);

const moderate: Handler = ({ number, body }) => {
  const request = body as ClassifierRequest;
  const results = inputsOf(request).map(() => ({
    categories: { violence_and_threats: false },
    category_scores: { violence_and_threats: 0.001 },
  }));
  return json({ id: `mod-${number}`, model: request.model, results });
};

const classify: Handler = ({ number, body }) => {
  const request = body as ClassifierRequest;
  const results = inputsOf(request).map(() => ({ mood: { scores: { calm: 0.75, cross: 0.25 } } }));
  return json({ id: `cls-${number}`, model: request.model, results });
};

/** Moderation and classification: neither states a usage. */
export const classifierRoutes: Routes = {
  "POST /moderations": moderate,
  "POST /chat/moderations": moderate,
  "POST /classifications": classify,
  "POST /chat/classifications": classify,
};
