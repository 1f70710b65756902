/** What a workflow has that cannot be run here, or is no workflow: named before anything runs. */
export class WorkflowError extends Error {
  constructor(place: string, message: string) {
    super(place === '' ? message : `${place}: ${message}`);
    this.name = 'WorkflowError';
  }
}
