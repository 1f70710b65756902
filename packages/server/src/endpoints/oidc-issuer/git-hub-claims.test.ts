/** Tests of GitHub's claims: each event's row of GitHub's table, and both forms of the subject. */
import { parseJson } from '@sekisho/policy';
import { describe, expect, test } from 'vitest';
import { gitHubClaims, gitHubSubject } from './git-hub-claims.ts';
import { type GitHubJob, inventedId, parseJob, readJob } from './git-hub-job.ts';

const job = (members: object = {}): GitHubJob =>
  parseJob(JSON.stringify({ repository: 'octo-org/octo-repo', ...members }));

const claims = (members: object = {}): Record<string, string | number> =>
  Object.fromEntries(
    gitHubClaims(job(members), {
      issuer: 'https://token.actions.githubusercontent.com',
      audience: 'sts.amazonaws.com',
      issuedAt: 1_800_000_000,
      expiresAt: 1_800_000_300,
      id: 'uuid',
    }),
  );

describe('subjects', () => {
  test.each<[object, string]>([
    [{}, 'ref:refs/heads/main'],
    [{ ref: 'refs/heads/feature/x' }, 'ref:refs/heads/feature/x'],
    [{ ref: 'refs/tags/v1.2.3' }, 'ref:refs/tags/v1.2.3'],
    [{ event: 'workflow_dispatch', ref: 'refs/heads/dev' }, 'ref:refs/heads/dev'],
    [{ event: 'schedule' }, 'ref:refs/heads/main'],
    [{ event: 'pull_request', ref: 'refs/pull/15/merge' }, 'pull_request'],
    [{ event: 'pull_request', environment: 'prod' }, 'environment:prod'],
    [{ environment: 'Production:V1' }, 'environment:Production%3AV1'],
    [{ environment: 'blue green' }, 'environment:blue green'],
    [
      { calledWorkflow: 'octo-org/automation/.github/workflows/d.yml@refs/tags/v1' },
      'ref:refs/heads/main',
    ],
  ])('%j', (members, tail) => {
    expect(gitHubSubject(job(members))).toBe(`repo:octo-org/octo-repo:${tail}`);
    const ids = { subject: 'with-ids', ownerId: '285964', repositoryId: '1339936803' };
    expect(gitHubSubject(job({ ...members, ...ids }))).toBe(
      `repo:octo-org@285964/octo-repo@1339936803:${tail}`,
    );
  });

  test('ids that are not given follow from the name, in whatever case it is written', () => {
    expect(job().ownerId).toBe(inventedId('Octo-Org'));
    expect(job().ownerId).toMatch(/^\d{9}$/);
    expect(job().repositoryId).not.toBe(job({ repository: 'octo-org/other' }).repositoryId);
  });
});

describe('claims', () => {
  test('of a push: everything but the times is text; repository claims have no ids', () => {
    const found = claims({ subject: 'with-ids' });
    expect(found).toMatchObject({
      iss: 'https://token.actions.githubusercontent.com',
      aud: 'sts.amazonaws.com',
      iat: 1_800_000_000,
      nbf: 1_799_999_700,
      exp: 1_800_000_300,
      jti: 'uuid',
      ref: 'refs/heads/main',
      ref_type: 'branch',
      head_ref: '',
      base_ref: '',
      event_name: 'push',
      repository: 'octo-org/octo-repo',
      repository_owner: 'octo-org',
      actor: 'octo-org',
      workflow: '.github/workflows/deploy.yml',
      workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
      job_workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
      runner_environment: 'github-hosted',
      run_attempt: '1',
    });
    expect(found).not.toHaveProperty('environment');
    for (const [name, value] of Object.entries(found)) {
      expect(typeof value).toBe(['iat', 'nbf', 'exp'].includes(name) ? 'number' : 'string');
    }
  });

  test('of a tag, a pull request, an environment, a called workflow', () => {
    expect(claims({ ref: 'refs/tags/v1.2.3' })).toMatchObject({ ref_type: 'tag' });
    expect(claims({ event: 'pull_request', headRef: 'fix' })).toMatchObject({
      ref: 'refs/pull/1/merge',
      ref_type: 'branch',
      head_ref: 'fix',
      base_ref: 'main',
      workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/pull/1/merge',
    });
    expect(claims({ event: 'pull_request_target' })).toMatchObject({
      ref: 'refs/heads/main',
      sub: 'repo:octo-org/octo-repo:pull_request',
    });
    expect(claims({ environment: 'prod' })).toMatchObject({ environment: 'prod' });
    const calledWorkflow = 'octo-org/automation/.github/workflows/d.yml@refs/tags/v1';
    const called = claims({ calledWorkflow, workflow: 'Deploy', workflowFile: 'ci.yaml' });
    expect(called).toMatchObject({
      workflow: 'Deploy',
      workflow_ref: 'octo-org/octo-repo/.github/workflows/ci.yaml@refs/heads/main',
      job_workflow_ref: calledWorkflow,
    });
    expect(called['job_workflow_sha']).toMatch(/^[0-9a-f]{40}$/);
    expect(called['job_workflow_sha']).not.toBe(called['sha']);
  });
});

describe('jobs that are none', () => {
  test.each<[object, string]>([
    [{ repository: 'octo-org' }, 'ORG/REPO'],
    [{ repository: 'a/b/c' }, 'ORG/REPO'],
    [{ repository: 'octo-org@1/r@2' }, 'ORG/REPO'],
    [{ repository: 7 }, 'ORG/REPO'],
    [{ ref: 'main' }, 'refs/heads/main'],
    [{ ref: 'refs/heads/a b' }, 'refs/heads/main'],
    [{ ref: 'refs/heads/*' }, 'refs/heads/main'],
    [{ ownerId: '1a' }, '1234'],
    [{ environment: 'a\nb' }, 'production'],
    [{ subject: 'immutable' }, 'classic or with-ids'],
    [{ sub: 'repo:x/y:z' }, 'A job has no "sub"'],
    [{ __proto__: null, iss: 'x' }, 'A job has no "iss"'],
  ])('%j', (members, words) => {
    expect(() => job(members)).toThrow(words);
  });

  test('other JSON', () => {
    expect(() => parseJob('[]')).toThrow('JSON object');
    expect(() => parseJob('{')).toThrow('not JSON');
    expect(() => parseJob('{"event":"push"}')).toThrow('needs its "repository"');
    const parsed = parseJson('{"repository":"a/b","repository":"c/d"}');
    expect('error' in parsed || readJob(parsed.value).repository).not.toBe('c/d');
  });
});
