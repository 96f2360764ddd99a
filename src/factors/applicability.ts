import { isUsers, type Factor } from "./factor.ts";

/** Whether a pattern names a model: the whole name, or a prefix up to a separator. */
function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1).toLowerCase()) : pattern.toLowerCase() === name;
}

/** Whether a factor is for the model of this name. A factor without models is for none by itself. */
export const appliesToModel = ({ appliesTo }: Factor, name: string): boolean =>
  appliesTo.models?.some((pattern) => matches(pattern, name)) === true;

/** Whether a factor is for this provider: it names it, or it names none. */
export const appliesToProvider = ({ appliesTo }: Factor, provider: string): boolean =>
  appliesTo.providers === undefined || appliesTo.providers.includes(provider);

/** The users' own, if there are any among them; else all. */
export function usersFirst(factors: readonly Factor[]): readonly Factor[] {
  const own = factors.filter(isUsers);
  return own.length > 0 ? own : factors;
}
