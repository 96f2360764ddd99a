/** What a warning's code means, as a sentence. */
const SENTENCES: Readonly<Record<string, string>> = {
  zone_unknown: "The place that was given is not known; the next best was taken.",
  zone_world_average: "Nobody says where it ran, so the electricity is the world's average.",
  zone_without_grid_factor: "Nothing is published of this place's electricity, so it is the world's average.",
  zone_without_water_factor: "Nothing is published of the water of this place's electricity, so it is the world's.",
  grid_combustion_only: "The carbon of this place's electricity is that of combustion, without fuel supply and plants.",
  resolved_by_family: "No model of this name is known; it was taken for its next of kin.",
  resolved_by_size: "No model of this name is known; only the size in it was read.",
  resolved_by_provider_default: "No model of this name is known, nor any next of kin.",
  proxy: "Nobody has published a figure of this model, so those of another stand in.",
  class_default: "Nobody has measured this model, so the figure is that of models of its size.",
  extrapolated: "The operator's analysis is of another model, and was scaled by size.",
  per_request: "The figure is of an average request, whatever its length.",
  input_heavy: "There is much input for its output, which the published figure hardly covers.",
  stated_without_host: "What the provider states leaves out the host of the accelerators, which was added.",
  stated_without_overhead: "What the provider states leaves out the facility's overhead, which was added.",
  stated_boundary_unknown: "The provider does not say what is inside the energy that it states.",
  stated_implausible: "What the provider states cannot be true, and was not used.",
};

/** A warning as a sentence; codes that nobody has worded yet as their words. */
export const warningSentence = (code: string): string =>
  SENTENCES[code] ?? `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll("_", " ")}.`;
