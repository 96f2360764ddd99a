/** The demo, as `examples/demo/plain/demo.ts` exports it. */
export interface DemoProgram {
  runPlainDemo(options: {
    readonly once: boolean;
    readonly port: number;
    readonly host: string;
    readonly real: boolean;
  }): Promise<void>;
}

/**
 * Loads the demo where the sources are run as they are. In the package, whose examples are TypeScript, `npm run build`
 * puts the bundled demo in its place.
 */
export const loadDemo = async (): Promise<DemoProgram> =>
  (await import(new URL("../../examples/demo/plain/demo.ts", import.meta.url).href)) as DemoProgram;
