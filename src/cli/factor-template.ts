/** A factor file to start from: `factors --template`. It is well-formed as it stands, and its numbers are invented. */
export const FACTOR_TEMPLATE = `# Your own factors. Check it: llm-footprint factors --check FILE
# Use it: createCatalogue({ files: ["FILE"] }), or --factors FILE

common: # what all factors below share
  version: 1.0.0
  publisher: Example Ltd
  licence: internal
  attribution: Example Ltd
  source:
    title: Measurement of our own servers
    url: https://example.org/measurement
    published: "2026-10" # YYYY, YYYY-MM or YYYY-MM-DD
    retrieved: "2026-11-01"
    locator: page 1
    checked: primary # primary, verbatim_copy, secondary or derived
  boundary: # what the figure includes: yes, no or unknown
    accelerator: "yes"
    host: "yes"
    idle: "yes"
    facility: "no" # the PUE is then applied
    network: "no"
    terminals: "no"
    embodied: "no"
    training: "no"
    offsiteWater: "no"

factors:
  # Electricity per token: facility, grid, water and hardware are added to it.
  - id: own.my-model.energy
    evidence: user_measured # user_measured for a measurement, else user
    kind: energy
    appliesTo:
      models: [my-model, my-model-*] # a name, or a prefix up to a separator
      modality: text
    unit: output_token
    reference: 1000 # the numbers below are for so many units
    scalable: true
    metrics:
      # 1 Wh is 3600 J.
      energyJoules: { low: 900, central: 1000, high: 1300, basis: user }
    phase: usage
    accounting: unknown
    includesGrid: false
    includesPrefill: true

  # The electricity of a place: grams of CO2e per kilowatt-hour.
  - id: own.grid.fra
    evidence: user
    kind: grid
    appliesTo:
      zones: [FRA] # ISO 3166-1 alpha-3, or a cloud region
    unit: kilowatt_hour
    scalable: true
    metrics:
      co2eGrams: { low: 40, central: 45, high: 60, basis: user }
    phase: usage
    accounting: location # location or market
    includesGrid: true
    includesPrefill: false
`;
