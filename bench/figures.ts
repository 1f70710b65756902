/** Measured figures, and how they are printed: a table, or one JSON object a line. */

/** One figure of one case. */
export interface Figure {
  readonly bench: string;
  readonly case: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
}

export function printFigures(figures: readonly Figure[], asJson: boolean): void {
  for (const figure of figures) {
    if (asJson) {
      process.stdout.write(`${JSON.stringify(figure)}\n`);
      continue;
    }
    const value = figure.value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
    const name = `${figure.bench}  ${figure.case}`.padEnd(44);
    process.stdout.write(
      `${name}${figure.metric.padEnd(30)}${value.padStart(12)} ${figure.unit}\n`,
    );
  }
}

/** The middle value; of an even number the lower one of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
}
