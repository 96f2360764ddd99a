import { divide, multiply, type Range } from "../../model/range.ts";

/**
 * From the servers' energy to the facility's. The only place where PUE is applied to energy.
 *
 * @param serverJoules energy of the servers, J
 * @param pue power usage effectiveness, facility ÷ servers
 * @returns J at the facility's meter
 */
export const facilityEnergy = (serverJoules: Range, pue: Range): Range => multiply(serverJoules, pue);

/**
 * From the accelerators' energy to the facility's, host, idle capacity and overhead included: no PUE comes on top.
 *
 * @param acceleratorJoules energy of the accelerators alone, J
 * @param uplift facility ÷ accelerators
 * @returns J at the facility's meter
 */
export const upliftedEnergy = (acceleratorJoules: Range, uplift: Range): Range => multiply(acceleratorJoules, uplift);

/**
 * Time on a server that an energy stands for.
 *
 * @param facilityJoules energy at the facility's meter, J
 * @param pue facility ÷ servers
 * @param serverWatts what a server draws when it serves, W
 * @returns seconds of a whole server
 */
export const serverSeconds = (facilityJoules: Range, pue: Range, serverWatts: Range): Range =>
  divide(divide(facilityJoules, pue), serverWatts);
