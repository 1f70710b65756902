/** Decisions per CPU second, their latency and their memory; Cedar and CASL beside them. */
import { loadActionIndex } from '@sekisho/catalog';
import {
  type AuthorizationRequest,
  authorize,
  CompiledPolicies,
  type CompiledPrincipal,
  type PackedRequests,
  type PolicySource,
  type Principal,
  parsePolicyDocument,
} from '@sekisho/policy';
import { caslPeer, cedarPeer, type Peer } from './decision-peers.ts';
import { decisionFigure, heldBytes, latencies, ownCpuSeconds, rates } from './decision-timing.ts';
import {
  account,
  makeRequests,
  policiesOf,
  policyJson,
  type WorkloadPolicy,
  type WorkloadRequest,
} from './decision-workload.ts';
import { deployPolicy, deployRequests } from './deploy-role.ts';
import type { Figure } from './figures.ts';

const sizes = [1_000, 10_000, 100_000];
const distinctRequests = 200_000;
/** Each principal costs Cedar about ten milliseconds to take in. */
const peerPrincipals = 200;
/** Decisions that are compared with the plain evaluator's. */
const comparedDecisions = 2_000;

export async function measureDecisions(): Promise<readonly Figure[]> {
  const index = await loadActionIndex();
  const actions = index.prefixes.flatMap((prefix) =>
    index.actionNames(prefix).map((name) => `${prefix}:${name}`),
  );
  const figures = [...measureDeployRole(actions)];
  for (const size of sizes) figures.push(...measureAccount(size, actions));
  figures.push(...measureBesidePeers(actions));
  return [...figures, ...ratios(figures)];
}

function sourceOf(policy: WorkloadPolicy): PolicySource {
  const { document, error } = parsePolicyDocument(policyJson(policy));
  if (document === undefined) throw new Error(error.message);
  return { document, name: 'policy' };
}

function identityOf(number: number): readonly PolicySource[] {
  return policiesOf(number).map(sourceOf);
}

