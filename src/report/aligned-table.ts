/**
 * A table as lines of text: names to the left, cells to the right below the widest of their column.
 *
 * @example alignedTable([['fold', 'ROC AUC'], ['1', '0.9']]) // ['fold    ROC AUC', '1           0.9']
 */
export function alignedTable(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map(([name = '', ...cells]) =>
    [
      name.padEnd((widths[0] ?? 0) + 2),
      ...cells.map((cell, column) => cell.padStart(widths[column + 1] ?? 0)),
    ].join('  '),
  );
}
