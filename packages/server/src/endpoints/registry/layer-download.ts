/** The download of a layer from its signed URL, whole or a range of it; on AWS this is S3's part. */
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
import { layersOf } from '../../services/ecr/layers/layer-store.ts';
import { openLayerPath } from '../../services/ecr/layers/layer-url.ts';
import type { Runtime } from '../../services/service.ts';

/** Answers GET and HEAD; whoever has the URL may. */
export function downloadLayer(request: HttpRequest, runtime: Runtime): HttpResponse {
  const { method, rawPath, receivedAt } = request;
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'MethodNotAllowed');
  const layer = openLayerPath(rawPath, runtime, receivedAt);
  if (layer === undefined) return plain(403, 'AccessDenied');
  if (layer === 'expired') return plain(403, 'AccessDenied: Request has expired');
  const { file, sizeBytes } = layer;
  const range = readRange(request.header('range'), sizeBytes);
  if (range === undefined) {
    return plain(416, 'InvalidRange', [['Content-Range', `bytes */${sizeBytes}`]]);
  }
  const { start, end, isPart } = range;
  const headers = [
    ['Content-Type', 'application/octet-stream'],
    ['Content-Length', String(end - start)],
    ['Accept-Ranges', 'bytes'],
    ...(isPart ? [['Content-Range', `bytes ${start}-${end - 1}/${sizeBytes}`] as const] : []),
  ] as const;
  const status = isPart ? 206 : 200;
  if (method === 'HEAD') return { status, headers, body: '' };
  return { status, headers, body: layersOf(runtime).files.read(file, start, end) };
}

/** What S3 answers where the policy of its VPC endpoint does not allow: no reason for strangers. */
export function layerDenied(method: string, requestId: string): HttpResponse {
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>' +
    `<Message>Access Denied</Message><RequestId>${requestId}</RequestId></Error>`;
  return {
    status: 403,
    headers: [
      ['Content-Type', 'application/xml'],
      ['x-sekisho-decision-id', requestId],
    ],
    body: method === 'HEAD' ? '' : body,
  };
}

function plain(status: number, text: string, headers: HttpResponse['headers'] = []): HttpResponse {
  const type = ['Content-Type', 'text/plain; charset=utf-8'] as const;
  return { status, headers: [type, ...headers], body: `${text}\n` };
}

interface Range {
  /** [start, end). */
  readonly start: number;
  readonly end: number;
  readonly isPart: boolean;
}

const rangeForm = /^bytes=(\d{0,15})-(\d{0,15})$/;

/** undefined: the range lies outside. What is no single range of bytes is no range at all. */
function readRange(header: string | undefined, size: number): Range | undefined {
  const whole: Range = { start: 0, end: size, isPart: false };
  const [text, first = '', last = ''] = rangeForm.exec(header ?? '') ?? [];
  if (text === undefined || (first === '' && last === '')) return whole;
  if (first === '') {
    const suffix = Math.min(Number(last), size);
    return suffix === 0 ? undefined : { start: size - suffix, end: size, isPart: true };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return whole;
  if (start >= size) return undefined;
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return { start, end, isPart: true };
}
