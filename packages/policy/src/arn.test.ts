/** Tests of ARN reading and of ASCII folding. */
import { describe, expect, test } from 'vitest';
import { arnFields, isAccountId, parseArn } from './arn.ts';
import { foldCase, isPrintableAscii } from './ascii.ts';

describe('an ARN', () => {
  test('has six fields, the last of which may hold colons', () => {
    expect(parseArn('arn:aws:logs:us-east-1:111122223333:log-group:g:*')).toEqual({
      partition: 'aws',
      service: 'logs',
      region: 'us-east-1',
      account: '111122223333',
      resource: 'log-group:g:*',
    });
  });

  test('is nothing with fewer fields or another prefix', () => {
    expect(arnFields('arn:aws:s3')).toBeUndefined();
    expect(parseArn('ARN:aws:s3:::b')).toBeUndefined();
  });

  test('has an account of twelve digits', () => {
    expect(isAccountId('111122223333')).toBe(true);
    expect(isAccountId('aws')).toBe(false);
    expect(isAccountId('１１１１２２２２３３３３')).toBe(false);
  });
});

describe('T32: folding', () => {
  test('lowers A to Z and nothing else', () => {
    expect(foldCase('S3:GetObject')).toBe('s3:getobject');
    expect(foldCase('\u212A\u017F\u0130')).toBe('\u212A\u017F\u0130');
    expect(foldCase('abc')).toBe('abc');
  });

  test('tells printable ASCII', () => {
    expect(isPrintableAscii('s3:Get*')).toBe(true);
    expect(isPrintableAscii('s3:\u212A')).toBe(false);
  });
});
