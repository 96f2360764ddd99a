import { add, divide, multiply, scale, type Range } from "../../model/range.ts";
import { JOULES_PER_KILOWATT_HOUR } from "../../model/units.ts";

/**
 * Water of cooling and of the electricity: W = E_facility × (WUE ÷ PUE + EWIF). WUE is per kWh of the servers, so PUE
 * is taken out once; EWIF is per kWh at the meter.
 *
 * @param facilityJoules energy at the facility's meter, J
 * @param wueLitresPerKilowattHour on-site water usage effectiveness, L per kWh of the servers
 * @param pue facility ÷ servers
 * @param electricityLitresPerKilowattHour off-site water of the electricity (EWIF), L/kWh
 * @returns litres consumed
 */
export const usageWater = (
  facilityJoules: Range,
  wueLitresPerKilowattHour: Range,
  pue: Range,
  electricityLitresPerKilowattHour: Range,
): Range =>
  scale(
    multiply(facilityJoules, add(divide(wueLitresPerKilowattHour, pue), electricityLitresPerKilowattHour)),
    1 / JOULES_PER_KILOWATT_HOUR,
  );
