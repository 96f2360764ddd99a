/** Stands in labels and records for a provider or a model that is not known. */
export const UNKNOWN_NAME = "unknown";
