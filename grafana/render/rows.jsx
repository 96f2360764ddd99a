/** A value as its mapping has it. */
const worded = ({ mappings = [] }, value) =>
  mappings.find(({ options }) => options[value])?.options[value].text ?? value;

/** Grafana's table, plainly: the transformations that the dashboards use are done here. */
export function Rows({ panel, found, theme, display, overridesFor }) {
  const organize = panel.transformations.find(({ id }) => id === "organize").options;
  const order = Object.entries(organize.indexByName)
    .sort(([, one], [, other]) => one - other)
    .map(([name]) => name);
  const merged = new Map();
  for (const { target, result } of found) {
    for (const { metric, value } of result) {
      const labels = order.filter((name) => !name.startsWith("Value"));
      const key = JSON.stringify(labels.map((name) => metric[name] ?? ""));
      const row = merged.get(key) ?? Object.fromEntries(labels.map((name) => [name, metric[name] ?? ""]));
      row[found.length > 1 ? `Value #${target.refId}` : "Value"] = Number(value[1]);
      merged.set(key, row);
    }
  }
  const first = order.find((name) => name.startsWith("Value"));
  const rows = [...merged.values()].sort((one, other) => (first ? (other[first] ?? 0) - (one[first] ?? 0) : 0));
  const cell = {
    padding: "5px 10px",
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    whiteSpace: "nowrap",
    overflow: "hidden",
    textOverflow: "ellipsis",
    maxWidth: 420,
  };
  return (
    <table style={{ width: "100%", borderCollapse: "collapse", fontSize: 13 }}>
      <thead>
        <tr>
          {order.map((name) => (
            <th key={name} style={{ ...cell, textAlign: name.startsWith("Value") ? "right" : "left", fontWeight: 500 }}>
              {organize.renameByName?.[name] ?? name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={JSON.stringify(row)}>
            {order.map((name) => {
              if (!name.startsWith("Value"))
                return (
                  <td key={name} style={cell}>
                    {worded(overridesFor(panel, name), row[name])}
                  </td>
                );
              const shown = overridesFor(panel, organize.renameByName?.[name]);
              const formatted = row[name] === undefined ? undefined : display(panel, shown.unit)(row[name]);
              return (
                <td key={name} style={{ ...cell, textAlign: "right" }}>
                  {formatted ? `${formatted.prefix ?? ""}${formatted.text}${formatted.suffix ?? ""}` : ""}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
