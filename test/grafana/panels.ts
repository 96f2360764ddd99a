import { dashboards } from "../../grafana/source/generated.ts";

export interface ShownPanel {
  readonly dashboard: string;
  readonly type: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly unit: string | undefined;
  readonly datasource: { readonly uid?: string } | undefined;
  readonly targets: readonly {
    readonly expr: string;
    readonly refId: string;
    readonly datasource?: { readonly uid?: string };
  }[];
}

/** Every panel of every dashboard but the headings. */
export const panels: readonly ShownPanel[] = dashboards().flatMap((dashboard) =>
  (dashboard.panels ?? []).flatMap((panel) => {
    if (panel.type === "row") return [];
    const {
      type,
      title = "",
      description,
      targets = [],
      datasource,
      fieldConfig,
    } = panel as Extract<typeof panel, { targets?: unknown }>;
    return [
      {
        dashboard: dashboard.uid!,
        type,
        title,
        description,
        unit: fieldConfig?.defaults.unit,
        datasource,
        targets: targets as unknown as ShownPanel["targets"],
      },
    ];
  }),
);

export const expressions: readonly { readonly from: string; readonly expr: string }[] = panels.flatMap(
  ({ dashboard, title, targets }) =>
    targets.map(({ expr, refId }) => ({ from: `${dashboard} / ${title} / ${refId}`, expr })),
);
