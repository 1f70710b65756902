/**
 * Which ECR actions a registry request stands for, and what answers it once they are allowed. AWS
 * publishes no such table: it follows from the permissions that its guide asks for push and pull
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html and from recorded
 * refusals.
 */
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
import { accountSetting } from '../../services/ecr/account-settings.ts';
import { createOnPush, createOnPushDemands } from '../../services/ecr/creation-template.ts';
import { repositoryDemand } from '../../services/ecr/demands.ts';
import { findRepository, RegistryStore } from '../../services/ecr/registry-store.ts';
import type { Demand, DemandContext } from '../../services/service.ts';
import { StoreConflict } from '../../store/store.ts';
import { readBlob } from './blobs.ts';
import { listReferrers, listRepositories, listTags } from './listings.ts';
import { putManifest, readManifest } from './manifests.ts';
import { hasBody, type RegistryCall, respond } from './registry-call.ts';
import { methodUnsupported } from './registry-error.ts';
import { isRepositoryName, type RegistryRoute, type RoutedRepository } from './registry-route.ts';
import { deleteUpload, getUpload, patchUpload, postUpload, putUpload } from './uploads.ts';

/** What a request demands and does. */
export interface RegistryPlan {
  /** The operation of the API under which it is recorded; absent: it asks for nothing. */
  readonly operation?: string;
  readonly demands: readonly Demand[];
  readonly run: (call: RegistryCall) => HttpResponse | Promise<HttpResponse>;
}

/** Who asks, and the account whose registry is asked. */
interface Asked {
  readonly context: DemandContext;
  readonly registry: string;
}

type Run = RegistryPlan['run'];

/** Throws ServiceError where the path does not take the method. */
export function planRequest(route: RegistryRoute, asked: Asked): RegistryPlan {
  const { method } = asked.context.http;
  const isRead = method === 'GET' || method === 'HEAD';
  switch (route.kind) {
    case 'base':
      if (!isRead) break;
      return { demands: [], run: () => respond(200, [jsonType], '{}') };
    case 'catalog':
      if (!isRead) break;
      return plan(['DescribeRepositories'], '*', asked, listRepositories);
    case 'tags':
      if (!isRead) break;
      return plan(['ListImages'], route.repository, asked, (call) =>
        listTags(route.repository, call),
      );
    case 'referrers':
      if (!isRead) break;
      return plan(['BatchGetImage'], route.repository, asked, (call) =>
        listReferrers(route.repository, route.digest, call),
      );
    case 'blob':
      if (!isRead) break;
      return plan(
        [method === 'HEAD' ? 'BatchCheckLayerAvailability' : 'GetDownloadUrlForLayer'],
        route.repository,
        asked,
        (call) => readBlob(route.repository, route.digest, call),
      );
    case 'manifest':
      return planManifest(route, asked, isRead);
    case 'uploads':
      if (method !== 'POST') break;
      return planBeginning(route.repository, asked);
    case 'upload':
      return planUpload(route, asked);
  }
  throw methodUnsupported(allowedMethods(route));
}

const jsonType = ['Content-Type', 'application/json; charset=utf-8'] as const;

function allowedMethods({ kind }: RegistryRoute): readonly string[] {
  switch (kind) {
    case 'uploads':
      return ['POST'];
    case 'upload':
      return ['GET', 'PATCH', 'PUT', 'DELETE'];
    case 'manifest':
      return ['GET', 'HEAD', 'PUT'];
    default:
      return ['GET', 'HEAD'];
  }
}

function plan(
  actions: readonly [string, ...string[]],
  repository: Pick<RoutedRepository, 'name'> | '*',
  { context, registry }: Asked,
  run: Run,
): RegistryPlan {
  const repositoryName = repository === '*' ? '*' : repository.name;
  const target = { repositoryName, registryId: registry };
  return {
    operation: actions[actions.length - 1] ?? actions[0],
    demands: actions.map((action) => repositoryDemand(action, target, context)),
    run,
  };
}

