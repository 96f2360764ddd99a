import type { Model } from "./model.ts";

/** `-70b-`, `8x7b`, `235b-a22b`, `2.4t-a95b`; of `17b-128e`, whose experts nobody can count from it, nothing. */
const SIZE =
  /(?:^|[-_:./])(?:(\d{1,2})x)?(\d{1,4}(?:\.\d{1,2})?)([bt])(?:-a(\d{1,3}(?:\.\d)?)b)?(?!-\d{1,3}e(?:$|[-_:./@]))(?=$|[-_:./@])/;

/** The largest that was published as dense, PaLM, in billions. Larger ones use a part of themselves, which a bare size leaves open. */
const LARGEST_DENSE = 540;

const isVague = ([, experts, number, unit, active]: RegExpExecArray): boolean =>
  experts === undefined && active === undefined && Number(number) * (unit === "t" ? 1000 : 1) > LARGEST_DENSE;

/** A name without a size that says nothing of what works on a token: `glm-5.1` of `glm-5.1-744b`. */
export function withoutVagueSize(name: string): string {
  const match = SIZE.exec(name);
  return match === null || match.index === 0 || !isVague(match) ? name : name.replace(match[0], "");
}

/** A model known by nothing but the size in its name. */
export function sizedModel(name: string): Model | undefined {
  const match = SIZE.exec(name);
  if (match === null) return millionsModel(name);
  const [size = "", experts, number = "", unit, active] = match;
  const billions = Number(number) * (unit === "t" ? 1000 : 1);
  const total = Number(experts ?? 1) * billions;
  if (!(total > 0) || Number(active) === 0) return undefined;
  if (isVague(match)) return undefined;
  return {
    name: size.replace(/^[^\dx]+/, ""),
    developer: "any",
    parameterBillions: {
      total,
      ...(active !== undefined && { active: Number(active) }),
      ...(experts !== undefined && { perExpert: billions }),
    },
  };
}

/** `-22m`, `-270m`; a smaller number before the `m` is a context of millions of tokens. */
function millionsModel(name: string): Model | undefined {
  const millions = /(?:^|[-_:./])([1-9]\d{1,2})m(?=$|[-_:./@])/.exec(name)?.[1];
  if (millions === undefined) return undefined;
  return { name: `${millions}m`, developer: "any", parameterBillions: { total: Number(millions) / 1000 } };
}
