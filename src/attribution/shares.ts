import type { RequestRecord } from "../model/request.ts";
import type { Stated } from "../model/stated.ts";

type Shared = Pick<RequestRecord, "requestedModel" | "respondedModel" | "usage" | "usageByModel"> & {
  readonly stated?: Stated | "unreadable" | undefined;
};

/**
 * A request as each of the models that worked on its answer had it, with what that one used; the request itself where
 * that was one model. What was asked for is the name of the model that answered, and of none that helped it.
 */
export function sharesOf<Request extends Shared>(request: Request): readonly Request[] {
  if (!request.usageByModel) return [request];
  return Object.entries(request.usageByModel).map(([model, usage]) => ({
    ...request,
    requestedModel: model === request.respondedModel ? request.requestedModel : undefined,
    respondedModel: model,
    usage,
    usageByModel: undefined,
    // An energy that is stated is that of all of them, and of none alone.
    ...(request.stated !== undefined && { stated: undefined }),
  }));
}
