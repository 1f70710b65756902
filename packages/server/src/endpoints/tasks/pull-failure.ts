/**
 * Why an image could not be pulled, in the words of containerd (Fargate) and of Docker (EC2).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
 */

import { PullFailure } from './image-pull.ts';
import type { ImageReference } from './image-reference.ts';
import { isNetworkError } from './launch-cause.ts';
import { Unreachable } from './service-client.ts';
import { LaunchFailure, taskFailedToStart } from './stopped-reason.ts';

const start = 'CannotPullContainerError: ';

/** The end of a task's launch after `error`. */
export function pullFailure(
  error: unknown,
  image: ImageReference,
  container: string,
  isFargate: boolean,
): LaunchFailure {
  const failure = isFargate
    ? new LaunchFailure(start + fargateWords(error, image), container)
    : new LaunchFailure(taskFailedToStart, container, start + agentWords(error, image));
  return failure.because('pull', error, { subject: image.name });
}

function fargateWords(
  error: unknown,
  { name, host, repository, reference }: ImageReference,
): string {
  const resolve = `failed to resolve ref ${name}: `;
  if (error instanceof PullFailure) {
    if (error.step === 'blob') {
      return (
        'ref pull has been retried 1 time(s): failed to copy: httpReaderSeeker: failed open: ' +
        `unexpected status code ${error.url}: ${error.message}`
      );
    }
    // Unverified: the words behind `failed to resolve ref`.
    const words =
      error.status === 404
        ? `${name}: not found`
        : `unexpected status from ${error.method} request to ${error.url}: ${error.message}`;
    return `pull image manifest has been retried 1 time(s): ${resolve}${words}`;
  }
  const words = error instanceof Error ? error.message : String(error);
  if (error instanceof Unreachable) {
    // Unverified: the number of times; the layer's own address is what is printed.
    return (
      'ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: ' +
      `failed to do request: Get "${error.url}": ${words}`
    );
  }
  if (isNetworkError(error)) {
    const url = `https://${host}/v2/${repository}/manifests/${reference}`;
    return (
      `pull image manifest has been retried 5 time(s): ${resolve}failed to do request: ` +
      `Head "${url}": ${words}`
    );
  }
  return `ref pull has been retried 1 time(s): failed to copy: ${words}`;
}

function agentWords(error: unknown, { host, repository, name }: ImageReference): string {
  const daemon = 'Error response from daemon: ';
  const image = `${host}/${repository}`;
  if (error instanceof PullFailure && error.status === 404) {
    return (
      'The task can’t pull the image. Check whether the image exists. ' +
      `${daemon}manifest for ${name} not found: manifest unknown: ${error.words}`
    );
  }
  if (error instanceof PullFailure) {
    // Unverified: Docker's words for a layer that is refused.
    return (
      'The task can’t pull the image. Check that the role has the permissions to pull images ' +
      `from the registry. ${daemon}pull access denied for ${image}, repository does not exist ` +
      `or may require 'docker login': denied: ${error.words}`
    );
  }
  const words = error instanceof Error ? error.message : String(error);
  if (!isNetworkError(error)) return daemon + words;
  return `The task can’t pull the image. Check your network configuration. ${daemon}${words}`;
}
