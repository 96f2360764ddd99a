// cspell:ignore amazonwebservices scloud sgov
/** Of every partition of Amazon's: the commercial one and GovCloud, China, the European Sovereign Cloud, the isolated ones. */
export const AWS_SUFFIXES = [
  "amazonaws.com",
  "api.aws",
  "amazonaws.com.cn",
  "api.amazonwebservices.com.cn",
  "amazonaws.eu",
  "api.amazonwebservices.eu",
  "c2s.ic.gov",
  "api.aws.ic.gov",
  "sc2s.sgov.gov",
  "api.aws.scloud",
  "cloud.adc-e.uk",
  "api.cloud-aws.adc-e.uk",
  "csp.hci.ic.gov",
  "api.aws.hci.ic.gov",
] as const;
