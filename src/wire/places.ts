/** Groups of countries that providers promise to stay in, as ISO 3166-1 alpha-3. */
export const EU: readonly string[] = [
  ...["AUT", "BEL", "BGR", "HRV", "CYP", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN", "IRL", "ITA", "LVA"],
  ...["LTU", "LUX", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "ESP", "SWE"],
];
export const EFTA: readonly string[] = ["CHE", "ISL", "LIE", "NOR"];
export const EEA: readonly string[] = [...EU, "ISL", "LIE", "NOR"];
