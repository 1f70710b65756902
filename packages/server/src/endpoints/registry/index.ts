/** The registry of ECR: the OCI distribution protocol, version 2, as docker and others speak it. */
export { isLayerPath, openLayerPath } from '../../services/ecr/layers/layer-url.ts';
export { downloadLayer, layerDenied } from './layer-download.ts';
export { type RegistryIdentity, readIdentity } from './registry-credentials.ts';
export { tokenInvalid, writeChallenge, writeRegistryError } from './registry-error.ts';
export { hostName, isRegistryRequest } from './registry-host.ts';
export { planRequest, type RegistryPlan } from './registry-plan.ts';
export { type RegistryRoute, readRoute } from './registry-route.ts';
