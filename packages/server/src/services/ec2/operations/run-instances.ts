/**
 * RunInstances.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
 */
import { createHash } from 'node:crypto';
import type { Reservation, RunInstancesRequest } from '@sekisho/catalog/types/ec2';
import type { Change } from '../../../store/store.ts';
import type { OperationContext } from '../../service.ts';
import { describeReservations } from '../descriptions/instance.ts';
import { ec2Error, invalidParameterValue } from '../errors.ts';
import { Inventory } from '../inventory.ts';
import { launch } from '../launch.ts';
import { checkLaunch } from '../launch-check.ts';
import { planLaunch } from '../launch-plan.ts';
import { clientTokenLengthMax, clientTokenMilliseconds } from '../limits.ts';

/** How many old records one launch clears away. */
const clearedMax = 50;

export async function runInstances(
  input: RunInstancesRequest,
  context: OperationContext,
): Promise<Reservation> {
  const inventory = Inventory.of(context);
  const repeated = answerOfToken(input, inventory, context);
  if (repeated !== undefined) return repeated;
  const plan = planLaunch(input, inventory, context.runtime.directory);
  const checked = checkLaunch(input, plan, inventory, context);
  const { instances, changes } = launch(input, checked, inventory, context);
  const reservationId = instances[0]?.reservationId ?? '';
  await context.commit([
    ...changes,
    ...tokenChanges(input, reservationId, inventory, context),
    ...clearing(inventory, input.ClientToken ?? '', context.now),
  ]);
  const [reservation] = describeReservations(instances, inventory, context.now);
  return reservation ?? {};
}

/** The reservation that the same token made; an error when the parameters were others. */
function answerOfToken(
  input: RunInstancesRequest,
  inventory: Inventory,
  context: OperationContext,
): Reservation | undefined {
  if (input.ClientToken === undefined) return undefined;
  if (input.ClientToken.length > clientTokenLengthMax) {
    throw invalidParameterValue(
      `Value (${input.ClientToken}) for parameter clientToken is invalid. Length exceeds maximum of ${clientTokenLengthMax}.`,
    );
  }
  const used = inventory.find('client-token', tokenId(input.ClientToken))?.record;
  if (used === undefined || context.now >= used.createdAt + clientTokenMilliseconds) {
    return undefined;
  }
  const instances = inventory
    .instances()
    .map(({ record }) => record)
    .filter(({ reservationId }) => reservationId === used.reservationId)
    .sort((one, other) => one.launchIndex - other.launchIndex);
  if (used.parameters !== parametersOf(input)) {
    throw ec2Error(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  return describeReservations(instances, inventory, context.now)[0];
}

function tokenChanges(
  input: RunInstancesRequest,
  reservationId: string,
  inventory: Inventory,
  context: OperationContext,
): readonly Change[] {
  if (input.ClientToken === undefined) return [];
  const id = tokenId(input.ClientToken);
  const record = { reservationId, parameters: parametersOf(input), createdAt: context.now };
  const old = inventory.find('client-token', id);
  return [
    old === undefined
      ? inventory.create('client-token', id, record)
      : inventory.replace(old, record),
  ];
}

function tokenId(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function parametersOf({ ClientToken: _token, ...parameters }: RunInstancesRequest): string {
  return createHash('sha256').update(JSON.stringify(parameters)).digest('hex');
}

/** Terminated instances and client tokens whose time is over. */
function clearing(inventory: Inventory, token: string, now: number): readonly Change[] {
  const current = inventory.keyOf('client-token', tokenId(token));
  const tokens = inventory
    .list('client-token')
    .filter(({ key }) => key !== current)
    .filter(({ record }) => now >= record.createdAt + clientTokenMilliseconds);
  return [...inventory.forgotten(), ...tokens]
    .slice(0, clearedMax)
    .map((stored) => inventory.remove(stored));
}
