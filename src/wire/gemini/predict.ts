import { countAt, sumKnown } from "../count.ts";
import { dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { listAt, objectAt, stringAt } from "../json.ts";

/** Vertex AI's predictions: embeddings state the tokens of each text; the images of Imagen are counted. */
export const predict = dialect({
  // There is no usage object: every prediction holds a part of it.
  usageKey: "predictions",
  usage: () => undefined,
  says(object) {
    const predictions = listAt(object, "predictions");
    const inputTokens = predictions.map(tokensOfEmbedding).reduce(sumKnown, undefined);
    const images = predictions.filter((prediction) => stringAt(prediction, "bytesBase64Encoded")).length;
    return {
      ...(inputTokens !== undefined && { usage: { inputTokens }, rawUsage: { token_count: inputTokens } }),
      ...(images > 0 && { adds: { images } }),
      isError: saysError(object),
    };
  },
});

const tokensOfEmbedding = (prediction: unknown): number | undefined =>
  countAt(objectAt(objectAt(prediction, "embeddings"), "statistics"), "token_count");