function principalOf(number: number): Principal & { readonly arn: string } {
  return {
    type: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/role-${number}/session`,
    roleArn: `arn:aws:iam::${account}:role/role-${number}`,
    id: `AROA${number}`,
  };
}

function requestOf(asked: WorkloadRequest, principal: Principal): AuthorizationRequest {
  const { action, resource, context } = asked;
  return { principal, action, resource, resourceAccount: account, context };
}

/** What one request needs, looked up beforehand. */
interface Prepared {
  readonly compiled: CompiledPrincipal;
  readonly action: number;
  readonly request: AuthorizationRequest;
}

function decidePrepared(quick: CompiledPolicies, prepared: readonly Prepared[]): number {
  let allowed = 0;
  for (let index = 0; index < prepared.length; index++) {
    const each = prepared[index];
    if (each === undefined) continue;
    if (quick.decideAction(each.compiled, each.action, each.request) === 'allow') allowed++;
  }
  return allowed;
}

function pack(quick: CompiledPolicies, prepared: readonly Prepared[]): PackedRequests {
  const packed = quick.packedRequests();
  for (const { compiled, request } of prepared) {
    if (!quick.pack(packed, compiled, request)) throw new Error('a request cannot be packed');
  }
  return packed;
}

/** Each request once, or all in turn until there were `count` decisions. */
function decidePacked(
  quick: CompiledPolicies,
  packed: PackedRequests,
  count: number = packed.count,
): number {
  let allowed = 0;
  for (let decided = 0, number = 0; decided < count; decided++) {
    if (quick.decidePacked(packed, number) === 'allow') allowed++;
    if (++number === packed.count) number = 0;
  }
  return allowed;
}

function measureDeployRole(actions: readonly string[]): readonly Figure[] {
  const name = 'one deploy role';
  const quick = new CompiledPolicies({ actions });
  const compiled = quick.principalSet({ identity: [sourceOf(deployPolicy)] });
  const principal = principalOf(0);
  const one = deployRequests.map((asked) => ({
    compiled,
    action: quick.actionNumber(asked.action),
    request: requestOf(asked, principal),
  }));
  const many = Array.from({ length: 20_000 }, () => one).flat();
  const texts = many.map(({ request }) => request);
  // The ten questions of a deployment in turn, as the peers are asked them.
  const packed = pack(quick, one);
  return [
    ...rates(name, 'decisions', many.length, () => decidePacked(quick, packed, many.length)),
    ...rates(name, 'request objects', many.length, () => decidePrepared(quick, many)),
    ...rates(name, 'from texts', many.length, () => {
      for (const request of texts) quick.decide(compiled, request);
    }),
    ...latencies(name, many.length, (number) => {
      return quick.decidePacked(packed, number % one.length);
    }),
    ...measurePeers(name, new Map([[0, [deployPolicy]]]), deployRequests, actions),
  ];
}

function measureAccount(size: number, actions: readonly string[]): readonly Figure[] {
  const name = accountName(size);
  const quick = new CompiledPolicies({ actions });
  const principals: CompiledPrincipal[] = [];
  const before = heldBytes();
  const start = ownCpuSeconds();
  // The documents are let go: what is measured is the evaluator.
  for (let number = 0; number < size; number++) {
    principals.push(quick.principalSet({ identity: identityOf(number) }));
  }
  const compileSeconds = ownCpuSeconds() - start;
  const compiledBytes = heldBytes() - before;
  const asked = makeRequests(size, distinctRequests);
  const names = Array.from({ length: size }, (_, number) => principalOf(number));
  const prepared = asked.map((each): Prepared => {
    const [compiled, principal] = [principals[each.principal], names[each.principal]];
    if (compiled === undefined || principal === undefined) throw new Error('no such principal');
    const action = quick.actionNumber(each.action);
    return { compiled, action, request: requestOf(each, principal) };
  });
  const programsBefore = quick.size.bytes;
  const firstStart = ownCpuSeconds();
  const allowed = decidePrepared(quick, prepared);
  const firstSeconds = ownCpuSeconds() - firstStart;
  const { bytes, programEntries } = quick.size;
  const programBytes = bytes - programsBefore;
  compareWithPlain(quick, asked, prepared);
  const packed = pack(quick, prepared);
  return [
    decisionFigure(name, 'denied', (100 * (asked.length - allowed)) / asked.length, '%'),
    decisionFigure(name, 'compilation', (compileSeconds / size) * 1e6, 'CPU-us/principal'),
    decisionFigure(name, 'memory', (compiledBytes + programBytes) / size, 'B/principal'),
    // A million bytes or so are the same for any number of principals.
    decisionFigure(name, 'of it policies', compiledBytes / size, 'B/principal'),
    // Programs are written for what is asked: with few principals, for everything they may do.
    decisionFigure(name, 'of it programs', programBytes / size, 'B/principal'),
    decisionFigure(name, 'actions asked of each', programEntries / size, '/principal'),
    decisionFigure(name, 'first round', asked.length / firstSeconds, '/CPU-s'),
    ...rates(name, 'decisions', asked.length, () => decidePacked(quick, packed)),
    ...rates(name, 'request objects', asked.length, () => decidePrepared(quick, prepared)),
    ...measureTexts(name, quick, principals, asked),
    ...latencies(name, asked.length, (number) => quick.decidePacked(packed, number)),
  ];
}

/** From the texts of principal, action and resource: the request is put together each time. */
function measureTexts(
  name: string,
  quick: CompiledPolicies,
  principals: readonly CompiledPrincipal[],
  asked: readonly WorkloadRequest[],
): readonly Figure[] {
  // One object a principal, with an ARN of one piece, as a server reads it from its store.
  const byArn = new Map<string, Principal & CompiledPrincipal>();
  for (const [number, compiled] of principals.entries()) {
    const principal = principalOf(number);
    byArn.set(Buffer.from(principal.arn).toString(), { ...principal, ...compiled });
  }
  const texts = asked.map(({ principal, action, resource, context }) => ({
    // Texts of a request are never the same objects as those of the policies.
    arn: Buffer.from(principalOf(principal).arn).toString(),
    action: Buffer.from(action).toString(),
    resource: Buffer.from(resource).toString(),
    context,
  }));
  return rates(name, 'from texts', asked.length, () => {
    for (const { arn, action, resource, context } of texts) {
      const found = byArn.get(arn);
      if (found === undefined) continue;
      const resourceAccount = account;
      quick.decide(found, { principal: found, action, resource, resourceAccount, context });
    }
  });
}

function compareWithPlain(
  quick: CompiledPolicies,
  asked: readonly WorkloadRequest[],
  prepared: readonly Prepared[],
): void {
  for (let index = 0; index < comparedDecisions; index++) {
    const [each, question] = [prepared[index], asked[index]];
    if (each === undefined || question === undefined) continue;
    const answer = quick.decideAction(each.compiled, each.action, each.request);
    const plain = authorize(each.request, { identity: identityOf(question.principal) });
    if (answer !== plain.outcome) throw new Error(`request ${index}: ${answer}`);
  }
}

function expansion(actions: readonly string[]): (pattern: string) => readonly string[] {
  return (pattern) =>
    pattern.endsWith('*')
      ? actions.filter((action) => action.startsWith(pattern.slice(0, -1)))
      : [pattern];
}

/** Asks a peer; an answer that differs from the plain evaluator's is an error of the benchmark. */
function peerRates(
  peer: Peer,
  name: string,
  policies: ReadonlyMap<number, readonly WorkloadPolicy[]>,
  asked: readonly WorkloadRequest[],
  count: number,
): readonly Figure[] {
  const before = heldBytes();
  for (const [principal, owned] of policies) peer.add(principal, owned);
  const bytes = heldBytes() - before;
  const questions = asked.map((request) => peer.question(request));
  for (const [index, request] of asked.slice(0, comparedDecisions).entries()) {
    const identity = (policies.get(request.principal) ?? []).map(sourceOf);
    const plain = authorize(requestOf(request, principalOf(request.principal)), { identity });
    if (questions[index]?.() !== (plain.outcome === 'allow')) {
      throw new Error(`${peer.name} answers otherwise: ${JSON.stringify(request)}`);
    }
  }
  const label = `${name}, ${peer.name}`;
  const figures = rates(label, 'decisions', count, () => {
    for (let number = 0; number < count; number++) questions[number % questions.length]?.();
  });
  // Cedar's sets lie in the memory of WebAssembly, which is not counted here.
  if (peer.name !== 'casl') return figures;
  return [...figures, decisionFigure(label, 'memory', bytes / policies.size, 'B/principal')];
}

function measurePeers(
  name: string,
  policies: ReadonlyMap<number, readonly WorkloadPolicy[]>,
  asked: readonly WorkloadRequest[],
  actions: readonly string[],
): readonly Figure[] {
  const casl = (subjects: Parameters<typeof caslPeer>[1]) =>
    peerRates(caslPeer(expansion(actions), subjects), name, policies, asked, 100_000);
  return [
    ...peerRates(cedarPeer(), name, policies, asked, 2_000),
    ...casl('made beforehand'),
    ...casl('made for each request'),
  ];
}

/** As many principals as Cedar takes in within reason. */
function measureBesidePeers(actions: readonly string[]): readonly Figure[] {
  const policies = new Map<number, readonly WorkloadPolicy[]>();
  for (let number = 0; number < peerPrincipals; number++) policies.set(number, policiesOf(number));
  return [
    ...measureAccount(peerPrincipals, actions),
    ...measurePeers(
      accountName(peerPrincipals),
      policies,
      makeRequests(peerPrincipals, 20_000),
      actions,
    ),
  ];
}

const accountName = (size: number) => `${size.toLocaleString('en-US')} principals`;

/** What is asked of a peer, beside what is asked of Sekisho in the same form. */
const compared = [
  ['cedar-wasm', 'decisions', 'decisions'],
  ['casl', 'decisions', 'decisions'],
  ['casl from texts', 'decisions', 'from texts'],
] as const;

function ratios(figures: readonly Figure[]): readonly Figure[] {
  const value = (label: string, metric: string) =>
    figures.find((each) => each.case === label && each.metric === metric)?.value ?? Number.NaN;
  return ['one deploy role', accountName(peerPrincipals)].flatMap((name) =>
    compared.flatMap(([peer, theirs, ours]) =>
      ['median', 'best'].map((kind) => {
        const times =
          value(name, `${ours}, ${kind}`) / value(`${name}, ${peer}`, `${theirs}, ${kind}`);
        return decisionFigure(name, `times ${peer}, ${kind}`, times, 'times');
      }),
    ),
  );
}
