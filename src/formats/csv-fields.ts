/** The fields of one CSV row (RFC 4180), separated by commas or semicolons. */
export function csvFields(row: string, separator: string): string[] {
  if (!row.includes('"')) return row.split(separator);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (row[at] === '"') {
      let [text, from] = ["", at + 1];
      for (;;) {
        const quote = row.indexOf('"', from);
        if (quote === -1) return [...fields, text + row.slice(from)];
        text += row.slice(from, quote);
        from = quote + 1;
        if (row[from] !== '"') break;
        text += '"';
        from++;
      }
      fields.push(text);
      at = row.indexOf(separator, from);
      if (at === -1) return fields;
    } else {
      const end = row.indexOf(separator, at);
      if (end === -1) return [...fields, row.slice(at)];
      fields.push(row.slice(at, end));
      at = end;
    }
    at++;
  }
}

/** The separator that a header uses. */
export const separatorOf = (header: string): string =>
  header.split(";").length > header.split(",").length ? ";" : ",";