/** Images are deleted by BatchDeleteImage only. */
function planManifest(
  route: RegistryRoute & { readonly kind: 'manifest' },
  asked: Asked,
  isRead: boolean,
): RegistryPlan {
  const { repository, reference } = route;
  if (isRead) {
    return plan(['BatchGetImage'], repository, asked, (call) =>
      readManifest(repository, reference, call),
    );
  }
  if (asked.context.http.method !== 'PUT') throw methodUnsupported(allowedMethods(route));
  return plan(['PutImage'], repository, asked, (call) => putManifest(repository, reference, call));
}

function planUpload(
  route: RegistryRoute & { readonly kind: 'upload' },
  asked: Asked,
): RegistryPlan {
  const { repository, id } = route;
  const { http } = asked.context;
  switch (http.method) {
    case 'PATCH':
      return plan(['UploadLayerPart'], repository, asked, (call) =>
        patchUpload(repository, id, call),
      );
    case 'PUT':
      return plan(completion(http), repository, asked, (call) => putUpload(repository, id, call));
    // Unverified: the action for the state of an upload, and for its end.
    case 'GET':
      return plan(['UploadLayerPart'], repository, asked, (call) =>
        getUpload(repository, id, call),
      );
    case 'DELETE':
      return plan(['UploadLayerPart'], repository, asked, (call) =>
        deleteUpload(repository, id, call),
      );
    default:
      throw methodUnsupported(allowedMethods(route));
  }
}

/** A body in the completing request is a part. */
function completion(http: HttpRequest): readonly [string, ...string[]] {
  return hasBody(http) ? ['UploadLayerPart', 'CompleteLayerUpload'] : ['CompleteLayerUpload'];
}

function planBeginning(repository: RoutedRepository, asked: Asked): RegistryPlan {
  const { query } = asked.context.http;
  const isWhole = query.some(({ name }) => name === 'digest');
  const source = isWhole ? undefined : mountSource(asked);
  const actions = [
    'InitiateLayerUpload',
    ...(isWhole ? completion(asked.context.http) : []),
  ] as const;
  const begin =
    (from?: string): Run =>
    async (call) => {
      await createMissing(repository, call);
      return await postUpload(repository, call, from);
    };
  const planned = plan([...actions], repository, asked, begin());
  const creation = createOnPushDemands(repository.name, asked.registry, asked.context);
  if (source === undefined || creation !== undefined) {
    const demands = [...planned.demands, ...(creation ?? [])];
    return { ...planned, demands, operation: 'InitiateLayerUpload' };
  }
  // Unverified: what AWS asks of the repository that a layer is taken from.
  const target = { repositoryName: source, registryId: asked.registry };
  const ofSource = repositoryDemand('GetDownloadUrlForLayer', target, asked.context);
  const at = planned.demands.length;
  return {
    operation: 'InitiateLayerUpload',
    demands: [...planned.demands, { ...ofSource, advisory: true }],
    run: (call) => {
      const mayRead = call.context.authorized.decisions[at]?.outcome === 'allow';
      return begin(mayRead ? source : undefined)(call);
    },
  };
}

/** A push makes its repository where a template for it fits. Another push may come first. */
async function createMissing(
  { name }: RoutedRepository,
  { context, registry }: RegistryCall,
): Promise<void> {
  if (findRepository(name, registry, context) !== undefined) return;
  const made = createOnPush(name, registry, context);
  if (made === undefined) return;
  try {
    await context.commit([made.change]);
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
  }
}

/** Where to mount from; undefined also when the registry mounts nothing: clients then upload. */
function mountSource({ context, registry }: Asked): string | undefined {
  const { query } = context.http;
  const values = query.filter(({ name }) => name === 'from' || name === 'mount');
  const [from, ...more] = values.filter(({ name }) => name === 'from');
  if (from === undefined || more.length > 0 || values.length !== 2) return undefined;
  const store = new RegistryStore(context, registry);
  if (accountSetting('BLOB_MOUNTING', store) !== 'ENABLED') return undefined;
  return isRepositoryName(from.value) ? from.value : undefined;
}
