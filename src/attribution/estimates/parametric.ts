import type { Factor } from "../../factors/factor.ts";
import { exactly, range, type Range } from "../../model/range.ts";
import { written } from "../engines/derivation.ts";
import { INPUT, INPUT_CENTRAL, OUTPUT, type Counts } from "./counts.ts";
import { JOULES_PER_WATT_HOUR } from "../../model/units.ts";
import {
  boundsOf,
  energyStep,
  FACILITY_JOULES,
  SERVER_SECONDS,
  valueOf,
  type EnergyEstimate,
} from "./energy-estimate.ts";
import { parameter } from "./weights.ts";

/** What is known of a model's build. */
export interface Architecture {
  /** 10⁹ parameters. */
  readonly totalBillions: Range;
  /** 10⁹ parameters that take part in each token. */
  readonly activeBillions: Range;
  /** 10⁹ parameters that take part in reading a token, where they are others than those that take part in writing one. */
  readonly activeBillionsInput?: Range;
  /** Measured speed, tokens/s; the method's fit when absent. */
  readonly outputTokensPerSecond?: Range;
  /** Measured wait before the first token, s. */
  readonly timeToFirstTokenSeconds?: Range;
  /** Where it is from; absent when it was read from the model's name. */
  readonly factor?: Factor;
  /** Where the speed is from. */
  readonly speedFactor?: Factor;
}

/** Constants of the parametric method, as it publishes them. */
export interface ParametricMethod {
  readonly gpuEnergyAlphaWattHours: number;
  readonly gpuEnergyBetaPerRequest: number;
  readonly gpuEnergyGammaWattHours: number;
  readonly batchSize: number;
  readonly latencySecondsPerBillion: number;
  readonly latencySecondsPerRequestInBatch: number;
  readonly latencySecondsConstant: number;
  readonly bytesPerParameter: number;
  readonly memoryOverhead: number;
  readonly gpuMemoryGigabytes: number;
  readonly serverWattsWithoutGpus: number;
  readonly gpusPerServer: number;
}

export function parametricMethod(factor: Factor): ParametricMethod {
  const constant = (name: keyof ParametricMethod): number => parameter(factor, name).central;
  return {
    gpuEnergyAlphaWattHours: constant("gpuEnergyAlphaWattHours"),
    gpuEnergyBetaPerRequest: constant("gpuEnergyBetaPerRequest"),
    gpuEnergyGammaWattHours: constant("gpuEnergyGammaWattHours"),
    batchSize: constant("batchSize"),
    latencySecondsPerBillion: constant("latencySecondsPerBillion"),
    latencySecondsPerRequestInBatch: constant("latencySecondsPerRequestInBatch"),
    latencySecondsConstant: constant("latencySecondsConstant"),
    bytesPerParameter: constant("bytesPerParameter"),
    memoryOverhead: constant("memoryOverhead"),
    gpuMemoryGigabytes: constant("gpuMemoryGigabytes"),
    serverWattsWithoutGpus: constant("serverWattsWithoutGpus"),
    gpusPerServer: constant("gpusPerServer"),
  };
}

/**
 * GPUs that hold a model: the next power of two.
 *
 * @param totalBillions 10⁹ parameters
 */
export function gpusFor(totalBillions: number, method: ParametricMethod): number {
  const gigabytes = method.memoryOverhead * totalBillions * method.bytesPerParameter;
  return 2 ** Math.max(0, Math.ceil(Math.log2(gigabytes / method.gpuMemoryGigabytes)));
}

/**
 * Energy of one GPU for one output token: α·e^(−β·B)·P + γ.
 *
 * @param activeBillions P, 10⁹ active parameters
 * @returns J
 */
function gpuJoulesPerToken(activeBillions: number, method: ParametricMethod): number {
  const { gpuEnergyAlphaWattHours: alpha, gpuEnergyBetaPerRequest: beta, gpuEnergyGammaWattHours: gamma } = method;
  return (alpha * Math.exp(-beta * method.batchSize) * activeBillions + gamma) * JOULES_PER_WATT_HOUR;
}

/**
 * Time for one output token, by the method's fit.
 *
 * @param activeBillions 10⁹ active parameters
 * @returns s
 */
const secondsPerToken = (activeBillions: number, method: ParametricMethod): number =>
  method.latencySecondsPerBillion * activeBillions +
  method.latencySecondsPerRequestInBatch * method.batchSize +
  method.latencySecondsConstant;

/**
 * Energy from a model's parameters: GPUs by tokens, the rest of the server by the time it is held, which is never
 * longer than the request took. PUE is applied once; input tokens, which carry no energy in the original, weigh as
 * many output tokens as our input weight says.
 *
 * @see https://ecologits.ai/latest/methodology/llm_inference/
 */
