/**
 * Imports a package of `test/sdks/package.json` for a test outside this folder, which is type-checked without them.
 * A test within this folder imports them as usual.
 */
export const loadSdk = (specifier: string): Promise<unknown> => import(specifier) as Promise<unknown>;
