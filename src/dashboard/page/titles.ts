import { CRITERION_TITLES } from "../../report/quantity.ts";
import { criterionTable } from "../../model/criteria.ts";

/** As a page writes it, which has room for a subscript. */
export const withSubscripts = (text: string): string => text.replaceAll("CO2", "CO₂");

/** A criterion as a heading on a page. */
export const PAGE_TITLES = criterionTable((_facts, criterion) => withSubscripts(CRITERION_TITLES[criterion]));
