/** DecodeAuthorizationMessage: opens what EC2 encodes into UnauthorizedOperation. */
import type {
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
} from '@sekisho/catalog/types/sts';
import { ServiceError } from '../../../protocol/service-error.ts';
import type { OperationContext } from '../../service.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html */
export function decodeAuthorizationMessage(
  { EncodedMessage }: DecodeAuthorizationMessageRequest,
  { runtime, account }: OperationContext,
): DecodeAuthorizationMessageResponse {
  const message = runtime.decodeAuthorizationMessage(EncodedMessage, account);
  if (message === undefined) {
    // Unverified: the text.
    throw new ServiceError('InvalidAuthorizationMessageException', 'Message is not valid', 400);
  }
  return { DecodedMessage: message };
}
