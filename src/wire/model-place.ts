/**
 * Where Bedrock may serve a model whose id begins with a geography: the destinations of its inference profiles, as
 * `@aws-cdk/aws-bedrock-alpha` 2.271.0 lists them (`ca` and `in` by their country only). Which of them, nobody says.
 */
const REGIONS_OF_PREFIX: Readonly<Record<string, readonly string[]>> = {
  us: ["us-east-1", "us-east-2", "us-west-2"],
  "us-gov": ["us-gov-east-1", "us-gov-west-1"],
  eu: [
    ...["eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2"],
    ...["eu-west-1", "eu-west-2", "eu-west-3"],
  ],
  apac: [
    ...["ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1"],
    ...["ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7", "ap-east-2"],
    "me-central-1",
  ],
  jp: ["ap-northeast-1", "ap-northeast-3"],
  au: ["ap-southeast-2", "ap-southeast-4"],
  ca: ["CAN"],
  in: ["IND"],
  global: [],
};

/** A prefix is a geography only before a vendor; what stands before it is a route or an ARN. */
const PREFIXED =
  /^(?:.*[/:])?([a-z-]+)\.(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|stability|twelvelabs|writer|xai|zai)\./i;

/**
 * Where a model may be served by its id: `eu.anthropic.claude-sonnet-4`. Empty for one that may be served anywhere
 * (`global.`); undefined where the id says nothing.
 */
export function placesOfModel(model: string): readonly string[] | undefined {
  if (!model.includes(".")) return undefined;
  const prefix = PREFIXED.exec(model)?.[1]?.toLowerCase();
  return prefix !== undefined && Object.hasOwn(REGIONS_OF_PREFIX, prefix) ? REGIONS_OF_PREFIX[prefix] : undefined;
}
