/** GetRandomPassword. */
import type {
  GetRandomPasswordRequest,
  GetRandomPasswordResponse,
} from '@sekisho/catalog/types/secretsmanager';
import type { Random } from '../../../platform/platform.ts';
import type { OperationContext } from '../../service.ts';
import { invalidParameter } from '../errors.ts';

const lowercase = 'abcdefghijklmnopqrstuvwxyz';
const uppercase = lowercase.toUpperCase();
const numbers = '0123456789';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
export function getRandomPassword(
  input: GetRandomPasswordRequest,
  context: OperationContext,
): GetRandomPasswordResponse {
  const { PasswordLength: length = 32, ExcludeCharacters: excluded = '' } = input;
  const types = [
    input.ExcludeLowercase === true ? '' : lowercase,
    input.ExcludeUppercase === true ? '' : uppercase,
    input.ExcludeNumbers === true ? '' : numbers,
    input.ExcludePunctuation === true ? '' : punctuation,
    input.IncludeSpace === true ? ' ' : '',
  ]
    .map((characters) => [...characters].filter((each) => !excluded.includes(each)))
    .filter((characters) => characters.length > 0);
  const required = input.RequireEachIncludedType === false ? [] : types;
  if (types.length === 0 || required.length > length) {
    // Unverified: the text.
    throw invalidParameter('The password cannot be made from the characters that are left.');
  }
  const { random } = context.runtime.platform;
  const characters = required.map((type) => pick(type, random));
  const all = types.flat();
  while (characters.length < length) characters.push(pick(all, random));
  return { RandomPassword: shuffled(characters, random).join('') };
}

function pick(characters: readonly string[], random: Random): string {
  return characters[below(characters.length, random)] ?? '';
}

/** A number from 0 up to, not including, `limit` (256 at most), without bias. */
function below(limit: number, random: Random): number {
  const usable = 65_536 - (65_536 % limit);
  for (;;) {
    const [high = 0, low = 0] = random.bytes(2);
    const value = high * 256 + low;
    if (value < usable) return value % limit;
  }
}

function shuffled(characters: readonly string[], random: Random): readonly string[] {
  const left = [...characters];
  const result: string[] = [];
  while (left.length > 0) result.push(...left.splice(below(left.length, random), 1));
  return result;
}
