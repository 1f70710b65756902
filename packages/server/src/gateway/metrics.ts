/** Counters for `/_sekisho/metrics`, in the Prometheus text format. */

/** Counts requests by service and HTTP status, and decisions by outcome. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #decisions = new Map<string, number>();

  /** `service` and `operation` are names of ours, never the client's text. */
  request(service: string, status: number): void {
    const key = `service="${service}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
  }

  decision(outcome: string): void {
    this.#decisions.set(outcome, (this.#decisions.get(outcome) ?? 0) + 1);
  }

  text(revision: number, residentBytes: number): string {
    const lines = ['# TYPE sekisho_requests_total counter'];
    for (const [labels, count] of this.#requests) {
      lines.push(`sekisho_requests_total{${labels}} ${count}`);
    }
    lines.push('# TYPE sekisho_decisions_total counter');
    for (const [outcome, count] of this.#decisions) {
      lines.push(`sekisho_decisions_total{outcome="${outcome}"} ${count}`);
    }
    lines.push('# TYPE sekisho_store_revision gauge', `sekisho_store_revision ${revision}`);
    lines.push('# TYPE process_resident_memory_bytes gauge');
    lines.push(`process_resident_memory_bytes ${residentBytes}`);
    return `${lines.join('\n')}\n`;
  }
}
