import { multiply, scale, type Range } from "../../model/range.ts";
import { JOULES_PER_KILOWATT_HOUR } from "../../model/units.ts";

/**
 * Carbon of the electricity.
 *
 * @param facilityJoules energy at the facility's meter, J
 * @param gridGramsPerKilowattHour carbon intensity of the electricity, gCO2e/kWh
 * @returns gCO2e
 */
export const usageCarbon = (facilityJoules: Range, gridGramsPerKilowattHour: Range): Range =>
  scale(multiply(facilityJoules, gridGramsPerKilowattHour), 1 / JOULES_PER_KILOWATT_HOUR);
