/** The model that an id names. Of an ARN the resource, since the rest names an account; a profile of one's own names no model. */
export function modelOfId(id: string): string {
  if (!id.startsWith("arn:")) return id;
  const resource = id.split(":").slice(5).join(":");
  return resource.replace(/^(?:inference-profile|foundation-model)\//, "");
}
