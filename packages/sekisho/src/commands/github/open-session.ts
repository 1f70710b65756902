/** Makes the session of a planned job: who it is to GitHub, and what it sees from the start. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { connect, findEndpoint } from '../../connection.ts';
import { inventedEvent, type RunFacts, runContexts, runnerVariables } from './contexts.ts';
import { fillText } from './expression/template.ts';
import { sameText, toPlain, type Value } from './expression/value.ts';
import { claimsOf, describeJob, openTokenRequest } from './github-job.ts';
import type { Plan } from './plan.ts';
import { type RunFolders, Session } from './session.ts';
import { eventOf, jobMembers, optionOf, pairsOf, type Values } from './settings.ts';
import { trackingVariable } from './stop-remaining.ts';
import { WorkflowError } from './workflow-error.ts';

type Contexts = readonly (readonly [name: string, value: Value])[];

/** Throws CommandError when the server issues no tokens to a job that may ask for them. */
export async function openSession(
  plan: Plan,
  file: string,
  values: Values,
  folders: RunFolders,
): Promise<Session> {
  const secrets = pairsOf(values, 'secret');
  const inputs = inputsOf(plan, pairsOf(values, 'input'));
  const given: Contexts = [
    ['vars', pairsOf(values, 'var')],
    ['inputs', inputs],
    ['matrix', plan.matrix],
    ['needs', new Map()],
    [
      'strategy',
      new Map<string, Value>([
        ['job-index', 0],
        ['job-total', 1],
      ]),
    ],
  ];
  const facts: Omit<RunFacts, 'claims' | 'event'> = {
    jobId: plan.workflow.job.id,
    eventPath: join(folders.files, 'event.json'),
    folders,
    isDebug: values.get('debug') === true,
    token: secrets.get('GITHUB_TOKEN') ?? '',
  };
  const event = eventOf(values);
  const factsOf = (claims: ReadonlyMap<string, string>): RunFacts => ({
    ...facts,
    claims,
    event: event ?? inventedEvent(claims, inputs),
  });
  const members = membersOf(plan, file, values, folders);
  const environment = environmentOf(plan, [
    ...given,
    ...runContexts(factsOf(claimsOf(describeJob(members)))),
  ]);
  const job = describeJob({ ...members, ...(environment === '' ? {} : { environment }) });
  const whole = factsOf(claimsOf(job));
  writeFileSync(whole.eventPath, JSON.stringify(toPlain(whole.event)));
  const tokens = plan.workflow.job.mayRequestToken
    ? await openTokenRequest(connect(values), job, optionOf(values, 'issuer'))
    : undefined;
  const session = new Session({
    folders,
    ambient: new Map([
      ['HOME', folders.home],
      ['AWS_ENDPOINT_URL', findEndpoint(values)],
      // A hosted runner has no instance metadata; this machine may have some.
      ['AWS_EC2_METADATA_DISABLED', 'true'],
    ]),
    runner: new Map([
      ...runnerVariables(whole),
      [trackingVariable, `github_${randomUUID()}`],
      ...(tokens === undefined
        ? []
        : [
            ['ACTIONS_ID_TOKEN_REQUEST_URL', tokens.url] as const,
            ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', tokens.token] as const,
          ]),
    ]),
    contexts: new Map([...given, ...runContexts(whole), ['secrets', secrets]]),
  });
  for (const secret of secrets.values()) session.masks.add(secret);
  if (tokens !== undefined) session.masks.add(tokens.token);
  return session;
}

/** The job's description; the workflow's name and file where the command line says none. */
function membersOf(
  { workflow }: Plan,
  file: string,
  values: Values,
  folders: RunFolders,
): Readonly<Record<string, unknown>> {
  return {
    ...(workflow.name === undefined ? {} : { workflow: workflow.name }),
    workflowFile: basename(file),
    ...jobMembers(values, folders.workspace),
  };
}

/** The job's own environment, which wins over the command line's; '' for none. */
function environmentOf({ workflow }: Plan, contexts: Contexts): string {
  const { environment } = workflow.job;
  if (environment === undefined) return '';
  return fillText(environment, { status: 'success', contexts: new Map(contexts) });
}

/** What `workflow_dispatch` is started with: defaults, and what the command line gives. */
function inputsOf(
  { workflow }: Plan,
  given: ReadonlyMap<string, string>,
): ReadonlyMap<string, Value> {
  const inputs = new Map(workflow.inputs);
  for (const [name, value] of given) {
    const declared = [...inputs.keys()].find((each) => sameText(each, name));
    if (declared === undefined) {
      throw new WorkflowError('on.workflow_dispatch.inputs', `there is no input ${name}`);
    }
    const isBoolean = typeof inputs.get(declared) === 'boolean';
    inputs.set(declared, isBoolean ? value === 'true' : value);
  }
  return inputs;
}
