import type { Model } from "./model.ts";

/** `-70b-`, `8x7b`, `235b-a22b`, `2.4t-a95b`; of `17b-128e`, whose experts nobody can count from it, nothing. */
const SIZE =
  /(?:^|[-_:./])(?:(\d{1,2})x)?(\d{1,4}(?:\.\d{1,2})?)([bt])(?:-a(\d{1,3}(?:\.\d)?)b)?(?!-\d{1,3}e(?:$|[-_:./@]))(?=$|[-_:./@])/;

/** A model known by nothing but the size in its name. */
export function sizedModel(name: string): Model | undefined {
  const match = SIZE.exec(name);
  if (match === null) return millionsModel(name);
  const [size = "", experts, number = "", unit, active] = match;
  const billions = Number(number) * (unit === "t" ? 1000 : 1);
  const total = Number(experts ?? 1) * billions;
  if (!(total > 0) || Number(active) === 0) return undefined;
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
