/** The container engine's API, against an engine that writes down what it is asked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createNodePlatform } from '../../platform/node-platform.ts';
import type { Runtime } from '../../services/service.ts';
import type { ContainerPlan } from './container.ts';
import { DockerRunner } from './docker-runner.ts';
import { readImageReference } from './image-reference.ts';

let engine: Server;
let folder: string;
let runtime: Runtime;
let asked: { readonly line: string; readonly body: string; readonly login: string }[];
/** Ends the container. */
let end: () => void;
let pullError: string | undefined;
/** Containers that the engine has of this server. */
let left: readonly { readonly Id: string }[];

const frame = (stream: number, text: string): Buffer => {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-engine-'));
  asked = [];
  pullError = undefined;
  left = [];
  const ended = Promise.withResolvers<void>();
  end = ended.resolve;
  engine = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', async () => {
      const line = `${request.method} ${request.url?.replace('/v1.41', '')}`;
      asked.push({ line, body, login: String(request.headers['x-registry-auth'] ?? '') });
      const answer = (status: number, json?: object) =>
        response.writeHead(status).end(json && JSON.stringify(json));
      if (line === 'GET /_ping') answer(200);
      else if (line.startsWith('GET /containers/json')) {
        response.writeHead(200).end(JSON.stringify(left));
      } else if (line.includes('/images/create'))
        answer(200, pullError ? { error: pullError } : {});
      else if (line === 'POST /containers/create') answer(201, { Id: 'ab'.repeat(32) });
      else if (line.endsWith('/start')) answer(204);
      else if (line.includes('/logs')) {
        const bytes = Buffer.concat([frame(1, 'out\n'), frame(2, 'err\n')]);
        response.write(bytes.subarray(0, 11));
        response.write(bytes.subarray(11));
        await ended.promise;
        response.end();
      } else if (line.endsWith('/wait')) answer(200, { StatusCode: 7 });
      else if (line.includes('/stop')) {
        answer(204);
        ended.resolve();
      } else answer(204);
    });
  });
  const engineSocket = join(folder, 's');
  await new Promise<void>((resolve) => engine.listen(engineSocket, resolve));
  const platform = createNodePlatform({ root: folder });
  runtime = {
    platform: { ...platform, process: { ...platform.process, engineSocket } },
    endpoint: () => 'http://127.0.0.1:4566',
  } as unknown as Runtime;
});

afterEach(() => {
  end();
  engine.closeAllConnections();
  engine.close();
  rmSync(folder, { recursive: true });
});

const plan = (image: string, isPulled: boolean): ContainerPlan => ({
  name: 'c',
  taskId: '0'.repeat(32),
  definition: { image, command: ['a'], user: '1' },
  override: { name: 'c', command: ['b'] },
  environment: new Map([['A', 'x']]),
  reference: readImageReference(image, {
    endpoint: 'http://127.0.0.1:4566',
    account: '123456789012',
    region: 'us-east-1',
  }),
  authorization: `Basic ${Buffer.from('AWS:token').toString('base64')}`,
  image: isPulled ? { digest: 'sha256:1', size: 1, config: new Map() } : undefined,
  store: undefined,
  folder: 'f',
});

const ecrImage = '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1';

test('a container is pulled, created, started, listened to, waited for, removed', async () => {
  const runner = await DockerRunner.find(runtime);
  const output: string[] = [];
  const ended = Promise.withResolvers<object>();
  const started = await runner?.start(plan(ecrImage, true), {
    onOutput: (chunk, stream) => output.push(`${stream} ${Buffer.from(chunk)}`),
    onEnd: ended.resolve,
  });
  expect(started).toMatchObject({ launchedBy: 'docker', runtimeId: 'ab'.repeat(32) });
  await expect.poll(() => output).toEqual(['stdout out\n', 'stderr err\n']);
  started?.stop(1500);
  expect(await ended.promise).toEqual({ exitCode: 7 });
  const id = 'ab'.repeat(32);
  expect(asked.map(({ line }) => line)).toEqual([
    'GET /_ping',
    expect.stringMatching(/^GET \/containers\/json\?all=1&filters=/),
    'POST /images/create?fromImage=127.0.0.1%3A4566%2Fapp%3A1',
    'POST /containers/create',
    `POST /containers/${id}/start`,
    `GET /containers/${id}/logs?follow=1&stdout=1&stderr=1`,
    `POST /containers/${id}/stop?t=2`,
    `POST /containers/${id}/wait`,
    `DELETE /containers/${id}?force=1`,
  ]);
  expect(JSON.parse(Buffer.from(asked[2]?.login ?? '', 'base64url').toString())).toEqual({
    username: 'AWS',
    password: 'token',
  });
  expect(JSON.parse(asked[3]?.body ?? '')).toMatchObject({
    Image: '127.0.0.1:4566/app:1',
    Cmd: ['b'],
    User: '1',
    Env: ['A=x'],
    HostConfig: { NetworkMode: 'host', SecurityOpt: ['no-new-privileges'] },
  });
});

test('an image that the engine can’t have is declared when it is not of this registry', async () => {
  pullError = 'no route to host';
  const runner = await DockerRunner.find(runtime);
  const events = { onOutput: () => {}, onEnd: () => {} };
  const started = await runner?.start(plan('nginx', false), events);
  expect(started?.launchedBy).toBe(
    'declared: the engine has no image docker.io/library/nginx:latest: no route to host',
  );
  await expect(runner?.start(plan(ecrImage, true), events)).rejects.toThrow('no route to host');
});

test('containers of a killed server are removed by the next one with its data folder', async () => {
  const first = await DockerRunner.find(runtime);
  await first?.start(plan(ecrImage, true), { onOutput: () => {}, onEnd: () => {} });
  const created = asked.find(({ line }) => line === 'POST /containers/create');
  const label = JSON.parse(created?.body ?? '').Labels['sekisho.server'];
  expect(label).toMatch(/^[0-9a-f-]{36}$/);
  asked = [];
  left = [{ Id: 'cd'.repeat(32) }, { Id: '../../volumes/x' }];
  await DockerRunner.find(runtime);
  const lines = asked.map(({ line }) => decodeURIComponent(line));
  const removals = lines.filter((line) => line.startsWith('DELETE'));
  expect(lines.find((line) => line.startsWith('GET /containers/json'))).toContain(
    `{"label":["sekisho.server=${label}"]}`,
  );
  expect(removals).toEqual([`DELETE /containers/${'cd'.repeat(32)}?force=1`]);
});

test('without an engine there is no runner', async () => {
  engine.close();
  rmSync(join(folder, 's'), { force: true });
  expect(await DockerRunner.find(runtime)).toBeUndefined();
});