export function parametricEstimate(
  factor: Factor,
  architecture: Architecture,
  pue: Range,
  inputWeight: Range,
): EnergyEstimate {
  const method = parametricMethod(factor);
  const active = boundsOf(architecture.activeBillions);
  const gpus = boundsOf(architecture.totalBillions).map((billions) => gpusFor(billions, method));
  const gpuJoules = active.map((billions, bound) => gpus[bound]! * gpuJoulesPerToken(billions, method));
  const reading = boundsOf(architecture.activeBillionsInput ?? architecture.activeBillions);
  const gpuJoulesRead = reading.map((billions, bound) => gpus[bound]! * gpuJoulesPerToken(billions, method));
  const serverShare = gpus.map((count) => count / method.gpusPerServer / method.batchSize);
  const serverWatts = serverShare.map((share) => share * method.serverWattsWithoutGpus);
  const speed = architecture.outputTokensPerSecond;
  const tokenSeconds =
    speed === undefined
      ? active.map((billions) => secondsPerToken(billions, method))
      : [1 / speed.high, 1 / speed.central, 1 / speed.low];
  const firstTokenSeconds = boundsOf(architecture.timeToFirstTokenSeconds ?? exactly(0));
  const usageEffectiveness = boundsOf(pue);
  const weights = boundsOf(inputWeight);
  const factors = [factor, architecture.factor, architecture.speedFactor].filter((each) => each !== undefined);

  const write: EnergyEstimate["write"] = (counts, durationSeconds, drivers) => {
    const output = counts[OUTPUT]!;
    for (let bound = 0; bound < 3; bound++) {
      const input = counts[INPUT + bound]!;
      const read = input > 0 ? weights[bound]! * input : 0;
      const generation = output * tokenSeconds[bound]! + firstTokenSeconds[bound]!;
      const seconds = generation < durationSeconds ? generation : durationSeconds;
      const gpuEnergy = gpuJoules[bound]! * output + gpuJoulesRead[bound]! * read;
      const servers = gpuEnergy + serverWatts[bound]! * seconds;
      drivers[FACILITY_JOULES + bound] = usageEffectiveness[bound]! * servers;
      drivers[SERVER_SECONDS + bound] = seconds * serverShare[bound]!;
    }
  };

  const latencyOf = (counts: Counts, durationSeconds: number): number => {
    const generation = counts[OUTPUT]! * tokenSeconds[1]! + firstTokenSeconds[1];
    return Math.min(generation, durationSeconds);
  };
  const share = `${gpus[1]!} ÷ ${method.gpusPerServer} ÷ ${method.batchSize}`;
  return {
    evidence: "parametric",
    factors,
    needs: OUTPUT,
    write,
    serverTime: (counts, durationSeconds) => `${written(latencyOf(counts, durationSeconds))} s × ${share}`,
    derive(counts, durationSeconds) {
      const output = written(counts[OUTPUT]!);
      const input = written(counts[INPUT_CENTRAL]! || 0);
      const latency = latencyOf(counts, durationSeconds);
      const bounded = latency === durationSeconds;
      const { totalBillions, activeBillions } = architecture;
      const { gpuEnergyAlphaWattHours: alpha, gpuEnergyBetaPerRequest: beta, gpuEnergyGammaWattHours: gamma } = method;
      const perGpu = gpuJoulesPerToken(active[1], method);
      const perGpuRead = gpuJoulesPerToken(reading[1], method);
      const [fewest, some, most] = gpus as [number, number, number];
      const wait = firstTokenSeconds[1];
      const speedText =
        speed === undefined
          ? `${written(method.latencySecondsPerBillion)} × ${written(active[1])} + ${written(method.latencySecondsPerRequestInBatch)} × ${method.batchSize} + ${written(method.latencySecondsConstant)}`
          : `1 ÷ ${written(speed.central)}`;
      return [
        {
          quantity: "GPUs that hold the model",
          formula: "next power of two of memory overhead × all parameters × bytes per parameter ÷ memory of a GPU",
          substituted: `${method.memoryOverhead} × ${written(totalBillions.central)} × ${method.bytesPerParameter} ÷ ${method.gpuMemoryGigabytes} → ${some}`,
          value: range(fewest, some, most),
          unit: "GPUs",
          factors,
        },
        {
          quantity: "energy of one GPU for one output token",
          formula: "(α × e^(−β × batch) × active parameters + γ) × 3600",
          substituted: `(${alpha} × e^(−${beta} × ${method.batchSize}) × ${written(activeBillions.central)} + ${gamma}) × 3600`,
          value: range(gpuJoulesPerToken(active[0], method), perGpu, gpuJoulesPerToken(active[2], method)),
          unit: "J",
          factors: [factor],
        },
        {
          quantity: "latency",
          formula: bounded ? "what the request took" : "output tokens × time per token + wait for the first",
          substituted: bounded ? written(latency) : `${output} × (${speedText}) + ${written(wait)}`,
          value: exactly(latency),
          unit: "s",
          factors,
        },
        energyStep(
          "parametric",
          factors,
          "PUE × (GPUs × energy per GPU and token × (output + input weight × input) + server power × GPUs ÷ 8 × latency ÷ batch)",
          `${written(usageEffectiveness[1])} × (${some} × (${written(perGpu)} J × ${output} + ${written(perGpuRead)} J × ${weights[1]} × ${input}) + ${method.serverWattsWithoutGpus} W × ${share} × ${written(latency)} s)`,
          valueOf(write, counts, durationSeconds),
        ),
      ];
    },
  };
}
