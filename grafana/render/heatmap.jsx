/** A heatmap of buckets over time: @grafana/ui has none. */
export function Heatmap({ found, width, height, theme, display }) {
  const [{ result }] = found;
  const series = result
    .map(({ metric, values }) => ({
      le: Number(metric.le === "+Inf" ? Infinity : metric.le),
      values: new Map(values.map(([time, value]) => [time, Number(value)])),
    }))
    .sort((one, other) => one.le - other.le);
  const cells = [];
  let most = 0;
  series.forEach(({ values }, row) => {
    for (const time of found.times) {
      const value = (values.get(time) ?? 0) - (series[row - 1]?.values.get(time) ?? 0);
      if (value > 1e-9) cells.push({ row, time, value });
      most = Math.max(most, value);
    }
  });
  const rows = cells.map(({ row }) => row);
  const [lowest, highest] = [Math.min(...rows), Math.max(...rows)];
  const left = 64;
  const bottom = 22;
  const tall = (height - bottom) / (highest - lowest + 1);
  const wide = (width - left) / found.times.length;
  const label = { fontSize: 11, fill: theme.colors.text.secondary };
  const days = found.times.filter((time) => time % 86_400 === 0 && new Date(time * 1000).getUTCDate() % 3 === 1);
  const xOf = (time) => left + ((time - found.times[0]) / (found.times.at(-1) - found.times[0])) * (width - left);
  return (
    <svg width={width} height={height}>
      {cells.map(({ row, time, value }) => (
        <rect
          key={`${row} ${time}`}
          x={xOf(time)}
          y={(highest - row) * tall}
          width={wide + 0.3}
          height={tall - 1}
          fill={`hsl(213 70% ${90 - 62 * Math.sqrt(value / most)}%)`}
        />
      ))}
      {series.map(({ le }, row) =>
        row >= lowest && row <= highest && Number.isFinite(le) ? (
          <text key={le} x={left - 6} y={Math.max(9, (highest - row) * tall + 4)} textAnchor="end" style={label}>
            {`${display(le).text}${display(le).suffix ?? ""}`}
          </text>
        ) : null,
      )}
      {days.map((time) => (
        <text key={time} x={xOf(time)} y={height - 6} textAnchor="middle" style={label}>
          {new Date(time * 1000).toISOString().slice(5, 10).replace("-", "/")}
        </text>
      ))}
    </svg>
  );
}
